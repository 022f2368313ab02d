"""Code blocks: one paragraph each, with its lines as they are and its colours as styles."""

from __future__ import annotations

from exporters.formats.docx.styles import TOKENS, style_id
from exporters.report import Code, Report
from exporters.toolbox.escaping import html_text
from exporters.toolbox.highlight import Highlighter

_STYLES = {name: f'<w:rPr><w:rStyle w:val="{style_id(style)}"/></w:rPr>' for name, (style, *_) in TOKENS.items()}
_LINE, _TAB = '</w:t><w:br/><w:t xml:space="preserve">', '</w:t><w:tab/><w:t xml:space="preserve">'
_EMPTY = '<w:t xml:space="preserve"></w:t>'


class CodeWriter:
    """Writes the code of one document."""

    def __init__(self, is_coloured: bool) -> None:
        self._highlighter = Highlighter() if is_coloured else None

    def runs(self, text: str, language: str) -> str:
        """The runs of a block of code."""
        text = text.removesuffix("\n")
        tokens = self._highlighter.tokens(text, language) if self._highlighter else None
        return "".join([_run(piece, _STYLES.get(kind, "")) for kind, piece in tokens or [("", text)]])

    def finish(self, report: Report) -> None:
        """Says what was left without colours."""
        if self._highlighter and self._highlighter.left_plain:
            report.note(Code.STYLE, "Very long code, and code with very long lines, is not coloured.")


def _run(text: str, properties: str) -> str:
    escaped = html_text(text)
    if "\t" in escaped:
        escaped = _TAB.join(escaped.split("\t"))
    if "\n" in escaped:
        escaped = _LINE.join(escaped.split("\n"))
    whole = f'<w:r>{properties}<w:t xml:space="preserve">{escaped}</w:t></w:r>'
    return "".join(whole.split(_EMPTY)) if _EMPTY in whole else whole
