"""What a cold start of each function takes: how much Lambda unpacks for it, and what it does before its first job."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import BUILD, ROOT, Command, CommandFailed, Sample, Stopwatch
from bench.show import Data, Table, seconds
from pipeline.deployment import packages
from pipeline.deployment.packages import Package

_ROUNDS = 6
_MB = 1e6

# As Lambda runs it: the package and the standard library, and nothing else.
_ALONE = "import sys; sys.path.insert(0, sys.argv[1])\n"
_CLIENTS = """
from pipeline import services
services.storage_and_queues()
"""
_LOAD = """
import exporters.readers.gfm
from exporters import registry
registry.load({format!r})
"""
_COUNT = "\nprint(len(sys.modules))"
_EXPORT = "export-"


def cold(stopwatch: Stopwatch, environment: dict[str, str]) -> Table:
    """A line for each function: packages as they are deployed, and their start measured with those for this machine."""
    with TemporaryDirectory(dir=BUILD) as name:
        return _measured(Path(name), stopwatch, environment)


def _measured(folder: Path, stopwatch: Stopwatch, environment: dict[str, str]) -> Table:
    deployed = packages.build_all(ROOT, folder / "arm64", architecture="arm64")
    here = packages.build_all(ROOT, folder / "host", architecture="host")
    bare = stopwatch.sample({"bare": _command("pass", BUILD, environment)})["bare"]
    rows, data = [], list[Data]()
    for function, package in deployed.items():
        task = folder / "task"
        zipfile.ZipFile(here[function].path).extractall(task)
        try:
            code = _code(function)
            sample = stopwatch.sample({function: _command(code, task, environment)})[function]
            modules = _modules(code, task, environment)
        finally:
            shutil.rmtree(task)
        rows.append(_row(package, sample, bare, modules))
        data.append(_data(package, sample, bare, modules))
    columns = ("", "zipped", "unzipped", "modules", "init", "CPU", "peak")
    note = f"Sizes in MB, for arm64, without layers. Init without the {seconds(bare.best_s)} that a bare Python takes."
    return Table("Cold start of each function, from its own package alone", columns, rows, data, [note])


def _row(package: Package, sample: Sample, bare: Sample, modules: int) -> tuple[str, ...]:
    return (
        package.function,
        f"{package.zipped / _MB:.2f}",
        f"{package.unzipped / _MB:.1f}",
        str(modules),
        seconds(sample.best_s - bare.best_s),
        seconds(max(0.0, sample.cpu_s - bare.cpu_s)),
        f"{sample.peak_mb:.0f} MB",
    )


def _data(package: Package, sample: Sample, bare: Sample, modules: int) -> Data:
    return {
        "figure": package.function,
        "zipped_mb": round(package.zipped / _MB, 2),
        "unzipped_mb": round(package.unzipped / _MB, 1),
        "modules": modules,
        "init_s": round(sample.best_s - bare.best_s, 5),
        "cpu_s": round(sample.cpu_s - bare.cpu_s, 5),
        "peak_mb": round(sample.peak_mb, 1),
    }


def _code(function: str) -> str:
    if function == "request":  # it calls nobody
        return f"import pipeline.{function}"
    if not function.startswith(_EXPORT):
        return f"import pipeline.{function}{_CLIENTS}"
    return f"import pipeline.export{_CLIENTS}{_LOAD.format(format=function.removeprefix(_EXPORT))}"


def _command(code: str, task: Path, environment: dict[str, str]) -> Command:
    return Command([_argv(code, task)], environment, _ROUNDS)


def _argv(code: str, task: Path) -> list[str]:
    return [sys.executable, "-I", "-S", "-B", "-c", _ALONE + code, str(task)]


def _modules(code: str, task: Path, environment: dict[str, str]) -> int:
    done = subprocess.run(_argv(code + _COUNT, task), env=environment, capture_output=True, text=True)
    if done.returncode:
        raise CommandFailed(done.stderr[-500:])
    return int(done.stdout)
