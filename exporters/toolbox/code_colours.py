"""The colours of code on a light ground, as hexadecimal digits: the same in every file that can be gone on with.

They are those of `exporters/web/page.css`. Each can be read on the shade that code stands on: its contrast is
4.5 or more (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

COMMENT = "5F6B76"
QUIET = "59636E"
"""Of what a shell says."""
KEYWORD = "A3266A"
VALUE = "0A5EA8"
TYPE = "8A4B00"
STRING = "1C6B35"
NAME = "5B3BB3"
DELETED = "B02525"
