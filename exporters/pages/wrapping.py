"""What a file has besides the text of its document: what is known of that, its sender's sign, files that go along."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from exporters.document import SOURCE, Document
from exporters.pages.file import File
from exporters.pages.metadata import About, Conformance
from exporters.pages.pictures import Picture, Pictures
from exporters.pages.tags import Element
from exporters.report import Code, Report
from exporters.toolbox import metadata

if TYPE_CHECKING:
    from exporters.pages.vectors import Sketch


def about(document: Document, title: str, conformance: Conformance = "") -> About:
    """What its author says of a document, under this title."""
    return About(
        title,
        ", ".join(metadata.authors(document)),
        metadata.stated(document, "subject", "description", "subtitle"),
        ", ".join(metadata.keywords(document)),
        metadata.language(document),
        metadata.stated(document, "date"),
        conformance,
        metadata.direction(document) == "rtl",
    )


def placeholders(document: Document, title: str) -> dict[str, str]:
    """What running heads and feet may say of a document."""
    return {
        "title": title,
        "author": ", ".join(metadata.authors(document)),
        "date": metadata.stated(document, "date"),
    }


def logo(document: Document, pictures: Pictures, figure: Element, word: str) -> Picture | Sketch | None:
    """The picture of who sends the document, as this figure, which its file's name describes, or else this word."""
    key = metadata.stated(document, "logo")
    shown = pictures.get(key, "")
    if shown is None:
        return None
    figure.alt = document.resources[key].name.rpartition("/")[2].partition(".")[0] or word
    return shown.placed(figure, "", None)


def attach(file: File, document: Document, linked: Iterable[str], report: Report, is_allowed: bool = True) -> None:
    """Puts the source into the file, if the document has it, and what links lead to, by the keys of its resources."""
    resources = document.resources
    for resource in [resources[key] for key in (SOURCE, *linked) if key in resources]:
        name = resource.name.rpartition("/")[2] or "attachment"
        if not is_allowed:
            report.lost(Code.ATTACHMENT, "Attached files are left out; the words of their links are kept.")
        elif resource is resources.get(SOURCE):
            file.attach(name, resource.data, resource.media_type, relationship="Source")
        else:
            report.degraded(Code.ATTACHMENT, "Links to attached files do not open them; they are in the PDF.")
            file.attach(name, resource.data, resource.media_type, relationship="Supplement")
