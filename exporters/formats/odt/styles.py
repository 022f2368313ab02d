"""The named styles of a file, by the names that LibreOffice knows, so that one click changes all that have one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from exporters.document import (
    AdmonitionKind,
    Emphasis,
    Highlight,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)
from exporters.document.nodes import Styled
from exporters.formats.odt import Options
from exporters.formats.odt import looks as look
from exporters.formats.odt.geometry import (
    DETAILS,
    LEVELS,
    QUOTE,
    Box,
    Joins,
    ListKind,
    box_properties,
    callout,
    level_properties,
)
from exporters.formats.odt.languages import spoken
from exporters.formats.odt.looks import named
from exporters.formats.odt.paper import Paper
from exporters.formats.odt.text import NAMESPACES, VERSION, XML
from exporters.toolbox.escaping import html_attribute

TITLED: tuple[AdmonitionKind, ...] = ("note", "tip", "important", "warning", "caution")
LIST_STYLES = 5  # for levels of lists, as LibreOffice has them; what is deeper has the last


class Sheet(NamedTuple):
    """A page of a size of its own."""

    width: float
    height: float
    margin: float


def styles(options: Options, language: str, is_rtl: bool, paper: Paper, sheet: Sheet | None) -> str:
    """The part `styles.xml`. `sheet` is the page that the drawing of a map stands on, if it has one."""
    return "".join(
        (
            f"{XML}<office:document-styles {NAMESPACES} {VERSION}>",
            _fonts(options, language),
            f"<office:styles>{''.join(_named(options, language, is_rtl))}</office:styles>",
            f"<office:automatic-styles>{_page(options, paper, is_rtl)}{_sheet(sheet)}</office:automatic-styles>",
            f"<office:master-styles>{_masters(options, sheet)}</office:master-styles>",
            "</office:document-styles>",
        )
    )


def _fonts(options: Options, language: str) -> str:
    text, generic = (look.SERIF, "roman") if options.font == "serif" else (look.SANS, "swiss")
    tag = next((each for each in look.ASIAN if language == each or language.startswith(f"{each}-")), "zh")
    if language.lower() in ("zh-hk", "zh-mo") or language.lower().startswith("zh-hant"):
        tag = "zh-TW"
    faces = (
        ("Text", text, generic, "variable"),
        ("Code", look.MONO, "modern", "fixed"),
        ("Asian", look.ASIAN[tag], "system", "variable"),
        ("Complex", look.COMPLEX, "system", "variable"),
    )
    return "<office:font-face-decls>{}</office:font-face-decls>".format(
        "".join(
            f'<style:font-face style:name="{name}" svg:font-family="{html_attribute(families)}" '
            f'style:font-family-generic="{generic}" style:font-pitch="{pitch}"/>'
            for name, families, generic, pitch in faces
        )
    )


def _named(options: Options, language: str, is_rtl: bool) -> Iterator[str]:
    yield _defaults(options, language, is_rtl)
    yield from chain(_of_text(options), _of_headings(options), _of_lists(), _of_boxes(options, is_rtl))
    yield from chain(_of_tables(options), _of_contents(), _of_words())
    yield _list_style("Bullets", "bullets", is_rtl)
    yield _list_style("Numbering 123", "numbers", is_rtl)
    yield _list_style("Tasks", "tasks", is_rtl)
    yield _outline()
    yield (
        '<text:notes-configuration text:note-class="footnote" text:default-style-name="Footnote" '
        'text:citation-style-name="Footnote_20_Symbol" text:citation-body-style-name="Footnote_20_anchor" '
        'style:num-format="1" text:start-value="0" text:footnotes-position="page" '
        'text:start-numbering-at="document"/>'
    )


def _defaults(options: Options, language: str, is_rtl: bool) -> str:
    runs = ' style:writing-mode="rl-tb" fo:text-align="right"' if is_rtl else ' style:writing-mode="lr-tb"'
    return (
        '<style:default-style style:family="graphic"/>'
        '<style:default-style style:family="table"><style:table-properties table:border-model="collapsing"/>'
        "</style:default-style>"
        '<style:default-style style:family="table-row"><style:table-row-properties fo:keep-together="auto"/>'
        "</style:default-style>"
        '<style:default-style style:family="table-cell"><style:table-cell-properties fo:padding="4pt"/>'
        "</style:default-style>"
        '<style:default-style style:family="paragraph">'
        f'<style:paragraph-properties fo:orphans="2" fo:widows="2"{runs} style:tab-stop-distance="{look.STEP}pt"/>'
        '<style:text-properties style:font-name="Text" style:font-name-asian="Asian" style:font-name-complex="Complex" '
        f'{_size(options.font_size)} fo:color="{look.INK}" {spoken(language)} fo:hyphenate="false"/>'
        "</style:default-style>"
    )


def _of_text(options: Options) -> Iterator[str]:
    size = options.font_size
    yield _paragraph("Standard", "", "")
    yield _paragraph(
        "Text body", "Standard", f'fo:margin-top="0pt" fo:margin-bottom="{look.GAP}pt" fo:line-height="{look.LEADING}%"'
    )
    yield _paragraph(
        "Title",
        "Standard",
        f'fo:margin-top="0pt" fo:margin-bottom="15pt" fo:line-height="92%" {_KEPT}',
        f'{_size(size * 2.4)} {_BOLD} fo:color="{look.STRONG}" fo:letter-spacing="-0.3pt"',
        next="Text body",
    )
    yield _paragraph(
        "Subtitle",
        "Standard",
        f'fo:margin-top="0pt" fo:margin-bottom="15pt" {_KEPT}',
        f'{_size(size * 1.25)} fo:color="{look.QUIET}"',
        next="Text body",
    )
    yield _paragraph(
        "Byline",
        "Standard",
        'fo:margin-top="4pt" fo:margin-bottom="26pt"',
        f'{_size(size * 0.95)} fo:color="{look.QUIET}"',
        next="Text body",
    )
    yield _paragraph(
        "Preformatted Text",
        "Standard",
        f'fo:margin-top="2pt" fo:margin-bottom="{look.GAP + 2}pt" fo:line-height="{look.DENSE}%" '
        f'fo:background-color="{look.SHADE}" fo:padding="6pt" fo:border="0.5pt solid {look.LINE}" '
        'style:writing-mode="lr-tb" fo:text-align="left" style:join-border="false"',
        f"{_MONO} {_size(size * look.CODE)}",
    )
    yield _paragraph(
        "Horizontal Line",
        "Standard",
        f'fo:margin-left="0pt" fo:margin-top="6pt" fo:margin-bottom="14pt" fo:border-bottom="0.75pt solid {look.LINE}" '
        'fo:padding="0pt"',
        _size(6),
        next="Text body",
    )
    alone = f'fo:text-align="center" fo:margin-top="4pt" fo:margin-bottom="{look.GAP + 2}pt" fo:line-height="100%"'
    yield _paragraph("Figure Body", "Text body", alone.replace(f"{look.GAP + 2}pt", "5pt") + f" {_KEPT}")
    yield _paragraph("Picture", "Text body", alone)
    yield _paragraph("Map", "Standard", 'fo:margin="0pt" fo:text-align="center"')
    yield _paragraph("Formula", "Text body", alone)
    yield _paragraph(
        "Caption",
        "Standard",
        f'fo:margin-top="0pt" fo:margin-bottom="{look.GAP + 6}pt" fo:text-align="center"',
        f'{_size(size * look.CAPTION)} fo:color="{look.QUIET}"',
    )
    yield _paragraph(
        "Footnote",
        "Standard",
        f'fo:margin-left="{look.NOTE_INDENT}pt" fo:margin-right="0pt" fo:text-indent="-{look.NOTE_INDENT}pt" '
        'fo:margin-top="0pt" fo:margin-bottom="2pt" fo:line-height="104%"',
        f'{_size(size * look.NOTE)} fo:color="{look.INK}"',
    )
    yield _paragraph(
        "Footnote Continuation",
        "Footnote",
        f'fo:margin-left="{look.NOTE_INDENT}pt" fo:text-indent="0pt" fo:margin-right="0pt"',
    )
    yield _paragraph("Header and Footer", "Standard", "", f'{_size(size * 0.8)} fo:color="{look.QUIET}"')
    yield _paragraph("Footer", "Header and Footer", 'fo:text-align="center"')


def _of_headings(options: Options) -> Iterator[str]:
    yield _paragraph(
        "Heading",
        "Standard",
        f'fo:line-height="{look.DENSE}%" {_KEPT}',
        f'{_BOLD} fo:color="{look.STRONG}"',
        next="Text body",
    )
    for level in LEVELS:
        quiet = f' fo:color="{look.QUIET}"' if level > 5 else ""
        yield _paragraph(
            f"Heading {level}",
            "Heading",
            f'fo:margin-top="{look.ABOVE[level - 1]}pt" fo:margin-bottom="{look.BELOW[level - 1]}pt"',
            f"{_size(options.font_size * look.HEADINGS[level - 1])}{quiet}",
            next="Text body",
            outline=level,
        )


def _of_lists() -> Iterator[str]:
    yield _paragraph("List", "Text body", f'fo:margin-top="0pt" fo:margin-bottom="{look.CLOSE}pt"')
    for name in ("List", "Numbering"):
        for level in range(1, LIST_STYLES + 1):
            yield _paragraph(f"{name} {level}", "List", "")
            yield _paragraph(
                f"{name} {level} End", f"{name} {level}", f'fo:margin-top="0pt" fo:margin-bottom="{look.GAP}pt"'
            )
    yield _paragraph(
        "List Heading", "Text body", f'fo:margin-top="0pt" fo:margin-bottom="1pt" {_KEPT}', _BOLD, next="List Contents"
    )
    yield _paragraph("List Contents", "Text body", f'fo:margin-left="{look.STEP}pt"')


def _of_boxes(options: Options, is_rtl: bool) -> Iterator[str]:
    for box in (QUOTE, DETAILS, *map(callout, TITLED)):
        yield _box(box, is_rtl, f'fo:color="{look.QUIET}"' if box is QUOTE else "")
        if box is not QUOTE:
            title = f'{_BOLD} {_size(options.font_size * 0.95)} fo:color="{box.title_colour}"'
            yield _box(box.titled, is_rtl, title, kept=True)


def _box(box: Box, is_rtl: bool, letters: str, *, kept: bool = False) -> str:
    placed = box._replace(left=box.step)
    properties = box_properties(placed, box.padding, is_rtl, Joins(begins=kept))
    return _paragraph(box.display, "Text body", properties + (f" {_KEPT}" if kept else ""), letters)


def _of_tables(options: Options) -> Iterator[str]:
    size = options.font_size * look.TABLE
    yield _paragraph("Table Contents", "Standard", f'fo:margin="0pt" fo:line-height="{look.DENSE}%"', _size(size))
    yield _paragraph("Table Heading", "Table Contents", "", f'{_BOLD} fo:color="{look.STRONG}"')


def _of_contents() -> Iterator[str]:
    yield _paragraph("Index", "Standard", 'text:number-lines="false"')
    yield _paragraph(
        "Contents Heading", "Heading", 'fo:margin-top="0pt" fo:margin-bottom="8pt"', f'fo:color="{look.QUIET}"'
    )
    for level in LEVELS:
        above = 5 if level == 1 else 0
        yield _paragraph(
            f"Contents {level}",
            "Index",
            f'fo:margin-left="{(level - 1) * 14}pt" fo:margin-top="{above}pt" fo:margin-bottom="2pt"',
        )


def _of_words() -> Iterator[str]:
    for display, letters in DRESSES.values():
        yield _text(display, letters)
    yield _text("Source Text", f'{_MONO} fo:background-color="{look.INLINE_SHADE}"')
    yield _text("User Entry", f'{_MONO} fo:background-color="{look.KEY_SHADE}"')
    yield _text("Missing Image", f'{_ITALIC} fo:color="{look.QUIET}" fo:background-color="{look.INLINE_SHADE}"')
    yield _text("Internet link", f'fo:color="{look.LINK}" {_UNDERLINED}')
    yield _text("Visited Internet Link", f'fo:color="{look.LINK}" {_UNDERLINED}')
    yield _text("Index Link", "")
    yield _text("Footnote Symbol", "")
    yield _text("Footnote anchor", f'{_RAISED} fo:color="{look.LINK}"')
    yield _text("Bullet Symbols", f'fo:color="{look.QUIET}"')
    yield _text("Numbering Symbols", f'fo:color="{look.QUIET}"')
    for dress in dict.fromkeys(look.CODE_DRESSES.values()):
        shade = f' fo:background-color="{dress.shade}"' if dress.shade else ""
        bold, italic = f" {_BOLD}" if dress.bold else "", f" {_ITALIC}" if dress.italic else ""
        yield _text(dress.name, f'fo:color="{dress.colour}"{bold}{italic}{shade}')


def _list_style(display: str, kind: ListKind, is_rtl: bool) -> str:
    levels = "".join(level_properties(level, kind, 0.0, look.STEP, None, is_rtl=is_rtl) for level in LEVELS)
    return f'<text:list-style style:name="{named(display)}" style:display-name="{display}">{levels}</text:list-style>'


def _outline() -> str:
    levels = "".join(
        f'<text:outline-level-style text:level="{level}" style:num-format="">'
        '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
        '<style:list-level-label-alignment text:label-followed-by="nothing"/></style:list-level-properties>'
        "</text:outline-level-style>"
        for level in LEVELS
    )
    return f'<text:outline-style style:name="Outline">{levels}</text:outline-style>'


# Pages


def _page(options: Options, paper: Paper, is_rtl: bool) -> str:
    below = max(paper.margin - _FOOTER, paper.margin / 2) if options.page_numbers else paper.margin
    footer = (
        f'<style:footer-style><style:header-footer-properties fo:min-height="{paper.margin - below:.1f}pt" '
        f'fo:margin-top="8pt" style:dynamic-spacing="false"/></style:footer-style>'
        if options.page_numbers
        else ""
    )
    return (
        '<style:page-layout style:name="Page"><style:page-layout-properties '
        f'fo:page-width="{paper.width:.2f}pt" fo:page-height="{paper.height:.2f}pt" '
        f'style:print-orientation="{options.orientation}" fo:margin-top="{paper.margin:.1f}pt" '
        f'fo:margin-left="{paper.margin:.1f}pt" fo:margin-right="{paper.margin:.1f}pt" '
        f'fo:margin-bottom="{below:.1f}pt" style:writing-mode="{"rl-tb" if is_rtl else "lr-tb"}">'
        f'<style:footnote-sep style:width="0.5pt" style:distance-before-sep="8pt" style:distance-after-sep="5pt" '
        f'style:adjustment="{"right" if is_rtl else "left"}" style:rel-width="30%" style:color="{look.LINE}"/>'
        f"</style:page-layout-properties><style:header-style/>{footer}</style:page-layout>"
    )


_FOOTER = 26.0  # points of the lower margin that the page number stands in


def _sheet(sheet: Sheet | None) -> str:
    if sheet is None:
        return ""
    turned = "landscape" if sheet.width > sheet.height else "portrait"
    return (
        '<style:page-layout style:name="MapPage"><style:page-layout-properties '
        f'fo:page-width="{sheet.width:.2f}pt" fo:page-height="{sheet.height:.2f}pt" '
        f'style:print-orientation="{turned}" fo:margin="{sheet.margin:.1f}pt"/></style:page-layout>'
    )


def _masters(options: Options, sheet: Sheet | None) -> str:
    number = '<text:page-number text:select-page="current">1</text:page-number>'
    footer = (
        f'<style:footer><text:p text:style-name="Footer">{number}</text:p></style:footer>'
        if options.page_numbers
        else ""
    )
    of_map = '<style:master-page style:name="Map" style:page-layout-name="MapPage"/>' if sheet else ""
    return (
        f'<style:master-page style:name="Standard" style:page-layout-name="Page">{footer}</style:master-page>{of_map}'
    )


# One style


def _paragraph(
    display: str, parent: str, properties: str, letters: str = "", *, next: str = "", outline: int = 0
) -> str:
    more = f' style:parent-style-name="{named(parent)}"' if parent else ""
    more += f' style:next-style-name="{named(next)}"' if next else ""
    more += f' style:default-outline-level="{outline}"' if outline else ""
    inner = f"<style:paragraph-properties {properties}/>" if properties else ""
    inner += f"<style:text-properties {letters}/>" if letters else ""
    return (
        f'<style:style style:name="{named(display)}" style:display-name="{display}" style:family="paragraph"{more} '
        f'style:class="{_class(display)}">{inner}</style:style>'
    )


def _class(display: str) -> str:
    # The group that LibreOffice lists the style in.
    first = display.split()[0]
    return {"List": "list", "Numbering": "list", "Table": "extra", "Caption": "extra", "Footnote": "extra"}.get(
        first, {"Index": "index", "Contents": "index", "Title": "chapter", "Subtitle": "chapter"}.get(first, "text")
    )


def _text(display: str, letters: str) -> str:
    inner = f"<style:text-properties {letters}/>" if letters else ""
    return (
        f'<style:style style:name="{named(display)}" style:display-name="{display}" style:family="text">'
        f"{inner}</style:style>"
    )


def _size(points: float) -> str:
    return (
        f'fo:font-size="{points:.1f}pt" style:font-size-asian="{points:.1f}pt" style:font-size-complex="{points:.1f}pt"'
    )


_BOLD = 'fo:font-weight="bold" style:font-weight-asian="bold" style:font-weight-complex="bold"'
_ITALIC = 'fo:font-style="italic" style:font-style-asian="italic" style:font-style-complex="italic"'
_MONO = 'style:font-name="Code" fo:language="zxx" fo:country="none"'  # no language: nothing is spelled wrong in code
_KEPT = 'fo:keep-with-next="always"'
_UNDERLINED = (
    'style:text-underline-style="solid" style:text-underline-width="auto" style:text-underline-color="font-color"'
)
_RAISED, _LOWERED = (f'style:text-position="{way} 66%"' for way in ("super", "sub"))
_STRUCK = 'style:text-line-through-style="solid" style:text-line-through-type="single"'

DRESSES: Mapping[type[Styled], tuple[str, str]] = MappingProxyType(
    {
        Emphasis: ("Emphasis", _ITALIC),
        Strong: ("Strong Emphasis", _BOLD),
        Strikethrough: ("Strikethrough", _STRUCK),
        Underline: ("Underline", _UNDERLINED),
        Highlight: ("Highlight", f'fo:background-color="{look.MARK}"'),
        Superscript: ("Superscript", _RAISED),
        Subscript: ("Subscript", _LOWERED),
    }
)
"""How words are dressed: the name of the style, and what it says."""
