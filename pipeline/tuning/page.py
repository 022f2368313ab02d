"""The page that shows what `tune` has found out: one file, without a script, to be read and to be sent on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from pipeline.tuning import prices, recommend, results
from pipeline.tuning.charts import Chart, Series, draw
from pipeline.tuning.corpus import CLASSES
from pipeline.tuning.measure import Measured
from pipeline.tuning.model import FULL_CPU_MB
from pipeline.tuning.recommend import Advice, Point
from pipeline.tuning.results import Tuning

_MILLION = 1_000_000
WHY = {
    "memory": "what it holds at its peak, with headroom",
    "time": "the slowest source, which is to end in time",
    "cost": "what it costs",
    "speed": "how fast it is",
    "balance": "its share of a CPU, beside what that costs",
    "nothing else is possible": "that nothing looked at is enough",
}
"""What decides, in words."""


def render(tuning: Tuning) -> str:
    """HTML: a summary, and a section for each format."""
    advised = {format: tuning.advice(format) for format in tuning.formats}
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>Memory for {len(advised)} exporters</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>",
            *_head(tuning),
            *_summary(tuning, advised),
            *(line for format, found in advised.items() for line in _section(tuning, format, found)),
            *_method(tuning),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _head(tuning: Tuning) -> Iterator[str]:
    machine = tuning.machine
    where = f"{machine.get('processor', '')}, {machine.get('system', '')}, Python {machine.get('python', '')}"
    yield "<h1>How much memory the exporters need</h1>"
    yield f"<p>Measured {escape(tuning.made[:10])} on {escape(where)}, with {_corpus(tuning)}. "
    yield f"Strategy: <strong>{tuning.strategy}</strong>. Costs are compute at the list prices of {prices.LIST.as_of}, "
    yield f"with {tuning.assumptions.cold_share:.0%} cold starts.</p>"
    if not tuning.finished:
        yield "<p><strong>The run was interrupted: some of it is missing.</strong></p>"


def _corpus(tuning: Tuning) -> str:
    sources = len({each.source for each in tuning.measured})
    return f"{sources} sources of {escape(tuning.corpus)}" if tuning.corpus else f"{sources} built-in sources"


def _summary(tuning: Tuning, advised: dict[str, list[Advice]]) -> Iterator[str]:
    heads = ("Format", "Declared", "Recommended", "Peak", "Median", "Slowest", "Cold", "$ per million", "What decides")
    yield '<div class="wide"><table>\n<caption>All formats. Times are of warm functions, unless it says cold.</caption>'
    yield "<thead><tr>" + "".join(f'<th scope="col">{each}</th>' for each in heads) + "</tr></thead>\n<tbody>"
    for format, found in advised.items():
        name = f'<th scope="row"><a href="#{format}">{format}</a></th>'
        if not found:
            yield f'<tr>{name}<td class="words" colspan="8">Nothing was exported.</td></tr>'
            continue
        advice, point = found[0], found[0].chosen
        declared = tuning.declared_mb.get(format)
        cells = (
            _mb(declared) if declared else "",
            f"<strong>{_mb(advice.memory_mb)}</strong>",
            _mb(advice.peak_mb),
            _time(point.p50_ms),
            _time(point.max_ms),
            _time(point.cold_ms),
            f"{point.usd * _MILLION:.2f}",
        )
        row = "".join(f"<td>{each}</td>" for each in cells)
        yield f'<tr>{name}{row}<td class="words">{WHY[advice.decides]}</td></tr>'
    yield "</tbody></table></div>"


def _section(tuning: Tuning, format: str, found: Sequence[Advice]) -> Iterator[str]:
    yield f'<section id="{format}">\n<h2>{format}</h2>'
    if found:
        advice = found[0]
        yield f"<p>{_sentence(advice, tuning)}</p>"
        yield '<div class="charts">'
        yield from _charts(format, advice)
        yield "</div>"
        yield from _points(advice)
        if len(found) > 2:
            yield from _of_classes(found[1:])
    yield from _not_exported(tuning.of(format))
    if found:
        yield f'<p><a href="{results.link(found[0])}">These points as AWS Lambda Power Tuning shows them</a></p>'
    yield "</section>"


def _sentence(advice: Advice, tuning: Tuning) -> str:
    declared = tuning.declared_mb.get(advice.format)
    standing = ""
    if declared:
        standing = " That is what it declares." if declared == advice.memory_mb else f" It declares {_mb(declared)}."
    return (
        f"<strong>{_mb(advice.memory_mb)}</strong>; what decides is {WHY[advice.decides]}. The peak is "
        f"{_mb(advice.peak_mb)}, on {escape(advice.peak_of)}, so that {_mb(advice.floor_mb)} is the floor.{standing}"
    )


def _charts(format: str, advice: Advice) -> Iterator[str]:
    points = advice.points
    chosen = advice.chosen
    slow = max(each.max_ms for each in points if each.fits) >= 2_000
    scale, unit = (1_000, "s") if slow else (1, "ms")
    by_factors = max(each.max_ms for each in points) > 5 * min(each.p50_ms for each in points)
    times = [
        Series("median", "p50", [each.p50_ms / scale for each in points]),
        Series("95 %", "p95", [each.p95_ms / scale for each in points]),
        Series("slowest", "max", [each.max_ms / scale for each in points]),
    ]
    costs = [
        Series("arm64", "arm", [each.usd * _MILLION for each in points]),
        Series("x86_64", "x86", [each.usd_x86_64 * _MILLION for each in points]),
    ]
    told = f"With {_mb(advice.memory_mb)}: median {_time(chosen.p50_ms)}, slowest {_time(chosen.max_ms)}."
    duration = _chart(advice, f"Duration of {format} over memory", told, f"duration, {unit}", times, by_factors)
    told = f"With {_mb(advice.memory_mb)}: ${chosen.usd * _MILLION:.2f} per million exports on arm64."
    cost = _chart(advice, f"Cost of {format} over memory", told, "$ per million exports", costs)
    for name, chart in (("duration", duration), ("cost", cost)):
        yield f"<figure>\n{draw(chart, f'{format}-{name}')}\n<figcaption>{_legend(chart)}</figcaption>\n</figure>"


def _chart(
    advice: Advice, title: str, told: str, unit: str, series: Sequence[Series], by_factors: bool = False
) -> Chart:
    return Chart(
        title=title,
        description=told,
        unit=unit,
        memory_mb=[each.memory_mb for each in advice.points],
        series=series,
        chosen_mb=advice.memory_mb,
        peak_mb=advice.peak_mb,
        floor_mb=advice.floor_mb,
        by_factors=by_factors,
    )


def _legend(chart: Chart) -> str:
    lines = [f'<span class="key {each.kind}"></span>{each.name}' for each in chart.series]
    lines += ['<span class="key peak"></span>peak', '<span class="key zone"></span>too little memory']
    lines += ['<span class="key chosen"></span>recommended']
    return " ".join(f'<span class="entry">{each}</span>' for each in lines)


def _points(advice: Advice) -> Iterator[str]:
    heads = ("Memory", "Median", "95 %", "Slowest", "Cold", "arm64", "x86_64", "")
    yield '<div class="wide"><table>\n<caption>Costs in $ per million exports</caption>'
    yield "<thead><tr>" + "".join(f'<th scope="col">{each}</th>' for each in heads[:-1]) + '<th scope="col">Remark</th>'
    yield "</tr></thead>\n<tbody>"
    for point in advice.points:
        remark = _remark(point, advice)
        kind = ' class="chosen"' if point.memory_mb == advice.memory_mb else "" if point.possible else ' class="not"'
        cells = (
            *map(_time, (point.p50_ms, point.p95_ms, point.max_ms, point.cold_ms)),
            f"{point.usd * _MILLION:.2f}",
            f"{point.usd_x86_64 * _MILLION:.2f}",
        )
        row = "".join(f"<td>{each}</td>" for each in cells)
        yield f'<tr{kind}><th scope="row">{_mb(point.memory_mb)}</th>{row}<td class="words">{remark}</td></tr>'
    yield "</tbody></table></div>"


def _remark(point: Point, advice: Advice) -> str:
    if not point.fits:
        return "too little memory"
    if not point.in_time:
        return "too slow for the slowest source"
    return "recommended" if point.memory_mb == advice.memory_mb else ""


def _of_classes(found: Sequence[Advice]) -> Iterator[str]:
    heads = ("Sources", "Number", "Peak", "Alone they would ask for", "Median", "Slowest", "$ per million")
    yield '<div class="wide"><table>\n<caption>By the size of the source</caption>'
    yield "<thead><tr>" + "".join(f'<th scope="col">{each}</th>' for each in heads) + "</tr></thead>\n<tbody>"
    for advice in found:
        point = advice.chosen
        cells = (
            str(advice.sources),
            _mb(advice.peak_mb),
            _mb(advice.memory_mb),
            _time(point.p50_ms),
            _time(point.max_ms),
            f"{point.usd * _MILLION:.2f}",
        )
        words = f"{advice.size_class}, {CLASSES[advice.size_class]}"  # type: ignore[index]
        yield f'<tr><th scope="row">{words}</th>' + "".join(f"<td>{each}</td>" for each in cells) + "</tr>"
    yield "</tbody></table></div>"


def _not_exported(measured: Sequence[Measured]) -> Iterator[str]:
    found = [each for each in measured if each.state != "exported"]
    if found:
        yield "<ul>"
        yield from (f"<li>{escape(each.source)}: {each.state}. {escape(each.why)}</li>" for each in found)
        yield "</ul>"


def _method(tuning: Tuning) -> Iterator[str]:
    given = tuning.assumptions
    classes = "; ".join(f"{name}: {words}" for name, words in CLASSES.items())
    yield f"""<section id="method">
<h2>What was measured, and what is assumed</h2>
<ul>
<li>Measured: the CPU time and the peak memory of each function, run whole, with the programs that it runs; cold in
processes of their own, and warm in the same.</li>
<li>The model: a function has a share of a CPU that is its memory by {FULL_CPU_MB:,} MB; one thread gains nothing above
that. A smaller share is enforced by pauses, of which each costs {given.pause_ms:g} ms.</li>
<li>Assumed: INIT runs at full speed and takes {given.runtime_init_ms:.0f} ms before the first line of ours; storage
makes an export wait {given.waits_ms:.0f} ms; a vCPU of Lambda is {_speed(given.speed)} a CPU of this machine;
{given.cold_share:.0%} of exports meet a cold start.</li>
<li>The floor: the peak × {recommend.HEADROOM} + {recommend.OUTSIDE_MB} MB, rounded up to {recommend.STEP_MB} MB. No
source may take more than {recommend.OF_TIME:.0%} of the format’s timeout.</li>
<li>Sizes of sources: {classes}. The last count for memory and time, and not for what exports cost.</li>
<li>Prices: {escape(prices.LIST.source)}, {prices.LIST.as_of}.</li>
</ul>
</section>"""


def _speed(speed: float) -> str:
    return "as fast as" if speed == 1 else f"{speed:g} times as fast as"


def _mb(value: float) -> str:
    return f"{value:,.0f} MB"


def _time(ms: float) -> str:
    return f"{ms:,.0f} ms" if ms < 1_000 else f"{ms / 1000:.1f} s" if ms < 100_000 else f"{ms / 1000:.0f} s"


_STYLE = """
:root { --ink: #1c2330; --soft: #5a6475; --ground: #ffffff; --rule: #d9dee7; --zone: #f1e3e0; --peak: #b3402e;
  --chosen: #1f7a4d; --a: #1c5fa8; --b: #7a5cc0; --c: #8a6100; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #a0a9b8; --ground: #14181f; --rule: #323a47;
  --zone: #3a2522; --peak: #f0907f; --chosen: #5fcf98; --a: #7fb4f0; --b: #b9a4f0; --c: #e0b450; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; margin: 0 0 .5rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .25rem; }
a { color: var(--a); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
caption { text-align: left; color: var(--soft); padding: .5rem 0 .25rem; }
th, td { padding: .2rem .9rem .2rem 0; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th:first-child, .words, thead th:last-child { text-align: left; } th { font-weight: 600; }
tr.chosen { color: var(--chosen); font-weight: 600; } tr.not { color: var(--soft); }
.wide { overflow-x: auto; margin: 0 0 1rem; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; } figure { flex: 1 1 24rem; margin: .5rem 0 0; }
figcaption { font-size: .85rem; color: var(--soft); } .entry { white-space: nowrap; margin-right: .9rem; }
svg { width: 100%; height: auto; display: block; }
.grid { stroke: var(--rule); fill: none; } .floor { fill: var(--zone); }
.tick { font-size: 11px; fill: var(--soft); } .strong { fill: var(--chosen); font-weight: 700; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
path.peak { stroke: var(--peak); stroke-dasharray: 2 3; stroke-width: 1.5; }
path.chosen { stroke: var(--chosen); stroke-width: 1.5; }
.p50, .arm { stroke: var(--a); } .p95, .x86 { stroke: var(--b); stroke-dasharray: 6 3; }
.max { stroke: var(--c); stroke-dasharray: 2 2; }
.dot { stroke-dasharray: none; fill: var(--ground); stroke-width: 2; }
.key { display: inline-block; width: 1.6rem; height: 0; margin: 0 .35rem .25rem 0; border-top: 2px solid var(--a); }
.key.p95, .key.x86 { border-top: 2px dashed var(--b); } .key.max { border-top: 2px dotted var(--c); }
.key.peak { border-top: 2px dotted var(--peak); } .key.chosen { border-top-color: var(--chosen); }
.key.zone { height: .8rem; margin-bottom: 0; border: 0; background: var(--zone); }
@media print { section { break-inside: avoid; } }
"""
