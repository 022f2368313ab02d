"""Which functions stand for all of them, where a test would take minutes to start each."""

from __future__ import annotations

from exporters import registry

_EXPORTERS = {name: registry.get(name) for name in registry.names()}

ONE_OF_EACH = tuple({(each.layers, each.keeps_html): name for name, each in _EXPORTERS.items()}.values())
"""A format for each set of layers that functions run on, and for either way to read HTML."""
