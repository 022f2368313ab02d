"""Finds out what kind a source is: by what was asked for, by its name, by its media type, and by a look inside.

Each knows less than the one before it. A name like `notes.json` does not tell, for MindMup's maps and documents of this
project are both JSON; there a look inside decides. No look takes longer than reading the source once.
"""

from __future__ import annotations

import re

from exporters.errors import UnknownKind
from exporters.source import Source, split_name

KINDS: dict[str, tuple[str, ...]] = {
    "gfm": (".md", ".markdown", ".mdown", ".mkd"),
    "mkdocs": (),
    "html": (".html", ".htm", ".xhtml"),
    "mindmup": (".mup",),
    "freemind": (".mm",),
    "opml": (".opml",),
    "bundle": (".zip",),
    "notebook": (".ipynb",),
    "json": (),
    "text": (".txt", ".text"),
}
"""Each kind with the endings of names that tell it. Its reader is the module of the same name beside this one."""

LOOKED_INTO = (".json", ".xml")
"""Endings that several kinds have."""

_OTHERS = frozenset(
    """
    .7z .avi .bmp .bz2 .csv .doc .docm .docx .dotx .eml .epub .exe .gif .gz .heic .ico .jar .jpeg .jpg .key .mov .mp3
    .mp4 .mpp .msg .numbers .odg .odp .ods .odt .ogg .pages .pdf .png .ppt .pptm .pptx .ps .psd .rar .rtf .svg .tar .tgz
    .tif .tiff .vsd .vsdx .wav .webp .xls .xlsb .xlsm .xlsx .xmind .xz
    """.split()  # what people upload by mistake, and no look inside could help
)
_MEDIA_TYPES = {
    "application/json": "",
    "application/vnd.mindmup": "mindmup",
    "application/x-freemind": "freemind",
    "application/x-ipynb+json": "notebook",
    "application/xhtml+xml": "html",
    "application/zip": "bundle",
    "text/html": "html",
    "text/markdown": "gfm",
    "text/plain": "text",
    "text/x-markdown": "gfm",
    "text/x-opml": "opml",
}

_MARK = b"\xef\xbb\xbf"
_LOOK = 4_000  # bytes at the begin of a source, where a kind shows itself
# Possessive: what is taken is never given back, or twenty comments would be tried in a million ways.
_XML_HEAD = rb"(?:<\?xml[^>]*+>|<!--(?:(?!-->).)*+-->|\s)*+"
# Expressions are compiled when they are needed: all together take 2 ms, and most sources have a name that tells.
_INSIDE = (
    (rb"(?s)" + _XML_HEAD + rb"<opml[\s>]", "opml"),
    (rb"(?s)" + _XML_HEAD + rb"<map\s+version=", "freemind"),
    (rb"(?si)" + _XML_HEAD + rb"<(?:!doctype\s+html|html|head|body|meta|div|p|h1)[\s>]", "html"),
    (rb"PK\x03\x04", "bundle"),
)
# Each of them is a key of the outermost object, or as good as never within a text.
_JSON_KINDS = (
    (rb'"nbformat"\s*:', "notebook"),
    (rb'\A\s*\{\s*"schema"\s*:\s*\d+\s*[,}]', "json"),
    (rb'"(?:formatVersion|ideas)"\s*:', "mindmup"),
    (rb'"(?:sections|blocks)"\s*:', "json"),
)

_DIALECT = rb"---[ \t]*\r?\n(?:[^\n]*\n){0,40}?dialect:[ \t]*[\"']?(gfm|mkdocs)[\"']?[ \t]*\r?\n"
_ONLY_MKDOCS = (b"!!!", b"???", b"=== ", b"===+", b"===!", b"--8<--", b":material-", b":octicons-", b":fontawesome-")
_WORDS = rb"[\w-]+(?: +[\w-]+)*"
# Opens what has indented lines below it; without these, it may be somebody who shouts.
_OPENS = rb"(?:(?:!!!|\?\?\?\+?) ?(?:%s(?: +\"[^\n]*\")?|\"[^\n]*\")|===[!+]{0,2} +\"[^\n]*\") *\r?" % _WORDS
_PLUGGED_IN = rb"[ \t]*[-;]*-8<-|[^`]*:(?:material|octicons|fontawesome)-[a-z0-9-]+:"
_FENCE = rb" {0,3}(`{3,}|~{3,})"


def choose(source: Source, asked: str) -> str:
    """The kind of a source: as asked, or found out where that is "auto". Raises `UnknownKind`, see `check`."""
    check(source.name, asked)
    if asked != "auto":
        return asked
    kind = _of_name(source.name) or _MEDIA_TYPES.get(_essence(source.media_type)) or _look(source)
    if kind is None:
        raise UnknownKind(
            f"Neither the name {source.name!r} nor what is inside says what kind of source this is. {_advice()}"
        )
    return _dialect(source.data) if kind == "gfm" else kind


def check(name: str, asked: str = "auto") -> None:
    """Says before a source is there whether it can be read. Raises `UnknownKind`, which lists what can be."""
    if asked not in ("auto", *KINDS):
        raise UnknownKind(f"There is no kind of source {asked!r}. Kinds: {', '.join(KINDS)}.")
    if asked == "auto" and split_name(name)[1].lower() in _OTHERS:
        raise UnknownKind(f"No reader takes files such as {name!r}. {_advice()}")


def endings() -> str:
    """The endings of names that tell a kind, for messages."""
    return ", ".join((*(ending for each in KINDS.values() for ending in each), *LOOKED_INTO))


def _advice() -> str:
    return (
        f"Sources have one of these endings: {endings()}; with another, the option source_kind says what they are: "
        f"{', '.join(KINDS)}."
    )


def _of_name(name: str) -> str | None:
    ending = split_name(name)[1].lower()
    return next((kind for kind, its in KINDS.items() if ending in its), None)


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _look(source: Source) -> str | None:
    head = source.data[:_LOOK].removeprefix(_MARK)
    kind = next((kind for shape, kind in _INSIDE if re.match(shape, head)), None)
    if kind is None and head.lstrip().startswith(b"{"):
        kind = next((kind for shape, kind in _JSON_KINDS if re.search(shape, source.data)), None)
    if kind is None and (not split_name(source.name)[1] or not source.data):
        return "gfm"  # README, and what comes through a pipe; what is empty or no text is refused by its reader
    return kind


def _dialect(data: bytes) -> str:
    """Which Markdown it is: as the front matter says, or by what only MkDocs has, outside of code."""
    data = data.removeprefix(_MARK)
    stated = re.match(_DIALECT, data) if data.startswith(b"---") else None
    if stated:
        return stated[1].decode()
    if not any(sign in data for sign in _ONLY_MKDOCS):
        return "gfm"
    fences, opens, plugged_in = map(re.compile, (_FENCE, _OPENS, _PLUGGED_IN))
    fence = b""
    lines = data.split(b"\n")
    for number, line in enumerate(lines):
        found = fences.match(line)
        if fence:
            fence = b"" if found and found[1].startswith(fence) else fence
        elif found:
            fence = found[1]
        elif plugged_in.match(line) or (opens.fullmatch(line) and _is_indented(lines, number + 1)):
            return "mkdocs"
    return "gfm"


def _is_indented(lines: list[bytes], number: int) -> bool:
    """Whether the line of this number is, or the one after it where it is empty."""
    below = [line for line in lines[number : number + 2] if line.strip()]
    return below[:1] != [] and below[0].startswith((b"    ", b"\t"))
