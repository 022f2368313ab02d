"""Mermaid's diagrams as SVG images, drawn without a browser, by a library that is not ours.

It runs in a process of its own, as Ghostscript does: there are texts of some hundred letters with which it is busy for
minutes, or takes gigabytes, and what is wrong in it may end the process that it runs in. Starting that takes 30 ms.
"""

from __future__ import annotations

import re
import sys

from exporters.toolbox.limits import bound

_LONGEST = 20_000  # characters: larger graphs take seconds, and nobody could read them on a page
_MAX_ADDRESSES = 400 * 2**20  # the largest graphs that it draws take 100 MB, of 50 that it begins with
_MAX_SECONDS = 3  # of a processor: the largest graphs that it draws take 0.6
_PATIENCE = 20  # seconds, where many share a processor
_LARGEST = 4_000_000  # bytes of an image: 2.5 million are the most that a diagram has made

# Alone: nothing of our environment, and of our folders only those that have the library.
_PROGRAM = """\
import sys
sys.path += sys.argv[1:]
from mmdr._mmdr import render
text = sys.stdin.buffer.read().decode()
try:
    drawn = render(text, "merman")
except ValueError:
    sys.exit(3)
sys.stdout.buffer.write(drawn.encode())
"""
_NOT_READ = 3

# What has statements that make a link of a node. In other diagrams the same words may be a text.
_HAS_NODES = re.compile(r"(?:^|%%)[ \t]*(?:classDiagram|flowchart|graph|stateDiagram)\b", re.MULTILINE)
_LINK = re.compile(
    r"""
    (^|;) [ \t]* (?:click|link) [ \t]+ [^\s"]+ [ \t]+
    (?:href[ \t]+)? "[^"\n]*" (?:[ \t]+"[^"\n]*")? (?:[ \t]+_\w+)? [ \t]* (?=;|$)
    """,
    re.MULTILINE | re.VERBOSE,
)


class UnreadableDiagram(ValueError):
    """The text is no diagram that can be drawn. Says why."""


def without_links(text: str) -> str:
    """The diagram without the links of its nodes: the library puts the words of those in a corner of the image."""
    return _LINK.sub(r"\1", text) if _HAS_NODES.search(text) else text


def image(text: str) -> bytes:
    """The diagram as an SVG image, without links. Raises `UnreadableDiagram`."""
    from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired  # 3.5 ms

    if len(text) > _LONGEST:
        raise UnreadableDiagram(f"it has more than {_LONGEST:,} characters")
    # What it says of its own mistakes may quote the diagram, so nobody hears it.
    command = [sys.executable, "-I", "-S", "-c", _PROGRAM, *filter(None, sys.path)]
    with Popen(command, env={}, stdin=PIPE, stdout=PIPE, stderr=DEVNULL) as process:
        try:
            bound(process, addresses=_MAX_ADDRESSES, seconds=_MAX_SECONDS)
            drawn, _ = process.communicate(without_links(text).encode(errors="replace"), timeout=_PATIENCE)
        except TimeoutExpired:
            raise UnreadableDiagram("it takes too long to draw") from None
        finally:
            process.kill()  # does nothing if it has ended
    if process.returncode == _NOT_READ:
        raise UnreadableDiagram("it cannot be read as Mermaid")
    if process.returncode or len(drawn) > _LARGEST:
        raise UnreadableDiagram("it takes too much to draw")
    return drawn
