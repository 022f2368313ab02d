"""The words that a person finds in files of markup: each kind has its own way to write what else it would read."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser


def joined(text: str) -> str:
    return " ".join(text.split())


class _Words(HTMLParser):
    """The text of a page with what is said instead of pictures; its style is no text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._silent = tag == "style"
        self.found += (value or "" for name, value in attributes if name in ("alt", "title", "href"))

    def handle_data(self, text: str) -> None:
        if not self._silent:
            self.found.append(text)


def as_it_stands(data: bytes) -> str:
    return joined(data.decode())


def html_words(data: bytes) -> str:
    words = _Words()
    words.feed(data.decode())
    return joined("".join(words.found))


def markdown_words(data: bytes) -> str:
    # Controls are written as references there, which nothing else is.
    controls = re.compile(r"&#(\d|[12]\d|3[01]|12[7-9]|1[345]\d);")
    return joined(controls.sub(lambda reference: chr(int(reference[1])), data.decode()))


def tex_words(data: bytes) -> str:
    text = re.sub(r"\\text(ascii\w+|backslash|quot\w+)\{\}", lambda name: _TEX_LETTERS[name[1]], data.decode())
    return joined(text)


_TEX_LETTERS = {
    "asciicircum": "^", "asciitilde": "~", "asciigrave": "`", "backslash": "\\", "quotedbl": '"', "quotesingle": "'",
}  # fmt: skip


# What pandoc writes for characters that its targets take for markup, or have names for.
_TROFF = dict(
    zip(("ti", "ha", "at", "rs", "dq", "aq", "ga", "en", "em", "lq", "rq", "oq", "cq"), "~^@\\\"'`–—“”‘’", strict=True)
)
_LETTERS = {
    "bar": "|",
    "percent": "%",
    "tilde": "~",
    "backslash": "\\",
    "slash": "/",
    "openbrace": "{",
    "closebrace": "}",
}
_TYPED = {"...": "…"}


def jira_words(data: bytes) -> str:
    return joined(re.sub(r"\\([^\w\s\\])", r"\1", data.decode()).replace("&bsol;", "\\"))


def textile_words(data: bytes) -> str:
    text = data.decode()  # with references, and without: in code, they are none
    return joined(f"{text} {unescape(text)}")


def entity_words(data: bytes) -> str:
    return joined(unescape(data.decode()))


def troff_words(data: bytes) -> str:
    text = re.sub(r"\\(?:\((..)|(.))", lambda name: _TROFF.get(name[1], "•") if name[1] else name[2], data.decode())
    return joined(text + _as_meant(text))


def context_words(data: bytes) -> str:
    text = re.sub(r"\\letter(\w+)\{\}", lambda name: _LETTERS[name[1]], data.decode())
    return joined(text.replace(r"\ldots{}", "…"))


def texinfo_words(data: bytes) -> str:
    return joined(data.decode().replace("@comma{}", ","))


def typst_words(data: bytes) -> str:
    return joined(re.sub(r"\^(\w)", r"^{\1}", data.decode()))  # formulas as LaTeX has them


def _as_meant(text: str) -> str:
    """The signs that people type in several characters, each as the one that is meant."""
    return "".join(sign * text.count(typed) for typed, sign in _TYPED.items())


def rtf_words(data: bytes) -> str:
    # Characters are written by the numbers of their UTF-16, each below 0 where it is above 32767.
    def meant(found: re.Match[str]) -> str:
        return chr(int(found[1]) % 65536) if found[1] else found[2]

    text = re.sub(r"\\(?:u(-?\d+) ?[^\\]?|([\\{}]))", meant, data.decode())
    return joined(text.encode("utf-16", "surrogatepass").decode("utf-16"))


def notebook_words(data: bytes) -> str:
    cells = json.loads(data)["cells"]
    return markdown_words("\n\n".join("".join(cell["source"]) for cell in cells).encode())
