"""How the elements of an SVG image look: attributes, style sheets, and what is inherited (SVG 2, chapter 6).

Of selectors, those are understood that drawing programs write: types, classes, ids, attributes, `:not` with a class,
all of them together, and within or directly within each other. Rules with others, and those within at-rules, do not
apply.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from exporters.frozen import frozen

type Style = dict[str, str]

MAX_STEPS = 1_000_000  # on the way to find what rules are about: 1.5 s; a chart of Mermaid's takes 3,000
MAX_RULES = 2_000  # a sheet with more is not written for one drawing; what follows does not apply
_MAX_VARIABLES = 8  # how often what stands for something stands for something else
_MAX_VALUE = 1_000  # characters of a value in which variables are looked for: longer ones are no colours

_MAX_VARIABLES = 200  # of an element, with those around it: themes have some dozens
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_NAME = r"[\w\u0080-\U0010ffff-]+"
_PART = re.compile(rf"([.#])({_NAME})|:(not)\(\.({_NAME})\)|\[({_NAME})(?:([\^$*]?=)[\"']?([^\"'\]]*)[\"']?)?\]")
_SELECTOR = re.compile(rf"(\*|[A-Za-z][\w-]*)?((?:{_PART.pattern})*)(?::root)?")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*(?:\([^()]*\)[^()]*)*))?\)")
_LIGHT_DARK = re.compile(r"light-dark\(((?:[^(),]|\([^()]*\))*),(?:[^(),]|\([^()]*\))*\)")
_FONT = re.compile(r"(?:.*\s)?([0-9.]+[a-z%]*)(?:/\S+)?\s+(.+)")

_INHERITED = frozenset(
    "clip-rule color direction dominant-baseline fill fill-opacity fill-rule font-family font-size font-style "
    "font-weight letter-spacing marker-end marker-mid marker-start paint-order stroke stroke-dasharray "
    "stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor "
    "text-decoration visibility white-space".split()
)
_OWN = frozenset(
    "alignment-baseline animation animation-name baseline-shift clip-path display filter mask mask-type mix-blend-mode "
    "opacity overflow rx ry stop-color stop-opacity transform".split()
)
_KNOWN = _INHERITED | _OWN


class TooMuchError(Exception):
    """There is more to draw than anybody waits for."""


class Element:
    """An element of the image, with what stands in it."""

    __slots__ = ("attributes", "children", "parent", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | str] = []

    @property
    def elements(self) -> list[Element]:
        return [child for child in self.children if isinstance(child, Element)]


class Weight(NamedTuple):
    """Which of two rules has the last word: the heavier one, and the later one of those that weigh the same."""

    is_important: bool
    ids: int
    classes: int
    types: int
    order: int


@frozen
class _Simple:
    """What is asked of one element."""

    tag: str
    id: str
    classes: frozenset[str]
    not_classes: frozenset[str]
    attributes: tuple[tuple[str, str, str], ...]
    """Name, how it is compared, and with what."""
    is_child: bool
    """Whether it must stand directly in the one before it."""

    def fits(self, element: Element) -> bool:
        get = element.attributes.get
        if self.tag and self.tag != element.tag:
            return False
        if self.id and self.id != get("id"):
            return False
        if self.classes or self.not_classes:
            classes = get("class", "")[:_MAX_VALUE].split()
            if not (self.classes.issubset(classes) and self.not_classes.isdisjoint(classes)):
                return False
        return all(_compare(get(name), how, value) for name, how, value in self.attributes)


@frozen
class _Rule:
    path: tuple[_Simple, ...]
    weight: Weight
    style: Style


class Sheet:
    """The rules of an image."""

    def __init__(self, css: str) -> None:
        self._by_key: dict[str, list[_Rule]] = {}
        """By what their last part asks first: an id, a class, a type, or nothing."""
        self._steps = 0
        count = 0
        for selectors, body in _blocks(_COMMENT.sub(" ", css)):
            plain, important = declarations(body)
            for selector in selectors.split(","):
                if count >= MAX_RULES:
                    return
                self._add(selector, plain, False, count)
                self._add(selector, important, True, count)
                count += 1

    def _add(self, selector: str, style: Style, is_important: bool, order: int) -> None:
        path = _path(selector) if style else ()
        if not path:
            return
        ids = sum(bool(part.id) for part in path)
        classes = sum(len(part.classes) + len(part.not_classes) + len(part.attributes) for part in path)
        types = sum(bool(part.tag) for part in path)
        last = path[-1]
        key = f"#{last.id}" if last.id else f".{min(last.classes)}" if last.classes else last.tag
        rule = _Rule(path, Weight(is_important, ids, classes, types, order), style)
        self._by_key.setdefault(key, []).append(rule)

    def style(self, element: Element, inherited: Style) -> Style:
        """All that is said about an element's look: its own, and what comes from those around it."""
        style = {name: value for name, value in inherited.items() if name in _INHERITED or name.startswith("--")}
        attributes = element.attributes
        own = {name: value for name, value in attributes.items() if name in _KNOWN}
        important: list[_Rule] = []
        if self._by_key:
            rules = sorted(self._rules(element), key=_weight)
            important = [rule for rule in rules if rule.weight.is_important]
            for rule in rules:
                own |= rule.style
        if "style" in attributes:
            plain, last_word = declarations(attributes["style"])
            own |= plain
            for rule in important:
                own |= rule.style
            own |= last_word
        if len(style) > _MAX_VARIABLES:  # then most are variables, and each element would take all of them along
            own = {name: value for name, value in own.items() if name in style or not name.startswith("--")}
        for name, value in own.items():
            if value != "inherit":
                style[name] = value
            elif name in inherited:
                style[name] = inherited[name]
        for name, value in own.items():
            if "var(" in value or "light-dark(" in value:
                style[name] = _resolved(value, style)
        return style

    def _rules(self, element: Element) -> list[_Rule]:
        keys = [element.tag, "", f"#{element.attributes.get('id', '')}"]
        keys += (f".{name}" for name in dict.fromkeys(element.attributes.get("class", "")[:_MAX_VALUE].split()))
        return [rule for key in keys for rule in self._by_key.get(key, ()) if self._fits(rule, element)]

    def _fits(self, rule: _Rule, element: Element) -> bool:
        """Whether a rule is about this element. What it must stand in is looked for once on the way up."""
        *outer, last = rule.path
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise TooMuchError
        if not last.fits(element):
            return False
        above, is_child = element.parent, last.is_child
        for wanted in reversed(outer):
            while above and not wanted.fits(above):
                self._steps += 1
                if is_child:
                    return False
                above = above.parent
            if above is None:
                return False
            above, is_child = above.parent, wanted.is_child
        return True


def declarations(css: str) -> tuple[Style, Style]:
    """What a style says, and what of it is important. Comments are gone already."""
    plain: Style = {}
    important: Style = {}
    for declaration in css.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip(), value.strip()
        into = plain
        if value.endswith("!important"):
            into, value = important, value[:-10].rstrip()
        if name == "font":
            into |= _font(value)
        elif name == "marker":
            into |= dict.fromkeys(("marker-start", "marker-mid", "marker-end"), value)
        elif name == "background-color":
            into["background"] = value
        elif name in _KNOWN or name == "background" or (name.startswith("--") and len(into) < _MAX_VARIABLES):
            into[name] = value
    return plain, important


def _font(value: str) -> Style:
    # "italic bold 12px/30px Georgia, serif"
    found = _FONT.fullmatch(value[:300])
    if not found:
        return {}
    before = value[: found.start(1)].split()
    style = {"font-size": found[1], "font-family": found[2], "font-style": "normal", "font-weight": "normal"}
    for word in before:
        if word in ("italic", "oblique"):
            style["font-style"] = word
        elif word == "bold" or word.isdecimal():
            style["font-weight"] = word
    return style


def _blocks(css: str) -> list[tuple[str, str]]:
    # Selectors and what stands in the braces after them. At-rules are skipped, with the rules within them.
    blocks: list[tuple[str, str]] = []
    depth, start = 0, 0
    selectors = ""
    for found in re.finditer(r"[{};]", css):
        sign, at = found[0], found.start()
        if sign == "{":
            if not depth:
                selectors, start = css[start:at].strip(), at + 1
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
            if not depth:
                if selectors and not selectors.startswith("@"):
                    blocks.append((selectors, css[start:at]))
                selectors, start = "", at + 1
        elif not depth:  # an at-rule without braces
            start = at + 1
    return blocks


def _path(selector: str) -> tuple[_Simple, ...]:
    parts: list[_Simple] = []
    is_child = False
    for word in selector.replace(">", " > ").split():
        if word == ">":
            is_child = True
            continue
        found = _SELECTOR.fullmatch(word)
        if not found:
            return ()
        asked = _PART.findall(found[2])
        ids = [name for sign, name, *_ in asked if sign == "#"]
        classes = frozenset(name for sign, name, *_ in asked if sign == ".")
        not_classes = frozenset(name for _, _, negation, name, *_ in asked if negation)
        attributes = tuple((name, how, value) for *_, name, how, value in asked if name)
        tag = "" if found[1] in (None, "*") else found[1]
        if not (tag or asked) and word.endswith(":root"):
            tag = "svg"
        parts.append(_Simple(tag, ids[-1] if ids else "", classes, not_classes, attributes, is_child))
        is_child = False
    return tuple(parts)


def _compare(found: str | None, how: str, value: str) -> bool:
    if found is None:
        return False
    match how:
        case "=":
            return found == value
        case "^=":
            return bool(value) and found.startswith(value)
        case "$=":
            return bool(value) and found.endswith(value)
        case "*=":
            return bool(value) and value in found
        case _:
            return True


def _weight(rule: _Rule) -> Weight:
    return rule.weight


def _resolved(value: str, style: Style) -> str:
    # What a variable stands for may hold another one; a chain without end is cut.
    for _ in range(_MAX_VARIABLES):
        if "var(" not in value:
            break
        value = _VARIABLE.sub(lambda found: style.get(found[1], found[2] or "").strip(), value[:_MAX_VALUE])
    return _LIGHT_DARK.sub(lambda found: found[1].strip(), value[:_MAX_VALUE])
