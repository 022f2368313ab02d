"""ODT: valid by the schema of OASIS, whole to whoever reads it back, and styled by names."""

from __future__ import annotations

import io
import zlib
from functools import cache
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import openxml_audit
import pytest
from checkers import pandoc
from documents_strategy import documents
from hypothesis import HealthCheck, given, settings
from lxml import etree
from openxml_audit.odf import OdfValidator
from samples import EVERYTHING, GFM_SOURCES, PICTURE, PICTURED, SOURCES, paragraph, png

from exporters import Source, options, readers
from exporters.document import (
    Abbreviation,
    Admonition,
    BlockQuote,
    Cell,
    Code,
    CodeBlock,
    Details,
    Diagram,
    Document,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
    Image,
    LineBreak,
    Link,
    List,
    ListItem,
    Map,
    Paragraph,
    Section,
    Strong,
    Table,
    Topic,
)
from exporters.document.nodes import Blocks, Inlines
from exporters.formats.odt import Options
from exporters.formats.odt import looks as look
from exporters.formats.odt.export import export
from exporters.report import Report
from exporters.toolbox.contrast import contrast_between
from exporters.toolbox.text_runs import first_direction

SCHEMAS = Path(openxml_audit.__file__).parent / "odf" / "schemas" / "odf-1.3"
PARTS = ("content.xml", "styles.xml", "meta.xml", "settings.xml")
NAMES = {
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "math": "http://www.w3.org/1998/Math/MathML",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
}


class Odt:
    """A file that was made, as its parts."""

    def __init__(self, document: Document | str, **chosen: object) -> None:
        self.report = Report()
        whole = read(document) if isinstance(document, str) else document
        self.data = export(whole, options.parse(Options, chosen, "odt")[0], self.report)
        self.zip = ZipFile(io.BytesIO(self.data))
        self.content = etree.fromstring(self.zip.read("content.xml"))
        self.styles = etree.fromstring(self.zip.read("styles.xml"))

    def find(self, path: str, part: str = "content") -> list[etree._Element]:
        return getattr(self, part).xpath(path, namespaces=NAMES)

    def texts(self, path: str) -> list[str]:
        return ["".join(each.itertext()) for each in self.find(path)]

    def style(self, element: etree._Element) -> etree._Element:
        """The style that an element has, automatic or named."""
        name = element.xpath("@text:style-name | @table:style-name | @draw:style-name", namespaces=NAMES)[0]
        return [
            *self.find(f"//style:style[@style:name='{name}']"),
            *self.find(f"//style:style[@style:name='{name}']", "styles"),
        ][0]

    def named(self, element: etree._Element) -> str:
        """The named style of an element, or that from which its automatic style is made."""
        style = self.style(element)
        return (
            style.get(f"{{{NAMES['style']}}}parent-style-name")
            if style.get(f"{{{NAMES['style']}}}display-name") is None
            else style.get(f"{{{NAMES['style']}}}name")
        )

    def said(self) -> list[str]:
        return [f"{item.severity} {item.code}" for item in self.report.items]


def read(markdown: str) -> Document:
    return readers.read(Source(markdown.encode(), "a.md"), Report())


@cache
def schema(name: str) -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(SCHEMAS / f"OpenDocument-v1.3-{name}.rng"))


def faults(data: bytes) -> list[str]:
    """What the schemas of OASIS find wrong, and references to what is not there."""
    archive = ZipFile(io.BytesIO(data))
    found = []
    for part in PARTS:
        rules = schema("schema")
        if not rules.validate(etree.fromstring(archive.read(part))):
            found += [f"{part}: {error.message}" for error in rules.error_log]
    manifest = etree.fromstring(archive.read("META-INF/manifest.xml"))
    if not schema("manifest-schema").validate(manifest):
        found.append("the manifest is not valid")
    listed = {each.get(f"{{{NAMES['manifest']}}}full-path") for each in manifest}
    there = set(archive.namelist()) - {"mimetype", "META-INF/manifest.xml"}
    found += [f"{name} is not in the manifest" for name in there - listed]
    found += [f"{name} is only in the manifest" for name in listed - there if not name.endswith("/")]
    return found + _dangling(archive)


def _dangling(archive: ZipFile) -> list[str]:
    content, styles = (etree.fromstring(archive.read(part)) for part in PARTS[:2])
    known = {name for root in (content, styles) for name in root.xpath("//@style:name", namespaces=NAMES)}
    used = set(content.xpath("//office:text//@*[local-name() = 'style-name']", namespaces=NAMES))
    used |= set(content.xpath("//@style:parent-style-name", namespaces=NAMES))
    found = [f"the style {name} is not defined" for name in used - known]
    for kind in ("@xml:id", "text:bookmark-start/@text:name | //text:bookmark/@text:name", "@table:name", "@draw:name"):
        names = content.xpath(f"//{kind}", namespaces=NAMES)
        found += [f"{kind} is there twice" for _ in range(len(names) - len(set(names)))][:1]
    return found


# The file


def test_the_first_file_says_what_it_is_and_is_not_packed() -> None:
    odt = Odt("hello")

    first = odt.zip.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert odt.zip.read("mimetype") == b"application/vnd.oasis.opendocument.text"
    assert odt.data[38:77] == b"application/vnd.oasis.opendocument.text", "where programs look for it"


@pytest.mark.parametrize("name", SOURCES)
def test_sources_become_what_the_schema_allows(name: str) -> None:
    document = readers.read(Source(SOURCES[name].read_bytes(), SOURCES[name].name), Report())

    assert faults(Odt(document, toc="true").data) == []


def test_every_kind_of_node_becomes_what_the_schema_allows() -> None:
    assert faults(Odt(EVERYTHING, toc="true").data) == []


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(documents())
def test_any_document_becomes_what_the_schema_allows(document: Document) -> None:
    assert faults(Odt(document).data) == []


def test_a_checker_that_knows_more_than_the_schema_finds_nothing(tmp_path: Path) -> None:
    for name in ("everything", "lists", "tables", "footnotes", "images", "scripts"):
        path = tmp_path / f"{name}.odt"
        path.write_bytes(Odt(GFM_SOURCES[name].read_text(), toc="true").data)
        # It takes the folder of a formula for a file that is not there.
        found = [error.description for error in OdfValidator().validate(path).errors]
        assert [each for each in found if "references 'Object" not in each] == [], name


def test_what_xml_cannot_hold_is_replaced_and_reported() -> None:
    odt = Odt(paragraph("bell\x07, ", Code("\x1b[0m"), Image("gone", "\x9f")))

    assert odt.texts("//text:p") == ["bell\ufffd, \ufffd[0m[\ufffd]"]
    assert odt.said() == ["lost text"]


# Styles


@pytest.mark.parametrize(
    ("markdown", "words", "style"),
    [
        ("one\n\n# A\n\n## Two\n", "Two", "Heading_20_2"),
        ("words", "words", "Text_20_body"),
        ("> quoted", "quoted", "Quotations"),
        ("> [!WARNING]\n> take care", "take care", "Callout_20_Warning"),
        ("> [!WARNING]\n> take care", "Warning", "Callout_20_Warning_20_Title"),
        ("- a\n- b", "a", "List_20_1"),
        ("- a\n- b", "b", "List_20_1_20_End"),
        ("- a\n  - b", "b", "List_20_2_20_End"),
        ("1. a\n2. b", "a", "Numbering_20_1"),
        ("```\ncode\n```", "code", "Preformatted_20_Text"),
        ("|a|\n|-|\n|b|", "a", "Table_20_Heading"),
        ("|a|\n|-|\n|b|", "b", "Table_20_Contents"),
        ("a[^1]\n\n[^1]: noted", "noted", "Footnote"),
        ("a[^1]\n\n[^1]: noted\n\n    more", "more", "Footnote_20_Continuation"),
        ("---\ntitle: T\nsubtitle: S\nauthor: A\n---\n\ntext", "T", "Title"),
        ("---\ntitle: T\nsubtitle: S\nauthor: A\n---\n\ntext", "S", "Subtitle"),
    ],
)
def test_paragraphs_have_named_styles(markdown: str, words: str, style: str) -> None:
    odt = Odt(markdown)

    [found] = odt.find(f"//*[self::text:p or self::text:h][. = '{words}']")
    assert odt.named(found) == style
    assert odt.find(f"//style:style[@style:name='{style}']", "styles"), "which people can change"


def test_plain_text_needs_no_automatic_styles() -> None:
    odt = Odt("# A\n\n## B\n\none\n\n- two\n- three\n\n1. four\n\n`five`, *six*, **seven**\n\n```\neight\n```\n")
    assert odt.find("//office:automatic-styles/*") == []


@pytest.mark.parametrize("kind", look.CODE_DRESSES)
def test_coloured_code_can_be_read(kind: str) -> None:
    dress = look.CODE_DRESSES[kind]
    assert contrast_between(_rgb(dress.colour), _rgb(dress.shade or look.SHADE)) >= 4.5


@pytest.mark.parametrize("tone", look.TONES.values(), ids=look.TONES)
def test_titles_of_call_outs_can_be_read(tone: look.Tone) -> None:
    assert contrast_between(_rgb(tone.colour), _rgb(tone.shade)) >= 4.5


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


@pytest.mark.parametrize(
    ("tag", "attributes"),
    [
        ("de-AT", {"fo:language": "de", "fo:country": "AT"}),
        ("de", {"fo:language": "de", "fo:country": "DE"}),
        ("eo", {"fo:language": "eo", "fo:country": "none"}),
        ("ja", {"fo:language": "en", "style:language-asian": "ja", "style:country-asian": "JP"}),
        ("zh-Hant", {"style:language-asian": "zh", "style:country-asian": "TW"}),
        ("ar", {"style:language-complex": "ar", "style:country-complex": "SA"}),
    ],
)
def test_the_language_is_that_of_its_kind_of_script(tag: str, attributes: dict[str, str]) -> None:
    odt = Odt(f"---\nlang: {tag}\n---\n\ntext")

    [default] = odt.find("//style:default-style[@style:family='paragraph']/style:text-properties", "styles")
    assert {name: default.xpath(f"string(@{name})", namespaces=NAMES) for name in attributes} == attributes


# Headings, links and the table of contents


def test_the_only_heading_of_the_highest_level_is_the_title() -> None:
    odt = Odt("# A book\n\n## One\n\ntext\n\n### Below\n")

    assert [odt.named(each) for each in odt.find("//text:p")][:1] == ["Title"]
    assert odt.find("//text:h/@text:outline-level") == ["1", "2"]


def test_headings_leave_no_gap_and_end_at_the_tenth_level() -> None:
    section = Section(30, ("deep",), "s30")
    for level in range(29, 0, -2):
        section = Section(level, (f"at {level}",), f"s{level}", sections=(section,))
    odt = Odt(Document(blocks=(Paragraph(("x",)),), sections=(section,)))

    assert odt.find("//text:h/@text:outline-level") == [*map(str, range(1, 11)), *["10"] * 6]


@pytest.mark.parametrize(
    ("url", "href", "said"),
    [
        ('https://example.org/a b?c="d"', "https://example.org/a%20b?c=%22d%22", []),
        ("mailto:a@example.org", "mailto:a@example.org", []),
        ("#a", "#a", []),
        ("#top", "#_top", []),
        ("#nowhere", None, []),
        ("other.md", None, ["degraded link"]),
        ("javascript:alert(1)", None, ["lost link"]),
        ("", None, ["degraded link"]),
    ],
)
def test_links_lead_where_a_file_can_lead(url: str, href: str | None, said: list[str]) -> None:
    link = Link(("words",), url)
    odt = Odt(Document((Paragraph((link,)),), (Section(1, ("A",), "a"), Section(1, ("B",), "b"))))

    assert odt.find("//text:a/@xlink:href") == ([href] if href else [])
    assert odt.texts("//text:p") == ["words"]
    assert odt.said() == said
    if href and href.startswith("#"):
        assert odt.find(f"//text:bookmark-start[@text:name='{href[1:]}'] | //text:bookmark[@text:name='{href[1:]}']")


def test_a_heading_without_words_can_be_led_to() -> None:
    odt = Odt(Document(sections=(Section(1, (), "a", (Paragraph(("below",)),)), Section(1, ("B",), "b"))))

    assert odt.find("//text:p[. = 'below']/text:bookmark/@text:name") == ["a"]


def test_the_table_of_contents_is_filled_and_can_be_made_anew() -> None:
    odt = Odt("# One\n\n## Two\n\n### Three\n\n#### Four\n\n# Five\n", toc="true", toc_depth="2")

    assert odt.find("//text:table-of-content-source/@text:outline-level") == ["2"]
    assert odt.texts("//text:index-body/text:p") == ["One", "Two", "Five"]
    assert odt.find("//text:index-body//text:a/@xlink:href") == ["#one", "#two", "#five"]
    assert odt.find("//text:index-body//text:bookmark-ref/@text:ref-name") == ["one", "two", "five"]
    assert Odt("# One\n\n# Two").find("//text:table-of-content") == []


# Footnotes


def test_footnotes_stand_where_they_are_mentioned_first() -> None:
    odt = Odt("a[^x] b[^y] a[^x]\n\n[^x]: one\n\n[^y]: two")

    assert odt.texts("//text:note/text:note-body") == ["one", "two"]
    assert odt.find("//text:note-ref/@text:ref-name") == ["ftn1"]
    assert odt.said() == []


def test_footnotes_within_footnotes_and_links_stand_behind_them() -> None:
    notes = (
        Footnote("a", (Paragraph(("first", FootnoteReference("b"), FootnoteReference("a"))),)),
        Footnote("b", (Paragraph(("second", FootnoteReference("c"))),)),
        Footnote("c", (Paragraph(("third",)),)),
        Footnote("d", (Paragraph(("in a link",)),)),
        Footnote("e", (Paragraph(("unmentioned", FootnoteReference("f"))),)),
        Footnote("f", (Paragraph(("by that",)),)),
    )
    link = Link(("to", FootnoteReference("d"), " there"), "https://example.org/")
    odt = Odt(Document((Paragraph(("text", FootnoteReference("a"), link)),), footnotes=notes))

    bodies = ["first21", "second3", "third", "in a link", "unmentioned6", "by that"]
    assert odt.texts("//text:note/text:note-body") == bodies
    assert odt.texts("//text:note/text:note-citation") == [*"123456"]
    assert odt.find("//text:note//text:note") == []
    assert odt.find("//text:a//text:note") == []
    assert faults(odt.data) == []


def test_a_table_in_a_footnote_becomes_lines() -> None:
    table = Table((None, None), (Cell(("a",)), Cell(("b",))), ((Cell(("c",)), Cell(("d",))),))
    odt = Odt(
        Document(
            (Paragraph((FootnoteReference("a"),)),),
            footnotes=(Footnote("a", (table,)),),
        )
    )

    assert odt.texts("//text:note-body/text:p")[1:] == ["a | b", "c | d"]
    assert odt.said() == ["degraded table"]


# Lists


def test_lists_are_lists_with_their_numbers() -> None:
    odt = Odt("3. c\n4. d\n   - e\n     1. f\n")

    [first] = odt.find("/*/office:body/office:text/text:list")
    assert first.find("text:list-item", NAMES).get(f"{{{NAMES['text']}}}start-value") == "3"
    assert [len(list(each.iterancestors(f"{{{NAMES['text']}}}list"))) for each in odt.find("//text:list")] == [0, 1, 2]
    assert odt.find("//text:list-level-style-number/@text:start-value") == ["3"], "for those who look there"


def test_a_list_goes_on_below_a_table_in_it() -> None:
    table = Table((None,), (Cell(("head",)),), ((Cell(("cell",)),),))
    inner = List((ListItem((Paragraph(("deep",)), table, Paragraph(("still deep",)))),), start=1)
    odt = Odt(Document((List((ListItem((inner,)), ListItem((Paragraph(("second",)),))), start=1),)))

    assert odt.find("//text:list//table:table") == [], "which the standard forbids"
    [before, after] = odt.find("/*/office:body/office:text/text:list")
    assert after.get(f"{{{NAMES['text']}}}continue-list") == before.get("{http://www.w3.org/XML/1998/namespace}id")
    assert odt.texts("//text:list-header//text:p") == ["still deep"]
    assert odt.texts("/*/office:body/office:text/text:list[2]/text:list-item") == ["second"]


def test_tasks_have_boxes() -> None:
    odt = Odt("- [x] done\n- [ ] to do\n- neither\n\n1. [x] numbered\n")
    assert odt.texts("//text:list//text:p") == ["☒done", "☐to do", "•neither", "☒numbered"]  # and tabs


# Tables


def test_tables_repeat_their_head_and_are_as_wide_as_their_columns() -> None:
    odt = Odt("| a | b |\n|:-:|--:|\n| long words in it | 2 |\n")

    assert odt.texts("//table:table-header-rows//text:p") == ["a", "b"]
    [table] = odt.find("//table:table")
    widths = odt.find("//style:table-column-properties/@style:column-width")
    [whole] = odt.style(table).xpath("style:table-properties/@style:width", namespaces=NAMES)
    assert sum(float(each[:-2]) for each in widths) == pytest.approx(float(whole[:-2]), abs=0.05)
    [right] = odt.find("//text:p[. = '2']")
    assert odt.style(right).xpath("string(style:paragraph-properties/@fo:text-align)", namespaces=NAMES) == "right"


def test_merged_cells_cover_others() -> None:
    table = Table(
        (None,) * 3,
        (),
        (
            (Cell(("wide",), columns=2), Cell(()), Cell(("tall",), rows=9)),
            (Cell(("x",)), Cell(("y",), columns=9), Cell(())),
        ),
    )
    odt = Odt(Document((table,)))

    assert odt.find("//table:table-cell/@table:number-columns-spanned") == ["2"]
    assert odt.find("//table:table-cell/@table:number-rows-spanned") == ["2"]
    rows = [[each.tag.rpartition("}")[2] for each in row] for row in odt.find("//table:table-row")]
    assert rows == [
        ["table-cell", "covered-table-cell", "table-cell"],
        ["table-cell", "table-cell", "covered-table-cell"],
    ]


def test_a_table_fits_its_page() -> None:
    cells = tuple(Cell((word * 40,)) for word in "abcdefghijklmnopqrst")
    odt = Odt(Document((Table((None,) * 20, (), (cells,)),)))

    widths = odt.find("//table:table-column/@table:style-name")
    [whole] = odt.find("//style:table-properties/@style:width")
    assert len(widths) == 20
    assert float(whole[:-2]) == pytest.approx(210 / 25.4 * 72 - 2 * 25 / 25.4 * 72, abs=1)
    assert odt.said() == ["degraded table"]


# Pictures, formulas, drawings


def test_images_are_in_the_file_once_and_described() -> None:
    image = Image(PICTURED, "pictured", "Entitled")
    linked = Link((Strong((image, "words")),), "https://example.org/")
    odt = Odt(Document((Paragraph(("a ", image)), Paragraph((linked,))), resources=PICTURE))

    assert [each for each in odt.zip.namelist() if each.startswith("Pictures/")] == odt.find(
        "//draw:frame/draw:image/@xlink:href"
    )[:1]
    assert odt.texts("//draw:frame/svg:desc") == ["pictured"] * 2
    assert odt.texts("//draw:frame/svg:title") == ["Entitled"] * 2
    assert odt.find("//draw:frame/@svg:width") == ["18.00pt"] * 2, "0.75 points a pixel"
    assert odt.find("//draw:a/@xlink:href") == ["https://example.org/"]
    assert odt.texts("//text:a") == ["words"]


def test_a_large_image_is_as_wide_as_text() -> None:
    data = png(4000, 10)
    document = readers.read(Source(b"![wide](a.png)", "a.md", {"a.png": data}.get), Report())
    odt = Odt(document, page_size="A5", margin_mm="20")

    [width] = odt.find("//draw:frame/@svg:width")
    assert float(width[:-2]) == pytest.approx((148 - 40) / 25.4 * 72, abs=1)


def test_an_image_that_is_not_there_is_its_words() -> None:
    odt = Odt(paragraph("a ", Image("gone.png", "missed")))
    assert odt.texts("//text:span[@text:style-name='Missing_20_Image']") == ["[missed]"]


def test_what_stands_for_a_linked_picture_and_a_linked_formula_lead_where_they_would() -> None:
    odt = Odt("[![Build](https://ci/b.svg) $\\unknown{x}$ $y$](https://ci.example.com)")

    assert odt.texts("//text:a[@xlink:href='https://ci.example.com']") == ["[Build]", " ", "\\unknown{x}", " "]
    assert odt.find("//draw:a[draw:frame/draw:object]/@xlink:href") == ["https://ci.example.com"]
    assert faults(odt.data) == []


def test_formulas_are_objects_with_pictures() -> None:
    odt = Odt("Inline $x^2$ and\n\n$$\\frac{a}{b}$$\n")

    names = odt.find("//draw:frame/draw:object/@xlink:href")
    assert len(names) == 2
    for name in names:
        formula = etree.fromstring(odt.zip.read(f"{name[2:]}/content.xml"))
        assert formula.tag == f"{{{NAMES['math']}}}math"
        assert b"<svg" in odt.zip.read(f"ObjectReplacements/{name[2:]}")
    assert odt.texts("//draw:frame/svg:desc") == ["x^2", "\\frac{a}{b}"]
    assert odt.said() == []


def test_a_formula_that_nobody_can_read_is_its_source() -> None:
    odt = Odt("$\\unknown{x}$ and\n\n$$\\unknown{y}$$")

    assert odt.texts("//text:span[@text:style-name='Source_Text']") == ["\\unknown{x}"]
    assert odt.texts("//text:p[@text:style-name='Preformatted_20_Text']") == ["\\unknown{y}"]
    assert {*odt.said()} == {"degraded math"}


def test_a_diagram_in_another_notation_is_its_source() -> None:
    odt = Odt(Document((Diagram("digraph { a -> b }\n", "dot"),)))

    assert odt.texts("//text:p[@text:style-name='Preformatted_20_Text']") == ["digraph { a -> b }"]
    assert odt.said() == ["degraded diagram"]


@pytest.mark.parametrize(
    ("map", "frames", "headings", "said"),
    [("both", 1, 1, []), ("drawing", 1, 0, []), ("outline", 0, 1, ["degraded map"])],
)
def test_a_map_is_drawn_and_told(map: str, frames: int, headings: int, said: list[str]) -> None:
    drawn = Map((Topic("1", -1, "root"), Topic("2", 0, "branch")))
    sections = (Section(1, ("root",), "root", sections=(Section(2, ("branch",), "branch"),)),)
    odt = Odt(Document(sections=sections, map=drawn), map=map)

    assert len(odt.find("//draw:frame")) == frames
    assert len(odt.find("//text:h")) == headings
    assert odt.said() == said


def test_a_wide_map_has_a_page_of_its_own() -> None:
    topics = [Topic("0", -1, "root")]
    topics += (Topic(str(at), at - 1, f"a topic that says much, number {at}") for at in range(1, 12))
    odt = Odt(Document((Paragraph(("after",)),), map=Map(tuple(topics))))

    assert odt.find("//style:style/@style:master-page-name") == ["Map", "Standard"]
    [width] = odt.find("//style:page-layout[@style:name='MapPage']//@fo:page-width", "styles")
    assert float(width[:-2]) > 842


# Text


def test_blanks_of_code_are_kept() -> None:
    odt = Odt(Document((CodeBlock("  a\n\n\tb  c \n"),)))

    [code] = odt.find("//text:p")
    marks = [each.tag.rpartition("}")[2] + each.get(f"{{{NAMES['text']}}}c", "") for each in code]
    assert marks == ["s2", "line-break", "line-break", "tab", "s2", "s"]
    assert "".join(code.itertext()) == "abc"


def test_code_is_coloured_unless_nobody_wants_that() -> None:
    source = "```python\nif x:\n    pass  # why\n```\n"

    assert "Code_20_Keyword" in Odt(source).find("//text:span/@text:style-name")
    assert Odt(source, highlight="false").find("//text:span") == []


def test_an_abbreviation_is_explained_where_text_first_has_it() -> None:
    short = Abbreviation("HTML", "Hypertext Markup Language")
    odt = Odt(
        Document(sections=(Section(1, (short,), "a", (Paragraph((short, " and ", short)),)), Section(1, ("b",), "b")))
    )

    assert odt.texts("//text:h") == ["HTML", "b"]
    assert odt.texts("//text:p") == ["HTML (Hypertext Markup Language) and HTML"]


@pytest.mark.parametrize(
    ("content", "direction"),
    [
        (("one",), "ltr"),
        (("«שלום» one",), "rtl"),
        (("12 – ", Emphasis(("مرحبا",))), "rtl"),
        ((Code("code"), LineBreak(), Link(("日本",), "")), "ltr"),
        (("1, 2",), ""),
    ],
)
def test_a_line_runs_as_its_first_letter(content: Inlines, direction: str) -> None:
    assert first_direction(content) == direction


def test_only_what_runs_the_other_way_says_so() -> None:
    odt = Odt("one\n\nשלום\n\n> שלום\n")
    directions = [
        each.xpath("string(style:paragraph-properties/@style:writing-mode)", namespaces=NAMES)
        for each in map(odt.style, odt.find("//text:p"))
    ]
    assert directions == ["", "rl-tb", "rl-tb"]
    assert odt.style(odt.find("//text:p")[2]).xpath("style:paragraph-properties/@fo:border-right", namespaces=NAMES)

    arabic = Odt("---\nlang: ar\n---\n\nمرحبا\n\nhello\n")
    assert [arabic.named(each) == "Text_20_body" for each in arabic.find("//text:p")] == [True, True]
    assert arabic.find("//style:default-style//@style:writing-mode", "styles") == ["rl-tb"]
    assert arabic.find("//office:automatic-styles//@style:writing-mode") == ["lr-tb"]


def test_paragraphs_of_a_call_out_are_joined_where_their_text_begins_at_one_place() -> None:
    odt = Odt("> [!NOTE]\n> one\n>\n> two\n>\n> - three\n\n> [!NOTE]\n> four\n")

    looks = {"".join(each.itertext()): odt.style(each) for each in odt.find("//text:p")}
    joined = {
        words: style.xpath("string(style:paragraph-properties/@style:join-border)", namespaces=NAMES)
        for words, style in looks.items()
    }
    gaps = {
        words: style.xpath("string(style:paragraph-properties/@fo:margin-bottom)", namespaces=NAMES)
        for words, style in looks.items()
    }
    assert joined["one"] == "true"
    assert joined["three"] == joined["four"] == "false", "for they are two call-outs"
    assert gaps["two"] == "0pt", "for what follows is not joined, and a space would be a gap in its line"
    assert gaps["three"] == gaps["four"] != "0pt", "below all of it"


def test_pages_are_as_the_options_say() -> None:
    odt = Odt("text", page_size="A5", orientation="landscape", margin_mm="10", page_numbers="false", font="serif")

    [layout] = odt.find("//style:page-layout-properties", "styles")
    wanted = {"page-width": "595.28pt", "page-height": "419.53pt", "margin-left": "28.3pt", "margin-bottom": "28.3pt"}
    assert {name: layout.get(f"{{{NAMES['fo']}}}{name}") for name in wanted} == wanted
    assert odt.find("//text:page-number", "styles") == []
    assert Odt("text").find("//text:page-number", "styles") != []
    assert "Noto Serif" in odt.find("//style:font-face[@style:name='Text']/@svg:font-family", "styles")[0]


def test_what_the_document_says_of_itself() -> None:
    odt = Odt("---\ntitle: T & U\nauthor: [Ada, Bob]\ndate: 2024-02-29\nkeywords: [x, y]\nlang: de\n---\n\ntext")

    meta = etree.fromstring(odt.zip.read("meta.xml"))
    said = [(each.tag.rpartition("}")[2], each.text) for each in meta[0]]
    assert said == [
        ("generator", "Document export pipeline"),
        ("title", "T & U"),
        ("keyword", "x"),
        ("keyword", "y"),
        ("initial-creator", "Ada, Bob"),
        ("creator", "Ada, Bob"),
        ("creation-date", "2024-02-29T00:00:00"),
        ("date", "2024-02-29T00:00:00"),
        ("language", "de"),
    ]  # fmt: skip


# Read back by pandoc


@pytest.mark.parametrize("name", ["everything", "headings", "lists", "tables", "text", "math"])
def test_pandoc_reads_what_the_source_holds(name: str) -> None:
    held = pandoc(GFM_SOURCES[name].read_text(), "gfm-task_lists", "json")
    found = pandoc(Odt(GFM_SOURCES[name].read_text()).data, "odt", "json")
    # Not headings, of which the first is the title; not what pandoc reads of no ODT: code blocks, kinds of quotations.
    for kind in ("BulletList", "OrderedList", "Table", "Math", "Code", "Strong", "Strikeout"):
        assert found.count(f'"t":"{kind}"') >= held.count(f'"t":"{kind}"'), kind


def test_pandoc_reads_back_what_is_what() -> None:
    file = Odt("# A\n\nB `c` [d](#e) $x$[^1]\n\n> q\n\n3. n\n\n# E\n\n[^1]: f").data
    markdown = pandoc(file, "odt", "markdown-smart")
    assert [each in markdown for each in ("`c`", "[d](#e)", "$x$", "[^1]: f", "> q", "3.  n")] == [True] * 6


# Hostile documents


def _deep(wrap: object, depth: int = 100) -> Blocks:
    blocks: Blocks = (Paragraph(("deep",)),)
    for _ in range(depth):
        blocks = (wrap(blocks),)  # type: ignore[operator]
    return blocks


@pytest.mark.parametrize(
    "wrap",
    [
        BlockQuote,
        lambda blocks: List((ListItem(blocks),)),
        lambda blocks: Admonition("note", blocks),
        lambda blocks: Details(("more",), blocks),
        lambda blocks: Figure(blocks, ("caption",)),
    ],
    ids=["quotes", "lists", "call-outs", "details", "figures"],
)
def test_what_is_nested_to_the_limit_is_written(wrap: object) -> None:
    inline: object = "x"
    for _ in range(30):
        inline = Emphasis((inline,))  # type: ignore[arg-type]
    line = (inline, FootnoteReference("a"))
    blocks = _deep(wrap)
    note = Footnote("a", (*blocks, Paragraph((inline,))))  # type: ignore[arg-type]
    odt = Odt(
        Document((*blocks, *_deep(lambda inner: List((ListItem((*inner, Paragraph(line))),)), 99)), footnotes=(note,))
    )  # type: ignore[arg-type]

    assert sum(words.endswith("deep") for words in odt.texts("//text:p")) == 3
    assert faults(odt.data) == []


def test_the_size_of_a_file_grows_with_its_source() -> None:
    def size(items: int) -> int:
        blocks = tuple(BlockQuote((List((ListItem((Paragraph((f"item {at}",)),)),), start=at),)) for at in range(items))
        return len(zlib.decompress(zlib.compress(ZipFile(io.BytesIO(Odt(Document(blocks)).data)).read("content.xml"))))

    assert size(400) < 2.6 * size(200)


def test_a_box_that_ends_with_another_ends_with_its_own_gap() -> None:
    def gap(markdown: str) -> str:
        odt = Odt(markdown)
        [inner] = [each for each in odt.find("//text:p") if each.text == "inner"]
        return str(odt.style(inner).xpath("string(style:paragraph-properties/@fo:margin-bottom)", namespaces=NAMES))

    assert gap("> outer\n>\n> > inner\n\nend\n") == "10pt"
    assert gap("> outer\n>\n> > inner\n>\n> outer\n") == "5pt"


def test_labels_of_lists_stand_within_a_page_that_runs_from_the_right() -> None:
    levels = "//text:list-style/*/style:list-level-properties"
    assert not Odt("- a\n").find(f"{levels}[@fo:text-align]", "styles")
    assert not Odt("---\nlang: ar\n---\n\n- ا\n").find(f"{levels}[not(@fo:text-align='end')]", "styles")


def test_lists_deeper_than_list_styles_are_reported() -> None:
    odt = Odt("".join(f"{'  ' * level}- {level}\n" for level in range(12)))
    assert [item.what for item in odt.report.items] == [
        "Lists are nested more than 10 deep; what is deeper has its bullets and numbers as text."
    ]


def test_the_caption_of_a_table_begins_where_the_table_does() -> None:
    table = Table((None,), (Cell(("a",)),), ((Cell(("b",)),),))
    odt = Odt(Document((Figure((table,), ("said",)),)))
    [caption] = [each for each in odt.find("//text:p") if each.text == "said"]
    assert odt.style(caption).xpath("string(style:paragraph-properties/@fo:text-align)", namespaces=NAMES) == "left"
