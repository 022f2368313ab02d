"""Tags that are meant as words: `Log in as <username>`. GitHub and MkDocs take them for HTML, so nobody sees them.

Such a tag is of an element that HTML does not have, gives no attribute a value, and has no end anywhere in the source.
"""

from __future__ import annotations

import re

WHAT = "A tag of an element that HTML does not have (<name>) is kept as text. Write \\<name>."
"""What to say to the author."""

# Patterns are compiled when they are first needed.
TAG = r"<([A-Za-z][A-Za-z0-9-]*+)(?:\s++[A-Za-z_:][\w.:-]*+)*+\s*+>"
"""The pattern of a tag that may be one."""


class Placeholders:
    """Knows them, once it was given the texts they are in."""

    def __init__(self) -> None:
        self._ended: set[str] = set()
        self._texts: list[str] = []
        """Those that have not been searched yet: most texts never are."""

    def look_in(self, text: str) -> None:
        self._texts.append(text)

    def has(self, tag: str) -> bool:
        found = re.fullmatch(TAG, tag)
        if found is None or (name := found[1].lower()) in _ELEMENTS:
            return False
        for text in self._texts:
            self._ended.update(map(str.lower, re.findall(_END, text)))
        self._texts.clear()
        return name not in self._ended


_END = r"</([A-Za-z][A-Za-z0-9-]*+)"
# Those of HTML (WHATWG HTML, 4), and those it once had, but for <command>, <dir>, <image> and others that more often
# are what somebody is to fill in.
_ELEMENTS = frozenset(
    """
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br
    button canvas caption center cite code col colgroup data datalist dd del details dfn dialog div dl dt em embed
    fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img
    input ins kbd label legend li link main map mark marquee math menu meta meter nav nobr noembed noframes noscript
    object ol optgroup option output p param picture plaintext pre progress q rb rp rt rtc ruby s samp script search
    section select slot small source span strike strong style sub summary sup svg table tbody td template textarea tfoot
    th thead time title tr track tt u ul var video wbr xmp
    """.split()
)
