"""What counts as a step, and what else the interpreter does meanwhile."""

from __future__ import annotations

from threading import Thread

from counting import steps

ROUNDS = 100_000


def work() -> None:
    for _ in range(ROUNDS):
        pass


class Cyclic:
    """Only the garbage collector ends it, and then calls its finaliser."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        work()


def test_the_same_work_is_the_same_steps() -> None:
    assert steps(work) == steps(work) >= ROUNDS


def test_another_thread_takes_no_steps() -> None:
    alone = steps(work)
    thread = Thread(target=lambda: [work() for _ in range(20)])
    thread.start()
    beside = steps(work)
    thread.join()
    assert beside == alone


def test_nor_does_what_others_left_to_the_garbage_collector() -> None:
    def littering() -> None:
        _kept = [[each] for each in range(5_000)]  # more than the collector lets pass

    alone = steps(littering)
    Cyclic()
    assert steps(littering) == alone
