"""What stands within a line, as pandoc's JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from exporters.document.nodes import (
    Abbreviation,
    Code,
    Document,
    Emphasis,
    FootnoteReference,
    Highlight,
    Image,
    Inline,
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
from exporters.exporter import Lack, Pandoc
from exporters.report import Code as About
from exporters.report import Report
from exporters.toolbox import metadata, raw_html, urls
from exporters.toolbox.escaping import without_controls
from exporters.toolbox.leads import report_unsafe
from exporters.toolbox.pandoc_escapes import Marks, marks
from exporters.toolbox.pandoc_lacks import LACKS
from exporters.toolbox.words import words

SPACE = ',{"t":"Space"}'
BREAK = ',{"t":"LineBreak"}'
NO_ATTRIBUTES = '["",[],[]]'

_BLANKS = " \t\n\r\f\v"
_BLANK = re.compile(f"[{_BLANKS}]+")
# Text in which no syntax sees markup, whatever stands around it. pandoc makes a node of each word, and its writers look
# for markup word by word; but a third of what an export takes is to read these nodes, so harmless text is one of them.
# Its repetitions never go back, or each character of a paragraph would take 120 bytes.
_HARMLESS = re.compile(r"[^\W\d_](?:[^\W_]++|[ .,;?’“”–—…°€]++|%(?!%)|(?<=[^\W_])-(?=[^\W_]))*+")

_PAGE_PIXELS = 600  # what is wider is made as wide as the text on an A4 page
_PAGE_WIDTH = "6.25in"  # the same


class InlineTree:
    """The inlines of one document on their way to pandoc. Every node that it writes begins with a comma."""

    def __init__(self, document: Document, pandoc: Pandoc, report: Report, targets: frozenset[str]) -> None:
        from json.encoder import encode_basestring  # json takes 2 ms

        self._quoted: Callable[[str], str] = encode_basestring
        self._document = document
        self._pandoc = pandoc
        self._report = report
        self._targets = targets
        self._syntax = pandoc.writer.partition("-")[0]
        self._marks = marks(self._syntax)
        self._words = words(metadata.language(document))
        self._out: list[str] = []
        self._in_link = self._in_cell = False
        self._worn: set[str] = set()
        self._explained: set[str] = set()
        self._shown = 0
        """Bytes of images, each time that they are."""
        self.impossible = 0
        """How many characters became U+FFFD."""

    # Nodes

    def _each[T](self, write: Callable[[T], None], nodes: Iterable[T]) -> None:
        """Writes nodes as an array."""
        self._out.append("[")
        at = len(self._out)
        for node in nodes:
            write(node)
        self._end(at, "]")

    def _end(self, at: int, bracket: str) -> None:
        """Ends what began with the piece before `at`: of the nodes in it, the first has no comma before it."""
        out = self._out
        if len(out) > at:
            out[at] = out[at][1:]
        out.append(bracket)

    def _line(self, content: Inlines) -> None:
        self._each(self._inline, content)

    def _node(self, kind: str, content: Inlines) -> None:
        """Writes a node that holds a line and nothing else."""
        self._out.append(f',{{"t":"{kind}","c":')
        self._line(content)
        self._out.append("}")

    def _dressed(self, kind: str, content: Inlines) -> None:
        # Where one stands in another of its kind, half the syntaxes take the second mark for the end of the first.
        if kind in self._worn:
            for each in content:
                self._inline(each)
            return
        self._worn.add(kind)
        self._node(kind, content)
        self._worn.remove(kind)

    def _inline(self, node: Inline) -> None:
        match node:
            case str():
                self._text(node)
            case Emphasis():
                self._dressed("Emph", node.content)
            case Strong():
                self._dressed("Strong", node.content)
            case Strikethrough():
                self._strikethrough(node)
            case Underline():
                self._lacks("underline")
                self._dressed("Underline", node.content)
            case Highlight():
                self._highlight(node)
            case Superscript():
                self._lacks("superscript")
                self._dressed("Superscript", node.content)
            case Subscript():
                self._lacks("subscript")
                self._dressed("Subscript", node.content)
            case Code():
                self._lacks("code")
                self._code(node.text)
            case Keyboard():
                self._said("keys")
                self._code(node.text)
            case Abbreviation():
                self._abbreviation(node)
            case Math():
                self._math(node)
            case Link():
                self._link(node)
            case Image():
                self._image(node)
            case FootnoteReference():
                self._reference(node)
            case LineBreak():
                self._break()
            case RawInline():
                self._raw_inline(node)

    # Text

    def _string(self, text: str) -> str:
        """The text as JSON has it."""
        text, impossible = without_controls(text)
        self.impossible += impossible
        return self._quoted(text)

    def _text(self, text: str) -> None:
        if "\n" in text and not text.isascii():
            from exporters.toolbox.columns import LINE_END_IN_CHINESE  # 1 ms

            text = LINE_END_IN_CHINESE.sub("", text)
        out = self._out
        within = text.strip(_BLANKS)
        if not within:
            if text:
                out.append(SPACE)
            return
        if text[0] in _BLANKS:
            out.append(SPACE)
        if "\n" in within:
            within = within.replace("\n", " ")
        if self._marks is not None:
            self._marked(within, self._marks)
        elif _HARMLESS.fullmatch(within):
            out.append(f',{{"t":"Str","c":{self._quoted(within)}}}')
        else:
            out.append(SPACE.join(f',{{"t":"Str","c":{self._string(word)}}}' for word in _BLANK.split(within)))
        if text[-1] in _BLANKS:
            out.append(SPACE)

    def _marked(self, text: str, marks: Marks) -> None:
        """Writes text in a syntax for which pandoc does not escape everything."""
        out = self._out
        begins = out[-1] == "[" or out[-1] == BREAK
        expression = marks.in_cells if self._in_cell else marks.in_links if self._in_link else marks.anywhere
        if _HARMLESS.fullmatch(text) and not expression.search(text) and not (begins and marks.at_begin.search(text)):
            out.append(f',{{"t":"Str","c":{self._quoted(text)}}}')
            return
        at = len(out)
        for word in _BLANK.split(text):
            out.append(SPACE)
            for piece, is_mark in marks.parted(word, begins, expression):
                if is_mark:
                    self._raw(piece)
                elif piece:
                    out.append(f',{{"t":"Str","c":{self._string(piece)}}}')
            begins = False
        del out[at]

    def _raw(self, marks: str) -> None:
        """Writes marks of the syntax itself. Never text of a document."""
        self._out.append(f',{{"t":"RawInline","c":["{self._syntax}",{self._quoted(marks)}]}}')

    def _break(self) -> None:
        if self._in_cell and "breaks in cells" in self._pandoc.lacks:
            self._said("breaks in cells")
            self._out.append(SPACE)
        else:
            self._lacks("line breaks")
            self._out.append(BREAK)

    def _code(self, text: str) -> None:
        text = text.replace("\n", " ")
        if self._marks is not None:
            if around := self._marks.around_code:
                self._raw(around[0])
                self._text(text)
                self._raw(around[1])
                return
            text = self._marks.unended(text)
        self._out.append(f',{{"t":"Code","c":[{NO_ATTRIBUTES},{self._string(text)}]}}')

    def _abbreviation(self, node: Abbreviation) -> None:
        # Few formats can hold what it stands for beside it, so it is said once.
        self._text(node.text)
        if node.expansion and node.text not in self._explained:
            self._explained.add(node.text)
            self._text(f" ({node.expansion})")

    def _strikethrough(self, node: Strikethrough) -> None:
        if "strikethrough" in self._pandoc.lacks:
            self._said("strikethrough")
            for each in ("~", *node.content, "~"):
                self._inline(each)
        else:
            self._dressed("Strikeout", node.content)

    def _highlight(self, node: Highlight) -> None:
        self._lacks("highlight")
        self._out.append(',{"t":"Span","c":[["",["mark"],[]],')
        self._line(node.content)
        self._out.append("]}")

    def _math(self, node: Math) -> None:
        formula = node.text.strip()
        if not formula:
            return
        if not self._is_held(formula):
            self._said("formulas")
            self._code(formula)
            return
        kind = "DisplayMath" if node.display else "InlineMath"
        self._out.append(f',{{"t":"Math","c":[{{"t":"{kind}"}},{self._string(formula)}]}}')

    def _is_held(self, formula: str) -> bool:
        """Whether the format can hold a formula, and holds nothing else then."""
        from exporters.toolbox import pandoc_formulas  # 1 ms, and few documents have formulas

        if "formulas" in self._pandoc.lacks:
            return False
        return pandoc_formulas.is_whole(formula) and (
            self._pandoc.formulas == "any"
            or (self._pandoc.formulas == "harmless" and pandoc_formulas.is_harmless(formula))
            or (self._pandoc.formulas == "without signs of XML" and not pandoc_formulas.SIGNS_OF_XML.search(formula))
        )

    # Links

    def _link(self, node: Link) -> None:
        url = self._followed(node)
        if url and self._in_cell and "links in cells" in self._pandoc.lacks:
            self._said("links in cells")
            url = ""
        if not url or self._in_link:
            for each in node.content:
                self._inline(each)
            return
        self._in_link = True
        self._out.append(f',{{"t":"Link","c":[{NO_ATTRIBUTES},')
        self._line(node.content or (node.url,))
        self._out.append(f",[{self._string(url)},{self._string(' '.join(node.title.split()))}]]}}")
        self._in_link = False

    def _followed(self, node: Link) -> str:
        """Where a link leads from the file; "" where it cannot be followed."""
        if node.url in self._document.resources:
            self._report.lost(About.ATTACHMENT, "Attached files are left out; the words of their links are kept.")
        elif not urls.is_safe(node.url) or urls.scheme(node.url) == "data":
            report_unsafe(node.url, self._report)
        elif node.url[1:] in self._targets and node.url[0] == "#":
            return "#" + self._name(node.url[1:])
        elif urls.is_followed_from_a_file(node.url) or urls.is_external(node.url):
            return self._escaped_url(urls.encoded(node.url))
        else:
            self._report.lost(About.LINK, "Links that cannot be followed from the file are only their words.")
        return ""

    def _escaped_url(self, url: str) -> str:
        ends = self._marks.ends_urls if self._marks is not None else ""
        return "".join(f"%{ord(each):02X}" if each in ends else each for each in url) if ends else url

    def _name(self, id: str) -> str:
        """The id of a heading, as all formats can hold it."""
        raise NotImplementedError

    # Images

    def _image(self, node: Image) -> None:
        resource = self._document.resources.get(node.url)
        if resource is None:
            self._alternative(node)
        elif resource.media_type not in self._pandoc.images:
            if node.alternative:
                what = "The format has no such images; their alternative text stands for them."
                self._report.degraded(About.IMAGE, what)
            else:
                what = "The format has no such images, and some have no alternative text either."
                self._report.lost(About.IMAGE, what)
            self._alternative(node)
        elif self._shown + len(resource.data) > self._pandoc.image_mb * 10**6:
            self._report.lost(About.IMAGE, f"Images beyond {self._pandoc.image_mb} MB are not shown.")
            self._alternative(node)
        else:
            from binascii import b2a_base64

            self._shown += len(resource.data)
            wide = f'[["width","{_PAGE_WIDTH}"]]' if resource.width > _PAGE_PIXELS else "[]"
            self._out.append(f',{{"t":"Image","c":[["",[],{wide}],')
            self._line((node.alternative,) if node.alternative else ())
            data = b2a_base64(resource.data, newline=False).decode()
            title = self._string(" ".join(node.title.split()))
            self._out.append(f',["data:{resource.media_type};base64,{data}",{title}]]}}')

    def _alternative(self, node: Image) -> None:
        said = ": ".join(filter(None, (self._words.image, node.alternative)))
        self._dressed("Emph", (f"[{said}]",))

    # Others

    def _reference(self, node: FootnoteReference) -> None:
        raise NotImplementedError

    def _raw_inline(self, node: RawInline) -> None:
        if raw_html.is_line_break(node.html):
            self._break()
        elif not raw_html.is_comment(node.html):
            self._report.degraded(About.RAW_HTML, "Of HTML inside the source only the words were kept.")

    def _lacks(self, what: Lack) -> None:
        """Tells that the document has what the format may not have."""
        if what in self._pandoc.lacks:
            self._said(what)

    def _said(self, what: Lack) -> None:
        code, sentence = LACKS[what]
        self._report.degraded(code, sentence)
