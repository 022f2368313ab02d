"""Images: how large they are on the page, and how they are embedded.

What a PDF can hold as it is, is copied: JPEG, and PNG without transparency or interlacing. Everything else is decoded
by Pillow and packed as PNG does.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from copy import replace
from typing import TYPE_CHECKING, Any

from exporters.document import Resource
from exporters.frozen import frozen
from exporters.pages.file import File
from exporters.pages.page import Page
from exporters.pages.tags import Element
from exporters.report import Code, Report
from exporters.toolbox import decoding
from exporters.toolbox.fonts import Fonts
from exporters.toolbox.images import MAX_PIXELS

if TYPE_CHECKING:
    from PIL import Image as Pillow

    from exporters.pages.vectors import Forms, Sketch
    from exporters.toolbox.drawn import Artist

POINTS_PER_PIXEL = 0.75  # CSS: 96 pixels are an inch
_MAX_CHECKED = 20 * MAX_PIXELS  # pixels in all PNG that are copied, which are unpacked to see if they are whole: 5 s


@frozen
class Picture:
    """An image with its size on the page, in points."""

    name: str
    """By which content streams show it."""
    width: float
    height: float
    most_height: float
    orientation: int
    """How it is to be turned, as Exif numbers it (CIPA DC-008, 4.6.4 A)."""
    target: str = ""
    """Where it leads, see `PageLink`."""
    tag: Element | None = None
    """What it is in the structure; None for what only adorns."""
    link: Element | None = None
    """The link that it is in."""

    def fitted(self, width: float) -> Picture:
        """As large as it is, or as the width and the page allow."""
        scale = min(1.0, width / self.width, self.most_height / self.height)
        return self if scale == 1 else replace(self, width=self.width * scale, height=self.height * scale)

    def placed(self, tag: Element | None, target: str, link: Element | None) -> Picture:
        """The same as a part of a document's structure, and where it leads."""
        return replace(self, tag=tag, target=target, link=link)

    def draw(self, page: Page, left: float, baseline: float) -> None:
        a, b, c, d, e, f = TURNS[self.orientation]
        w, h = self.width, self.height
        page.tag(self.tag)
        page.image(self.name, (a * w, b * h, c * w, d * h, left + e * w, baseline + f * h))
        if self.target:
            left = page.left(left, w)
            page.link(left, baseline, left + w, baseline + h, self.target, self.link)


class Pictures:
    """The images of one document, each embedded once, when it is first shown."""

    def __init__(
        self,
        file: File,
        resources: Mapping[str, Resource],
        most_height: float,
        report: Report,
        fonts: Fonts,
        takes_inks: bool = True,
    ) -> None:
        self.file = file
        self.fonts = fonts
        self._resources = dict(resources)
        self.most_height = most_height
        self._report = report
        self._takes_inks = takes_inks  # colours of printers, which an archive's profile of screens does not define
        self.forms: Forms = {}
        self._found: dict[str, Picture | Sketch | None] = {}
        self._artist: Artist | None = None
        self._decoded = 0
        self._checked = 0

    def add(self, resources: Mapping[str, Resource]) -> None:
        """Adds images that are within others."""
        self._resources.update(resources)

    def raster(self, url: str) -> Picture | None:
        """An image within a drawing, if it is one of pixels."""
        picture = self.get(url, "")
        return picture if isinstance(picture, Picture) else None

    def get(self, url: str, where: str) -> Picture | Sketch | None:
        """The image at its natural size; None where there is none to show."""
        if url not in self._found:
            resource = self._resources.get(url)
            self._found[url] = self._embed(resource, where) if resource else None
        return self._found[url]

    def _embed(self, resource: Resource, where: str) -> Picture | Sketch | None:
        if resource.media_type == "image/svg+xml":
            return self._drawn(resource, where)
        if resource.media_type not in _DRAWN or not (resource.width and resource.height):
            what = "An image of an unknown kind is not drawn; its description stands for it."
            self._report.degraded(Code.IMAGE, what, where)
            return None
        try:
            image = self._copy_jpeg(resource) or self._copy_png(resource) or self._decode(resource)
        except decoding.DAMAGED:
            size = f"{resource.width} × {resource.height} pixels"
            what = f"An image ({resource.media_type}, {size}) is damaged or too large; its description stands for it."
            self._report.lost(Code.IMAGE_UNREADABLE, what, where)
            return None
        name = self.file.add_image(image.data, image.entries, image.mask)
        width, height = resource.width * POINTS_PER_PIXEL, resource.height * POINTS_PER_PIXEL
        if image.orientation > 4:
            width, height = height, width
        return Picture(name, width, height, self.most_height, image.orientation)

    @property
    def artist(self) -> Artist:
        """Who draws the SVG images and diagrams of the document."""
        from exporters.toolbox.drawn import Artist  # 3 ms, and few documents have such images

        if self._artist is None:
            self._artist = Artist(self.fonts, self._report)
        return self._artist

    def _drawn(self, resource: Resource, where: str) -> Sketch | None:
        from exporters.pages import sketches

        drawn = self.artist.image(resource, where)
        return sketches.sketch_of(drawn, self) if drawn else None

    def _copy_jpeg(self, resource: Resource) -> _Image | None:
        image = _jpeg(resource)
        is_of_inks = image is not None and image.entries["ColorSpace"] == _COLOURS[4]
        return None if is_of_inks and not self._takes_inks else image

    def _copy_png(self, resource: Resource) -> _Image | None:
        self._checked += resource.width * resource.height
        if self._checked > _MAX_CHECKED:
            raise ValueError("the images of this document are too large together")
        return _png(resource)

    def _decode(self, resource: Resource) -> _Image:
        self._decoded += resource.width * resource.height
        if self._decoded > decoding.MAX_DECODED:
            raise ValueError("the images of this document are too large together")
        return _decoded(resource)


@frozen
class _Image:
    data: bytes
    entries: dict[str, Any]
    mask: tuple[bytes, dict[str, Any]] | None = None
    orientation: int = 1


def _jpeg(resource: Resource) -> _Image | None:
    """The file as it is, if it is a JPEG of a kind that PDF knows (ISO 32000-1, 7.4.8)."""
    if resource.media_type != "image/jpeg":
        return None
    data = resource.data
    components, orientation, is_adobe, at = 0, 1, False, 2
    while True:
        marker, length = struct.unpack_from(">HH", data, at)
        body = at + 4
        if marker in (0xFFC0, 0xFFC1, 0xFFC2):
            precision, components = data[body], data[body + 5]
            if precision != 8:
                return None
        elif 0xFFC3 <= marker <= 0xFFCF and marker not in (0xFFC4, 0xFFC8, 0xFFCC):
            return None
        elif marker == 0xFFE1 and data[body : body + 6] == b"Exif\0\0":
            orientation = decoding.orientation(data[body + 6 : at + 2 + length])
        elif marker == 0xFFEE and data[body : body + 5] == b"Adobe":
            is_adobe = True
        elif marker == 0xFFDA:
            break
        elif marker & 0xFF00 != 0xFF00:
            return None
        at += 2 + length
    if components not in _COLOURS or data.rfind(b"\xff\xd9") < at:  # without its end it is cut off
        return None
    entries = _entries(resource.width, resource.height, components, 8) | {"Filter": "/DCTDecode"}
    if components == 4 and is_adobe:
        entries["Decode"] = "[1 0 1 0 1 0 1 0]"  # Adobe's programs write ink inverted
    return _Image(data, entries, orientation=orientation)


def _png(resource: Resource) -> _Image | None:
    """The compressed rows as they are, if it is a PNG whose pixels PDF can read, and whole (ISO/IEC 15948)."""
    if resource.media_type != "image/png":
        return None
    header, palette, rows = b"", b"", []
    at = 8
    data = resource.data
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if zlib.crc32(kind + body) != struct.unpack_from(">I", data, at + 8 + length)[0]:
            raise ValueError("a part of the image is damaged")
        if kind == b"IHDR":
            header = body
        elif kind == b"PLTE":
            palette = body
        elif kind == b"IDAT":
            rows.append(body)
        elif kind in (b"tRNS", b"eXIf"):
            return None
        elif kind == b"IEND":
            break
        at += 12 + length
    width, height, depth, colour, *_, interlace = struct.unpack(">2I5B", header)
    components = {0: 1, 2: 3, 3: 1}.get(colour)
    if components is None or interlace:
        return None
    packed = b"".join(rows)
    if not _has_size(packed, height * (1 + (width * components * depth + 7) // 8)):
        raise ValueError("the image's rows are incomplete")
    entries = _entries(width, height, components, depth) | _predicted(width, components, depth)
    if colour == 3:
        entries["ColorSpace"] = f"[/Indexed /DeviceRGB {len(palette) // 3 - 1} <{palette.hex()}>]"
    return _Image(packed, entries)


def _has_size(packed: bytes, size: int) -> bool:
    # Unpacked bit by bit, so that it takes no memory.
    unpacker = zlib.decompressobj()
    found = 0
    while found <= size and not unpacker.eof:
        part = unpacker.decompress(packed, 1 << 16)
        if not part:
            break
        found += len(part)
        packed = unpacker.unconsumed_tail
    return found >= size


def _decoded(resource: Resource) -> _Image:
    image = decoding.plain(decoding.decoded(resource))
    if image.mode == "RGBA":
        return _Image(*_packed(image.convert("RGB")), mask=_packed(image.getchannel("A")))
    return _Image(*_packed(image))


def _packed(image: Pillow.Image) -> tuple[bytes, dict[str, Any]]:
    from io import BytesIO

    buffer = BytesIO()
    image.save(buffer, "PNG")
    png = _png(Resource("image/png", buffer.getvalue(), image.width, image.height))
    if png is None:
        raise ValueError("Pillow wrote a PNG of an unexpected kind")
    return png.data, png.entries


def _entries(width: int, height: int, components: int, depth: int) -> dict[str, Any]:
    return {"Width": width, "Height": height, "BitsPerComponent": depth, "ColorSpace": _COLOURS[components]}


def _predicted(width: int, components: int, depth: int) -> dict[str, Any]:
    # ISO 32000-1, 7.4.4.4: predictor 15 says that each row names its PNG filter.
    parameters = f"<< /Predictor 15 /Colors {components} /BitsPerComponent {depth} /Columns {width} >>"
    return {"Filter": "/FlateDecode", "DecodeParms": parameters}


_DRAWN = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))
_COLOURS = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}

# Exif orientation → what to do with the unit square, by width and height: a b c d e f of ISO 32000-1, 8.3.3.
TURNS: dict[int, tuple[int, int, int, int, int, int]] = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
