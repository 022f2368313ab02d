"""What a format says about itself."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.frozen import frozen
from exporters.options import NoOptions, written


@frozen
class FileType:
    """What a file is to whoever gets it."""

    extension: str
    """With its dot."""
    media_type: str
    """As the browser is to see it."""


@frozen
class Instead:
    """Another type of file, which a format makes where an option has a certain value."""

    option: str
    value: object
    type: FileType

    @property
    def written(self) -> str:
        """The option with its value, as people write it on a command line."""
        return f"{self.option}={written(self.value)}"


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
    instead: tuple[Instead, ...] = ()
    """Other types of file that it makes, and for which option; the first that applies counts."""
    pictures_of: str = ""
    """The format whose pages it shows, where nobody can get any text out of its files. What becomes of a document is
    told there."""

    def file_type(self, options: object) -> FileType:
        """What its file is with these options: known before there is a file, for links are made before."""
        applies = (each.type for each in self.instead if getattr(options, each.option) == each.value)
        return next(applies, self.usual)

    @property
    def usual(self) -> FileType:
        """What its file is unless an option says otherwise."""
        return FileType(self.extension, self.media_type)

    def extensions(self) -> Iterator[str]:
        """All endings that its files may have; the usual one first."""
        yield self.extension
        yield from (each.type.extension for each in self.instead)
