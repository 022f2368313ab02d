"""Names for the places that links lead to, as Word takes them."""

from __future__ import annotations

_LONGEST = 40  # characters (ECMA-376-1, 17.13.6.2)


class Bookmarks:
    """The bookmarks of one file."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._taken: dict[str, int] = {}
        """By each name in small letters, how many others wanted it."""
        self._placed: set[str] = set()
        self._last = 0

    def name(self, id: str) -> str:
        """The name for an id of the document: of letters, digits and `_` only, beginning with a letter, and unique."""
        if id not in self._names:
            wanted = "".join(character if character.isalnum() else "_" for character in id)
            if not wanted[:1].isalpha():
                wanted = f"s_{wanted}"
            self._names[id] = self._unique(wanted[:_LONGEST])
        return self._names[id]

    def around(self, id: str, runs: str) -> str:
        """The same runs as the place that this id means. Only the first place of an id counts."""
        return self.named(self.name(id), runs) if id else runs

    def named(self, name: str, runs: str) -> str:
        """The same, with a name that is Word's already."""
        if name in self._placed:
            return runs
        self._placed.add(name)
        self._last += 1
        return f'<w:bookmarkStart w:id="{self._last}" w:name="{name}"/>{runs}<w:bookmarkEnd w:id="{self._last}"/>'

    def _unique(self, wanted: str) -> str:
        name, key = wanted, wanted.casefold()  # capital letters and small ones are the same to Word
        while name.casefold() in self._taken:
            self._taken[key] += 1
            end = f"_{self._taken[key]}"
            name = wanted[: _LONGEST - len(end)] + end
        self._taken[name.casefold()] = 1
        return name
