"""A StorageReport -> one self-contained page: a treemap of what removal would free and what is shared, and a table."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from ..model.storage import StorageReport
from .sizes import shown_size
from .treemap import Box, lay_out
from .words import printable

WIDTH, HEIGHT = 1000.0, 520.0
TEXT = 12.0                  # a label needs about this many units a line
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 66rem; padding: 0 1rem; color: #1b1f24;
       background: #fff }
svg { width: 100%; height: auto } rect { stroke: #fff; stroke-width: 1.5 }
text { font-size: 12px; fill: #fff; pointer-events: none }
.conda-base, .conda, .pixi { fill: #2f7d4f } .pyenv, .uv-python { fill: #8a5a14 } .cache { fill: #6b5b95 }
.venv, .virtualenv, .pipx, .uv-tool, .poetry, .pipenv { fill: #2b5f9e } .shared { fill: #7a828c }
table { border-collapse: collapse; width: 100%; margin-top: 1.5rem } td, th { text-align: left; padding: .3rem .6rem;
       border-bottom: 1px solid #d8dde3; vertical-align: top } .number { text-align: right; white-space: nowrap }
@media (prefers-color-scheme: dark) { body { background: #14171a; color: #e3e6ea } rect { stroke: #14171a }
       td, th { border-color: #333a42 } }
"""


class Part(NamedTuple):
    """One rectangle."""

    name: str
    style: str
    size: int
    because: str


def render_storage_html(report: StorageReport) -> str:
    """No script, no request: everything is in the page."""
    size = shown_size(report.size)
    return ("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Environments and caches</title>\n"
            f"<style>{STYLE}</style>\n<h1>Environments and caches: {size}</h1>\n"
            "<p>Each area is what removing that one alone would free. What several of them hold one copy of "
            "is drawn once, as shared.</p>\n"
            f"{_drawing(report)}\n{_table(report)}\n</html>\n")


def _parts(report: StorageReport) -> list[Part]:
    parts = [Part(each.prefix, each.kind.value, each.freed, f"{each.kind.value}, {shown_size(each.size)} in all")
             for each in report.environments]
    parts += [Part(each.path, "cache", each.freed, f"cache of {each.kind.value}, {shown_size(each.size)} in all")
              for each in report.caches]
    parts += [Part(each.path, "cache", each.size, each.because) for each in report.artefacts]
    shared = report.size - sum(part.size for part in parts)
    if shared > 0:
        parts.append(Part("shared", "shared", shared, "one copy, several names: freed when the last of them goes"))
    return sorted((part for part in parts if part.size > 0), key=lambda part: -part.size)


def _drawing(report: StorageReport) -> str:
    parts = _parts(report)
    boxes = lay_out([part.size for part in parts], Box(0, 0, WIDTH, HEIGHT))
    shapes = "\n".join(line for part, box in zip(parts, boxes) for line in _shape(part, box))
    return (f'<svg viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" aria-label="Treemap of what would be freed">\n'
            f"{shapes}\n</svg>")


def _shape(part: Part, box: Box) -> Iterator[str]:
    name = printable(part.name)
    title = escape(f"{name}: {shown_size(part.size)} ({part.because})")
    yield (f'<rect class="{part.style}" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
           f'height="{box.height:.1f}"><title>{title}</title></rect>')
    room = int(box.width / (TEXT * 0.6)) - 1
    label = name.rsplit("/", 1)[-1]
    if box.height > 3 * TEXT and len(label) <= room:
        yield f'<text x="{box.x + 6:.1f}" y="{box.y + 18:.1f}">{escape(label)}</text>'
        yield f'<text x="{box.x + 6:.1f}" y="{box.y + 34:.1f}">{shown_size(part.size)}</text>'


def _table(report: StorageReport) -> str:
    rows = [(each.prefix, each.kind.value, each.freed, each.size, each.last_used[:10] or "not known",
             "; ".join([*(f"{reference.kind}: {reference.where}" for reference in each.references),
                        *(defect.text for defect in each.defects)])) for each in report.environments]
    rows += [(each.path, f"cache of {each.kind.value}", each.freed, each.size, "", "") for each in report.caches]
    body = "\n".join(
        f"<tr><td>{escape(printable(path))}<td>{kind}<td class=number>{shown_size(freed)}"
        f"<td class=number>{shown_size(size)}<td>{used}<td>{escape(printable(notes))}"
        for path, kind, freed, size, used, notes in rows)
    return ("<table><tr><th>Where<th>Kind<th class=number>Freed<th class=number>Size<th>Last used<th>Who needs it, "
            f"and what is wrong with it\n{body}</table>")
