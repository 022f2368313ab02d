"""Any map, for tests with hypothesis: topics whose words, notes, links and looks a reader could have found."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from exporters.document import (
    Block,
    Code,
    CodeBlock,
    Connector,
    Edge,
    Emphasis,
    LineBreak,
    Link,
    List,
    ListItem,
    Map,
    Paragraph,
    Strong,
    Topic,
)

MOST = 9  # topics

# What some syntax takes for markup, and what stands for others.
WORDS = (
    "a", "two words", "Größe", "שלום", "日本語", "a < b && c", "<b>bold</b>", "&amp;", '"quoted"', "1. one",
    "# heading", "- dash", "*star*", "a_b_c", "`code`", "[x](y)", "=1+1",
    "|", "👩‍🚀", "C:\\new", "{}", "$x$", "~~a~~", "50 %",
)  # fmt: skip
LINE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
LINES = st.lists(LINE, min_size=1, max_size=2).map("\n".join)
COLOURS = st.sampled_from(("", "", "#12abef"))
URLS = st.sampled_from(("", "", "", "https://example.org/?a=1&b=%20#c", "mailto:a@example.org", "plans/hut.pdf"))
ICONS = st.lists(st.sampled_from(("💡", "✔️", "🔦", "⛔", "♥️")), max_size=2).map(tuple)
EDGES = st.none() | st.builds(
    Edge, st.just(""), st.just("#00ff00"), st.sampled_from((None, "solid", "dashed", "dotted"))
)


def notes() -> SearchStrategy[tuple[Block, ...]]:
    """Paragraphs, plain and dressed, code and lists."""
    words = LINE.filter(lambda text: "https" not in text)
    plain = words.map(lambda text: Paragraph((text,)))
    broken = st.tuples(words, words).map(lambda two: Paragraph((two[0], LineBreak(), two[1])))
    dressed = words.map(
        lambda text: Paragraph(("see ", Strong((text,)), " and ", Emphasis((Code("x"),)), " at ", _LINK))
    )
    code = words.map(lambda text: CodeBlock(f"{text}\n  more\n"))
    bullets = st.lists(plain, min_size=1, max_size=2).map(
        lambda items: List(tuple(ListItem((each,)) for each in items))
    )
    return st.lists(plain | broken | dressed | code | bullets, max_size=2).filter(_parted).map(tuple)


_LINK = Link(("there",), "https://example.org/")


def _parted(blocks: list[Block]) -> bool:
    """Whether no two lists stand beside each other, which would be one."""
    return not any(isinstance(a, List) and isinstance(b, List) for a, b in pairwise(blocks))


@st.composite
def maps(draw: st.DrawFn, one_root: bool = False, icons: bool = True) -> Map:
    """A map whose topics all say something."""
    topics: list[Topic] = []
    for number in range(draw(st.integers(1, MOST))):
        parent = draw(st.integers(0 if one_root and number else -1, number - 1)) if number else -1
        parent = _open(topics, parent)
        side = draw(st.sampled_from((None, "left", "right"))) if parent >= 0 and topics[parent].parent < 0 else None
        topics.append(
            Topic(
                str(number + 1), parent, draw(LINES), draw(URLS), draw(notes()), side, None, draw(st.booleans()),
                draw(COLOURS), draw(COLOURS), "", draw(ICONS) if icons else (), draw(EDGES),
            )
        )  # fmt: skip
    ids = [topic.id for topic in topics]
    line = st.builds(
        Connector, st.sampled_from(ids), st.sampled_from(ids), st.just(Edge("then", "#0000ff", None, True))
    )
    return Map(tuple(topics), tuple(draw(st.lists(line, max_size=2))))


def _open(topics: list[Topic], parent: int) -> int:
    """The nearest topic from this one upwards that is not closed: topics are in reading order."""
    open = {-1}
    place = len(topics) - 1
    while place >= 0:
        open.add(place)
        place = topics[place].parent
    while parent not in open:
        parent = topics[parent].parent
    return parent
