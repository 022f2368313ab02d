"""HTML bundles: a page that opens from a disk, with its images and attachments as files beside it."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from checkers import html_mistakes
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import EVERYTHING, PICTURE, PICTURED, SOURCES, png

from exporters import Source, options, readers
from exporters.document import Document, Image, Link, Paragraph, RawBlock, Resource
from exporters.formats.html_bundle import Options
from exporters.formats.html_bundle.export import export
from exporters.report import Report
from exporters.web.files import Files, safe_name


class Addresses(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += (value or "" for name, value in attributes if name in ("src", "href"))


def bundle(document: Document, report: Report | None = None, **chosen: object) -> ZipFile:
    made = export(document, options.parse(Options, chosen, "html_bundle")[0], report or Report())
    return ZipFile(io.BytesIO(made))


def page(archive: ZipFile) -> str:
    return archive.read("index.html").decode()


def showing(*names: str) -> Document:
    """Images of different sizes that were called like that."""
    resources = {f"r{n}": Resource("image/png", png(1, n), 1, n, name) for n, name in enumerate(names, 1)}
    return Document((Paragraph(("x", *(Image(key, "seen") for key in resources))),), resources=resources)


def test_images_lie_beside_the_page_by_their_names() -> None:
    archive = bundle(showing("figures/one.png", "other/one.png", "ONE.png", ""))
    assert archive.namelist() == [
        "index.html",
        "page.css",
        "images/one.png",
        "images/one-2.png",
        "images/ONE-3.png",
        "images/image.png",
    ]
    assert re.findall('src="([^"]*)"', page(archive)) == archive.namelist()[2:]
    assert archive.read("images/one-2.png") == png(1, 2)


def test_an_image_that_is_shown_often_lies_there_once() -> None:
    document = Document((Paragraph(("x", *(Image(PICTURED, "seen"),) * 10)),), resources=PICTURE)
    archive = bundle(document)
    assert page(archive).count('src="images/picture.png"') == 10
    assert archive.namelist() == ["index.html", "page.css", "images/picture.png"]


def test_attached_files_lie_beside_it_too() -> None:
    file, report = Resource("text/csv", b"1,2", name="data/numbers 1.csv"), Report()
    archive = bundle(Document((Paragraph((Link(("c",), "r"), Link(("d",), "r"))),), resources={"r": file}), report)
    assert page(archive).count('<a href="files/numbers-1.csv" download="">') == 2
    assert archive.read("files/numbers-1.csv") == b"1,2"
    assert not report.items


def test_raw_html_shows_the_same_files() -> None:
    document = Document((RawBlock('<img src="picture.png" alt="a">'),), resources=PICTURE)
    assert 'src="images/picture.png"' in page(bundle(document))


def test_raw_html_links_to_the_same_files() -> None:
    file = Resource("text/csv", b"1", name="a b.csv")
    html = '<a href="resource:0123456789abcdef">a</a>'
    archive = bundle(Document((RawBlock(html),), resources={"resource:0123456789abcdef": file}))
    assert page(archive).count('<a href="files/a-b.csv" download="">a</a>') == 1
    assert archive.read("files/a-b.csv") == b"1"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("one.png", "one.png"),
        ("../../etc/passwd", "passwd.png"),
        ("/", "image.png"),
        ("..", "image.png"),
        (r"C:\x\y.png", "y.png"),
        (".htaccess.png", "htaccess.png"),
        ("-rf.png", "rf.png"),
        ("a\x00b\n\u202e.png", "a-b.png"),
        ("a?b#c%41&d'e\"<f>.png", "a-b-c-41-d-e-f.png"),
        ("con.png", "image-con.png"),
        ("LPT1", "image-LPT1.png"),
        ("photo.JPEG", "photo.JPEG.png"),
        ("Größe 日本 हिन्दी.png", "Größe-日本-हिन्दी.png"),
        ("e\u0301.png", "é.png"),
        ("x" * 500 + ".png", "x" * 60 + ".png"),
        ("\ud800.png", "png.png"),
        ("\ud800", "image.png"),
    ],
)  # fmt: skip
def test_names_are_safe_everywhere(name: str, expected: str) -> None:
    assert safe_name(name, "image", (".png",)) == expected


@settings(max_examples=200)
@given(st.lists(st.text(max_size=20), max_size=8))
def test_whatever_files_are_called_they_stay_in_their_folder_and_apart(names: list[str]) -> None:
    files = Files()
    resources = [Resource("image/png", b"", name=name) for name in names]
    addresses = [files.image(resource) for resource in resources]
    paths = [path for path, _ in files.files()]
    assert [unquote(address) for address in addresses] == paths
    assert len({path.casefold() for path in paths}) == len(names)
    assert all(re.fullmatch(r"images/[^/\\\x00-\x20:*?\"<>|.-][^/\\\x00-\x20:*?\"<>|]*", path) for path in paths)


def test_many_files_of_one_name_cost_little() -> None:
    files = Files()
    assert [files.image(each) for each in [Resource("image/gif", b"", name="a") for _ in range(20_000)]][-1] == (
        "images/a-20000.gif"
    )


@pytest.mark.parametrize("name", SOURCES)
def test_whatever_a_page_leads_to_is_there(name: str) -> None:
    source = SOURCES[name]
    archive = bundle(readers.read(Source(source.read_bytes(), source.name), Report()))
    assert set(archive.namelist()[2:]) <= {unquote(each) for each in Addresses(page(archive)).found}
    needed = re.findall(r'(?:src|<link rel="stylesheet" href)="([^"]*)"', page(archive))
    assert {unquote(each) for each in needed if not each.startswith("data:")} <= set(archive.namelist())


def test_nothing_else_is_loaded_and_nothing_runs() -> None:
    html = page(bundle(EVERYTHING))
    assert "default-src 'none'; img-src 'self' file: data:; style-src 'self' file: 'unsafe-inline'; " in html
    assert not re.search("<(script|iframe|object|embed|form|base)", html)


def test_the_page_is_valid(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(page(bundle(EVERYTHING, toc=True)))
    found = html_mistakes([tmp_path / "index.html"])
    # It holds that no policy allows a file: URL, nor what is beside the page on a disk.
    assert [each["message"] for each in found if "Content Security Policy" not in each["message"]] == []
