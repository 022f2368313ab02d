"""Footnotes: the part `word/footnotes.xml` (ECMA-376-1, 17.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exporters.toolbox.ooxml import XML, Relations

if TYPE_CHECKING:
    from exporters.formats.docx.work import Work

_STYLE = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
OWN_NUMBER = f'<w:r>{_STYLE}<w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> </w:t></w:r>'
"""What a note begins with."""

# The lines above notes, and above those that go on from the page before. Word wants both.
_SEPARATORS = "".join(
    f'<w:footnote w:type="{type}" w:id="{id}"><w:p><w:pPr>%s<w:spacing w:after="0" w:line="240" w:lineRule="auto"/>'
    f"</w:pPr><w:r><w:{type}/></w:r></w:p></w:footnote>"
    for type, id in (("separator", -1), ("continuationSeparator", 0))
)


class Notes:
    """The footnotes of one file, numbered as Word does it: by where they are first mentioned."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.blocks = {note.label: note.blocks for note in work.document.footnotes}
        self.numbers: dict[str, int] = {}
        """Of those that the text mentions, in this order."""
        self.others: dict[str, int] = {}
        """Of those that only other notes mention, and of those that nobody does: they stand at the end."""
        self.is_within = False
        """Whether the text is that of a note, in which Word takes no other."""
        self.relations = Relations()
        self.written: list[str] = []

    def reference(self, label: str) -> str | None:
        """The run that mentions a note; None where there is no such note."""
        if label not in self.blocks:
            return None
        number = self.numbers.get(label)
        if number is not None:
            return _again(number, _bookmark(number))
        if self.is_within or label in self.others:
            number = self.other(label)
            mention = f"<w:r>{_STYLE}<w:t>*{number}</w:t></w:r>"
            return f'<w:hyperlink w:anchor="{other_bookmark(number)}" w:history="1">{mention}</w:hyperlink>'
        number = self.numbers[label] = len(self.numbers) + 1
        mention = f'<w:r>{_STYLE}<w:footnoteReference w:id="{number}"/></w:r>'
        return self._work.bookmarks.named(_bookmark(number), mention)

    def other(self, label: str) -> int:
        """The number of a note that stands at the end."""
        return self.others.setdefault(label, len(self.others) + 1)

    def xml(self, namespaces: str) -> str:
        """The part."""
        runs = "<w:bidi/>" if self._work.language.is_rtl else ""
        separators = _SEPARATORS.replace("%s", runs)
        return f"{XML}<w:footnotes{namespaces}>{separators}{''.join(self.written)}</w:footnotes>"


def other_bookmark(number: int) -> str:
    """The bookmark of a note that stands at the end."""
    return f"_Note{number}"


def _bookmark(number: int) -> str:
    return f"_RefNote{number}"


def _again(number: int, bookmark: str) -> str:
    """A field that shows the number of a note that has been mentioned before (17.16.5.38)."""
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> NOTEREF {bookmark} \\h </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        f"<w:t>{number}</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{_STYLE}{part}</w:r>" for part in parts)
