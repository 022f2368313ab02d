"""The capability table in exporters/README.md: what becomes of each kind of node in each format, found by trying."""

from __future__ import annotations

from pathlib import Path

from samples import EXAMPLES, VARIANTS

from exporters import registry
from exporters.document import Document
from exporters.options import USUAL
from exporters.readers import with_html
from exporters.readers.reading import Reading
from exporters.report import Item, Report
from exporters.source import Source
from exporters.toolbox import pandoc_tree

PAGE = Path(__file__).parent.parent.parent / "exporters" / "README.md"
BEGINS, ENDS = "<!-- capabilities -->\n", "<!-- /capabilities -->"

CASES = {
    **{node.__name__: EXAMPLES[node].holding for node in sorted(EXAMPLES, key=lambda node: node.__name__)},
    **VARIANTS,
}


def test_the_capability_table_is_current(accept: bool) -> None:
    before, _, rest = PAGE.read_text().partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    current = f"{before}{BEGINS}{matrix()}{ENDS}{after}"
    if accept:
        PAGE.write_text(current)
    assert PAGE.read_text() == current, "The capability table is not current: run `make generate`."


def matrix() -> str:
    """What is not kept as it is: a line for each case and what is said of it, with the formats of which it is said."""
    told: dict[tuple[str, str, str], list[str]] = {}
    for format in (name for name in registry.names() if not registry.get(name).pictures_of):
        for case, document in CASES.items():
            found = [item for item in items(format, document) if item.severity != "note"]
            if found:
                said = " ".join(item.what for item in found)
                told.setdefault((case, verdict(tuple(found)), said), []).append(f"`{format}`")
    cases = [*CASES]
    rows = sorted(told.items(), key=lambda row: (cases.index(row[0][0]), row[0][1], row[1]))
    return "\n".join(
        [
            *_pictures(),
            "| | is | in | and the report says |",
            "|---|---|---|---|",
            *(f"| {case} | {how} | {' '.join(formats)} | {said} |" for (case, how, said), formats in rows),
            "",
        ]
    )


def _pictures() -> list[str]:
    named: dict[str, list[str]] = {}
    for name in registry.names():
        if registry.get(name).pictures_of:
            named.setdefault(registry.get(name).pictures_of, []).append(f"`{name}`")
    return [
        f"{', '.join(names)} show the pages of `{of}`: what is said of it holds for them.\n"
        for of, names in named.items()
    ]


def items(format: str, document: Document) -> tuple[Item, ...]:
    report, exporter = Report(), registry.get(format)
    if not exporter.keeps_html:
        document = with_html(document, Reading(Source(b"", ""), USUAL, report, keep_html=False))
    if exporter.pandoc is not None:  # which takes a process for each; its own part in a report depends on formulas only
        assert "".join(pandoc_tree.pieces(document, exporter.pandoc, report))
    else:
        registry.load(format)(document, exporter.options(), report)
    return report.items


def verdict(found: tuple[Item, ...]) -> str:
    severities = {item.severity for item in found}
    return "**lost**" if "lost" in severities else "degraded"
