"""What the parts of a formula are to each other, where they stand in a row: numbers, names, signs between operands.

For formats that hold formulas as trees and space them by themselves; what draws them has rules of its own.
"""

from __future__ import annotations

from copy import replace

from exporters.toolbox.formula_reader import (
    Arrow,
    Brace,
    Coloured,
    Kinded,
    Large,
    Name,
    Node,
    Nodes,
    Row,
    Scripts,
    Space,
    Stack,
    Styled,
    Symbol,
    UnreadableFormula,
)
from exporters.toolbox.formula_symbols import Kind, styled

_MARKS = frozenset(".,")  # between the digits of a number; a comma only within braces, for it parts arguments


def joined(nodes: Nodes) -> Nodes:
    """The row with one symbol for each number and for each name of several upright letters.

    What stands above the last digit of a number stands above the number.
    """
    found: list[Node] = []
    run: list[Symbol] = []
    for at, node in enumerate(nodes):
        symbol = _part_of_run(node, nodes[at + 1] if at + 1 < len(nodes) else None, run)
        if symbol is not None:
            run.append(symbol)
            continue
        if isinstance(node, Scripts) and run and isinstance(node.base, Symbol) and _goes_on(node.base, run):
            node = replace(node, base=_whole([*run, node.base]))
            run = []
        found += _flushed(run)
        run = []
        symbol = _part_of_run(node, nodes[at + 1] if at + 1 < len(nodes) else None, run)
        if symbol is not None:
            run.append(symbol)
        else:
            found.append(node)
    return (*found, *_flushed(run))


def kinds(nodes: Nodes) -> list[Kind | None]:
    """How each stands beside its neighbours; None for spaces. A sign that has no operand on a side is an ordinary one.

    As in The TeXbook, appendix G, rules 5 and 6.
    """
    found: list[Kind | None] = [kind_of(node) for node in nodes]
    before: Kind | None = None
    last = -1
    for at, kind in enumerate(found):
        if kind is None:
            continue
        if kind == "bin" and before in (None, "bin", "op", "rel", "open", "punct"):
            kind = found[at] = "ord"
        elif kind in ("rel", "close", "punct") and before == "bin":
            found[last] = "ord"
        before, last = kind, at
    if before == "bin":
        found[last] = "ord"
    return found


def kind_of(node: Node) -> Kind | None:
    """How a part stands beside others by itself; None for a space."""
    match node:
        case Space():
            return None
        case Styled() | Coloured():
            inner = node.content.nodes
            return kind_of(inner[0]) if len(inner) == 1 else "ord"
        case Brace() | Scripts(base=Brace()):
            return "ord"  # LaTeX has an operator, so a plus after it stands too near
        case _:
            return node.kind


def core(node: Node | None) -> Node | None:
    """What scripts hang on: the only part of a group, or the part itself."""
    while isinstance(node, Row | Kinded):
        if isinstance(node, Kinded):
            node = node.content
        elif len(node.nodes) == 1:
            node = node.nodes[0]
        else:
            return node
    return node


def stands_in_the_middle(node: Scripts, style: int) -> bool:
    """Whether what stands below and above it is right below and above, and not at its side."""
    if node.limits is not None:
        return node.limits
    base = node.base
    match base:
        case Large() | Name() | Kinded():
            return base.has_limits and style == 0
        case Stack() | Arrow():
            return False
        case _:
            return getattr(base, "has_limits", False)


def colour(text: str) -> str:
    """A colour as #rrggbb. Raises `UnreadableFormula` for what is none."""
    from exporters.toolbox.css_colours import colour as css_colour  # 1 ms, for the few formulas that have colours

    named = css_colour(text)
    if named is None:
        raise UnreadableFormula("it has a colour that is not known here")
    return "#" + "".join(f"{round(255 * part):02x}" for part in named[0])


def is_upright(symbol: Symbol) -> bool:
    """Whether it is a letter that is not slanted, as most are."""
    return symbol.char == symbol.text and symbol.char[0].isalpha() and symbol.kind == "ord"


def _part_of_run(node: Node, after: Node | None, run: list[Symbol]) -> Symbol | None:
    """The symbol that a part adds to a number or a name; None where it ends them."""
    if isinstance(node, Row) and len(node.nodes) == 1 and isinstance(node.nodes[0], Symbol):
        mark = node.nodes[0]
        if mark.char == "," and _is_number(run) and _is_digit(after):
            return Symbol(",", ",")
        return None
    if not isinstance(node, Symbol):
        return None
    if run:
        if _goes_on(node, run):
            return node
        is_point = node.char == "." and _is_number(run) and run[-1].char not in _MARKS
        return node if is_point and _is_digit(after) else None
    return node if _is_digit(node) or _names(node) else None


def _goes_on(node: Symbol, run: list[Symbol]) -> bool:
    return (_is_digit(node) and _is_number(run)) or (_names(node) and _names(run[0]))


def _is_digit(node: Node | None) -> bool:
    node = node.base if isinstance(node, Scripts) else node
    return isinstance(node, Symbol) and "0" <= node.text[:1] <= "9"


def _is_number(run: list[Symbol]) -> bool:
    return bool(run) and _is_digit(run[0])


def _names(node: Symbol) -> bool:
    """Whether it is a letter that together with others makes a name: upright, where letters by themselves are not."""
    return is_upright(node) and styled(node.text, "") != node.char


def _flushed(run: list[Symbol]) -> Nodes:
    return (_whole(run),) if run else ()


def _whole(run: list[Symbol]) -> Symbol:
    return Symbol("".join([each.char for each in run]), "".join([each.text for each in run]))
