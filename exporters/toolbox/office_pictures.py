"""Pictures as Word, PowerPoint, Excel and LibreOffice take them: PNG, JPEG, GIF, and drawings as metafiles.

What they know is copied. Everything else becomes something that they know: WebP, JPEG in the colours of printers, and
what Exif turns, which these programs do not. A drawing has its SVG beside it, for those versions that show that.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from exporters.document.nodes import Document, Resource
from exporters.report import Code, Report
from exporters.toolbox import decoding

if TYPE_CHECKING:  # for documents that have drawings
    from exporters.toolbox.drawing import Drawing
    from exporters.toolbox.drawn import Drawn

_POINTS_PER_PIXEL = 0.75  # CSS: 96 pixels are an inch
_QUALITY = 90  # of JPEG made anew: no difference is seen, at a third of the bytes of 100


class OfficePicture(NamedTuple):
    """A picture, ready to be a part of a file."""

    data: bytes
    ending: str
    """Of its name, without the dot: `png`, `jpeg`, `gif` or `emf`."""
    width: float
    """At its natural size, in points."""
    height: float
    svg: bytes | None = None
    """The same as SVG, where `data` is a metafile."""


class OfficePictures:
    """The pictures of one document, each made when it is first asked for."""

    def __init__(self, document: Document, report: Report) -> None:
        self._document = document
        self._report = report
        self._found: dict[str, OfficePicture | None] = {}
        self._decoded = 0
        self._drawn: Drawn | None = None

    @property
    def drawn(self) -> Drawn:
        """What draws the document's diagrams and map."""
        if self._drawn is None:
            from exporters.toolbox.drawn import Drawn  # 4 ms, with what they are made of

            self._drawn = Drawn(self._document, self._report)
        return self._drawn

    def picture(self, key: str, where: str = "") -> OfficePicture | None:
        """The image of a key of `Document.resources`, always the same object; None where there is none to show, which
        is reported unless the image did not come with the source."""
        if key not in self._found:
            resource = self._document.resources.get(key)
            self._found[key] = self._made(resource, where) if resource else None
        return self._found[key]

    def drawing(self, drawing: Drawing) -> OfficePicture:
        """A drawing, such as those of `drawn`, as a metafile with its SVG."""
        from exporters.toolbox import emf, svg_file  # 3 ms

        resources, fonts = self.drawn.resources, self.drawn.fonts
        svg = svg_file.write(drawing, resources, fonts).encode()
        return OfficePicture(emf.write(drawing, resources, fonts), "emf", drawing.width, drawing.height, svg)

    def _made(self, resource: Resource, where: str) -> OfficePicture | None:
        if resource.media_type == "image/svg+xml":
            drawing = self.drawn.image(resource, where)
            return self.drawing(drawing) if drawing else None
        if resource.media_type not in _KNOWN or not (resource.width and resource.height):
            what = "An image of an unknown kind is not shown; its description stands for it."
            self._report.degraded(Code.IMAGE, what, where)
            return None
        try:
            if _KNOWN[resource.media_type](resource.data):
                return _picture(resource.data, resource.media_type[6:], resource.width, resource.height)
            return self._made_anew(resource)
        except decoding.DAMAGED:
            size = f"{resource.width} × {resource.height} pixels"
            what = f"An image ({resource.media_type}, {size}) is damaged or too large; its description stands for it."
            self._report.lost(Code.IMAGE_UNREADABLE, what, where)
            return None

    def _made_anew(self, resource: Resource) -> OfficePicture:
        from io import BytesIO

        self._decoded += resource.width * resource.height
        if self._decoded > decoding.MAX_DECODED:
            raise ValueError("the images of this document are too large together")
        image = decoding.plain(decoding.decoded(resource))
        # Photographs stay what they are: as PNG, they would have ten times the bytes.
        is_photograph = image.mode != "RGBA" and (resource.media_type == "image/jpeg" or _is_lossy_webp(resource.data))
        kind = "jpeg" if is_photograph else "png"
        buffer = BytesIO()
        image.save(buffer, kind, **({"quality": _QUALITY} if is_photograph else {}))
        width, height = resource.width, resource.height
        if (width > height) != (image.width > image.height):  # turned by Exif
            width, height = height, width
        return _picture(buffer.getvalue(), kind, width, height)


def _picture(data: bytes, ending: str, width: int, height: int) -> OfficePicture:
    return OfficePicture(data, ending, width * _POINTS_PER_PIXEL, height * _POINTS_PER_PIXEL)


# Whether the file can be copied as it is; each raises `decoding.DAMAGED` where it is not whole.


def _is_plain_jpeg(data: bytes) -> bool:
    """Whether it is a JPEG of 8 bits in grey or RGB, baseline or progressive, that nothing turns (ITU-T T.81, B.2)."""
    at, components = 2, 0
    while True:
        marker, length = struct.unpack_from(">HH", data, at)
        if marker == 0xFFFF:  # a fill byte
            at += 1
            continue
        body = at + 4
        if marker in (0xFFC0, 0xFFC1, 0xFFC2):
            components = data[body + 5]
            if data[body] != 8:
                return False
        elif 0xFFC3 <= marker <= 0xFFCF and marker not in (0xFFC4, 0xFFC8, 0xFFCC):
            return False
        elif marker == 0xFFE1 and data[body : body + 6] == b"Exif\0\0":
            if decoding.orientation(data[body + 6 : at + 2 + length]) != 1:
                return False
        elif marker == 0xFFDA:
            break
        elif marker & 0xFF00 != 0xFF00:
            return False  # which Pillow may find a way around
        at += 2 + length
    if data.rfind(b"\xff\xd9") < at:
        raise ValueError("the image is cut off")
    return components in (1, 3)  # programs differ in what they make of printers' colours


def _is_plain_png(data: bytes) -> bool:
    """Whether it is a PNG that nothing turns; these programs know all of its kinds (ISO/IEC 15948)."""
    at, has_pixels, is_turned = 8, False, False
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if zlib.crc32(body, zlib.crc32(kind)) != struct.unpack_from(">I", data, at + 8 + length)[0]:
            raise ValueError("a part of the image is damaged")
        if kind == b"eXIf":
            is_turned = decoding.orientation(body) != 1
        elif kind == b"IDAT":
            has_pixels = True
        elif kind == b"IEND":
            break
        at += 12 + length
    if not has_pixels:
        raise ValueError("the image is cut off")
    return not is_turned


def _is_plain_gif(data: bytes) -> bool:
    """Always, if it has a whole picture. It keeps moving where the program shows that (GIF89a, 18 to 22)."""
    at = 13 + _colours(data[10])
    while data[at] == 0x21:  # extensions
        at = _after_blocks(data, at + 2)
    if data[at] != 0x2C:
        raise ValueError("there is no picture")
    _after_blocks(data, at + 11 + _colours(data[at + 9]))
    return True


def _is_plain_webp(_data: bytes) -> bool:
    """Never: Word knows it since 2021, and others not at all."""
    return False


def _colours(flags: int) -> int:
    # Bytes of the table of colours that these flags announce.
    return 3 << (1 + (flags & 7)) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while length := data[at]:
        at += 1 + length
    return at + 1


def _is_lossy_webp(data: bytes) -> bool:
    return data[12:16] == b"VP8 " or (data[12:16] == b"VP8X" and b"VP8L" not in data[:4_096])


_KNOWN = {
    "image/png": _is_plain_png,
    "image/jpeg": _is_plain_jpeg,
    "image/gif": _is_plain_gif,
    "image/webp": _is_plain_webp,
}
