"""In which language a document is, as Word is told so, and which letters that takes.

Word keeps three languages and three fonts for each piece of text: for Latin, for Chinese, Japanese and Korean, and for
what it calls complex scripts, Arabic and Hebrew among them (ECMA-376-1, 17.3.2.20 and 17.3.2.26).
"""

from __future__ import annotations

from typing import NamedTuple

from exporters.document import Document
from exporters.toolbox import metadata

LATIN = "Calibri"
"""Comes with every Word since 2007; LibreOffice has Carlito, which is as wide in every letter."""
CODE = "Consolas"

# Word asks for a region, too: what a language without one is most often.
_REGIONS = {
    "ar": "ar-SA", "bg": "bg-BG", "ca": "ca-ES", "cs": "cs-CZ", "da": "da-DK", "de": "de-DE", "el": "el-GR",
    "en": "en-US", "es": "es-ES", "et": "et-EE", "fa": "fa-IR", "fi": "fi-FI", "fr": "fr-FR", "he": "he-IL",
    "hi": "hi-IN", "hr": "hr-HR", "hu": "hu-HU", "id": "id-ID", "it": "it-IT", "iw": "he-IL", "ja": "ja-JP",
    "ko": "ko-KR", "lt": "lt-LT", "lv": "lv-LV", "nb": "nb-NO", "nl": "nl-NL", "nn": "nn-NO", "no": "nb-NO",
    "pl": "pl-PL", "pt": "pt-PT", "ro": "ro-RO", "ru": "ru-RU", "sk": "sk-SK", "sl": "sl-SI", "sr": "sr-Latn-RS",
    "sv": "sv-SE", "th": "th-TH", "tr": "tr-TR", "uk": "uk-UA", "ur": "ur-PK", "vi": "vi-VN", "zh": "zh-CN",
}  # fmt: skip
_EAST_ASIAN = {
    "zh-CN": "Microsoft YaHei",
    "zh-TW": "Microsoft JhengHei",
    "ja-JP": "Yu Gothic",
    "ko-KR": "Malgun Gothic",
}
_TRADITIONAL = ("hant", "tw", "hk", "mo")
_COMPLEX = {"th": "Leelawadee UI", "lo": "Leelawadee UI", "km": "Leelawadee UI"}
_INDIC = ("as", "bn", "gu", "hi", "kn", "ml", "mr", "ne", "or", "pa", "sa", "si", "ta", "te")


class Language(NamedTuple):
    latin: str
    """The tag of text in Latin letters; "" where the document does not say, for Word's own guess is better."""
    east_asian: str
    complex: str
    east_asian_font: str
    complex_font: str
    is_east_asian: bool
    """Whether the document itself is in one of these languages."""
    is_rtl: bool

    @property
    def tag(self) -> str:
        """The element for it: `w:lang`, or `w:themeFontLang`, without its name."""
        stated = (("w:val", self.latin), ("w:eastAsia", self.east_asian), ("w:bidi", self.complex))
        return "".join(f' {name}="{value}"' for name, value in stated if value)


def language(document: Document) -> Language:
    """What the document's metadata says of its language."""
    tag = metadata.stated_language(document)
    primary, *others = tag.lower().split("-")
    whole = tag if others else _REGIONS.get(primary, tag)
    latin, east_asian, complex_ = whole, "zh-CN", "ar-SA"
    is_east_asian = primary in ("zh", "ja", "ko")
    complex_font = _COMPLEX.get(primary, "Nirmala UI" if primary in _INDIC else "Arial")
    if is_east_asian:
        latin, east_asian = "en-US", _REGIONS[primary]
        if primary == "zh" and any(other in _TRADITIONAL for other in others):
            east_asian = "zh-TW"
    elif complex_font != "Arial" or (tag and metadata.direction_of(tag) == "rtl"):
        latin, complex_ = "en-US", whole
    return Language(
        latin,
        east_asian,
        complex_,
        _EAST_ASIAN[east_asian],
        complex_font,
        is_east_asian,
        metadata.direction(document) == "rtl",
    )
