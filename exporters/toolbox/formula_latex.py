"""Writes formulas as LaTeX again, out of the tree that was read: nothing of what somebody wrote gets to TeX as it is.

So no formula runs a command: what is written is of a closed list, all of it known to LaTeX with amsmath, amssymb and
xcolor (and `\\cancel` with cancel). Macros are replaced.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Literal, TypeIs

from exporters.toolbox import formula_rows as rows
from exporters.toolbox import formula_symbols as known
from exporters.toolbox.escaping import without_controls
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
from exporters.toolbox.formula_symbols import Kind, Variant, styled


def write(latex: str, _display: bool, macros: dict[str, Macro]) -> str:
    """The formula, without dollar signs; what it defines is added to the macros. Raises `UnreadableFormula`."""
    row = read(latex, macros)
    if without_controls(latex)[1]:
        raise UnreadableFormula("it holds control characters")
    return _parts(row.nodes)


@cache
def commands() -> dict[str, str]:
    """Character → the command that LaTeX with amsmath and amssymb has for it. 0.2 ms."""
    found: dict[str, str] = {}
    for name, sign in known.signs().items():
        if name not in _NOT_IN_LATEX and len(sign.char) == 1:
            found.setdefault(sign.char, f"\\{name}")
    return found | _OTHERS


def escaped(text: str) -> str:
    """Words within a formula."""
    return "".join(_IN_WORDS.get(char, char) for char in text)


# Rows


def _parts(nodes: Nodes) -> str:
    written: list[str] = []
    for node in nodes:
        part = _node(node)
        if not part:
            continue
        if isinstance(node, Symbol) and node.kind in ("rel", "bin"):
            part = f" {part} "  # only for those who read it
        if written and written[-1][-1] == " ":
            part = part.lstrip(" ")
        elif written and _ends_with_word(written[-1]) and part[0].isalpha():
            part = f" {part}"  # a command of letters ends where no letter follows
        if part:
            written.append(part)
    return "".join(written).strip(" ")


def _ends_with_word(written: str) -> bool:
    end = len(written)
    while end and written[end - 1].isascii() and written[end - 1].isalpha():
        end -= 1
    return 0 < end < len(written) and written[end - 1] == "\\"


def _group(node: Node | None) -> str:
    return f"{{{_content(node)}}}"


def _content(node: Node | None) -> str:
    if node is None:
        return ""
    return _parts(node.nodes) if isinstance(node, Row) else _node(node)


# Parts


def _node(node: Node) -> str:
    match node:
        case Symbol():
            return _symbol(node)
        case Row(nodes):
            return _symbol(nodes[0]) if len(nodes) == 1 and _is_letter(nodes[0]) else _group(node)
        case Large():
            return _LARGE.get(node.char, "\\int")
        case Name():
            return _name(node)
        case Scripts():
            return _scripts(node)
        case Fraction():
            return _fraction(node)
        case Root():
            degree = f"[{_group(node.degree)}]" if node.degree else ""
            return f"\\sqrt{degree}{_group(node.content)}"
        case Fence():
            middles = ("", *(f"\\middle{_delimiter(each)} " for each in node.middles))
            inner = "".join(middle + _content(part) for middle, part in zip(middles, node.parts, strict=True))
            return f"\\left{_delimiter(node.left)} {inner} \\right{_delimiter(node.right)}"
        case Accent():
            return f"{_ACCENTS.get((node.char, node.is_wide), '\\hat')}{_group(node.content)}"
        case Line():
            return f"\\{'over' if node.is_above else 'under'}line{_group(node.content)}"
        case Brace():
            return f"{_brace(node)}{_group(node.content)}"
        case Arrow():
            return _arrow(node)
        case Stack():
            return _around(_group(node.base), node.below, node.above)
        case Grid():
            return _grid(node)
        case Text():
            return _text(node)
        case Space():
            return _space(node.width)
        case Styled():
            return f"{{{_STYLES[node.style]} {_content(node.content)}}}"
        case Coloured():
            return f"\\textcolor[HTML]{{{rows.colour(node.colour)[1:].upper()}}}{_group(node.content)}"
        case Phantom():
            return _phantom(node)
        case Bracket():
            return _bracket(node)
        case Kinded():
            return f"{_KINDS[node.kind]}{_group(node.content)}"
        case Framed():
            return _framed(node)


def _is_letter(node: Node) -> TypeIs[Symbol]:
    return isinstance(node, Symbol) and node.kind == "ord" and node.text.isalnum()


def _symbol(node: Symbol) -> str:
    text = node.text
    if node.char == ":" and node.kind == "punct":
        return "\\colon"
    plain = _sign(text)
    if node.char == text:
        upright = rows.is_upright(node) and styled(text, "") != text
        return f"\\mathrm{{{plain}}}" if upright and text.isascii() else plain
    if styled(text, "") == node.char:
        return plain
    for variant, (begin, end) in _VARIANTS.items():
        if styled(text, variant) == node.char:
            return f"{begin}{plain}{end}"
    return _sign(node.char)


def _sign(char: str) -> str:
    if char.isascii():
        return _ASCII.get(char, char)
    found = commands().get(char)
    if found:
        return found
    parts = unicodedata.normalize("NFD", char)
    if len(parts) == 2 and parts[1] == "\u0338":
        return f"\\not{_sign(parts[0])}"
    return f"\\text{{{escaped(char)}}}"


def _name(node: Name) -> str:
    match node.content:
        case Text(text):
            name = _NAMES.get(text, text)
            if name in _FUNCTIONS:
                return f"\\{name}"
            return f"\\operatorname{'*' * node.has_limits}{{{escaped(text).replace(' ', '\\,')}}}"
        case Row(nodes) if nodes and all(isinstance(each, Symbol) and each.text.isalnum() for each in nodes):
            letters = "".join(each.text for each in nodes if isinstance(each, Symbol))
            return f"\\operatorname{'*' * node.has_limits}{{{letters}}}"
        case Brace(char) as brace:
            # What LaTeX calls \varinjlim and \varprojlim.
            return "\\varinjlim" if char == "→" else "\\varprojlim" if char == "←" else _node(brace)
        case content:
            return f"\\mathop{_group(content)}{'\\limits' if node.has_limits else '\\nolimits'}"


def _scripts(node: Scripts) -> str:
    base = _content(node.base) if isinstance(node.base, Symbol | Large | Name | Brace) else _group(node.base)
    limits = ""
    if node.limits is not None and isinstance(node.base, Large | Name):
        limits = "\\limits" if node.limits else "\\nolimits"
    below = f"_{_group(node.below)}" if node.below else ""
    above = f"^{_group(node.above)}" if node.above else ""
    return f"{base}{limits}{chr(39) * node.primes}{below}{above}"


def _fraction(node: Fraction) -> str:
    parts = f"{_group(node.above)}{_group(node.below)}"
    if node.has_line and not node.left and not node.right and node.style in (None, 0, 1):
        return f"\\{_SIZES[node.style]}frac{parts}"
    if not node.has_line and (node.left, node.right) == ("(", ")") and node.style in (None, 0, 1):
        return f"\\{_SIZES[node.style]}binom{parts}"
    left, right = (_delimiter(each) if each else "" for each in (node.left, node.right))
    style = "" if node.style is None else str(node.style)
    return f"\\genfrac{{{left}}}{{{right}}}{{{'' if node.has_line else '0pt'}}}{{{style}}}{parts}"


def _delimiter(char: str) -> str:
    return _DELIMITERS.get(char) or (char if char in "()[]/|" else commands().get(char, "."))


def _brace(node: Brace) -> str:
    return _BRACES.get((node.char, node.is_above), "\\overbrace" if node.is_above else "\\underbrace")


def _arrow(node: Arrow) -> str:
    if node.char in _ARROWS:
        below = f"[{_group(node.below)}]" if node.below else ""
        return f"{_ARROWS[node.char]}{below}{_group(node.above)}"
    return f"\\mathrel{{{_around(f'{{{_sign(node.char)}}}', node.below, node.above)}}}"


def _around(base: str, below: Node | None, above: Node | None) -> str:
    if below is not None:
        base = f"{{\\underset{_group(below)}{base}}}" if above is not None else f"\\underset{_group(below)}{base}"
    return f"\\overset{_group(above)}{base}" if above is not None else base


def _grid(node: Grid) -> str:
    columns = max(map(len, node.rows), default=0)
    aligned = [node.columns[min(at, len(node.columns) - 1)] for at in range(columns)]
    is_plain = not node.bars and not node.lines
    begin, end, left, right = "", "", node.left, node.right
    if is_plain and columns == 1 and node.style == 2 and not left and not right:
        begin, end = "\\substack{", "}"
    elif is_plain and columns > 1 and aligned == (["r", "l"] * columns)[:columns]:
        begin, end = _environment("aligned")
    elif is_plain and columns == 1 and node.style == 0 and aligned == ["c"]:
        begin, end = _environment("gathered")
    elif is_plain and columns <= 2 and (left, right) == ("{", "") and set(aligned) == {"l"}:
        (begin, end), left = _environment("cases"), ""
    elif is_plain and columns <= _MOST_COLUMNS and set(aligned) == {"c"} and (left, right) in _MATRICES:
        stem = "smallmatrix" if node.style == 2 and not left else f"{_MATRICES[left, right]}matrix"
        (begin, end), left, right = _environment(stem), "", ""
    else:
        begin, end = _array(node, aligned)
    lines = [_line(node, number) for number in range(len(node.rows))]
    if node.lines and node.lines[-1] == len(node.rows):
        lines[-1] += " \\\\ \\hline"
    table = f"{begin}{' \\\\ '.join(lines)}{end}"
    return f"\\left{_delimiter(left)} {table} \\right{_delimiter(right)}" if left or right else table


def _environment(name: str) -> tuple[str, str]:
    return f"\\begin{{{name}}} ", f" \\end{{{name}}}"


def _array(node: Grid, aligned: list[Literal["l", "c", "r"]]) -> tuple[str, str]:
    places = range(len(aligned) + 1)
    described = "".join("|" * (at in node.bars) + (aligned[at] if at < len(aligned) else "") for at in places)
    return f"\\begin{{array}}{{{described or 'c'}}} ", " \\end{array}"


def _line(node: Grid, number: int) -> str:
    rule = "\\hline " if number in node.lines else ""
    # What LaTeX puts before the signs of aligned equations was put there by the reader, too.
    bare = (Row(each.nodes[1:]) if each.nodes[:1] == (Row(()),) else each for each in node.rows[number])
    cells = " & ".join(map(_content, bare))
    tag = f" \\qquad \\text{{{escaped(node.tags[number])}}}" if node.tags and node.tags[number] else ""
    # After the end of a line these would say how far the next is.
    guard = "{}" if number and cells[:1] in ("[", "*") else ""
    return f"{rule}{guard}{cells}{tag}"


def _text(node: Text) -> str:
    written = escaped(node.text)
    if node.is_bold:
        return f"\\textbf{{{written}}}"
    if node.is_italic:
        return f"\\textit{{{written}}}"
    return f"\\{_FAMILIES[node.family]}{{{written}}}"


def _space(width: float) -> str:
    for known_width, command in _SPACES:
        if abs(width - known_width) < _NEAR:
            return command
    return f"\\hspace{{{width:.3g}em}}"


def _phantom(node: Phantom) -> str:
    content = _group(node.content)
    if node.is_shown:
        return f"\\smash{content}" if node.has_width else f"\\rlap{{\\({content}\\)}}"
    return f"\\{'' if node.has_width and node.has_height else 'h' if node.has_width else 'v'}phantom{content}"


def _bracket(node: Bracket) -> str:
    size = next((name for height, name in _HEIGHTS if node.height <= height), "Bigg")
    side = {"open": "l", "close": "r", "rel": "m"}.get(node.kind, "")
    return f"\\{size}{side}{_delimiter(node.char)}"


def _framed(node: Framed) -> str:
    content = _content(node.content)
    for each in node.lines:
        if each in _STRIKES:
            content = f"{_STRIKES[each]}{{{content}}}"
    if node.background:
        colour = rows.colour(node.background)[1:].upper()
        content = f"\\colorbox[HTML]{{{colour}}}{{\\({content}\\)}}"
    return f"\\boxed{{{content}}}" if "box" in node.lines else content


_NEAR = 0.01
_MOST_COLUMNS = 10  # of a matrix; arrays have no such limit
_SIZES = {None: "", 0: "d", 1: "t"}
_STYLES = {0: "\\displaystyle", 1: "\\textstyle", 2: "\\scriptstyle", 3: "\\scriptscriptstyle"}
_KINDS: dict[Kind, str] = {
    "ord": "\\mathord", "op": "\\mathop", "bin": "\\mathbin", "rel": "\\mathrel", "open": "\\mathopen",
    "close": "\\mathclose", "punct": "\\mathpunct", "inner": "\\mathinner",
}  # fmt: skip
_FAMILIES = {"serif": "text", "sans": "textsf", "mono": "texttt"}
_HEIGHTS = ((1.2, "big"), (1.8, "Big"), (2.4, "bigg"), (3.0, "Bigg"))
_STRIKES = {"up": "\\cancel", "down": "\\bcancel", "strike": "\\cancel"}
_MATRICES = {("", ""): "", ("(", ")"): "p", ("[", "]"): "b", ("{", "}"): "B", ("|", "|"): "v", ("‖", "‖"): "V"}
_SPACES = (
    (3 / 18, "\\,"), (4 / 18, "\\:"), (5 / 18, "\\;"), (-3 / 18, "\\!"), (0.25, "\\ "), (1.0, "\\quad"),
    (2.0, "\\qquad"), (0.5, "\\enspace"), (0.0, ""),
)  # fmt: skip
_VARIANTS: dict[Variant, tuple[str, str]] = {
    "bold": ("\\mathbf{", "}"),
    "italic": ("\\mathit{", "}"),
    "bold-italic": ("\\boldsymbol{", "}"),
    "script": ("\\mathcal{", "}"),
    "bold-script": ("\\boldsymbol{\\mathcal{", "}}"),
    "fraktur": ("\\mathfrak{", "}"),
    "bold-fraktur": ("\\boldsymbol{\\mathfrak{", "}}"),
    "double": ("\\mathbb{", "}"),
    "sans": ("\\mathsf{", "}"),
    "bold-sans": ("\\boldsymbol{\\mathsf{", "}}"),
    "italic-sans": ("\\mathsf{", "}"),
    "mono": ("\\mathtt{", "}"),
}
_LARGE = {
    **{char: f"\\{name}" for name, (char, _) in reversed(known.LARGE.items()) if name not in ("intop", "smallint")},
    "∯": "\\oint",
    "∰": "\\oint",
}
_ACCENTS = {
    value: f"\\{name}" for name, value in reversed(known.ACCENTS.items()) if name not in ("Vec", "widevec", "widecheck")
} | {("\u030c", True): "\\check"}
_BRACES = {
    **{(char, is_above): f"\\{name}" for name, (char, is_above) in known.BRACES.items() if name.endswith("brace")},
    **{(char, False): f"\\{name}" for name, char in known.UNDER_ARROWS.items()},
}
_ARROWS = {"→": "\\xrightarrow", "←": "\\xleftarrow"}
_DELIMITERS = {
    "": ".", "{": "\\{", "}": "\\}", "‖": "\\|", "\\": "\\backslash", "⟨": "\\langle", "⟩": "\\rangle",
    "⌊": "\\lfloor", "⌋": "\\rfloor", "⌈": "\\lceil", "⌉": "\\rceil",
}  # fmt: skip
_NAMES = {"lim sup": "limsup", "lim inf": "liminf", "inj lim": "injlim", "proj lim": "projlim"}
_FUNCTIONS = frozenset(
    "sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan arg deg dim exp hom ker lg ln log lim limsup "
    "liminf max min sup inf det gcd Pr injlim projlim".split()
)
_ASCII = {
    "{": "\\{", "}": "\\}", "\\": "\\backslash", "#": "\\#", "$": "\\$", "%": "\\%", "&": "\\&", "_": "\\_",
    "^": "\\text{\\textasciicircum}", "~": "\\sim", '"': "\\text{''}", "`": "\\text{`}", "'": "'",
}  # fmt: skip
_IN_WORDS = {
    "{": "\\{", "}": "\\}", "\\": "\\textbackslash{}", "#": "\\#", "$": "\\$", "%": "\\%", "&": "\\&", "_": "\\_",
    "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "\u00a0": "~",
}  # fmt: skip
_OTHERS = {
    "−": "-", "∗": "*", "‘": "\\text{`}", "’": "'", "′": "\\prime", "·": "\\cdot", "⋅": "\\cdot", "𝚤": "\\imath",
    "𝚥": "\\jmath", "∣": "\\mid", "∥": "\\parallel", "…": "\\ldots", "⋯": "\\cdots", "→": "\\to", "≔": "\\mathrel{:=}",
    "≕": "\\mathrel{=:}", "∶": ":", "⨝": "\\bowtie", "⟦": "[\\![", "⟧": "]\\!]", "⦃": "\\{\\!|", "⦄": "|\\!\\}",
    "⋰": "\\ddots", "↤": "\\leftarrow", "°": "{}^{\\circ}", "‰": "\\text{\\textperthousand}", "ı": "\\imath",
    "ȷ": "\\jmath", "𝕜": "\\Bbbk", "ο": "o", "⨿": "\\amalg", "⨌": "\\iiiint", "≠": "\\neq", "≤": "\\leq", "≥": "\\geq",
    **{char: f"\\mathrm{{{latin}}}" for char, latin in zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX", strict=True)},
    **{char: f"\\mathbb{{{letter}}}" for char, letter in zip("ℂℍℕℙℚℝℤ", "CHNPQRZ", strict=True)},
}  # fmt: skip

# Of the names that the reader knows, those that other programs have, and LaTeX with amsmath and amssymb has not.
_NOT_IN_LATEX = frozenset(
    """
    omicron Alpha Beta Epsilon Zeta Eta Iota Kappa Mu Nu Omicron Rho Tau Chi infin empty exist thetasym weierp alef
    alefsym image real natnums N Z Q R C reals Reals Complex cnums textmu micro ohm permil cent euro degree lq rq
    textdegree textquoteright textquotedblleft textquotedblright And plusmn sdot isin lt gt sub supe sube hArr rArr
    lArr rarr larr harr notni coloneqq colonequals coloneq eqqcolon vcentcolon ratio mapsfrom restriction lang rang
    llbracket rrbracket lBrace rBrace hellip iddots adots mathellipsis AA Å aa ae AE oe OE ss o O l L i j
    textquotesingle dag ddag Join textless textgreater H
    """.split()
)
