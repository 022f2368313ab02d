"""Writes formulas as Office Math, which Word, PowerPoint and LibreOffice show and let people edit.

Source: ECMA-376-1, 22.1. A sum and a function hold what they are of, so that is looked for in the row.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from exporters.toolbox import formula_rows as rows
from exporters.toolbox.escaping import html_attribute, html_text, without_controls
from exporters.toolbox.formula_reader import (
    Accent,
    Arrow,
    Brace,
    Bracket,
    Coloured,
    Fence,
    Fraction,
    Framed,
    Grid,
    Kinded,
    Large,
    Line,
    Macro,
    Name,
    Node,
    Nodes,
    Phantom,
    Root,
    Row,
    Scripts,
    Space,
    Stack,
    Styled,
    Symbol,
    Text,
    UnreadableFormula,
    read,
)
from exporters.toolbox.formula_symbols import Kind, styled

type Family = Literal["w", "a"]

_MAX_INSIDE = 20  # sums within what a sum is of: each is a level of nesting, and Word has a limit of its own
_MAX_CELLS = 2_000  # of a matrix, for short rows are filled up: 4,000 characters can hold no more that say something

# Word shows a dotted box where an argument is empty, and LibreOffice a sign of error where a sign has no operand. Both
# take words for something, even if these have no width.
_NOTHING = "<m:r><m:rPr><m:nor/></m:rPr><m:t>\u200b</m:t></m:r>"


class _Look(NamedTuple):
    """What of the surroundings shows in a part."""

    style: int
    """0 displayed, 1 in a line, 2 in a script."""
    colour: str = ""
    """As six digits; "" for that of the text."""
    inside: int = 0
    """How many sums and functions this is of."""
    family: Family = "w"


def write(latex: str, display: bool, macros: dict[str, Macro], family: Family = "w") -> str:
    """The formula as `<m:oMath>`, or `<m:oMathPara>` where it is displayed; what it defines is added to the macros.

    Properties of text are WordprocessingML's; those of DrawingML for the family "a". Raises `UnreadableFormula`.
    """
    row = read(latex, macros)
    if without_controls(latex)[1]:
        raise UnreadableFormula("it holds control characters")
    content = _content(row, _Look(0 if display else 1, family=family))
    formula = f"<m:oMath>{content}</m:oMath>"
    return f"<m:oMathPara>{formula}</m:oMathPara>" if display else formula


# Rows


def _argument(tag: str, node: Node | None, look: _Look) -> str:
    return f"<m:{tag}>{_content(node, look) or _NOTHING}</m:{tag}>"


def _content(node: Node | None, look: _Look) -> str:
    if node is None:
        return ""
    return _parts(node.nodes if isinstance(node, Row) else (node,), look)


def _parts(nodes: Nodes, look: _Look) -> str:
    nodes = rows.joined(nodes)
    kinds = rows.kinds(nodes)
    found: list[str] = []
    run: list[tuple[str, str]] = []  # properties and text of characters that stand together
    intervals = _intervals(nodes, kinds)
    at = 0
    while at < len(nodes):
        node = nodes[at]
        character = None if at in intervals else _character(node, kinds[at], look)
        if character is not None:
            run.append(character)
            at += 1
            continue
        found += _runs(run)
        run = []
        deeper = look._replace(inside=look.inside + 1)
        end = _end_of_argument(nodes, kinds, at) if look.inside < _MAX_INSIDE else at + 1
        if at in intervals and look.inside < _MAX_INSIDE:
            end = intervals[at] + 1
            found.append(_interval(node, _parts(nodes[at + 1 : end - 1], deeper), nodes[end - 1], look))
        elif end > at + 1:
            found.append(_with_argument(node, _parts(nodes[at + 1 : end], deeper), look))
        elif _is_before(node) and at + 1 < len(nodes):
            end = at + 2
            found.append(_before(node, nodes[at + 1], look))  # type: ignore[arg-type] # as `_is_before` says
        else:
            found.append(_node(node, look))
        at = end
    found += _runs(run)
    before, after = _lacks_operands(nodes)
    return "".join((_NOTHING * before, *found, _NOTHING * after))


def _lacks_operands(nodes: Nodes) -> tuple[bool, bool]:
    """Whether a row begins, and ends, with a sign that has its operand elsewhere."""
    signs = [each for each in nodes if not isinstance(each, Space) and each != Row(())]
    first, last = (signs[0], signs[-1]) if signs else (None, None)
    begins = isinstance(first, Symbol) and first.kind in ("rel", "bin") and first.char not in _UNARY
    return begins, isinstance(last, Symbol) and last.kind in ("rel", "bin")


def _intervals(nodes: Nodes, kinds: list[Kind | None]) -> dict[int, int]:
    """Where what is to be written as a pair of brackets begins and ends.

    That are brackets that are none, as in [0, 1), those with a power, and bars: LibreOffice reads nothing of a row that
    has such.
    """
    found: dict[int, int] = {}
    opened: list[int] = []
    for at, (node, kind) in enumerate(zip(nodes, kinds, strict=True)):
        bracket = _base(node)
        if not isinstance(bracket, Symbol):
            continue
        if bracket.char == "|":
            if opened and _char(nodes[opened[-1]]) == "|":
                found[opened.pop()] = at
            elif bracket is node:
                opened.append(at)
        elif kind == "open" and bracket is node:
            opened.append(at)
        elif bracket.kind == "close" and bracket.char in ")]":
            while opened and _char(nodes[opened[-1]]) == "|":
                opened.pop()  # one that stands alone
            if opened and (bracket is not node or _char(nodes[opened[-1]]) + bracket.char in ("(]", "[)")):
                found[opened[-1]] = at
            del opened[-1:]
    return found


def _char(node: Node | None) -> str:
    return node.char if isinstance(node, Symbol) else ""


def _interval(left: Node, content: str, right: Node, look: _Look) -> str:
    """Brackets that are no higher than a line, whatever they hold."""
    signs = f"{_value('begChr', _char(left))}{_value('endChr', _char(_base(right)))}{_value('grow', '0')}"
    interval = f"<m:d>{_properties('d', signs, look)}<m:e>{content or _NOTHING}</m:e></m:d>"
    return _scripted(interval, right, look) if isinstance(right, Scripts) else interval


def _end_of_argument(nodes: Nodes, kinds: list[Kind | None], at: int) -> int:
    """Where ends what a sum or a function is of; right behind it where it is of nothing that could be told."""
    base = rows.core(_base(nodes[at]))
    match base:
        case Large():
            ends: tuple[str, ...] = ("rel", "close", "punct")
        case Name() if kinds[at] == "op":
            ends = ("rel", "close", "punct", "bin", "op")
        case _:
            return at + 1
    depth, end = 0, at + 1
    while end < len(nodes):
        kind, node = kinds[end], nodes[end]
        if kind == "open":
            if isinstance(base, Name) and not depth and end > at + 1 and kinds[end - 1] is not None:
                break  # the product of a function with something: sin x (y + z)
            depth += 1
        elif kind == "close" and depth:
            depth -= 1
            if not depth and isinstance(base, Name):
                return end + 1
        elif kind == "close" and isinstance(node, Symbol) and node.char in "!?":
            pass  # a factorial is of what is before it
        elif not depth and (kind in ends or (kind == "bin" and isinstance(node, Symbol) and node.char in _UNARY)):
            break
        end += 1
    while end > at + 1 and kinds[end - 1] is None:
        end -= 1
    return end


def _base(node: Node) -> Node | None:
    return node.base if isinstance(node, Scripts | Stack) else node


def _with_argument(node: Node, argument: str, look: _Look) -> str:
    if isinstance(rows.core(_base(node)), Large):
        return _nary(node, argument, look)
    return (
        f"<m:func>{_properties('func', '', look)}<m:fName>{_node(node, look)}</m:fName><m:e>{argument}</m:e></m:func>"
    )


def _nary(node: Node, argument: str, look: _Look) -> str:
    below = above = None
    limits = "subSup"
    base = rows.core(_base(node))
    if isinstance(node, Scripts):
        below, above = node.below, node.above
        limits = "undOvr" if rows.stands_in_the_middle(node, look.style) else "subSup"
    char = base.char if isinstance(base, Large) else ""
    hidden = ("" if below else '<m:subHide m:val="1"/>') + ("" if above else '<m:supHide m:val="1"/>')
    properties = _properties("nary", f"{_value('chr', char)}{_value('limLoc', limits)}{hidden}", look)
    script = look._replace(style=2)
    scripts = "".join(
        _argument(tag, each, script) if each else f"<m:{tag}/>" for tag, each in (("sub", below), ("sup", above))
    )
    return f"<m:nary>{properties}{scripts}<m:e>{argument or _NOTHING}</m:e></m:nary>"


def _is_before(node: Node) -> bool:
    """Whether it is scripts on nothing, which belong to what follows."""
    if not isinstance(node, Scripts) or node.primes or not (node.below or node.above):
        return False
    return node.base is None or node.base == Row(())


def _before(node: Scripts, base: Node, look: _Look) -> str:
    script = look._replace(style=2)
    scripts = _argument("sub", node.below, script) + _argument("sup", node.above, script)
    return f"<m:sPre>{_properties('sPre', '', look)}{scripts}{_argument('e', base, look)}</m:sPre>"


# Characters


def _character(node: Node, kind: Kind | None, look: _Look) -> tuple[str, str] | None:
    """The properties and the text of what is no more than characters; None for anything else."""
    match node:
        case Symbol():
            return _symbol(node, look)
        case Space():
            space = next((char for width, char in _SPACES if node.width >= width), "")
            return ("", space * (round(node.width) if node.width > 1 else 1))
        case Bracket():
            return _run_properties("", look), node.char
        case Text():
            return _text_properties(node, look), node.text
        case Name(content=Text(text)) if kind != "op":
            return _run_properties('<m:sty m:val="p"/>', look), text
        case _:
            return None


def _symbol(node: Symbol, look: _Look) -> tuple[str, str]:
    if node.char != node.text and styled(node.text[0], "") == node.char[0]:
        return _run_properties("", look), node.text  # one letter is slanted by itself (22.1.2.111)
    # Letters of other alphabets are characters of their own: LibreOffice knows no `m:scr`.
    is_letter = node.char != node.text or rows.is_upright(node)
    char = "∣" if node.char == "|" else node.char  # to LibreOffice a bar is the word "or"
    return _run_properties('<m:sty m:val="p"/>' if is_letter else "", look), char


def _runs(characters: list[tuple[str, str]]) -> list[str]:
    """Characters as runs: one for all that look the same. A space looks as what is before it."""
    found: list[str] = []
    texts: list[str] = []
    last = ""
    for properties, text in characters:
        is_space = not properties and text.isspace()
        if texts and properties != last and not is_space:
            found.append(_run(last, "".join(texts)))
            texts = []
        if not is_space or not texts:
            last = properties
        texts.append(text)
    if any(texts):
        found.append(_run(last, "".join(texts)))
    return found


def _run(properties: str, text: str) -> str:
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<m:r>{properties}<m:t{kept}>{html_text(text)}</m:t></m:r>"


def _run_properties(properties: str, look: _Look) -> str:
    outer = _text_look("", look)
    return f"<m:rPr>{properties}</m:rPr>{outer}" if properties else outer


def _text_properties(node: Text, look: _Look) -> str:
    if look.family == "a":
        inner = "".join((' b="1"' * node.is_bold, ' i="1"' * node.is_italic))
    else:
        fonts = _FONTS.get(node.family, "")
        inner = f"{fonts}{'<w:b/>' * node.is_bold}{'<w:i/>' * node.is_italic}"
    return f"<m:rPr><m:nor/></m:rPr>{_text_look(inner, look, is_text=True)}"


def _text_look(inner: str, look: _Look, is_text: bool = False) -> str:
    """The properties of a run's text, besides those of mathematics."""
    if look.family == "a":
        fill = f'<a:solidFill><a:srgbClr val="{look.colour}"/></a:solidFill>' if look.colour else ""
        font = "" if is_text else '<a:latin typeface="Cambria Math"/>'  # PowerPoint takes the text's font otherwise
        return f"<a:rPr{inner}>{fill}{font}</a:rPr>"
    inner += f'<w:color w:val="{look.colour}"/>' if look.colour else ""
    return f"<w:rPr>{inner}</w:rPr>" if inner else ""


# Parts


def _node(node: Node, look: _Look) -> str:
    match node:
        case Symbol() | Text() | Space() | Bracket():
            return _parts((node,), look)
        case Row():
            return _parts(node.nodes, look)
        case Large():
            return _nary(node, "", look)
        case Name():
            return _name(node.content, look)
        case Scripts():
            return _scripts(node, look)
        case Fraction():
            return _fraction(node, look)
        case Root():
            hidden = "" if node.degree else '<m:degHide m:val="1"/>'
            degree = _argument("deg", node.degree, look._replace(style=2)) if node.degree else "<m:deg/>"
            return f"<m:rad>{_properties('rad', hidden, look)}{degree}{_argument('e', node.content, look)}</m:rad>"
        case Fence():
            return _fence(node, look)
        case Accent():
            return _one("acc", _value("chr", node.char), node.content, look)
        case Line():
            return _one("bar", _value("pos", "top" if node.is_above else "bot"), node.content, look)
        case Brace():
            return _group(node.char, node.content, look, is_above=node.is_above)
        case Arrow():
            return _arrow(node, look)
        case Stack():
            return _around(_content(node.base, look), node.below, node.above, look)
        case Grid():
            return _grid(node, look)
        case Styled():
            return _content(node.content, look._replace(style=node.style))
        case Coloured():
            return _content(node.content, look._replace(colour=rows.colour(node.colour)[1:].upper()))
        case Phantom():
            return _phantom(node, look)
        case Kinded():
            return _kinded(node, look)
        case Framed():
            return _framed(node, look)


def _name(content: Node, look: _Look) -> str:
    match content:
        case Text(text):
            return _run(_run_properties('<m:sty m:val="p"/>', look), text)
        case _:
            return _content(content, look)


def _scripts(node: Scripts, look: _Look) -> str:
    base = rows.core(node.base)
    if isinstance(base, Large):
        return _nary(node, "", look)
    if rows.stands_in_the_middle(node, look.style):
        return _around(_content(node.base, look), node.below, node.above, look)
    return _scripted(_content(node.base, look), node, look)


def _scripted(base: str, node: Scripts, look: _Look) -> str:
    """Something with scripts at its side."""
    above = node.above
    if node.primes:
        primes = Symbol(f"{'⁗' * (node.primes // 4)}{' ′″‴'[node.primes % 4].strip()}", "′")
        above = Row((primes, above)) if above else primes
    if not node.below and not above:
        return base
    tag = "sSubSup" if node.below and above else "sSub" if node.below else "sSup"
    script = look._replace(style=2)
    scripts = "".join(_argument(name, each, script) for name, each in (("sub", node.below), ("sup", above)) if each)
    return f"<m:{tag}>{_properties(tag, '', look)}<m:e>{base or _NOTHING}</m:e>{scripts}</m:{tag}>"


def _around(base: str, below: Node | None, above: Node | None, look: _Look) -> str:
    """What stands right below and above something."""
    script = look._replace(style=2)
    written = base or _NOTHING
    for tag, each in (("limLow", below), ("limUpp", above)):
        if each:
            limit = _argument("lim", each, script)
            written = f"<m:{tag}>{_properties(tag, '', look)}<m:e>{written}</m:e>{limit}</m:{tag}>"
    return written


def _fraction(node: Fraction, look: _Look) -> str:
    inner = look._replace(style=min((look.style if node.style is None else node.style) + 1, 2))
    kind = "" if node.has_line else _value("type", "noBar")
    parts = _argument("num", node.above, inner) + _argument("den", node.below, inner)
    fraction = f"<m:f>{_properties('f', kind, look)}{parts}</m:f>"
    return _between(node.left, fraction, node.right, look) if node.left or node.right else fraction


def _fence(node: Fence, look: _Look) -> str:
    if len(set(node.middles)) <= 1:
        inner = "".join(_argument("e", part, look) for part in node.parts)
        return _between(node.left, inner, node.right, look, node.middles[0] if node.middles else "")
    # One pair of brackets has one kind of sign between its parts.
    parts: list[Node] = [*node.parts[:1]]
    for middle, part in zip(node.middles, node.parts[1:], strict=True):
        parts += (Symbol(middle, middle, "rel"), part)
    return _between(node.left, f"<m:e>{_parts(tuple(parts), look)}</m:e>", node.right, look)


def _between(left: str, content: str, right: str, look: _Look, middle: str = "") -> str:
    """Content, or arguments, between brackets as high as it is."""
    inner = content if content.startswith("<m:e>") else f"<m:e>{content or _NOTHING}</m:e>"
    signs = f"{_value('begChr', left)}{_value('sepChr', middle) if middle else ''}{_value('endChr', right)}"
    return f"<m:d>{_properties('d', signs, look)}{inner}</m:d>"


def _group(char: str, content: Node | None, look: _Look, *, is_above: bool) -> str:
    """Something with a sign above or below it, which is as long."""
    # What is in line with the rest is the content: it is at the bottom of a sign above it.
    place = (
        f"{_value('pos', 'top')}{_value('vertJc', 'bot')}"
        if is_above
        else _value("pos", "bot") + _value("vertJc", "top")
    )
    return _one("groupChr", f"{_value('chr', char)}{place}", content, look)


def _arrow(node: Arrow, look: _Look) -> str:
    script = look._replace(style=2)
    above, below = (None if each == Row(()) else each for each in (node.above, node.below))
    if bool(above) == bool(below):
        return _box(_around(_run(_run_properties("", look), node.char), below, above, look), look)
    # A sign that takes the length of the words above or below it, and is in line with the rest.
    place = "bot" if above else "top"
    properties = f"{_value('chr', node.char)}{_value('pos', place)}{_value('vertJc', place)}"
    return _box(_one("groupChr", properties, above or below, script), look)


def _box(content: str, look: _Look) -> str:
    """What stands beside others as a sign of operation or relation does."""
    properties = _properties("box", '<m:opEmu m:val="1"/>', look)
    return f"<m:box>{properties}<m:e>{content}</m:e></m:box>"


def _grid(node: Grid, look: _Look) -> str:
    inner = look._replace(style=node.style)
    # Equations that are aligned at `&` would be right as `m:eqArr`, but LibreOffice shows the `&`.
    table = _lines(node, inner) if max(map(len, node.rows), default=0) == 1 else _matrix(node, inner)
    return _between(node.left, table, node.right, look) if node.left or node.right else table


def _lines(node: Grid, look: _Look) -> str:
    lines = (
        f"<m:e>{_content(cells[0], look) or _NOTHING}{_tag(node, at, look)}</m:e>" for at, cells in enumerate(node.rows)
    )
    return f"<m:eqArr>{_properties('eqArr', '', look)}{''.join(lines)}</m:eqArr>"


def _matrix(node: Grid, look: _Look) -> str:
    columns = max(map(len, node.rows))
    if columns * len(node.rows) > _MAX_CELLS:
        raise UnreadableFormula("it has a table that is too large")
    bars = {at for at in node.bars if 0 < at < columns}  # as columns, for there are no lines in matrices
    aligned = [node.columns[min(at, len(node.columns) - 1)] for at in range(columns)]
    is_aligned = aligned[:2] == ["r", "l"]
    gap = _value("cGpRule", "3") + _value("cGp", "0") if is_aligned else ""  # exactly none (22.1.2.19)
    described = "".join(_column("center") * (at in bars) + _column(_ALIGNED[each]) for at, each in enumerate(aligned))
    bar = f"<m:e>{_run(_run_properties('', look), '│')}</m:e>"
    lines = []
    for number, cells in enumerate(node.rows):
        padded = (*cells, *(Row(()),) * (columns - len(cells)))
        if is_aligned:
            padded = tuple(
                Row((Space(2.0), *cell.nodes)) if at and not at % 2 else cell for at, cell in enumerate(padded)
            )
        written = "".join(bar * (at in bars) + _argument("e", cell, look) for at, cell in enumerate(padded))
        if tag := _tag(node, number, look):
            written = f"{written.removesuffix('</m:e>')}{tag}</m:e>"
        lines.append(f"<m:mr>{written}</m:mr>")
    return f"<m:m>{_properties('m', f'{gap}<m:mcs>{described}</m:mcs>', look)}{''.join(lines)}</m:m>"


def _column(aligned: str) -> str:
    return f'<m:mc><m:mcPr><m:count m:val="1"/><m:mcJc m:val="{aligned}"/></m:mcPr></m:mc>'


def _tag(node: Grid, row: int, look: _Look) -> str:
    return _parts((Space(2.0), Text(node.tags[row])), look) if node.tags and node.tags[row] else ""


def _phantom(node: Phantom, look: _Look) -> str:
    flags = (
        ("show", not node.is_shown, "0"),
        ("zeroWid", not node.has_width, "1"),
        ("zeroAsc", not node.has_height, "1"),
        ("zeroDesc", not node.has_height, "1"),
    )
    properties = "".join(_value(name, value) for name, applies, value in flags if applies)
    return _one("phant", properties, node.content, look)


def _kinded(node: Kinded, look: _Look) -> str:
    content = _content(node.content, look)
    is_sign = isinstance(rows.core(node.content), Symbol)
    return _box(content or _NOTHING, look) if node.kind in ("rel", "bin") and not is_sign else content


def _framed(node: Framed, look: _Look) -> str:
    if not node.lines:
        return _content(node.content, look)  # a background that Office has no words for
    edges = (
        "" if "box" in node.lines else "".join(_value(f"hide{edge}", "1") for edge in ("Top", "Bot", "Left", "Right"))
    )
    strikes = "".join(_value(_STRIKES[each], "1") for each in _STRIKES if each in node.lines)
    return _one("borderBox", edges + strikes, node.content, look)


# Properties


def _one(tag: str, properties: str, content: Node | None, look: _Look) -> str:
    return f"<m:{tag}>{_properties(tag, properties, look)}{_argument('e', content, look)}</m:{tag}>"


def _properties(tag: str, properties: str, look: _Look) -> str:
    """Of a part that draws something by itself, which has a colour of its own."""
    if look.colour:
        properties += f"<m:ctrlPr>{_text_look('', look)}</m:ctrlPr>"
    return f"<m:{tag}Pr>{properties}</m:{tag}Pr>" if properties else ""


def _value(name: str, value: str) -> str:
    return f'<m:{name} m:val="{html_attribute(value)}"/>'


# From how many em on, and the character that is as wide.
_SPACES = ((1.0, "\u2003"), (0.5, "\u2002"), (0.27, "\u205f"), (0.2, "\u2005"), (0.1, "\u2009"), (0.01, "\u200a"))
_FONTS = {
    "sans": '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>',
    "mono": '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>',
}
_UNARY = "+−±∓"
_ALIGNED = {"l": "left", "c": "center", "r": "right"}
_STRIKES = {"strike": "strikeH", "up": "strikeBLTR", "down": "strikeTLBR"}  # in the schema's order
