"""Ghostscript, which draws the pages of a PDF as pictures and writes them as PostScript."""

from layers.program import Program

LAYER = Program(
    description="Ghostscript 10.07: draws the pages of a PDF",
    licence="AGPL-3.0-or-later",
    layer="ghostscript",
    program="ghostscript_bin/bin/gs",
    licence_file="*/licenses/LICENSE",
)
