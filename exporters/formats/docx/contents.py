"""The table of contents: a field of Word's that has been filled already, so that Word need not ask whether it may.

Its entries lead to their headings. They have no page numbers, for only Word knows these; it adds them when somebody
asks it to update the table (ECMA-376-1, 17.16.5.68).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from exporters.document import Section
from exporters.document.walk import plain_text

if TYPE_CHECKING:
    from exporters.formats.docx.work import Work


def contents(work: Work, top: tuple[Section, ...]) -> str:
    """The element, as Word's own gallery of tables of contents makes it; "" where there is nothing to list."""
    depth = work.options.toc_depth
    entries = [
        (section, level, number) for section, level, number in outline(top) if level <= depth and _words(section)
    ]
    if not entries:
        return ""
    direction = "<w:bidi/>" if work.language.is_rtl else ""
    instruction = f' TOC \\o "1-{depth}" \\h \\z \\u '
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
        f'{instruction}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    rows = []
    for at, (section, level, number) in enumerate(entries):
        words = f"{number} {_words(section)}" if work.options.numbering else _words(section)
        runs = work.inlines.runs((words,), "rtl" if work.language.is_rtl else "ltr")
        if section.id:
            runs = f'<w:hyperlink w:anchor="{work.bookmarks.name(section.id)}" w:history="1">{runs}</w:hyperlink>'
        rows.append(f'<w:p><w:pPr><w:pStyle w:val="TOC{level}"/>{direction}</w:pPr>{"" if at else begin}{runs}</w:p>')
    heading = work.inlines.runs((work.words.contents,), "rtl" if work.language.is_rtl else "ltr")
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj>'
        f'</w:sdtPr><w:sdtContent><w:p><w:pPr><w:pStyle w:val="TOCHeading"/>{direction}</w:pPr>{heading}</w:p>'
        f'{"".join(rows)}<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:sdtContent></w:sdt>'
    )


def outline(top: tuple[Section, ...]) -> Iterator[tuple[Section, int, str]]:
    """Every section in reading order, with the level of its heading, from 1, and its number, such as 1.2."""
    stack = [(section, 1, str(at)) for at, section in reversed([*enumerate(top, 1)])]
    while stack:
        section, level, number = stack.pop()
        yield section, level, number
        stack += ((below, level + 1, f"{number}.{at}") for at, below in reversed([*enumerate(section.sections, 1)]))


def _words(section: Section) -> str:
    return plain_text(section.heading)
