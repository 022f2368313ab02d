"""What abbreviations stand for, in files in which nobody can point at one to hear it: it is said once."""

from __future__ import annotations

from exporters.document.nodes import Abbreviation
from exporters.report import Code, Report


class Abbreviations:
    """Those of one text."""

    def __init__(self) -> None:
        self._explained: set[str] = set()

    def said(self, node: Abbreviation) -> str:
        """The abbreviation; the first time with what it stands for."""
        if node.text in self._explained or not node.expansion:
            return node.text
        self._explained.add(node.text)
        return _explained(node)


class AbbreviationsInText:
    """Those of a document whose headings explain none: its contents and bookmarks repeat them, where it would be in the
    way."""

    def __init__(self) -> None:
        self.is_heading = False
        """Whether what is written now is a heading."""
        self._explained: set[Abbreviation] = set()
        self._unexplained: dict[Abbreviation, str] = {}
        """That only headings had so far, and where."""

    def said(self, node: Abbreviation, where: str) -> str:
        """The abbreviation; where text first has it, with what it stands for."""
        if node in self._explained or not node.expansion:
            return node.text
        if self.is_heading:
            self._unexplained.setdefault(node, where)
            return node.text
        self._unexplained.pop(node, None)
        self._explained.add(node)
        return _explained(node)

    def add_to(self, report: Report) -> None:
        """Says what was left without an explanation."""
        for where in self._unexplained.values():
            what = "What an abbreviation stands for is not said where only headings have it."
            report.degraded(Code.NODE, what, where)


def _explained(node: Abbreviation) -> str:
    return f"{node.text} ({node.expansion})"
