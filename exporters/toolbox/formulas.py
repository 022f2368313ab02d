"""The formulas of one document, one after the other: what one defines is known to those after it."""

from __future__ import annotations

from collections.abc import Callable

from exporters.document.nodes import Math
from exporters.report import Code, Report
from exporters.toolbox.formula_reader import Macro, UnreadableFormula

type Write = Callable[[str, bool, dict[str, Macro]], str]
"""Such as `mathml.write` and `omml.write`."""

_MAX_WRITTEN = 10_000_000  # characters of all formulas, 4 s of work: a book of 500 pages of mathematics has 4 million
_FAILED = 100_000  # of them, that one counts for which cannot be read, where macros may have made it long
_SHOWN = 60  # characters of a reason in the report


class Formulas:
    """Writes the formulas of one document, as long as its budget lasts."""

    def __init__(self, write: Write, report: Report) -> None:
        self._write = write
        self._report = report
        self._macros: dict[str, Macro] = {}
        self._written = 0

    def written(self, node: Math, where: str = "") -> str | None:
        """A formula; None where it cannot be read and is to be shown as its source, which is reported."""
        try:
            if self._written > _MAX_WRITTEN:
                raise UnreadableFormula("all together are too long")
            made = self._write(node.text, node.display, self._macros)
        except UnreadableFormula as error:
            self._written += _FAILED if self._macros else 0
            what = f"A formula is shown as its LaTeX source: {str(error)[:_SHOWN]}."
            self._report.degraded(Code.MATH, what, where)
            return None
        self._written += len(made)
        return made
