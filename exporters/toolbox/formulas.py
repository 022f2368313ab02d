"""The formulas of one document, one after the other: what one defines is known to those after it.

One that comes again is written once, which is a hundred times as fast.
"""

from __future__ import annotations

from collections.abc import Callable

from exporters.document.nodes import Math
from exporters.report import Code, Report
from exporters.toolbox.formula_reader import Macro, Macros, UnreadableFormula

type Write[Made] = Callable[[str, bool, dict[str, Macro]], Made]
"""Such as `mathml.write` and `omml.write`."""

_MAX_WRITTEN = 10_000_000  # characters of all formulas, 4 s of work: a book of 500 pages of mathematics has 4 million
_SHOWN = 60  # characters of a reason in the report


class Formulas[Made]:
    """Writes the formulas of one document, as long as its budget lasts."""

    def __init__(self, write: Write[Made], report: Report, size: Callable[[Made], int], most: int = 0) -> None:
        """`size` says how much of the budget, which is `most`, something written takes: `len` for characters.

        What macros bring into formulas has a limit of its own, whether a formula can be read in the end or not.
        """
        self._write = write
        self._report = report
        self._size = size
        self._most = most or _MAX_WRITTEN
        self._macros = Macros()
        self._written = 0
        self._alike: dict[tuple[str, bool], Made] = {}
        """What was written since a macro was last defined."""

    def written(self, node: Math, where: str = "") -> Made | None:
        """A formula; None where it cannot be read and is to be shown as its source, which is reported."""
        try:
            if self._written > self._most:
                raise UnreadableFormula("all together are too long")
            made = self._once(node.text, node.display)
        except UnreadableFormula as error:
            what = f"A formula is shown as its LaTeX source: {str(error)[:_SHOWN]}."
            self._report.degraded(Code.MATH, what, where)
            return None
        self._written += self._size(made)
        return made

    def _once(self, latex: str, display: bool) -> Made:
        key = latex, display
        if key in self._alike:
            return self._alike[key]
        before = self._macros.defined
        made = self._write(latex, display, self._macros)
        if self._macros.defined == before:
            self._alike[key] = made
        else:
            self._alike.clear()
        return made
