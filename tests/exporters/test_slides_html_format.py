"""Slides as a web page: what is on each, that only its own script runs, and that everybody can go through them."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from checkers import html_mistakes
from documents_strategy import documents
from hypothesis import given, settings
from samples import EVERYTHING, SOURCES, png

from exporters import Source
from exporters.document import (
    Cell,
    CodeBlock,
    Document,
    Footnote,
    FootnoteReference,
    Heading,
    Image,
    Link,
    Map,
    Paragraph,
    Section,
    Table,
    Topic,
)
from exporters.formats.slides_html import Options
from exporters.formats.slides_html.export import export
from exporters.readers import read
from exporters.readers.resources import key_of
from exporters.report import Report
from exporters.toolbox.images import inspect

ROOT = Path(__file__).parents[2]
VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}


class Page(HTMLParser):
    """A page of slides, its tags in order."""

    def __init__(self, document: Document, **options):
        super().__init__()
        self.report = Report()
        self.html = export(document, Options(**options), self.report).decode()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self.feed(self.html)
        self.close()
        assert not self._open, f"never ended: {self._open}"

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, {name: value or "" for name, value in attributes}))
        if tag not in VOID and tag not in ("path", "rect", "circle", "use"):
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, {name: value or "" for name, value in attributes}))

    def handle_endtag(self, tag):
        if tag not in ("path", "rect", "circle", "use"):
            assert self._open[-1:] == [tag], f"</{tag}> ends {self._open[-1:]}"
            self._open.pop()

    @property
    def slides(self) -> list[str]:
        """The slides as HTML."""
        return re.findall(r'<section class="slide".*?</section>\n', self.html, re.DOTALL)

    @property
    def texts(self) -> list[str]:
        """The words of each slide, without its foot."""
        without = (re.sub(r"<footer.*?</footer>", "", slide, flags=re.DOTALL) for slide in self.slides)
        return [" ".join(unescape(re.sub(r"<[^>]*>", " ", slide)).split()) for slide in without]

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def section(heading: str, *blocks, below: tuple[Section, ...] = (), level: int = 1) -> Section:
    return Section(level, (heading,), heading.casefold().replace(" ", "-"), blocks, below)


def paragraph(*content) -> Paragraph:
    return Paragraph(content)


def deck(*blocks, **options) -> Page:
    return Page(Document(sections=(section("Heading", *blocks), section("Other"))), **options)


def sample(path: Path) -> Document:
    return read(Source(path.read_bytes(), path.name), Report(), keep_html=False)


# Which slides there are


def test_each_section_is_a_slide_with_a_name():
    inner = section("Within", paragraph("Text."), Heading(3, ("Below",), "below"), level=2)
    page = Page(Document(sections=(section("One", below=(inner,)), section("Two")), metadata={"title": "All & <all>"}))
    assert page.texts == ["All & <all>", "One", "Within Text. Below", "Two"]
    sections = page.all("section")
    assert [each["aria-label"] for each in sections] == [
        "1 / 4: All & <all>",
        "2 / 4: One",
        "3 / 4: Within",
        "4 / 4: Two",
    ]
    assert {each["aria-roledescription"] for each in sections} == {"slide"}
    headings = [(name, its.get("id")) for name, its in page.tags if re.fullmatch("h[1-6]", name)]
    assert headings == [("h1", None), ("h2", "one"), ("h3", "within"), ("h4", "below"), ("h2", "two")]


def test_what_goes_on_has_its_heading_again_and_its_place_once():
    page = deck(*(paragraph(f"Point{number} {'word ' * 30}") for number in range(16)))
    assert [re.findall(r'class="part">\((\d)\)', slide) for slide in page.slides] == [[], ["2"], ["3"], []]
    assert page.html.count('id="heading"') == 1
    assert re.findall(r"Point\d+", " ".join(page.texts)) == [f"Point{number}" for number in range(16)]


def test_an_empty_document_is_one_slide():
    assert len(Page(Document()).slides) == 1


def test_the_title_says_who_wrote_it_and_when():
    page = Page(Document(metadata={"title": "All", "subtitle": "Below", "author": ["Ada", "Öz"], "date": "2026-02-03"}))
    assert page.texts == ["All Below Ada · Öz 2026-02-03"]
    assert page.all("time") == [{}]


def test_the_foot_says_what_was_asked_for():
    page = Page(Document(sections=chapters()), footer="{section}|{author}|{page}/{pages}")
    assert re.findall(r"<footer.*?>(.*?)</footer>", page.html) == [
        "<span>One</span><span></span><span>2/3</span>",
        "<span>Two</span><span></span><span>3/3</span>",
    ]


def chapters() -> tuple[Section, ...]:
    return section("One", below=(section("Within", paragraph("x"), level=2),)), section("Two", paragraph("x"))


@pytest.mark.parametrize(("level", "count"), [(1, 2), (2, 3)])
def test_the_level_of_slides_can_be_chosen(level, count):
    assert len(Page(Document(sections=chapters()), slide_level=level).slides) == count


@pytest.mark.parametrize(("aspect", "shape", "paper"), [("16:9", "1.7778", "5.625in"), ("4:3", "1.3333", "7.5in")])
def test_slides_have_the_shape_that_was_asked_for(aspect, shape, paper):
    page = deck(aspect=aspect)
    assert f"--shape: {shape}" in page.all("html")[0]["style"]
    assert f"@page {{ size: 10in {paper}" in page.html


def test_text_that_is_smaller_says_so_on_its_slide():
    page = deck(*(paragraph(f"Line {number}") for number in range(11)))
    assert '<div class="sheet" style="--scale: 0.9">' in page.slides[0]


# What is on them


@pytest.mark.parametrize(
    ("size", "text", "body"),
    [((300, 600), "word " * 60, 'class="body beside"'), ((1000, 100), "Text.", 'class="body"')],
)
def test_a_picture_is_as_large_as_there_is_room(size, text, body):
    key = key_of(png(*size))
    document = Document(
        sections=(section("One", paragraph(Image(key, "seen")), paragraph(text)), section("Two")),
        resources={key: inspect(png(*size))},
    )
    page = Page(document)
    assert f"<div {body}>" in page.slides[0]
    assert re.search(
        r'<div class="picture" style="--tall: [\d.]+">\n<figure[^>]*><img src="data:image/png', page.slides[0]
    )


def test_footnotes_stand_on_the_slide_that_mentions_them_first():
    content = paragraph("Text", FootnoteReference("a"))
    notes = (Footnote("a", (paragraph("The note."),)), Footnote("b", (paragraph("Alone."),)))
    page = Page(Document(sections=(section("One", content), section("Two", content)), footnotes=notes))
    assert ["The note." in text for text in page.texts] == [True, False, False]
    assert page.texts[2].startswith("Footnotes Alone.")


def mapped() -> Document:
    notes = (paragraph("Said aloud"),)
    topics = (Topic("1", -1, "Root", notes=notes), Topic("2", 0, "Leaf"))
    return Document(
        sections=(section("Root", *notes, below=(section("Leaf", level=2),)), section("Two")), map=Map(topics)
    )


def test_a_map_is_drawn_and_its_notes_are_for_who_speaks():
    page = Page(mapped())
    assert "<svg" in page.slides[0]
    assert re.search(r'<aside class="speaker">\n<p>Said aloud</p>\n</aside>', page.slides[1])
    on_slide = Page(mapped(), notes="slides", map="outline")
    assert "speaker" not in "".join(on_slide.slides)
    assert "Said aloud" in on_slide.texts[0]


@pytest.mark.parametrize(
    ("theme", "scheme"), [("auto", ""), ("light", "color-scheme: light"), ("dark", "color-scheme: dark")]
)
def test_colours_can_be_chosen(theme, scheme):
    style = deck(theme=theme).all("html")[0]["style"]
    assert ("color-scheme" in style) is (scheme != "")
    assert style.endswith(scheme)


# What everybody can rely on


def test_nothing_is_loaded_and_only_the_slides_own_script_runs():
    page = deck(paragraph("<script>alert(1)</script>", Link(("x",), "javascript:alert(1)")), CodeBlock("</script>\n"))
    [policy] = [each["content"] for each in page.all("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    [script] = re.findall(r"<script>(.*?)</script>", page.html, re.DOTALL)
    allowed = b64encode(sha256(script.encode()).digest()).decode()
    assert policy == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        f"script-src 'sha256-{allowed}'"
    ), "Write the hash of slides.js into _HASH of export.py."
    assert script == (ROOT / "exporters/formats/slides_html/slides.js").read_text()
    assert not [its for _, its in page.tags if "src" in its or any(name.startswith("on") for name in its)]
    assert not re.search(r"url\(|@import|https?:", page.html.replace("http://www.w3.org/", ""))
    assert [(item.code, item.severity) for item in page.report.items] == [("link", "lost")]


def test_the_script_neither_writes_markup_nor_reads_text():
    script = (ROOT / "exporters/formats/slides_html/slides.js").read_text()
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function|fetch|XMLHttp|cookie|Storage", script
    )
    assert script.count("textContent") == 1, "of the place that says which slide is shown"


def test_without_the_script_all_slides_are_shown():
    page = deck(paragraph("Text."))
    assert "hidden" in next(its for name, its in page.tags if name == "nav")
    shown = page.html.partition("</style>")[0]
    hiding = [line.strip() for line in shown.splitlines() if re.match(r"\s*\.slide\b.*display: none", line)]
    assert hiding == []


@settings(max_examples=25)
@given(documents())
def test_any_document_is_well_formed_with_unlike_ids(document):
    ids = [its["id"] for _, its in Page(document).tags if "id" in its]
    assert sorted(set(ids)) == sorted(ids)


def test_every_page_is_valid(tmp_path):
    for name, source in SOURCES.items():
        (tmp_path / f"{name}.html").write_text(Page(sample(source)).html)
    (tmp_path / "handbook.html").write_text(Page(sample(ROOT / "examples/handbook.md")).html)
    for variant in ({"theme": "dark"}, {"aspect": "4:3"}, {"map": "drawing"}, {"highlight": False}):
        (tmp_path / f"everything-{'-'.join(map(str, *variant.items()))}.html").write_text(
            Page(EVERYTHING, **variant).html
        )
    found = html_mistakes(sorted(tmp_path.glob("*.html")), "--no-langdetect")

    # It holds that no policy allows a data: URL, and looks at no hash (Content Security Policy 3, 6.7.2.8 and 8.4).
    wrong = ("blocked by “img-src” directive.", "(missing “‘unsafe-inline’” or nonce/hash).")
    problems = [
        f"{Path(each['url']).name}:{each.get('lastLine')}: {each['message']}"
        for each in found
        if not each["message"].endswith(wrong)
    ]
    assert problems == []


def test_a_table_that_goes_on_has_its_head_again():
    rows = tuple((Cell((f"row {number}",)), Cell(("x",))) for number in range(40))
    page = deck(Table((None, None), (Cell(("Name",)), Cell(("Value",))), rows))
    tables = [slide for slide in page.slides if "<table" in slide]
    assert len(tables) > 2
    assert all("<th" in slide for slide in tables)
