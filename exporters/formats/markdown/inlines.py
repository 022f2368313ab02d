"""Writes what stands within a line, in two steps.

`_flatten` lays the tree of inline nodes out as pieces: texts, marks that stand as they are, the delimiters of emphasis.
`_Line` writes them from left to right. Then the characters on both sides of each are known, and on these depends what
must be escaped, and whether a delimiter opens or closes (CommonMark 0.31.2, 6.2). Where it would not, the letter beside
it becomes an entity, which ends with punctuation: `a&#98;**"c"**`. Where that does not help, and for what Markdown has
no delimiters, there are tags that the reader takes for the same: `<em>`, `<sup>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from unicodedata import category

from exporters.document.nodes import (
    Abbreviation,
    Code,
    Emphasis,
    FootnoteReference,
    Highlight,
    Image,
    Inlines,
    Keyboard,
    LineBreak,
    Link,
    Math,
    RawInline,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)
from exporters.document.walk import plain_text, within
from exporters.formats.markdown import escaping, html
from exporters.frozen import frozen
from exporters.readers.inline_html import MAX_EMPHASIS
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
    UNDERLINED = auto()
    """The lines of a heading, above the line that makes it one."""
    CELL = auto()
    """On one line, between bars."""


_ON_ONE_LINE = (Place.HEADING, Place.CELL)
_WHERE_BLOCKS_BEGIN = (Place.PARAGRAPH, Place.ITEM, Place.UNDERLINED)
_HEADINGS = (Place.HEADING, Place.UNDERLINED)


@frozen
class Context:
    """What the lines of one document share."""

    report: Report
    image: Callable[[Image], str]
    """The label of the definition that holds an image; "" where its address is written."""
    path: Callable[[str], str]
    """The address of an image, as it is written."""
    attached: Callable[[str], str | None]
    """The name of a file that a link leads to, if that came with the source."""
    label: Callable[[str], str]
    """The label of a footnote, as it is written."""
    url: Callable[[str], str]
    """The address of a link, as it is written."""
    html: Callable[[str], str]
    """HTML of the source, as it is written."""


def write(content: Inlines, place: Place, context: Context) -> str:
    """The Markdown of inline nodes: one line, or the lines of a paragraph."""
    return _joined(list(_without_seams(_flatten(content, place, context))), place, context)


def _joined(pieces: list[_Piece], place: Place, context: Context, one_line: bool = False) -> str:
    line = _Line(pieces, place, context.report, one_line or place in _ON_ONE_LINE).joined()
    if pieces and isinstance(pieces[0], _Tag | _Break) and place in _WHERE_BLOCKS_BEGIN:
        return _not_a_block(pieces[0].tag, line)
    match place:
        case Place.CELL:
            return line.replace("|", "\\|")
        case Place.HEADING:
            return re.sub(r"(?:(?<=[ \t])|\A)#+\Z", r"\\\g<0>", line)  # or they would count as closing ones
        case Place.PARAGRAPH | Place.ITEM | Place.TASK | Place.UNDERLINED:
            return line


def write_lines(lines: tuple[Inlines, ...], place: Place, context: Context) -> str:
    """The Markdown of several lines, each on one; the `place` is that of the first."""
    pieces: list[_Piece] = []
    for line in lines:
        pieces += [_LineEnd(), *_flatten(line, place, context)]
    return _joined(list(_without_seams(pieces[1:])), place, context, one_line=True)


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
            case (
                Emphasis()
                | Strong()
                | Strikethrough()
                | Underline()
                | Highlight()
                | Superscript()
                | Subscript()
                | Link()
            ):
                if has_line_end(node.content, soft):
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
    raw: bool = False
    """Whether the source has it; else it stands for a node."""

    @property
    def tag(self) -> str:
        return self.mark


@frozen
class _Note:
    """The mention of a footnote, which a colon would make its definition."""

    mark: str


@frozen
class _Open:
    mark: str
    one_way: bool
    """Whether it may not look as if it could close, too: there is something around it to be closed."""
    tags: str
    """What does the same where it can not; "" where there are too many around it."""


@frozen
class _Close:
    mark: str
    one_way: bool
    tags: str


class _Break:
    """A line that its author has ended."""

    mark = "\\\n"
    tag = "<br>"


class _LineEnd:
    """Parts one line from the next, where each stands for itself."""

    mark = "\n"


type _Piece = _Text | _Mark | _Tag | _Note | _Open | _Close | _Break | _LineEnd


def _flatten(
    content: Inlines,
    place: Place,
    context: Context,
    around: tuple[str, ...] = (),
    in_link: bool = False,
    inside: str = "",
) -> Iterator[_Piece]:
    """The pieces of inline nodes.

    `around` are the delimiters of the emphasis that they stand in, `inside` is the mark of one right around them.
    """
    touching = inside  # the mark just before
    for i, node in enumerate(content):
        before, touching = touching, ""
        match node:
            case "" | Code(""):
                touching = before
            case str():
                yield _Text(node, in_link)
            case Emphasis() | Strong() | Strikethrough():
                inner, mark = _delimited(node, around, before)
                opening, closing = _tags(mark) if _levels(*around, mark) <= MAX_EMPHASIS else ("", "")
                if inner and mark[0] == "~" and "~" in (before, inside if i == len(content) - 1 else ""):
                    if opening and not any(
                        isinstance(each, RawInline) and _is_ours(each.html) for each in within(inner)
                    ):
                        yield _Tag(opening)
                        yield from _flatten(inner, place, context, (*around, mark), in_link)
                        yield _Tag(closing)
                    else:
                        context.report.degraded(Reported.STYLE, _PLAIN)
                        yield from _flatten(inner, place, context, around, in_link)
                elif inner:
                    touching = mark[0]
                    one_way = mark == "~" or any(_may_match(mark, other) for other in around)
                    yield _Open(mark, one_way, opening)
                    yield from _flatten(inner, place, context, (*around, mark), in_link, mark[0])
                    yield _Close(mark, one_way, closing)
            case Underline() | Highlight() | Superscript() | Subscript():
                if node.content:
                    name = _NAMES[type(node)]
                    yield _Tag(f"<{name}>")
                    yield from _flatten(node.content, place, context, around, in_link)
                    yield _Tag(f"</{name}>")
            case Keyboard(text):
                yield from _words_in("<kbd>", text, "</kbd>", in_link)
            case Abbreviation(text, expansion):
                yield from _words_in(f'<abbr title="{html.attribute(expansion)}">', text, "</abbr>", in_link)
            case Code(text) if before == "`":
                yield from _words_in("<code>", text, "</code>", in_link)  # backticks would be one with those before
            case Code(text):
                touching = "`"
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
            case LineBreak() if place in _ON_ONE_LINE:
                yield _Tag(_Break.tag)
            case LineBreak():
                yield _Break()
            case RawInline(tag):
                yield _tag(context.html(tag), place, context.report)


_NAMES: dict[type, str] = {Underline: "u", Highlight: "mark", Superscript: "sup", Subscript: "sub"}
_PLAIN = "Emphasis that Markdown has no delimiters for is written plain."


def _words_in(opening: str, words: str, closing: str, in_link: bool) -> Iterator[_Piece]:
    if words:
        yield _Tag(opening)
        yield _Text(words.replace("\n", " "), in_link)
        yield _Tag(closing)


def _struck(around: tuple[str, ...]) -> int:
    return sum(mark[0] == "~" for mark in around)


def _levels(*marks: str) -> int:
    return sum(2 if len(mark) == 3 else 1 for mark in marks)


def _tags(mark: str) -> tuple[str, str]:
    """The tags that do the same as a delimiter."""
    match mark:
        case "~" | "~~":
            return "<del>", "</del>"
        case "*" | "_":
            return "<em>", "</em>"
        case "**" | "__":
            return "<strong>", "</strong>"
        case _:
            return "<em><strong>", "</strong></em>"


def _delimited(node: Emphasis | Strong | Strikethrough, around: tuple[str, ...], before: str) -> tuple[Inlines, str]:
    """The content of an emphasis and its delimiter: not that around it, nor that just before if there is another."""
    match node:
        case Strikethrough(inner):
            return inner, "~" if _struck(around) % 2 else "~~"
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
    on_one_line = not node.display or place in _ON_ONE_LINE
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
    elif (name := context.attached(node.url)) is not None:
        context.report.lost(Reported.ATTACHMENT, "Attached files are left out; their names are kept.")
        yield from _flatten(node.content, place, context, (), in_link)
        yield _Text(f" ({name})" if name and plain_text(node.content) != name else "", in_link)
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
    yield _Mark(f"][{label}]" if label else f"]({_target(context.path(node.url), node.title)})")


def _target(url: str, title: str) -> str:
    if not title:
        return escaping.address(url) if url else ""
    return f"{escaping.address(url)} {escaping.title(title)}"


def _tag(tag: str, place: Place, report: Report) -> _Piece:
    if not (tag.startswith("<") and tag.endswith(">")):
        report.degraded(Reported.RAW_HTML, "Raw HTML that is no tag is written as text.")
        return _Text(tag, False)
    if place in _ON_ONE_LINE:
        return _Tag(tag.replace("\n", " "), raw=True)
    return _Tag(re.sub(r"\n(?=[-+*>#=~|:<`\[\d])", _INDENTED_LINE, tag), raw=True)


# Four spaces keep a line of a paragraph from beginning a block, and are not part of it.
_INDENTED_LINE = "\n    "

BEFORE_HTML = f"[//]: #{_INDENTED_LINE}"
"""Begins a paragraph and leaves no trace in it: a definition that nobody refers to, often seen as a comment."""


def _not_a_block(tag: str, line: str) -> str:
    """A paragraph that begins with HTML, where the HTML would else be a block."""
    alone = line.partition("\n")[0].rstrip(" \t") == tag
    return BEFORE_HTML + line if alone or html.interrupts(tag) else line


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
_CLOSING = r"(?<![^ \t\n][ \n])\$"
_CLOSING_ON_ONE_LINE = r"(?<![^ \t\n] )\$"  # where line ends are entities


class _Line:
    """One line, or those of one paragraph, in the making."""

    def __init__(self, pieces: list[_Piece], place: Place, report: Report, one_line: bool) -> None:
        self.pieces = pieces
        self.place = place
        self.one_line = one_line
        """Whether a text that has line ends is to have none."""
        self.report = report
        self.out: list[str] = []
        """What was written of each piece."""
        self.opened: list[tuple[int, bool]] = []
        """Which delimiters are not closed yet, and whether there are tags instead."""
        self.as_entity = False
        """Whether the next text begins with an entity."""
        self.has_tags = any(isinstance(each, _Tag) and each.raw and _is_ours(each.mark) for each in pieces)
        """Whether there are tags in the source that would take ours for their partners."""
        marks = [piece.text if isinstance(piece, _Text) else piece.mark for piece in pieces]
        # One dollar sign, or several before words, are no formula; and a single tilde strikes nothing.
        dollars = ((i, mark) for i, mark in enumerate(marks) if "$" in mark)
        after = _CLOSING_ON_ONE_LINE if one_line else _CLOSING
        self.math = any(re.search(after if i else rf"(?<!\A){after}", mark) for i, mark in dollars)
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
                    self.out.append(f"    {tag}" if self.before(i) == "\n" and html.interrupts(tag) else tag)
                case _Break() if isinstance(self.neighbour(i + 1), _Close | _LineEnd | None):
                    self.out.append(piece.tag)  # a backslash is one where nothing follows
                case _Mark("[") if isinstance(self.neighbour(i - 1), _Note):
                    # Brackets after brackets are a reference, even if these mention a footnote.
                    self.report.degraded(
                        Reported.FOOTNOTE, "A comment parts a footnote's mention from the link after it."
                    )
                    self.out.append("<!-- -->[")
                case _Mark() | _Note() | _Break() | _LineEnd():
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
        begins = i == 0 or isinstance(self.neighbour(i - 1), _Break | _LineEnd)
        ends = isinstance(self.neighbour(i + 1), _Break | _LineEnd | None)
        heading_ends = self.place in _HEADINGS and self.neighbour(i + 1) is None
        cuts = escaping.cuts(raw, in_link, heading_ends)
        head = escaping.entity(raw[0]) if self.begins_with_entity(i, raw, cuts) else ""
        if head:
            raw, cuts = raw[1:], [cut - 1 for cut in cuts]
        tail = ""
        if raw and (raw[-1].isspace() if isinstance(self.neighbour(i + 1), _Close) else ends and raw[-1] in " \t\n"):
            tail, raw = escaping.entity(raw[-1]), raw[:-1]
        self.as_entity = False
        before, after = head[-1:] or self.before(i), tail[:1] or self.after(i)
        line = escaping.text(raw, before, after, self.math, self.struck, in_link, cuts)
        line = escaping.spaces(line, begins and not head, ends and not tail, self.one_line)
        if self.place not in _ON_ONE_LINE:
            first = begins and not head and (i > 0 or self.place is not Place.TASK)
            line = escaping.line_starts(line, first, i == 0 and self.place is Place.ITEM)
        return head + line + tail

    def begins_with_entity(self, i: int, raw: str, cuts: list[int]) -> bool:
        """Whether the first character is to be one: a backslash would not do, or none can stand there."""
        if self.as_entity:
            return True
        match self.neighbour(i - 1):
            case _Open():
                return raw[0].isspace()
            case _Note():  # it would be a definition, or the text of a link
                return raw[0] in "[(" or (self.defines_note(i, raw) and 0 not in cuts)
            case _:
                return False

    def defines_note(self, i: int, raw: str) -> bool:
        """Whether a colon after the mention of a footnote at the begin of a line would make a definition of it."""
        return raw[0] == ":" and self.before(i - 1) in ("", "\n")

    def open(self, i: int, piece: _Open) -> str:
        after = self.after(i)
        if isinstance(self.neighbour(i + 1), _Text) and after.isspace():
            after = "&"  # see `text`
        if not _opens(self.before(i), after, piece):
            self.soften(i - 1)
        opens = _opens(self.before(i), after, piece)
        self.opened.append((i, not opens))
        return piece.mark if opens else self.in_tags(piece)

    def soften(self, i: int) -> None:
        """Writes the last letter of a text as an entity, so that a delimiter can follow it."""
        text, opener = self.neighbour(i), self.neighbour(i - 1)
        if not isinstance(text, _Text):
            return
        self.out[i] = self.out[i][:-1] + escaping.entity(self.out[i][-1])
        if len(text.text) > 1 or not isinstance(opener, _Open) or (i - 1, False) not in self.opened:
            return
        # It was also the first letter, and what opens before it wants a letter, or no letter on its own other side.
        if not _opens(self.before(i - 1), "&", opener):
            self.soften(i - 2)
        if not _opens(self.before(i - 1), "&", opener):
            self.opened[self.opened.index((i - 1, False))] = (i - 1, True)
            self.out[i - 1] = self.in_tags(opener)

    def close(self, i: int, piece: _Close) -> str:
        opener, in_tags = self.opened.pop()
        if in_tags:
            return self.tags(piece)
        after = self.after(i)
        if not _closes(self.before(i), after, piece) and isinstance(self.neighbour(i + 1), _Text):
            self.as_entity = not after.isspace()
            after = "&" if self.as_entity else after
        if _closes(self.before(i), after, piece) and not self.merges(i, piece, opener):
            return piece.mark
        self.out[opener] = self.in_tags(piece)
        return self.tags(piece)

    def merges(self, i: int, piece: _Close, opener: int) -> bool:
        """Whether a delimiter becomes one with that before it, whose length then counts (rules 9 and 10)."""
        inner = self.neighbour(i - 1)
        if not isinstance(inner, _Close) or inner.mark[0] != piece.mark[0] or self.before(i) != piece.mark[0]:
            return False
        return all(_flanking(self.before(opener), self.out[opener + 1][:1]))

    def in_tags(self, opener: _Open | _Close) -> str:
        """The tag in place of a delimiter that opens; "" if that would not do."""
        if self.tags(opener):
            return _tags(opener.mark)[0]
        self.report.degraded(Reported.STYLE, _PLAIN)
        return ""

    def tags(self, piece: _Open | _Close) -> str:
        return "" if self.has_tags else piece.tags


def _is_ours(tag: str) -> bool:
    """Whether a tag is one that may stand in place of a delimiter."""
    return re.fullmatch(r"</?(?:em|strong|del)\s*>", tag, re.IGNORECASE) is not None


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
