"""Paper, as every format that is laid out for it knows it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

POINTS_PER_MM = 72 / 25.4

SIZES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "A3": (841.89, 1190.55),
        "A4": (595.28, 841.89),
        "A5": (419.53, 595.28),
        "A6": (297.64, 419.53),
        "Letter": (612.0, 792.0),
        "Legal": (612.0, 1008.0),
        "Tabloid": (792.0, 1224.0),
    }
)
"""Width and height in points, by the name of the size (ISO 216 and ANSI/ASME Y14.1)."""
