"""Writes the blocks and inlines of a document as HTML."""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator
from copy import replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from exporters.document import (
    Abbreviation,
    Admonition,
    AdmonitionKind,
    Block,
    BlockQuote,
    Blocks,
    Cell,
    Code,
    CodeBlock,
    DefinitionList,
    Details,
    Diagram,
    Document,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
    Heading,
    Highlight,
    Image,
    Inline,
    Inlines,
    Keyboard,
    LineBreak,
    Link,
    List,
    ListItem,
    Math,
    Paragraph,
    RawBlock,
    RawInline,
    Resource,
    Section,
    Strikethrough,
    Strong,
    Subscript,
    Superscript,
    Table,
    Tabs,
    ThematicBreak,
    Underline,
)
from exporters.document.walk import inlines, plain_text, sections
from exporters.formats.html import Options
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import metadata, urls
from exporters.toolbox.admonitions import as_github
from exporters.toolbox.escaping import html_attribute, html_text
from exporters.toolbox.highlight import Highlighter
from exporters.toolbox.html_tags import STYLED
from exporters.toolbox.words import Words

if TYPE_CHECKING:  # loaded for those documents that hold raw HTML
    from exporters.formats.html.raw import Piece, Sanitizer

# Bytes of images that are shown more than once: HTML has to hold them each time, and a source may show one image of
# 5 MB ten thousand times.
_MAX_REPEATED = 20_000_000

_LONG_LINE = 80  # characters; a line of code that may have to be scrolled
_MANY_COLUMNS = 5  # a table that may have to be scrolled

_SPACE = re.compile(r"\s")
# The first character that has a direction. Blocks, not characters: all scripts written from the right are in these.
_STRONG = re.compile(
    "[A-Za-z\u00c0-\u02b8\u0370-\u058f\u0900-\u1fff\u2c00-\u2dff\u3005-\ufb1c\uff21-\uff5a"
    "\U00010000-\U000107ff\U00011000-\U0001bfff\U00020000-\U0003ffff]"
    "|([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff])"
)


class Content:
    """One document on its way to HTML."""

    def __init__(self, document: Document, options: Options, report: Report, words: Words) -> None:
        self._options = options
        self._report = report
        self._words = words
        self._page = not options.fragment
        self._out: list[str] = []
        self._direction: str = metadata.direction(document)
        self.outline_level = 0
        """The level of the heading that the next one stands below."""
        self._last_level = 0
        self._held: set[int] = set()
        self._tab_groups = 0
        self._repeated = 0
        self._numbers = {note.label: number for number, note in enumerate(document.footnotes, 1)}
        self._mentions: dict[str, int] = {}
        self._targets = None if self._page else _link_targets(document)
        self._highlighter = Highlighter() if self._page and options.highlight else None
        self._sanitizes = options.raw_html == "sanitize"
        self._document = document

    def pieces(self) -> list[str]:
        """All that was written, still to be joined."""
        return self._out

    def body(self, without_heading: Section | None = None) -> None:
        """Writes everything but the footnotes; the heading of one section may stand elsewhere already."""
        if not self._page or self._has_raw_sections():
            self._flat(without_heading)
            return
        self._blocks(self._document.blocks)
        for section in self._document.sections:
            self._section(section, without_heading)

    def heading(self, section: Section, level: int) -> str:
        """The heading of a section."""
        self._last_level = level
        return self._captured(self._heading, level, section.heading, section.id)

    def end(self) -> None:
        """Writes the footnotes, if there are any."""
        if self._highlighter and self._highlighter.left_plain:
            self._report.note(About.STYLE, "Very long code, and code with very long lines, is not coloured.")
        if not self._document.footnotes:
            return
        # All of them before the first link back: a footnote may mention another that stands before it.
        bodies = [self._captured(self._blocks, note.blocks) for note in self._document.footnotes]
        label = html_attribute(self._words.footnotes)
        self._out.append(f'<div class="footnotes" role="doc-endnotes" aria-label="{label}">\n<ol>\n')
        for number, (note, body) in enumerate(zip(self._document.footnotes, bodies, strict=True), 1):
            self._out.append(f'<li id="fn:{number}">\n{self._with_links_back(note, number, body)}</li>\n')
        self._out.append("</ol>\n</div>\n")

    # Sections

    def _section(self, section: Section, without_heading: Section | None = None) -> None:
        outer, self.outline_level = self.outline_level, self.outline_level + 1
        bare = section is without_heading
        # What has no heading is no section: nothing would name it.
        named = _says_something(section.heading)
        if not bare:
            opening = "<section>\n" if named else f'<div id="{html_attribute(section.id)}">\n'
            self._out.append(opening + self.heading(section, self.outline_level) if named else opening)
        self._blocks(section.blocks)
        for below in section.sections:
            self._section(below)
        if not bare:
            self._out.append("</section>\n" if named else "</div>\n")
        self.outline_level = outer

    def _has_raw_sections(self) -> bool:
        if self._options.raw_html == "drop":
            return False
        every = (self._document.blocks, *(section.blocks for section in sections(self._document)))
        return any(isinstance(block, RawBlock) for blocks in every for block in blocks)

    def _flat(self, without_heading: Section | None) -> None:
        # All headings and blocks in one row: raw HTML may begin in one section and end in another.
        pieces = list(self._row_of(self._document.blocks))
        outer = self.outline_level
        for section, depth in _outline(self._document.sections):
            self.outline_level = outer + depth
            if section is not without_heading and (not self._page or _says_something(section.heading)):
                level = self.outline_level if self._page else section.level
                pieces.append(("whole", self.heading(section, level)))
            pieces += self._row_of(section.blocks)
        self.outline_level = outer
        self._assemble(pieces)

    # Blocks

    def _blocks(self, blocks: Blocks) -> None:
        if self._sanitizes and any(isinstance(block, RawBlock) for block in blocks):
            self._assemble(list(self._row_of(blocks)))
        else:
            self._each(blocks)

    def _each(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self._block(block)

    def _row_of(self, blocks: Blocks) -> Iterator[Piece]:
        for raw, group in groupby(blocks, lambda block: isinstance(block, RawBlock)):
            if raw and self._sanitizes:
                yield from (("raw", block.html) for block in group if isinstance(block, RawBlock))
            else:
                yield ("whole", self._captured(self._each, group))

    def _assemble(self, pieces: list[Piece]) -> None:
        if any(source == "raw" for source, _ in pieces):
            self._out.append(self._sanitizer.flow(pieces))
        else:
            self._out += (html for _, html in pieces)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                self._paragraph(block)
            case Heading():
                self._nested_heading(block)
            case CodeBlock():
                self._code_block(block)
            case Diagram():
                self._report.degraded(About.DIAGRAM, "Diagrams are shown as their source: no program draws them here.")
                self._code_block(CodeBlock(block.text, block.language))
            case BlockQuote():
                self._out.append(f"<blockquote{self._dir_of(block.blocks)}>\n")
                self._blocks(block.blocks)
                self._out.append("</blockquote>\n")
            case Admonition():
                self._admonition(block)
            case Details():
                self._details(block.summary, block.blocks, _alert(block.kind), block.open)
            case Tabs():
                self._tabs(block)
            case Figure():
                self._figure(block)
            case List():
                self._list(block)
            case DefinitionList():
                self._definitions(block)
            case Table():
                self._table(block)
            case ThematicBreak():
                self._out.append("<hr>\n")
            case RawBlock():
                self._raw_block(block)

    def _paragraph(self, block: Paragraph) -> None:
        if self._page and (image := _alone(block.content)):
            self._picture(block, image)
            return
        opening = f"<p{self._alignment(block.alignment)}{self._dir(block.content)}>"
        if self._sanitizes and _has_raw(block.content):
            # The paragraph's own tags go along, for raw HTML may end it: `one <div>two</div>`.
            within = self._raw_pieces(block.content)
            self._assemble([("own", opening), *within, ("own", "</p>")])
            self._out.append("\n")
            return
        self._out.append(opening)
        self._each_inline(block.content)
        self._out.append("</p>\n")

    def _nested_heading(self, block: Heading) -> None:
        level = block.level
        if self._page:
            # A page whose heading levels skip one is hard to follow for those who listen to it.
            level = min(self.outline_level + block.level, self._last_level + 1)
            self._last_level = level
            if not _says_something(block.content):
                return
        self._heading(level, block.content, block.id)

    def _heading(self, level: int, content: Inlines, id: str) -> None:
        tag, deeper = (f"h{level}", "") if level <= 6 else ("h6", f' aria-level="{level}"')
        wanted = bool(id) and (self._targets is None or id in self._targets)
        identity = f' id="{html_attribute(id)}"' if wanted else ""
        self._out.append(f"<{tag}{identity}{deeper}{self._dir(content)}>")
        self._phrases(content)
        self._out.append(f"</{tag}>\n")

    def _code_block(self, block: CodeBlock) -> None:
        language = html_attribute(block.language)
        label = f' class="language-{language}"' if language and not _SPACE.search(language) else ""
        if not self._page:
            self._out.append(f"<pre><code{label}>{html_text(block.text)}</code></pre>\n")
            return
        shown = f' data-language="{language}"' if language else ""
        # Who has no pointer scrolls with the keys, and for that the block must be reachable.
        reachable = ' tabindex="0"' if max(map(len, block.text.split("\n"))) > _LONG_LINE else ""
        self._out.append(f'<pre dir="ltr"{shown}{reachable}><code{label}>')
        tokens = self._highlighter.tokens(block.text, block.language) if self._highlighter else None
        if tokens is None:
            self._out.append(html_text(block.text))
        else:
            for kind, text in tokens:
                self._out.append(f'<span class="{kind}">{html_text(text)}</span>' if kind else html_text(text))
        self._out.append("</code></pre>\n")

    def _admonition(self, block: Admonition) -> None:
        title: Inlines = (self._words.admonition(block.kind),) if block.title is None else block.title
        self._out.append(f'<div{_alert(block.kind)} role="note">\n')
        if title:
            self._out.append('<p class="label">')
            self._phrases(title)
            self._out.append("</p>\n")
        self._blocks(block.blocks)
        self._out.append("</div>\n")

    def _details(self, summary: Inlines, blocks: Blocks, attributes: str, is_open: bool) -> None:
        self._out.append(f"<details{attributes}{' open' if is_open else ''}>\n<summary>")
        self._phrases(summary)
        self._out.append("</summary>\n")
        self._blocks(blocks)
        self._out.append("</details>\n")

    def _tabs(self, block: Tabs) -> None:
        # Of details with one name a browser opens one at a time, and no script is needed for it.
        self._tab_groups += 1
        name = f' name="tabs:{self._tab_groups}"'
        self._out.append('<div class="tabs">\n')
        for at, tab in enumerate(block.tabs):
            self._details(tab.label, tab.blocks, name, is_open=at == 0)
        self._out.append("</div>\n")

    def _figure(self, block: Figure) -> None:
        self._out.append("<figure>\n")
        match block.blocks:
            case (Paragraph(content),) if self._page and _alone(content):
                self._each_inline(content)
                self._out.append("\n")
            case blocks:
                self._blocks(blocks)
        if block.caption:
            self._out.append("<figcaption>")
            self._flow(block.caption)
            self._out.append("</figcaption>\n")
        self._out.append("</figure>\n")

    def _definitions(self, block: DefinitionList) -> None:
        self._out.append("<dl>\n")
        for item in block.items:
            for term in item.terms:
                self._out.append(f"<dt{self._dir(term)}>")
                self._phrases(term)
                self._out.append("</dt>\n")
            for description in item.descriptions:
                self._out.append("<dd>")
                match description:
                    case (Paragraph(content, None),):
                        self._flow(content)
                    case _:
                        self._out.append("\n")
                        self._blocks(description)
                self._out.append("</dd>\n")
        self._out.append("</dl>\n")

    def _list(self, block: List) -> None:
        tag = "ul" if block.start is None else "ol"
        start = f' start="{block.start}"' if block.start is not None and block.start != 1 else ""
        outer, direction = self._direction, self._dir_of(block.items[0].blocks) if block.items else ""
        self._out.append(f"<{tag}{start}{direction}>\n")
        self._turn(direction)
        for item in block.items:
            self._item(item, block.tight)
        self._direction = outer
        self._out.append(f"</{tag}>\n")

    def _item(self, item: ListItem, tight: bool) -> None:
        self._out.append('<li class="task">' if self._page and item.checked is not None else "<li>")
        rest = item.blocks
        if item.checked is not None:
            rest = self._task(item, tight)
        if rest and not (tight and isinstance(rest[0], Paragraph)):
            self._out.append("\n")
        if not tight:
            self._blocks(rest)
        elif self._sanitizes and any(isinstance(block, RawBlock) for block in rest):
            self._assemble(list(self._row_of(rest)))
        else:
            for at, block in enumerate(rest):
                if isinstance(block, Paragraph):
                    self._flow(block.content)
                    self._out.append("\n" if at + 1 < len(rest) else "")
                else:
                    self._block(block)
        self._out.append("</li>\n")

    def _task(self, item: ListItem, tight: bool) -> Blocks:
        """Writes the box with the words it belongs to, and gives the blocks that are still to write."""
        box = f'<input type="checkbox" disabled{" checked" if item.checked else ""}>'
        if not item.blocks or not isinstance(item.blocks[0], Paragraph):
            self._out.append(box)
            return item.blocks
        first, rest = item.blocks[0], item.blocks[1:]
        opening, closing = ("", "\n" if rest else "") if tight else ("\n<p>", "</p>\n")
        label, ending = ("<label>", "</label>") if self._page else ("", "")
        self._out.append(f"{opening}{label}{box} ")
        self._phrases(first.content)
        self._out.append(f"{ending}{closing}")
        return rest

    def _table(self, block: Table) -> None:
        reachable = ' tabindex="0"' if len(block.alignments) > _MANY_COLUMNS else ""
        first = next(iter((block.head, *block.rows)), ())
        outer, direction = self._direction, self._dir(first[0].content) if first else ""
        self._out.append(f'<div class="table"{reachable}>\n<table{direction}>\n' if self._page else "<table>\n")
        self._turn(direction)
        aligned = [self._alignment(each) for each in block.alignments]
        if block.head:
            self._out.append("<thead>\n")
            self._row(block.head, "th", aligned, [0] * len(aligned))
            self._out.append("</thead>\n")
        if block.rows:
            covered = [0] * len(aligned)
            self._out.append("<tbody>\n")
            for row in block.rows:
                self._row(row, "td", aligned, covered)
            self._out.append("</tbody>\n")
        self._out.append("</table>\n</div>\n" if self._page else "</table>\n")
        self._direction = outer

    def _alignment(self, alignment: str | None) -> str:
        if alignment is None:
            return ""
        # A fragment is written as GitHub writes it: what takes it in may not let styles through.
        return f' style="text-align: {alignment}"' if self._page else f' align="{alignment}"'

    def _row(self, cells: tuple[Cell, ...], tag: str, aligned: list[str], covered: list[int]) -> None:
        """Writes a row; `covered` says, and is told, for how many rows each column belongs to a cell above."""
        self._out.append("<tr>\n")
        until = 0
        for at, (cell, alignment) in enumerate(zip(cells, aligned, strict=True)):
            if at < until:
                continue
            if covered[at]:
                covered[at] -= 1
                continue
            until = at + cell.columns
            covered[at:until] = [cell.rows - 1] * len(covered[at:until])
            attributes = f"{self._scope(tag, cell)}{alignment}{_spans(cell)}{self._dir(cell.content)}"
            self._out.append(f"<{tag}{attributes}>")
            self._flow(cell.content)
            self._out.append(f"</{tag}>\n")
        self._out.append("</tr>\n")

    def _scope(self, tag: str, cell: Cell) -> str:
        if tag != "th" or not self._page:
            return ""
        return ' scope="col"' if cell.columns == 1 else ' scope="colgroup"'

    def _raw_block(self, block: RawBlock) -> None:
        if self._options.raw_html == "keep":
            self._out.append(block.html if block.html.endswith("\n") else block.html + "\n")
        else:
            self._report.lost(About.RAW_HTML, "HTML inside the source was left out, as the option raw_html=drop asks.")

    def _picture(self, block: Paragraph, image: Image) -> None:
        self._out.append(f"<figure{self._alignment(block.alignment)}>")
        self._each_inline(block.content)
        caption = f"<figcaption>{html_text(image.title)}</figcaption>" if image.title else ""
        self._out.append(f"{caption}</figure>\n")

    def _with_links_back(self, note: Footnote, number: int, body: str) -> str:
        links = [
            f'<a href="#fnref:{number}{_nth(nth)}" role="doc-backlink" '
            f'aria-label="{html_attribute(self._words.back)}{f" ({nth})" if nth > 1 else ""}">↩</a>'
            for nth in range(1, self._mentions.get(note.label, 0) + 1)
        ]
        if not links:
            return body
        together = " ".join(links)
        if body.endswith("</p>\n"):
            return f"{body.removesuffix('</p>\n')} {together}</p>\n"
        return f"{body}<p>{together}</p>\n"

    # Inlines

    def _phrases(self, content: Inlines) -> None:
        """Writes inlines where only a line may stand."""
        if self._sanitizes and _has_raw(content):
            self._out.append(self._sanitizer.phrases(self._raw_pieces(content)))
        else:
            self._each_inline(content)

    def _flow(self, content: Inlines) -> None:
        """Writes inlines where blocks may stand, too: raw HTML puts lists into the cells of tables."""
        if self._sanitizes and _has_raw(content):
            self._assemble(self._raw_pieces(content))
        else:
            self._each_inline(content)

    def _each_inline(self, content: Inlines) -> None:
        for node in content:
            self._inline(node)

    def _inline(self, node: Inline) -> None:
        match node:
            case str():
                self._out.append(html_text(node))
            case Emphasis() | Strong() | Strikethrough() | Underline() | Highlight() | Superscript() | Subscript():
                tag = _TAGS[type(node)]
                self._out.append(f"<{tag}>")
                self._each_inline(node.content)
                self._out.append(f"</{tag}>")
            case Code():
                self._out.append(f"<code>{html_text(node.text)}</code>")
            case Keyboard():
                self._out.append(f"<kbd>{html_text(node.text)}</kbd>")
            case Abbreviation():
                expansion = html_attribute(node.expansion)
                self._out.append(f'<abbr title="{expansion}">{html_text(node.text)}</abbr>')
            case Math():
                self._math(node)
            case Link():
                opening = self._link(node)
                self._out.append(opening)
                self._each_inline(node.content)
                self._out.append("</a>" if opening else "")
            case Image():
                self._out.append(self._image(node))
            case FootnoteReference():
                self._reference(node)
            case LineBreak():
                self._out.append("<br>\n")
            case RawInline():
                self._raw_inline(node)

    def _raw_pieces(self, content: Inlines) -> list[Piece]:
        """The inlines for the sanitizer: whole where they hold no raw HTML, otherwise tag by tag."""
        pieces: list[Piece] = []
        for node in content:
            match node:
                case RawInline():
                    pieces.append(("raw", node.html))
                case str():
                    pieces.append(("own", html_text(node)))
                case _ if content := _content_with_raw(node):
                    opening = self._link(node) if isinstance(node, Link) else f"<{_TAGS[type(node)]}>"
                    closing = f"</{_TAGS[type(node)]}>" if opening else ""
                    pieces += (("own", opening), *self._raw_pieces(content), ("own", closing))
                case _:
                    pieces.append(("whole", self._captured(self._inline, node)))
        return pieces

    def _math(self, node: Math) -> None:
        self._report.degraded(About.MATH, "Formulas are shown as their LaTeX source.")
        self._out.append(f'<code class="math{" display" if node.display else ""}">{html_text(node.text)}</code>')

    def _link(self, node: Link) -> str:
        """The tag that opens the link; "" where the link is not to be followed."""
        if node.url in self._document.resources:
            return self._attachment(self._document.resources[node.url])
        if not urls.is_safe(node.url):
            what = f"Links of the scheme {urls.scheme(node.url)} are only their words, for they can run code."
            self._report.lost(About.LINK, what)
            return ""
        title = f' title="{html_attribute(node.title)}"' if node.title else ""
        more = self._link_attributes(node) if self._page else ""
        return f'<a href="{html_attribute(urls.encoded(node.url))}"{title}{more}>'

    def _attachment(self, file: Resource) -> str:
        if not self._page or not self._affords(file):
            self._report.lost(About.ATTACHMENT, "Attached files are left out; the words of their links are kept.")
            return ""
        # Of no type that a browser would show: what stands in it is not this page's.
        data = _data_url(Resource("application/octet-stream", file.data))
        return f'<a href="{data}" download="{html_attribute(file.name.rpartition("/")[2])}">'

    def _affords(self, resource: Resource) -> bool:
        """Whether the page may hold a resource once more, if it holds it already."""
        if id(resource) in self._held:
            self._repeated += len(resource.data)
        self._held.add(id(resource))
        return self._repeated <= _MAX_REPEATED

    def _link_attributes(self, node: Link) -> str:
        # Paper shows the address behind the words, except where the words are the address.
        shown = urls.is_address_of(plain_text(node.content), node.url)
        foreign = ' rel="noopener noreferrer"' if urls.is_external(node.url) else ""
        return foreign + (' class="url"' if shown else "")

    def _image(self, node: Image, more: str = "") -> str:
        source = self._image_source(node.url)
        alternative = html_attribute(node.alternative)
        if source is None:
            words = html_text(node.alternative or self._words.image)
            return f'<span class="missing">{words}</span>'
        title = f' title="{html_attribute(node.title)}"' if node.title else ""
        return f'<img src="{source}" alt="{alternative}"{title}{more or self._size(node.url)}>'

    def _raw_image(self, node: Image, more: str) -> str:
        # The author of HTML knows an image by its path, not by its key.
        node = replace(node, url=self._paths.get(node.url, node.url))
        return self._image(node, more)

    def _image_source(self, url: str) -> str | None:
        resource = self._document.resources.get(url)
        if resource is not None:
            if not self._affords(resource):
                self._report.lost(About.IMAGE_UNREADABLE, "Images that repeat too often are not shown each time.")
                return None
            return _data_url(resource)
        if urls.is_safe(url) and (not self._page or urls.scheme(url) == "data"):
            return html_attribute(urls.encoded(url))
        return None

    def _size(self, url: str) -> str:
        resource = self._document.resources.get(url)
        return f' width="{resource.width}" height="{resource.height}"' if resource and resource.width else ""

    def _reference(self, node: FootnoteReference) -> None:
        number = self._numbers.get(node.label)
        if number is None:
            self._report.note(About.FOOTNOTE, f"The footnote [^{node.label}] is mentioned, but not there.")
            self._out.append(html_text(f"[^{node.label}]"))
            return
        nth = self._mentions[node.label] = self._mentions.get(node.label, 0) + 1
        self._out.append(
            f'<sup><a href="#fn:{number}" id="fnref:{number}{_nth(nth)}" role="doc-noteref">{number}</a></sup>'
        )

    def _raw_inline(self, node: RawInline) -> None:
        if self._options.raw_html == "keep":
            self._out.append(node.html)
        else:
            self._report.lost(About.RAW_HTML, "HTML inside the source was left out, as the option raw_html=drop asks.")

    # What is common to them

    @cached_property
    def _paths(self) -> dict[str, str]:
        return {resource.name: key for key, resource in self._document.resources.items() if resource.name}

    @cached_property
    def _sanitizer(self) -> Sanitizer:
        from exporters.formats.html.raw import Sanitizer

        return Sanitizer(self._document, self._report, self._raw_image)

    def _captured[*T](self, write: Callable[[*T], None], *arguments: *T) -> str:
        outer, self._out = self._out, []
        write(*arguments)
        written, self._out = self._out, outer
        return "".join(written)

    def _dir(self, content: Inlines) -> str:
        """The attribute for a line that runs the other way than what is around it, as its first letter tells."""
        if not self._page:
            return ""
        direction = _first_direction(content)
        return f' dir="{direction}"' if direction and direction != self._direction else ""

    def _dir_of(self, blocks: Blocks) -> str:
        first = blocks[0] if blocks else None
        return self._dir(first.content) if isinstance(first, Paragraph | Heading) else ""

    def _turn(self, direction: str) -> None:
        if direction:
            self._direction = "rtl" if self._direction == "ltr" else "ltr"


_TAGS = {**STYLED, Link: "a"}


def _alert(kind: AdmonitionKind | None) -> str:
    """The attribute that dresses a block as a call-out. The first class tells its colour, a second its own kind."""
    if kind is None:
        return ""
    known = as_github(kind)
    return f' class="alert {known}"' if kind == known else f' class="alert {known} {kind}"'


def _spans(cell: Cell) -> str:
    columns = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    return columns + (f' rowspan="{cell.rows}"' if cell.rows > 1 else "")


def _outline(top: tuple[Section, ...]) -> Iterator[tuple[Section, int]]:
    """Every section with its depth, from 1, in reading order."""
    stack = [(section, 1) for section in reversed(top)]
    while stack:
        section, depth = stack.pop()
        yield section, depth
        stack.extend((below, depth + 1) for below in reversed(section.sections))


def _link_targets(document: Document) -> set[str]:
    """The ids that the document's own links lead to: a fragment has no others, to leave those of its page alone."""
    return {node.url[1:] for node in inlines(document) if isinstance(node, Link) and node.url.startswith("#")}


def _has_raw(content: Inlines) -> bool:
    for node in content:  # noqa: SIM110 – asked of every paragraph, and a generator takes twice as long
        if isinstance(node, RawInline) or (type(node) is not str and _content_with_raw(node)):
            return True
    return False


def _content_with_raw(node: Inline) -> Inlines:
    """The content of a node that holds raw HTML; () for all others."""
    content: Inlines = getattr(node, "content", ())
    return content if content and _has_raw(content) else ()


def _alone(content: Inlines) -> Image | None:
    """The image that is all there is, or all that a link holds."""
    if len(content) != 1:
        return None
    match content[0]:
        case Image():
            return content[0]
        case Link(content=(Image() as image,)):
            return image
    return None


def _says_something(heading: Inlines) -> bool:
    return bool(plain_text(heading)) or any(isinstance(node, Image | Link) for node in heading)


def _first_direction(content: Inlines) -> str:
    for node in content:
        match node:
            case str():
                found = _STRONG.search(node)
                if found:
                    return "rtl" if found[1] else "ltr"
            case (
                Abbreviation()
                | Keyboard()
                | Code()
                | Math()
                | Image()
                | FootnoteReference()
                | LineBreak()
                | RawInline()
            ):
                pass
            case _:
                inner = _first_direction(node.content)
                if inner:
                    return inner
    return ""


def _data_url(resource: Resource) -> str:
    return f"data:{resource.media_type};base64,{b2a_base64(resource.data, newline=False).decode()}"


def _nth(nth: int) -> str:
    return f":{nth}" if nth > 1 else ""
