"""What a format says about itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

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


type Lack = Literal[
    "underline", "strikethrough", "highlight", "superscript", "subscript", "code", "keys", "line breaks", "formulas",
    "inner links", "levels", "alignment", "rules", "languages", "diagrams", "headings", "captions", "footnotes",
    "mentions", "callouts", "kinds", "details", "tabs", "definitions", "numbers", "blocks in lists", "headless tables",
    "merged cells", "column alignment", "breaks in cells", "links in cells", "empty cells", "map",
]  # fmt: skip
"""What a format that pandoc makes may not be able to hold; `toolbox.pandoc_lacks` says what becomes of each."""


@frozen
class Pandoc:
    """How pandoc makes the files of a format."""

    writer: str
    """What pandoc calls the format, with the extensions that it is to have."""
    lacks: tuple[Lack, ...] = ()
    """What its files cannot hold, beside what none of these formats can: the report tells who has such a thing."""
    images: tuple[str, ...] = ()
    """The media types of images that its files hold; others are their alternative text."""
    image_mb: int = 20
    """How much all of them have together: for more, pandoc takes more memory or time than it may have."""
    title: Literal["stated", "heading"] = "stated"
    """Whether its files have a place for the title, the authors and the date, or say them at the begin of the text."""
    keywords: bool = True
    """Whether pandoc's template takes keywords for text, and not for a program."""
    callouts: Literal["quotes", "blocks", "titled blocks"] = "quotes"
    """As what call-outs are written: as quotes, or as blocks of their kind, whose title may have a place of its own."""
    cells: bool = False
    """Whether its files have cells, one for each section and for each piece of Python."""
    names_all: bool = False
    """Whether all headings have names that links can lead to, and not only those that some do lead to."""
    variables: tuple[tuple[str, str], ...] = ()
    """What pandoc's template is to be told of every document."""
    longest_title: int = 0
    """Characters that there is room for where its files have a place for the title; 0 for any number of them."""
    formulas: Literal["any", "harmless", "without signs of XML"] = "any"
    """Which formulas its files hold as they are: where a TeX reads them, only those that ask it for nothing else, and
    where pandoc does not escape them, only those that need it not. Others are code."""


@frozen
class Large:
    """A second function of a format, for sources that need much more than the others do.

    It is worth its price where the measurements of a format's large sources and those of its small ones are far apart:
    a function is billed for all the memory that it has, however little of it an export needs. While nobody exports it
    costs what a further queue costs, about $0.10 a month.
    """

    memory_mb: int
    """What it gets, at least as much as the other one. Say in a comment which measurement it rests on."""
    timeout_s: int
    """Seconds, at least as many as the other one has."""
    from_bytes: int
    """The size from which on a source goes to it at once.

    In bytes of what was uploaded, which is all that is known before somebody reads it: of a bundle those of the zip,
    and so mostly of its images, which are not what takes memory in every format.

    A smaller source that is too much for the other function all the same is given to this one when that has failed,
    which costs the time and the money of a try in vain. So most of those that need it should be as large as this.
    """


@frozen
class Exporter:
    """The declaration in a format's `__init__.py`.

    The format's name is its folder's name, its description the first line of the module's docstring, and its work the
    function `export(document, options, report) -> bytes` in the `export.py` beside it; or what `pandoc` says.
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
    concurrency: int | None = None
    """How many may run at once, from 2 to 1,000; None for as many as Lambda finds room for.

    Only for a format whose exports go on for long, so that it leaves the others room: an account runs 1,000 functions
    at once, all formats together. The queue of one with a cap is polled by five pollers even while nothing is on it,
    others by two: that is $0.16 a month.

    What the others take is bounded by the dispatcher. Ten of it run, each with one upload at a time; to look at an
    upload takes 20 ms, to put a job on a queue 10 ms. So at most 330 jobs a second are made of uploads for one format,
    and never more than 1,000 in all. An export of 0.3 s makes 100 runs at once of the first, and 300 of the second.
    """
    next: bool = False
    """Whether a new version of it can be tried on a part of the jobs first: it has a second queue for them then."""
    large: Large | None = None
    """What its large sources get, where that is to be more than the others have; `concurrency` is for each of both."""
    instead: tuple[Instead, ...] = ()
    """Other types of file that it makes, and for which option; the first that applies counts."""
    pictures_of: str = ""
    """The format whose pages it shows, where nobody can get any text out of its files. What becomes of a document is
    told there."""
    pandoc: Pandoc | None = None
    """For a format that pandoc makes: its folder has the declaration and nothing else."""

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
