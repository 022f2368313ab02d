"""What users may choose of slides."""

from __future__ import annotations

from typing import Literal

from exporters.options import option, options
from exporters.pages.settings import LookOptions


@options
class SlideOptions(LookOptions):
    aspect: Literal["16:9", "4:3"] = option("16:9", "Shape of the slides, as that of the screen")
    font_size: float = option(20.0, "Size of the text in points, where a slide is 540 high; less if it saves a slide",
                              minimum=12, maximum=40)  # fmt: skip
    slide_level: int = option(2, "Levels of headings that begin a slide; those below stand on it", minimum=1, maximum=6)
    footer: str = option("{title}||{page}", "What stands below each slide: {title}, {section}, {author}, {date}, "
                         "{page}, {pages}; in up to three places with | between")  # fmt: skip


def size(options: SlideOptions) -> tuple[float, float]:
    """Width and height of a slide, in points."""
    return (960.0, 540.0) if options.aspect == "16:9" else (720.0, 540.0)
