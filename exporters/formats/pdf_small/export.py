"""The pages as they are, of a document whose images are no larger than they are shown.

The images are made smaller before anything is laid out, and nothing else changes: bookmarks, links, tags and language
are those of the format pdf. Ghostscript's pdfwrite makes smaller files, too, but of a file without tags or language.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import replace
from math import ceil
from typing import TYPE_CHECKING, Any

from exporters.document import Document, Resource
from exporters.formats.pdf_small import Options
from exporters.frozen import frozen
from exporters.pages import layout
from exporters.pages.settings import margin, paper
from exporters.report import Code, Report
from exporters.toolbox.images import MAX_PIXELS

if TYPE_CHECKING:
    from PIL import Image as Pillow

_MAX_DECODED = 4 * MAX_PIXELS  # pixels in all images of a document, as for those that pages show decoded
_LEAST = 10_000  # bytes; below, nothing is gained
_WORTH = 0.9  # of the bytes there were; above it the image stays as its author made it
_PHOTOGRAPH = 0.5  # of the bytes of a PNG; a JPEG that saves less would only stain a picture
_DRAWN = 1_000  # colours; with fewer a picture was drawn, and as a JPEG its edges would get stains


def export(document: Document, options: Options, report: Report) -> bytes:
    """A PDF of the document. Raises what `layout.write` does."""
    resources = _smaller(document.resources, _goal(options), report)
    return layout.write(replace(document, resources=resources), options, report)


@frozen
class _Goal:
    """What images are made to."""

    width: float
    """Of the text, in inches: none is shown wider."""
    height: float
    dpi: int
    quality: int
    """Of JPEG, as Pillow counts it."""

    def size(self, width: int, height: int, is_on_its_side: bool) -> tuple[int, int]:
        """Pixels that are enough for an image of so many. At 96 dpi or more it keeps its size on the page."""
        most = (self.height, self.width) if is_on_its_side else (self.width, self.height)
        scale = min(1.0, most[0] * self.dpi / width, most[1] * self.dpi / height)
        return ceil(width * scale), ceil(height * scale)


_QUALITIES = {"screen": (96, 65), "ebook": (150, 75), "printer": (300, 85)}


def _goal(options: Options) -> _Goal:
    width, height = paper(options)
    both = 2 * margin(options)
    return _Goal((width - both) / 72, (height - both) / 72, *_QUALITIES[options.quality])


def _smaller(resources: Mapping[str, Resource], goal: _Goal, report: Report) -> Mapping[str, Resource]:
    """The images that can be made smaller, smaller; all else as it is."""
    found = dict(resources)
    pixels = 0
    for key, resource in resources.items():
        pixels += resource.width * resource.height
        is_small = len(resource.data) < _LEAST or resource.media_type not in _SHRUNK or pixels > _MAX_DECODED
        if not is_small and (shrunk := _shrunk(resource, goal)):
            found[key] = shrunk
    changed = [key for key in found if found[key] is not resources[key]]
    before, after = (sum(len(each[key].data) for key in changed) // 1000 for each in (resources, found))
    report.facts["smaller_images"] = len(changed)
    if before > after:
        report.note(Code.IMAGE, f"Images were made smaller: {after} kB instead of {before} kB.")
    return found


def _shrunk(resource: Resource, goal: _Goal) -> Resource | None:
    """The image with no more pixels than are shown of it; None where that would be no gain, or it is damaged."""
    from PIL import Image  # 20 ms, when there are images to shrink

    try:
        image, is_drawn = _resized(resource, goal)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):  # layout will say so
        return None
    return None if image is None else _packed(image, resource, None if is_drawn else goal.quality)


def _resized(resource: Resource, goal: _Goal) -> tuple[Pillow.Image | None, bool]:
    """The image, if it can be made smaller, and whether somebody has drawn it."""
    from io import BytesIO

    from PIL import Image, ImageOps

    with Image.open(BytesIO(resource.data), formats=("PNG", "JPEG", "GIF", "WEBP")) as source:
        if source.width * source.height > MAX_PIXELS or source.mode not in _MODES:
            return None, False
        size = goal.size(source.width, source.height, source.getexif().get(_ORIENTATION, 1) > 4)
        source.draft(source.mode, size)  # a JPEG is decoded no finer than needed
        mode = "RGBA" if "transparency" in source.info else _MODES[source.mode]
        image = source if source.mode == mode else source.convert(mode)
        is_drawn = source.format != "JPEG" and image.getcolors(_DRAWN) is not None
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2)
    image = ImageOps.exif_transpose(image)
    if mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    image.info = {}  # profiles and the like, which no page uses
    return image, is_drawn


def _packed(image: Pillow.Image, resource: Resource, quality: int | None) -> Resource | None:
    """The image as a file, as a JPEG of that quality at most; None where that would be no gain."""
    kind, data = resource.media_type, b""
    if kind != "image/jpeg":
        kind, data = "image/png", _saved(image, "PNG")
    if quality is not None and image.mode != "RGBA":
        jpeg = _saved(image, "JPEG", quality=quality, optimize=True)
        if not data or len(jpeg) < _PHOTOGRAPH * len(data):
            kind, data = "image/jpeg", jpeg
    # Others are unpacked to stand in a PDF, so that fewer pixels are a gain in any case.
    if resource.media_type in ("image/jpeg", "image/png") and len(data) > _WORTH * len(resource.data):
        return None
    return Resource(kind, data, image.width, image.height, resource.name)


def _saved(image: Pillow.Image, format: str, **options: Any) -> bytes:
    from io import BytesIO

    buffer = BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


_SHRUNK = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))
_ORIENTATION = 0x0112  # Exif; above 4 an image lies on its side (CIPA DC-008, 4.6.4 A)
# Pillow's modes → those to shrink in. Inks (CMYK) and grey of 16 bits stay as they are.
_MODES = {"1": "L", "L": "L", "LA": "RGBA", "P": "RGB", "PA": "RGBA", "RGB": "RGB", "RGBA": "RGBA"}
