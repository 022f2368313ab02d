"""The groups of figures, each a function from a bench to a table. `GROUPS` names them for `--only`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

from bench import cold as cold_starts
from bench import others, sources
from bench.costs import COLD_SHARE, DISPATCHER_MS, WAITS_MS, cost_of
from bench.measure import BUILD, ROOT, Command, CommandFailed, Stopwatch, inside
from bench.show import OURS, Aim, Data, Line, Table, against, process_table, seconds

FORMATS = ("html", "markdown", "text", "json", "pdf")

_CHAPTER_AIMS = {"html": Aim(0.10, 30), "markdown": Aim(0.08, 25), "pdf": Aim(0.25, 45)}
_BOOK_AIMS = {"html": Aim(0.8, 80), "pdf": Aim(2.5, 100)}
_PAGE_AIMS: dict[str, Aim | None] = {"pdf_a": Aim(0.85), "pdf_small": None, "slides_pdf": None, "thumbnail": Aim(0.4)}
_SMALL, _OFFICE = Aim(0.10, 30), Aim(0.30, 60)
# For each format: how long and how large, and how many times our GB-seconds pandoc's are to be.
_FILE_AIMS: dict[str, tuple[Aim, float]] = {
    "docx": (_OFFICE, 4),
    "odt": (_OFFICE, 4),
    "pptx": (_OFFICE, 4),
    "xlsx": (_OFFICE, 4),
    "epub": (Aim(0.15, 40), 10),
    "html": (_SMALL, 10),
    "rst": (_SMALL, 10),
    "asciidoc": (_SMALL, 10),
    "latex": (_SMALL, 10),
    "opml": (_SMALL, 10),
}
# Of those that pandoc makes: a word processor's, a text, XML, a typesetter's.
_TAIL = ("rtf", "org", "docbook", "typst")
_AS_PANDOC = 1 / 1.1  # its GB-seconds by ours: ten per cent for our reader, which reads more
_LONG_AIMS: dict[str, Aim | None] = {
    "a table of 10,000 rows": Aim(60, 150),
    "6,000 pages": Aim(60, 400),
}  # a job's 60 s
_START_AIMS = {"text": Aim(0.250), "pdf": Aim(0.400)}
_COST_AIMS = {"html": 0.02, "pdf": 0.03}
_STACK_AIMS = {"html": 0.4, "pdf": 0.7}
_TICKET_AIM_S = 0.002
_PATIENCE_S = 30
_READINGS = 3  # processes for each figure

_FUNCTION = {
    "BUCKET": "document-export-bench",
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "not-a-secret",
}


@dataclass(frozen=True)
class Bench:
    """What the groups share."""

    stopwatch: Stopwatch

    @cached_property
    def chapter(self) -> Path:
        return _written("chapter.md", sources.chapter())

    @cached_property
    def book(self) -> Path:
        return _written("book.md", sources.book())

    @cached_property
    def readings(self) -> list[tuple[str, str, Path, Aim | None]]:
        """What is read: the figure, the kind, the source, and the aim."""
        html = BUILD / "book.html"
        self.stopwatch.run(_export(self.book, "html", rounds=1))
        text = _written("book.txt", self.book.read_text())
        return [
            ("book", "gfm", self.book, Aim(0.25, 80)),
            ("chapter", "gfm", self.chapter, Aim(0.006)),
            ("chapter", "mkdocs", _written("mkdocs.md", sources.mkdocs_chapter()), Aim(0.030)),
            ("5,000 topics", "mindmup", _written("map.mup", sources.mindmup_map()), Aim(0.1)),
            ("5,000 topics", "freemind", _written("map.mm", sources.freemind_map()), Aim(0.1)),
            ("5,000 topics", "opml", _written("map.opml", sources.opml_outline()), Aim(0.1)),
            ("book", "html", html, None),
            ("book", "json", self._book_as_json, None),
            ("book", "text", text, None),
        ]

    @cached_property
    def _book_as_json(self) -> Path:
        self.stopwatch.run(_export(self.book, "json", rounds=1))
        return BUILD / "book.json"

    @cached_property
    def others(self) -> others.Others:
        return others.find()


def machine(bench: Bench) -> Table:
    """How fast this machine is: the aims were set on another."""
    start = bench.stopwatch.sample({"start": Command.python("pass", rounds=20)})["start"]
    loop = inside(_LOOP)["seconds"]
    rows = [("a Python process that does nothing", seconds(start.best_s)), ("a loop of 3 million steps", seconds(loop))]
    data: list[Data] = [
        {"figure": "bare python", "best_s": round(start.best_s, 5)},
        {"figure": "loop", "best_s": round(loop, 5)},
    ]
    return Table("This machine", ("", "best"), rows, data)


def ticket(_bench: Bench) -> Table:
    """A ticket for all formats, in a process that has made some."""
    found = inside(_TICKET)
    best, middle = found["best"], found["median"]
    row = ("ticket for 5 formats", seconds(best), seconds(middle), against(best, _TICKET_AIM_S, seconds(_TICKET_AIM_S)))
    data: Data = {
        "figure": "ticket",
        "best_s": best,
        "median_s": middle,
        "aim_s": _TICKET_AIM_S,
        "met": best <= _TICKET_AIM_S,
    }
    return Table("Ticket, in a warm process", ("", "best", "median", "aim"), [row], [data])


def chapter(bench: Bench) -> Table:
    """A chapter of 25 kB, a process for each export."""
    ours = {format: _export(bench.chapter, format, rounds=10) for format in FORMATS}
    html = bench.others.html(bench.chapter, rounds=10)
    pdf = bench.others.pdf(bench.chapter, rounds=10, slow_rounds=4, limit_s=30)
    return _exports(bench, "A chapter of 25 kB, cold processes", ours, html, pdf, _CHAPTER_AIMS)


def book(bench: Bench) -> Table:
    """A book of 1.2 MB, a process for each export."""
    ours = {format: _export(bench.book, format, rounds=3) for format in ("html", "markdown", "pdf")}
    html = bench.others.html(bench.book, rounds=2)
    pdf = bench.others.pdf(bench.book, rounds=2, slow_rounds=1, limit_s=30)
    return _exports(bench, "A book of 1.2 MB, about 500 pages, cold processes", ours, html, pdf, _BOOK_AIMS)


def formats(bench: Bench) -> Table:
    """The chapter as files that are no pages, each beside pandoc's of the same format."""
    return _files(bench, "Files that are no pages: a chapter of 25 kB, cold processes", bench.chapter, rounds=7)


def formats_of_book(bench: Bench) -> Table:
    """The same of the book."""
    return _files(bench, "Files that are no pages: a book of 1.2 MB, cold processes", bench.book, rounds=1)


def _files(bench: Bench, title: str, source: Path, rounds: int) -> Table:
    ours = {format: _export(source, format, rounds) for format in (*_FILE_AIMS, *_TAIL)}
    theirs = {
        f"pandoc, {format}": command
        for format in ours
        for command in bench.others.file(source, format, rounds).values()
    }
    found = bench.stopwatch.sample(ours | theirs)
    lines = []
    for format in ours:
        aim, at_least = _FILE_AIMS.get(format, (None, _AS_PANDOC))
        lines.append(Line(format, OURS, found[format], aim if source == bench.chapter else None))
        if beside := found.get(f"pandoc, {format}"):
            lines.append(Line("", "pandoc", beside, ours=found[format], at_least=at_least))
    return process_table(title, lines, bench.others.missing)


def handbook(bench: Bench) -> Table:
    """The example: many scripts, four images."""
    source = ROOT / "examples" / "handbook.md"
    ours = {format: _export(source, format, rounds=4) for format in ("html", "pdf")}
    return _exports(bench, "The handbook in examples/: twenty pages, a dozen scripts, four images", ours, {}, {}, {})


def pages(bench: Bench) -> Table:
    """What else is made of pages: from the chapter, and from what is very long."""
    table = _written("rows.md", sources.long_table(10_000))
    long = _written("long.md", sources.book() * 6)  # 8 MB is the most that one source may have
    found = bench.stopwatch.sample(
        {
            **{f"chapter, {format}": _export(bench.chapter, format, rounds=5) for format in ("pdf", *_PAGE_AIMS)},
            "a table of 10,000 rows": _export(table, "pdf", rounds=1),
            "6,000 pages": _export(long, "pdf", rounds=1, options=("page_size=A5",)),
        }
    )
    aims = {f"chapter, {format}": aim for format, aim in _PAGE_AIMS.items()} | _LONG_AIMS
    lines = [Line(figure, OURS, sample, aims.get(figure)) for figure, sample in found.items()]
    return process_table("Pages, cold processes", lines, [_sizes()])


def _sizes() -> str:
    sizes = {path.stem: path.stat().st_size for path in BUILD.glob("*.pdf")}
    told = (f"{name} {sizes[name] / 1000:,.0f} kB" for name in ("chapter", "book", "rows", "long") if name in sizes)
    return f"Sizes as pdf: {', '.join(told)}."


def reading(bench: Bench) -> Table:
    """From the bytes of a source to the document, in fresh processes; then again in the warm ones."""
    rows, data = [], list[Data]()
    for figure, kind, path, aim in bench.readings:
        found = [inside(_READ.format(kind=kind, source=str(path))) for _ in range(_READINGS)]
        best = {key: min(each[key] for each in found) for key in found[0]}
        rows.append(
            (
                figure,
                kind,
                f"{path.stat().st_size / 1000:.0f} kB",
                seconds(best["import_s"]),
                seconds(best["first_s"]),
                seconds(best["warm_s"]),
                against(best["warm_s"], aim.seconds, seconds(aim.seconds)) if aim else "",
                f"{best['peak_mb']:.0f} MB",
                against(best["peak_mb"], aim.peak_mb, f"{aim.peak_mb:.0f} MB") if aim and aim.peak_mb else "",
            )
        )
        met = best["warm_s"] <= aim.seconds if aim else None
        data.append({"figure": figure, "kind": kind, **best, "aim_s": aim.seconds if aim else None, "met": met})
    columns = ("", "kind", "size", "import", "first", "again", "aim", "peak", "aim")
    note = (
        "Import is that of the reader with all it needs at once; what only some sources need is in the first reading."
    )
    return Table("Source → document", columns, rows, data, [note])


def start(bench: Bench) -> Table:
    """What a function needs before its first job: importing, its clients, its exporter."""
    commands = {"bare": Command.python("pass", rounds=20)}
    for format in _START_AIMS:
        commands[format] = Command.python(_START.format(format=format), _FUNCTION | {"EXPORT_FORMAT": format})
        with_boto3 = _START.format(format=format) + _BOTO3
        commands[f"{format}, boto3"] = Command.python(with_boto3, _FUNCTION | {"EXPORT_FORMAT": format})
    commands["powertools"] = Command.python(_POWERTOOLS, _FUNCTION)
    found = bench.stopwatch.sample(commands)
    bare = found["bare"]
    lines = []
    for format, aim in _START_AIMS.items():
        ours = found[format]
        lines.append(Line(f"export handler, {format}", OURS, ours, aim, bare=bare))
        lines.append(Line("", "with boto3's S3 client too", found[f"{format}, boto3"], ours=ours, bare=bare))
    lines.append(Line("Logger and Metrics alone", "Powertools", found["powertools"], bare=bare))
    note = f"Without the {seconds(bare.best_s)} that a bare Python takes; memory with it."
    return process_table("Import and init, fresh processes", lines, [note])


def cold(bench: Bench) -> Table:
    """What each function unpacks, imports and takes to start."""
    return cold_starts.cold(bench.stopwatch, _FUNCTION)


def cost(bench: Bench) -> Table:
    """What a thousand exports of the chapter cost at list price."""
    from exporters import registry

    rows, data = [], list[Data]()
    for format in FORMATS:
        memory_mb = registry.get(format).memory_mb
        found = inside(_WARM.format(format=format, source=str(bench.chapter)), _FUNCTION)
        cost = cost_of(memory_mb, found["warm_ms"], found["init_ms"])
        aim = _COST_AIMS.get(format)
        rows.append(
            (
                format,
                f"{memory_mb} MB",
                f"{found['warm_ms']:.1f} ms",
                f"{found['init_ms']:.0f} ms",
                _usd(cost.requests),
                _usd(cost.compute),
                _usd(cost.total),
                against(cost.total, aim, _usd(aim)) if aim else "",
                _usd(cost.cold),
            )
        )
        data.append(
            {
                "figure": format,
                "memory_mb": memory_mb,
                "warm_cpu_ms": found["warm_ms"],
                "init_cpu_ms": found["init_ms"],
                "requests_usd": round(cost.requests, 6),
                "compute_usd": round(cost.compute, 6),
                "all_cold_usd": round(cost.cold, 6),
                "aim_usd": aim,
                "met": cost.total <= aim if aim else None,
            }
        )
    columns = ("", "function", "CPU warm", "CPU init", "requests", "compute", "together", "aim", "if always cold")
    notes = [
        "arm64, us-east-1, no free tier. CPU is measured here and stretched to the function's share; assumed are "
        f"{WAITS_MS} ms of waiting for S3, {DISPATCHER_MS} ms of the dispatcher, {COLD_SHARE:.0%} cold starts.",
    ]
    return Table("1,000 exports of the chapter at list price", columns, rows, data, notes)


def stack(_bench: Bench) -> Table:
    """From the end of the upload to the file, through the whole embedded pipeline."""
    from pipeline.local.stack import LocalStack
    from pipeline.transfer import look

    rows, data = [], list[Data]()
    source = sources.chapter().encode()
    with LocalStack() as running:
        client = running.client()

        def journey(format: str) -> float:
            ticket = client.request("bench", "chapter.md", [format])
            client.upload(ticket, source)
            began = time.perf_counter()
            while (took := time.perf_counter() - began) < _PATIENCE_S:
                outcome = look(ticket, format, also_error=took > 5)
                if outcome.state == "done":
                    return time.perf_counter() - began
                if outcome.state == "failed":
                    raise CommandFailed(f"The {format} export failed: {outcome.error.get('message')}")
                time.sleep(0.005)
            raise CommandFailed(f"The {format} file did not come within {_PATIENCE_S} s.")

        for format, aim in _STACK_AIMS.items():
            cold = journey(format)
            took = [journey(format) for _ in range(6)]
            best, middle = min(took), median(took)
            rows.append((format, seconds(best), seconds(middle), against(best, aim, seconds(aim)), seconds(cold)))
            data.append(
                {"figure": format, "best_s": best, "median_s": middle, "cold_s": cold, "aim_s": aim, "met": best <= aim}
            )
    columns = ("", "best", "median", "aim", "cold")
    return Table("Upload finished → file there, on the embedded stack", columns, rows, data)


_FILES = (reading, chapter, book, pages, formats, formats_of_book)
GROUPS: dict[str, Callable[[Bench], Table]] = {
    each.__name__: each for each in (machine, ticket, *_FILES, handbook, start, cold, cost, stack)
}


def _export(source: Path, format: str, rounds: int, options: Sequence[str] = ()) -> Command:
    target = BUILD / f"{source.stem}.{format}"
    argv = [sys.executable, "-m", "exporters", str(source), str(target), "--to", format, "--report", "/dev/null"]
    for option in options:
        argv += ["--option", option]
    return Command([argv], rounds=rounds)


def _exports(
    bench: Bench,
    title: str,
    ours: dict[str, Command],
    html: dict[str, Command],
    pdf: dict[str, Command],
    aims: dict[str, Aim],
) -> Table:
    found = bench.stopwatch.sample(ours | html | pdf)
    lines = []
    for format in ours:
        lines.append(Line(format, OURS, found[format], aims.get(format)))
        theirs = {"html": html, "pdf": pdf}.get(format, {})
        lines += [Line("", who, found[who], ours=found[format]) for who in theirs]
    return process_table(title, lines, bench.others.missing if html or pdf else ())


def _written(name: str, text: str) -> Path:
    BUILD.mkdir(parents=True, exist_ok=True)
    path = BUILD / name
    path.write_text(text)
    return path


def _usd(value: float) -> str:
    return f"${value:.4f}"


_LOOP = """
import json, time
def loop():
    total = 0
    for step in range(3_000_000):
        total = (total * 31 + step) & 0xFFFFFF
    return total
took = []
for _ in range(5):
    began = time.perf_counter(); loop(); took.append(time.perf_counter() - began)
print(json.dumps({"seconds": min(took)}))
"""

_TICKET = f"""
import json, time
from statistics import median
from pipeline.client import Credentials, ExportClient
exports = ExportClient("bucket", "eu-west-1", credentials=Credentials("AKIDEXAMPLE", "not-a-secret"))
took = []
for number in range(220):
    began = time.perf_counter()
    exports.request("tenant-7", "notes.md", {FORMATS!r})
    took.append(time.perf_counter() - began)
print(json.dumps({{"best": min(took[20:]), "median": median(took[20:])}}))
"""

_READ = """
import json, resource, sys, time
began = time.perf_counter()
import exporters.readers.{kind}
imported = time.perf_counter()
from exporters.options import parse, NoOptions
from exporters.readers import read
from exporters.report import Report
from exporters.source import Source
with open({source!r}, "rb") as file:
    data = file.read()
_, options = parse(NoOptions, {{"source_kind": {kind!r}}}, "")
def timed():
    began = time.perf_counter()
    read(Source(data, "source"), Report(), options)
    return time.perf_counter() - began
first = timed()
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)
warm = min(timed() for _ in range(5))
print(json.dumps(
    {{"import_s": imported - began, "first_s": first, "warm_s": warm, "peak_mb": peak_mb}}
))
"""

_START = """
import pipeline.export
from exporters import registry
import exporters.readers.gfm
pipeline.services.storage_and_queues()
registry.load({format!r})
"""

_BOTO3 = """
import boto3
from botocore.config import Config
boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))
"""

_POWERTOOLS = """
from aws_lambda_powertools import Logger, Metrics
Logger(service="export")
Metrics(namespace="DocumentExport", service="export")
"""

_WARM = (
    _START
    + """
import json, time
from pathlib import Path
from exporters import Source, export
init = time.process_time()
data = Path({source!r}).read_bytes()
export(Source(data, "chapter.md"), {format!r})
took = []
for _ in range(10):
    began = time.process_time()
    export(Source(data, "chapter.md"), {format!r})
    took.append(time.process_time() - began)
print(json.dumps({{"warm_ms": min(took) * 1000, "init_ms": init * 1000}}))
"""
)
