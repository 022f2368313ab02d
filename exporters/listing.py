"""The formats and their options, for people and for programs that ask what there is."""

from __future__ import annotations

from collections.abc import Iterable

from exporters import options, registry
from exporters.frozen import as_dict
from exporters.readers import kinds


def of_all() -> str:
    """A line for each format, and the kinds of source."""
    width = max(map(len, registry.names()))
    endings = {name: " ".join(registry.get(name).extensions()) for name in registry.names()}
    room = max(map(len, endings.values()))
    lines = [f"{name:<{width}}  {endings[name]:<{room}}  {registry.summary(name)}" for name in registry.names()]
    known = ", ".join(f"{kind} ({' '.join(of)})" if of else kind for kind, of in kinds.KINDS.items())
    more = f"{len(lines)} formats. The options of one: python -m exporters --list --to pdf"
    return "\n".join([*lines, "", more, f"Kinds of source: {known}", ""])


def of_one(name: str) -> str:
    """What a format is, and all its options. Raises `UnknownFormat`."""
    exporter = registry.get(name)
    layers = f", layers {', '.join(exporter.layers)}" if exporter.layers else ""
    return "\n".join(
        [
            f"{name}: {registry.summary(name)}",
            f"    {exporter.extension}, {exporter.media_type}; {exporter.memory_mb} MB, {exporter.timeout_s} s{layers}",
            *(f"    {each.type.extension}, {each.type.media_type} with {each.written}" for each in exporter.instead),
            *_option_lines(exporter.options),
            "",
            "Every format:",
            *_option_lines(options.CommonOptions),
            "",
        ]
    )


def for_programs(names: Iterable[str]) -> dict[str, object]:
    """The same of these formats, in JSON's types. Raises `UnknownFormat`."""
    return {
        "formats": [_as_json(name) for name in names],
        "common_options": options.describe(options.CommonOptions),
        "kinds": kinds.KINDS,
    }


def _as_json(name: str) -> dict[str, object]:
    exporter = registry.get(name)
    return {
        "name": name,
        "description": registry.summary(name),
        "extension": exporter.extension,
        "media_type": exporter.media_type,
        "instead": [as_dict(each) for each in exporter.instead],
        "memory_mb": exporter.memory_mb,
        "timeout_s": exporter.timeout_s,
        "layers": exporter.layers,
        "options": options.describe(exporter.options),
    }


def _option_lines(declared: type[object]) -> list[str]:
    return [
        f"    --option {each['name']}={options.written(each['default'])}  {each['help']} ({each['values']})"
        for each in options.describe(declared)
    ]
