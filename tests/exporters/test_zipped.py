"""Zip archives, opened by the standard library's own module."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import png

from exporters.toolbox.zipped import Zip


def opened(archive: Zip) -> ZipFile:
    return ZipFile(io.BytesIO(archive.finish()))


def test_what_was_added_is_there_in_its_order() -> None:
    archive = Zip()
    archive.add("mimetype", "application/epub+zip", stored=True)
    archive.add("text/größe.txt", "Größe")
    archive.add("data.bin", b"\x00\xff" * 500)
    archive.add("empty.txt", "")

    with opened(archive) as found:
        assert found.testzip() is None
        assert found.namelist() == ["mimetype", "text/größe.txt", "data.bin", "empty.txt"]
        assert found.read("text/größe.txt").decode() == "Größe"
        assert found.read("data.bin") == b"\x00\xff" * 500
        assert found.read("empty.txt") == b""


def test_a_type_is_found_where_those_who_look_for_it_look() -> None:
    """EPUB and OpenDocument tell what they are by the bytes from the 38th on (OCF 3.3, 4.2; ODF 1.3, 3.3)."""
    archive = Zip()
    archive.add("mimetype", "application/epub+zip", stored=True)

    assert archive.finish()[30:58] == b"mimetypeapplication/epub+zip"


def test_images_are_not_packed_again() -> None:
    archive = Zip()
    archive.add("picture.PNG", png(300, 200))
    archive.add("words.txt", "words " * 100)

    with opened(archive) as found:
        methods = {each.filename: each.compress_type for each in found.infolist()}
    assert methods == {"picture.PNG": ZIP_STORED, "words.txt": ZIP_DEFLATED}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=30))
def test_pieces_are_one_file(pieces: list[str]) -> None:
    parts = Zip()
    parts.add("a.txt", iter(pieces))

    with opened(parts) as found:
        assert found.read("a.txt").decode() == "".join(pieces)


def test_many_pieces_are_one_file() -> None:
    archive = Zip()
    archive.add("a.txt", (f"{number} " for number in range(100_000)))

    with opened(archive) as found:
        assert found.read("a.txt").decode().split() == [str(number) for number in range(100_000)]


def test_the_same_files_are_the_same_bytes() -> None:
    def made() -> bytes:
        archive = Zip()
        archive.add("a.txt", "a" * 10_000)
        return archive.finish()

    assert made() == made()
    with ZipFile(io.BytesIO(made())) as found:
        assert found.getinfo("a.txt").date_time == (1980, 1, 1, 0, 0, 0)


def test_a_name_is_given_once() -> None:
    archive = Zip()
    archive.add("a.txt", "a")

    assert "a.txt" in archive
    with pytest.raises(ValueError, match="in the archive already"):
        archive.add("a.txt", "b")
