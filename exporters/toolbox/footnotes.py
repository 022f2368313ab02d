"""Tells the report of footnotes that are mentioned, but not there, the same way in all formats."""

from __future__ import annotations

from exporters.report import Code, Report

_SHOWN = 60  # characters of a name in the report


def note_missing(label: str, report: Report, where: str = "") -> None:
    """Tells the report of a footnote that is mentioned, but not there."""
    name = " ".join(label.split())
    name = name if len(name) <= _SHOWN else f"{name[: _SHOWN - 1]}…"
    report.note(Code.FOOTNOTE, f"The footnote [^{name}] is mentioned, but not there.", where)
