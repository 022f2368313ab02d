"""What an element is to the document: a heading, an item of a list, a call-out …

Its tag says so, or the classes and attributes by which editors and sites spell what HTML has no tag for. Nothing of the
document is made here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from exporters.document.nodes import AdmonitionKind
from exporters.frozen import NOTHING, frozen
from exporters.readers.html.styles import PLAIN, Look, declarations, look, sheet
from exporters.readers.html.tags import attributes, names

type Kind = Literal[
    "inline",
    "link",
    "key",
    "quotation",  # within a line
    "above",  # set above the line, and in brackets where there is no such place
    "box",  # of a task, drawn without a form
    "marker",  # what Word has put before an item
    "flow",  # a block that leaves only its content
    "heading",
    "list",
    "item",
    "quote",
    "admonition",
    "details",
    "summary",
    "figure",
    "caption",
    "definitions",
    "term",
    "description",
    "code",
    "math",
    "tabs",
    "table",
    "head",
    "row",
    "cell",
    "notes",  # around all footnotes
    "hidden",  # not for readers, and nobody misses it
    "unseen",  # not for readers, but perhaps its author has it shown at times
]


@frozen
class Role:
    """What an element is, and what else its tag says of that."""

    kind: Kind
    look: Look = PLAIN
    attributes: Mapping[str, str] = NOTHING
    block: bool = False
    """Whether it stands on lines of its own."""
    level: int = 0
    """Of a heading, from 1; of an item below those of its own list, from 0."""
    ordered: bool | None = None
    """Of a list, and of an item that is not of its list's kind."""
    checked: bool | None = None
    """Of a task, and of a list of tasks."""
    language: str = ""
    """Of the code in it."""
    admonition: AdmonitionKind | None = None
    sure: bool = True
    """Whether its author has said so: what kind of admonition it is, or that it is an item."""
    entitles: bool = False
    """Whether it is the title of an admonition, where it begins one."""
    goes_on: bool = False
    """Whether a list goes on in the next one, which may be of another level."""
    text: str | None = None
    """What it says whatever it holds, for a formula; what it says if it holds nothing, for others."""
    display: bool = False
    """Whether a formula in it stands on a line of its own."""


def is_block(name: str) -> bool:
    """Whether the elements of this tag stand on lines of their own."""
    return _KINDS.get(name, "inline") not in _WITHIN_LINES


class Roles:
    """Knows the role of each element of one source. Elements that are written the same have the same."""

    def __init__(self, html: str) -> None:
        self._rules: dict[str, dict[str, str]] = {}
        for found in _STYLE_SHEET.finditer(html):
            self._rules |= sheet(found[1])
        self._known: dict[tuple[str, str], Role] = {}

    def of(self, name: str, raw: str) -> Role:
        """The role of an element by its name and its attributes as they are written."""
        key = name, raw
        role = self._known.get(key)
        if role is None:
            if len(self._known) > _MAX_KNOWN:
                self._known.clear()
            role = self._known[key] = _role(_Asked(name, attributes(raw) if raw else NOTHING, self._rules))
        return role


_MAX_KNOWN = 20_000  # 10 MB
_MAX_CLASSES = 50  # of one element; each is looked up a dozen times
_STYLE_SHEET = re.compile(r"<style(?=[\s>])[^>]*+>(.*?)(?:</style|\Z)", re.IGNORECASE | re.DOTALL)


class _Asked:
    """An element whose role is asked for."""

    def __init__(self, name: str, its: Mapping[str, str], rules: Mapping[str, Mapping[str, str]]) -> None:
        self.name = name
        self.attributes = its
        self.classes = tuple(its["class"].lower().split(None, _MAX_CLASSES)[:_MAX_CLASSES]) if "class" in its else ()
        self.style: Mapping[str, str] = declarations(its["style"]) if "style" in its else NOTHING
        self.kind: Kind = _KINDS.get(name, "inline")
        self.block = self.kind not in _WITHIN_LINES
        self.look = look(name, its, self.style, self.classes, self.block, rules)

    def role(self, kind: Kind, **more: Any) -> Role:
        """Its role, if it is of this kind."""
        return Role(kind, self.look, self.attributes, self.block, **more)

    def plain(self, **more: Any) -> Role:
        """Its role by its tag."""
        level = int(self.name[1]) if self.kind == "heading" else 0
        ordered = self.name == "ol" if self.kind == "list" else None
        return self.role(self.kind, level=level, ordered=ordered, language=_language(self), **more)

    def is_one_of(self, classes: frozenset[str]) -> bool:
        return any(name in classes for name in self.classes)

    def get(self, *attributes: str) -> str:
        return next((self.attributes[name] for name in attributes if name in self.attributes), "")


_KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        names(
            """
            address article aside body center dialog div fieldset footer form header hgroup html legend main nav p
            search section tbody tfoot
            """
        ),
        "flow",
    ),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("dir", "menu", "ol", "ul"), "list"),
    **dict.fromkeys(("td", "th"), "cell"),
    **dict.fromkeys(("caption", "figcaption"), "caption"),
    **dict.fromkeys(("listing", "pre"), "code"),
    "a": "link",
    "blockquote": "quote",
    "dd": "description",
    "details": "details",
    "dl": "definitions",
    "dt": "term",
    "figure": "figure",
    "kbd": "key",
    "li": "item",
    "math-renderer": "math",
    "q": "quotation",
    "rp": "hidden",
    "rt": "above",
    "summary": "summary",
    "table": "table",
    "thead": "head",
    "tr": "row",
}
_WITHIN_LINES = names("above hidden inline key link math quotation")


def _role(asked: _Asked) -> Role:
    for ask in () if asked.attributes.keys() <= _SAYING_NOTHING else _QUESTIONS:
        if role := ask(asked):
            return role
    return asked.plain()


_SAYING_NOTHING = names(
    """
    align alt colspan dir height href id lang name rel rowspan src start target title valign value width
    """
)
"""The attributes that say nothing of what an element is."""


def _hidden(asked: _Asked) -> Role | None:
    if asked.is_one_of(_SILENT) or asked.style.get("mso-hide") == "all":
        return asked.role("hidden")
    if "hidden" in asked.attributes or asked.style.get("display") == "none":
        return asked.role("unseen")
    return None


_SILENT = names(
    """
    blob-num gutter katex-html linenodiv linenos lineno line-numbers-rows mathjax mathjax_chtml mathjax_display
    mathjax_preview mathjax_svg mjx-chtml ql-ui
    """
)


def _formula(asked: _Asked) -> Role | None:
    text = asked.get("data-latex") or (asked.get("data-value") if "ql-formula" in asked.classes else "")
    if text or asked.kind == "math" or (asked.is_one_of(_FORMULAS) and asked.kind in ("code", "flow", "inline")):
        display = asked.block or "display" in asked.classes or "block" in asked.get("data-type")
        return asked.role("math", text=text or None, display=display)
    if asked.is_one_of(_DISPLAYS):
        return asked.role("flow" if asked.block else "inline", display=True)
    return None


_FORMULAS = names("arithmatex math math-tex")
_DISPLAYS = names("equation katex-display katex--display math-display")


def _code(asked: _Asked) -> Role | None:
    if "ql-code-block-container" in asked.classes:
        return asked.role("code")
    if "mermaid" in asked.classes and asked.block:
        return asked.role("code", language="mermaid")
    if asked.kind == "table" and asked.is_one_of(_LAID_OUT_CODE):
        return asked.role("flow")
    return None


_LAID_OUT_CODE = names("highlighttable hljs-ln rouge-table")


def _language(asked: _Asked) -> str:
    if asked.name not in ("code", "div", "figure", "pre"):
        return ""
    word = asked.get("data-language", "data-lang", "lang" if asked.name in ("code", "pre") else "").lower()
    before = ""
    for name in (*asked.classes, *asked.get("data-syntaxhighlighter-params").lower().rstrip(";").split()):
        name = name.strip(";")
        found = _LANGUAGE.match(name)
        word = word or (found[1] if found else name if before in _BEFORE_LANGUAGE else "")
        before = name
    return "" if word in _NO_LANGUAGE or not _IS_LANGUAGE.match(word) else word


_LANGUAGE = re.compile(r"(?:lang|language|highlight-source|highlight-text)-([^\s;]+)")
_BEFORE_LANGUAGE = names("brush: codehilite hljs sourcecode")
_NO_LANGUAGE = names("auto no-highlight nohighlight none plain plaintext text txt")
_IS_LANGUAGE = re.compile(r"[a-z0-9][a-z0-9+#.-]{0,39}\Z")


def _of_lists(asked: _Asked) -> Role | None:
    its = asked.attributes
    if asked.kind == "list":
        google = next((found for name in asked.classes if (found := _GOOGLE_LIST.match(name))), None)
        checked = {"true": True, "false": False}.get(its.get("data-checked", ""))
        level = int(google[1]) if google else 0
        return asked.role("list", ordered=asked.name == "ol", checked=checked, level=level, goes_on=google is not None)
    if asked.kind == "item":
        indent = next((found for name in asked.classes if (found := _INDENT.match(name))), None)
        stated = its.get("data-aria-level", "")
        level = int(indent[1]) if indent else int(stated) - 1 if stated in _LEVELS else 0
        ordered, checked = _QUILL.get(its.get("data-list", ""), (None, None))
        return asked.role(
            "item", level=level, ordered=ordered, checked=checked if checked is not None else _task(asked)
        )
    if asked.name == "p":
        if found := _WORD_LIST.match(asked.style.get("mso-list", "")):
            return asked.role("item", level=max(0, int(found[1]) - 1))
        if any(name.startswith("msolistparagraph") for name in asked.classes) and "mso-list" not in asked.style:
            return asked.role("item", level=_indentation(asked.style), sure=False)
    if asked.style.get("mso-list") == "ignore":
        return asked.role("marker")
    if "checkbox" in asked.classes and asked.is_one_of(_BOXES):
        return asked.role("box", checked="checkbox-on" in asked.classes)
    return None


_GOOGLE_LIST = re.compile(r"lst-[\w-]*-(\d)\Z")
_INDENT = re.compile(r"ql-indent-(\d)\Z")
_LEVELS = frozenset("123456789")
_QUILL: dict[str, tuple[bool, bool | None]] = {
    "bullet": (False, None),
    "ordered": (True, None),
    "checked": (False, True),
    "unchecked": (False, False),
}
_WORD_LIST = re.compile(r"l\d+ level([1-9])")
_BOXES = names("checkbox-off checkbox-on")
_LENGTH = re.compile(r"([\d.]{1,8})(pt|in|cm|mm|px)\Z")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75}
_POINTS_OF_A_LEVEL = 36  # by which Word indents an item below another


def _task(asked: _Asked) -> bool | None:
    stated = asked.get("data-checked", "aria-checked").lower()
    if stated in ("true", "false"):
        return stated == "true"
    return "checked" in asked.classes if "data-inline-task-id" in asked.attributes else None


def _indentation(style: Mapping[str, str]) -> int:
    """The level of an item of which only its margin is left."""
    sides = style.get("margin", "").split()
    found = _LENGTH.match(style.get("margin-left", sides[3] if len(sides) == 4 else ""))
    if not found or found[1].count(".") > 1 or found[1] == ".":
        return 0
    return min(8, max(0, round(float(found[1]) * _POINTS[found[2]] / _POINTS_OF_A_LEVEL) - 1))


def _heading(asked: _Asked) -> Role | None:
    level = asked.get("aria-level")
    is_heading = asked.kind == "heading" or (asked.get("role") == "heading" and asked.kind in ("flow", "inline"))
    if is_heading and level.isascii() and level.isdecimal() and 0 < int(level[:4]) < 100:
        return Role("heading", asked.look, asked.attributes, block=True, level=int(level))
    if asked.name == "p":
        of_word = next((found for name in asked.classes if (found := _WORD_HEADING.match(name))), None)
        if of_word:
            return asked.role("heading", level=int(of_word[1] or 1))
        if "title" in asked.classes and asked.get("id").startswith("h."):  # as Google Docs has it
            return asked.role("heading", level=1)
    return None


_WORD_HEADING = re.compile(r"msotitle|msoheading([1-9])\Z")


def _called_out(asked: _Asked) -> Role | None:
    if not asked.block:
        return None
    if asked.kind in ("flow", "heading") and asked.is_one_of(_TITLES):
        return asked.plain(entitles=True)
    if asked.kind not in ("flow", "quote", "details", "figure") or asked.name in _NEVER_CALLED_OUT:
        return None
    kind = _admonition(asked)
    if asked.kind == "details":
        return asked.role("details", admonition=kind) if kind else None
    if kind or asked.is_one_of(_BARE):
        return asked.role("admonition", admonition=kind or "note", sure=kind is not None)
    return None


def _admonition(asked: _Asked) -> AdmonitionKind | None:
    """The kind of call-out: `alert alert-info`, `admonition tip`, `note` …"""
    bases = [_CALLED_OUT.match(name) for name in asked.classes]
    is_one = any(base and base.end() == len(base.string) for base in bases)
    if is_one and (words := [name for name, base in zip(asked.classes, bases, strict=True) if name in _ADMONITIONS]):
        return _ADMONITIONS[words[-1]]  # `alert caution bug`: the last is the most exact
    for name, base in zip(asked.classes, bases, strict=True):
        rest = name[base.end() :] if base else name
        for word in (name, *_WORDS.split(rest)) if base or is_one else (name,):
            if word in _ADMONITIONS and (base or is_one or _tells(asked, word)):
                return _ADMONITIONS[word]
    return _ROLES.get(asked.get("role"))


def _tells(asked: _Asked, word: str) -> bool:
    return word in _TELLING or (asked.name in ("aside", "blockquote", "details") and word != "quote")


_CALLED_OUT = re.compile(
    r"(?:theme-|markdown-)?(?:admonition|alert|callout|hint|notice|message|confluence-information-macro)(?![a-z])"
)
_BARE = names("admonition alert callout confluence-information-macro markdown-alert")
"""What is a call-out even without a word for its kind."""
_WORDS = re.compile(r"[-_]+")
_NEVER_CALLED_OUT = names("body dialog fieldset footer form header html legend main nav")
_TITLES = names(
    "admonition-title alert-heading alert-title callout-title label markdown-alert-title message-header title"
)
# What says on its own that a block is a call-out. Pages have all sorts of use for the others: `example`, `summary` …
_TELLING = names("attention caution danger important note tip warning")
_ROLES: dict[str, AdmonitionKind] = {"note": "note", "doc-tip": "tip", "doc-notice": "warning"}
_ADMONITIONS: dict[str, AdmonitionKind] = {
    "note": "note",
    "secondary": "note",
    "seealso": "note",
    "tip": "tip",
    "hint": "tip",
    "important": "important",
    "warning": "warning",
    "attention": "warning",
    "caution": "caution",
    "abstract": "abstract",
    "summary": "abstract",
    "tldr": "abstract",
    "info": "info",
    "information": "info",
    "primary": "info",
    "todo": "info",
    "success": "success",
    "check": "success",
    "question": "question",
    "help": "question",
    "faq": "question",
    "failure": "failure",
    "fail": "failure",
    "danger": "danger",
    "error": "danger",
    "bug": "bug",
    "example": "example",
    "quote": "quote",
}


def _of_notes(asked: _Asked) -> Role | None:
    if asked.block and (
        "data-footnotes" in asked.attributes
        or asked.is_one_of(_NOTES)
        or asked.get("role") == "doc-endnotes"
        or asked.style.get("mso-element") in ("footnote-list", "endnote-list")
    ):
        return asked.role("notes")
    return None


_NOTES = names("footnote footnote-list footnotes footnotes-list references")


def _other(asked: _Asked) -> Role | None:
    if asked.kind in ("table", "row", "cell", "head") and asked.get("role") in ("none", "presentation"):
        return asked.role("flow")
    if "tabs" in asked.classes and asked.name == "div":
        return asked.role("tabs")
    if asked.is_one_of(_WORD_QUOTES):
        return asked.role("quote")
    if "expand-container" in asked.classes:
        return asked.role("details")
    if "expand-control" in asked.classes:
        return asked.role("summary")
    if asked.get("data-type") == "mention":
        label = asked.get("data-label", "data-id")
        return asked.role(asked.kind, text=asked.get("data-mention-suggestion-char") or "@" + label)
    return None


_WORD_QUOTES = names("msointensequote msoquote")

_QUESTIONS: tuple[Callable[[_Asked], Role | None], ...] = (
    _hidden,
    _formula,
    _code,
    _heading,
    _of_lists,
    _of_notes,
    _called_out,
    _other,
)
"""What is asked of an element that has attributes, one after the other, until one knows."""
