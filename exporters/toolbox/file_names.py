"""Names for files that somebody unpacks, made of names that anybody may have given."""

from __future__ import annotations

import re
import unicodedata

_LONGEST, _LONGEST_ENDING = 60, 10  # characters: file systems take 255 bytes, and some unpack deep within folders
_FIT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)  # by Windows, with any ending


def safe_name(name: str, usual: str, endings: tuple[str, ...] = ()) -> str:
    """The last part of a path as a file name that means the same on every system, and never leads out of its folder.

    With one of the `endings`, if there are any; `usual` where nothing of the name is left.
    """
    last = re.split(r"[/\\]", name)[-1]
    # Letters of every script stay, with their marks; what some system or address takes for something else does not.
    fit = (each if each in _FIT or (each > "\x7f" and each.isprintable()) else " " for each in last)
    kept = "-".join(unicodedata.normalize("NFC", "".join(fit)).split()).strip("-.")
    if endings and not kept.lower().endswith(endings):
        kept += endings[0]
    stem, dot, ending = kept.rpartition(".") if "." in kept else (kept, "", "")
    stem = stem[:_LONGEST].strip("-.") or usual
    if _RESERVED.match(stem):
        stem = f"{usual}-{stem}"
    return f"{stem}{dot}{ending[:_LONGEST_ENDING]}"
