"""What a format says about itself."""

from __future__ import annotations

from exporters.frozen import frozen
from exporters.options import NoOptions


@frozen
class Exporter:
    """The declaration in a format's `__init__.py`.

    The format's name is its folder's name, its description the first line of the module's docstring, and its work the
    function `export(document, options, report) -> bytes` in the `export.py` beside it.
    """

    extension: str
    """With its dot."""
    media_type: str
    """As the browser is to see it."""
    memory_mb: int
    """What its Lambda gets. Say in a comment which measurement it rests on."""
    timeout_s: int
    layers: tuple[str, ...] = ()
    """Folders of `layers/` that hold what it runs on."""
    keeps_html: bool = False
    """Whether it takes HTML inside a document as it is (`RawBlock`, `RawInline`). For the others it is read before."""
    options: type[object] = NoOptions
    """See `exporters.options`."""
    concurrency: int = 10
    """How many may run at once; at least 2."""
