"""What all that writes one file has in common."""

from __future__ import annotations

from exporters.document import Document
from exporters.formats.docx import Options
from exporters.formats.docx.bookmarks import Bookmarks
from exporters.formats.docx.inlines import InlineWriter
from exporters.formats.docx.language import language
from exporters.formats.docx.lists import Numbering
from exporters.formats.docx.notes import Notes
from exporters.formats.docx.page import Page
from exporters.formats.docx.pictures import Pictures
from exporters.report import Report
from exporters.toolbox import metadata
from exporters.toolbox.ooxml import Relations
from exporters.toolbox.words import words


class Work:
    """One document on its way to a file."""

    def __init__(self, document: Document, options: Options, report: Report, page: Page, numbering: Numbering) -> None:
        self.document = document
        self.options = options
        self.report = report
        self.language = language(document)
        self.words = words(metadata.language(document))
        self.page = page
        self.width = page.text_width
        """Twips between the margins."""
        self.height = page.text_height
        self.where = ""
        """The section that is being written, for the report."""
        self.relations = Relations()
        """Of the part that is being written."""
        self.bookmarks = Bookmarks()
        self.numbering = numbering
        self.pictures = Pictures(self)
        self.notes = Notes(self)
        self.inlines = InlineWriter(self)
