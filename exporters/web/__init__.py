"""What formats for browsers and e-readers share: the content of a document as HTML or XHTML, and whole pages.

    content = Content(document, Settings(), report, words(metadata.language(document)))
    content.body()        # everything, as the format `html` has it

A format that parts a document (slides, chapters) takes it piece by piece instead, in any order:

    content.outline_level = 1                  # headings within blocks stand below this level
    content.title(section, level=2)            # '<h2 id="…">…</h2>\\n'
    content.line(section.heading)              # a line without any tag around it
    content.html(section.blocks)               # the HTML of some blocks
    content.notes()                            # those that were mentioned since it was last asked; "" for none

Where images lie and where links lead is said by a `Places`; without one, everything is in the page itself. Colours and
the dress of every block are in `page.css`, which `page.style()` reads. Raw HTML is made safe within what is asked for
at once: a tag that begins in one piece and ends in another is closed at the end of the first.
"""
