"""Which formulas can stand in a file as they are, where a format of pandoc's takes LaTeX without looking at it."""

from __future__ import annotations

import re

# What would end a formula, or begin another thing, in one of the syntaxes; an empty line ends it in all of them.
# Wikis have macros and media between two braces, which formulas have as well, but not with an address.
_ENDING = re.compile(r"[$`]|</|<!--|\]\]>|(?<!\\)(?:\\\\)*\\[()\[\]]|\n\s*\n|\{\{[^{}]*[:/]")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)

SIGNS_OF_XML = re.compile("[<>&]")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
# TeX reads any character from ^^5c, a comment hides the end of a formula, and Texinfo's commands begin with @.
_PROGRAM = re.compile(r"\^\^|[%#~@]")
_BUILDING = frozenset(
    "begin end left right middle big Big bigg Bigg bigl bigr Bigl Bigr frac dfrac tfrac cfrac binom dbinom tbinom sqrt "
    "text textrm textbf textit mathrm mathbf mathit mathsf mathtt mathbb mathcal mathfrak mathscr boldsymbol bm "
    "operatorname overline underline overset underset stackrel limits nolimits not bmod pmod quad qquad displaystyle "
    "textstyle substack hline cdots ldots dots vdots ddots".split()
)
_ENVIRONMENT_BEGINS = re.compile(r"\\(?:begin|end)(?![A-Za-z])")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{([a-zA-Z]+)\*?\}")
_ENVIRONMENTS = frozenset(
    "matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix cases array aligned gathered split".split()
)


def is_whole(formula: str) -> bool:
    """Whether a formula is nothing but one, whichever syntax it stands in."""
    if _ENDING.search(formula):
        return False
    depth = 0
    for brace in _BRACE.findall(formula):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            return False
    return depth == 0 and not formula.endswith("\\")


def is_harmless(formula: str) -> bool:
    """Whether a formula is only signs and what they are built with, so that TeX runs no program and reads no file."""
    if _PROGRAM.search(formula):
        return False
    from exporters.toolbox import formula_symbols as known  # 3 ms, and few documents have formulas

    begun = _ENVIRONMENT.findall(formula)
    if len(begun) != len(_ENVIRONMENT_BEGINS.findall(formula)) or not _ENVIRONMENTS.issuperset(begun):
        return False
    tables = (known.signs(), known.LARGE, known.NAMED, known.SPACES, known.ACCENTS, known.BRACES, known.ARROWS)
    return all(name in _BUILDING or any(name in table for table in tables) for name in _COMMAND.findall(formula))
