"""What can be chosen of every web page."""

from __future__ import annotations

from typing import Literal

from exporters.options import option, options


@options
class PageOptions:
    raw_html: Literal["sanitize", "keep", "drop"] = option(
        "sanitize", "HTML inside the source: made safe, kept as it is (only for sources you trust), or left out"
    )
    toc: bool = option(False, "Begin with a table of contents")
    highlight: bool = option(True, "Colour the code")
    theme: Literal["auto", "light", "dark"] = option(
        "auto", "Colours: as the reader's system has it, or always the same"
    )
    map: Literal["both", "drawing", "outline"] = option("both", "What is shown of a mind map")
