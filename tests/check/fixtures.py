"""The fixtures: bundles of small files, each judged line ending in `# expect: system | safe | possible`.

A bundle is a text file; `=== path` begins a file of the repository it stands for. The labels are taken out
before anything is read, so that no reader can see them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTED = re.compile(r"[ \t]*# expect: (system|safe|possible)$")
BEGIN = re.compile(r"^=== (\S+)$", re.M)


class Label(NamedTuple):
    """One judged line."""

    path: str
    line: int
    verdict: str
    text: str


class Bundle(NamedTuple):
    """A repository: its files without the labels, and the labels."""

    name: str
    files: dict[str, str]
    labels: list[Label]


def read_bundle(path: Path) -> Bundle:
    """Everything in one bundle file."""
    pieces = BEGIN.split(path.read_text(encoding="utf-8"))[1:]
    files: dict[str, str] = {}
    labels: list[Label] = []
    for name, text in zip(pieces[::2], pieces[1::2]):
        lines = text.lstrip("\n").split("\n")
        for number, line in enumerate(lines, 1):
            match = EXPECTED.search(line)
            if match:
                lines[number - 1] = line[:match.start()]
                labels.append(Label(name, number, match.group(1), lines[number - 1].strip()))
        files[name] = "\n".join(lines)
    return Bundle(path.stem, files, labels)


def bundles() -> list[Path]:
    """All bundle files."""
    return sorted(FIXTURES.glob("*.txt"))


def lay_out(bundle: Bundle, top: Path) -> None:
    """Write the repository's files below `top`, as a checkout of all of them."""
    (top / ".git").mkdir(parents=True, exist_ok=True)
    for name, text in bundle.files.items():
        place = top / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
