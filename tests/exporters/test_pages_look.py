"""How pages look: small pictures of them, drawn by PDFium, beside those that were looked at and accepted.

A line that moves by a dot is noticed; so are a colour, a font, and what stands on which page.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from compare import differences, kind
from PIL import Image
from samples import SOURCES

from exporters import Source, export
from exporters.pages.theme import THEMES

ROOT = Path(__file__).parent.parent.parent
GOLDEN = Path(__file__).parent.parent / "golden" / "pages"
PAGES = 3  # of each document, below each other
SCALE = 2.0  # dots per point, before they are made small

EXAMPLES = ROOT / "examples"
LOOKS: dict[str, tuple[Path, str, dict[str, Any]]] = {
    **{name: (source, "pdf", {}) for name, source in SOURCES.items()},
    **{f"theme {theme}": (SOURCES["everything"], "pdf", {"theme": theme}) for theme in THEMES},
    "languages": (EXAMPLES / "languages.md", "pdf", {}),
    "right to left": (EXAMPLES / "arabic.md", "pdf", {"toc": True}),
    "a book": (EXAMPLES / "handbook.md", "pdf", {"theme": "classic", "cover": True, "toc": True, "numbering": True}),
    "columns": (EXAMPLES / "handbook.md", "pdf", {"columns": 2, "page_size": "Letter", "watermark": "DRAFT"}),
    "slides": (SOURCES["everything"], "slides_pdf", {}),
}


@pytest.mark.parametrize("look", LOOKS)
def test_pages_look_as_they_were_accepted(look: str, accept: bool) -> None:
    source, format, options = LOOKS[look]
    picture = drawn(export(Source(source.read_bytes(), source.name), format, options).data)
    path = GOLDEN / f"{look.replace(' ', '_')}.png"
    if accept and (not path.exists() or differences("image/png", path.read_bytes(), picture)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(kind("image/png").golden(picture))

    command = f"Run `make golden`, look at {path.relative_to(ROOT)}, commit it."
    assert path.exists(), f"There is no picture of this. {command}"
    changed = differences("image/png", path.read_bytes(), picture)
    assert not changed, f"Pages look different: {changed}. {command}"


def test_no_picture_is_left_over() -> None:
    wanted = {f"{look.replace(' ', '_')}.png" for look in LOOKS}
    assert {path.name for path in GOLDEN.iterdir()} == wanted


def test_a_line_that_moves_by_a_point_is_noticed() -> None:
    source = Source(SOURCES["everything"].read_bytes(), "everything.md")
    one, other = (drawn(export(source, "pdf", {"font_size": size}).data) for size in (10.5, 10.6))
    assert differences("image/png", kind("image/png").golden(one), other)


def drawn(data: bytes) -> bytes:
    """The first pages below each other, as PNG."""
    with pypdfium2.PdfDocument(data) as pdf:
        pages = [pdf[number].render(scale=SCALE, grayscale=True).to_pil() for number in range(min(PAGES, len(pdf)))]
    whole = Image.new("L", (max(page.width for page in pages), sum(page.height for page in pages)), 128)
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height
    buffer = io.BytesIO()
    whole.save(buffer, "PNG")
    return buffer.getvalue()
