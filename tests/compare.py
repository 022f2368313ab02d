"""What "the same" means for each kind of file, and which words a person finds in it."""

from __future__ import annotations

import difflib
import io
import json
import re
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

import markup_words
from markup_words import joined

from exporters.toolbox.ghostscript import program

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Kind:
    meaning: Callable[[bytes], list[str]]
    """Lines that are equal where two files are the same to whoever uses them."""
    words: Callable[[bytes], str]
    """The text that somebody reads, hears or gets out of the file, blanks joined."""
    golden: Callable[[bytes], bytes] = bytes
    """How the file is kept in the repository: readable where that costs nothing."""
    ending: str = ""
    """Of the name it is kept under; "" for the file's own."""
    unlike: Callable[[bytes, bytes], str] = lambda golden, made: ""
    """What else differs between the golden and the file made now, where a tolerance is needed."""


def differences(media_type: str, golden: bytes, made: bytes) -> str:
    """What has changed, as a diff; "" where the files are the same."""
    how = kind(media_type)
    lines = difflib.unified_diff(how.meaning(golden), how.meaning(made), "golden", "made now", lineterm="", n=2)
    return "\n".join(lines) or how.unlike(golden, made)


def kind(media_type: str) -> Kind:
    """How files of this media type are compared."""
    essence = media_type.partition(";")[0]
    assert essence in KINDS, f"tests/compare.py does not know how to compare {essence}: add it to KINDS"
    return KINDS[essence]


def _text_lines(data: bytes) -> list[str]:
    return data.decode().split("\n")


def _html_lines(data: bytes) -> list[str]:
    """A page with what tells its style and its script from others, which are the same in all pages of a format."""
    return _LOOK_OF_PAGE.sub(_told, data.decode()).split("\n")


def _told(look: re.Match[str]) -> str:
    return f"<!-- {look[1]}: {_sum(look[2].encode())} -->"


def _sum(content: bytes) -> str:
    return f"{len(content)} bytes, {zlib.crc32(content):08x}"


_LOOK_OF_PAGE = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)


def _json_lines(data: bytes) -> list[str]:
    return json.dumps(json.loads(data), indent=1, ensure_ascii=False).split("\n")


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from _strings(each)
        case dict():
            yield from value
            for each in value.values():
                yield from _strings(each)


def _pdf_lines(data: bytes) -> list[str]:
    import pypdfium2

    lines: list[str] = []
    with pypdfium2.PdfDocument(data) as pdf:
        for number, page in enumerate(pdf, 1):
            width, height = page.get_size()
            lines.append(f"page {number}: {width:.0f} × {height:.0f} points, {_pictures(page)} pictures")
            lines += page.get_textpage().get_text_bounded().split("\r\n")
        lines += [f"bookmark {'  ' * each.level}{each.get_title()}" for each in pdf.get_toc()]
    return lines


def _pdf_words(data: bytes) -> str:
    """The text, and what is said of figures and formulas to those who do not see them."""
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        said = [str(each.Alt) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each]
    return joined("\n".join([*_pdf_lines(data), *said]))


def _pictures(page: object) -> int:
    import pypdfium2.raw as raw

    return sum(1 for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))  # type: ignore[attr-defined]


def _picture_lines(data: bytes) -> list[str]:
    width, height = _small(data).size
    return [f"{width} × {height}"]


def _no_words(data: bytes) -> str:
    _small(data)  # at least it can be seen
    return ""


def _small_png(data: bytes) -> bytes:
    buffer = io.BytesIO()
    # Sixteen greys, evenly spread: a third of the bytes.
    _small(data).point(lambda level: round(level / 17) * 17).quantize(16, dither=0).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _unlike_pictures(golden: bytes, made: bytes) -> str:
    # A line of text that moves by a dot changes hundreds; another processor's rounding changes some, and little.
    from PIL import ImageChops

    difference = ImageChops.difference(_small(golden), _small(made))
    changed = sum(difference.histogram()[_NOTICED:])
    where = difference.point(lambda level: 255 * (level >= _NOTICED)).getbbox()
    return f"{changed} dots differ, within {where}" if changed > _TOLERATED else ""


def _small(data: bytes) -> Image:
    """A picture, or the pages of PostScript below each other, in grey and at most as wide as an A4 page at 40 dpi."""
    from PIL import Image

    if data.startswith(b"%!PS"):
        return _drawn(data)
    with Image.open(io.BytesIO(data)) as picture:
        grey = picture.convert("L")
    scale = min(1, _WIDTH / grey.width)
    return grey.resize((round(grey.width * scale), round(grey.height * scale)), Image.Resampling.BOX)


def _drawn(postscript: bytes) -> Image:
    from PIL import Image

    resolution = 72 * _WIDTH / 595
    with tempfile.TemporaryDirectory() as folder:
        options = f"-q -dSAFER -sDEVICE=pnggray -r{4 * resolution} -dDownScaleFactor=4 -dEPSCrop -o page%03d.png -"
        subprocess.run([program(), *options.split()], input=postscript, cwd=folder, check=True)
        pages = [Image.open(io.BytesIO(path.read_bytes())) for path in sorted(Path(folder).iterdir())]
    whole = Image.new("L", (max(page.width for page in pages), sum(page.height for page in pages)))
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height
    return whole


_WIDTH = 331
_NOTICED, _TOLERATED = 48, 20  # greys of 255, and how many dots may differ by more


def _xml_lines(data: bytes) -> list[str]:
    """One line for each tag and each text; how it is broken into lines means nothing there."""
    return [line for line in _TAG.sub(r"\n\1\n", data.decode()).split("\n") if line.strip()]


def _xml_words(data: bytes) -> str:
    return joined("".join(_xml_strings(fromstring(data))))


def _xml_strings(element: Element) -> Iterator[str]:
    yield from (f" {value} " for name, value in element.items() if _local(name) in _SAYING)
    yield from (f" {unescape(element.attrib[name])} " for name in _HTML if name in element.attrib)
    before, after = _SCRIPTS.get(_local(element.tag), ("", ""))
    yield before + (element.text or "")
    for each in element:
        yield from _xml_strings(each)
        yield each.tail or ""
    yield after
    if _local(element.tag) in _LINES:
        yield " "


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _zip_lines(data: bytes) -> list[str]:
    """What is in an archive, file by file; a golden is this text."""
    return (_unzipped(data) if data.startswith(b"PK") else data).decode().split("\n")


def _unzipped(data: bytes) -> bytes:
    lines: list[str] = []
    for name, content in _files(data):
        lines.append(f"=== {name}")
        if _LOOK.search(name):
            lines.append(_sum(content))
        elif name.endswith(_XML):
            lines += _xml_lines(content)
        elif name.endswith(_TEXT):
            lines += content.decode().split("\n")
        else:
            lines.append(_sum(content))
    return "\n".join(lines).encode()


def _zip_words(data: bytes) -> str:
    found = []
    for name, content in _files(data):
        found.append(name)
        if name.endswith((".html", ".xhtml")):
            found.append(markup_words.html_words(content))
        elif name.endswith(_XML):
            found.append(_xml_words(content))
        elif name.endswith(".md"):
            found.append(markup_words.markdown_words(content))
        elif name.endswith(_TEXT):
            found.append(content.decode())
    return joined("\n".join(found))


def _files(data: bytes) -> Iterator[tuple[str, bytes]]:
    with ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            yield name, archive.read(name)


_TAG = re.compile(r"(<[^>]+>)")
_LOOK = re.compile(
    r"(styles|theme\d|[a-z]+Styles|slide(Master|Layout)\d|fontTable|settings|[a-z]+Props)\.xml(\.rels)?$|\.css$"
)
"""How files look, which is the same in all of a format: a golden of each says only whether it has changed."""
_XML = (".xml", ".rels", ".xhtml", ".opf", ".ncx", ".svg", ".mm", ".opml")
_TEXT = (".html", ".css", ".md", ".csv", ".txt", "mimetype")
_LINES = frozenset("p h li td th tr dt dd title tspan text item row cell c si list-item outline node".split())
"""After these a line ends, or a blank stands: words of two paragraphs are two words."""
_SAYING = frozenset("descr alt title href Target text TEXT LINK url _note".split())
"""Attributes that somebody reads, hears or follows."""

_SCRIPTS = {"sup": ("^{", "}"), "sub": ("_{", "}")}
"""Formulas as LaTeX has them."""
_HTML = ("text", "_note")
"""Attributes that may hold HTML: those of OPML."""


_ARCHIVE = Kind(_zip_lines, _zip_words, _unzipped, ".txt")
_MARKUP = Kind(_text_lines, words=markup_words.as_it_stands)
_ELEMENTS = Kind(_xml_lines, _xml_words)
_PICTURE = Kind(_picture_lines, _no_words, _small_png, ".png", _unlike_pictures)

KINDS = {
    "application/json": Kind(
        meaning=_json_lines,
        words=lambda data: joined(" ".join(_strings(json.loads(data)))),
        golden=lambda data: "\n".join([*_json_lines(data), ""]).encode(),
    ),
    "application/epub+zip": _ARCHIVE,
    "application/pdf": Kind(_pdf_lines, words=_pdf_words),
    "application/postscript": _PICTURE,
    "application/vnd.oasis.opendocument.text": _ARCHIVE,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": _ARCHIVE,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _ARCHIVE,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _ARCHIVE,
    "application/x-freemind": _ELEMENTS,
    "application/zip": _ARCHIVE,
    "image/jpeg": _PICTURE,
    "image/png": _PICTURE,
    "image/svg+xml": _ELEMENTS,
    "text/asciidoc": _MARKUP,
    "text/csv": _MARKUP,
    "text/html": Kind(
        _html_lines, words=markup_words.html_words, golden=lambda data: "\n".join(_html_lines(data)).encode()
    ),
    "text/markdown": Kind(_text_lines, words=markup_words.markdown_words),
    "text/x-opml": _ELEMENTS,
    "text/x-rst": _MARKUP,
    "text/x-tex": Kind(_text_lines, words=markup_words.tex_words),
    "text/plain": Kind(_text_lines, words=markup_words.as_it_stands),
    # Of pandoc's making:
    "application/docbook+xml": _ELEMENTS,
    "application/jats+xml": _ELEMENTS,
    "application/rtf": Kind(_text_lines, words=markup_words.rtf_words),
    "application/tei+xml": _ELEMENTS,
    "application/x-fictionbook+xml": _ELEMENTS,
    "application/x-icml+xml": _ELEMENTS,
    "application/x-ipynb+json": Kind(_json_lines, words=markup_words.notebook_words),
    "text/org": _MARKUP,
    "text/troff": Kind(_text_lines, words=markup_words.troff_words),
    "text/x-bbcode": _MARKUP,
    "text/x-context": Kind(_text_lines, words=markup_words.context_words),
    "text/x-djot": _MARKUP,
    "text/x-dokuwiki": _MARKUP,
    "text/x-jira": Kind(_text_lines, words=markup_words.jira_words),
    "text/x-mediawiki": Kind(_text_lines, words=markup_words.entity_words),
    "text/x-texinfo": Kind(_text_lines, words=markup_words.texinfo_words),
    "text/x-textile": Kind(_text_lines, words=markup_words.textile_words),
    "text/x-typst": Kind(_text_lines, words=markup_words.typst_words),
    "text/x-xwiki": _MARKUP,
    "text/x-zim-wiki": _MARKUP,
}
