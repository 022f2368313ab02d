"""What stands before the text: the class, the packages that the text needs, and the few commands that it uses.

Packages beyond LaTeX's own "required" and "recommended" ones are asked for only where they are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from exporters.document.nodes import Document
from exporters.document.walk import title
from exporters.formats.latex import Options, escaping
from exporters.toolbox import metadata

# The names that babel has for languages; its own data for each is part of it, other packages are not needed.
_LANGUAGES = {
    "af": "afrikaans", "ar": "arabic", "bg": "bulgarian", "ca": "catalan", "cs": "czech", "cy": "welsh", "da": "danish",
    "de": "german", "el": "greek", "en": "english", "en-au": "australian", "en-gb": "british", "en-us": "american",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "gl": "galician", "he": "hebrew", "hi": "hindi", "hr": "croatian",
    "hu": "hungarian", "id": "indonesian", "is": "icelandic", "it": "italian", "ja": "japanese", "ko": "korean",
    "la": "latin", "lt": "lithuanian", "lv": "latvian", "nb": "norwegian", "nl": "dutch", "nn": "nynorsk",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "pt-br": "brazilian", "ro": "romanian", "ru": "russian",
    "sk": "slovak", "sl": "slovene", "sq": "albanian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "th": "thai",
    "tr": "turkish", "uk": "ukrainian", "ur": "urdu", "vi": "vietnamese", "zh": "chinese",
}  # fmt: skip

_COLOURS = """\
\\definecolor{link}{HTML}{0B4F8A}
\\definecolor{note}{HTML}{0B5CAD}
\\definecolor{tip}{HTML}{1A7F37}
\\definecolor{important}{HTML}{7A3EB1}
\\definecolor{warning}{HTML}{9A6700}
\\definecolor{caution}{HTML}{B3261E}
"""

_COMMANDS = {
    "tightlist": "\\newcommand{\\tightlist}{\\setlength{\\itemsep}{0pt}\\setlength{\\parskip}{0pt}}",
    "keyboard": "\\newcommand{\\keyboard}[1]{{\\setlength{\\fboxsep}{1.5pt}\\fbox{\\small\\ttfamily\\strut #1}}}",
    "marked": "\\newcommand{\\marked}[1]{{\\setlength{\\fboxsep}{1pt}\\colorbox{yellow!60}{\\strut #1}}}",
    "struck": "\\newcommand{\\struck}[1]{\\leavevmode\\rlap{#1}\\setbox0=\\hbox{#1}"
    "\\raisebox{0.5ex}{\\rule{\\wd0}{0.5pt}}}",
    "pagewide": "\\newcommand{\\pagewide}{\\begin{center}\\rule{0.4\\linewidth}{0.4pt}\\end{center}}",
    "picture": "\\makeatletter\n"
    "\\newcommand{\\naturalwidth}{\\ifdim\\Gin@nat@width>\\linewidth\\linewidth\\else\\Gin@nat@width\\fi}\n"
    "\\newcommand{\\naturalheight}{\\ifdim\\Gin@nat@height>0.8\\textheight 0.8\\textheight\\else\\Gin@nat@height\\fi}\n"
    "\\makeatother\n"
    "\\newcommand{\\picturein}[2]{\\IfFileExists{#1}"
    "{\\includegraphics[width=\\naturalwidth,height=\\naturalheight,keepaspectratio]{#1}}{\\nopicture{#2}}}",
    "nopicture": "\\newcommand{\\nopicture}[1]{\\setbox0=\\hbox{\\small\\itshape #1}\\fbox{\\ifdim\\wd0>0.7\\linewidth"
    "\\begin{minipage}{0.7\\linewidth}\\centering\\small\\itshape #1\\end{minipage}\\else\\box0\\fi}}",
    "caption": "\\newcommand{\\captioned}[1]{\\begin{center}\\small #1\\end{center}}",
    "callout": "\\newenvironment{callout}[2]{\\par\\medskip\\noindent{\\color{#1}\\rule{\\linewidth}{0.8pt}\\par"
    "\\nopagebreak\\noindent\\sffamily\\bfseries #2\\par}\\nopagebreak\\noindent\\ignorespaces}"
    "{\\par\\medskip}",
    "deeper": "\\newenvironment{deeper}{\\par\\advance\\leftskip by 1.5em\\relax}{\\par}",
}
_CODE_COLOURS = {
    "c": ("6A737D", "\\itshape"), "cp": ("6A737D", ""), "k": ("A626A4", "\\bfseries"), "kc": ("0550AE", ""),
    "kt": ("0550AE", ""), "m": ("0550AE", ""), "s": ("0A6B2D", ""), "se": ("9A6700", ""), "sr": ("0A6B2D", ""),
    "na": ("0550AE", ""), "nb": ("7A3EB1", ""), "nc": ("953800", ""), "nd": ("7A3EB1", ""), "nf": ("7A3EB1", ""),
    "nt": ("116329", ""), "nv": ("953800", ""), "gd": ("B3261E", ""), "gi": ("1A7F37", ""),
    "gh": ("0550AE", "\\bfseries"),
    "gp": ("6A737D", ""), "go": ("57606A", ""), "ge": ("24292F", "\\itshape"), "gs": ("24292F", "\\bfseries"),
}  # fmt: skip


def preamble(document: Document, options: Options, body: str, used: frozenset[str]) -> Iterator[str]:
    """The lines before the text. `used` are the names of the commands of ours that it has, and `code-` for colours."""
    tag = metadata.language(document)
    rare = _rare(body)
    signs = _signs_of(rare)
    others = [char for char in sorted(rare) if char not in signs or char.isalpha()]
    yield from _class(document, options, others)
    yield "\\usepackage{amsmath,amssymb}"
    yield from _engines(others)
    yield from _language(tag, others)
    yield "\\usepackage{graphicx}"
    yield "\\usepackage{xcolor}"
    yield "\\usepackage{longtable,booktabs,array}"
    if "\\multirow" in body:
        yield _where("multirow", "\\newcommand{\\multirow}[3]{#3}")
    if "cancel{" in body:
        yield _where("cancel", "\\newcommand{\\cancel}[1]{#1}\\newcommand{\\bcancel}[1]{#1}")
    if "\\begin{Verbatim}" in body:
        yield "\\usepackage{fancyvrb}"
        yield "\\IfFileExists{fvextra.sty}{\\usepackage{fvextra}\\fvset{breaklines,breaksymbolleft={}}}{}"
        yield "\\fvset{fontsize=\\small,commandchars=\\\\\\{\\}}"
        yield "\\fvset{frame=leftline,framesep=0.8em,rulecolor=\\color{gray!50}}"
    yield _where("microtype", "")
    yield "\\usepackage{hyperref}"
    yield _COLOURS.rstrip()
    yield from _about(document, tag)
    yield "\\setlength{\\parindent}{0pt}"
    yield "\\setlength{\\parskip}{0.6em plus 0.2em minus 0.1em}"
    yield "\\setlength{\\emergencystretch}{3em}"
    yield "\\setcounter{secnumdepth}{-2}"
    yield from _headings()
    for name, command in _COMMANDS.items():
        if name in used:
            yield command
    for name, (colour, style) in _CODE_COLOURS.items():
        if f"code-{name}" in used:
            yield f"\\newcommand{{\\code{name}}}[1]{{\\textcolor[HTML]{{{colour}}}{{{style}{' ' if style else ''}#1}}}}"
    yield from _signs(signs)


def _class(document: Document, options: Options, others: list[str]) -> Iterator[str]:
    if others:
        yield "% !TEX program = lualatex"
    if metadata.direction(document) == "rtl":
        yield "% From the right to the left as LuaLaTeX sets it; the others know less of that."
    yield f"\\documentclass[{options.paper}paper,11pt]{{{options.document_class}}}"
    yield "\\usepackage[margin=2.5cm]{geometry}"
    yield "\\usepackage{iftex}"


def _engines(others: list[str]) -> Iterator[str]:
    yield "\\ifPDFTeX"
    yield "  \\usepackage[T1]{fontenc}"
    yield "  \\usepackage{textcomp}"
    yield "  \\IfFileExists{lmodern.sty}{\\usepackage{lmodern}}{}"
    yield "\\else"
    yield "  \\usepackage{fontspec}"
    fonts = [
        font for font, ranges in _FONTS.items() if any(low <= ord(c) <= high for c in others for low, high in ranges)
    ]
    if fonts:
        # LuaLaTeX takes what its main font lacks from the first of these that has it.
        yield "  \\ifLuaTeX"
        yield "    \\def\\others{}"
        for font in fonts:
            yield f'    \\IfFontExistsTF{{{font}}}{{\\edef\\others{{\\others"{font}:mode=harf;",}}}}{{}}'
        yield "    \\directlua{luaotfload.add_fallback('others', {\\others})}"
        yield "    \\ifx\\others\\empty\\else"
        for family, font in (("main", "Roman"), ("sans", "Sans"), ("mono", "Mono")):
            yield f"      \\set{family}font{{Latin Modern {font}}}[RawFeature={{fallback=others}}]"
        yield "    \\fi"
        yield "  \\else"
        if any(font.startswith("Noto Serif CJK") for font in fonts):
            yield "    \\IfFileExists{xeCJK.sty}{\\usepackage{xeCJK}"
            yield "      \\IfFontExistsTF{Noto Serif CJK SC}{\\setCJKmainfont{Noto Serif CJK SC}}{}}{}"
        if "Noto Serif" in fonts:
            yield "    \\IfFontExistsTF{Noto Serif}{\\setmainfont{Noto Serif}}{}"
        yield "  \\fi"
    yield "\\fi"


_FONTS = {
    "Noto Serif Devanagari": ((0x900, 0x97F),),
    "Noto Serif Thai": ((0xE00, 0xE7F),),
    "Noto Serif CJK SC": ((0x2E80, 0x30FF), (0x3100, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF)),
    "Noto Serif CJK KR": ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF)),
    "Noto Serif": ((0x250, 0x58F), (0x1E00, 0x1FFF), (0x2000, 0x20CF)),
    "Noto Sans Symbols2": ((0x2190, 0x2BFF), (0x1F000, 0x1FAFF)),
    "Noto Emoji": ((0x2190, 0x2BFF), (0x1F000, 0x1FAFF)),
    "DejaVu Sans": ((0x2190, 0x2BFF), (0x1F000, 0x1FAFF)),
}


def _language(tag: str, others: list[str]) -> Iterator[str]:
    """The language, and for LuaLaTeX those that are written from the right, by whose letters it changes the font."""
    key = tag.lower()
    while key and key not in _LANGUAGES:
        key = key.rpartition("-")[0]
    name = _LANGUAGES.get(key, "english")
    found = [
        script for script in _FROM_THE_RIGHT if any(low <= ord(c) <= high for c in others for low, high in script.of)
    ]
    if not found:
        yield f"\\usepackage[{name},provide=*]{{babel}}"
        return
    yield "\\ifLuaTeX"
    yield f"  \\usepackage[{name},bidi=basic,provide=*]{{babel}}"
    own = [script for script in found if name in script.languages]
    for other in ("english" if own else "", *(script.languages[0] for script in found if script not in own)):
        if other:
            yield f"  \\babelprovide[import,onchar=ids fonts]{{{other}}}"
    if own:
        yield "  \\babelfont{rm}{Latin Modern Roman}"
    for script in found:
        of = name if script in own else script.languages[0]
        fonts = "".join(f"\\babelfont[{of}]{{{family}}}{{{script.font}}}" for family in ("rm", "sf", "tt"))
        yield f"  \\IfFontExistsTF{{{script.font}}}{{{fonts}}}{{}}"
    yield f"\\else\\usepackage[{name},provide=*]{{babel}}\\fi"


class _Script(NamedTuple):
    languages: tuple[str, ...]
    font: str
    of: tuple[tuple[int, int], ...]


_FROM_THE_RIGHT = (
    _Script(
        ("arabic", "persian", "urdu"),
        "Noto Naskh Arabic",
        ((0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)),
    ),
    _Script(("hebrew",), "Noto Serif Hebrew", ((0x590, 0x5FF), (0xFB1D, 0xFB4F))),
)


def _about(document: Document, tag: str) -> Iterator[str]:
    stated = {
        "pdftitle": title(document),
        "pdfauthor": ", ".join(metadata.authors(document)),
        "pdfsubject": metadata.stated(document, "description", "abstract", "summary", "subtitle"),
        "pdfkeywords": ", ".join(metadata.keywords(document)),
        "pdflang": tag,
    }
    yield "\\hypersetup{"
    for key, value in stated.items():
        if value:
            yield f"  {key}={{{escaping.line(value)}}},"
    yield "  unicode, colorlinks, allcolors=link, pdfdisplaydoctitle}"


def _headings() -> Iterator[str]:
    """Those of the fourth and fifth level on lines of their own."""
    yield "\\makeatletter"
    for level, name in ((4, "paragraph"), (5, "subparagraph")):
        yield (
            f"\\renewcommand\\{name}{{\\@startsection{{{name}}}{{{level}}}{{\\z@}}"
            "{1.2ex plus .5ex minus .2ex}{0.3ex}{\\normalfont\\normalsize\\bfseries}}"
        )
    yield "\\makeatother"


def _where(package: str, otherwise: str) -> str:
    return f"\\IfFileExists{{{package}.sty}}{{\\usepackage{{{package}}}}}{{{otherwise}}}"


def _rare(body: str) -> set[str]:
    """The characters that pdfLaTeX does not know by itself."""
    return {char for char in set(body) if char > "\u017f" and char not in _COMMON}


_COMMON = frozenset("–—‘’‚“”„†‡•…‰‹›€™№℠ſˆ˜\u2009\u2002\u2003\u200c")


def _signs_of(rare: set[str]) -> dict[str, str]:
    """For each of these characters that a formula has, its command; those that are not seen have none."""
    if not rare:
        return {}
    from exporters.toolbox.formula_latex import commands  # 6 ms, for documents with rare characters

    known = {char: f"\\ensuremath{{{commands()[char]}}}" for char in rare if char in commands()}
    return known | dict.fromkeys(rare & _DROPPED, "")


def _signs(signs: dict[str, str]) -> Iterator[str]:
    """What stands for characters that only the fonts of formulas have; for others pdfLaTeX shows a box."""
    yield "\\ifPDFTeX"
    yield "  \\makeatletter\\def\\UTFviii@undefined@err#1{\\fbox{\\tiny ?}}\\makeatother"
    yield from (f"  \\DeclareUnicodeCharacter{{{ord(char):04X}}}{{{signs[char]}}}" for char in sorted(signs))
    yield "\\else"
    for char in sorted(signs):
        if not char.isalpha():  # fonts have letters
            code = f'"{ord(char):X}'
            active = f"\\begingroup\\lccode`\\~={code}\\lowercase{{\\endgroup\\protected\\def~}}{{{signs[char]}}}"
            yield f"  {active}\\catcode{code}=13"
    yield "\\fi"


_DROPPED = frozenset("\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufe0e\ufe0f")
