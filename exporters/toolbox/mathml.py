"""Writes formulas as MathML Core, with their LaTeX beside it: for browsers, readers of EPUB, and those who listen.

Spacing is left to who shows it, as far as the operator dictionary (MathML Core, appendix B) does what LaTeX does.
"""

from __future__ import annotations

from typing import Literal

from exporters.toolbox import formula_rows as rows
from exporters.toolbox.escaping import html_text, without_controls
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

_THIN, _MEDIUM, _THICK = "0.1667em", "0.2222em", "0.2778em"
_APPLIED = "<mo>\u2061</mo>"  # says that what follows is what a function is of


def write(latex: str, display: bool, macros: dict[str, Macro]) -> str:
    """The formula as a `<math>` element; what it defines is added to the macros. Raises `UnreadableFormula`."""
    row = read(latex, macros)
    if without_controls(latex)[1]:
        raise UnreadableFormula("it holds control characters")
    content = _group(row.nodes, 0 if display else 1)
    block = ' display="block"' if display else ""
    return (
        f'<math xmlns="http://www.w3.org/1998/Math/MathML"{block}><semantics>{content}'
        f'<annotation encoding="application/x-tex">{html_text(latex.strip())}</annotation></semantics></math>'
    )


# Rows


def _group(nodes: Nodes, style: int) -> str:
    """Parts as one element."""
    parts = _parts(nodes, style)
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def _row(node: Node | None, style: int) -> str:
    """A part, or none, as one element."""
    if node is None:
        return "<mrow></mrow>"
    return _group(node.nodes if isinstance(node, Row) else (node,), style)


def _inner(node: Node, style: int) -> str:
    """The parts within an element that takes any number of them."""
    return "".join(_parts(node.nodes if isinstance(node, Row) else (node,), style))


def _parts(nodes: Nodes, style: int) -> list[str]:
    nodes = rows.joined(nodes)
    kinds = rows.kinds(nodes)
    found: list[str] = []
    at = 0
    while at < len(nodes):
        node, kind = nodes[at], kinds[at]
        if _is_before(node) and at + 1 < len(nodes) and not isinstance(nodes[at + 1], Space):
            found.append(_before(node, nodes[at + 1], style))  # type: ignore[arg-type] # as `_is_before` says
            at += 2
            continue
        if kind == "op" and isinstance(rows.core(_base(node)), Name):
            found += _function(node, kinds, at, style)
        elif isinstance(node, Symbol):
            found.append(_symbol(node, kind, is_first=at == 0 and len(nodes) > 1))
        else:
            found.append(_node(node, style))
        at += 1
    return found


def _base(node: Node) -> Node | None:
    return node.base if isinstance(node, Scripts | Stack) else node


def _function(node: Node, kinds: list[Kind | None], at: int, style: int) -> list[str]:
    """The name of a function between what LaTeX's spacing puts around it."""
    before = kinds[at - 1] if at else None
    after = next((kind for kind in kinds[at + 1 :] if kind is not None), None)
    space = f'<mspace width="{_THIN}"/>'
    parts = [space] if before in ("ord", "close", "inner") else []
    parts.append(_node(node, style))
    if after in ("ord", "inner", "op", "open"):
        parts.append(_APPLIED)
    if after in ("ord", "inner", "op") and kinds[at + 1] is not None:
        parts.append(space)
    return parts


def _is_before(node: Node) -> bool:
    """Whether it is scripts on nothing, which belong to what follows."""
    if not isinstance(node, Scripts) or node.primes or not (node.below or node.above):
        return False
    return node.base is None or node.base == Row(())


def _before(node: Scripts, base: Node, style: int) -> str:
    below, above = _scripts_of(node)
    after = ""
    if isinstance(base, Scripts) and base.base and not rows.stands_in_the_middle(base, style):
        after = "".join(each or "<mrow></mrow>" for each in _scripts_of(base))
        base = base.base
    inside = f"{_row(base, style)}{after}<mprescripts/>{below or '<mrow></mrow>'}{above or '<mrow></mrow>'}"
    return f"<mmultiscripts>{inside}</mmultiscripts>"


# Parts


def _node(node: Node, style: int) -> str:
    match node:
        case Symbol():
            return _symbol(node, node.kind)
        case Row():
            return _group(node.nodes, style)
        case Large():
            return f"<mo>{node.char}</mo>"
        case Name():
            return _name(node.content, style)
        case Scripts():
            return _scripts(node, style)
        case Fraction():
            return _fraction(node, style)
        case Root():
            if node.degree is None:
                return f"<msqrt>{_inner(node.content, style)}</msqrt>"
            return f"<mroot>{_row(node.content, style)}{_row(node.degree, 2)}</mroot>"
        case Fence():
            return _fence(node, style)
        case Accent():
            stretchy = "true" if node.is_wide else "false"
            small = ' style="font-size:0.65em"' if node.char in _ARROWS and not node.is_wide else ""
            sign = f'<mo stretchy="{stretchy}"{small}>{_ACCENTS.get(node.char, node.char)}</mo>'
            return f'<mover accent="true">{_row(node.content, style)}{sign}</mover>'
        case Line():
            content = _row(node.content, style)
            if node.is_above:
                return f'<mover accent="true">{content}<mo stretchy="true">‾</mo></mover>'
            return f'<munder accentunder="true">{content}<mo stretchy="true">_</mo></munder>'
        case Brace():
            tag, content = "mover" if node.is_above else "munder", _row(node.content, style)
            return f'<{tag}>{content}<mo stretchy="true">{html_text(node.char)}</mo></{tag}>'
        case Arrow():
            return _around(f'<mo stretchy="true">{node.char}</mo>', _label(node.below), _label(node.above))
        case Stack():
            below, above = (_row(each, 2) if each else "" for each in (node.below, node.above))
            return _around(_row(node.base, style), below, above)
        case Grid():
            return _grid(node)
        case Text():
            return _text(node)
        case Space():
            return f'<mspace width="{node.width:.4g}em"/>'
        case Styled():
            return f"<mstyle {_STYLES[node.style]}>{_inner(node.content, node.style)}</mstyle>"
        case Coloured():
            return f'<mstyle mathcolor="{rows.colour(node.colour)}">{_inner(node.content, style)}</mstyle>'
        case Phantom():
            return _phantom(node, style)
        case Bracket():
            size = f'minsize="{node.height:g}em" maxsize="{node.height:g}em"'
            return f'<mo{_FORMS.get(node.kind, "")} stretchy="true" symmetric="true" {size}>{html_text(node.char)}</mo>'
        case Kinded():
            return _kinded(node, style)
        case Framed():
            return _framed(node, style)


def _symbol(node: Symbol, kind: Kind | None, is_first: bool = False) -> str:
    char = html_text(node.char)
    if node.text[0].isdecimal():
        return f"<mn>{char}</mn>"
    if node.kind == "ord":
        if node.char in _ORDINARY_SIGNS:
            return f'<mo stretchy="false" lspace="0" rspace="0">{char}</mo>'
        if len(node.char) == 1 and node.char != node.text and styled(node.text, "") == node.char:
            return f"<mi>{html_text(node.text)}</mi>"  # one letter is slanted by itself (MathML Core, 3.2.3)
        slants = len(node.char) == 1 and node.char == node.text and (node.char.isalpha() or node.char in "∂∇")
        return f'<mi mathvariant="normal">{char}</mi>' if slants else f"<mi>{char}</mi>"
    if kind == "inner":
        return f"<mi>{char}</mi>"
    attributes = ' stretchy="false"' if node.char in _STRETCHING else ""
    if node.char in "|‖":
        attributes += _FORMS.get(node.kind, "")
    if node.char == ":":
        left, right = ("0", _THIN) if node.kind == "punct" else (_THICK, _THICK)
        attributes += f' lspace="{left}" rspace="{right}"'
    elif kind == "ord" and node.kind == "bin" and not (is_first and node.char in "+−±∓"):
        attributes += ' lspace="0" rspace="0"'
    return f"<mo{attributes}>{char}</mo>"


def _name(content: Node, style: int) -> str:
    match content:
        case Text():
            return f"<mi>{html_text(content.text.replace(' ', _NO_BREAK))}</mi>"
        case Row() if all(isinstance(each, Symbol) and each.text.isalpha() for each in content.nodes):
            return f"<mi>{html_text(''.join(each.text for each in content.nodes if isinstance(each, Symbol)))}</mi>"
        case _:
            return _row(content, style)


def _scripts(node: Scripts, style: int) -> str:
    below, above = _scripts_of(node)
    if not below and not above:
        return _row(node.base, style)
    if not rows.stands_in_the_middle(node, style):
        return _beside(_row(node.base, style), below, above)
    if style and isinstance(node.base, Large):  # a line of text would put them at the side otherwise
        return _around(f'<mo movablelimits="false">{node.base.char}</mo>', below, above)
    return _around(_row(node.base, style), below, above)


def _scripts_of(node: Scripts) -> tuple[str, str]:
    below = _row(node.below, 2) if node.below else ""
    if not node.primes:
        return below, _row(node.above, 2) if node.above else ""
    count, rest = node.primes % 4, node.primes // 4
    primes = f"<mo>{'⁗' * rest}{' ′″‴'[count].strip()}</mo>"
    return below, f"<mrow>{primes}{_inner(node.above, 2)}</mrow>" if node.above else primes


def _beside(base: str, below: str, above: str) -> str:
    tag = "msubsup" if below and above else "msub" if below else "msup"
    return f"<{tag}>{base}{below}{above}</{tag}>"


def _around(base: str, below: str, above: str) -> str:
    if not below and not above:
        return base
    tag = "munderover" if below and above else "munder" if below else "mover"
    return f"<{tag}>{base}{below}{above}</{tag}>"


def _label(node: Node | None) -> str:
    """What stands above or below an arrow, which is longer than that."""
    if node is None or node == Row(()):
        return ""
    space = '<mspace width="0.4em"/>'
    return f"<mrow>{space}{_inner(node, 2)}{space}</mrow>"


def _fraction(node: Fraction, style: int) -> str:
    own = style if node.style is None else node.style
    inner = min(own + 1, 2)
    line = "" if node.has_line else ' linethickness="0"'
    fraction = f"<mfrac{line}>{_row(node.above, inner)}{_row(node.below, inner)}</mfrac>"
    if node.left or node.right:
        fraction = f"<mrow>{_edge(node.left, 'open')}{fraction}{_edge(node.right, 'close')}</mrow>"
    return fraction if node.style is None else f"<mstyle {_STYLES[node.style]}>{fraction}</mstyle>"


def _fence(node: Fence, style: int) -> str:
    parts = [_edge(node.left, "open"), _inner(node.parts[0], style)]
    for middle, part in zip(node.middles, node.parts[1:], strict=True):
        parts += (_edge(middle, "rel"), _inner(part, style))
    return f"<mrow>{''.join(parts)}{_edge(node.right, 'close')}</mrow>"


def _edge(char: str, kind: Kind) -> str:
    """A bracket as high as what it stands beside."""
    if not char:
        return ""
    return f'<mo{_FORMS.get(kind, "")} fence="true" stretchy="true" symmetric="true">{html_text(char)}</mo>'


def _grid(node: Grid) -> str:
    columns = max(map(len, node.rows), default=0)
    aligned = [node.columns[min(at, len(node.columns) - 1)] for at in range(columns)]
    gaps = [node.gaps[min(at, len(node.gaps) - 1)] for at in range(columns)]
    written = [
        "<mtr>"
        + "".join(
            f"<mtd{_cell_style(node, aligned, gaps, at, row)}>{_inner(cell, node.style)}</mtd>"
            for at, cell in enumerate(cells)
        )
        + _tag(node, row, columns - len(cells))
        + "</mtr>"
        for row, cells in enumerate(node.rows)
    ]
    # For those who know MathML 3; browsers go by the styles of the cells.
    older = ' columnalign="' + " ".join(map(_ALIGNED.__getitem__, aligned)) + '"' if set(aligned) != {"c"} else ""
    table = f"<mtable{older}{_TABLE_STYLES.get(node.style, '')}>{''.join(written)}</mtable>"
    if node.style == 2:
        table = f"<mstyle {_STYLES[2]}>{table}</mstyle>"
    if node.left or node.right:
        return f"<mrow>{_edge(node.left, 'open')}{table}{_edge(node.right, 'close')}</mrow>"
    return table


def _cell_style(node: Grid, aligned: list[Literal["l", "c", "r"]], gaps: list[float], at: int, row: int) -> str:
    left = gaps[at - 1] / 2 if at else 0.0
    right = gaps[at] / 2 if at + 1 < len(aligned) else 0.0
    rules = [] if aligned[at] == "c" else [f"text-align:{_ALIGNED[aligned[at]]}"]
    if (left or 0.5, right or 0.5) != (0.5, 0.5) or node.row_gap:
        above = 0.5 + node.row_gap / 2
        rules.append(f"padding:{above:.2g}ex {right:.2g}em {above:.2g}ex {left:.2g}em")
    if row in node.lines:
        rules.append("border-top:0.06em solid")
    if row + 1 == len(node.rows) and row + 1 in node.lines:
        rules.append("border-bottom:0.06em solid")
    if at in node.bars:
        rules.append("border-left:0.06em solid")
    if at + 1 == len(aligned) and at + 1 in node.bars:
        rules.append("border-right:0.06em solid")
    return f' style="{";".join(rules)}"' if rules else ""


def _tag(node: Grid, row: int, missing: int) -> str:
    if not node.tags or not node.tags[row]:
        return ""
    return "<mtd></mtd>" * missing + f'<mtd style="padding-left:2em"><mtext>{html_text(node.tags[row])}</mtext></mtd>'


def _text(node: Text) -> str:
    rules = []
    if node.is_bold:
        rules.append("font-weight:bold")
    if node.is_italic:
        rules.append("font-style:italic")
    if node.family != "serif":
        rules.append(f"font-family:{_FAMILIES[node.family]}")
    style = f' style="{";".join(rules)}"' if rules else ""
    # Blanks at the ends of an element are no text (MathML Core, 3.2).
    inner = node.text.strip(" ")
    before, _, after = node.text.partition(inner) if inner else (node.text, "", "")
    return f"<mtext{style}>{_NO_BREAK * len(before)}{html_text(inner)}{_NO_BREAK * len(after)}</mtext>"


def _phantom(node: Phantom, style: int) -> str:
    content = _row(node.content, style)
    shown = content if node.is_shown else f"<mphantom>{content}</mphantom>"
    sizes = "" if node.has_width else ' width="0"'
    sizes += "" if node.has_height else ' height="0" depth="0"'
    return f"<mpadded{sizes}>{shown}</mpadded>" if sizes else shown


def _kinded(node: Kinded, style: int) -> str:
    content = node.content
    left, right = _SPACES.get(node.kind, ("0", "0"))
    symbol = rows.core(content)
    if isinstance(symbol, Symbol) and not symbol.text.isalnum():
        return f'<mo stretchy="false" lspace="{left}" rspace="{right}">{html_text(symbol.char)}</mo>'
    inner = _row(content, style)
    if left == right == "0":
        return inner
    before, after = (f'<mspace width="{width}"/>' if width != "0" else "" for width in (left, right))
    return f"<mrow>{before}{inner}{after}</mrow>"


def _framed(node: Framed, style: int) -> str:
    content = _row(node.content, style)
    background = f' mathbackground="{rows.colour(node.background)}"' if node.background else ""
    strikes = [each for each in node.lines if each != "box"]
    if strikes:
        notation = " ".join(_NOTATIONS[each] for each in strikes)
        # MathML Core has no strikes; who has not kept MathML 3's goes by the style.
        images = ",".join(_STRIKES[each] for each in strikes)
        content = f'<menclose notation="{notation}" style="background-image:{images}">{content}</menclose>'
    if "box" in node.lines:
        return f'<mrow style="border:0.06em solid;padding:0.3em"{background}>{content}</mrow>'
    return f"<mrow{background}>{content}</mrow>" if background else content


_NO_BREAK = "\u00a0"
_STYLES = {
    0: 'displaystyle="true" scriptlevel="0"',
    1: 'displaystyle="false" scriptlevel="0"',
    2: 'displaystyle="false" scriptlevel="1"',
    3: 'displaystyle="false" scriptlevel="2"',
}
_TABLE_STYLES = {0: ' displaystyle="true"'}
_FORMS: dict[str, str] = {"open": ' form="prefix"', "close": ' form="postfix"', "rel": ' form="infix"'}
_SPACES: dict[str, tuple[str, str]] = {
    "rel": (_THICK, _THICK), "bin": (_MEDIUM, _MEDIUM), "punct": ("0", _THIN), "op": (_THIN, _THIN),
}  # fmt: skip
_ALIGNED = {"l": "left", "c": "center", "r": "right"}
_FAMILIES = {"sans": "sans-serif", "mono": "monospace"}
_NOTATIONS = {"up": "updiagonalstrike", "down": "downdiagonalstrike", "strike": "horizontalstrike"}
_STRIKES = {
    name: f"linear-gradient({way},transparent calc(50% - 0.04em),currentColor 0 calc(50% + 0.04em),transparent 0)"
    for name, way in (("up", "to bottom right"), ("down", "to top right"), ("strike", "to bottom"))
}
_ACCENTS = {
    "\u0302": "^", "\u030c": "ˇ", "\u0303": "~", "\u0301": "´", "\u0300": "`", "\u0307": "˙", "\u0308": "¨",
    "\u20db": "⃛", "\u20dc": "⃜", "\u0306": "˘", "\u0304": "¯", "\u20d7": "→", "\u030a": "˚", "\u20d6": "←",
    "\u20e1": "↔",
}  # fmt: skip
_ARROWS = "\u20d7\u20d6\u20e1"

# Ordinary to LaTeX, but not to the operator dictionary.
_ORDINARY_SIGNS = frozenset("/|‖\\.′‵!?⋮")
# What grows as high as its row by itself, and does not in LaTeX.
_STRETCHING = frozenset("()[]{}|‖∣∥⟨⟩⌊⌋⌈⌉⟦⟧⟮⟯⎰⎱⦃⦄↑↓↕⇑⇓⇕")
