"""The document as a web page of slides."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.document import Diagram, Document, Image, Math, Section
from exporters.document.walk import plain_text
from exporters.formats.slides_html import Options
from exporters.report import Report
from exporters.toolbox import metadata
from exporters.toolbox.deck import Deck
from exporters.toolbox.deck_feet import feet, foot
from exporters.toolbox.deck_heights import Size
from exporters.toolbox.deck_slide import Settings, Slide
from exporters.toolbox.escaping import html_attribute, html_text
from exporters.toolbox.words import words
from exporters.web import settings as web
from exporters.web.content import Content
from exporters.web.page import Frame, encoded, first_heading, head, style

_FOLDER = __file__.rpartition("/")[0]
# Of slides.js, the only script that may run. Computed, it would take 4 ms at each start, to import what does that.
_HASH = "LW8qNkfiZurUktR4zXGA7wCwcjSD27NVcEME6Xy1tks="
_HEIGHT = 540.0  # points, of a slide as it is planned
_POINTS_PER_PIXEL = 0.75
_WITHOUT_SIZE = 300, 150  # pixels: of an image that says nothing of its size (CSS 2.2, 10.3.2)
_LABEL = 80  # characters of a heading, as the name of a slide
# What each button does, what it shows, and what it is called. No table has these words in other languages.
_BUTTONS = (
    ("back", "‹", "Previous slide"),
    ("next", "›", "Next slide"),
    ("overview", "⊞", "All slides (O)"),
    ("notes", "✎", "Notes of the speaker (N)"),
    ("full", "⛶", "Full screen (F)"),
)


def export(document: Document, options: Options, report: Report) -> bytes:
    """The slides as UTF-8 HTML. Raises `SourceTooLarge`."""
    return encoded(_DeckWriter(document, options, report).pieces(), report)


class _DeckWriter:
    """The state of one export."""

    def __init__(self, document: Document, options: Options, report: Report) -> None:
        self._document = document
        self._options = options
        self._report = report
        self._words = words(metadata.language(document))
        width = 960.0 if options.aspect == "16:9" else 720.0
        self._settings = Settings(
            width,
            _HEIGHT,
            options.font_size,
            options.slide_level,
            options.map,
            options.notes == "speaker",
            widening=1.07,  # such as Noto Sans and Verdana are wider than Arial
            longest_note=float("inf"),  # what is higher than a slide is scrolled
        )
        self._deck = Deck(document, self._settings, self._size)
        self._content = Content(document, web.Settings("drop", options.highlight), report, self._words)
        self._above = 1
        """The level of the headings of the highest sections."""

    def _size(self, node: Image | Diagram | Math) -> Size | None:
        """How large an image is by itself; what else is drawn is measured by its source."""
        if not isinstance(node, Image) or node.url not in self._document.resources:
            return None
        its = self._document.resources[node.url]
        if not its.media_type.startswith("image/"):
            return None
        width, height = (its.width, its.height) if its.width and its.height else _WITHOUT_SIZE
        return Size(width * _POINTS_PER_PIXEL, height * _POINTS_PER_PIXEL)

    def pieces(self) -> Iterator[str]:
        """The page, in pieces."""
        document, options = self._document, self._options
        slides = list(self._deck.slides()) or [Slide("text")]
        self._report.facts["slides"] = len(slides)
        self._above = 2 if self._deck.has_title and not slides[0].id else 1
        script = _read("slides.js")
        policy = (
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
            f"script-src 'sha256-{_HASH}'"
        )
        frame = Frame(policy, f"<style>\n{style()}{_read('slides.css')}{self._page_size()}</style>", options.theme)
        scheme = "" if options.theme == "auto" else f"; color-scheme: {options.theme}"
        shape = self._settings.width / self._settings.height
        unit = options.font_size / self._settings.width
        yield "<!DOCTYPE html>\n"
        yield (
            f'<html lang="{metadata.language(document)}" dir="{metadata.direction(document)}" '
            f'data-size="{options.font_size:g}" style="--shape: {shape:.5g}; --unit: {unit:.5g}{scheme}">\n'
        )
        yield head(document, self._deck.title or first_heading(document) or self._words.untitled, frame)
        yield "<body>\n<main>\n"
        said = feet(document, self._deck.title, options.footer)
        for number, slide in enumerate(slides, 1):
            if slide.kind == "notes" and slide.part > 1:
                continue  # they are all on the first of these
            yield from self._slide(slide, number, len(slides), said)
        self._content.tell()
        yield "</main>\n"
        buttons = (
            f'<button type="button" data-act="{act}" aria-label="{name}" title="{name}">{sign}</button>'
            for act, sign, name in _BUTTONS
        )
        yield f'<nav class="controls" lang="en" dir="ltr" aria-label="Slides" hidden>{"".join(buttons)}'
        yield '<span class="place" role="status"></span></nav>\n'
        yield f"<script>{script}</script>\n</body>\n</html>\n"

    def _page_size(self) -> str:
        height = 10 * self._settings.height / self._settings.width
        return f"@page {{ size: 10in {height:g}in; margin: 0; @bottom-center {{ content: none }} }}\n"

    def _slide(self, slide: Slide, number: int, count: int, said: tuple[str, str, str]) -> Iterator[str]:
        name = plain_text(slide.heading)[:_LABEL] or self._deck.title or self._words.untitled
        label = html_attribute(f"{number} / {count}: {name}")
        yield (
            f'<section class="slide" id="slide:{number}" tabindex="-1" aria-roledescription="slide" '
            f'aria-label="{label}">\n'
        )
        match slide.kind:
            case "title":
                yield self._title(slide)
            case "map":
                yield f'<div class="sheet">\n{self._map()}{self._foot(slide, number, count, said)}</div>\n'
            case "words" | "divider":
                kind = "opening" if slide.kind == "divider" else "statement"
                below = self._foot(slide, number, count, said) if slide.kind == "words" else ""
                heading = self._heading(slide)
                look = _variables(head=slide.title_scale)
                yield f'<div class="sheet {kind}"{look}>\n{heading}{self._content.notes()}{below}</div>\n'
            case "text":
                yield self._text(slide, self._foot(slide, number, count, said))
            case "notes":
                heading = f'<div class="head">{self._heading(slide)}</div>\n'
                notes = f'<div class="body notes-slide">\n{self._content.notes(last=True)}</div>\n'
                yield f'<div class="sheet">\n{heading}{notes}{self._foot(slide, number, count, said)}</div>\n'
        if slide.notes:
            yield f'<aside class="speaker">\n{self._content.html(slide.notes)}</aside>\n'
        yield "</section>\n"

    def _title(self, slide: Slide) -> str:
        document = self._document
        subtitle = metadata.stated(document, "subtitle")
        below = f'<p class="subtitle">{html_text(subtitle)}</p>\n' if subtitle else ""
        people = html_text(" · ".join(metadata.authors(document)))
        date = html_text(metadata.stated(document, "date"))
        rows = [row for row in (people, f"<time>{date}</time>" if date and _is_date(date) else date) if row]
        byline = f'<p class="byline">{"<br>".join(rows)}</p>\n' if rows else ""
        size = _variables(head=_title_scale(plain_text(slide.heading)))
        self._content.outline_level = 0
        heading = self._content.heading(Section(1, slide.heading, slide.id), 1)
        title = f'<div class="title">\n{heading}{below}</div>\n'
        return f'<div class="sheet opening title-slide"{size}>\n{title}{byline}</div>\n'

    def _map(self) -> str:
        drawing = self._content.map(alone=self._options.map == "drawing")
        return drawing or f"<p>{html_text(self._deck.title or self._words.untitled)}</p>\n"

    def _heading(self, slide: Slide) -> str:
        level = min(slide.level - 1 + self._above, 6)
        self._content.outline_level = self._above - 1
        written = self._content.heading(Section(slide.level, slide.heading, slide.id), level)
        if slide.part == 1:
            return written
        end = f"</h{level}>\n"
        return f'{written.removesuffix(end)} <span class="part">({slide.part})</span>{end}'

    def _text(self, slide: Slide, below: str) -> str:
        heading = ""
        if slide.heading:
            size = _variables(head=slide.title_scale)
            heading = f'<div class="head"{size}>{self._heading(slide)}</div>\n'
        content = self._content
        placed = slide.picture
        if placed is None:
            body = f'<div class="body">\n{content.html(slide.blocks)}</div>\n'
        else:
            before, picture, after = (
                slide.blocks[: placed.at],
                slide.blocks[placed.at : placed.at + 1],
                slide.blocks[placed.at + 1 :],
            )
            tall = _variables(tall=placed.size.height / self._settings.font_size)
            texts = [content.html(before), content.html(picture), content.html(after)]
            shown = f'<div class="picture"{tall}>\n{texts[1]}</div>\n'
            if placed.is_beside:
                body = f'<div class="body beside">\n<div class="text">\n{texts[0]}{texts[2]}</div>\n{shown}</div>\n'
            else:
                body = f'<div class="body">\n{texts[0]}{shown}{texts[2]}</div>\n'
        return f'<div class="sheet"{_variables(scale=slide.scale)}>\n{heading}{body}{content.notes()}{below}</div>\n'

    def _foot(self, slide: Slide, number: int, count: int, said: tuple[str, str, str]) -> str:
        words = [
            "".join(str(number) if piece is None else piece for piece in foot(part, slide.chapter, count))
            for part in said
        ]
        spans = "".join(f"<span>{html_text(each)}</span>" for each in words)
        return f'<footer class="foot">{spans}</footer>\n' if any(said) else ""


def _variables(**values: float) -> str:
    """What the style sheet asks of an element, where it is not as usual."""
    said = "; ".join(f"--{name}: {value:.4g}" for name, value in values.items() if value != 1)
    return f' style="{said}"' if said else ""


def _title_scale(title: str) -> float:
    """How large the title of all is: two lines of it have room, and more in smaller letters."""
    return 1.0 if len(title) < 70 else 0.75 if len(title) < 120 else 0.55


def _is_date(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and (text[:4] + text[5:7] + text[8:]).isdecimal()


def _read(name: str) -> str:
    with open(f"{_FOLDER}/{name}", encoding="utf-8") as file:  # noqa: PTH123 – pathlib takes 6 ms to import
        return file.read()
