"""What becomes of each kind of element: how its text looks, what its begin and its end do, and the block it makes."""

from __future__ import annotations

from collections.abc import Callable
from copy import replace
from typing import TYPE_CHECKING

from exporters.document.nodes import (
    Admonition,
    BlockQuote,
    Blocks,
    Details,
    Figure,
    Heading,
    Paragraph,
    Tab,
    Tabs,
)
from exporters.document.walk import plain_text
from exporters.readers.html.anchors import target_of
from exporters.readers.html.frames import Content, Entry, Frame, Own, definitions, line_of
from exporters.readers.html.lists import Item, cut_marker, nested, read_marker
from exporters.readers.html.nesting import Element
from exporters.readers.html.styles import STRONG, Look
from exporters.readers.html.tables import Row, Written, made_of
from exporters.readers.html.tags import names
from exporters.report import Code as About
from exporters.toolbox import urls

if TYPE_CHECKING:
    from exporters.readers.html.tree import Tree


# How the text in an element looks, where its tag does not say all of it


def _look_of_link(tree: Tree, element: Element, own: Own) -> Look:
    its, look = own.role.attributes, own.role.look
    url = its.get("href", "").strip()
    if len(url) > 1 and url[0] == "#":
        target = target_of(url)
        if target in tree.anchors.labels:
            own.label = tree.anchors.labels[target]
            return look
        if tree.in_notes and target in tree.anchors.marks:
            tree.hidden = element
            return look
        url = f"#{tree.anchors.leads[target]}" if target in tree.anchors.leads else url
    elif url.startswith(_REDIRECTING):
        url = _redirected(url)
    if not urls.is_safe(url):
        what = "Links that would run a script are only their words."
        tree.report.lost(About.LINK, what, tree.reading.where)
        return look
    return replace(look, on=(*look.on, ("link", url, its.get("title", "")))) if url else look


_REDIRECTING = ("https://www.google.com/url?", "http://www.google.com/url?")


def _redirected(url: str) -> str:
    """Where a link leads that Google Docs has sent by way of Google."""
    from urllib.parse import parse_qs  # 5 ms, for those who need it

    return parse_qs(url.partition("?")[2], max_num_fields=20).get("q", [url])[0]


def _look_of_key(tree: Tree, element: Element, own: Own) -> Look:
    look = own.role.look
    if any(mark[0] == "key" for mark in tree.marks):
        return look
    return replace(look, on=(*look.on, ("key", str(element.at))))  # by which two keys do not become one


def _look_of_heading(tree: Tree, _: Element, own: Own) -> Look:
    strong = tree.frames[-1].kind == "cell"
    return replace(own.role.look, on=(*own.role.look.on, STRONG)) if strong else own.role.look


def _look_of_cell(tree: Tree, element: Element, own: Own) -> Look:
    """Words at the begin of a row are as strong as browsers show them."""
    frame = tree.frames[-1]
    strong = element.name == "th" and frame.kind == "table" and len(frame.rows) > 1 and not frame.rows[-1].in_head
    return replace(own.role.look, on=(*own.role.look.on, STRONG)) if strong else own.role.look


LOOKS: dict[str, Callable[[Tree, Element, Own], Look]] = {
    "link": _look_of_link,
    "key": _look_of_key,
    "heading": _look_of_heading,
    "cell": _look_of_cell,
}


# Elements that begin


def _open_verbatim(tree: Tree, element: Element, _: Own) -> None:
    tree.begin_verbatim(element)


def _open_math(tree: Tree, element: Element, own: Own) -> None:
    if own.role.text is None:
        tree.begin_verbatim(element)
        return
    tree.put_formula(own.role.text.strip(), own.role.display)
    tree.hidden = element


def _open_quotation(tree: Tree, _: Element, __: Own) -> None:
    tree.line.text("‘" if tree.quotations % 2 else "“", tree.marks)
    tree.quotations += 1


def _open_above(tree: Tree, _: Element, __: Own) -> None:
    tree.line.text("(", tree.marks)


def _open_box(tree: Tree, _: Element, own: Own) -> None:
    tree.frames[-1].checked = own.role.checked


def _open_list(tree: Tree, _: Element, own: Own) -> None:
    if own.role.ordered and "reversed" in own.role.attributes:
        tree.report.degraded(About.NODE, "Lists that count down are counted upwards.", tree.reading.where)
    if own.role.ordered and own.role.attributes.get("type", "").strip() in _LETTERS:
        tree.report.degraded(About.NODE, _IS_LETTERED, tree.reading.where)
    if not tree.flat:
        tree.push(own, "list", depth=1)
        return
    start = _whole_number(own.role.attributes.get("start", ""), 1)
    tree.counters.append(start - 1 if own.role.ordered else None)
    if tree.frames[-1].kind == "cell":
        what = "Lists in cells of tables are lines of text."
        tree.report.degraded(About.TABLE, what, tree.reading.where)


_LETTERS = names("A I a i")
_IS_LETTERED = "Lists with letters or Roman numerals have ordinary numbers."


def _open_item(tree: Tree, _: Element, own: Own) -> None:
    if tree.flat:
        if tree.counters:
            before = tree.counters[-1]
            number = None if before is None else _whole_number(own.role.attributes.get("value", ""), before + 1)
            tree.line.text("• " if number is None else f"{number}. ", tree.marks)
            tree.counters[-1] = number
        return
    outer = tree.frames[-1]
    in_list = outer.kind == "list"
    level = own.role.level + (outer.role.level if in_list else 0)
    tree.push(own, "item", depth=level + (not in_list))


def _open_description(tree: Tree, _: Element, own: Own) -> None:
    tree.push(own, "description", depth=tree.frames[-1].kind != "definitions")


def _open_summary(tree: Tree, _: Element, own: Own) -> None:
    if tree.frames[-1].kind == "details" and tree.frames[-1].title is None:
        tree.push(own, "summary")


def _open_caption(tree: Tree, _: Element, own: Own) -> None:
    if tree.frames[-1].kind in ("figure", "table") and not tree.frames[-1].caption:
        tree.push(own, "caption")


def _open_table(tree: Tree, element: Element, own: Own) -> None:
    if tree.frames[-1].kind == "cell":
        what = "Tables in cells of tables are lines of text."
        tree.report.degraded(About.TABLE, what, tree.reading.where)
    if element.at not in tree.laying_out:
        tree.push(own, "table")


def _open_head(tree: Tree, _: Element, __: Own) -> None:
    tree.frames[-1].in_head = tree.frames[-1].kind == "table"


def _open_row(tree: Tree, _: Element, __: Own) -> None:
    if tree.frames[-1].kind == "table":
        tree.frames[-1].rows.append(Row(tree.frames[-1].in_head))


def _open_cell(tree: Tree, _: Element, own: Own) -> None:
    if tree.frames[-1].kind == "table":
        tree.alignment = own.role.look.alignment if own.role.look.alignment != "inherited" else None
        tree.push(own, "cell")


def _open_notes(tree: Tree, _: Element, own: Own) -> None:
    if tree.anchors.notes:
        tree.push(own, "notes")


def _pushing(kind: str, depth: int = 0) -> Callable[[Tree, Element, Own], None]:
    return lambda tree, _, own: tree.push(own, kind, depth)


OPEN: dict[str, Callable[[Tree, Element, Own], None]] = {
    "admonition": _pushing("admonition", depth=1),
    "above": _open_above,
    "box": _open_box,
    "caption": _open_caption,
    "cell": _open_cell,
    "code": _open_verbatim,
    "definitions": _pushing("definitions", depth=1),
    "description": _open_description,
    "details": _pushing("details", depth=1),
    "figure": _pushing("figure", depth=1),
    "head": _open_head,
    "heading": _pushing("heading"),
    "item": _open_item,
    "list": _open_list,
    "math": _open_math,
    "notes": _open_notes,
    "quotation": _open_quotation,
    "quote": _pushing("quote", depth=1),
    "row": _open_row,
    "summary": _open_summary,
    "table": _open_table,
    "tabs": _pushing("tabs", depth=1),
    "term": _pushing("term"),
}


# Elements that end and have no frame


def _close_link(tree: Tree, own: Own) -> None:
    if own.label:
        tree.mention(own)
    elif _is_permalink(tree, own):
        tree.line.cut(own.at)


def _is_permalink(tree: Tree, own: Own) -> bool:
    """Whether a link is the sign (¶, #) at a heading that leads to the heading itself."""
    if tree.frames[-1].kind != "heading" or own.line != tree.lines or len(tree.line.words(own.at).strip()) > 1:
        return False
    return any(name in _PERMALINKS for name in own.role.attributes.get("class", "").lower().split())


_PERMALINKS = names(
    "anchor anchorjs-link hash-link header-anchor headeranchor-link headerlink heading-anchor heading-link"
)


def _close_marker(tree: Tree, own: Own) -> None:
    if tree.frames[-1].kind == "item" and own.line == tree.lines:
        tree.frames[-1].marker = tree.line.cut(own.at)


def _close_quotation(tree: Tree, _: Own) -> None:
    tree.quotations -= 1
    tree.line.text("’" if tree.quotations % 2 else "”", tree.marks)


def _close_above(tree: Tree, _: Own) -> None:
    tree.line.text(")", tree.marks)


def _close_list(tree: Tree, _: Own) -> None:
    if tree.flat and tree.counters:
        tree.counters.pop()


def _close_inline(tree: Tree, own: Own) -> None:
    if own.role.text and own.line == tree.lines and own.at == len(tree.line.pieces):
        tree.line.text(own.role.text, tree.marks)


def _close_head(tree: Tree, _: Own) -> None:
    tree.frames[-1].in_head = False


def _close_cell(tree: Tree, _: Own) -> None:
    if tree.flat:  # the cells of a table in a table stand beside each other
        tree.line.text(" ", tree.marks)


CLOSE: dict[str, Callable[[Tree, Own], None]] = {
    "above": _close_above,
    "cell": _close_cell,
    "head": _close_head,
    "inline": _close_inline,
    "link": _close_link,
    "list": _close_list,
    "marker": _close_marker,
    "quotation": _close_quotation,
}


# Frames that end


def _pop_heading(tree: Tree, frame: Frame, element: Element) -> None:
    content = line_of(frame)
    if not content or tree.frames[-1].kind == "notes":
        return
    id = tree.id_of(element, content)
    if len(tree.frames) > 1 or tree.outline is None:
        tree.put(Heading(frame.role.level, content, id))
        return
    root = tree.frames[0]
    tree.outline.blocks += tree.settled(root)
    tree.outline.section(frame.role.level, content, id)
    root.blocks, root.mixed = [], False
    tree.reading.where = plain_text(content)


def _pop_list(tree: Tree, frame: Frame, _: Element) -> None:
    role = frame.role
    items: list[Item] = []
    for each in frame.blocks:
        if isinstance(each, Item):
            items.append(each)
        elif items:  # a list that stands beside the item that it belongs to, as browsers let it
            items[-1].blocks += _blocks_of(each)
        else:
            items.append(Item(_blocks_of(each)))
    if items and items[0].number is None:
        items[0].number = _whole_number(role.attributes.get("start", ""), None)
    for item in items:
        item.level += role.level
        item.ordered = role.ordered if item.ordered is None else item.ordered
        item.checked = role.checked if item.checked is None else item.checked
    if "toggle" in role.attributes.get("class", "").split():  # Notion's, of one item that folds
        tree.put(*(block for item in items for block in item.blocks))
    else:
        tree.put(*(items if role.goes_on else nested(items)))


def _blocks_of(content: Content) -> Blocks:
    if isinstance(content, Entry):
        return (Paragraph(content.term),) if content.term else content.blocks
    return tuple(content.blocks) if isinstance(content, Item) else (content,)


def _pop_item(tree: Tree, frame: Frame, element: Element) -> None:
    role, blocks, said = frame.role, tree.settled(frame), frame.marker
    if not blocks and frame.checked is None and not read_marker(said).is_words:
        return  # what stood in it was for a screen alone: a button, a drawing
    of_word = element.name != "li"
    if of_word and not said:
        said, blocks = cut_marker(blocks)
        if not (said or role.sure):
            tree.put(*blocks)
            return
    marker = read_marker(said) if of_word else None
    number, ordered = None, role.ordered
    if marker is None:
        number = _whole_number(role.attributes.get("value", ""), None)
    else:
        ordered = bool(marker.numbers)
        if marker.has_letters:
            tree.report.degraded(About.NODE, _IS_LETTERED, tree.reading.where)
    tree.put(Item(blocks, ordered, role.level, number, frame.checked, frame.spaced, marker))


def _pop_quote(tree: Tree, frame: Frame, _: Element) -> None:
    if blocks := tree.settled(frame):
        tree.put(BlockQuote(blocks))


def _pop_admonition(tree: Tree, frame: Frame, _: Element) -> None:
    role, blocks, title = frame.role, tree.settled(frame), frame.title
    if title is not None and plain_text(title).casefold() in tree.names_of(role.admonition or "note"):
        title = None
    elif title is None and not role.sure:
        title = ()
    if blocks or title:
        tree.put(Admonition(role.admonition or "note", blocks, title))


def _pop_title(tree: Tree, frame: Frame, _: Element) -> None:
    tree.frames[-1].title = line_of(frame)


def _pop_details(tree: Tree, frame: Frame, _: Element) -> None:
    blocks = tree.settled(frame)
    if blocks or frame.title:
        is_open = "open" in frame.role.attributes
        tree.put(Details(frame.title or ("Details",), blocks, is_open, frame.role.admonition))


def _pop_tabs(tree: Tree, frame: Frame, _: Element) -> None:
    """Tabs are written as details of which one is open; where anything else stands among them, they are that."""
    blocks = tree.settled(frame)
    tabs = tuple(Tab(block.summary, block.blocks) for block in blocks if isinstance(block, Details))
    tree.put(*((Tabs(tabs),) if tabs and len(tabs) == len(blocks) else blocks))


def _pop_figure(tree: Tree, frame: Frame, _: Element) -> None:
    """A figure without a caption is but what stands in it."""
    blocks = tree.settled(frame)
    if frame.caption:
        tree.put(Figure(blocks, frame.caption))
    else:
        tree.put(*blocks)


def _pop_caption(tree: Tree, frame: Frame, _: Element) -> None:
    tree.frames[-1].caption = line_of(frame)


def _pop_table(tree: Tree, frame: Frame, _: Element) -> None:
    tree.put(*tree.settled(frame))  # what stood between its cells comes before it
    made = made_of(frame.rows)
    if made is None:
        tree.put(*((Paragraph(frame.caption),) if frame.caption else ()))
    else:
        tree.put(Figure((made,), frame.caption) if frame.caption else made)


def _pop_cell(tree: Tree, frame: Frame, element: Element) -> None:
    table = tree.frames[-1]
    if not table.rows:
        table.rows.append(Row(table.in_head))
    its = frame.role.attributes
    across = _whole_number(its["colspan"], 1) if "colspan" in its else 1
    down = _whole_number(its["rowspan"], 1) if "rowspan" in its else 1
    lines = (block for block in frame.blocks if isinstance(block, Paragraph))
    alignment = next((line.alignment for line in lines if line.alignment), None)
    cell = Written(line_of(frame), element.name == "th", max(across, 1), max(down, 0), alignment)
    table.rows[-1].cells.append(cell)


def _pop_definitions(tree: Tree, frame: Frame, _: Element) -> None:
    entries = [each if isinstance(each, Entry) else Entry(None, _blocks_of(each)) for each in frame.blocks]
    if entries:
        tree.put(*definitions(entries))


def _pop_term(tree: Tree, frame: Frame, _: Element) -> None:
    if content := line_of(frame):
        tree.put(Entry(content))


def _pop_description(tree: Tree, frame: Frame, _: Element) -> None:
    if blocks := tree.settled(frame):
        tree.put(Entry(None, blocks))


def _pop_notes(tree: Tree, frame: Frame, _: Element) -> None:
    tree.put(*tree.settled(frame))


def _pop_note(tree: Tree, frame: Frame, _: Element) -> None:
    tree.in_notes -= 1
    tree.notes.setdefault(frame.label, _trimmed(tree.settled(frame)))


def _trimmed(blocks: Blocks) -> Blocks:
    """The blocks of a footnote without the hard spaces that stood beside the links back."""
    for at, strip in ((0, str.lstrip), (-1, str.rstrip)):
        block = blocks[at] if blocks else None
        if isinstance(block, Paragraph) and isinstance(text := block.content[at], str) and strip(text, " \xa0"):
            content = list(block.content)
            content[at] = strip(text, " \xa0")
            whole = list(blocks)
            whole[at] = replace(block, content=tuple(content))
            blocks = tuple(whole)
    return blocks


POP: dict[str, Callable[[Tree, Frame, Element], None]] = {
    "admonition": _pop_admonition,
    "caption": _pop_caption,
    "cell": _pop_cell,
    "definitions": _pop_definitions,
    "description": _pop_description,
    "details": _pop_details,
    "figure": _pop_figure,
    "heading": _pop_heading,
    "item": _pop_item,
    "list": _pop_list,
    "note": _pop_note,
    "notes": _pop_notes,
    "quote": _pop_quote,
    "summary": _pop_title,
    "table": _pop_table,
    "tabs": _pop_tabs,
    "term": _pop_term,
    "title": _pop_title,
}
FLAT = names("caption cell heading summary term title")
"""The frames that are one line."""


def _whole_number[T](text: str, otherwise: T) -> int | T:
    text = text.strip()
    return int(text) if text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 10 else otherwise
