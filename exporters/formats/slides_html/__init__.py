"""Slides as a web page: one file that shows one slide after the other, for a browser and for paper."""

from __future__ import annotations

from typing import Literal

from exporters.exporter import Exporter
from exporters.options import option, options


@options
class Options:
    theme: Literal["auto", "light", "dark"] = option(
        "auto", "Colours: as the reader's system has it, or always the same"
    )
    aspect: Literal["16:9", "4:3"] = option("16:9", "Shape of the slides, as that of the screen")
    font_size: float = option(20.0, "Size of the text in points, where a slide is 540 high; less if it saves a slide",
                              minimum=12, maximum=40)  # fmt: skip
    slide_level: int = option(2, "Levels of headings that begin a slide; those below stand on it", minimum=1, maximum=6)
    footer: str = option("{title}||{page}", "What stands below each slide: {title}, {section}, {author}, {date}, "
                         "{page}, {pages}; in up to three places with | between")  # fmt: skip
    highlight: bool = option(True, "Colour the code")
    map: Literal["both", "drawing", "outline"] = option("both", "What is shown of a mind map")
    notes: Literal["speaker", "slides"] = option(
        "speaker", "Where the notes of a mind map's topics stand: with what is only for who speaks, or on the slides"
    )


EXPORTER = Exporter(
    extension=".html",
    media_type="text/html; charset=utf-8",
    memory_mb=1769,  # peak 67 MB on a map of 5,000 topics, 392 MB on a list of 100,000 entries; its CPU share decides
    timeout_s=60,  # the book takes 1.3 s of a CPU
    layers=("fonts", "typesetting"),  # for diagrams and mind maps
    options=Options,
)
