"""How content is written, whatever format it is for."""

from __future__ import annotations

from typing import Literal

from exporters.frozen import frozen

type RawHtml = Literal["sanitize", "keep", "drop"]


@frozen
class Settings:
    raw_html: RawHtml = "sanitize"
    """What becomes of HTML inside the source."""
    highlight: bool = True
    """Whether code is coloured; the classes are those of `page.css`."""
    fragment: bool = False
    """Written as GitHub writes it, for a page that is somebody else's: without styles, roles and colours."""
    xml: bool = False
    """Spelled as XML, as e-readers need it."""
