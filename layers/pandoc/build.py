"""pandoc, which writes the formats of the long tail: one program, with its templates and translations in it."""

from layers.program import Program

LAYER = Program(
    description="pandoc 3.9: writes the formats of the long tail",
    licence="GPL-2.0-or-later",
    layer="pandoc",
    program="pypandoc/files/pandoc",
    licence_file="pypandoc/files/copyright.pandoc",
)
