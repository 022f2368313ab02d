"""Writes what stands within a line, in two steps.

`_flatten` lays the tree of inline nodes out as pieces: texts, marks that stand as they are, the delimiters of emphasis.
`_Line` writes them from left to right. Then the characters on both sides of each are known, and on these depends what
must be escaped, and whether a delimiter opens or closes (CommonMark 0.31.2, 6.2). Where it would not, the letter beside
it becomes an entity, which ends with punctuation: `a&#98;**"c"**`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from unicodedata import category

from exporters.document.nodes import (
    Code,
    Emphasis,
    FootnoteReference,
    Image,
    Inlines,
    LineBreak,
    Link,
    Math,
    RawInline,
    Strikethrough,
    Strong,
)
from exporters.formats.markdown import escaping, html
from exporters.frozen import frozen
from exporters.report import Code as Reported
from exporters.report import Report


class Place(Enum):
    """Where a line stands, which decides what in it would be taken for something else."""

    PARAGRAPH = auto()
    ITEM = auto()
    """A paragraph that begins a list item, where `[ ]` makes a task of it."""
    TASK = auto()
    """A paragraph after `[ ]`, which is not the begin of a line."""
    HEADING = auto()
    """On one line, after `#`."""
    CELL = auto()
    """On one line, between bars."""


@frozen
class Context:
    """What the lines of one document share."""

    report: Report
    image: Callable[[Image], str]
    """The label of the definition that holds an image; "" where the image's own address is written."""
    label: Callable[[str], str]
    """The label of a footnote, as it is written."""
    url: Callable[[str], str]
    """The address of a link, as it is written."""


def write(content: Inlines, place: Place, context: Context) -> str:
    """The Markdown of inline nodes: one line, or the lines of a paragraph."""
    pieces = list(_without_seams(_flatten(content, place, context)))
    line = _Line(pieces, place, context.report).joined()
    while line.endswith(_Break.mark):
        line = line.removesuffix(_Break.mark)  # after the last line there is nothing to break
    if pieces and isinstance(pieces[0], _Tag) and place in (Place.PARAGRAPH, Place.ITEM):
        return _not_a_block(pieces[0].mark, line)
    match place:
        case Place.CELL:
            return line.replace("|", "\\|")
        case Place.HEADING:
            return re.sub(r"(?:(?<=[ \t])|\A)#+\Z", r"\\\g<0>", line)  # or they would count as closing ones
        case Place.PARAGRAPH | Place.ITEM | Place.TASK:
            return line


def has_line_end(content: Inlines, soft: bool = True) -> bool:
    """Whether inline nodes stand on several lines; those of plain text only count if `soft` ones do."""
    for node in content:
        match node:
            case str() if soft and "\n" in node:
                return True
            case RawInline(text) | Math(text) if "\n" in text:
                return True
            case LineBreak():
                return True
            case Emphasis(inner) | Strong(inner) | Strikethrough(inner) | Link(inner) if has_line_end(inner, soft):
                return True
            case _:
                pass
    return False


@frozen
class _Text:
    text: str
    in_link: bool


@frozen
class _Mark:
    """Stands as it is."""

    mark: str


@frozen
class _Tag:
    """HTML: stands as it is, but not where it would begin a block."""

    mark: str


@frozen
class _Note:
    """The mention of a footnote, which a colon would make its definition."""

    mark: str


@frozen
class _Open:
    mark: str
    one_way: bool
    """Whether it may not look as if it could close, too: there is something around it to be closed."""


@frozen
class _Close:
    mark: str
    one_way: bool


class _Break:
    """A line that its author has ended."""

    mark = "\\\n"


type _Piece = _Text | _Mark | _Tag | _Note | _Open | _Close | _Break


def _flatten(
    content: Inlines, place: Place, context: Context, around: tuple[str, ...] = (), in_link: bool = False
) -> Iterator[_Piece]:
    """The pieces of inline nodes; `around` are the delimiters of the emphasis that they stand in."""
    touching = around[-1][0] if around else ""  # the delimiter just before
    for i, node in enumerate(content):
        before, touching = touching, ""
        match node:
            case str():
                yield _Text(node, in_link)
            case Emphasis() | Strong() | Strikethrough():
                inner, mark = _delimited(node, around, before)
                if not mark:
                    context.report.degraded(Reported.STYLE, "Struck text beside struck text is written plain.")
                    yield from _flatten(inner, place, context, around, in_link)
                elif inner:
                    touching = mark[0]
                    one_way = mark == "~" or any(_may_match(mark, other) for other in around)
                    yield _Open(mark, one_way)
                    yield from _flatten(inner, place, context, (*around, mark), in_link)
                    yield _Close(mark, one_way)
            case Code(text):
                if text:
                    yield _Mark(escaping.code(text))
            case Math():
                following = content[i + 1] if i + 1 < len(content) else ""
                before_digit = isinstance(following, str) and following[:1].isdecimal()
                yield _Mark(_math(node, place, before_digit, context.report))
            case Link():
                yield from _link(node, place, context, in_link)
            case Image():
                yield from _image(node, context)
            case FootnoteReference(label):
                yield _Note(f"[^{context.label(label)}]")
            case LineBreak() if place in (Place.HEADING, Place.CELL):
                context.report.degraded(Reported.STYLE, "A line break in a heading or a table is written as <br>.")
                yield _Tag("<br>")
            case LineBreak():
                yield _Break()
            case RawInline(tag):
                yield _tag(tag, place, context.report)


def _delimited(node: Emphasis | Strong | Strikethrough, around: tuple[str, ...], before: str) -> tuple[Inlines, str]:
    """The content of an emphasis and its delimiter: not that around it, nor that just before; "" if none is left."""
    match node:
        case Strikethrough(inner):
            struck = sum(mark[0] == "~" for mark in around)
            return inner, "" if before == "~" and not struck else "~" if struck % 2 else "~~"
        case Emphasis((Strong(inner),)):
            length = 3
        case Emphasis(inner):
            length = 1
        case Strong(inner):
            length = 2
    outer = next((mark[0] for mark in reversed(around) if mark[0] != "~"), "")
    wanted, other = "_*" if outer == "*" else "*_"
    return inner, (other if before == wanted else wanted) * length


def _may_match(mark: str, other: str) -> bool:
    """Whether two delimiters could be taken for a pair: the same, but for rules 9 and 10 of CommonMark 0.31.2, 6.2."""
    if mark[0] == "~" or mark[0] != other[0]:
        return mark == other
    return (len(mark) + len(other)) % 3 != 0 or len(mark) % 3 == 0


def _math(node: Math, place: Place, before_digit: bool, report: Report) -> str:
    on_one_line = not node.display or place in (Place.HEADING, Place.CELL)
    formula = node.text.replace("\n", " ") if on_one_line else node.text
    if not formula.strip() or not escaping.fits_dollars(formula):
        report.degraded(Reported.MATH, "A formula that does not fit between dollar signs is written as code.")
        return escaping.code(formula or " ")
    if node.display:
        return f"$${escaping.formula(formula)}$$"
    # Before a digit, the dollar signs would be those of two prices.
    plain = formula == formula.strip() and not before_digit
    return f"${formula}$" if plain else f"$`{formula}`$"


def _link(node: Link, place: Place, context: Context, in_link: bool) -> Iterator[_Piece]:
    if in_link:
        context.report.degraded(Reported.LINK, "A link within a link is written as its text.")
        yield from _flatten(node.content, place, context, (), in_link)
    elif _is_address(node):
        yield _Mark(f"<{node.content[0]}>")
    else:
        # The mention of a footnote is a link itself, so that it can only come after.
        inner = tuple(each for each in node.content if not isinstance(each, FootnoteReference))
        yield _Mark("[")
        yield from _flatten(inner, place, context, (), True)
        yield _Mark(f"]({_target(context.url(node.url), node.title)})")
        yield from (_Note(f"[^{context.label(n.label)}]") for n in node.content if isinstance(n, FootnoteReference))


_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>\x00-\x20\x7f]*")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAIL = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")


def _is_address(node: Link) -> bool:
    """Whether a link is but its address, so that angle brackets are enough (CommonMark 0.31.2, 6.5)."""
    match node:
        case Link((str(text),), url, "") if text == url:
            return _URI.fullmatch(text) is not None
        case Link((str(text),), url, "") if f"mailto:{text}" == url:
            return _MAIL.fullmatch(text) is not None
        case _:
            return False


def _image(node: Image, context: Context) -> Iterator[_Piece]:
    label = context.image(node)
    yield _Mark("![")
    yield _Text(node.alternative.replace("\n", " "), True)
    yield _Mark(f"][{label}]" if label else f"]({_target(node.url, node.title)})")


def _target(url: str, title: str) -> str:
    if not title:
        return escaping.address(url) if url else ""
    return f"{escaping.address(url)} {escaping.title(title)}"


def _tag(tag: str, place: Place, report: Report) -> _Piece:
    if not (tag.startswith("<") and tag.endswith(">")):
        report.degraded(Reported.RAW_HTML, "Raw HTML that is no tag is written as text.")
        return _Text(tag, False)
    if place in (Place.HEADING, Place.CELL):
        return _Tag(tag.replace("\n", " "))
    return _Tag(re.sub(r"\n(?=[-+*>#=~|:<`\[\d])", _INDENTED_LINE, tag))


# Four spaces keep a line of a paragraph from beginning a block, and are not part of it.
_INDENTED_LINE = "\n    "


def _not_a_block(tag: str, line: str) -> str:
    """A paragraph that begins with HTML, where the HTML would else be a block.

    A definition that nobody refers to, often seen as a comment, begins a paragraph and leaves no trace in it.
    """
    alone = line.partition("\n")[0].rstrip(" \t") == tag
    return f"[//]: #{_INDENTED_LINE}{line}" if alone or html.interrupts(tag) else line


def _without_seams(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """The pieces with adjacent texts as one."""
    text = None
    for piece in pieces:
        if isinstance(piece, _Text):
            text = piece if text is None else _Text(text.text + piece.text, piece.in_link)
            continue
        if text is not None and text.text:
            yield text
        text = None
        yield piece
    if text is not None and text.text:
        yield text


# What may end a formula: a dollar sign that follows no space, or one that becomes an entity.
_CLOSING_AFTER = r"(?<![^ \t\n][ \n])\$"
_CLOSING = rf"(?<!\A){_CLOSING_AFTER}"


class _Line:
    """One line, or those of one paragraph, in the making."""

    def __init__(self, pieces: list[_Piece], place: Place, report: Report) -> None:
        self.pieces = pieces
        self.place = place
        self.report = report
        self.out: list[str] = []
        """What was written of each piece."""
        self.opened: list[int] = []
        """Which delimiters are not closed yet; -1 for one that was left out."""
        self.as_entity = False
        """Whether the next text begins with an entity."""
        marks = [piece.text if isinstance(piece, _Text) else piece.mark for piece in pieces]
        # One dollar sign, or several before words, are no formula; and a single tilde strikes nothing.
        self.math = any(re.search(_CLOSING if i == 0 else _CLOSING_AFTER, mark) for i, mark in enumerate(marks))
        self.struck = sum(mark.count("~") for mark in marks) > 1

    def joined(self) -> str:
        for i, piece in enumerate(self.pieces):
            match piece:
                case _Text(raw, in_link):
                    self.out.append(self.text(i, raw, in_link))
                case _Open():
                    self.out.append(self.open(i, piece))
                case _Close():
                    self.out.append(self.close(i, piece))
                case _Tag(tag):
                    self.out.append(f"    {tag}" if self.before(i) == "\n" else tag)
                case _Mark("[") if isinstance(self.neighbour(i - 1), _Note):
                    # Brackets after brackets are a reference, even if these mention a footnote.
                    self.report.degraded(
                        Reported.FOOTNOTE, "A comment parts a footnote's mention from the link after it."
                    )
                    self.out.append("<!-- -->[")
                case _Mark() | _Note() | _Break():
                    self.out.append(piece.mark)
        return "".join(self.out)

    def before(self, i: int) -> str:
        """The last character before a piece."""
        while i > 0:
            i -= 1
            if self.out[i]:
                return self.out[i][-1]
        return ""

    def after(self, i: int) -> str:
        """The first character of what follows a piece."""
        match self.neighbour(i + 1):
            case None:
                return ""
            case _Text(raw):
                return "&" if escaping.UNSAFE.match(raw) else raw[0]
            case piece:
                return piece.mark[0]

    def neighbour(self, i: int) -> _Piece | None:
        return self.pieces[i] if 0 <= i < len(self.pieces) else None

    def text(self, i: int, raw: str, in_link: bool) -> str:
        head = tail = ""
        begins = i == 0 or isinstance(self.neighbour(i - 1), _Break)
        ends = isinstance(self.neighbour(i + 1), _Break | None)
        if self.as_entity or (isinstance(self.neighbour(i - 1), _Open) and raw[0].isspace()):
            head, raw = escaping.entity(raw[0]), raw[1:]
        elif isinstance(self.neighbour(i - 1), _Note) and (raw[0] in "[(" or self.defines_note(i, raw)):
            head, raw = escaping.entity(raw[0]), raw[1:]  # or the mention would be a definition, or a link's text
        if raw and isinstance(self.neighbour(i + 1), _Close) and raw[-1].isspace():
            tail, raw = escaping.entity(raw[-1]), raw[:-1]
        self.as_entity = False
        before, after = head[-1:] or self.before(i), tail[:1] or self.after(i)
        one_line = self.place in (Place.HEADING, Place.CELL)
        line = escaping.text(raw, before, after, self.math, self.struck, in_link)
        line = escaping.spaces(line, begins and not head, ends and not tail, one_line)
        if not one_line:
            first = begins and not head and (i > 0 or self.place is not Place.TASK)
            line = escaping.line_starts(line, first, i == 0 and self.place is Place.ITEM)
        return head + line + tail

    def defines_note(self, i: int, raw: str) -> bool:
        """Whether a colon after the mention of a footnote at the begin of a line would make a definition of it."""
        return raw[0] == ":" and self.before(i - 1) in ("", "\n")

    def open(self, i: int, piece: _Open) -> str:
        after = self.after(i)
        if isinstance(self.neighbour(i + 1), _Text) and after.isspace():
            after = "&"  # see `text`
        if not _opens(self.before(i), after, piece):
            self.soften(i - 1)
        if _opens(self.before(i), after, piece):
            self.opened.append(i)
            return piece.mark
        self.opened.append(-1)
        return self.plain()

    def soften(self, i: int) -> None:
        """Writes the last letter of a text as an entity, so that a delimiter can follow it."""
        text, opener = self.neighbour(i), self.neighbour(i - 1)
        if not isinstance(text, _Text):
            return
        self.out[i] = self.out[i][:-1] + escaping.entity(self.out[i][-1])
        if len(text.text) > 1 or not isinstance(opener, _Open) or i - 1 not in self.opened:
            return
        # It was also the first letter, and what opens before it wants a letter, or no letter on its own other side.
        if not _opens(self.before(i - 1), "&", opener):
            self.soften(i - 2)
        if not _opens(self.before(i - 1), "&", opener):
            self.opened[self.opened.index(i - 1)] = -1
            self.out[i - 1] = self.plain()

    def close(self, i: int, piece: _Close) -> str:
        opener = self.opened.pop()
        if opener < 0:
            return ""
        after = self.after(i)
        if not _closes(self.before(i), after, piece) and isinstance(self.neighbour(i + 1), _Text):
            self.as_entity = not after.isspace()
            after = "&" if self.as_entity else after
        if _closes(self.before(i), after, piece) and not self.merges(i, piece, opener):
            return piece.mark
        self.out[opener] = ""
        return self.plain()

    def merges(self, i: int, piece: _Close, opener: int) -> bool:
        """Whether a delimiter becomes one with that before it, whose length then counts (rules 9 and 10)."""
        inner = self.neighbour(i - 1)
        if not isinstance(inner, _Close) or inner.mark[0] != piece.mark[0] or self.before(i) != piece.mark[0]:
            return False
        return all(_flanking(self.before(opener), self.out[opener + 1][:1]))

    def plain(self) -> str:
        self.report.degraded(Reported.STYLE, "Emphasis that Markdown has no delimiters for is written plain.")
        return ""


def _opens(before: str, after: str, piece: _Open) -> bool:
    left, right = _flanking(before, after)
    match piece.mark[0]:
        case "_":
            return left and (not right or _kind(before) == ".") and not (piece.one_way and right)
        case _:
            return left and not (piece.one_way and right)


def _closes(before: str, after: str, piece: _Close) -> bool:
    left, right = _flanking(before, after)
    match piece.mark[0]:
        case "_":
            return right and (not left or _kind(after) == ".") and not (piece.one_way and left)
        case _:
            return right and not (piece.one_way and left)


def _flanking(before: str, after: str) -> tuple[bool, bool]:
    """Whether a delimiter between two characters is left-flanking, and whether it is right-flanking."""
    b, a = _kind(before), _kind(after)
    return a != " " and (a != "." or b != "a"), b != " " and (b != "." or a != "a")


def _kind(character: str) -> str:
    """A space, punctuation, or a letter; the begin and end of a line count as spaces."""
    if not character or character.isspace():
        return " "
    return "." if category(character)[0] in "PS" else "a"
