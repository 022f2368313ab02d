"""Writes what stands within a line.

reStructuredText has no markup within markup. So a line is cut into runs that have one dress each, and the run that is
a link or code is only that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from exporters.document.nodes import (
    Abbreviation,
    Code,
    Document,
    Emphasis,
    FootnoteReference,
    Highlight,
    Image,
    Inlines,
    Keyboard,
    LineBreak,
    Link,
    Math,
    RawInline,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Underline,
)
from exporters.document.walk import plain_text
from exporters.formats.rst import escaping
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import raw_html, urls
from exporters.toolbox.abbreviations import Abbreviations
from exporters.toolbox.footnotes import note_missing
from exporters.toolbox.leads import Leads, address
from exporters.toolbox.words import Words

BREAK = "\v"
"""Stands for a break that the author asked for."""

# As the HTML that Docutils makes calls them, so that it has the tags of these names.
_ROLES: dict[type, str] = {
    Superscript: "sup",
    Subscript: "sub",
    Strikethrough: "del",
    Underline: "u",
    Highlight: "mark",
    Keyboard: "kbd",
}
_KNOWN_ROLES = frozenset(("sup", "sub"))
_DATA_LINE = 100  # characters of an image that has no name
_BEFORE = "([{"
_AFTER = ".,;:!?)]}-/'\""
_SUFFIX = "`:"  # what is behind a role may begin another that stands at its end: `a`:sup:


class _Dress(NamedTuple):
    style: type | None = None
    target: str = ""
    """Where it leads, as it stands between pointed brackets."""


class _Run(NamedTuple):
    words: str
    """As they are to be written where `is_markup`, otherwise as they are."""
    dress: _Dress = _Dress()
    is_markup: bool = False


class Writer:
    """The lines of one document."""

    def __init__(self, document: Document, report: Report, words: Words) -> None:
        self._document = document
        self._report = report
        self._words = words
        self._leads = Leads(document, report)
        self._numbers = {note.label: number for number, note in enumerate(document.footnotes, 1)}
        self._abbreviations = Abbreviations()
        self._names: dict[str, str] = {}
        self._taken_names: set[str] = set()
        self._images: dict[tuple[str, str], str] = {}
        self.roles: set[str] = set()
        """Those that are used and have to be declared."""

    def line(self, content: Inlines) -> str:
        """A line that cannot be broken: a heading, a term."""
        if any(isinstance(each, LineBreak) for each in content):
            self._report.degraded(About.STYLE, "Line breaks in headings and captions are written as spaces.")
        return " ".join(self.write(content).replace(BREAK, " ").split("\n")).strip()

    def write(self, content: Inlines) -> str:
        """A line, with `BREAK` where it is broken; newlines stand for blanks."""
        out: list[str] = []
        last = ""
        was_markup = False
        for run in self._merged(self._runs(content, _Dress())):
            for piece, is_markup in self._pieces(run):
                if is_markup:
                    if last and not (last.isspace() or (last in _BEFORE and piece.strip("*`|:")[:1].isalnum())):
                        out.append("\\ ")
                elif was_markup and not (piece[0].isspace() or (piece[0] in _AFTER and last + piece[0] != _SUFFIX)):
                    out.append("\\ ")
                out.append(piece)
                last, was_markup = piece[-1], is_markup
        return "".join(out)

    def target(self, id: str) -> str:
        """The line before what links with this id lead to."""
        return f".. _{self._name(id)}:"

    def substitutions(self) -> list[str]:
        """What stands for the images within lines."""
        lines: list[str] = []
        for (url, alternative), name in self._images.items():
            first, *rest = self.image_address(url)
            lines += ("", f".. |{name}| image:: {first}", *rest, *self.alternative(alternative))
        return lines

    def image_address(self, key: str) -> list[str]:
        """What names an image that came with the source, in lines, or all of it; blanks in it mean nothing."""
        resource = self._document.resources[key]
        if resource.name:
            what = "Images are not in the file: it names them, and shows those that lie beside it."
            self._report.degraded(About.IMAGE, what)
        named = address(resource)
        return [named[:_DATA_LINE], *(f"   {each}" for each in _cut(named[_DATA_LINE:], _DATA_LINE))]

    def alternative(self, words: str) -> list[str]:
        """The option of an image for those who do not see it."""
        said = escaping.plain(" ".join(words.split()))
        return [f"   :alt: {escaping.text(said)}"] if said else []

    def link_target(self, url: str) -> str:
        """Where an image leads; "" for nowhere."""
        lead = self._leads.of(url)
        if lead.to == "inside":
            return f"{self._name(lead.address)}_"
        return _address(lead.address)

    def is_there(self, image: Image) -> bool:
        """Whether an image came with the source."""
        return image.url in self._document.resources

    # Runs

    def _runs(self, content: Inlines, dress: _Dress) -> Iterator[_Run]:
        for node in content:
            match node:
                case str():
                    yield _Run(escaping.plain(node), dress)
                case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                    if dress != _Dress():
                        self._nested()
                    yield from self._runs(node.content, dress._replace(style=type(node)))
                case Code():
                    yield self._only(_code(node.text), dress)
                case Keyboard():
                    yield _Run(escaping.plain(node.text), dress._replace(style=Keyboard))
                case Abbreviation():
                    yield _Run(escaping.plain(self._abbreviations.said(node)), dress)
                case Math():
                    yield self._only(self._math(node), dress)
                case Link():
                    yield from self._link(node, dress)
                case Image():
                    yield self._image(node, dress)
                case FootnoteReference():
                    yield self._reference(node, dress)
                case LineBreak():
                    yield _Run(BREAK)
                case RawInline():
                    if raw_html.is_line_break(node.html):
                        yield _Run(BREAK)
                    elif not raw_html.is_comment(node.html):
                        self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.")

    def _merged(self, runs: Iterator[_Run]) -> Iterator[_Run]:
        """Neighbours of one dress as one run."""
        last: _Run | None = None
        for run in runs:
            if last and last.dress == run.dress and not (last.is_markup or run.is_markup) and run.words != BREAK:
                last = last._replace(words=last.words + run.words)
                continue
            if last:
                yield last
            last = run
        if last:
            yield last

    def _pieces(self, run: _Run) -> Iterator[tuple[str, bool]]:
        """What is written for a run, each with whether it is markup. Blanks at its ends are none of it."""
        words = run.words
        if not words:
            return
        if run.is_markup:
            yield words, True
            return
        if run.dress == _Dress() or not words.strip():
            yield (words if words == BREAK else escaping.text(words)), False
            return
        inner = words.strip()
        before, _, after = words.partition(inner)
        if before:
            yield before, False
        yield self._dressed(inner, run.dress), True
        if after:
            yield after, False

    def _dressed(self, words: str, dress: _Dress) -> str:
        if dress.target:
            return f"`{escaping.link(words)} <{dress.target}>`__"
        if dress.style is Emphasis:
            return f"*{escaping.text(words)}*"
        if dress.style is Strong:
            return f"**{escaping.text(words)}**"
        return self._role(_ROLES[dress.style or Keyboard], words)

    def _role(self, name: str, words: str) -> str:
        if name not in _KNOWN_ROLES:
            self.roles.add(name)
        return f":{name}:`{escaping.role(words)}`"

    # Nodes

    def _only(self, markup: str, dress: _Dress) -> _Run:
        """What cannot be dressed."""
        if dress != _Dress():
            self._nested()
        return _Run(markup, is_markup=True) if markup else _Run("")

    def _nested(self) -> None:
        what = "Words that are dressed in several ways have one of them: reStructuredText has no markup within markup."
        self._report.degraded(About.STYLE, what)

    def _math(self, node: Math) -> str:
        formula = escaping.plain(" ".join(node.text.split()))
        if not formula:
            return ""
        if "`" in formula or formula.endswith("\\"):
            self._report.degraded(About.MATH, "Formulas with a backquote are shown as their LaTeX source.")
            return _code(formula)
        return f":math:`{formula}`"

    def _link(self, node: Link, dress: _Dress) -> Iterator[_Run]:
        lead = self._leads.of(node.url)
        if node.title and lead.to != "nowhere":
            self._report.degraded(About.LINK, "The titles of links are left out.")
        match lead.to:
            case "nowhere":
                yield from self._runs(node.content, dress)
                return
            case "inside":
                target = f"{self._name(lead.address)}_"
            case "outside":
                target = _address(lead.address)
        if len(node.content) == 1 and isinstance(node.content[0], Image):
            yield from self._runs(node.content, dress)  # no name can stand for an image that leads somewhere
            self._report.degraded(About.LINK, "Images within a line lead nowhere.")
            return
        said = plain_text(node.content)
        if lead.to == "outside" and lead.address == said and _stands_alone(said):
            yield self._only(said, dress)
        elif not said:
            yield _Run(node.url, _Dress(None, target))
        else:
            if dress != _Dress():
                self._nested()
            yield from self._runs(node.content, _Dress(None, target))

    def _image(self, node: Image, dress: _Dress) -> _Run:
        if not self.is_there(node):
            return _Run(escaping.plain(missing(node, self._words)), dress)
        key = node.url, node.alternative
        name = self._images.setdefault(key, f"image-{len(self._images) + 1}")
        return self._only(f"|{name}|", dress)

    def _reference(self, node: FootnoteReference, dress: _Dress) -> _Run:
        number = self._numbers.get(node.label)
        if number is None:
            note_missing(node.label, self._report)
            return _Run(escaping.plain(f"[^{node.label}]"), dress)
        return _Run(f"[{number}]_", is_markup=True)

    def _name(self, id: str) -> str:
        """The name of what links with this id lead to. Names differ by more than case."""
        if id not in self._names:
            name = id if _is_simple(id) else f"s{len(self._names) + 1}"
            while name.casefold() in self._taken_names:
                name = f"{name}-{len(self._names) + 1}"
            self._taken_names.add(name.casefold())
            self._names[id] = name
        return self._names[id]


def missing(image: Image, words: Words) -> str:
    """What stands for an image that did not come with the source."""
    return f"[{words.image}: {image.alternative}]" if image.alternative else f"[{words.image}]"


def _code(text: str) -> str:
    words = escaping.plain(" ".join(text.split("\n")))
    if not words.strip():
        return ""
    if words != words.strip() or "``" in words or words[0] == "`" or words[-1] in "`\\":
        return f":literal:`{escaping.role(words.strip())}`"
    return f"``{words}``"


def _address(url: str) -> str:
    # What ends with a line would be the name of a target.
    return f"{url[:-1]}\\_" if url.endswith("_") else url


def _stands_alone(url: str) -> bool:
    """Whether an address is taken for one, to its end, without any markup."""
    plain = url.isascii() and url[-1].isalnum() and not set(url) & set("*`|_()")
    return plain and urls.scheme(url) in ("http", "https")


def _cut(text: str, length: int) -> Iterator[str]:
    return (text[at : at + length] for at in range(0, len(text), length))


def _is_simple(id: str) -> bool:
    # Not a number, which is the name of a footnote.
    return not id.isdigit() and all(part.isalnum() for part in id.split("-"))
