"""The documents that are measured: a chapter of 25 kB and a book of 1.2 MB, varied as real ones, always the same.

They are made of sentences and not of one paragraph repeated: layout, hyphenation and compression all gain from
repetition, and a benchmark should not.
"""

from __future__ import annotations

import json
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from random import Random

CHAPTER_BYTES = 25_000
CHAPTERS = 46  # 1.2 MB, about 500 pages of A4


def long_table(rows: int) -> str:
    """A table of five columns in Markdown."""
    random = Random(rows)
    lines = ["# Inventory", "", "| No. | What | Where | Count | Remark |", "|--:|---|---|--:|---|"]
    for number in range(1, rows + 1):
        what = f"{random.choice(_ADJECTIVES)} {random.choice(_NOUNS)}"
        remark = f"{random.choice(_VERBS)} the {random.choice(_NOUNS)} {random.choice(_HOW)}"
        lines.append(f"| {number} | {what} | {random.choice(_NOUNS)} | {random.randrange(1, 900)} | {remark} |")
    return "\n".join([*lines, ""])


def _words(text: str) -> list[str]:
    return text.split()


_NOUNS = _words(
    """
    apprentice archive balance barrel bench boiler bottle bracket bridge brush bucket cabinet café candle carpet
    catalogue ceiling chisel chimney clock column compass corridor crane curtain drawer engine façade fence ferry
    filter foundry furnace garden gauge glacier hammer handle harbour hinge hospital index inventory journal kettle
    keyboard ladder lantern ledger lever library machine magnet market mirror mould museum needle notebook orchard
    oven paddle painter paper pendulum piano pillar pipe plough press printer pulley quarry railway record ribbon
    river roof saddle sailor screw shelf shutter signal spindle spring stair station surveyor tailor telescope
    theatre timber tower tunnel valve varnish vessel village wagon warehouse weaver wheel windmill window workshop
    """
)
_ADJECTIVES = _words(
    """
    ancient awkward brass careful cheap circular cold common crooked deep dry early empty familiar fine flat
    forgotten fragile gentle green heavy hidden hollow honest idle improbable iron late light little local long loud
    modest narrow northern obvious old oval patient plain polished precise provincial quiet rare reliable remote
    rough second shallow silent simple single slow small spare steady stubborn temporary tidy uneven useful warm
    weary wooden young
    """
)
_VERBS = _words(
    """
    adjusts balances carries checks cleans closes collects compares counts covers describes divides draws exceeds
    explains feeds fills follows guards heats holds improves joins keeps leads lifts loosens marks measures mends
    moves needs notices oils opens orders paints passes polishes prepares protects raises records reduces replaces
    resembles returns rolls seals separates serves shapes shows signs sorts stores supports surrounds teaches tests
    tightens touches turns understands uses warms watches weighs
    """
)
_HOW = ("almost always", "by hand", "carefully", "gradually", "in silence", "never", "once a year", "rarely", "slowly")
_WHEN = (
    "After the second winter,",
    "As the register shows,",
    "At the other end of the yard,",
    "For this reason",
    "In most cases",
    "In the spring of 1987,",
    "Long before the fire,",
    "On the upper floor",
    "Since nobody had asked,",
    "Under these circumstances",
    "When the wind is in the east,",
    "With a little practice",
)
_LINKS = ("https://example.org/archive/", "https://example.org/a/rather/long/address/?page=", "https://example.com/#")
_CODE = (
    (
        "python",
        """def {a}({b}: list[float], limit: int = {n}) -> float:
    \"\"\"The mean of the first values, or 0.\"\"\"
    chosen = [value for value in {b}[:limit] if value > 0.{n}]
    return sum(chosen) / len(chosen) if chosen else 0.0
""",
    ),
    (
        "sql",
        """SELECT {a}.name, count(*) AS {b}s, max({b}.weight_kg) AS heaviest
FROM {a} JOIN {b} ON {b}.{a}_id = {a}.id
WHERE {b}.year BETWEEN 1900 AND 19{n}
GROUP BY {a}.name ORDER BY heaviest DESC;
""",
    ),
    (
        "json",
        """{{
  "{a}": {{"id": {n}, "parts": ["{b}", "spare"], "checked": true}},
  "weight_kg": {n}.25
}}
""",
    ),
    (
        "bash",
        """for file in {a}/*.csv; do
  sort --key={n} "$file" | uniq > "{b}/$(basename "$file")"
done
""",
    ),
)


def chapter(number: int = 1) -> str:
    """One chapter of about `CHAPTER_BYTES`: headings, lists, tables, code, links, notes, an image."""
    random = Random(number)
    parts = [f"# {number}. {_title(random)}\n", f"{_paragraph(random)}\n"]
    notes: list[str] = []
    size = sum(map(len, parts))
    for section, block in enumerate(_blocks(random, number, notes)):
        if section % 7 == 0:
            block = f"## {_title(random)}\n\n{_paragraph(random)}\n\n{block}"
        elif section % 7 == 4:
            block = f"### {_title(random)}\n\n{block}"
        parts.append(block)
        size += len(block.encode())
        if size > CHAPTER_BYTES:
            break
    return "\n".join([*parts, *notes])


def book() -> str:
    """`CHAPTERS` chapters with front matter."""
    head = "---\ntitle: The Complete Workshop\nauthor: A. N. Apprentice\nlanguage: en\n---\n\n"
    return head + "\n".join(chapter(number) for number in range(1, CHAPTERS + 1))


def mkdocs_chapter() -> str:
    """The chapter as somebody writes it for MkDocs: with its admonitions, a content tab, a foldable block."""
    lines: list[str] = []
    in_alert = False
    for line in chapter().split("\n"):
        if line.startswith("> [!"):
            in_alert = True
            lines.append(f"!!! {line[4:].rstrip(']').lower()}")
        elif in_alert and line.startswith(">"):
            lines.append(f"    {line[1:].strip()}")
        else:
            in_alert = False
            lines.append(line)
    tabs = '=== "By hand"\n\n    With care.\n\n=== "By machine"\n\n    With ++ctrl+enter++.\n'
    return "\n".join([*lines, "", tabs, '??? tip "More"', "", "    Less.", ""])


MAP_TOPICS = 5_000


def mindmup_map() -> str:
    """A map of 5,000 topics, some with notes, links and colours, as MindMup saves it."""
    random = Random(5)

    def idea(number: int) -> dict[str, object]:
        found: dict[str, object] = {"id": number, "title": f"{_title(random)} {number}"}
        if number % 10 == 0:
            found["attr"] = {"note": {"index": 1, "text": _sentence(random)}, "style": {"background": "#FFEEAA"}}
        if number % 25 == 0:
            found["title"] = f"{found['title']} https://example.org/{number}"
        below = {str(rank): idea(child) for rank, child in enumerate(_children(number), 1)}
        return {**found, "ideas": below} if below else found

    return json.dumps({"formatVersion": 3, "id": "root", "ideas": {"1": idea(1)}, "links": []})


def freemind_map() -> str:
    """The same as FreeMind saves it."""
    random = Random(5)

    def node(number: int) -> str:
        link = f' LINK="https://example.org/{number}"' if number % 25 == 0 else ""
        note = ""
        if number % 10 == 0:
            words = _sentence(random)
            note = f'<richcontent TYPE="NOTE"><html><body><p>{words}</p></body></html></richcontent>'
        inner = "".join(map(node, _children(number)))
        return f'<node ID="ID_{number}" TEXT="{_title(random)} {number}"{link}>{note}{inner}</node>'

    return f'<map version="1.0.1">{node(1)}</map>'


def opml_outline() -> str:
    """The same as an outliner saves it."""
    random = Random(5)

    def outline(number: int) -> str:
        note = f' _note="{_sentence(random)}"' if number % 10 == 0 else ""
        inner = "".join(map(outline, _children(number)))
        return f'<outline text="{_title(random)} {number}"{note}>{inner}</outline>'

    return f'<opml version="2.0"><head><title>All</title></head><body>{outline(1)}</body></opml>'


def _children(number: int) -> range:
    """A tree in which each topic has six below it, as far as there are so many."""
    first = (number - 1) * 6 + 2
    return range(first, min(first + 6, MAP_TOPICS + 1))


def picture(seed: int, width: int = 200, height: int = 112) -> bytes:
    """A small PNG: a gradient with stripes."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)  # PNG filter 0: as it is
        for x in range(width):
            rows += bytes(((x * 255 // width) & 0xF0, (y * 255 // height) & 0xF0, ((x * seed + y) >> 4 & 1) * 96 + 64))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _blocks(random: Random, number: int, notes: list[str]) -> Iterator[str]:
    while True:
        yield f"{_paragraph(random)}\n"
        yield _list(random)
        yield f"{_paragraph(random)}\n"
        yield _table(random)
        label = f"note-{number}-{len(notes)}"
        notes.append(f"[^{label}]: {_sentence(random)} {_sentence(random)}\n")
        yield f"{_paragraph(random)}[^{label}]\n"
        yield _code(random)
        yield f"{_paragraph(random)}\n\n{_paragraph(random)}\n"
        yield f"> {_sentence(random)} {_sentence(random)}\n"
        if len(notes) == 1 and number % 6 == 1:
            yield f"![{_title(random)}](data:image/png;base64,{b64encode(picture(number)).decode()})\n"
        yield f"> [!NOTE]\n> {_sentence(random)}\n"


def _paragraph(random: Random) -> str:
    return " ".join(_dressed(random, _sentence(random)) for _ in range(3 + int(random.random() * 4)))


def _sentence(random: Random) -> str:
    subject = f"the {_pick(random, _ADJECTIVES)} {_pick(random, _NOUNS)}"
    rest = f"{_pick(random, _VERBS)} the {_pick(random, _NOUNS)}"
    text = f"{subject} {_pick(random, _HOW)} {rest}" if random.random() < 0.4 else f"{subject} {rest}"
    if random.random() < 0.5:
        text += f", and the {_pick(random, _NOUNS)} {_pick(random, _VERBS)} {_article(random)} {_pick(random, _NOUNS)}"
    if random.random() < 0.3:
        text += f" – {10 + int(random.random() * 90)} % of it, at {int(random.random() * 40)} °C"
    if random.random() < 0.35:
        return f"{_pick(random, _WHEN)} {text}."
    return f"{text[0].upper()}{text[1:]}."


def _article(random: Random) -> str:
    return _pick(random, ("the", "its", "each", "another"))


def _dressed(random: Random, sentence: str) -> str:
    dice = random.random()
    if dice > 0.35:
        return sentence
    words = sentence[:-1].split(" ")
    at = 2  # the adjective or the noun of the beginning
    if dice < 0.1:
        words[at] = f"*{words[at]}*"
    elif dice < 0.18:
        words[at] = f"**{words[at]}**"
    elif dice < 0.26:
        words[at] = f"`{words[at]}_{len(words)}`"
    else:
        words[at] = f"[{words[at]}]({_pick(random, _LINKS)}{len(words)})"
    return " ".join(words) + "."


def _title(random: Random) -> str:
    return f"The {_pick(random, _ADJECTIVES)} {_pick(random, _NOUNS)} and the {_pick(random, _NOUNS)}"


def _list(random: Random) -> str:
    ordered = random.random() < 0.4
    lines = []
    for number in range(1, 4 + int(random.random() * 4)):
        lines.append(f"{number}. {_sentence(random)}" if ordered else f"- {_sentence(random)}")
        if random.random() < 0.3:
            indent = "   " if ordered else "  "
            lines += [f"{indent}- {_pick(random, _ADJECTIVES)} {_pick(random, _NOUNS)}" for _ in range(3)]
    return "\n".join(lines) + "\n"


def _table(random: Random) -> str:
    rows = ["| Part | Made of | Count | Weight, kg |", "|:-----|:-------:|------:|-----------:|"]
    rows += [
        f"| {_pick(random, _ADJECTIVES)} {_pick(random, _NOUNS)} | {_pick(random, ('oak', 'iron', '*glass*'))} "
        f"| {int(random.random() * 90)} | {random.random() * 40:.2f} |"
        for _ in range(4 + int(random.random() * 6))
    ]
    return "\n".join(rows) + "\n"


def _code(random: Random) -> str:
    language, text = _pick(random, _CODE)
    filled = text.format(a=_ascii(random), b=_ascii(random), n=10 + int(random.random() * 80))
    return f"```{language}\n{filled}```\n"


def _ascii(random: Random) -> str:
    return _pick(random, [noun for noun in _NOUNS if noun.isascii()])


def _pick[T](random: Random, choices: Sequence[T]) -> T:
    return choices[int(random.random() * len(choices))]
