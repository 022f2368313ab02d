"""The body of a file on its way. Automatic styles stand before it and are known when it is done, so it waits."""

from __future__ import annotations

from collections.abc import Iterator

_BATCH = 2_000  # pieces that are joined at once; held apart, they would take four times the memory


class Held:
    """Pieces of XML in their order."""

    def __init__(self) -> None:
        self._batches: list[bytes] = []
        self._pieces: list[str] = []
        self._outer: list[tuple[list[bytes], list[str]]] = []

    def add(self, piece: str) -> None:
        """Adds a piece."""
        self._pieces.append(piece)
        if len(self._pieces) > _BATCH:
            self._pack()

    def slot(self) -> int:
        """A place here, where something may be put later."""
        self._pack()
        self._batches.append(b"")
        return len(self._batches) - 1

    def put(self, slot: int, piece: str | bytes) -> None:
        """Puts a piece into a place that was kept for it."""
        self._batches[slot] = piece.encode(errors="surrogatepass") if isinstance(piece, str) else piece

    def begin(self) -> None:
        """Says that what is added from here on is for another place."""
        self._outer.append((self._batches, self._pieces))
        self._batches, self._pieces = [], []

    def end(self) -> bytes:
        """What was added since then."""
        self._pack()
        written = b"".join(self._batches)
        self._batches, self._pieces = self._outer.pop()
        return written

    def all(self) -> Iterator[str]:
        """What was added."""
        self._pack()
        for batch in self._batches:
            yield batch.decode(errors="surrogatepass")

    def _pack(self) -> None:
        # Encoded, since one emoji in a string makes every character of it take four bytes.
        self._batches.append("".join(self._pieces).encode(errors="surrogatepass"))
        self._pieces = []
