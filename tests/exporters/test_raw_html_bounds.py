"""What the HTML exporter spends on raw HTML: old pages that close nothing are kept, what would take minutes is not."""

from __future__ import annotations

import pytest

from exporters import Source, export

KEPT = {
    "paragraphs": "<p>x" * 20_000,
    "items": "<ul>" + "<li><p>x" * 20_000,
    "cells": "<table>" + "<tr><td>x<td>y" * 10_000,
    "definitions": "<dl>" + "<dt>x<dd>y" * 10_000,
}


@pytest.mark.parametrize("what", KEPT)
def test_what_ends_where_the_next_begins_is_not_deep(what: str) -> None:
    exported = export(Source(KEPT[what].encode(), "a.md"), "html")
    assert exported.data.count(b"x") >= 10_000
    assert not exported.report.items


# Each would take the parser more than ten seconds.
LEFT_OUT = {
    "deep": "<div>" * 100_000,
    "lines between cells": "<table>" + "<br>" * 300_000,
    "paragraphs between cells": "<table>" + "<p>x</p>" * 150_000,
    "words between rows": "<p>x</p>" * 100_000 + "<table>" + "x<tr>" * 100_000,
    "rows after a cell that is not closed": "<table><tr><td><b></td>" + "<br>" * 300_000,
}


@pytest.mark.parametrize("what", LEFT_OUT)
def test_what_would_take_long_is_left_out(what: str) -> None:
    exported = export(Source(LEFT_OUT[what].encode(), "a.md"), "html")
    assert len(exported.data) < 100_000
    assert [item.what for item in exported.report.items] == [
        "Raw HTML that is nested too deeply, or not at all well, was left out."
    ]
