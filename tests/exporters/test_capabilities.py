"""The capability matrix in exporters/README.md: what becomes of each kind of node in each format, found by trying."""

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

PAGE = Path(__file__).parent.parent.parent / "exporters" / "README.md"
BEGINS, ENDS = "<!-- capabilities -->\n", "<!-- /capabilities -->"

CASES = {
    **{node.__name__: EXAMPLES[node].holding for node in sorted(EXAMPLES, key=lambda node: node.__name__)},
    **VARIANTS,
}


def test_the_capability_matrix_is_current(accept: bool) -> None:
    before, _, rest = PAGE.read_text().partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    current = f"{before}{BEGINS}{matrix()}{ENDS}{after}"
    if accept:
        PAGE.write_text(current)
    assert PAGE.read_text() == current, "The capability matrix is not current: run `make generate`."


def matrix() -> str:
    """What becomes of each case in each format, and why where it is not kept as it is."""
    formats = [name for name in registry.names() if not registry.get(name).pictures_of]
    found = {case: {format: items(format, document) for format in formats} for case, document in CASES.items()}
    lines = [*_pictures(), f"| | {' | '.join(f'`{format}`' for format in formats)} |", f"|---|{'---|' * len(formats)}"]
    for case, row in found.items():
        lines.append(f"| {case} | {' | '.join(verdict(each) for each in row.values())} |")
    lines += [
        "",
        "What is not full, and what the report says of it:",
        "",
        "| format | | the report says |",
        "|---|---|---|",
    ]
    for format in formats:
        for case, row in found.items():
            said = [item.what for item in row[format] if item.severity != "note"]
            lines += [f"| `{format}` | {case} | {' '.join(said)} |"] if said else []
    return "\n".join([*lines, ""])


def _pictures() -> list[str]:
    named: dict[str, list[str]] = {}
    for name in registry.names():
        if registry.get(name).pictures_of:
            named.setdefault(registry.get(name).pictures_of, []).append(f"`{name}`")
    return [f"{', '.join(names)} show the pages of `{of}`: its column is theirs.\n" for of, names in named.items()]


def items(format: str, document: Document) -> tuple[Item, ...]:
    report, exporter = Report(), registry.get(format)
    if not exporter.keeps_html:
        document = with_html(document, Reading(Source(b"", ""), USUAL, report, keep_html=False))
    registry.load(format)(document, exporter.options(), report)
    return report.items


def verdict(found: tuple[Item, ...]) -> str:
    severities = {item.severity for item in found}
    return "**lost**" if "lost" in severities else "degraded" if "degraded" in severities else "full"
