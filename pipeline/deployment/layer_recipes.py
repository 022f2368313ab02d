"""What layers there are, from their recipes in layers/: of a program, of fonts, of libraries."""

from __future__ import annotations

import importlib
from pathlib import Path

from layers.faces import Faces
from layers.libraries import Libraries
from layers.program import Program

type Recipe = Program | Faces | Libraries

ROOT = Path(__file__).parents[2]


def names(root: Path = ROOT) -> tuple[str, ...]:
    """All layers that there are recipes for."""
    return tuple(sorted(path.parent.name for path in (root / "layers").glob("*/build.py")))


def recipe_of(name: str) -> Recipe:
    """The recipe of a layer that there is."""
    recipe: Recipe = importlib.import_module(f"layers.{name}.build").LAYER
    return recipe


def of_libraries() -> dict[str, Libraries]:
    """The layers that bring Python libraries, which packages leave out for them."""
    recipes = {name: recipe_of(name) for name in names()}
    return {name: recipe for name, recipe in recipes.items() if isinstance(recipe, Libraries)}
