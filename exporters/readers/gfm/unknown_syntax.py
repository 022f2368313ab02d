"""Notes on what is markup elsewhere and only words in GitHub's Markdown: it would be printed as it is written.

Which of it a source may hold is looked at once, and only that is then looked for in its words; what stands in code is
nobody's mistake.
"""

from __future__ import annotations

import re

from exporters.report import Code, Report

_FOR_MKDOCS = "Say source_kind=mkdocs to have it read."
_PICTURES = (
    "accessibility|atom|basecamp|basecampy|bowtie|copilot|dependabot|electron|feelsgood|finnadie|fishsticks|goberserk"
    "|godmode|hurtrealbad|neckbeard|octocat|rage[1-4]|shipit|suspect|trollface"
)

type Syntax = tuple[str, str, str]
"""What a text without any of it lacks; its pattern, with `^` where it begins a line; what to say to the author."""

# Patterns are compiled when they are first needed: all of them would take 3 ms. Each begins with letters, for these are
# found twenty times as fast as anything else.
_SYNTAXES: tuple[Syntax, ...] = (
    ("!!!", r"^!!! +[\w\"-]", f"A call-out of MkDocs (!!! note) is kept as text. {_FOR_MKDOCS}"),
    ("???", r"^\?\?\?\+? +[\w\"-]", f"A call-out of MkDocs (??? note) is kept as text. {_FOR_MKDOCS}"),
    ("===", r"^===[!+]? +\"", f'A tab of MkDocs (=== "Tab") is kept as text. {_FOR_MKDOCS}'),
    ("*[", r"^\*\[[^\[\]\n]+\]: ", f"An abbreviation (*[HTML]: …) is kept as text. {_FOR_MKDOCS}"),
    (":::", r"^:{3,} *[{\w]", "A container (::: note) is kept as text. Write > [!NOTE] for a call-out."),
    (
        "[!",
        r"^\[!(?!(?i:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\])[A-Za-z][\w-]*\]",
        "A call-out of a kind that GitHub lacks is kept as a quote. There are NOTE, TIP, IMPORTANT, WARNING, CAUTION.",
    ),
    (
        "TOC",
        r"^\[(?:TOC|\[TOC\])\]$",
        "The place of a table of contents ([TOC]) is kept as text. Remove it, and set the option toc=true.",
    ),
    ("[[", r"\[\[(?!TOC\])[^\[\]\n]+\]\]", "A wiki link ([[Page]]) is kept as text. Write [Page](page.md)."),
    (
        "{",
        r"\{\{[^{}\n]+\}\}|\{%[^%\n]+%\}",
        "What a template would fill in ({{ name }}) is kept as text. Export what the template makes of it.",
    ),
    ("{", r"\{(?:: ?[#.\w]|\.[A-Za-z])[^{}\n]*\}", "Attributes ({: .name }) are kept as text. Remove them."),
    ("==", r"==(?<![=\w]==)[^=\s](?:[^=\n]*[^=\s])?==(?![=\w])", "A ==marked== text is not marked. Write <mark>."),
    (
        "port ",
        r"^(?:import [^\n]* from ['\"]|import ['\"]|export (?:const|default|function)\b)",
        "Lines of a program (MDX's import and export) are kept as text. Remove them.",
    ),
    (
        ":",
        f":(?:{_PICTURES}):",
        "One of GitHub's own emoji (:octocat:) is kept as text, for no character stands for it. Put an image there.",
    ),
)


def possible(text: str) -> tuple[Syntax, ...]:
    """What is worth looking for: cheap."""
    return tuple(each for each in _SYNTAXES if each[0] in text and _somewhere(each[1], text))


def _somewhere(pattern: str, text: str) -> bool:
    if not pattern.startswith("^"):
        return re.search(pattern, text) is not None
    # In a search for a line end first, no time is lost on what is not the begin of a line.
    begin = rf"(?:[ \t>]|[-+*][ \t]|\d+[.)][ \t])*(?:{pattern[1:]})"
    return re.match(begin, text, re.MULTILINE) is not None or re.search(rf"\n{begin}", text, re.MULTILINE) is not None


def note(words: str, syntaxes: tuple[Syntax, ...], report: Report, where: str) -> None:
    """Reports what there is of them in words that will be printed."""
    for trigger, pattern, what in syntaxes:
        if trigger in words and re.search(pattern, words, re.MULTILINE):
            report.note(Code.SYNTAX, what, where)


def is_component(html: str) -> bool:
    """Whether a tag is no HTML: its name begins with a capital letter, and is not all of them."""
    return re.match(r"</?[A-Z]\w*[a-z]\w*[\s/>.]", html) is not None


COMPONENT = "A component (<Tabs> of MDX, JSX or Vue) is taken for HTML that nobody knows. Remove it."
