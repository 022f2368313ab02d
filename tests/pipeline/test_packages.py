"""Packages: with their layers nothing is missing in them, nothing too much, and the same code makes the same bytes."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from functions import ONE_OF_EACH
from steps import EVENTS, Steps, sqs_record

from exporters import Source, export, registry
from exporters.errors import ExportError, MissingPart, RequestError
from exporters.toolbox import ghostscript, highlight, pandoc
from layers.libraries import FOLDER, Libraries
from pipeline.deployment import (
    elf,
    layer_recipes,
    layers,
    package_contents,
    package_files,
    package_native,
    package_wheels,
    packages,
)
from pipeline.deployment.package_cache import Cache
from pipeline.deployment.package_contents import Contents
from pipeline.deployment.package_wheels import Distribution, Wheels
from pipeline.deployment.packages import Package
from pipeline.job import Job

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = ROOT / "tests" / "documents"

# One for each set of layers and way to read HTML, and those that import most.
TRIED = tuple(sorted({*ONE_OF_EACH, "pdf", "docx", "html", "markdown", "latex", "epub"}))

# By what is large in them; without the layers.
BUDGETS_MB = {"cryptography": 11.0, "nh3": 5.0, "pygments": 4.5, package_contents.OWN: 3.0}

all_of_them = pytest.mark.xdist_group("packages")  # built once: that takes 5 s, and half a minute the first time

# In a process that has the standard library, the package, the libraries of its layers behind it, and nothing else.
ALONE = """
import sys
folder, program, *arguments = sys.argv[1:]
sys.argv = arguments
sys.path[:0] = [folder, folder + "-layers"]
exec(program)
foreign = [path for path in sys.path if "site-packages" in path]
assert not foreign, foreign
"""
EXPORTS = """
import json, sys
from hashlib import sha256
import pipeline.export
from exporters import Source, export
from exporters.errors import ExportError
format, asked = sys.argv
made = {}
for path, options in json.load(open(asked)):
    try:
        file = export(Source(open(path, "rb").read(), path), format, options)
        made[path + str(options)] = [sha256(file.data).hexdigest(), file.name, file.report.as_json()]
    except ExportError as error:
        made[path + str(options)] = [type(error).__name__, str(error)]
print(json.dumps(made))
"""


@pytest.fixture(scope="module")
def arm64(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Package]]:
    """All packages as they are deployed."""
    folder = tmp_path_factory.mktemp("arm64")
    yield packages.build_all(ROOT, folder)
    shutil.rmtree(folder)  # 0.7 GB, and pytest keeps what the last three runs have left


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """Unpacks the package of a function for this machine, and what its layers bring into `<function>-layers`."""
    folder = tmp_path_factory.mktemp("here")
    host = layers.build_all(ROOT, ROOT / "build" / "layers" / "host", layer_recipes.of_libraries(), "host")
    for name, path in host.items():
        layers.unpack(path, folder / name)

    def unpacked(function: str) -> Path:
        task = folder / function
        if not task.exists():
            zipfile.ZipFile(packages.build_one(ROOT, folder, function, "host").path).extractall(task)
            for layer in host.keys() & _layers_of(function):
                (folder / f"{function}-layers").symlink_to(folder / layer / FOLDER)
        return task

    yield unpacked
    shutil.rmtree(folder)


def _layers_of(function: str) -> tuple[str, ...]:
    return registry.get(function.removeprefix("export-")).layers if function.startswith("export-") else ()


@pytest.fixture(scope="module")
def brought() -> dict[str, frozenset[str]]:
    """What each layer brings of libraries, for arm64: the names of its files, as packages would have them."""
    zips = layers.build_all(ROOT, ROOT / "build" / "layers", layer_recipes.of_libraries(), "arm64")
    return {
        layer: frozenset(name.removeprefix(f"{FOLDER}/") for name in zipfile.ZipFile(path).namelist())
        for layer, path in zips.items()
    }


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, dict[str, str]]]:
    """The sample sources of every kind, a bundle with images, and a source that asks for all that is loaded late."""
    folder = tmp_path_factory.mktemp("sources")
    files = sorted(path for path in DOCUMENTS.rglob("*.*") if path.suffix not in (".png",))
    with zipfile.ZipFile(folder / "bundle.zip", "w") as bundle:
        bundle.write(DOCUMENTS / "everything.md", "chapters/1.md")
        bundle.write(DOCUMENTS / "maps" / "freeplane.mm", "chapters/2.mm")
        bundle.writestr("chapters/3.md", "# Site\n\n![The site](../images/site.png)\n")
        bundle.write(DOCUMENTS / "maps" / "images" / "site.png", "images/site.png")
    (folder / "late.md").write_text(LATE.format(webp=_picture("WEBP"), gif=_picture("GIF"), jpeg=_picture("JPEG")))
    files += [folder / "bundle.zip", folder / "late.md"]
    return [(str(path), {}) for path in files]


LATE = """---
title: Spät geladen
lang: de
---

Die Donaudampfschifffahrtsgesellschaft verlangt von ihren Schifffahrtskapitänen Rechtsschutzversicherungen, außerdem
Lebensmittelunverträglichkeitsbescheinigungen und Geschwindigkeitsbegrenzungsüberschreitungen.

:rocket: :+1: <b>fett</b> <span style="color: red" onclick="x()">rot</span>

สวัสดีชาวโลกที่เขียนโดยไม่มีช่องว่างระหว่างคำเพื่อให้บรรทัดยาวพอที่จะต้องตัด नमस्ते مرحبا 👩‍🚀

```mermaid
graph LR
    A[Source] --> B[Document] --> C[File]
```

![w](data:image/webp;base64,{webp}) ![g](data:image/gif;base64,{gif}) ![j](data:image/jpeg;base64,{jpeg})

$$\\sum_{{i=1}}^n \\frac{{i}}{{2}}$$

```python
print("Spät")
```
"""


def _picture(format: str) -> str:
    from PIL import Image

    drawn = Image.new("RGB", (40, 30), "teal")
    file = io.BytesIO()
    drawn.save(file, format)
    return base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize("format", TRIED)
def test_a_package_alone_exports_what_the_checkout_does(
    here: Callable[[str], Path], sources: list[tuple[str, dict[str, str]]], tmp_path: Path, format: str
):
    chosen = (
        sources[-_FEW:] if registry.get(format).pictures_of else sources
    )  # its pages are another's: only drawn anew
    asked = [*chosen, *((sources[-1][0], options) for options in _more(format))]
    (tmp_path / "asked.json").write_text(json.dumps(asked))

    made = json.loads(_alone(here(f"export-{format}"), EXPORTS, format, str(tmp_path / "asked.json")))

    assert made == {path + str(options): _made(path, format, options) for path, options in asked}
    assert sum(len(outcome) == 3 for outcome in made.values()) > len(asked) / 2  # nearly all of them are files


_FEW = 8


def _more(format: str) -> list[dict[str, str]]:
    """Options that load something that no document asks for, where the format has them."""
    known = registry.get(format).options.__match_args__
    wanted = {"password": "sesame", "cover": "true", "toc": "true", "alignment": "justified", "font": "serif"}
    return [{name: value} for name, value in wanted.items() if name in known]


def _made(path: str, format: str, options: Mapping[str, str]) -> list[Any]:
    try:
        file = export(Source(Path(path).read_bytes(), path), format, options)
    except ExportError as error:
        return [type(error).__name__, str(error)]
    return [sha256(file.data).hexdigest(), file.name, file.report.as_json()]


def test_a_package_colours_all_languages_that_the_checkout_does(here: Callable[[str], Path]):
    program = """
import json
from exporters.toolbox.highlight import LANGUAGES, Highlighter
text = "# a comment\\nclass A(b): /* c */ return 'x' + 12 // d\\n<e f=g>&amp;</e> -- h\\n"
print(json.dumps({each: Highlighter().tokens(text, each) for each in sorted(LANGUAGES)}))
"""
    theirs = json.loads(_alone(here("export-html"), program))

    text = "# a comment\nclass A(b): /* c */ return 'x' + 12 // d\n<e f=g>&amp;</e> -- h\n"
    ours = {each: highlight.Highlighter().tokens(text, each) for each in sorted(highlight.LANGUAGES)}
    assert theirs == json.loads(json.dumps(ours))


def test_a_package_alone_answers_requests(here: Callable[[str], Path]):
    program = """
import json, sys, pipeline.request
for each in json.loads(sys.argv[0]):
    print(json.dumps(pipeline.request.handler(each, None)))
"""
    http = json.loads((EVENTS / "http_api_iam.json").read_text())
    http |= {"rawPath": "/formats"}
    http["requestContext"]["http"] |= {"method": "GET", "path": "/formats"}
    asked = [{"tenant": "acme", "filename": "notes.md", "formats": list(registry.names())}, http]
    environment = {
        "BUCKET": "bucket",
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "A",
        "AWS_SECRET_ACCESS_KEY": "s",
    }

    said = _alone(here("request"), program, json.dumps(asked), **environment)

    ticket, listed = map(json.loads, said.splitlines())
    assert ticket["formats"].keys() == set(registry.names())
    assert listed["statusCode"] == 200
    assert [each["name"] for each in json.loads(listed["body"])["formats"]] == list(registry.names())


def test_packages_alone_take_a_source_to_its_file(
    here: Callable[[str], Path], steps: Steps, arrived: Callable[..., str]
):
    job = Job("tenant", "0" * 32, "text", "notes.md", "", 8)
    version = steps.put_source(job.source_key, b"# Hello\n", formats="text")
    program = """
import json, sys, importlib
class Context:
    aws_request_id = "1"
    def get_remaining_time_in_millis(self): return 60000
step, event = sys.argv
print(json.dumps(importlib.import_module(f"pipeline.{step}").handler(json.loads(event), Context())))
"""
    names = ("BUCKET", "QUEUE_PREFIX", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    names = (*names, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
    environment = {name: os.environ[name] for name in names}
    event = {"Records": [sqs_record(arrived(job.source_key, version), steps.intake)]}
    said = _alone(here("dispatch"), program, "dispatch", json.dumps(event), **environment).splitlines()
    assert json.loads(said[-1]) == {"batchItemFailures": []}
    url = steps.queue_url("text")
    message = steps.sqs.receive_message(QueueUrl=url)["Messages"][0]
    record = sqs_record(message["Body"], f"arn:aws:sqs:us-east-1:000000000000:{steps.prefix}text", "1")
    record["receiptHandle"] = message["ReceiptHandle"]
    said = _alone(here("export-text"), program, "export", json.dumps({"Records": [record]}), **environment).splitlines()
    assert json.loads(said[-1]) == {"batchItemFailures": []}
    assert steps.read(Job.from_json(message["Body"]).file_key) is not None


@pytest.mark.parametrize("step", ["dispatch", "notify", "watch"])
def test_a_package_alone_has_what_its_step_imports(here: Callable[[str], Path], step: str):
    program = f"import pipeline.{step} as step; print(step.__file__)"
    assert _alone(here(step), program).strip() == str(here(step) / "pipeline" / f"{step}.pyc")


def _alone(folder: Path, program: str, *arguments: str, **environment: str) -> str:
    """What a program says that has the package in this folder, what layers hold, and nothing else."""
    beside = {
        "EXPORT_FONTS": str(ROOT / "build" / "fonts"),
        "EXPORT_GHOSTSCRIPT": str(ghostscript.program()),
        "EXPORT_PANDOC": str(pandoc.find()),
    }
    command = [sys.executable, "-I", "-S", "-B", "-c", ALONE, str(folder), program, *arguments]
    done = subprocess.run(command, cwd=folder, env=beside | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@all_of_them
def test_packages_are_small(arm64: Mapping[str, Package]):
    assert arm64.keys() == {*package_contents.functions()}
    for function, each in arm64.items():
        budget = next(size for library, size in BUDGETS_MB.items() if library in each.origins)
        assert each.zipped <= budget * 1e6, f"{function}: {each.origins}"
        assert each.unzipped <= 30e6, f"{function}: 250 MB is what Lambda takes, with all layers"
    assert all(arm64[step].zipped < 300e3 for step in ("request", "dispatch", "notify", "watch"))


@all_of_them
def test_no_package_holds_what_it_does_not_import(arm64: Mapping[str, Package], brought: Mapping[str, frozenset[str]]):
    in_layers = {name.partition("/")[0] for names in brought.values() for name in names}
    assert {"mmdr", "PIL", "pillow.libs"} < in_layers
    for function, each in arm64.items():
        names = zipfile.ZipFile(each.path).namelist()
        tops = {name.partition("/")[0] for name in names}
        assert not tops & in_layers, function
        never = {"boto3", "botocore", "reportlab", "pypandoc", "ghostscript_bin", "pip", "tests", "typer", "rich"}
        assert not tops & never, function
        assert not [name for name in names if name.endswith((".py", ".pyi", "README.md", "/gs", "/pandoc"))], function
        assert not [name for name in names if name.startswith(("pipeline/deployment", "pipeline/local"))], function
        # Another format's work only where its own is made of it.
        formats = {
            name.split("/")[2] for name in names if name.startswith("exporters/formats/") and "export.py" in name
        }
        name = function.removeprefix("export-")
        imported = (ROOT / "exporters" / "formats" / name / "export.py").read_text() if formats - {name} else ""
        assert all(f"exporters.formats.{other}" in imported for other in formats - {name}), function
    for step in ("request", "dispatch", "notify", "watch"):
        assert arm64[step].origins.keys() == {package_contents.OWN}


LIBRARIES = {"markdown", "pymdown-extensions", "pyromark", "pyyaml", package_contents.OWN}
"""What readers need, and so every format."""


@all_of_them
@pytest.mark.parametrize("format", [name for name in registry.names() if registry.get(name).pandoc])
def test_what_pandoc_makes_needs_no_library_but_the_readers(arm64: Mapping[str, Package], format: str):
    assert arm64[f"export-{format}"].origins.keys() == LIBRARIES


@all_of_them
def test_licences_go_with_the_libraries(arm64: Mapping[str, Package]):
    for function, each in arm64.items():
        names = [name.lower() for name in zipfile.ZipFile(each.path).namelist() if ".dist-info/" in name]
        for library in each.origins.keys() - {package_contents.OWN}:
            spelled = library.replace("-", "_")
            assert any(name.startswith(spelled) for name in names), f"{function} has no licence of {library}"


@all_of_them
def test_all_libraries_can_be_loaded_in_lambda(arm64: Mapping[str, Package]):
    found = 0
    for each in arm64.values():
        package = zipfile.ZipFile(each.path)
        names = {name for name in package.namelist() if ".so" in name}
        there = {name.rpartition("/")[2] for name in names} | package_contents.RUNTIME
        for name in names:
            data = package.read(name)
            assert elf.machine(data) == "arm64"
            assert (elf.newest_glibc(data) or (0, 0)) <= (2, 34)
            assert there.issuperset(elf.needed(data)), name
            found += 1
    assert found > 100  # two in each that reads a source


def test_smaller_libraries_load_the_same_bytes_to_the_same_addresses():
    theirs = package_wheels.wheels(ROOT, "arm64", print)
    paths = [path for path in theirs.folder.rglob("*.so*") if elf.is_elf(path.read_bytes())]
    assert len(paths) > 30
    for path in paths:
        before = path.read_bytes()
        after = package_native.loaded(before)
        assert len(after) <= len(before)
        segments = zip(package_native.addresses(before), package_native.addresses(after), strict=True)
        for (address, old), (new_address, new) in segments:
            assert address == new_address and len(old) == len(new)
            # The table of segments says where they are in the file, and the header that there are no sections.
            changed = [at for at in range(0, len(old), 4096) if old[at : at + 4096] != new[at : at + 4096]]
            assert len(changed) <= 1, path
        assert elf.needed(after) == elf.needed(before)
        assert elf.newest_glibc(after) == elf.newest_glibc(before)


def test_less_of_icu_breaks_lines_as_all_of_it(here: Callable[[str], Path]):
    program = """
import hashlib, random
from icu4py.breakers import LineBreaker
random.seed(1)
scripts = [(0xe00, 0xe80), (0xe80, 0xf00), (0x1000, 0x10a0), (0x1780, 0x1800), (0xa9e0, 0xaa00), (0xaa60, 0xaa80)]
others = [(0x20, 0x7f), (0x4e00, 0x9fff), (0xac00, 0xd7a0), (0x3040, 0x30ff), (0x1f300, 0x1faff), (0x200b, 0x2060)]
found = hashlib.sha256()
for number in range(4000):
    ranges = random.choices(scripts * 3 + others, k=random.randrange(1, 5))
    text = "".join(chr(random.randrange(*each)) for each in ranges for _ in range(random.randrange(1, 30)))
    found.update(repr(list(LineBreaker(text, "th"))).encode())
print(found.hexdigest())
"""
    whole = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert _alone(here("export-pdf"), program) == whole


@all_of_them
def test_the_same_code_makes_the_same_bytes_elsewhere(tmp_path: Path, arm64: Mapping[str, Package]):
    """In another process, from another folder, with other hashes, after other imports, and with an empty cache."""
    chosen = ["request", "export-text"]
    copy = tmp_path / "elsewhere"
    for folder in ("exporters", "pipeline", "layers"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, copy)
    (copy / "build").mkdir()
    (copy / "build" / "wheels").symlink_to(ROOT / "build" / "wheels")
    program = (
        "import json, yaml, boto3, pygments.lexers, sys; from pathlib import Path; "
        "from pipeline.deployment import packages; "
        f"packages.build_all(Path({str(copy)!r}), Path({str(tmp_path / 'made')!r}), {chosen})"
    )
    subprocess.run(
        [sys.executable, "-c", program],
        cwd=copy,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "PYTHONPATH": str(copy)},
    )

    for function in chosen:
        assert (tmp_path / "made" / f"{function}.zip").read_bytes() == arm64[function].path.read_bytes()


def test_what_is_compiled_depends_on_nothing_but_the_source():
    source = (
        b'"""A module."""\nimport os\nNAMES = {"a", "b", "c"}\ndef f(x, *, y=1.5): return x in {"d", "e", "f"} or y\n'
    )
    program = f"""
import sys
from pipeline.deployment.package_files import compiled
names = [sys.intern(each) for each in {"a b c d e f x y NAMES os".split()!r} * int(sys.argv[1])]
sys.stdout.write(compiled({source!r}, "a.py").hex())
"""
    made = {
        subprocess.run(
            [sys.executable, "-c", program, seed],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert made == {package_files.compiled(source, "a.py").hex()}


def test_a_package_that_did_not_change_is_left_alone(tmp_path: Path):
    first = packages.build_one(ROOT, tmp_path, "request")
    os.utime(first.path, (0, 0))
    assert packages.build_one(ROOT, tmp_path, "request") == first
    assert first.path.stat().st_mtime == 0

    damaged = first.path.read_bytes()[:-1]
    first.path.write_bytes(damaged)
    assert packages.build_one(ROOT, tmp_path, "request").path.stat().st_size == len(damaged) + 1


@all_of_them
def test_files_of_a_package_have_no_date_and_can_be_read_by_all(arm64: Mapping[str, Package]):
    for entry in zipfile.ZipFile(arm64["export-text"].path).infolist():
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert entry.external_attr >> 16 == 0o100755
    names = zipfile.ZipFile(arm64["export-text"].path).namelist()
    assert names == sorted(names)
    assert zipfile.ZipFile(arm64["export-text"].path).testzip() is None


def test_a_function_that_does_not_exist_is_refused(tmp_path: Path):
    with pytest.raises(RequestError, match=r"no function 'export-nothing'\. Functions: request, dispatch"):
        packages.build_one(ROOT, tmp_path, "export-nothing")


@pytest.mark.parametrize(
    ("function", "recipe", "message"),
    [
        (
            "export-text",
            Libraries("", "", ("pyyaml",)),
            r"export-text \(in exporters\.readers\.front_matter\) imports pyyaml, which is in the layer typesetting\. "
            r'Declare it: "typesetting" among the `layers` in exporters/formats/text/__init__\.py\.',
        ),
        (
            "export-html",
            Libraries("", "", ("cryptography",)),
            r"export-html imports nothing of the layer typesetting, .* out of the `layers` in exporters/formats/html/",
        ),
        (
            "export-html",
            Libraries("", "", ("mmdr", "pillow"), ("mmdr/diagram.py", "*.cpp")),
            r"export-html needs mmdr/diagram\.py, which the layer typesetting leaves out\. .* in layers/typesetting/",
        ),
        (
            "export-html",
            Libraries("", "", ("mmdr", "pillows")),
            r"A layer is to hold pillows, which is not among the libraries in .*\. Name it in `dependencies`",
        ),
    ],
)
def test_a_format_has_those_layers_that_it_imports_from(tmp_path: Path, function: str, recipe: Libraries, message: str):
    """As if the layer held something else."""
    wheels = package_wheels.wheels(ROOT, "host", print)
    contents = Contents(ROOT, wheels, Cache(ROOT / "build" / "packages" / "cache"), {"typesetting": recipe})
    with pytest.raises(MissingPart, match=message):
        contents.of(function)


def test_a_step_has_no_layers(tmp_path: Path):
    with pytest.raises(
        MissingPart, match=r"request \(in pipeline\.request\) imports lib, .* layer big\. Only exporters have layers"
    ):
        _pack_small(tmp_path, "import lib", {"lib.so": {}}, {"big": Libraries("", "", ("lib",))})


# Checkouts of a few lines, with libraries of a few bytes.
STEP = "pipeline/request.py"


@pytest.mark.parametrize(
    ("code", "library", "message"),
    [
        ("import nowhere", {}, r"pipeline\.request imports nowhere, .* Name it in `dependencies`"),
        ("def f(): import nowhere", {}, r"imports nowhere"),
        ("__import__('a' + 'b')", {}, r"pipeline\.request imports by a name that is made as it runs"),
        ("import lib", {"lib.so": {"glibc": "GLIBC_2.35"}}, r"lib\.so needs glibc 2\.35, and Lambda has 2\.34"),
        ("import lib", {"lib.so": {"machine": 62}}, r"lib\.so is for x86_64, and this is to run on arm64"),
        ("import lib", {"lib.so": {"needed": "libmagic.so.1"}}, r"lib\.so needs libmagic\.so\.1, which neither"),
    ],
)
def test_what_could_not_run_in_lambda_is_not_packed(
    tmp_path: Path, code: str, library: Mapping[str, Mapping[str, Any]], message: str
):
    with pytest.raises(MissingPart, match=message):
        _pack_small(tmp_path, code, library)


@pytest.mark.parametrize(
    ("code", "library"),
    [
        ("import json", {}),
        ("try:\n    import nowhere\nexcept ImportError:\n    nowhere = None", {}),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import nowhere", {}),
        ("import lib", {"lib.so": {"glibc": "GLIBC_2.34"}}),
        ("import lib", {"lib.so": {"needed": "libstdc++.so.6"}}),
        ("import lib", {"lib.so": {"needed": "libown.so.1"}, "lib.libs/libown.so.1": {}}),
    ],
)
def test_what_can_run_in_lambda_is_packed(tmp_path: Path, code: str, library: Mapping[str, Mapping[str, Any]]):
    assert set(_pack_small(tmp_path, code, library)) >= {STEP, *library}


def _pack_small(
    folder: Path,
    code: str,
    library: Mapping[str, Mapping[str, Any]],
    layers: Mapping[str, Libraries] = MappingProxyType({}),
) -> list[str]:
    """What a package of one module holds, with libraries as they are described."""
    for name, text in {STEP: code, "pipeline/__init__.py": ""}.items():
        (folder / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "own" / name).write_text(text)
    for format in registry.names():
        (folder / "own" / "exporters" / "formats" / format).mkdir(parents=True)
        (folder / "own" / "exporters" / "formats" / format / "__init__.py").write_text("")
    for name, about in library.items():
        (folder / "wheels" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "wheels" / name).write_bytes(_library(**about))
    wheels = Wheels(folder / "wheels", (Distribution("lib", "1", tuple(library)),))
    cache = Cache(folder / "cache")
    files = Contents(folder / "own", wheels, cache, layers).of("request")
    packer = packages.Packer("arm64", cache)
    for name, file in files.items():
        packer.packed(name, file)
    return list(files)


def _library(machine: int = 183, glibc: str = "GLIBC_2.17", needed: str = "libc.so.6") -> bytes:
    """The smallest library that says what it needs: a segment that is loaded, and the dynamic section in it."""
    texts = b"\0" + needed.encode() + b"\0" + b"libc.so.6\0" + glibc.encode() + b"\0"
    of_needed, of_libc = 1, 1 + len(needed) + 1
    of_glibc = of_libc + len("libc.so.6") + 1
    at = 64 + 2 * 56  # behind the header and the table of segments
    versions = struct.pack("<2H3I", 1, 1, of_libc, 16, 0) + struct.pack("<I2H2I", 0, 0, 2, of_glibc, 0)
    dynamic_at = -(-(at + len(versions) + len(texts)) // 8) * 8
    entries = [(1, of_needed), (5, at + len(versions)), (0x6FFFFFFE, at), (0x6FFFFFFF, 1), (0, 0)]
    dynamic = b"".join(struct.pack("<qQ", *entry) for entry in entries)
    size = dynamic_at + len(dynamic)
    header = (
        b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<2HI3QI6H", 3, machine, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    )
    loads = struct.pack("<2I6Q", 1, 4, 0, 0, 0, size, size, 0x1000)
    says = struct.pack("<2I6Q", 2, 4, dynamic_at, dynamic_at, dynamic_at, len(dynamic), len(dynamic), 8)
    return (header + loads + says + versions + texts).ljust(dynamic_at, b"\0") + dynamic


def test_the_command_prints_a_table(capsys: pytest.CaptureFixture[str]):
    assert packages.main(["request"]) == 0
    printed = capsys.readouterr()
    assert "Packing request (1 of 1)" in printed.err
    head, line = printed.out.splitlines()
    assert head.split() == ["function", "zipped", "unzipped", "largest,", "zipped"]
    assert line.startswith("request ") and package_contents.OWN in line

    assert packages.main(["export-nothing"]) == 1
    assert "There is no function 'export-nothing'" in capsys.readouterr().err
