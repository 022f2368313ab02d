"""The language of text as OpenDocument has it: one of Western letters, one of East Asian, one of complex scripts."""

from __future__ import annotations

# Where a tag names no country, that for which most programs have a dictionary.
_COUNTRIES: dict[str, str] = dict(
    each.split("-")
    for each in (
        "ar-SA cs-CZ da-DK de-DE el-GR en-US es-ES fa-IR fi-FI fr-FR he-IL hi-IN hu-HU it-IT ja-JP ko-KR nb-NO nl-NL "
        "no-NO pl-PL pt-PT ro-RO ru-RU sv-SE th-TH tr-TR uk-UA ur-PK zh-CN"
    ).split()
)
_ASIAN = frozenset(("ja", "ko", "zh"))
_COMPLEX = frozenset(
    "ar arc as bn bo ckb dv dz fa gu he hi iw kn km ks lo ml mr my ne or pa ps sa sd si syr ta te th ug ur yi".split()
)


def spoken(tag: str) -> str:
    """The attributes that say in which language text is (ODF 1.3 part 3, 20.202), for a tag such as `de-AT`."""
    language, country = _parted(tag)
    if language in _ASIAN:
        return f'fo:language="en" fo:country="US" style:language-asian="{language}" style:country-asian="{country}"'
    if language in _COMPLEX:
        return f'fo:language="en" fo:country="US" style:language-complex="{language}" style:country-complex="{country}"'
    return f'fo:language="{language}" fo:country="{country}"'


def _parted(tag: str) -> tuple[str, str]:
    language, *others = tag.split("-")
    language = language.lower()
    country = next((each.upper() for each in others if len(each) == 2 and each.isalpha()), "")
    if language == "zh" and not country and "hant" in tag.lower():
        country = "TW"
    return language, country or _COUNTRIES.get(language, "none")
