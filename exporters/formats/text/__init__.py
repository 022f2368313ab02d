"""Text: plain, as people read it in a mail or a terminal."""

from __future__ import annotations

from dataclasses import dataclass

from exporters.errors import BadOption
from exporters.exporter import Exporter
from exporters.options import option

NARROWEST = 40


@dataclass(frozen=True)
class Options:
    width: int = option(80, f"Columns of a line, {NARROWEST} or more; 0 breaks no line", minimum=0, maximum=200)

    def __post_init__(self) -> None:
        if 0 < self.width < NARROWEST:
            raise BadOption(
                f"The option text.width cannot be {self.width}. Valid: 0, or a whole number from {NARROWEST} to 200."
            )


EXPORTER = Exporter(
    extension=".txt",
    media_type="text/plain; charset=utf-8",
    memory_mb=512,  # peak 41 MB on a 1.2 MB book, 110 MB on 5 MB
    timeout_s=60,  # the book takes 0.5 s of a CPU
    options=Options,
)
