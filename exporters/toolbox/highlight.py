"""Colours code: which piece of it is a keyword, a string, a comment. The work is Pygments'.

Pygments' lexers are regular expressions, and some take time that grows with the square of what they are given, or
worse: 5,000 blank lines keep the one for C busy for minutes. So only languages are coloured that were measured, what
has the shape of an attack is left plain, and a document has a budget. With 600 hostile patterns each, the slowest
lexer takes 0.6 s for a block that passes, most take 0.1 s; ordinary code takes 1 s per MB.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

MAX_BLOCK = 8_000  # characters, about 200 lines
MAX_DOCUMENT = 400_000  # characters of coloured code, 0.4 s of work

# Without this list, Pygments would have to be loaded only to learn that it does not know a language.
_NAMES = """
    aconf actionscript ada ahk apache apacheconf applescript arduino as asm autohotkey awk bash bat batch bazel
    bibtex c c# c++ caddyfile cfg cl clj clojure cmake cobol coffee coffee-script coffeescript common-lisp console
    cpp cs csh csharp css cu cucumber cuda cython d dart delphi diff django do docker dockerfile dot elisp elixir
    elm emacs emacs-lisp email eml erlang ex exs f# f90 forth fortran fsharp gas gdscript gherkin gleam glsl gnuplot
    go golang graphql graphviz groff groovy handlebars haskell haxe hcl hexdump hlsl hs html http hx idl idris ini
    java javascript jinja jl js json json-ld json5 jsonld jsonnet jsx julia kconfig kotlin ksh latex lean lean4 less
    liquid lisp livescript llvm lua make makefile man markdown mathematica matlab md mediawiki meson mips modula2
    mysql nasm nb nginx nim nimrod nix nixos nroff obj-c objc objc++ objective-c objective-c++ objectivec
    objectpascal ocaml octave odin pascal pem perl php pl plpgsql posh postgres postgresql postscript powershell
    prolog promql properties proto protobuf ps1 psm1 psql puppet purescript pwsh py py3 pycon pyi python
    python-console python3 pyx qml r racket rb rconsole react reason reasonml rego rest restructuredtext rexx rkt
    robotframework rout rs rst ruby rust s sas sass scala scheme scilab scm scss sed sh shell shell-session
    smalltalk smarty sml solidity sparql sql sqlite3 starlark stata sv swift systemverilog t-sql tcl tcsh
    terraform tex tf toml ts tsql tsx turtle twig typescript typst v vala vb.net vbnet vbscript velocity
    verilog vhdl vim vue wast wat wgsl wikitext wolfram xml xquery xslt yaml yaml+jinja yml zephir zig zone zsh
"""
LANGUAGES = frozenset(_NAMES.split())

_HOSTILE = re.compile(
    r"""
      \s{100}                                 # many blank lines
    | (?<!\S)(?:[\w$@&.,?<>\[\]]++\s++){300}  # many words that C's family of lexers takes for types before a name
    """,
    re.VERBOSE,
)
_MAX_LINE = 1_000  # characters; longer ones were written by a program

# Kinds of token to the classes that styles colour, by Pygments' own short names. What is not here takes the class of
# the kind above it, and no class at all is plain text.
_CLASSES = {
    "Comment": "c",
    "Comment.Preproc": "cp",
    "Keyword": "k",
    "Keyword.Constant": "kc",
    "Keyword.Type": "kt",
    "Literal.Number": "m",
    "Literal.String": "s",
    "Literal.String.Escape": "se",
    "Literal.String.Interpol": "se",
    "Literal.String.Regex": "sr",
    "Literal.String.Symbol": "kc",
    "Literal.Date": "m",
    "Name.Attribute": "na",
    "Name.Builtin": "nb",
    "Name.Class": "nc",
    "Name.Constant": "kc",
    "Name.Decorator": "nd",
    "Name.Entity": "se",
    "Name.Exception": "nc",
    "Name.Function": "nf",
    "Name.Namespace": "nc",
    "Name.Tag": "nt",
    "Name.Variable": "nv",
    "Operator.Word": "k",
    "Generic.Deleted": "gd",
    "Generic.Inserted": "gi",
    "Generic.Heading": "gh",
    "Generic.Subheading": "gh",
    "Generic.Prompt": "gp",
    "Generic.Output": "go",
    "Generic.Emph": "ge",
    "Generic.Strong": "gs",
    "Generic.Error": "gd",
}

type Lexer = Callable[[str], Iterable[tuple[int, object, str]]]


class Highlighter:
    """Colours the code blocks of one document, as long as its budget lasts."""

    def __init__(self) -> None:
        self.left_plain = 0
        """How many blocks were too long, or looked hostile."""
        self._left = MAX_DOCUMENT
        self._lexers: dict[str, Lexer | None] = {}
        self._classes: dict[object, str] = {}

    def tokens(self, text: str, language: str) -> list[tuple[str, str]] | None:
        """The pieces of the code with their classes ("" is plain), which together are the text.

        None where it is to stay plain: no language, an unknown one, or too much code.
        """
        language = language.lower()
        if language not in LANGUAGES:
            return None
        if len(text) > min(MAX_BLOCK, self._left) or _hostile(text):
            self.left_plain += 1
            return None
        lexer = self._lexer(language)
        if lexer is None:
            return None
        self._left -= len(text)
        pieces = self._merged(lexer(text))
        # A few lexers lose text that is no code of theirs.
        return pieces if "".join([piece for _, piece in pieces]) == text else None

    def _lexer(self, language: str) -> Lexer | None:
        if language not in self._lexers:
            self._lexers[language] = _find(language)
        return self._lexers[language]

    def _merged(self, tokens: Iterable[tuple[int, object, str]]) -> list[tuple[str, str]]:
        # One piece for neighbours of one class: half as many, and so half as much HTML.
        merged: list[tuple[str, str]] = []
        classes = self._classes
        last, pieces = "", [""]
        for _, kind, text in tokens:
            name = classes.get(kind)
            if name is None:
                name = classes[kind] = _class(str(kind).removeprefix("Token."))
            if name != last and not (text.isspace() and last[:1] != "g"):
                merged.append((last, "".join(pieces)))
                last, pieces = name, []
            pieces.append(text)
        merged.append((last, "".join(pieces)))
        return [piece for piece in merged if piece[1]]


def _hostile(text: str) -> bool:
    return max(map(len, text.split("\n"))) > _MAX_LINE or _HOSTILE.search(text) is not None


def _class(kind: str) -> str:
    while kind and kind not in _CLASSES:
        kind = kind.rpartition(".")[0]
    return _CLASSES.get(kind, "")


def _find(language: str) -> Lexer | None:
    # Not get_lexer_by_name: where no lexer has the name any more, it searches every installed package for plugins.
    from pygments.lexers import find_lexer_class, get_all_lexers

    for name, aliases, _, _ in get_all_lexers(plugins=False):
        if language in aliases:
            found = find_lexer_class(name)
            # get_tokens_unprocessed, because get_tokens strips blank lines and guesses at encodings.
            return None if found is None else _light(found)().get_tokens_unprocessed
    return None


def _light(lexer: Any) -> Any:
    """The same lexer, sooner ready: an identifier may hold any character beyond ASCII, not only those that it may hold.

    The classes of all letters that there are take half of the time that Python's lexer needs to begin, 18 ms.
    """

    def process(cls: Any, regex: Any, flags: int, state: str) -> Any:
        light = _LARGE_CLASS.sub(_beyond_ascii, regex) if isinstance(regex, str) and len(regex) > _LARGE else regex
        return type(lexer)._process_regex(cls, light, flags, state)

    if not hasattr(lexer, "_process_regex"):  # not all lexers are made of regular expressions
        return lexer
    return type(lexer)(lexer.__name__, (lexer,), {"_process_regex": classmethod(process)})


_LARGE = 800  # characters in a class: those of ASCII alone have 128 at most
_LARGE_CLASS = re.compile(rf"\[([^\]\\^][^\]\\]{{{_LARGE},}})\]")  # not negated, and with no escapes in it
_ASCII = re.compile(r"[\x00-,.-\x7f](?:-[\x00-\x7f])?")  # a character or a range; a hyphen between others is neither


def _beyond_ascii(found: re.Match[str]) -> str:
    within = re.compile("[" + "".join(_ASCII.findall(found[1])) + "]")
    if not all(map(within.match, "azAZ")):
        return found[0]  # the letters of one case, by which Haskell and Scala tell types from names
    return "[^" + "".join(re.escape(chr(code)) for code in range(128) if not within.match(chr(code))) + "]"
