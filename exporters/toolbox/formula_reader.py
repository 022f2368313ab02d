"""Reads formulas in LaTeX's notation: what people write between dollar signs, with AMS's environments and own macros.

Everything is bounded: the length of a formula, how deep it nests, how often macros are replaced. So `\\def\\x{\\x\\x}`
ends soon, and the memory that a formula takes is in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from exporters.frozen import frozen
from exporters.toolbox import formula_symbols as known
from exporters.toolbox.formula_symbols import Kind, Variant

MAX_LENGTH = 4_000  # characters of a formula: two pages
MAX_DEPTH = 60  # arguments and groups in each other, so 30 of `\\sqrt{`: people nest ten
MAX_REPLACED = 300  # macros in one formula
MAX_EXPANDED = 20_000  # characters that they are replaced by
MAX_MACROS = 200  # of one document
MAX_BROUGHT = 1_000_000  # characters that they are replaced by in all formulas of a document: 6 s to read


class UnreadableFormula(ValueError):
    """The formula cannot be drawn. Says why, in a sentence that fits many formulas."""


class Macro(NamedTuple):
    arguments: int
    """How many it takes."""
    default: str | None
    """The first of them, where it may be left out."""
    body: str


class Macros(dict[str, Macro]):
    """Those of one document, which bring no more than `MAX_BROUGHT` characters into all its formulas together."""

    brought = 0
    defined = 0
    """How often one was defined, or defined anew: the same formula may mean something else after that."""


# Nodes. Lengths are in em of the formula's own size.


@frozen
class Symbol:
    char: str
    """As it is drawn."""
    text: str
    """As it was written."""
    kind: Kind = "ord"


@frozen
class Row:
    nodes: Nodes
    kind: Kind = "ord"


@frozen
class Large:
    """A sum, an integral or the like."""

    char: str
    has_limits: bool
    """Whether what stands below and above it is a limit, where the formula is displayed."""
    kind: Kind = "op"


@frozen
class Name:
    """The name of a function."""

    content: Node
    has_limits: bool
    kind: Kind = "op"


@frozen
class Scripts:
    """What stands at the right of something, or below and above it."""

    base: Node | None
    below: Node | None
    above: Node | None
    primes: int = 0
    limits: bool | None = None
    """Whether they stand below and above; None for what the base says."""

    @property
    def kind(self) -> Kind:
        return self.base.kind if self.base and not isinstance(self.base, Space | Styled | Coloured) else "ord"


@frozen
class Fraction:
    above: Node
    below: Node
    has_line: bool = True
    left: str = ""
    right: str = ""
    style: int | None = None
    """0 displayed, 1 in a line, 2 a script; None for what is around it."""
    is_continued: bool = False
    kind: Kind = "inner"


@frozen
class Root:
    content: Node
    degree: Node | None
    kind: Kind = "ord"


@frozen
class Fence:
    """What stands between brackets as high as itself; `middles` are those between its parts."""

    left: str
    right: str
    parts: tuple[Node, ...]
    middles: tuple[str, ...] = ()
    kind: Kind = "inner"


@frozen
class Accent:
    char: str
    content: Node
    is_wide: bool = False
    kind: Kind = "ord"


@frozen
class Line:
    """Above or below something."""

    content: Node
    is_above: bool
    kind: Kind = "ord"


@frozen
class Brace:
    """A brace or an arrow above or below something, as long as that; limits stand beyond it."""

    char: str
    content: Node
    is_above: bool
    has_limits: bool = True
    kind: Kind = "op"


@frozen
class Arrow:
    """As long as what stands above and below it."""

    char: str
    above: Node | None
    below: Node | None
    kind: Kind = "rel"


@frozen
class Stack:
    base: Node
    above: Node | None
    below: Node | None

    @property
    def kind(self) -> Kind:
        return self.base.kind if not isinstance(self.base, Space | Styled | Coloured) else "ord"


@frozen
class Grid:
    """A matrix, or lines of a calculation that stand below each other."""

    rows: tuple[tuple[Row, ...], ...]
    columns: tuple[Literal["l", "c", "r"], ...]
    """How each column is aligned; further ones are as the last."""
    gaps: tuple[float, ...]
    """Between columns; further ones are as the last."""
    style: int = 1
    row_gap: float = 0.0
    """More than lines have."""
    spaces: tuple[float, ...] = ()
    """More than that, after each row."""
    lines: tuple[int, ...] = ()
    """The rows that a line stands above."""
    bars: tuple[int, ...] = ()
    """The columns that a line stands before."""
    tags: tuple[str, ...] = ()
    """The numbers of the rows."""
    left: str = ""
    right: str = ""
    kind: Kind = "ord"


@frozen
class Text:
    text: str
    is_bold: bool = False
    is_italic: bool = False
    family: Literal["serif", "sans", "mono"] = "serif"
    kind: Kind = "ord"


@frozen
class Space:
    width: float
    is_fixed: bool = False
    """Whether it is in em of the whole formula, and not of the script it stands in."""


@frozen
class Styled:
    """What is displayed, or set as in a line, or as a script."""

    style: int
    content: Row


@frozen
class Coloured:
    colour: str
    content: Row


@frozen
class Phantom:
    """What takes room, but is not seen; or is seen, and takes none."""

    content: Node
    is_shown: bool = False
    has_width: bool = True
    has_height: bool = True
    kind: Kind = "ord"


@frozen
class Bracket:
    """One of a given height."""

    char: str
    height: float
    kind: Kind = "ord"


@frozen
class Kinded:
    """What is told how it stands beside others."""

    content: Node
    kind: Kind
    has_limits: bool = False


@frozen
class Framed:
    content: Node
    lines: tuple[Literal["box", "up", "down", "strike"], ...]
    background: str = ""
    kind: Kind = "ord"


type Part = (
    Symbol | Row | Large | Name | Scripts | Fraction | Root | Fence | Accent | Line | Brace | Arrow | Stack | Grid
    | Text | Phantom | Bracket | Kinded | Framed
)  # fmt: skip
type Node = Part | Space | Styled | Coloured
type Nodes = tuple[Node, ...]


def read(latex: str, macros: dict[str, Macro]) -> Row:
    """Reads a formula. What it defines is added to the macros. Raises `UnreadableFormula`."""
    if len(latex) > MAX_LENGTH:
        raise UnreadableFormula(f"it has more than {MAX_LENGTH:,} characters")
    reader = _Reader(_COMMENT.sub("", latex), macros)
    row = reader.top()
    if reader.tag:
        row = Row((*row.nodes, Space(2.0), Text(reader.tag)))
    return row


_COMMENT = re.compile(r"(?<!\\)%[^\n]*\n?")
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL)
_BLANKS = re.compile(r"[ \t\r\n]*")
_LENGTH = re.compile(r"\s*([-+]?[0-9]*\.?[0-9]+)\s*(em|ex|mu|pt|px|cm|mm|in|pc|bp)\b")
_EM = {
    "em": 1.0,
    "ex": 0.45,
    "mu": 1 / 18,
    "pt": 0.1,
    "bp": 0.1,
    "px": 0.075,
    "cm": 2.85,
    "mm": 0.285,
    "in": 7.2,
    "pc": 1.2,
}
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_ARGUMENT = re.compile(r"#([1-9])")
_CE = re.compile(r"(->|<-|<=>|<->)|\^\{?([0-9]*[-+])\}?|\^([0-9]+)|([0-9]+)|([A-Za-z]+)|(\s+)|(.)", re.DOTALL)

type _End = tuple[str, ...]


class _Reader:
    """A way through one formula. `source` and `at` say what is still to come."""

    def __init__(self, source: str, macros: dict[str, Macro]) -> None:
        self._source = source
        self._at = 0
        self._macros = macros
        self._replaced = 0
        self._longer = 0
        """By how many characters macros have made it so far."""
        self._depth = 0
        self._variant: Variant = ""
        self._is_bold = False
        self.tag = ""

    def top(self) -> Row:
        row = self._row(())
        word = self._peek()
        if word:
            raise UnreadableFormula(_UNPAIRED.get(word, f"{word[:40]} stands where nothing begins that it ends"))
        return row

    # Tokens

    def _peek(self) -> str:
        """The next word; "" at the end. Macros are replaced first."""
        while True:
            self._at = _BLANKS.match(self._source, self._at).end()  # type: ignore[union-attr]
            found = _TOKEN.match(self._source, self._at)
            word = found[0] if found else ""
            if len(word) > 1 and word[1:] in self._macros:
                self._at += len(word)
                self._replace(self._macros[word[1:]])
                continue
            return word

    def _next(self) -> str:
        word = self._peek()
        self._at += len(word)
        return word

    def _take(self, word: str) -> bool:
        if self._peek() != word:
            return False
        self._at += len(word)
        return True

    def _replace(self, macro: Macro) -> None:
        self._replaced += 1
        arguments: list[str] = []
        if macro.default is not None:
            given = self._optional()
            arguments.append(macro.default if given is None else given)
        while len(arguments) < macro.arguments:
            arguments.append(self._raw())
        body = _ARGUMENT.sub(lambda found: _or_nothing(arguments, int(found[1]) - 1), macro.body)
        # What a macro ends with must not become one word with what follows.
        glue = " " if body[-1:].isalpha() else ""
        self._source = body + glue + self._source[self._at :]
        self._at = 0
        self._longer += len(body)
        if isinstance(self._macros, Macros):
            self._macros.brought += len(body)
            if self._macros.brought > MAX_BROUGHT:
                raise UnreadableFormula("macros make all together too long")
        if self._replaced > MAX_REPLACED or self._longer > MAX_EXPANDED:
            raise UnreadableFormula("its macros never end, or make it too long")

    def _raw(self) -> str:
        """The next argument as it is written, without its braces."""
        self._at = _BLANKS.match(self._source, self._at).end()  # type: ignore[union-attr]
        if self._source[self._at : self._at + 1] != "{":
            found = _TOKEN.match(self._source, self._at)
            if not found:
                raise UnreadableFormula("it ends where more must follow")
            self._at = found.end()
            return found[0]
        depth, start = 0, self._at + 1
        for found in re.finditer(r"\\.|[{}]", self._source[self._at :], re.DOTALL):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            if not depth:
                end = self._at + found.start()
                self._at += found.end()
                return self._source[start:end]
        raise UnreadableFormula(_UNPAIRED[""])

    def _optional(self) -> str | None:
        """What stands in square brackets, as it is written."""
        self._at = _BLANKS.match(self._source, self._at).end()  # type: ignore[union-attr]
        if self._source[self._at : self._at + 1] != "[":
            return None
        depth = 0
        for found in re.finditer(r"\\.|[{}\]]", self._source[self._at :], re.DOTALL):
            if found[0] == "]" and not depth:
                text = self._source[self._at + 1 : self._at + found.start()]
                self._at += found.end()
                return text
            depth += {"{": 1, "}": -1}.get(found[0], 0)
        raise UnreadableFormula("a square bracket is not closed")

    def _optional_node(self) -> Node | None:
        text = self._optional()
        return None if text is None else self._within(text)

    def _within(self, text: str) -> Row:
        """A part of the formula that was taken as it is written."""
        source, at = self._source, self._at
        self._source, self._at = text, 0
        row = self._row(())
        if self._peek():
            raise UnreadableFormula(_UNPAIRED.get(self._peek(), "braces or brackets are not paired"))
        self._source, self._at = source, at
        return row

    # Rows

    def _row(self, ends: _End) -> Row:
        """All up to one of these tokens, which stays, or to what ends anything."""
        self._deeper()
        variant, is_bold = self._variant, self._is_bold
        nodes: list[Node] = []
        while True:
            word = self._peek()
            if not word or word in ends or word in _ENDS:
                break
            if word in _INFIX:
                self._at += len(word)
                nodes = [self._infix(word, tuple(nodes), ends)]
                break
            if word in ("^", "_", "'", "’"):
                self._scripts(nodes)
                continue
            self._at += len(word)
            node = self._node(word, ends)
            if node is not None:
                nodes.append(node)
            elif word in ("\\limits", "\\nolimits") and nodes:
                self._put_limits(nodes, word == "\\limits")
        self._variant, self._is_bold = variant, is_bold
        self._depth -= 1
        return Row(tuple(nodes))

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise UnreadableFormula("it is nested too deep")

    def _infix(self, word: str, above: Nodes, ends: _End) -> Node:
        below = self._row(ends)
        left, right = {"\\choose": ("(", ")"), "\\brace": ("{", "}"), "\\brack": ("[", "]")}.get(word, ("", ""))
        return Fraction(Row(above), below, word == "\\over", left, right)

    def _scripts(self, nodes: list[Node]) -> None:
        """Hangs scripts on what stands before them; they may come in any order."""
        base = nodes.pop() if nodes and not isinstance(nodes[-1], Space) else None
        limits: bool | None = None
        below = above = None
        primes = 0
        if isinstance(base, Scripts):
            below, above, primes, limits = base.below, base.above, base.primes, base.limits
            base = base.base
        while (word := self._peek()) in ("^", "_", "'", "’"):
            self._at += 1
            if word in ("'", "’"):
                primes += 1
                continue
            if (below if word == "_" else above) is not None:
                raise UnreadableFormula("two superscripts or two subscripts follow each other")
            if word == "_":
                below = self._argument()
            else:
                above, more = _without_primes(self._argument())
                primes += more
        nodes.append(Scripts(base, below, above, primes, limits))

    def _put_limits(self, nodes: list[Node], limits: bool) -> None:
        base = nodes.pop()
        nodes.append(Scripts(base, None, None, 0, limits))

    def _argument(self) -> Node:
        word = self._next()
        if not word:
            raise UnreadableFormula("it ends where more must follow")
        if word in _ENDS:
            raise UnreadableFormula(f"{word} stands where a part of the formula must follow")
        self._deeper()
        node = self._node(word, ())
        self._depth -= 1
        return Row(()) if node is None else node

    def _group(self) -> Row:
        row = self._row(("}",))
        if not self._take("}"):
            raise UnreadableFormula(_UNPAIRED[""])
        return row

    def _node(self, word: str, ends: _End) -> Node | None:
        """What begins with a word. None for what is not seen."""
        if word == "{":
            return self._group()
        if word[0] != "\\" or len(word) == 1:
            return self._typed(word)
        name = word[1:]
        sign = known.signs().get(name)
        if sign:
            return Symbol(known.styled(sign.char, self._letters()), sign.char, sign.kind)
        if name in known.SPACES:
            return Space(known.SPACES[name])
        if name in known.LARGE:
            char, has_limits = known.LARGE[name]
            return Large(char, has_limits) if len(char) == 1 else Name(Row(tuple(map(self._typed, char))), has_limits)
        if name in known.NAMED:
            return Name(Text(known.SPOKEN.get(name, name)), known.NAMED[name])
        return self._command(name, ends)

    def _letters(self) -> Variant:
        if not self._is_bold:
            return self._variant
        return _BOLDER.get(self._variant, "bold-italic")

    def _typed(self, char: str) -> Node:
        if char == "~":
            return Space(0.25)
        if not char.isascii() and char in known.large():
            return Large(char, known.large()[char])
        char = _TYPED_AS.get(char, char)
        kind = known.kinds().get(char, "ord")
        variant = self._letters()
        if variant == "bold-italic" and char.isdigit():
            variant = "bold"
        return Symbol(known.styled(char, variant), char, kind)

    # Commands

    def _command(self, name: str, ends: _End) -> Node | None:
        if name in known.ACCENTS:
            char, is_wide = known.ACCENTS[name]
            return Accent(char, self._argument(), is_wide)
        if name in known.VARIANTS:
            return self._lettered(name)
        if name in known.BRACES:
            char, is_above = known.BRACES[name]
            return Brace(char, self._argument(), is_above)
        if name in known.UNDER_ARROWS:
            return Brace(known.UNDER_ARROWS[name], self._argument(), is_above=False, kind="ord")
        if name in known.ARROWS:
            below = self._optional_node()
            return Arrow(known.ARROWS[name], self._argument(), below)
        if name in _STYLES:
            return Styled(_STYLES[name], self._row(ends))
        if name in _BRACKETS:
            return self._bracket(name)
        if name in _TEXTS:
            return self._text(name)
        if name in _KINDS:
            content = self._argument()
            return Kinded(content, _KINDS[name], has_limits=name == "mathop")
        if name in _FRACTIONS:
            style, has_line, left, right = _FRACTIONS[name]
            if name == "cfrac":
                self._optional()
            return Fraction(self._argument(), self._argument(), has_line, left, right, style, name == "cfrac")
        if name in _PHANTOMS:
            is_shown, has_width, has_height = _PHANTOMS[name]
            self._optional()
            return Phantom(self._argument(), is_shown, has_width, has_height)
        if name in _FRAMES:
            return Framed(self._argument(), _FRAMES[name])
        if name in _IGNORED:
            for _ in range(_IGNORED[name]):
                self._raw()
            return None
        return self._special(name, ends)

    def _special(self, name: str, ends: _End) -> Node | None:
        match name:
            case "left":
                return self._fence()
            case "begin":
                return self._environment(self._raw().strip())
            case "sqrt":
                degree = self._optional_node()
                return Root(self._argument(), degree)
            case "root":
                degree = self._row(("\\of",))
                self._next()
                return Root(self._argument(), degree)
            case "overline" | "underline":
                return Line(self._argument(), is_above=name == "overline")
            case "overset" | "stackrel":
                above = self._argument()
                return Stack(_as_relation(self._argument(), name), above, None)
            case "underset":
                below = self._argument()
                return Stack(self._argument(), None, below)
            case "overunderset":
                above, below = self._argument(), self._argument()
                return Stack(self._argument(), above, below)
            case "operatorname" | "operatornamewithlimits":
                has_limits = self._take("*") or name.endswith("limits")
                return Name(self._lettered("mathrm"), has_limits)
            case "not":
                return self._negated()
            case "bmod":
                return Row((Space(4 / 18), Text("mod"), Space(4 / 18)), "bin")
            case "pmod" | "mod" | "pod":
                return self._modulo(name)
            case "varinjlim" | "varprojlim":
                return Name(
                    Brace("→" if name == "varinjlim" else "←", Text("lim"), False, False, "ord"), has_limits=True
                )
            case "substack":
                return self._substack()
            case "color" | "textcolor" | "colorbox" | "fcolorbox":
                return self._coloured(name, ends)
            case "genfrac":
                left, right, line, style = self._raw(), self._raw(), self._raw(), self._raw()
                above, below = self._argument(), self._argument()
                edges = known.DELIMITERS.get(left.strip(), ""), known.DELIMITERS.get(right.strip(), "")
                has_line = not line.strip() or _em(line) > 0
                return Fraction(
                    above, below, has_line, *edges, int(style) if style.strip() in "0123" and style.strip() else None
                )
            case "hspace" | "mspace" | "hskip" | "kern" | "mkern" | "mskip":
                self._take("*")
                return Space(self._length(), is_fixed=True)
            case "tag":
                is_plain = self._take("*")
                self.tag = self._raw() if is_plain else f"({self._raw()})"
                return None
            case "newcommand" | "renewcommand" | "providecommand" | "def" | "DeclareMathOperator" | "let" | "gdef":
                self._define(name)
                return None
            case "ce":
                return self._within(_chemistry(self._raw()))
            case "href":
                self._raw()
                return self._argument()
            case "bordermatrix":
                raise UnreadableFormula("\\bordermatrix is not known here")
            case "unicode" | "char" | "unicodex":
                raise UnreadableFormula(f"\\{name} is not known here")
            case _:
                raise UnreadableFormula(f"\\{name[:40]} is not known here")

    def _lettered(self, name: str) -> Node:
        """What is written in another alphabet."""
        before, was_bold = self._variant, self._is_bold
        variant = known.VARIANTS[name]
        if name in ("boldsymbol", "bm", "pmb"):
            self._is_bold = True
        else:
            self._variant = variant
        if name in known.SWITCHES:
            return Row(())  # until the group ends, where it is undone
        content = self._argument()
        self._variant, self._is_bold = before, was_bold
        return content

    def _bracket(self, name: str) -> Node:
        stem = name.rstrip("lrm")
        stem = stem if stem in _HEIGHTS else name
        kinds: dict[str, Kind] = {"l": "open", "r": "close", "m": "rel"}
        kind = kinds.get(name[len(stem) :], "ord")
        return Bracket(self._delimiter(), _HEIGHTS[stem], kind)

    def _delimiter(self) -> str:
        word = self._next()
        if word in known.DELIMITERS:
            return known.DELIMITERS[word]
        sign = known.signs().get(word[1:]) if len(word) > 1 else None
        if sign and sign.kind in ("open", "close", "rel"):
            return sign.char
        raise UnreadableFormula(f"{word[:40] or 'its end'} stands where a bracket must stand")

    def _fence(self) -> Node:
        left = self._delimiter()
        parts: list[Node] = []
        middles: list[str] = []
        while True:
            parts.append(self._row(("\\right", "\\middle")))
            word = self._next()
            if word == "\\middle":
                middles.append(self._delimiter())
                continue
            if word != "\\right":
                raise UnreadableFormula("\\left has no \\right")
            return Fence(left, self._delimiter(), tuple(parts), tuple(middles))

    def _text(self, name: str) -> Node:
        """Words, with formulas in dollar signs among them."""
        is_bold, is_italic, family = _TEXTS[name]
        parts: list[Node] = []
        for index, part in enumerate(re.split(r"(?<!\\)\$", self._raw())):
            if index % 2:
                parts.append(self._within(part))
            elif part:
                parts.append(Text(_plain(part), is_bold, is_italic, family))
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    def _negated(self) -> Node:
        node = self._argument()
        if isinstance(node, Symbol) and (struck := known.negated(node.char)):
            return Symbol(struck, struck, node.kind)
        return Kinded(Framed(node, ("up",)), node.kind if isinstance(node, Symbol) else "rel")

    def _modulo(self, name: str) -> Node:
        content = self._argument()
        if name == "mod":
            return Row((Space(1.0), Text("mod"), Space(1 / 3), content))
        words: Nodes = (Text("mod"), Space(1 / 3)) if name == "pmod" else ()
        opened, closed = Symbol("(", "(", "open"), Symbol(")", ")", "close")
        return Row((Space(0.6), opened, *words, content, closed))

    def _substack(self) -> Node:
        rows = self._rows_of(self._raw())
        return Grid(rows, ("c",), (0.0,), style=2)

    def _rows_of(self, text: str) -> tuple[tuple[Row, ...], ...]:
        source, at = self._source, self._at
        self._source, self._at = text + "\\end", 0
        rows, *_ = self._rows()
        self._source, self._at = source, at
        return rows

    def _coloured(self, name: str, ends: _End) -> Node:
        model = self._optional()
        colour = self._raw().strip()
        if model and model.strip().lower() == "rgb":
            values = [float(each) for each in re.findall(r"[0-9]*\.?[0-9]+", colour)[:3]]
            whole = 1 if model.strip() == "rgb" else 255
            colour = f"rgb({' '.join(f'{100 * each / whole:g}%' for each in values)})"
        elif model and model.strip().lower() == "html":
            colour = f"#{colour}"
        if name == "fcolorbox":
            background = self._raw().strip()
            return Framed(self._boxed(), ("box",), background)
        if name == "colorbox":
            return Framed(self._boxed(), (), colour)
        if name == "textcolor" or self._peek() == "{":
            content = self._argument()
            return Coloured(colour, content if isinstance(content, Row) else Row((content,)))
        return Coloured(colour, self._row(ends))

    def _boxed(self) -> Node:
        return self._text("text")

    def _length(self) -> float:
        braced = self._peek() == "{"
        text = self._raw() if braced else self._source[self._at : self._at + 20]
        found = _LENGTH.match(text)
        if not found:
            raise UnreadableFormula("a space has no length")
        if not braced:
            self._at += found.end()
        return _em(found[0])

    def _define(self, name: str) -> None:
        self._take("*")
        if name == "def" or name == "gdef" or name == "let":
            target = _TOKEN.match(self._source, _BLANKS.match(self._source, self._at).end())  # type: ignore[union-attr]
            if not target or not target[0].startswith("\\"):
                raise UnreadableFormula("a macro has no name")
            self._at = target.end()
            named = target[0]
            if name == "let":
                self._take("=")
                self._macro(named, Macro(0, None, self._raw()))
                return
            parameters = self._source.find("{", self._at)
            count = len(_ARGUMENT.findall(self._source[self._at : max(parameters, self._at)]))
            self._at = max(parameters, self._at)
            self._macro(named, Macro(count, None, self._raw()))
            return
        named = self._raw().strip()
        if name == "DeclareMathOperator":
            self._macro(named, Macro(0, None, f"\\operatorname{{{self._raw()}}}"))
            return
        count_text = self._optional()
        default = self._optional()
        count = int(count_text) if count_text and count_text.strip() in "123456789" else 0
        self._macro(named, Macro(count, default, self._raw()))

    def _macro(self, named: str, macro: Macro) -> None:
        if not _COMMAND.fullmatch(named) or len(self._macros) >= MAX_MACROS:
            raise UnreadableFormula("a macro has no name, or there are too many of them")
        if named[1:] not in _ESSENTIAL:
            self._macros[named[1:]] = macro
            if isinstance(self._macros, Macros):
                self._macros.defined += 1

    # Environments

    def _environment(self, name: str) -> Node:
        if name in ("equation", "equation*", "displaymath", "math", "split*"):
            row = self._row(("\\end",))
            self._close(name)
            return row
        stem = name.removesuffix("*")
        if stem not in _ENVIRONMENTS:
            raise UnreadableFormula(f"the environment {name[:40]} is not known here")
        shape = _ENVIRONMENTS[stem]
        columns = shape.columns
        bars: tuple[int, ...] = ()
        if stem in ("array", "subarray", "darray"):
            self._optional()
            columns, bars = _array(self._raw())
        elif stem in ("alignedat", "alignat"):
            self._raw()
        elif name.endswith("*") and stem.endswith("matrix"):
            given = (self._optional() or "c").strip()
            columns = (given,) if given in ("l", "c", "r") else columns  # type: ignore[assignment]
        else:
            self._optional()
        rows, spaces, lines, tags = self._rows()
        self._close(name)
        if shape is _ALIGNED:  # a sign of relation that begins a cell has something before it
            rows = tuple(
                tuple(Row((Row(()), *cell.nodes)) if at % 2 else cell for at, cell in enumerate(row)) for row in rows
            )
        return Grid(
            rows,
            columns,
            shape.gaps,
            shape.style,
            shape.row_gap,
            spaces,
            lines,
            bars,
            tags if any(tags) else (),
            shape.left,
            shape.right,
        )

    def _close(self, name: str) -> None:
        if not self._take("\\end") or self._raw().strip() != name:
            raise UnreadableFormula(f"\\begin{{{name[:40]}}} has no \\end")

    def _rows(self) -> tuple[tuple[tuple[Row, ...], ...], tuple[float, ...], tuple[int, ...], tuple[str, ...]]:
        """The cells up to `\\end`, which stays; the spaces after rows; the rows below a line; and their numbers."""
        rows: list[tuple[Row, ...]] = []
        spaces: list[float] = []
        lines: list[int] = []
        tags: list[str] = []
        cells: list[Row] = []
        outer, self.tag = self.tag, ""
        while True:
            while self._peek() in ("\\hline", "\\hdashline", "\\midrule", "\\toprule", "\\bottomrule"):
                self._next()
                lines.append(len(rows))
            cells.append(self._row(("&", "\\\\", "\\cr", "\\end")))
            word = self._peek()
            if word == "&":
                self._next()
                continue
            is_blank = not any(cell.nodes for cell in cells)
            if word != "\\end" or not is_blank or not rows:
                rows.append(tuple(cells))
                tags.append(self.tag)
            cells, self.tag = [], ""
            if word not in ("\\\\", "\\cr"):
                break
            self._next()
            self._take("*")
            found = re.match(r"\s*\[([^\]]{0,20})\]", self._source[self._at : self._at + 40])
            gap = found and _LENGTH.match(found[1])
            if found and gap:
                self._at += found.end()
            spaces.append(_em(found[1]) if found and gap else 0.0)
        self.tag = outer
        return tuple(rows), tuple(spaces), tuple(lines), tuple(tags)


class _Shape(NamedTuple):
    """How the cells of an environment stand."""

    columns: tuple[Literal["l", "c", "r"], ...]
    gaps: tuple[float, ...]
    style: int = 1
    row_gap: float = 0.0
    left: str = ""
    right: str = ""


_ALIGNED = _Shape(("r", "l") * 10, (0.0, 2.0) * 10, style=0, row_gap=0.3)
_CENTRED = _Shape(("c",), (1.0,), style=0, row_gap=0.3)
_ENVIRONMENTS = {
    "matrix": _Shape(("c",), (1.0,)),
    "pmatrix": _Shape(("c",), (1.0,), left="(", right=")"),
    "bmatrix": _Shape(("c",), (1.0,), left="[", right="]"),
    "Bmatrix": _Shape(("c",), (1.0,), left="{", right="}"),
    "vmatrix": _Shape(("c",), (1.0,), left="|", right="|"),
    "Vmatrix": _Shape(("c",), (1.0,), left="‖", right="‖"),
    "smallmatrix": _Shape(("c",), (0.4,), style=2),
    "psmallmatrix": _Shape(("c",), (0.4,), style=2, left="(", right=")"),
    "bsmallmatrix": _Shape(("c",), (0.4,), style=2, left="[", right="]"),
    "array": _Shape(("c",), (1.0,)),
    "darray": _Shape(("c",), (1.0,), style=0),
    "subarray": _Shape(("c",), (1.0,), style=2),
    "cases": _Shape(("l",), (1.0,), left="{"),
    "dcases": _Shape(("l",), (1.0,), style=0, row_gap=0.2, left="{"),
    "rcases": _Shape(("l",), (1.0,), right="}"),
    "drcases": _Shape(("l",), (1.0,), style=0, row_gap=0.2, right="}"),
    "eqnarray": _Shape(("r", "c", "l"), (0.28,), style=0, row_gap=0.3),
    **dict.fromkeys(("aligned", "align", "split", "alignedat", "alignat", "flalign", "IEEEeqnarray"), _ALIGNED),
    **dict.fromkeys(("gathered", "gather", "multline", "multlined"), _CENTRED),
}

_ENDS = frozenset(("}", "&", "\\\\", "\\cr", "\\end", "\\right", "\\middle"))
_UNPAIRED = {
    "": "a brace is not closed",
    "}": "a brace is closed that was not opened",
    "&": "& stands outside a table",
    "\\right": "\\right has no \\left",
    "\\middle": "\\middle has no \\left",
    "\\end": "\\end has no \\begin",
}
_INFIX = frozenset(("\\over", "\\choose", "\\atop", "\\brace", "\\brack"))
_TYPED_AS = {"-": "−", "*": "∗", "`": "‘"}
_STYLES = {"displaystyle": 0, "textstyle": 1, "scriptstyle": 2, "scriptscriptstyle": 3}
_HEIGHTS = {"big": 1.2, "Big": 1.8, "bigg": 2.4, "Bigg": 3.0}
_BRACKETS = frozenset(f"{size}{side}" for size in _HEIGHTS for side in ("", "l", "r", "m"))
_TEXTS: dict[str, tuple[bool, bool, Literal["serif", "sans", "mono"]]] = {
    **dict.fromkeys(
        "text textrm textnormal mbox hbox textup fbox intertext shortintertext".split(), (False, False, "serif")
    ),
    "textbf": (True, False, "serif"),
    "textit": (False, True, "serif"),
    "emph": (False, True, "serif"),
    "textsf": (False, False, "sans"),
    "texttt": (False, False, "mono"),
    "verb": (False, False, "mono"),
}  # fmt: skip
_KINDS: dict[str, Kind] = {
    "mathord": "ord", "mathop": "op", "mathbin": "bin", "mathrel": "rel", "mathopen": "open", "mathclose": "close",
    "mathpunct": "punct", "mathinner": "inner",
}  # fmt: skip
_FRACTIONS: dict[str, tuple[int | None, bool, str, str]] = {
    "frac": (None, True, "", ""), "dfrac": (0, True, "", ""), "tfrac": (1, True, "", ""), "cfrac": (0, True, "", ""),
    "binom": (None, False, "(", ")"), "dbinom": (0, False, "(", ")"), "tbinom": (1, False, "(", ")"),
    "sfrac": (2, True, "", ""),
}  # fmt: skip
_PHANTOMS = {  # name → seen, takes width, takes height
    "phantom": (False, True, True), "hphantom": (False, True, False), "vphantom": (False, False, True),
    "smash": (True, True, False), "mathclap": (True, False, True), "mathllap": (True, False, True),
    "mathrlap": (True, False, True), "llap": (True, False, True), "rlap": (True, False, True),
    "clap": (True, False, True),
}  # fmt: skip
_FRAMES: dict[str, tuple[Literal["box", "up", "down", "strike"], ...]] = {
    "boxed": ("box",), "cancel": ("up",), "bcancel": ("down",), "xcancel": ("up", "down"), "sout": ("strike",),
}  # fmt: skip

# What changes nothing that we could show → how many arguments go with it.
_IGNORED = {
    "limits": 0, "nolimits": 0, "nonumber": 0, "notag": 0, "allowbreak": 0, "nobreak": 0, "displaylimits": 0,
    "label": 1,
    "mathstrut": 0, "strut": 0, "protect": 0, "relax": 0, "null": 0, "noindent": 0, "centering": 0, "class": 1, "id": 1,
    "cssId": 1, "htmlClass": 1, "htmlId": 1, "style": 1, "vspace": 1, "require": 1, "hfill": 0, "hfil": 0, "-": 0,
    "(": 0, ")": 0, "[": 0, "]": 0, "normalsize": 0, "small": 0, "large": 0, "Large": 0, "raggedright": 0, "break": 0,
    "newline": 0, "par": 0, "unskip": 0, "ensuremath": 0, "mathchoice": 3, "bigstrut": 0, "global": 0, "long": 0,
    "hdashline": 0, "leftroot": 1, "uproot": 1,
}  # fmt: skip

_BOLDER: dict[Variant, Variant] = {
    "": "bold-italic", "up": "bold", "script": "bold-script", "fraktur": "bold-fraktur", "sans": "bold-sans",
    "double": "double", "mono": "mono", "bold": "bold",
}  # fmt: skip

# What a document may not give another meaning, for then nothing in it could be read.
_ESSENTIAL = frozenset("left right begin end middle def newcommand \\ { }".split())


def _or_nothing(arguments: list[str], index: int) -> str:
    return arguments[index] if index < len(arguments) else ""


def _em(text: str) -> float:
    found = _LENGTH.match(text)
    return max(-50.0, min(50.0, float(found[1]) * _EM[found[2]])) if found else 0.0


def _without_primes(node: Node) -> tuple[Node | None, int]:
    """A superscript that is nothing but `\\prime`s as a number of them."""
    nodes: Iterable[Node] = node.nodes if isinstance(node, Row) else (node,)
    nodes = tuple(nodes)
    if nodes and all(isinstance(each, Symbol) and each.char == "′" for each in nodes):
        return None, len(nodes)
    return node, 0


def _as_relation(node: Node, name: str) -> Node:
    return Kinded(node, "rel") if name == "stackrel" else node


def _plain(text: str) -> str:
    """What is written within `\\text`: blanks count, and so does the sign after a backslash."""
    text = re.sub(r"\s+", " ", text).replace("~", "\u00a0")
    text = _COMMAND.sub(lambda found: _spoken(found[1]), text)
    return re.sub(r"[{}]", "", text)


def _spoken(name: str) -> str:
    sign = known.signs().get(name)
    if sign:
        return sign.char
    return name if len(name) == 1 and name not in "{}" else " " if name in ("quad", "qquad", "space") else ""


def _array(text: str) -> tuple[tuple[Literal["l", "c", "r"], ...], tuple[int, ...]]:
    """The columns of an array, and those that a line stands before."""
    columns: list[Literal["l", "c", "r"]] = []
    bars: list[int] = []
    for char in re.sub(r"[@!>p]\{[^{}]*\}", "", text)[:200]:
        match char:
            case "l" | "c" | "r":
                columns.append(char)
            case "|" | ":":
                bars.append(len(columns))
            case _:
                continue
    return tuple(columns) or ("c",), tuple(bars)


def _chemistry(text: str) -> str:
    """A chemical formula, as mhchem has them, in LaTeX: letters upright, numbers behind them below, charges above."""
    parts: list[str] = []
    before = ""
    for found in _CE.finditer(text):
        arrow, charge, mass, number, letters, blank, other = found.groups()
        if arrow:
            parts.append(
                {"->": "\\rightarrow ", "<-": "\\leftarrow ", "<=>": "\\rightleftharpoons "}.get(
                    arrow, "\\leftrightarrow "
                )
            )
        elif charge:
            parts.append(f"^{{{charge}}}")
        elif mass:
            parts.append(f"{{}}^{{{mass}}}")
        elif number:
            parts.append(f"_{{{number}}}" if before in ("letters", ")", "]") else number)
        elif letters:
            parts.append(f"\\mathrm{{{letters}}}")
        elif blank:
            parts.append("\\,")
        elif other in "+-" and before in ("letters", "number", ")", "]"):
            parts.append(f"^{{{other}}}")
        else:
            parts.append(other)
        before = "letters" if letters else "number" if number else other or ""
    return "".join(parts)
