"""Room to recurse for exporters that take more than five frames for a block, or write footnotes where they stand."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_FRAMES = 4_000
"""A hundred blocks, nine frames each, around a footnote of as many: 1,900, where Python has 1,000. Frames of Python are
on its heap, 500 bytes each, so this takes nothing of the stack, which Python guards by itself."""


@contextmanager
def deeper() -> Iterator[None]:
    """Within this, calls may be as deep as the deepest document needs."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
