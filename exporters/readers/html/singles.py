"""What becomes of the elements that nothing of a document stands in: pictures, breaks, boxes; what a page says of
itself; and what only a browser can make something of, which a document names and goes without.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import TYPE_CHECKING

from exporters.document.nodes import LineBreak, Resource, ThematicBreak
from exporters.readers.html.styles import declarations
from exporters.readers.html.tags import attributes, text_of
from exporters.report import Code as About
from exporters.toolbox import urls

if TYPE_CHECKING:
    from exporters.readers.html.tree import Tree


def take(tree: Tree, name: str, raw: str, inner: str) -> None:
    """Takes an element by its name, its attributes as they are written, and the source of what it holds."""
    if name in _TAKE and not (raw and tree.passes_over(tree.roles.of(name, raw))):
        _TAKE[name](tree, name, raw, inner)


def _line_break(tree: Tree, _: str, __: str, ___: str) -> None:
    if tree.verbatim is None:
        tree.line.add(LineBreak(), tree.marks)
    else:
        tree.verbatim.append("\n")


def _rule(tree: Tree, _: str, __: str, ___: str) -> None:
    tree.flush()
    if not tree.flat and tree.frames[-1].kind != "notes":
        tree.put(ThematicBreak())


def _image(tree: Tree, name: str, raw: str, _: str) -> None:
    if tree.verbatim is not None:
        return
    its = tree.roles.of(name, raw).attributes
    restore = tree.reading.resources.embedded.restore
    url, alternative, title = its.get("src", "").strip(), restore(its.get("alt", "")), restore(its.get("title", ""))
    alternative = alternative.strip()
    if alternative and _EMOJI.search(its.get("class", "")):
        tree.line.text(alternative, tree.marks)
        return
    waiting = its.get("data-src") or its.get("data-original") or its.get("srcset", "").strip().split(" ")[0].strip(",")
    if not url or (waiting and url.startswith("data:")):  # pages show that until they are scrolled to the picture
        url = waiting.strip()
    image = tree.reading.image(url, alternative, title.strip())
    resource = tree.reading.resources.found.get(image.url)
    if resource and _has_other_size(its, resource):
        tree.report.degraded(About.STYLE, "Sizes that images are given are not kept.", tree.reading.where)
    tree.line.add(image, tree.marks)


def _has_other_size(its: Mapping[str, str], resource: Resource) -> bool:
    """Whether an image is given a size that is not its own."""
    said = {**its, **declarations(its.get("style", ""))}
    own = {"width": resource.width, "height": resource.height}
    return any(said.get(name, "").strip().removesuffix("px") not in ("", "auto", str(own[name])) for name in own)


_EMOJI = re.compile(r"(?:^|[\s_-])(?:emoji|emoticon|goomoji)(?:$|[\s_-])", re.IGNORECASE)


def _input(tree: Tree, _: str, raw: str, __: str) -> None:
    its = attributes(raw)
    match its.get("type", "").lower():
        case "checkbox":
            _box(tree, "checked" in its)
        case "hidden":
            pass
        case _:
            _form(tree, "", "", "")


def _box(tree: Tree, checked: bool) -> None:
    frame = tree.frames[-1]
    if frame.kind == "item" and not frame.blocks and not tree.line.pieces:
        frame.checked = checked if frame.checked is None else frame.checked
    else:
        tree.line.text("☑ " if checked else "☐ ", tree.marks)


def _form(tree: Tree, _: str, __: str, ___: str) -> None:
    tree.report.lost(About.RAW_HTML, "Forms, with their fields and buttons, are left out.", tree.reading.where)


def _media(tree: Tree, _: str, raw: str, inner: str) -> None:
    its = attributes(raw)
    url = next((its[name] for name in ("src", "data-src", "data", "url", "href") if its.get(name)), "")
    if not url and (within := _SOURCE.search(inner)):
        url = unescape(within[1] or within[2] or within[3] or "")
    url = url.strip()
    if not url or not urls.is_safe(url) or urls.scheme(url) in ("about", "blob", "data"):
        what = "A film, sound or page within the page is left out, because it has no address."
        tree.report.lost(About.RAW_HTML, what, tree.reading.where)
        return
    tree.report.degraded(About.LINK, "Films, sounds and pages within the page are only links.", tree.reading.where)
    tree.line.text(its.get("title", "").strip() or url, (*tree.marks, ("link", url, "")))


_SOURCE = re.compile(r"""\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def _drawing(tree: Tree, _: str, raw: str, inner: str) -> None:
    is_decoration = attributes(raw).get("aria-hidden") == "true" or "data-mml-node" in inner
    if not is_decoration:
        what = "Drawings within the page (SVG, canvas) are left out. Put them in as images."
        tree.report.lost(About.IMAGE, what, tree.reading.where)


def _math(tree: Tree, _: str, raw: str, inner: str) -> None:
    its = attributes(raw)
    display = its.get("display") == "block" or its.get("mode") == "display"
    latex = _LATEX.search(inner)
    formula = unescape(latex[1]) if latex else its.get("alttext", "")
    if formula.strip():
        tree.put_formula(" ".join(formula.split()), display)
    elif said := " ".join(text_of(inner).split()):
        tree.report.degraded(About.MATH, "Formulas in MathML are only their signs.", tree.reading.where)
        tree.line.text(said, tree.marks)


_LATEX = re.compile(
    r"""<annotation\s[^<>]*encoding\s*=\s*["']?(?:application/x-tex|latex|tex)\b[^<>]*>([^<]*)""", re.IGNORECASE
)


def _script(tree: Tree, _: str, raw: str, inner: str) -> None:
    kind = attributes(raw).get("type", "").lower()
    if kind.startswith("math/tex"):
        tree.put_formula(inner.strip(), "mode=display" in kind)
    elif not kind or "javascript" in kind or "ecmascript" in kind or kind == "module":
        tree.report.lost(About.SCRIPT, "Scripts are left out.", tree.reading.where)


def _style_sheet(tree: Tree, _: str, __: str, ___: str) -> None:
    what = "Style sheets are left out: the document looks as its format has it."
    tree.report.degraded(About.STYLE, what, tree.reading.where)


def _head_link(tree: Tree, _: str, raw: str, __: str) -> None:
    if "stylesheet" in attributes(raw).get("rel", "").lower().split():
        _style_sheet(tree, "", "", "")


def _plain_text(tree: Tree, _: str, __: str, inner: str) -> None:
    tree.flush()
    tree.put_code(inner, "")


# What a page says of itself


def _title(tree: Tree, _: str, __: str, inner: str) -> None:
    if said := " ".join(unescape(inner).split()):
        tree.metadata.setdefault("title", said)


def _meta(tree: Tree, _: str, raw: str, __: str) -> None:
    its = attributes(raw)
    key = _KEYS.get((its.get("name") or its.get("property", "")).lower())
    if key and (said := " ".join(its.get("content", "").split())):
        before = tree.metadata.setdefault(key, said)
        if key == "author" and before != said:
            tree.metadata[key] = [*(before if isinstance(before, list) else [before]), said]


_KEYS = {
    "author": "author",
    "dc.creator": "author",
    "dcterms.creator": "author",
    "description": "description",
    "dc.description": "description",
    "keywords": "keywords",
    "date": "date",
    "dc.date": "date",
    "dcterms.date": "date",
    "dcterms.created": "date",
    "article:published_time": "date",
}


def _page(tree: Tree, _: str, raw: str, __: str) -> None:
    its = attributes(raw)
    language = (its.get("lang") or its.get("xml:lang", "")).strip()
    if language:
        tree.metadata.setdefault("lang", language)
    if its.get("dir", "").lower() in ("ltr", "rtl"):
        tree.metadata.setdefault("dir", its["dir"].lower())


_TAKE: dict[str, Callable[[Tree, str, str, str], None]] = {
    **dict.fromkeys(("html", "body"), _page),
    **dict.fromkeys(("button", "datalist", "select", "textarea"), _form),
    **dict.fromkeys(("canvas", "svg"), _drawing),
    **dict.fromkeys(("applet", "audio", "embed", "frame", "iframe", "object", "oembed", "video"), _media),
    **dict.fromkeys(("image", "img"), _image),
    **dict.fromkeys(("plaintext", "xmp"), _plain_text),
    "br": _line_break,
    "hr": _rule,
    "input": _input,
    "link": _head_link,
    "math": _math,
    "meta": _meta,
    "script": _script,
    "style": _style_sheet,
    "title": _title,
}
"""Of others (`<template>`, `<noscript>` …) no reader of the page has seen anything."""
