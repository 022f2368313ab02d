"""What users may choose of how pages look. Every format made of pages on paper has these options."""

from __future__ import annotations

import re
from copy import replace
from typing import Literal

from exporters.errors import BadOption
from exporters.options import option, options
from exporters.pages.theme import THEMES, Theme, readable
from exporters.toolbox.paper import POINTS_PER_MM, SIZES

_MARGIN = 25 / 210  # of the shorter side of the paper, so that lines of A5 have room for 60 characters
_LEAST_MARGIN_MM = 5  # printers leave as much empty, and the page's number stands there
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@options
class LookOptions:
    """Of everything that has pages, paper or not."""

    theme: Literal["modern", "classic", "editorial"] = option(
        "modern",
        "How pages look: modern has letters without serifs, classic is set like a book, editorial like a report",
    )
    font: Literal["theme", "sans", "serif"] = option(
        "theme", "Letters of text and headings: those of the theme, all without serifs, or all with them"
    )
    accent: str = option("", "Colour of headings and links instead of the theme's, such as #0b6e4f; darkened if it "
                         "could not be read")  # fmt: skip
    map: Literal["both", "drawing", "outline"] = option("both", "What is shown of a mind map")


@options
class PageOptions(LookOptions):
    page_size: Literal["A3", "A4", "A5", "A6", "Letter", "Legal", "Tabloid", "custom"] = option(
        "A4", "Paper size; custom is page_width_mm by page_height_mm"
    )
    page_width_mm: int = option(210, "Width of a page of custom size, in millimetres", minimum=70, maximum=1000)
    page_height_mm: int = option(297, "Height of a page of custom size, in millimetres", minimum=70, maximum=1000)
    orientation: Literal["portrait", "landscape"] = option("portrait", "Which way the paper is turned")
    margin_mm: int = option(0, "Margin on every side, in millimetres, from 5; 0 for what suits the paper: 25 on A4, "
                            "18 on A5", minimum=0, maximum=40)  # fmt: skip
    sides: Literal["one", "two"] = option("one", "To be printed on one side of the paper, or on both, as books are: "
                                          "what stands above and below is mirrored on left pages then")  # fmt: skip
    columns: int = option(1, "Columns of text on a page", minimum=1, maximum=3)
    font_size: float = option(10.5, "Size of the text, in points", minimum=6, maximum=24)
    alignment: Literal["theme", "left", "justified"] = option(
        "theme", "Whether lines end evenly at the left only, or are justified to end evenly at both sides"
    )
    hyphenation: bool = option(True, "Part long words at the ends of justified lines, where the language is known")
    toc: bool = option(False, "Begin with a table of contents")
    toc_depth: int = option(3, "Levels of headings in the table of contents", minimum=1, maximum=6)
    cover: bool = option(False, "Begin with a page of title, subtitle, authors, date and logo")
    numbering: bool = option(False, "Number the headings: 1, 1.1, 1.2 …")
    header: str = option("{title}", "What stands above each page but those that begin the document or a chapter: "
                         "words, {title}, {section}, {author}, {date}, {page}, {pages}; as left, left|right or "
                         "left|middle|right")  # fmt: skip
    footer: str = option("|{page} / {pages}|", "What stands below each page, written like the header")
    link_addresses: bool = option(False, "Print the address of each link behind it, for paper")
    watermark: str = option("", "Words across each page, such as DRAFT")
    watermark_logo: bool = option(False, "The logo across each page instead, pale, if it is a picture of pixels")


def paper(options: PageOptions) -> tuple[float, float]:
    """Width and height of the paper, in points."""
    width, height = SIZES.get(options.page_size, (0.0, 0.0))
    if options.page_size == "custom":
        width, height = options.page_width_mm * POINTS_PER_MM, options.page_height_mm * POINTS_PER_MM
    return (height, width) if options.orientation == "landscape" and width < height else (width, height)


def margin(options: PageOptions) -> float:
    """The margin on every side, in points; less than was asked for where the paper is small. Raises `BadOption`."""
    shorter = min(paper(options))
    if options.margin_mm == 0:
        return shorter * _MARGIN
    if options.margin_mm < _LEAST_MARGIN_MM:
        raise BadOption(
            f"The option margin_mm cannot be {options.margin_mm}. Valid: 0, or from {_LEAST_MARGIN_MM} to 40."
        )
    return min(options.margin_mm * POINTS_PER_MM, shorter / 2.6)


def theme(options: PageOptions) -> Theme:
    """The theme, as the other options change it. Raises `BadOption`."""
    chosen = look(options)
    if options.alignment != "theme":
        chosen = replace(chosen, is_justified=options.alignment == "justified")
    return chosen


def look(options: LookOptions) -> Theme:
    """The theme in the letters and the colour that were asked for. Raises `BadOption`."""
    chosen = THEMES[options.theme]
    if options.font != "theme":
        chosen = replace(chosen, text_family=options.font, heading_family=options.font)
    if options.accent:
        if not _COLOUR.fullmatch(options.accent):
            raise BadOption(f"The option accent cannot be {options.accent!r}. Valid: a colour such as #0b6e4f.")
        colour = readable(options.accent)
        chosen = replace(chosen, link=colour, heading=colour, accent=colour)
    return chosen
