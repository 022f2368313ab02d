"""The FreeMind reader: what becomes of each part of a map of FreeMind or Freeplane."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outlines import outline
from samples import png

from exporters import Source, readers
from exporters.document import Blocks, Connector, Document, Edge, Math, Paragraph, Topic
from exporters.document.walk import parts
from exporters.errors import UnreadableSource
from exporters.options import CommonOptions
from exporters.readers import maps
from exporters.readers.maps.icons import emoji
from exporters.readers.resources import key_of
from exporters.report import Report

SAMPLES = Path(__file__).parent.parent / "documents" / "maps"
PNG = png(3, 2)


def read(text: str | bytes, report: Report | None = None, maxheading: int = 3, **files: bytes) -> Document:
    """Reads a map, or the nodes of one of FreeMind."""
    data = text if isinstance(text, bytes) else text.encode()
    if not data.startswith((b"<?xml", b"<map", b"<!")) and isinstance(text, str):
        data = f'<map version="1.0.1">\n{text}</map>'.encode()
    companions = {name.replace("_", "."): each for name, each in files.items()}
    source = Source(data, "a.mm", companions.get)
    return readers.read(source, report or Report(), CommonOptions(maxheading=maxheading))


def node(text: str, *inside: str, **attributes: str) -> str:
    """A node with elements in it."""
    stated = "".join(f" {name}={quoteattr(value)}" for name, value in {"TEXT": text, **attributes}.items())
    return f"<node{stated}>\n{''.join(inside)}</node>\n"


def rich(html: str, kind: str = "NODE") -> str:
    """Rich content as both programs write it."""
    whole = f"<html>\n  <head>\n    \n  </head>\n  <body>\n{html}  </body>\n</html>"
    return f'<richcontent TYPE="{kind}">\n\n{whole}\n</richcontent>\n'


def plain(text: str, content: str, kind: str = "NOTE") -> str:
    """Text as newer versions of Freeplane write it."""
    return f'<richcontent TYPE="{kind}" CONTENT-TYPE="plain/{content}">\n    <text>{text}</text>\n</richcontent>\n'


def freeplane(text: str) -> str:
    return f'<map version="freeplane 1.9.8">\n<!--To view this file, get Freeplane-->\n{text}</map>'


def topics(document: Document) -> tuple[Topic, ...]:
    assert document.map is not None
    return document.map.topics


def said(report: Report) -> list[tuple[str, str]]:
    return [(item.code, item.severity) for item in report.items]


# Nodes


def test_nodes_are_sections_and_lists_in_the_order_of_the_source() -> None:
    text = node("A", node("B", node("C"), POSITION="right"), node("D", POSITION="left"))
    assert outline(read(text)) == "# A\n## B\n### C\n## D"
    assert outline(read(text, maxheading=1)) == "# A\n- B\n  - C\n- D"
    assert read(text, maxheading=0).metadata == {"title": "A"}


def test_the_dress_of_a_node_is_in_the_drawing() -> None:
    text = node(
        "A",
        node("B", '<edge COLOR="#00ff00" STYLE="bezier" DASH="DASHES"/>', POSITION="left", COLOR="#ff0000"),
        node("C", node("D", POSITION="left"), '<cloud COLOR="#ffffff"/>', POSITION="bottom_or_right", FOLDED="true"),
        '<edge STYLE="linear"/>',
        ID="root",
        BACKGROUND_COLOR="#CCCCCC",
    )
    assert topics(read(text)) == (
        Topic("root", -1, "A", background="#cccccc"),
        Topic("topic-2", 0, "B", side="left", colour="#ff0000", edge=Edge("", "#00ff00", "dashed")),
        Topic("topic-3", 0, "C", side="right", folded=True),
        Topic("topic-4", 2, "D"),
    )


TEXTS = {
    "a&#xa;b": "# a b",
    "&#x65e5;&#x672c; &amp; &lt;b&gt;": "# 日本 & <b>",
    " a ": "# a",
    "a\nb": "# a b",  # XML itself makes a space of a line end in an attribute
}


@pytest.mark.parametrize("text", TEXTS)
def test_texts(text: str) -> None:
    assert outline(read(f'<node TEXT="{text}"/>')) == TEXTS[text]


def test_a_text_of_several_lines_keeps_them_below_headings() -> None:
    document = read('<node TEXT="A"><node TEXT="b&#xa;c"/></node>', maxheading=1)
    assert outline(document) == "# A\n- b / c"
    assert topics(document)[1].text == "b\nc"


FONTS = {
    'BOLD="true"': "# A\n- **B**",
    'ITALIC="true"': "# A\n- *B*",
    'BOLD="true" ITALIC="true" STRIKETHROUGH="true"': "# A\n- ***~~B~~***",
    'BOLD="false" NAME="Arial" SIZE="20"': "# A\n- B",
}


@pytest.mark.parametrize("font", FONTS)
def test_fonts(font: str) -> None:
    assert outline(read(node("A", node("B", f"<font {font}/>")), maxheading=1)) == FONTS[font]


def test_headings_are_bold_by_themselves() -> None:
    assert outline(read(node("A", '<font BOLD="true" ITALIC="true"/>'))) == "# *A*"


def test_summary_nodes_without_words_are_only_in_the_drawing() -> None:
    text = node(
        "A",
        node("", '<hook NAME="FirstGroupNode"/>'),
        node("B"),
        node("", '<hook NAME="SummaryNode"/>', node("Sum")),
        node("Free", '<hook NAME="FreeNode"/>'),
    )
    document = read(text)
    assert outline(document) == "# A\n## B\n## Sum\n## Free"
    assert [topic.text for topic in topics(document)] == ["A", "", "B", "", "Sum", "Free"]


def test_what_a_map_says_of_its_looks_is_not_read() -> None:
    text = """<map version="freeplane 1.9.8">
    <attribute_registry SHOW_ATTRIBUTES="hide"><attribute_name NAME="secret"/></attribute_registry>
    <node TEXT="A" STYLE="oval"><font SIZE="18"/>
    <hook NAME="MapStyle"><properties fit_to_viewport="false"/><map_styles>
    <stylenode LOCALIZED_TEXT="styles.root_node"><stylenode LOCALIZED_TEXT="default"><icon BUILTIN="yes"/>
    <richcontent TYPE="NOTE" CONTENT-TYPE="plain/auto"/></stylenode></stylenode></map_styles></hook>
    <hook NAME="AutomaticEdgeColor" COUNTER="3"/><cloud/><linktarget SOURCE="x"/><attribute_layout NAME_WIDTH="9"/>
    <unknown><node TEXT="no"/></unknown></node></map>"""
    report = Report()
    assert outline(read(text, report)) == "# A"
    assert report.items == ()


# Links


def test_a_link_leads_to_an_address_or_a_file() -> None:
    text = node("A", LINK="https://a.b/?c=d&e") + node("B", LINK=" ../b%20c/d.pdf ") + node("", LINK="e.mm#ID_1")
    document = read(text)
    assert outline(document) == "# [A](https://a.b/?c=d&e)\n# [B](../b%20c/d.pdf)\n# [e.mm#ID_1](e.mm#ID_1)"
    assert [topic.url for topic in topics(document)] == ["https://a.b/?c=d&e", "../b%20c/d.pdf", "e.mm#ID_1"]


def test_a_link_to_a_node_leads_to_its_heading() -> None:
    report = Report()
    text = node("A", node("B", LINK="#ID_2"), node("The End", node("c", ID="ID_3"), ID="ID_2"), LINK="#ID_2")
    document = read(text, report, maxheading=2)
    assert outline(document) == "# [A](#the-end)\n## [B](#the-end)\n## The End\n- c"
    assert [topic.url for topic in topics(document)] == ["#the-end", "#the-end", "", ""]
    assert report.items == ()


@pytest.mark.parametrize(("link", "what"), [("#ID_2", "is no heading"), ("#ID_9", "is not in the map")])
def test_a_link_to_what_is_no_heading_is_only_words(link: str, what: str) -> None:
    report = Report()
    assert outline(read(node("A", node("B", ID="ID_2"), LINK=link), report, maxheading=1)) == "# A\n- B"
    assert [(item.code, item.severity) for item in report.items] == [("link", "degraded")]
    assert what in report.items[0].what


@pytest.mark.parametrize("link", ["menuitem:_ExecuteScriptForSelectionAction", "execute:_x"])
def test_a_link_that_runs_something_is_left_out(link: str) -> None:
    report = Report()
    assert outline(read(node("A", LINK=link), report)) == "# A"
    assert said(report) == [("script", "lost")]


def test_a_clone_says_what_its_original_does_and_leads_to_it() -> None:
    text = node("A", node("One", ID="ID_1"), '<node ID="ID_2" CONTENT_ID="ID_1"/>', '<node TREE_ID="ID_9"/>')
    assert outline(read(text)) == "# A\n## One\n## [One](#one)"
    original = f'<node ID="ID_1">{rich("<p>Rich</p>")}</node>'
    assert outline(read(node("A", '<node TREE_ID="ID_1"/>', original))) == "# A\n## [Rich](#rich-1)\n## Rich"


# Lines between nodes

ARROWS: dict[str, tuple[str, str, Edge]] = {
    "": ("1", "2", Edge(arrow=True)),
    'STARTARROW="None" ENDARROW="Default"': ("1", "2", Edge(arrow=True)),
    'STARTARROW="NONE" ENDARROW="NONE"': ("1", "2", Edge()),
    'STARTARROW="DEFAULT" ENDARROW="NONE"': ("2", "1", Edge(arrow=True)),
    'STARTARROW="Default" ENDARROW="Default"': ("1", "2", Edge(arrow=True)),
    'COLOR="#ff0000" DASH="7 7" MIDDLE_LABEL="so"': ("1", "2", Edge("so", "#ff0000", "dashed", True)),
    'DASH="3 3" SOURCE_LABEL="a" MIDDLE_LABEL="" TARGET_LABEL="b&#xa;c"': (
        "1",
        "2",
        Edge("a – b c", "", "dotted", True),
    ),
    'DASH=""': ("1", "2", Edge(arrow=True)),
}


@pytest.mark.parametrize("stated", ARROWS)
def test_lines_between_nodes(stated: str) -> None:
    text = node("A", node("One", f'<arrowlink DESTINATION="2" {stated}/>', ID="1"), node("Two", ID="2"))
    document = read(text)
    start, end, edge = ARROWS[stated]
    assert document.map is not None
    assert document.map.connectors == (Connector(start, end, edge),)
    label = f"{edge.label} " if edge.label else ""
    line = f"{label}→ [Two](#two)" if start == "1" else f"{label}→ [One](#one)"
    assert line in outline(document).split("\n")


def test_a_line_to_a_node_that_is_gone_is_noted() -> None:
    report = Report()
    assert outline(read(node("A", '<arrowlink DESTINATION="gone"/>'), report)) == "# A"
    assert said(report) == [("map", "note")]


def test_a_line_to_the_node_itself_is_only_in_the_drawing() -> None:
    document = read(node("A", '<arrowlink DESTINATION="1"/>', ID="1"))
    assert outline(document) == "# A"
    assert document.map is not None
    assert document.map.connectors == (Connector("1", "1", Edge(arrow=True)),)


# Icons


def test_emoji_stand_before_the_words() -> None:
    icons = '<icon BUILTIN="idea"/><icon BUILTIN="full-1"/>'
    document = read(node("A", icons, node("B", icons, LINK="https://a.b")), maxheading=1)
    assert outline(document) == "# 💡1️⃣ A\n- 💡1️⃣ [B](https://a.b)"
    assert document.sections[0].id == "1️⃣-a", "by GitHub's rule, as in any document"
    assert topics(document)[0].icons == ("💡", "1️⃣")
    assert topics(document)[0].text == "A"


ICONS = {
    "help": "❓", "yes": "❗", "button_ok": "✔️", "button_cancel": "❌", "messagebox_warning": "⚠️", "flag": "🚩",
    "full-9": "9️⃣", "calendar": "📅", "bookmark": "⭐", "ksmiletris": "🙂", "emoji-1F343": "🍃",
    "emoji-1F468-200D-1F4BB": "👨‍💻", "emoji-0031-20E3": "1⃣", "": "", "nobody": "", "emoji-": "", "emoji-41": "",
    "emoji-D800": "", "emoji-110000": "", "emoji-FFFFFF": "", "emoji-1FFFE": "", "emoji-1F343-": "", "emoji-0A": "",
}  # fmt: skip


@pytest.mark.parametrize("name", ICONS)
def test_icons(name: str) -> None:
    assert emoji(name) == ICONS[name]


def test_an_icon_that_no_emoji_stands_for_is_in_the_drawing_and_reported_once_for_each_name() -> None:
    report = Report()
    icons = '<icon BUILTIN="mine"/><icon BUILTIN="käse 🧀"/><icon/>'
    document = read(node("A", icons, node("B", icons)), report)
    assert outline(document) == "# A\n## B"
    assert topics(document)[0].icons == ("mine", "k?se ?")
    assert [(item.code, item.severity, item.count) for item in report.items] == [
        ("image", "degraded", 2), ("image", "degraded", 2)
    ]  # fmt: skip
    assert "the icon mine" in report.items[0].what


def test_checked_icons_are_tasks() -> None:
    checked, unchecked = '<icon BUILTIN="checked"/>', '<icon BUILTIN="unchecked"/>'
    document = read(node("A", checked, node("B", checked), node("C", unchecked)), maxheading=1)
    assert outline(document) == "# ☑ A\n- [x] B\n- [ ] C"
    assert [topic.icons for topic in topics(document)] == [("☑",), ("☑",), ("☐",)]


# Rich text


def test_rich_text_replaces_the_text() -> None:
    text = node("old", rich("<p>\n      new&#160;one\n      here\n    </p>\n<p>\n </p>\n<p>more</p>"))
    document = read(text)
    assert outline(document) == "# new\xa0one here\nmore"
    assert topics(document)[0] == Topic("topic-1", -1, "new\xa0one here", notes=(Paragraph(("more",)),))


def test_details_stand_before_notes_whatever_their_order_in_the_source() -> None:
    text = node("A", rich("<p>note</p>", "NOTE"), node("B"), rich("<p>details</p>", "DETAILS"))
    assert outline(read(text)) == "# A\ndetails\nnote\n## B"
    assert outline(read(node("Z", text), maxheading=1)) == "# Z\n- A\n  details\n  note\n  - B"


RICH = {
    "<p>a <b>b</b><br/>c</p>": "# A\n- a **b** / c",
    "<p>a</p><ul><li>b</li></ul>": "# A\n- a\n  - b",
    "<h1>a</h1><p>b</p>": "# A\n- a\n  b",
    "<p><a href='https://a.b'>c</a></p>": "# A\n- [c](https://a.b)",
    "<p><i>a</i> <b/>b</p>": "# A\n- *a* b",
}


@pytest.mark.parametrize("html", RICH)
def test_rich_text_keeps_its_markup(html: str) -> None:
    assert outline(read(node("A", node("", rich(html))), maxheading=1)) == RICH[html]


def test_a_heading_of_rich_text_is_one_line() -> None:
    text = node("", rich("<p>a <b>b<br/>c</b></p>"))
    document = read(text)
    assert outline(document) == "# a **b c**"
    assert topics(document)[0].text == "a b\nc"


def test_a_heading_without_a_line_of_its_own_says_the_first_words_below_it() -> None:
    assert outline(read(node("", rich("<ul><li>a</li><li>b</li></ul>")))) == "# a\n- a\n- b"


def test_an_image_in_rich_text_comes_from_beside_the_source() -> None:
    document = read(node("", rich("<p><img src='a.png' alt='A house'/></p>")), a_png=PNG)
    assert outline(document) == f"# ![A house]({key_of(PNG)})"
    assert topics(document)[0].image == key_of(PNG)


def test_html_in_an_attribute_is_rich_text() -> None:
    text = node("A", node("<html><body><p>a <i>b</i></p>c</body></html>"), node("<HTML><img src='x.png'>"))
    assert outline(read(text, maxheading=1)).startswith("# A\n- a *b*\n  c\n- ![")


def test_links_in_rich_text_lead_to_headings() -> None:
    report = Report()
    link = "<p>see <a href='#ID_2'>two</a> and <a href='#ID_9'>nine</a></p>"
    text = node("A", rich(link, "NOTE"), node("Two!", ID="ID_2"), node("", rich(link)))
    document = read(text, report)
    assert outline(document) == "# A\nsee [two](#two) and nine\n## Two!\n## see two and nine"
    assert [(item.code, item.severity, item.count) for item in report.items] == [("link", "degraded", 3)]


PLAIN = {
    plain("a\n\nb &lt;i&gt; **c**", ""): "# A\na\nb <i> **c**",
    plain("a\n\nb", "auto"): "# A\na\nb",
    plain("## a\n\n- b **c**\n  - d\n\ne[f](https://a.b)", "markdown"): (
        "# A\n<h2> a\n- b **c**\n  - d\ne[f](https://a.b)"
    ),
    plain("a[^1]\n\n[^1]: b", "markdown"): "# A\na[^1]\n[^1]: b",
    plain("x^2\n+ 1", "latex"): "# A\n$x^2 + 1$",
    plain("\\latex x^2", ""): "# A\n$x^2$",
    plain("\\latex let $x$ be $$y$$", ""): "# A\nlet $x$ be $y$",
    plain("", ""): "# A",
    '<richcontent TYPE="NOTE" CONTENT-TYPE="plain/auto"/>': "# A",
    '<richcontent TYPE="NOTE">a</richcontent>': "# A\na",
    '<richcontent TYPE="OTHER"><html><body><p>a</p></body></html></richcontent>': "# A\na",
    '<hook NAME="accessories/plugins/NodeNote.properties"><text>a\n\nb</text></hook>': "# A\na\nb",
    plain("a", "", "DETAILS"): "# A\na",
}


@pytest.mark.parametrize("note", PLAIN)
def test_notes_in_plain_text_markdown_and_latex(note: str) -> None:
    assert outline(read(node("A", note))) == PLAIN[note]


# Formulas

FORMULAS = {
    node("x^2", FORMAT="latexPatternFormat"): "# $x^2$",
    node("let $x$ be", FORMAT="latexPatternFormat"): "# let $x$ be",
    node("\\hat{f}\nx", FORMAT="unparsedLatexPatternFormat"): "# $\\hat{f} x$",
    node("\\latex x"): "# $x$",
    node("\\latexx"): "# \\latexx",
    node("A", '<hook EQUATION="a = b" NAME="plugins/latex/LatexNodeHook.properties"/>'): "# A\n$$a = b$$",
}


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas(text: str) -> None:
    assert outline(read(text)) == FORMULAS[text]


def test_a_formula_is_math() -> None:
    assert read(node("x", FORMAT="latexPatternFormat")).sections[0].heading == (Math("x"),)


# Images


def test_an_image_comes_from_beside_the_source() -> None:
    hook = '<hook NAME="ExternalObject" URI="{}" SIZE="0.5"/>'
    text = node("A", hook.format("a.png"), hook.format("b.png"), hook.format("gone.png"))
    report = Report()
    document = read(text, report, a_png=PNG, b_png=png(4, 4))
    assert outline(document) == f"# A\n![A]({key_of(PNG)})\n![A]({key_of(png(4, 4))})\n![A](gone.png)"
    assert topics(document)[0].image == key_of(PNG)
    assert said(report) == [("image-missing", "lost")]


def test_a_title_says_what_an_image_shows() -> None:
    text = node("", '<hook NAME="ExternalObject" URI="a.png" TITLE="A house"/>')
    document = read(text, a_png=PNG)
    assert outline(document) == f"# ![A house]({key_of(PNG)})"


# Attributes, scripts, secrets


def test_attributes_are_one_paragraph() -> None:
    text = node("A", '<attribute NAME="cost" VALUE="3"/><attribute NAME="who" VALUE=""/><attribute/>', TAGS="x\ny")
    assert outline(read(text)) == "# A\ncost: 3 · who · x · y"
    assert outline(read('<node TEXT="A" TAGS="x&#xa;y"/>')) == "# A\nx · y"


def test_scripts_are_left_out() -> None:
    report = Report()
    text = node("A", '<attribute NAME="script1" VALUE="node.delete()"/><attribute NAME="scripture" VALUE="Gen 1"/>')
    assert outline(read(text, report)) == "# A\nscripture: Gen 1"
    assert [(item.code, item.severity, item.where) for item in report.items] == [("script", "lost", "A")]


def test_a_node_that_has_but_a_script_says_nothing() -> None:
    text = node("A", node("", '<attribute NAME="script1" VALUE="x"/>', node("B")))
    assert outline(read(text)) == "# A\n### B", "for its place was taken while there might have been something"


def test_formulas_of_freeplane_are_shown_as_they_are_written() -> None:
    report = Report()
    text = node("=1 + 1", '<attribute NAME="a" VALUE="=x"/>', plain("=node.text", ""))
    assert outline(read(freeplane(text), report)) == "# =1 + 1\n=node.text\na: =x"
    assert [(item.code, item.severity, item.where, item.count) for item in report.items] == [
        ("script", "note", "=1 + 1", 3)
    ]
    assert outline(read(text, report := Report())) == "# =1 + 1\n=node.text\na: =x"
    assert report.items == (), "FreeMind has no formulas"


def test_what_is_encrypted_is_named() -> None:
    report = Report()
    assert outline(read(node("Plan B", ENCRYPTED_CONTENT="xyz"), report)) == "# Plan B"
    assert said(report) == [("encrypted", "lost")]
    assert "the topic Plan B is left out" in report.items[0].what


# Sources that are no map, or odd


def test_a_map_without_nodes_is_an_empty_document() -> None:
    assert outline(read('<map version="1.0.1"/>')) == ""
    assert topics(read('<map version="1.0.1"/>')) == ()


def test_several_nodes_are_several_roots() -> None:
    assert outline(read(node("A") + node("B"))) == "# A\n# B"


@pytest.mark.parametrize("text", ["<opml/>", "<node/>", '<map:map xmlns:map="x"/>'])
def test_another_element_is_no_map(text: str) -> None:
    with pytest.raises(UnreadableSource, match="is XML, but not a map of FreeMind or Freeplane: it begins with <"):
        read(text.encode())


NAMES = st.sampled_from(["node", "richcontent", "html", "body", "p", "icon", "font", "hook", "attribute", "arrowlink"])
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["TEXT", "ID", "LINK", "TYPE", "BUILTIN", "NAME", "VALUE", "URI", "DESTINATION", "CONTENT_ID"]),
    st.sampled_from(["", "a", "b", "#a", "NOTE", "DETAILS", "idea", "ExternalObject", "=1", "\\latex $x", "a\nb"]),
)
TREES = st.recursive(
    st.sampled_from(["", "a", " "]),
    lambda inner: st.builds(
        lambda name, stated, inside: f"<{name}{stated}>{''.join(inside)}</{name}>",
        NAMES,
        ATTRIBUTES.map(lambda stated: "".join(f" {name}={quoteattr(value)}" for name, value in stated.items())),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(tree=TREES, maxheading=st.integers(0, 5))
def test_any_tree_yields_a_document(tree: str, maxheading: int) -> None:
    document = read(freeplane(f"<node>{tree}</node>"), maxheading=maxheading)
    found = topics(document)
    assert all(-1 <= topic.parent < number for number, topic in enumerate(found))
    assert len({topic.id for topic in found}) == len(found)


def test_a_map_may_be_as_deep_as_it_likes() -> None:
    report = Report()
    document = read('<node TEXT="a">' * 30_000 + "</node>" * 30_000, report)
    assert len(topics(document)) == 30_000
    assert outline(document).count("a") == 30_000
    assert [(item.code, item.count) for item in report.items] == [("nesting", 1)]


def test_notes_and_lists_together_stay_within_the_depth_that_exporters_can_bear() -> None:
    note = plain("\n".join(f"{'  ' * level}- a" for level in range(60)), "markdown")
    text = node("A", *[f'<node TEXT="{level}">' for level in range(90)], note, *["</node>"] * 90)
    document = read(text, maxheading=1)
    assert len(topics(document)) == 91

    def depth(blocks: Blocks) -> int:
        inner = [within for block in blocks for within in parts(block)]
        return 1 + max(map(depth, inner)) if inner else 0

    assert depth(document.sections[0].blocks) == maps.MAX_DEPTH


MUCH = {
    "clones": node("A", node("x" * 500_000, ID="1"), '<node CONTENT_ID="1"/>' * 20_000),
    "clones of rich text": node(
        "A", f'<node ID="1">{rich("<p>a</p>" * 20_000)}</node>', '<node TREE_ID="1"/>' * 10_000
    ),
    "lines": node("A", node("x" * 500_000, ID="1"), '<arrowlink DESTINATION="1"/>' * 20_000),
    "links": node("A", node("x" * 500_000, ID="1"), '<node TEXT="a" LINK="#1"/>' * 20_000),
    "images": node("x" * 500_000, '<hook NAME="ExternalObject" URI="a.png"/>' * 20_000),
    "icons": node("A", '<icon BUILTIN="idea"/>' * 50_000),
    "attributes": node("A", '<attribute NAME="a" VALUE="b"/>' * 50_000),
    "notes": node("A", plain("a", "markdown") * 2_000),
    "dollars": node("$a" * 200_000, FORMAT="latexPatternFormat"),
    "lone dollars": node("$ " * 200_000, FORMAT="latexPatternFormat"),
    "lines of text": f'<node TEXT="A"><node TEXT="{"a&#xa;" * 100_000}"/></node>',
}


@pytest.mark.parametrize("what", MUCH)
def test_much_of_anything_is_read_in_time_that_is_proportional(what: str) -> None:
    document = read(MUCH[what], maxheading=2)
    assert topics(document)
    assert len(outline(document)) < 6_000_000


# The samples


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.mm")), ids=lambda path: path.stem)
def test_the_samples_are_read_without_a_loss(path: Path) -> None:
    def beside(name: str) -> bytes:
        return (path.parent / name).read_bytes()

    report = Report()
    document = readers.read(Source(path.read_bytes(), path.name, beside), report)
    assert document.sections
    assert [item for item in report.items if item.severity == "lost"] == []
