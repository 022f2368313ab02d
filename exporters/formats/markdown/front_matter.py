"""Writes metadata as YAML front matter."""

from __future__ import annotations

from collections.abc import Mapping

from exporters.document.nodes import Json
from exporters.readers.front_matter import plain


def write(metadata: Mapping[str, Json]) -> str:
    """The front matter with its lines of hyphens and an empty line after; "" where there is no metadata."""
    if not metadata:
        return ""
    import yaml  # 10 ms, and most documents have no metadata

    class Dumper(yaml.SafeDumper):
        """Leaves dates without quotation marks: the reader takes them as they are."""

    Dumper.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
    }

    def text(dumper: Dumper, value: str) -> yaml.ScalarNode:
        style = "|" if "\n" in value else "'" if plain(value) != value else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    lines = yaml.dump(dict(metadata), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))
    return f"---\n{lines}---\n\n"
