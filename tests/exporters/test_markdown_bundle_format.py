"""The Markdown bundle: a zip that reads back to the same document, wherever its files had to go."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import GFM_SOURCES, PICTURE, PICTURED, png

from exporters import Source, readers
from exporters.document import (
    Details,
    Document,
    Image,
    Link,
    Map,
    Paragraph,
    RawBlock,
    RawInline,
    Resource,
    Section,
    Topic,
)
from exporters.formats.markdown.export import export as markdown
from exporters.formats.markdown_bundle.export import export
from exporters.options import NoOptions
from exporters.readers.resources import key_of
from exporters.report import Report
from exporters.toolbox.images import inspect

SAMPLES = Path(__file__).parent.parent / "documents"


def unpacked(document: Document, report: Report | None = None) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(export(document, NoOptions(), report or Report()))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def back(document: Document) -> Document:
    return readers.read(Source(export(document, NoOptions(), Report()), "a.zip"), Report())


def showing(*resources: Resource) -> Document:
    """A document that shows these, and links to what is no image."""
    keys = {key_of(each.data): each for each in resources}
    shown = (
        Image(key, "shown") if each.media_type.startswith("image/") else Link(("attached",), key)
        for key, each in keys.items()
    )
    return Document(tuple(Paragraph((each,)) for each in shown), resources=keys)


def picture(name: str, width: int = 2) -> Resource:
    image = inspect(png(width, 3))
    return Resource(image.media_type, image.data, image.width, image.height, name)


def attachment(name: str, data: bytes = b"1;2\n") -> Resource:
    return Resource("text/csv", data, name=name)


@pytest.mark.parametrize("name", GFM_SOURCES)
def test_samples_read_back(name: str) -> None:
    document = readers.read(Source(GFM_SOURCES[name].read_bytes(), f"{name}.md", _beside), Report())
    again = back(document)
    assert (again.blocks, again.sections, again.footnotes) == (document.blocks, document.sections, document.footnotes)
    assert again.metadata == document.metadata
    assert {key: each.data for key, each in again.resources.items()} == {
        key: each.data for key, each in document.resources.items()
    }


def _beside(path: str) -> bytes | None:
    found = SAMPLES / path
    return found.read_bytes() if found.is_file() else None


def test_without_files_it_is_the_markdown_format_s_file() -> None:
    document = readers.read(Source(GFM_SOURCES["text"].read_bytes(), "text.md"), Report())
    assert unpacked(document) == {"index.md": markdown(document, NoOptions(), Report())}


def test_what_has_a_path_keeps_it() -> None:
    document = showing(picture("img/a b.png"), attachment("data/größe.csv"))
    found = unpacked(document)
    assert list(found) == ["index.md", "img/a b.png", "data/größe.csv"]
    assert found["index.md"].decode() == "![shown](<img/a b.png>)\n\n[attached](data/größe.csv)\n"
    assert back(document) == document


def test_html_in_the_text_still_finds_its_images() -> None:
    image = picture("img/a.png")
    key = key_of(image.data)
    by_path = '<p><img src="img/a.png" alt="a"></p>'
    for html in (by_path, by_path.replace("img/a.png", key)):
        document = Document((RawBlock(html),), resources={key: image})
        assert unpacked(document)["index.md"].decode() == f"{by_path}\n"
        assert back(document).blocks == (RawBlock(by_path.replace("img/a.png", key)),)
        assert back(document).resources == document.resources


def test_html_in_the_text_names_files_wherever_they_went() -> None:
    file, image = attachment("../a.csv"), picture("con/a, b.png")
    keys = {key_of(each.data): each for each in (file, image)}
    link, shown = keys
    html = f'<a href="{link}">a</a><picture><source srcset="{shown} 2x"><img src="{shown}"></picture>'
    summary = (RawInline(f'<img src="{shown}">'),)
    document = Document((Paragraph((RawInline(html),)), Details(summary, ())), resources=keys)
    found = unpacked(document)
    assert found.keys() == {"index.md", "files/a.csv", "images/a-b.png"}
    text = found["index.md"].decode()
    assert 'href="files/a.csv"' in text and 'srcset="images/a-b.png 2x"' in text
    assert text.count('src="images/a-b.png"') == 2


def test_markdown_alone_names_the_files_of_html_that_it_has_not() -> None:
    file, report = attachment("a/b.csv"), Report()
    key = key_of(file.data)
    document = Document((RawBlock(f'<p><a href="{key}">a</a></p>'),), resources={key: file})
    assert markdown(document, NoOptions(), report).decode() == '<p><a href="a/b.csv">a</a></p>\n'
    assert [item.code for item in report.items] == ["attachment"]


def test_what_has_no_path_gets_one() -> None:
    document = showing(picture(""))
    (key,) = document.resources
    path = f"images/{key.removeprefix('resource:')}.png"
    assert unpacked(document).keys() == {"index.md", path}
    assert back(document).blocks == document.blocks


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd", "files/passwd"),
        ("/etc/passwd", "files/passwd"),
        ("C:\\windows\\a.csv", "files/a.csv"),
        ("a/../b.csv", "files/b.csv"),
        ("index.md", "files/index.md"),
        ("INDEX.MD", "files/INDEX.MD"),
        ("export.yml", "files/export.yml"),
        ("src/SUMMARY.md", "files/SUMMARY.md"),
        ("con", "files/file-con"),
        ("aux.csv", "files/file-aux.csv"),
        (".hidden/a.csv", "files/a.csv"),
        ("a\nb\x07.csv", "files/a-b.csv"),
        ("a./b.csv", "files/b.csv"),
        ("x" * 300 + ".csv", "files/" + "x" * 60 + ".csv"),
        ("d/" * 20 + "a.csv", "files/a.csv"),
        ("a%20b#c?.csv", "files/a-20b-c.csv"),
    ],
)
def test_no_path_leads_elsewhere(name: str, path: str) -> None:
    document = showing(attachment(name))
    assert list(unpacked(document)) == ["index.md", path]
    assert {each.data for each in back(document).resources.values()} == {b"1;2\n"}


def test_no_two_files_have_one_path() -> None:
    document = showing(
        attachment("a.csv", b"1"), attachment("A.csv", b"2"), attachment("a.csv", b"3"),
        attachment("files/A.csv", b"4"), attachment("a.csv/b.csv", b"5"),
    )  # fmt: skip
    found = unpacked(document)
    assert list(found) == ["index.md", "a.csv", "files/A-2.csv", "files/a-3.csv", "files/A.csv", "files/b.csv"]
    assert {each.data for each in back(document).resources.values()} == {b"1", b"2", b"3", b"4", b"5"}


@settings(max_examples=100)
@given(st.lists(st.text("aB.éא/\\ -%#?()[]<>\"'\u0301", max_size=9), min_size=1, max_size=4))
def test_any_names_read_back(names: list[str]) -> None:
    document = showing(*(attachment(name, str(number).encode()) for number, name in enumerate(names)))
    paths = list(unpacked(document))
    assert len({path.casefold() for path in paths}) == len(names) + 1
    assert not any(".." in path.split("/") or path.startswith("/") for path in paths)
    again = back(document)
    assert again.blocks == document.blocks
    assert {each.data for each in again.resources.values()} == {each.data for each in document.resources.values()}


def test_a_map_has_its_drawing() -> None:
    report = Report()
    topics = (Topic("1", -1, "planned"), Topic("2", 0, "first"))
    document = Document(sections=(Section(1, ("planned",), "planned"),), map=Map(topics))
    found = unpacked(document, report)
    assert found["index.md"].decode().startswith("![Mind map: planned, 2 topics](images/map.svg)\n\n# planned")
    assert found["images/map.svg"].startswith(b"<svg")
    assert report.items == ()


def test_only_what_is_there_is_packed() -> None:
    document = Document((Paragraph((Image("gone.png", "gone"), Image(PICTURED, "there"))),), resources=PICTURE)
    assert list(unpacked(document)) == ["index.md", "picture.png"]
