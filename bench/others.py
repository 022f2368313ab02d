"""What users would otherwise pick, in an environment of its own: pandoc, Typst, WeasyPrint."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.measure import BUILD, ROOT, Command

_ENVIRONMENT = ROOT / "build" / "bench-venv"
_REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_UV = ROOT / ".tools" / "bin" / "uv"
_PYTHON = _ENVIRONMENT / "bin" / "python"


@dataclass(frozen=True)
class Others:
    """The programs there are; "" for those that cannot run here, with the reason in `missing`."""

    pandoc: str = ""
    typst: bool = False
    weasyprint: bool = False
    reportlab: bool = False
    missing: tuple[str, ...] = ()

    def html(self, source: Path, rounds: int) -> dict[str, Command]:
        if not self.pandoc:
            return {}
        return {"pandoc": Command([self._page(source)], rounds=rounds)}

    def file(self, source: Path, format: str, rounds: int) -> dict[str, Command]:
        """pandoc alone, from Markdown to one of the formats that it has as we do; nothing for those it has not."""
        writer = _WRITERS.get(format) or _writer_of_ours(format)
        if not (self.pandoc and writer):
            return {}
        target = BUILD / f"{source.stem}-pandoc.{format}"
        options = ["--from=gfm", f"--to={writer}", "--standalone"]
        return {"pandoc": Command([[self.pandoc, *options, str(source), f"--output={target}"]], rounds=rounds)}

    def pdf(self, source: Path, rounds: int, slow_rounds: int, limit_s: float) -> dict[str, Command]:
        """The usual ways from Markdown to PDF, with pandoc as the first step of each."""
        found = {}
        if self.pandoc and self.typst:
            text = BUILD / f"{source.stem}.typ"
            media = f"--extract-media={BUILD}"
            first = [self.pandoc, "--from=gfm", "--to=typst", "--standalone", media, str(source), f"--output={text}"]
            code = f"import typst; typst.compile({str(text)!r}, output={str(text.with_suffix('.pdf'))!r}, root='/')"
            found["pandoc + Typst"] = Command([first, [str(_PYTHON), "-c", code]], rounds=rounds, limit_s=limit_s)
        if self.pandoc and self.weasyprint:
            page = BUILD / f"{source.stem}-pandoc.html"
            last = [str(_PYTHON), "-m", "weasyprint", "--quiet", str(page), str(page.with_suffix(".pdf"))]
            found["pandoc + WeasyPrint"] = Command([self._page(source), last], rounds=slow_rounds, limit_s=limit_s)
        if self.reportlab:
            target = BUILD / f"{source.stem}-reportlab.pdf"
            argv = [str(_PYTHON), "-c", _PLAIN_PARAGRAPHS, str(source), str(target)]
            found["ReportLab, plain paragraphs"] = Command([argv], rounds=slow_rounds, limit_s=limit_s)
        return found

    def _page(self, source: Path) -> list[str]:
        page = BUILD / f"{source.stem}-pandoc.html"
        options = ["--from=gfm", "--to=html5", "--standalone", "--embed-resources"]
        return [self.pandoc, *options, str(source), f"--output={page}"]


# Formats of which we write the files ourselves, by pandoc's names.
_WRITERS = {
    "asciidoc": "asciidoc",
    "docx": "docx",
    "epub": "epub3",
    "html": "html5",
    "latex": "latex",
    "markdown": "gfm",
    "odt": "odt",
    "opml": "opml",
    "pptx": "pptx",
    "rst": "rst",
}


def _writer_of_ours(format: str) -> str:
    """What pandoc calls a format that it makes for us, too."""
    from exporters import registry

    declared = registry.get(format).pandoc
    return declared.writer if declared else ""


def find() -> Others:
    """Makes the environment where there is none yet, and looks at what runs in it."""
    problem = _make()
    if problem:
        return Others(missing=(f"Others are left out: {problem}",))
    pandoc = _answer("import pypandoc; print(pypandoc.get_pandoc_path())")
    typst, weasyprint = _answer("import typst; print(1)"), _answer("import weasyprint; print(1)")
    missing = []
    if not pandoc:
        missing.append("pandoc is left out, and with it all others: its package has no program for this machine.")
    if not typst:
        missing.append("Typst is left out: it does not import.")
    if not weasyprint:
        missing.append(
            "WeasyPrint is left out: it does not import. On Debian it needs libpango-1.0-0 and libpangoft2-1.0-0."
        )
    reportlab = _answer("import reportlab; print(1)")
    if not reportlab:
        missing.append("ReportLab is left out: it does not import.")
    return Others(pandoc, bool(typst), bool(weasyprint), bool(reportlab), tuple(missing))


def _make() -> str:
    """Returns what is in the way, or ""."""
    mark = _ENVIRONMENT / "ready"
    wanted = hashlib.sha256(_REQUIREMENTS.read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text() == wanted:
        return ""
    if not _UV.is_file():
        return "there is no .tools/bin/uv to install them with. Run `make bench`, which makes it."
    for command in (
        ["venv", "--quiet", "--clear", "--python", str(ROOT / ".venv" / "bin" / "python"), str(_ENVIRONMENT)],
        ["pip", "sync", "--quiet", "--compile-bytecode", "--python", str(_PYTHON), str(_REQUIREMENTS)],
    ):
        done = subprocess.run([str(_UV), *command], capture_output=True, text=True)
        if done.returncode:
            return f"they cannot be installed ({done.stderr.strip()[-200:]})."
    mark.write_text(wanted)
    return ""


def _answer(code: str) -> str:
    done = subprocess.run([str(_PYTHON), "-c", code], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


# The least that ReportLab can be asked for: what stands between blank lines as paragraphs, in a font that it need not
# embed, without tables, links, contents or structure.
_PLAIN_PARAGRAPHS = """
import sys
from xml.sax.saxutils import escape
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate
style = getSampleStyleSheet()["Normal"]
with open(sys.argv[1], encoding="utf-8") as file:
    parts = [part for part in file.read().split("\\n\\n") if len(part) < 5000]
SimpleDocTemplate(sys.argv[2]).build([Paragraph(escape(part), style) for part in parts])
"""
