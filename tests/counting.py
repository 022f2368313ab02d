"""Work is counted in steps, for times tell of the machine, and of what else it does.

A step is a function that begins or a jump in one, as the interpreter meets them (`sys.monitoring`). What libraries do
in C has no steps: that is bounded by what they are given. Nor has what other threads do meanwhile, such as the one by
which pytest-xdist hears of the next test, or the finalisers of what other tests left to the garbage collector.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from threading import get_ident


def steps(work: Callable[[], object]) -> int:
    """The steps that this takes. What is only done once, such as importing, is among them the first time."""
    count, ours = 0, get_ident()

    def step(*_: object) -> None:
        nonlocal count
        if get_ident() == ours:
            count += 1

    monitoring, events = sys.monitoring, sys.monitoring.events
    gc.disable()
    monitoring.use_tool_id(monitoring.PROFILER_ID, "steps")
    try:
        for event in (events.PY_START, events.JUMP):
            monitoring.register_callback(monitoring.PROFILER_ID, event, step)
        monitoring.set_events(monitoring.PROFILER_ID, events.PY_START | events.JUMP)
        work()
    finally:
        monitoring.set_events(monitoring.PROFILER_ID, 0)
        monitoring.free_tool_id(monitoring.PROFILER_ID)
        gc.enable()
    return count
