"""Twice the source takes twice the steps, whatever its kind.

What libraries do in C, which has no steps, is bounded by the sizes that readers let through.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from counting import steps

from bench import sources
from exporters.options import NoOptions, parse
from exporters.readers import read
from exporters.report import Report
from exporters.source import Source

_CHAPTER = sources.chapter()
_MKDOCS = sources.mkdocs_chapter().partition("\n[^")[0]  # a footnote may be there but once


def _topics(count: int) -> list[int]:
    return list(range(count * 40))


def _mindmup(count: int) -> str:
    ideas = {
        str(number + 1): {
            "id": number,
            "title": f"topic {number} https://e.org/{number}",
            "attr": {"note": {"text": "a\n\nb"}},
        }
        for number in _topics(count)
    }
    return json.dumps({"formatVersion": 3, "ideas": {"1": {"id": "root", "title": "all", "ideas": ideas}}})


def _freemind(count: int) -> str:
    note = '<richcontent TYPE="NOTE"><html><body><p>a <b>b</b></p></body></html></richcontent>'
    topics = "".join(f'<node TEXT="{number}">{note}</node>' for number in _topics(count))
    return f"<map version='1.0.1'><node TEXT='all'>{topics}</node></map>"


def _deep(count: int) -> str:
    return f"<map version='1.0.1'>{'<node TEXT="a">' * 200 * count}{'</node>' * 200 * count}</map>"


def _opml(count: int) -> str:
    outlines = "".join(f'<outline text="{number}" _note="a&#10;&#10;b" category="c,d"/>' for number in _topics(count))
    return f"<opml version='2.0'><body>{outlines}</body></opml>"


def _notebook(count: int) -> str:
    cells = [
        {"cell_type": "markdown", "source": ["# A *b*\n", "\n", "- c\n"], "metadata": {}},
        {
            "cell_type": "code",
            "source": "d = 1",
            "outputs": [{"output_type": "stream", "text": "e\n" * 20}],
            "metadata": {},
        },
    ]
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": cells * 20 * count})


def _json(count: int) -> str:
    block = {"node": "Paragraph", "content": ["a", {"node": "Strong", "content": ["b"]}]}
    return json.dumps({"schema": 1, "blocks": [block] * 100 * count})


def _bundle(count: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        names = [f"{number}.md" for number in range(10 * count)]
        archive.writestr("SUMMARY.md", "\n".join(f"- [{name}]({name})" for name in names))
        for number, name in enumerate(names):
            archive.writestr(name, f"# Chapter {number}\n\nSee [the first](0.md#chapter-0), and a[^1].\n\n[^1]: b\n")
    return packed.getvalue()


SOURCES: dict[str, tuple[str, Callable[[int], str | bytes]]] = {
    "a book": ("gfm", lambda count: "\n".join(sources.chapter(number) for number in range(1, count + 1))),
    "links within": ("gfm", lambda count: "".join(f"# {n}\n\n[a](#{n}) [b](#no-{n})\n\n" for n in range(100 * count))),
    "raw HTML": ("gfm", lambda count: "<div>\n\n**a** <b class=x>c</b> <img src=d>\n\n</div>\n\n" * 60 * count),
    "tags in pairs": ("gfm", lambda count: "<sup>a <kbd>b</kbd></sup> <u>c</u>\n" * 100 * count),
    "definitions": ("gfm", lambda count: "a\n: b\n\n" * 100 * count),
    "for MkDocs": ("mkdocs", lambda count: _MKDOCS * count),
    "a page": ("html", lambda count: "<h2>a</h2><ul><li>b<li><i>c</i></ul><table><tr><td>d<td>e</table>" * 60 * count),
    "nothing closed": ("html", lambda count: "<div><p>a<b>b" * 200 * count),
    "MindMup": ("mindmup", _mindmup),
    "FreeMind": ("freemind", _freemind),
    "a deep map": ("freemind", _deep),
    "OPML": ("opml", _opml),
    "a notebook": ("notebook", _notebook),
    "JSON": ("json", _json),
    "a book of chapters": ("bundle", _bundle),
    "prose": ("text", lambda count: "A line of a paragraph.\nAnd another.\n\n- item\n- item\n\n" * 100 * count),
}


@pytest.mark.parametrize("what", SOURCES)
def test_twice_the_source_takes_twice_the_steps(what: str) -> None:
    kind, made = SOURCES[what]
    _steps(kind, made(1))  # what is only done once, such as importing
    once, twice = _steps(kind, made(2)), _steps(kind, made(4))
    assert once > 1_000, "too little to tell"
    assert twice < 2.3 * once


def _steps(kind: str, source: str | bytes) -> int:
    data = source.encode() if isinstance(source, str) else source
    _, options = parse(NoOptions, {"source_kind": kind}, "")
    return steps(lambda: read(Source(data, "source"), Report(), options, keep_html=False))
