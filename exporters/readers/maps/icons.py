"""The icons of FreeMind and Freeplane, by the names that maps have for them, as emoji.

Source: what both programs' menus show for a name, which is not always what it says: `yes` is "important". Freeplane's
own emoji are named by their code points.
"""

from __future__ import annotations

import re

TASKS = {"checked": True, "unchecked": False}
"""Icons that say whether a task is done."""

_EMOJI_NAME = re.compile(r"emoji-([0-9A-Fa-f]{2,6}(?:-[0-9A-Fa-f]{2,6}){0,9})")  # the longest, a family, has seven


def emoji(name: str) -> str:
    """The emoji that stands for an icon; "" where none does."""
    if named := _EMOJI_NAME.fullmatch(name):
        points = [int(point, 16) for point in named[1].split("-")]
        return "".join(map(chr, points)) if all(map(_may_be_emoji, points)) else ""
    return _EMOJI.get(name, "")


def name_of(icon: str) -> str:
    """The name by which a map has an emoji, or the icon that has only a name; "" where there is none."""
    if icon.isascii():
        return icon
    points = f"emoji-{'-'.join(f'{ord(character):X}' for character in icon)}"
    found = next((name for name, shown in _EMOJI.items() if shown == icon), points)
    return found if emoji(found) == icon else ""


def _may_be_emoji(point: int) -> bool:
    if point & 0xFFFE == 0xFFFE:
        return False  # what Unicode keeps free
    return any(point in several for several in _EMOJI_POINTS)


# Digits, # and * begin some emoji. All others, and what joins and varies them, are here; so are letters, but who would.
_EMOJI_POINTS = ((0x23, 0x2A), range(0x30, 0x3A), range(0xA9, 0xD800), range(0xFE00, 0xFE10), range(0x1F000, 0xE0080))


_EMOJI = {
    "0%": "○",
    "25%": "◔",
    "50%": "◑",
    "75%": "◕",
    "100%": "💯",
    "addition": "➕",
    "attach": "📎",
    "audio": "🔊",
    "back": "⬅️",
    "bee": "🐝",
    "bell": "🔔",
    "bookmark": "⭐",
    "button_cancel": "❌",
    "button_ok": "✔️",
    "calendar": "📅",
    "clanbomber": "💣",
    "clock": "⏰",
    "clock2": "🕑",
    "closed": "⛔",
    "decrease": "📉",
    "desktop_new": "📌",
    "division": "➗",
    "down": "⬇️",
    "edit": "✏️",
    "executable": "⚙️",
    "family": "👪",
    "fema": "👫",
    "female1": "👩",
    "female2": "👩",
    "females": "👭",
    "flag": "🚩",
    "flag-black": "🏴",
    "flag-blue": "🚩",
    "flag-green": "🚩",
    "flag-orange": "🚩",
    "flag-pink": "🚩",
    "flag-yellow": "🚩",
    "folder": "📁",
    "forward": "➡️",
    "freemind_butterfly": "🦋",
    "full-0": "0️⃣",
    "full-1": "1️⃣",
    "full-2": "2️⃣",
    "full-3": "3️⃣",
    "full-4": "4️⃣",
    "full-5": "5️⃣",
    "full-6": "6️⃣",
    "full-7": "7️⃣",
    "full-8": "8️⃣",
    "full-9": "9️⃣",
    "go": "🟢",
    "gohome": "🏠",
    "group": "👥",
    "help": "❓",
    "hourglass": "⌛",
    "idea": "💡",
    "image": "🖼️",
    "increase": "📈",
    "info": "ℹ️",
    "internet": "🌐",
    "kaddressbook": "📞",
    "kmail": "📧",
    "knotify": "🎵",
    "korn": "📬",
    "ksmiletris": "🙂",
    "launch": "🚀",
    "licq": "🌼",
    "list": "📋",
    "Mail": "✉️",
    "male1": "👨",
    "male2": "👨",
    "males": "👬",
    "messagebox_warning": "⚠️",
    "mindmap": "🗺️",
    "multiplication": "✖️",
    "narrative": "📖",
    "negative": "👎",
    "neutral": "😐",
    "password": "🔑",
    "pencil": "✏️",
    "penguin": "🐧",
    "positive": "👍",
    "prepare": "🟡",
    "redo": "↪️",
    "revision": "🔁",
    "smiley-angry": "😠",
    "smiley-neutral": "😐",
    "smiley-oh": "😮",
    "smily_bad": "🙁",
    "stop": "🔴",
    "stop-sign": "🛑",
    "subtraction": "➖",
    "trash": "🗑️",
    "up": "⬆️",
    "very_negative": "👎👎",
    "very_positive": "👍👍",
    "video": "🎬",
    "wizard": "🪄",
    "xmag": "🔍",
    "yes": "❗",
}
