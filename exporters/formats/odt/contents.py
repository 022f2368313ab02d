"""The table of contents: what LibreOffice needs to make it anew, and what it makes of this document.

Page numbers are references to the headings, which every program fills in that lays out pages; no index has to be
brought up to date for that.
"""

from __future__ import annotations

from collections.abc import Iterator

from exporters.document import Section
from exporters.document.walk import plain_text
from exporters.formats.odt.automatic import Automatic
from exporters.formats.odt.geometry import LEVELS
from exporters.formats.odt.inlines import bookmark
from exporters.formats.odt.paper import Paper
from exporters.toolbox.escaping import html_attribute, html_text

_BELOW = 24  # points below all of it


def contents(top: tuple[Section, ...], depth: int, title: str, paper: Paper, automatic: Automatic) -> Iterator[str]:
    """The elements of the table of contents of these sections and those below, so many levels deep."""
    if not top:
        return
    section = automatic.style("section", "Sect", '<style:section-properties text:dont-balance-text-columns="false"/>')
    yield (
        f'<text:table-of-content text:style-name="{section}" text:protected="true" text:name="Contents">'
        f'<text:table-of-content-source text:outline-level="{depth}">'
        f'<text:index-title-template text:style-name="Contents_20_Heading">{html_text(title)}'
        "</text:index-title-template>"
    )
    yield from map(_template, LEVELS)
    yield (
        '</text:table-of-content-source><text:index-body><text:index-title text:name="Contents Heading">'
        f'<text:p text:style-name="Contents_20_Heading">{html_text(title)}</text:p></text:index-title>'
    )
    tab = '<style:tab-stops><style:tab-stop style:position="{:.1f}pt" style:type="right"/></style:tab-stops>'
    entries = list(_entries(top, depth))
    for number, (entry, level) in enumerate(entries, 1):
        at = paper.text_width - (level - 1) * 14
        below = (
            f' fo:margin-top="{5 if level == 1 else 0}pt" fo:margin-bottom="{_BELOW}pt"'
            if number == len(entries)
            else ""
        )
        style = automatic.style(
            "paragraph",
            "P",
            f"<style:paragraph-properties{below}>{tab.format(at)}</style:paragraph-properties>",
            f'style:parent-style-name="Contents_20_{level}"',
        )
        name = html_attribute(bookmark(entry.id))
        yield (
            f'<text:p text:style-name="{style}"><text:a xlink:type="simple" xlink:href="#{name}" '
            f'text:style-name="Index_20_Link" text:visited-style-name="Index_20_Link">'
            f"{html_text(plain_text(entry.heading))}<text:tab/>"
            f'<text:bookmark-ref text:reference-format="page" text:ref-name="{name}"/></text:a></text:p>'
        )
    yield "</text:index-body></text:table-of-content>"


def _template(level: int) -> str:
    return (
        f'<text:table-of-content-entry-template text:outline-level="{level}" text:style-name="Contents_20_{level}">'
        '<text:index-entry-link-start text:style-name="Index_20_Link"/><text:index-entry-text/>'
        '<text:index-entry-tab-stop style:type="right" style:leader-char=" "/><text:index-entry-page-number/>'
        "<text:index-entry-link-end/></text:table-of-content-entry-template>"
    )


def _entries(top: tuple[Section, ...], depth: int) -> Iterator[tuple[Section, int]]:
    stack = [(section, 1) for section in reversed(top)]
    while stack:
        section, level = stack.pop()
        if plain_text(section.heading):
            yield section, level
        if level < depth:
            stack.extend((below, level + 1) for below in reversed(section.sections))
