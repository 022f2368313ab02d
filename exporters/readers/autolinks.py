"""Finds addresses that stand in a text without any markup: GFM's extended autolinks (GFM 0.29, 6.9).

Where GitHub and its specification differ, this does as GitHub does: an address may follow any character that is no
letter, so `"https://example.org/"` within quotation marks is a link. The time is linear in the text's length, whatever
the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TRIGGER = re.compile(r"(?<![A-Za-z])(?i:https?|ftp)://|(?<![^\s*_~(])www\.|@")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_STOP = re.compile(r"[\s<]")
_LOCAL_PART = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_+")
_MAIL_DOMAIN = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
_CHAT_RESOURCE = re.compile(r"/[A-Za-z0-9@.]*[A-Za-z0-9@]")
_NEVER_LAST = "?!.,:*_~'\""


def possible(text: str) -> bool:
    """Whether it is worth looking: cheap, and never wrong about a no."""
    return "@" in text or "://" in text or "www." in text


def find(text: str, at: int = 0, free: bool = True) -> Iterator[tuple[int, int, str]]:
    """Where each address begins and ends, and the URL it stands for.

    None begins before `at`; and no `www.` at the begin of the text if that is not `free`, but right after something.
    """
    done = at  # before this, everything is decided
    for trigger in _TRIGGER.finditer(text, at):
        start = trigger.start()
        if start < done or not (start or free or trigger[0] != "www."):
            continue
        if trigger[0] == "@":
            start, end = _mail(text, start, done)
            done = max(done, end, trigger.end())
        else:
            end, done = _web(text, start, trigger.end())
        if end > start:
            found = text[start:end]
            yield start, end, _url(found, trigger[0])


def _url(found: str, trigger: str) -> str:
    if trigger == "@":
        return found if found.startswith(("mailto:", "xmpp:")) else f"mailto:{found}"
    return f"http://{found}" if trigger == "www." else found


def _web(text: str, start: int, after: int) -> tuple[int, int]:
    """The end of the address (`start` where it is none), and the end of what is decided by that."""
    www = text[after - 1] == "."
    domain = _DOMAIN.match(text, after)
    if domain is None:
        return start, after
    # No underscore in the last two parts of a domain. All that begins within it has the same end, and is none either.
    if "_" in "".join((("www." if www else "") + domain[0]).split(".")[-2:]):
        return start, domain.end()
    stop = _STOP.search(text, domain.end())
    end = stop.start() if stop else len(text)
    return max(_without_tail(text, start, end), domain.end()), end


def _without_tail(text: str, start: int, end: int) -> int:
    """Leaves out the punctuation that ends the sentence rather than the address."""
    unopened = text.count(")", start, end) - text.count("(", start, end)
    while end > start:
        last = text[end - 1]
        if last == ")" and unopened > 0:
            unopened -= 1
        elif last == ";":
            # What looks like an entity (`&copy;`) goes as a whole.
            name = end - 1
            while name > start and text[name - 1].isalpha() and text[name - 1].isascii():
                name -= 1
            if name < end - 1 and text[name - 1] == "&":
                end = name
        elif last not in _NEVER_LAST:
            break
        end -= 1
    return end


def _mail(text: str, at: int, done: int) -> tuple[int, int]:
    """The address around an `@`; of no length where there is none."""
    start = at
    while start > done and text[start - 1] in _LOCAL_PART:
        start -= 1
    domain = _MAIL_DOMAIN.match(text, at + 1)
    if domain is None or start == at or domain[0][-1] in "-_" or text.startswith("@", domain.end()):
        return at, at
    end = domain.end()
    if text.endswith("mailto:", done, start):
        start -= len("mailto:")
    elif text.endswith("xmpp:", done, start):
        start -= len("xmpp:")
        end = found.end() if (found := _CHAT_RESOURCE.match(text, end)) else end
    return start, end
