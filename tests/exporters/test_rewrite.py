"""Rewriting a document: what changes, and what stays the very same object."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from samples import EVERYTHING, kinds_in

from exporters.document import (
    Block,
    BlockQuote,
    Definition,
    DefinitionList,
    Document,
    Emphasis,
    FootnoteReference,
    Heading,
    Image,
    Inline,
    Link,
    Map,
    Paragraph,
    Section,
    Topic,
)
from exporters.document.rewrite import Change, rewritten
from exporters.frozen import frozen


def upper(_: Any, old: str) -> str:
    return old.upper()


def same(_: Any, old: Any) -> Any:
    return "".join(list(old)) if isinstance(old, str) else old


LINKS: dict[str, tuple[Document, Document]] = {
    "in a paragraph": (
        Document((Paragraph((Link(("a",), "a", "a"),)),)),
        Document((Paragraph((Link(("a",), "A", "a"),)),)),
    ),
    "in emphasis": (
        Document((Paragraph(("b", Emphasis((Link(("a",), "a"),)))),)),
        Document((Paragraph(("b", Emphasis((Link(("a",), "A"),)))),)),
    ),
    "in a heading": (
        Document(sections=(Section(1, (Link(("a",), "a"),), "a"),)),
        Document(sections=(Section(1, (Link(("a",), "A"),), "a"),)),
    ),
    "in a tuple of tuples": (
        Document((DefinitionList((Definition(((Link(("a",), "a"),),), ((Paragraph(("a",)),),)),)),)),
        Document((DefinitionList((Definition(((Link(("a",), "A"),),), ((Paragraph(("a",)),),)),)),)),
    ),
    "of a map": (Document(map=Map((Topic("a", -1, "a", "a"),))), Document(map=Map((Topic("a", -1, "a", "A"),)))),
    "of metadata": (Document(metadata={"url": "a"}), Document(metadata={"url": "a"})),
}


@pytest.mark.parametrize("where", LINKS)
def test_a_field_changes_wherever_its_node_is(where: str) -> None:
    before, after = LINKS[where]
    assert rewritten(before, {"url": upper}) == after


def test_a_change_sees_the_node_and_may_leave_it() -> None:
    def of_links(node: Any, old: str) -> str:
        return "b" if isinstance(node, Link) else old

    before = Document((Paragraph((Link((Image("a"),), "a"),)),))
    assert rewritten(before, {"url": of_links}) == Document((Paragraph((Link((Image("a"),), "b"),)),))


def test_several_fields_change_at_once() -> None:
    before = Document(
        sections=(Section(1, ("a", FootnoteReference("a")), "a", (BlockQuote((Heading(2, ("b",), "b"),)),)),)
    )
    changes: dict[str, Change] = {"id": upper, "label": upper, "level": lambda _, level: level + 1}
    after = Document(
        sections=(Section(2, ("a", FootnoteReference("A")), "A", (BlockQuote((Heading(3, ("b",), "B"),)),)),)
    )
    assert rewritten(before, changes) == after


def test_changes_come_in_reading_order() -> None:
    inner = Section(2, ("c",), "c")
    seen: list[str] = []
    rewritten(
        Document((BlockQuote((Heading(1, (), "a"),)),), (Section(1, (), "b", (), (inner,)), Section(1, (), "d"))),
        {"id": lambda _, old: seen.append(old) or old},  # type: ignore[func-returns-value]
    )
    assert seen == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "changes", [{}, {"url": same, "id": same, "label": same, "level": same, "text": same}, {"no": upper}]
)
def test_where_nothing_changes_nothing_is_made_anew(changes: dict[str, Change]) -> None:
    assert rewritten(EVERYTHING, changes) is EVERYTHING


def test_what_is_beside_a_change_is_not_made_anew() -> None:
    before = Document((Paragraph(("a", Link(("b",), "b"))), Paragraph(("c", Emphasis(("d",))))))
    after = rewritten(before, {"url": upper})
    assert after.blocks[1] is before.blocks[1]
    assert after.blocks[0] is not before.blocks[0]


def test_no_node_of_any_kind_is_left_out() -> None:
    names = {name for kind in kinds_in(EVERYTHING) for name in kind.__match_args__}  # type: ignore[attr-defined]
    seen: set[type] = set()

    def note(node: Any, old: Any) -> Any:
        seen.add(type(node))
        return old

    rewritten(EVERYTHING, dict.fromkeys(names, note))
    with_texts = {
        kind
        for kind in kinds_in(EVERYTHING)
        for name in kind.__match_args__  # type: ignore[attr-defined]
        if any(type(getattr(node, name)) in (str, int) for node in every(EVERYTHING, kind))
    }
    assert with_texts - seen == set(), "each has a field that a change can see"
    assert len(seen) > 20


def every(root: object, kind: type) -> list[Any]:
    found, todo = [], [root]
    while todo:
        node = todo.pop()
        if type(node) is kind:
            found.append(node)
        if isinstance(node, tuple):
            todo += node
        else:
            todo += (getattr(node, name) for name in getattr(node, "__match_args__", ()))
    return found


@frozen
class Film:
    """A kind of node that nobody knows yet."""

    url: str
    caption: tuple[Inline, ...]


def test_a_kind_that_is_new_is_gone_through_like_the_others() -> None:
    before: Any = Document((Film("a", (Link((), "b"),)),))  # type: ignore[arg-type]
    assert rewritten(before, {"url": upper}).blocks == (Film("A", (Link((), "B"),)),)


def test_blocks_may_nest_as_deep_as_readers_let_them() -> None:
    block: Block = Paragraph((Link((), "a"),))
    for _ in range(100):
        block = DefinitionList((Definition(((),), ((block,),)),))
    assert [link.url for link in every(rewritten(Document((block,)), {"url": upper}), Link)] == ["A"]


@given(
    some.lists(some.sampled_from("abc"), max_size=8),
    some.dictionaries(some.sampled_from("abc"), some.sampled_from("xyz")),
)
def test_only_what_a_change_changes_is_changed(urls: list[str], new: dict[str, str]) -> None:
    def changed(urls: list[str]) -> Document:
        return Document(tuple(Paragraph((Link((url,), url),)) for url in urls))

    after = rewritten(changed(urls), {"url": lambda _, old: new.get(old, old)})
    assert [node.url for node in every(after, Link)] == [new.get(url, url) for url in reversed(urls)]
    back = rewritten(after, {"url": lambda node, _: node.content[0]})
    assert back == changed(urls)
