"""The SVG of a document: its map, with all that belongs to topics; or the map that its outline makes."""

from __future__ import annotations

import re
from copy import replace
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from checkers import html_mistakes
from hypothesis import given, settings
from samples import SOURCES, png

from exporters import Source, options, readers, registry
from exporters.document import (
    Cell,
    CodeBlock,
    Connector,
    Document,
    Edge,
    List,
    ListItem,
    Map,
    Paragraph,
    Section,
    Strong,
    Table,
    Topic,
)
from exporters.errors import SourceTooLarge
from exporters.formats.svg import Options
from exporters.formats.svg.export import export
from exporters.report import Code, Report
from exporters.toolbox.images import inspect

from documents_strategy import documents  # isort: skip

ROOT = Path(__file__).parent.parent.parent
MAPS = sorted((ROOT / "tests/documents/maps").glob("*.*"))
SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"


def written(source: Document | Path | str, report: Report | None = None, **chosen: object) -> str:
    """The file of a document, a file with a source, or Markdown."""
    found = Report() if report is None else report
    if isinstance(source, Path):
        source = readers.read(Source(source.read_bytes(), source.name), found)
    elif isinstance(source, str):
        source = readers.read(Source(source.encode(), "sample.md"), found)
    return export(source, options.parse(Options, chosen, "svg")[0], found).decode()


def root(source: Document | Path | str, report: Report | None = None, **chosen: object) -> Element:
    return fromstring(written(source, report, **chosen))


def mapped(*topics: Topic, connectors: tuple[Connector, ...] = ()) -> Document:
    """A document that is a map, with an outline as readers make it."""
    sections = tuple(
        Section(1, (f"{''.join(topic.icons)} {topic.text}".strip(),), topic.text.lower(), topic.notes)
        for topic in topics
    )
    return Document(sections=sections, map=Map(topics, connectors))


def texts(svg: Element) -> list[str]:
    """The words that are seen, as they are read out: line by line."""
    return ["".join(each.itertext()) for each in svg.iter(f"{SVG}text")]


def links(svg: Element) -> dict[str, str]:
    """By its words, where each link leads."""
    return {
        " ".join("".join(text.itertext()) for text in link.iter(f"{SVG}text")): link.get(f"{XLINK}href", "")
        for link in svg.iter(f"{SVG}a")
    }


def tooltips(svg: Element) -> dict[str, str]:
    """By the words of a topic, what is shown when the mouse rests on it."""
    return {
        " ".join("".join(text.itertext()) for text in group.iter(f"{SVG}text")): title.text or ""
        for group in svg.iter(f"{SVG}g")
        for title in group.findall(f"{SVG}title")
    }


# Maps


def test_topics_are_read_in_their_order() -> None:
    svg = root(SOURCES["plan"])

    found = texts(svg)
    order = ["Plan of the year", "Spring", "Carrots", "Orange ones", "Summer", "Winter", "Another root"]
    assert [text for text in found if text in order] == order


def test_it_has_a_name_and_says_what_it_is() -> None:
    svg = root(replace(mapped(Topic("1", -1, "Plan & more"), Topic("2", 0, "One")), metadata={"lang": "de-AT"}))

    said = {each.get("id"): each.text for each in svg}
    assert said[svg.get("aria-labelledby")] == "Plan & more"
    assert said[svg.get("aria-describedby")] == "Mind map: Plan & more, 2 topics"
    assert svg.get("role") == "group", "the words of topics are read, and not the name alone"
    assert svg.get("{http://www.w3.org/XML/1998/namespace}lang") == "de-AT"


def test_links_can_be_followed_and_others_are_reported() -> None:
    report = Report()
    svg = root(
        mapped(
            Topic("1", -1, "Root", "#leaf"),
            Topic("2", 0, "Leaf", "https://example.org/?a=1&b=2"),
            Topic("3", 0, "File", "files/notes.txt"),
            Topic("4", 0, "Script", "javascript:alert(1)"),
            Topic("5", 0, "Nowhere", "#gone"),
        ),
        report,
    )

    assert links(svg) == {"Root": "#leaf", "Leaf": "https://example.org/?a=1&b=2"}
    [target] = [group for group in svg.iter(f"{SVG}g") if group.get("id") == "leaf"]
    assert "Leaf" in "".join(target.itertext())
    assert [(item.code, item.where, item.count) for item in report.items] == [(Code.LINK, "File", 3)]


def test_a_topic_whose_heading_makes_no_xml_name_can_be_led_to() -> None:
    document = Document(
        sections=(Section(1, ("Root",), "root"), Section(1, ("1st",), "1st-é")),
        map=Map((Topic("1", -1, "Root", "#1st-%C3%A9"), Topic("2", 0, "1st"))),
    )
    svg = root(document)

    target = links(svg)["Root"]
    assert re.fullmatch(r"#[A-Za-z][\w.]*", target)
    assert [group.get("id") for group in svg.iter(f"{SVG}g") if group.get("id")] == [target[1:]]


def test_notes_are_tooltips() -> None:
    notes = (
        Paragraph(("Some ", Strong(("bold",)), " words.")),
        List((ListItem((Paragraph(("one",)),)), ListItem((Paragraph(("two",)),)))),
        CodeBlock("print(1)\n"),
        Table((None, None), (Cell(("a",)), Cell(("b",))), ((Cell(("1",)), Cell(("2",))),)),
    )
    report = Report()
    svg = root(mapped(Topic("1", -1, "Root", notes=notes)), report)

    assert tooltips(svg) == {"Root": "Some bold words.\n• one\n• two\nprint(1)\na | b\n1 | 2"}
    assert [(item.code, item.severity) for item in report.items] == [(Code.NODE, "degraded")]


def test_plain_notes_lose_nothing() -> None:
    report = Report()

    assert tooltips(root(mapped(Topic("1", -1, "Root", notes=(Paragraph(("Plain.",)),))), report)) == {"Root": "Plain."}
    assert not report.items


def test_what_the_map_shows_of_topics_is_there() -> None:
    report = Report()
    document = mapped(
        Topic("1", -1, "Root", icons=("💡",), background="#ffeeaa", colour="#112233"),
        Topic("2", 0, "Left", side="left", folded=True, image="p"),
        Topic("3", 1, "Hidden", edge=Edge("why", "#ff0000", "dashed")),
        connectors=(Connector("1", "3", Edge("then", arrow=True)),),
    )
    svg = root(replace(document, resources={"p": inspect(png(8, 8))}), report)

    assert {"💡 Root", "Left", "Hidden", "why", "then"} == set(texts(svg))
    assert len(list(svg.iter(f"{SVG}image"))) == 1
    fills = {element.get("fill") for element in svg.iter()}
    assert {"#fea", "#123"} <= fills
    assert any(element.get("stroke-dasharray") and element.get("stroke") == "#f00" for element in svg.iter())
    assert [(item.code, item.severity) for item in report.items] == [(Code.MAP, "note")]


def test_a_large_map_keeps_its_size() -> None:
    report = Report()
    topics = [Topic("0", -1, "Root"), *(Topic(f"{number}", 0, f"Topic {number}") for number in range(1, 2_001))]

    svg = root(mapped(*topics), report)
    assert float(svg.get("height", 0)) > 20_000
    assert not report.items


def test_what_is_too_much_for_a_drawing_is_refused() -> None:
    topics = [Topic("0", -1, "Root"), *(Topic(f"{number}", 0, "x") for number in range(1, 20_001))]

    with pytest.raises(SourceTooLarge, match="20,000 topics"):
        written(mapped(*topics))


def test_a_map_that_is_but_a_part_of_a_document_gives_way_to_the_outline_of_all() -> None:
    report = Report()
    document = mapped(Topic("1", -1, "Root"))
    svg = root(replace(document, sections=(*document.sections, Section(1, ("Appendix",), "appendix"))), report)

    assert "Appendix" in texts(svg)
    assert [(item.code, item.severity) for item in report.items] == [(Code.MAP, "degraded")]


# Other documents


def test_headings_and_lists_make_a_map() -> None:
    report = Report()
    svg = root("# Book\n\nPreface.\n\n## One\n\nText of *one*.\n\n## Two\n\n- left\n- right\n", report)

    assert texts(svg) == ["Book", "One", "Two", "left", "right"]
    assert tooltips(svg) == {"Book": "Preface.", "One": "Text of one."}
    assert [(item.code, item.severity) for item in report.items] == [(Code.NODE, "degraded")]


def test_a_long_outline_is_drawn_as_far_as_it_is_an_overview() -> None:
    report = Report()
    parts = (f"## Part {part}\n\n" + "".join(f"- item {item}\n" for item in range(100)) for part in range(60))
    svg = root("# Book\n\n" + "\n".join(parts), report)

    assert texts(svg) == ["Book", *(f"Part {part}" for part in range(60))]
    assert [(item.code, item.severity) for item in report.items] == [(Code.MAP, "lost")]


def test_more_than_tooltips_can_hold_is_cut_and_reported() -> None:
    report = Report()
    svg = root(Document(sections=(Section(1, ("Long",), "long", (Paragraph(("word " * 10_000,)),)),)), report)

    assert 19_000 < len(tooltips(svg)["Long"]) <= 20_000
    assert (Code.NODE, "lost") in [(item.code, item.severity) for item in report.items]


def test_what_a_drawing_does_not_say_of_its_document_is_reported() -> None:
    report = Report()
    root(replace(mapped(Topic("1", -1, "a")), metadata={"title": "b", "author": "c", "abstract": "d"}), report)
    assert [(item.code, item.severity) for item in report.items] == [(Code.METADATA, "lost")] * 2


def test_controls_are_reported() -> None:
    report = Report()
    svg = root(mapped(Topic("1", -1, "bell\x07", notes=(Paragraph(("null\x00",)),))), report)

    assert texts(svg) == ["bell\ufffd"]
    assert [(item.code, item.severity) for item in report.items] == [(Code.TEXT, "lost")]


# Options


def test_as_outlines_there_is_no_text_that_needs_a_font() -> None:
    svg = root(SOURCES["plan"], text="outlines")

    assert not texts(svg)
    labels = [group.get("aria-label") for group in svg.iter(f"{SVG}g") if group.get("aria-label")]
    assert labels[0] == "Plan of the year"


def test_as_outlines_a_missing_glyph_is_reported() -> None:
    document, as_text, as_outlines = mapped(Topic("1", -1, "rare 𓀀")), Report(), Report()
    written(document, as_text)
    written(document, as_outlines, text="outlines")

    assert not as_text.items
    assert [item.code for item in as_outlines.items] == [Code.GLYPH]


def test_as_outlines_a_file_would_be_too_large() -> None:
    report = Report()
    topics = [Topic("0", -1, "Root"), *(Topic(f"{number}", 0, "word " * 390) for number in range(300))]

    assert texts(root(mapped(*topics), report, text="outlines"))
    assert Code.STYLE in [item.code for item in report.items]


@pytest.mark.parametrize(("background", "is_white"), [("white", True), ("none", False)])
def test_the_paper_is_white_or_nothing(background: str, is_white: bool) -> None:
    first = next(each for each in root(SOURCES["plan"], background=background) if each.tag in (f"{SVG}path", f"{SVG}g"))

    assert (first.get("fill") == "#fff") == is_white


# Whatever comes


@settings(max_examples=25)
@given(documents())
def test_any_document_makes_a_file_that_loads_and_runs_nothing(document: Document) -> None:
    svg = fromstring(export(document, Options(), Report()))

    ids = [each.get("id") for each in svg.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    for element in svg.iter():
        assert element.tag.removeprefix(SVG) not in ("script", "style", "foreignObject")
        assert not [name for name in element.attrib if name.startswith("on")]
        target = element.get(f"{XLINK}href", "#")
        assert target[1:] in ids or target == "#" or re.match(r"https?:|mailto:|tel:|ftp:|data:image/", target)


def test_validators_have_nothing_to_say(tmp_path: Path) -> None:
    for path in (*MAPS, SOURCES["plan"], ROOT / "examples/handbook.md"):
        (tmp_path / f"{path.name}.svg").write_text(written(path), encoding="utf-8")

    assert html_mistakes(tmp_path.iterdir(), "--also-check-svg") == []
    assert registry.get("svg").media_type == "image/svg+xml"
