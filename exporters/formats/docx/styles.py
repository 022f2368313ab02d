"""How a document looks: its styles, and the fonts and colours that these take from its theme.

What does not change stands in two files beside this one. Styles that Word knows itself have the names by which it does
(ECMA-376-1, 17.7.4.9), so that its own buttons and menus find them; those of its users' other programs, such as Source
Code, have the names that reference documents for pandoc give them.
"""

from __future__ import annotations

from collections.abc import Iterator

from exporters.formats.docx.language import CODE, LATIN, Language
from exporters.toolbox import code_colours as colours
from exporters.toolbox.admonitions import GithubKind
from exporters.toolbox.ooxml import XML

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"

# Colour of the bar and the label, and of what is behind. Labels have at least 4.5 times the darkness of that.
ADMONITIONS: dict[GithubKind, tuple[str, str]] = {
    "note": ("0B5CAD", "F1F6FC"),
    "tip": ("1A7F4B", "F0F8F3"),
    "important": ("7443C8", "F6F2FD"),
    "warning": ("8F5B00", "FDF7EA"),
    "caution": ("C62F2F", "FDF2F2"),
}
CODE_FILL = "F3F5F7"
QUOTE_BAR = "C9D1D9"

# Class of the highlighter → name of its style, colour, what else.
TOKENS: dict[str, tuple[str, str, str]] = {
    "c": ("Code Comment", colours.COMMENT, "<w:i/><w:iCs/>"),
    "go": ("Code Output", colours.COMMENT, ""),
    "gp": ("Code Prompt", colours.COMMENT, ""),
    "k": ("Code Keyword", colours.KEYWORD, ""),
    "nt": ("Code Tag", colours.KEYWORD, ""),
    "kc": ("Code Constant", colours.VALUE, ""),
    "m": ("Code Number", colours.VALUE, ""),
    "se": ("Code Escape", colours.VALUE, ""),
    "na": ("Code Attribute", colours.VALUE, ""),
    "kt": ("Code Type", colours.TYPE, ""),
    "nc": ("Code Class", colours.TYPE, ""),
    "nb": ("Code Builtin", colours.TYPE, ""),
    "nv": ("Code Variable", colours.TYPE, ""),
    "cp": ("Code Preprocessor", colours.TYPE, ""),
    "s": ("Code String", colours.STRING, ""),
    "sr": ("Code Pattern", colours.STRING, ""),
    "nf": ("Code Function", colours.NAME, ""),
    "nd": ("Code Decorator", colours.NAME, ""),
    "gd": ("Code Deleted", colours.DELETED, ""),
    "gi": ("Code Inserted", colours.STRING, ""),
    "ge": ("Code Emphasis", "", "<w:i/><w:iCs/>"),
    "gh": ("Code Heading", "", "<w:b/><w:bCs/>"),
    "gs": ("Code Strong", "", "<w:b/><w:bCs/>"),
}


def style_id(name: str) -> str:
    """The id of a style: its name without blanks."""
    return "".join(name.split())


def styles(language: Language) -> str:
    """The part `word/styles.xml`."""
    return f'{XML}<w:styles xmlns:w="{WORD}">{defaults(language)}{_LATENT}{own_styles()}</w:styles>'


def defaults(language: Language) -> str:
    """What holds for every paragraph unless a style says otherwise: 11 points, a fifth of a line between lines."""
    return (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:asciiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia" '
        'w:hAnsiTheme="minorHAnsi" w:cstheme="minorBidi"/><w:color w:val="1F2328"/><w:sz w:val="22"/>'
        f'<w:szCs w:val="22"/><w:lang{language.tag}/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:after="160" w:line="283" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )


def own_styles(bullets: int = 1, numbers: int = 2) -> str:
    """All styles, as elements; those of lists are used for these lists where nobody says another."""
    whole = _beside("styles.xml") % {"bullets": bullets, "numbers": numbers}
    return "".join((*whole.split("\n"), *_admonitions(), *_tokens()))


def theme(language: Language) -> str:
    """The part `word/theme/theme1.xml` (ECMA-376-1, 20.1.6.9)."""
    fonts = (
        f'<a:latin typeface="{LATIN}"/><a:ea typeface="{language.east_asian_font}"/>'
        f'<a:cs typeface="{language.complex_font}"/>'
    )
    scheme = (
        f'<a:fontScheme name="Calm"><a:majorFont>{fonts}</a:majorFont><a:minorFont>{fonts}</a:minorFont></a:fontScheme>'
    )
    return theme_of(_beside("theme.xml").partition("\n")[0], scheme)


def theme_of(colours: str, fonts: str) -> str:
    """A theme of these colours and fonts, each an element."""
    formats = _beside("theme.xml").strip().partition("\n")[2]
    return (
        f'{XML}<a:theme xmlns:a="{_DRAWING}" name="Calm"><a:themeElements>{colours}{fonts}{formats}'
        "</a:themeElements></a:theme>"
    )


def fonts(language: Language) -> str:
    """The part `word/fontTable.xml`: what to take where a font is not there."""
    table = {
        LATIN: ("Carlito", "swiss", "variable"),
        CODE: ("Liberation Mono", "modern", "fixed"),
        "Cambria Math": ("Caladea", "roman", "variable"),
        language.east_asian_font: ("", "swiss", "variable"),
        language.complex_font: ("", "swiss", "variable"),
    }
    rows = (
        f'<w:font w:name="{name}">{f"""<w:altName w:val="{other}"/>""" if other else ""}'
        f'<w:family w:val="{family}"/><w:pitch w:val="{pitch}"/></w:font>'
        for name, (other, family, pitch) in table.items()
    )
    return f'{XML}<w:fonts xmlns:w="{WORD}">{"".join(rows)}</w:fonts>'


def admonition_style(kind: GithubKind) -> str:
    """The id of the style of paragraphs in a call-out; that of its label has `Label` after it."""
    return f"Admonition{kind.capitalize()}"


def _admonitions() -> Iterator[str]:
    for kind, (colour, fill) in ADMONITIONS.items():
        name = f"Admonition {kind.capitalize()}"
        id = admonition_style(kind)
        yield (
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{id}"><w:name w:val="{name}"/>'
            '<w:basedOn w:val="Normal"/><w:uiPriority w:val="30"/><w:qFormat/><w:pPr><w:pBdr>'
            f'<w:top w:val="single" w:sz="4" w:space="5" w:color="{fill}"/>'
            f'<w:left w:val="single" w:sz="24" w:space="11" w:color="{colour}"/>'
            f'<w:bottom w:val="single" w:sz="4" w:space="5" w:color="{fill}"/>'
            f'<w:right w:val="single" w:sz="4" w:space="7" w:color="{fill}"/></w:pBdr>'
            f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/><w:spacing w:after="100"/>'
            '<w:ind w:left="280" w:right="150"/></w:pPr></w:style>'
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{id}Label"><w:name w:val="{name} Label"/>'
            f'<w:basedOn w:val="{id}"/><w:next w:val="{id}"/><w:uiPriority w:val="30"/><w:qFormat/><w:pPr><w:keepNext/>'
            f'<w:spacing w:after="40"/></w:pPr><w:rPr><w:b/><w:bCs/><w:color w:val="{colour}"/></w:rPr></w:style>'
        )


def _tokens() -> Iterator[str]:
    for name, colour, more in TOKENS.values():
        colour = f'<w:color w:val="{colour}"/>' if colour else ""
        yield (
            f'<w:style w:type="character" w:customStyle="1" w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
            '<w:basedOn w:val="DefaultParagraphFont"/><w:uiPriority w:val="99"/>'
            f"<w:rPr>{more}{colour}</w:rPr></w:style>"
        )


def _beside(name: str) -> str:
    with open(f"{__file__.rpartition('/')[0]}/{name}", encoding="utf-8") as file:  # noqa: PTH123 – pathlib takes 6 ms to import
        return file.read()


# How Word's list of styles treats those that it knows and this file has not (17.7.4.5).
_LATENT = (
    '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" w:defUnhideWhenUsed="1" '
    'w:defQFormat="0" w:count="376"/>'
)
