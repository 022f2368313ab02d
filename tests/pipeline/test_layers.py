"""The layers: what is in them, that Lambda can run it, and that the formats have those they need."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from contextlib import suppress
from email import message_from_string
from importlib.metadata import Distribution, distributions, metadata
from pathlib import Path

import pytest

from exporters import registry
from exporters.errors import MissingPart
from layers.faces import Faces
from layers.libraries import FOLDER, Libraries
from pipeline.deployment import elf, emulation, formats, layer_checks, layer_recipes, layers, package_contents
from pipeline.deployment.layer_recipes import recipe_of
from pipeline.deployment.layers import MAX_LAYERS, MAX_UNZIPPED, ROOT
from pipeline.deployment.stages import Stage

pytestmark = pytest.mark.xdist_group("layers")  # they are unpacked once, and QEMU is fetched once

TARGET = ROOT / "build" / "layers"

MEASURED = sorted(
    name for name in registry.names() if {"fonts", "fonts_cjk"}.intersection(registry.get(name).layers) == {"fonts"}
)
"""Formats that leave drawing letters to whoever shows the file."""
BY_PANDOC = [name for name in registry.names() if "pandoc" in registry.get(name).layers]
RUN = [name for name in registry.names() if name not in BY_PANDOC] + BY_PANDOC[::8]
"""`make layers` runs all; for pandoc's, which are one program, three do here."""


@pytest.fixture(scope="session")
def zips() -> dict[str, Path]:
    """All layers for arm64."""
    return layers.build_all(ROOT, TARGET, layer_recipes.names(), "arm64")


@pytest.fixture(scope="session")
def opt(zips: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a function would find in /opt that had all of them."""
    folder = tmp_path_factory.mktemp("opt")
    for path in zips.values():
        layers.unpack(path, folder)
    return folder


@pytest.fixture
def qemu() -> None:
    """Skips where programs for arm64 cannot be run: where Debian's packages are out of reach."""
    try:
        emulation.command(ROOT, "arm64")
    except MissingPart as error:
        pytest.skip(str(error))


# What is in them


@pytest.mark.parametrize("name", layer_recipes.names())
def test_a_layer_is_below_opt_sorted_undated_and_its_programs_can_be_run(zips: dict[str, Path], name: str) -> None:
    with zipfile.ZipFile(zips[name]) as archive:
        entries = archive.infolist()
        programs = {each.filename for each in entries if elf.is_elf(archive.read(each))}
    names = [each.filename for each in entries]
    assert names == sorted(names)
    kind = recipe_of(name)
    place = {Faces: "fonts", Libraries: FOLDER}.get(type(kind), name)
    assert {each.split("/")[0] for each in names} == {place}
    assert {each.date_time for each in entries} == {(1980, 1, 1, 0, 0, 0)}
    modes = {each.filename: each.external_attr >> 16 for each in entries}
    # Libraries are as in packages: whoever may read one may load it.
    assert {path for path, mode in modes.items() if mode == 0o100755} == (
        {*names} if isinstance(kind, Libraries) else programs
    )
    assert {mode for path, mode in modes.items() if mode != 0o100755} <= {0o100644}
    assert any("LICENSE" in each for each in names)


LIBRARIES = sorted(layer_recipes.of_libraries())
PINNED = sorted({*layer_recipes.names()} - {*LIBRARIES})
"""Layers whose own pins say which versions are in them, so that what they are changes with these alone."""


@pytest.mark.parametrize("name", PINNED)
def test_a_layers_page_tells_its_licence_its_size_and_its_digest(zips: dict[str, Path], name: str) -> None:
    page = (ROOT / "layers" / name / "README.md").read_text()
    built = layers.built(zips[name])
    assert f"| size | {built.unzipped / 1e6:.1f} MB, zipped {built.zipped / 1e6:.1f} MB" in page
    assert f"`{built.sha256[:12]}…`" in page
    assert recipe_of(name).licence in page


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_layers_page_tells_its_licence_and_about_its_size_where_the_lock_says_the_versions(
    zips: dict[str, Path], name: str
) -> None:
    built, recipe = layers.built(zips[name]), layer_recipes.of_libraries()[name]
    for page in (f"layers/{name}/README.md", "layers/README.md"):
        found = re.search(rf"\| (?:size|`{name}`) \| (\d+) MB(?:, zipped| \|) (\d+) MB", (ROOT / page).read_text())
        assert found, page
        assert float(found[1]) == pytest.approx(built.unzipped / 1e6, rel=0.1), f"{page}: {built}"
        assert float(found[2]) == pytest.approx(built.zipped / 1e6, rel=0.1), f"{page}: {built}"
    page = (ROOT / "layers" / name / "README.md").read_text()
    assert f"`{recipe.licence}`" in page
    assert [library for library in recipe.names if f"`{library}`" not in page] == []


@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries_in_a_layer_can_be_loaded_in_lambda_and_have_their_licences(opt: Path, name: str) -> None:
    files = {path.relative_to(opt / FOLDER).as_posix(): path for path in (opt / FOLDER).rglob("*") if path.is_file()}
    compiled = {path.name: path.read_bytes() for file, path in files.items() if ".so" in file}
    assert len(compiled) > 10
    for library, data in compiled.items():
        assert elf.machine(data) == "arm64"
        assert (elf.newest_glibc(data) or (0, 0)) <= elf.LAMBDA_GLIBC, library
        assert {*elf.needed(data)} <= package_contents.RUNTIME | compiled.keys(), library
    assert [file for file in files if file.endswith((".py", ".pyi", ".cpp", ".h"))] == []
    recipe = layer_recipes.of_libraries()[name]
    for library in recipe.names:
        about = [file for file in files if file.startswith(f"{library}-") and ".dist-info/licenses/" in file]
        assert about, library
        assert _licence(library) in recipe.licence.split(" AND "), library


def _licence(library: str) -> str:
    told = metadata(library)
    said = str(told.get("License-Expression") or told.get("License"))
    return {"Apache License 2.0": "Apache-2.0"}.get(said, said)


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_loader_of_lambdas_machine_finds_and_maps_the_libraries(
    zips: dict[str, Path], qemu: None, tmp_path: Path, name: str
) -> None:
    assert layer_checks.unloadable(ROOT, zips[name], "arm64") == {}

    with zipfile.ZipFile(zips[name]) as whole, zipfile.ZipFile(tmp_path / "less.zip", "w") as less:
        for each in whole.infolist():
            if "/PIL/_webp." in each.filename or "/pillow.libs/libwebp-" in each.filename:
                less.writestr(each, whole.read(each))
            if "/uharfbuzz/_harfbuzz." in each.filename:
                less.writestr(each, whole.read(each)[:100_000])
    found = layer_checks.unloadable(ROOT, tmp_path / "less.zip", "arm64")
    short = {file.rpartition("/")[2].partition(".")[0].partition("-")[0]: why for file, why in found.items()}
    assert short.keys() == {"_webp", "libwebp", "_harfbuzz"}
    assert "libwebpmux-" in short["_webp"] and "libsharpyuv-" in short["libwebp"]
    assert "damaged" in short["_harfbuzz"]


@pytest.mark.parametrize(
    ("name", "architecture", "glibc", "libraries"),
    [
        ("ghostscript/bin/gs", "arm64", (2, 17), ["libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"]),
        ("pandoc/bin/pandoc", "arm64", None, []),  # a static program
    ],
)
def test_a_program_says_what_it_needs(
    opt: Path, name: str, architecture: str, glibc: tuple[int, int] | None, libraries: list[str]
) -> None:
    data = (opt / name).read_bytes()
    assert elf.machine(data) == architecture
    assert elf.newest_glibc(data) == glibc
    assert sorted(elf.needed(data)) == libraries
    assert layers.unfit(data, "arm64") == ""


def test_a_program_that_lambda_could_not_run_is_told_from_one_that_it_can(opt: Path) -> None:
    gs = (opt / "ghostscript" / "bin" / "gs").read_bytes()
    newer = gs.replace(b"GLIBC_2.17\0", b"GLIBC_2.38\0")
    private = gs.replace(b"GLIBC_2.17\0", b"GLIBC_PRIV\0")
    stranger = gs.replace(b"libdl.so.2\0", b"libX1.so.6\0")
    assert layers.unfit(gs, "x86_64") == "is for arm64, not for x86_64"
    assert layers.unfit(newer, "arm64") == "needs glibc 2.38, and Lambda has 2.34"
    assert layers.unfit(private, "arm64") == "needs the very glibc that it was built with"
    assert layers.unfit(stranger, "arm64") == "needs libraries that Lambda does not have: libX1.so.6"


@pytest.mark.parametrize("data", [b"", b"\x7fELF", b"#!/bin/sh\n", b"\x7fELF\x01\x01" + bytes(100)])
def test_what_is_no_program_of_lambdas_machines_is_not_taken_for_one(data: bytes) -> None:
    assert not elf.is_elf(data)
    with pytest.raises(ValueError, match="no 64-bit ELF"):
        elf.newest_glibc(data)


def test_libraries_need_no_newer_glibc_than_their_wheels_say() -> None:
    """Each wheel says for which glibc it was made, and whoever made it has checked that with another tool."""
    checked = 0
    for distribution in distributions():
        promised = _manylinux(distribution)
        for file in distribution.files or ():
            path = Path(str(distribution.locate_file(file)))
            if promised and ".so" in path.name and path.is_file() and elf.is_elf(data := path.read_bytes()):
                assert (elf.newest_glibc(data) or promised) <= promised, path
                checked += elf.newest_glibc(data) is not None
    assert checked > 100 or os.uname().sysname != "Linux"


def _manylinux(distribution: Distribution) -> tuple[int, int] | None:
    tags = message_from_string(distribution.read_text("WHEEL") or "").get_all("Tag") or []
    found = [_OLD_NAMES.get(tag.split("-")[-1].partition("_")[0]) or _glibc(tag) for tag in tags]
    versions = [version for version in found if version]
    return max(versions, default=None) if len(versions) == len(found) else None


def _glibc(tag: str) -> tuple[int, int] | None:
    match = re.search(r"manylinux_(\d+)_(\d+)_", tag)
    return (int(match[1]), int(match[2])) if match else None


_OLD_NAMES = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}  # PEP 600


# How they are built


@pytest.fixture
def elsewhere(zips: dict[str, Path], tmp_path: Path) -> Path:
    """Another folder to build in, which has the wheels already."""
    (tmp_path / "wheels").symlink_to(TARGET / "wheels")
    return tmp_path


@pytest.mark.parametrize("name", ["ghostscript", *LIBRARIES])
def test_the_same_pins_make_the_same_bytes_without_a_network(zips: dict[str, Path], elsewhere: Path, name: str) -> None:
    made = layers.build_all(ROOT, elsewhere, [name], "arm64")
    assert made[name].read_bytes() == zips[name].read_bytes()


@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries_are_packed_again_where_the_lock_has_other_versions_of_them(tmp_path: Path, name: str) -> None:
    root = _without_tools(tmp_path)
    lock = (ROOT / "requirements.lock").read_text()
    (root / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())

    def packed_again(changed: str) -> bool:
        (root / "requirements.lock").write_text(changed)
        said: list[str] = []
        with suppress(MissingPart):  # there is nothing here that would fetch another version
            layers.build_all(root, tmp_path, [name], "arm64", said.append)
        return f"{name}: packing its libraries" in said

    (tmp_path / f"{name}.zip").write_bytes((TARGET / f"{name}.zip").read_bytes())
    (tmp_path / f"{name}.json").write_bytes((TARGET / f"{name}.json").read_bytes())
    [library, *_] = layer_recipes.of_libraries()[name].names
    assert not packed_again(lock)
    assert not packed_again(lock.replace("reportlab==", "reportlab==9"))
    assert packed_again(lock.replace(f"{library}==", f"{library}==9"))


def test_what_is_built_is_not_built_again(elsewhere: Path) -> None:
    said: list[str] = []
    first = layers.build_all(ROOT, elsewhere, ["ghostscript"], "arm64", said.append)["ghostscript"].stat()
    (elsewhere / "wheels").unlink()
    assert said
    said.clear()
    assert layers.build_all(ROOT, elsewhere, ["ghostscript"], "arm64", said.append)["ghostscript"].stat() == first
    assert said == []
    assert not (elsewhere / "wheels").exists()


def test_a_damaged_layer_and_one_for_another_architecture_are_built_again(elsewhere: Path) -> None:
    path = layers.build_all(ROOT, elsewhere, ["ghostscript"], "arm64")["ghostscript"]
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    layers.build_all(ROOT, elsewhere, ["ghostscript"], "arm64")
    assert path.read_bytes() == whole
    (elsewhere / "wheels").unlink()
    with pytest.raises(MissingPart, match=r"ghostscript cannot be downloaded|no hash of a package for x86_64"):
        layers.build_all(_without_tools(elsewhere), elsewhere, ["ghostscript"], "x86_64")


def _without_tools(folder: Path) -> Path:
    # The same recipes, where nothing can be downloaded with.
    root = folder / "root"
    shutil.copytree(ROOT / "layers", root / "layers")
    return root


def test_a_layer_that_there_is_not_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(MissingPart, match=r"no layer 'font'\. Layers: fonts, fonts_cjk, ghostscript, pandoc"):
        layers.build_all(ROOT, tmp_path, ["font"], "arm64")


# That the formats have those they need


def test_formats_make_the_same_files_from_their_layers_alone(zips: dict[str, Path], qemu: None) -> None:
    source = (ROOT / layer_checks.SAMPLE).read_bytes()
    assert layer_checks.differing(ROOT, zips, "arm64", RUN, source, "sample.md") == {}


MAP = b"""{"formatVersion": 3, "id": "root", "title": "\xe6\x80\x9d\xe7\xbb\xb4\xe5\xaf\xbc\xe5\x9b\xbe", "ideas": {"1":
  {"id": 1, "title": "\xe4\xb8\xad\xe5\xa4\xae \xe3\x82\xa2\xe3\x82\xa4\xe3\x83\x87\xe3\x82\xa2", "ideas": {"1":
  {"id": 2, "title": "\xed\x95\x98\xec\x9c\x84 \xe6\xbc\xa2\xe5\xad\x97\xe3\x81\x8b\xe3\x81\xaa\xe4\xba\xa4"}}}}}"""


def test_who_only_measures_words_needs_no_chinese_letters(zips: dict[str, Path]) -> None:
    assert layer_checks.differing(ROOT, zips, "arm64", MEASURED, MAP, "map.mup") == {}


def test_who_draws_letters_refuses_rather_than_drawing_boxes(zips: dict[str, Path]) -> None:
    """As if somebody had taken the layer away."""
    drawing = sorted(
        name
        for name in registry.names()
        if "fonts_cjk" in registry.get(name).layers and "ghostscript" not in registry.get(name).layers
    )
    without = zips | {"fonts_cjk": zips["fonts"]}
    found = layer_checks.differing(ROOT, without, "arm64", drawing, MAP, "map.mup")
    assert set(found) >= {"pdf", "slides_pdf"}
    assert {name for name, why in found.items() if "add the layer `fonts_cjk`" not in why} == set()


def test_old_korean_in_a_diagram_is_text_where_it_cannot_be_drawn(zips: dict[str, Path]) -> None:
    """Their syllables are put together of parts, as the face says that is not in the layer."""
    source = "```mermaid\ngraph TD\n A[\u1112\u119e\u11ab] --> B[\ua960\u1161]\n```\n".encode()
    found = layer_checks.differing(ROOT, zips, "arm64", MEASURED, source, "old.md")
    assert {name: why for name, why in found.items() if "SHA-256" not in why} == {}


@pytest.mark.parametrize("name", registry.names())
def test_a_function_and_its_layers_are_not_too_large(zips: dict[str, Path], name: str) -> None:
    used = registry.get(name).layers
    assert len(used) <= MAX_LAYERS
    total = sum(layers.built(zips[layer]).unzipped for layer in used)
    assert total <= MAX_UNZIPPED - 80_000_000, "the largest package has 26 MB, and the next library is none of these"


# The template


def test_the_template_has_each_layer_that_its_functions_name() -> None:
    stage = Stage("dev")
    digests = {name: f"{number}" * 64 for number, name in enumerate(layers.needed(stage.formats))}
    found = layers.resources(stage, digests, "code-bucket")
    functions = formats.functions({name: registry.get(name) for name in stage.formats}, stage)
    named = {layer["Ref"] for function in functions.values() for layer in function.get("layers", ())}
    kinds = ("Fonts", "FontsCjk", "Ghostscript", "Pandoc", "Typesetting")
    assert named == set(found) == {f"{kind}Layer" for kind in kinds}


@pytest.mark.parametrize(
    ("name", "id", "machines"),
    [
        ("fonts_cjk", "FontsCjkLayer", ["arm64", "x86_64"]),  # the same bytes for both
        ("ghostscript", "GhostscriptLayer", ["x86_64"]),
        ("typesetting", "TypesettingLayer", ["x86_64"]),
    ],
)
def test_a_layer_in_the_template(name: str, id: str, machines: list[str]) -> None:
    found = layers.resources(Stage("dev", architecture="x86_64"), {name: "0123456789abcdef" * 4}, "code-bucket")
    recipe = recipe_of(name)
    assert found == {
        id: {
            "Type": "AWS::Lambda::LayerVersion",
            "Properties": {
                "LayerName": f"${{self:custom.name}}-{name.replace('_', '-')}",
                "Description": recipe.description,
                "LicenseInfo": recipe.licence,
                "CompatibleRuntimes": ["python3.13"],
                "CompatibleArchitectures": machines,
                "Content": {"S3Bucket": "code-bucket", "S3Key": f"layers/{name}-0123456789ab.zip"},
            },
        }
    }
    assert len(recipe.description) <= 256  # LayerVersion, Description
    assert isinstance(recipe, Faces) == (len(machines) == 2)


def test_a_stage_has_no_layer_that_none_of_its_formats_needs() -> None:
    assert layers.needed(["text", "html"]) == ("fonts", "typesetting")
    assert layers.needed(["text"]) == ()
