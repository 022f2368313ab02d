"""Lays documents out on pages, for all formats that are pages: `layout.write` makes a PDF file of a document.

From the document to the file, each module hands over to the next: `layout` (what stands where), `inlines` (what stands
within a line), `lines` (where lines break), `tables`, `code` and `pictures`, `flow` (where pages break), `page` (what
is drawn), `file` (how it is written). How things look is in `theme`, what users may choose in `settings`, and what
those are told who do not see the page in `tags`.
"""
