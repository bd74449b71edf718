"""Recall and precision of `pyguard check`: on the repository's own fixtures, or on a corpus directory.

`python -m tests.check.score` prints the score of tests/check/fixtures; `python -m tests.check.score DIRECTORY [-v]`
that of a corpus: a `labels.json` ({file: [{line, end, verdict, why}]}), the files beside it under the same
names, or an `index.json` ({file: [repository directory, path in it]}) that says where they are. A finding
counts for a label when it lies on the label's lines, in a Dockerfile in the same instruction.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from typing import Any

from pyguard.checking.assess import World, assess_all
from pyguard.checking.profiles import is_known_image
from pyguard.checking.read_file import read_path
from pyguard.host import Host
from pyguard.intake.files import dockerfile
from pyguard.intake.files.dockerfile_text import read_instructions
from pyguard.intake.files.repository import Repository
from pyguard.model.report import Confidence, FileFinding

WANTED = {"system": "system", "safe": "silent"}
LEVELS = {Confidence.CERTAIN: "system", Confidence.LIKELY: "system", Confidence.POSSIBLE: "possible"}


def findings_of(top: str, path: str) -> tuple[list[FileFinding], str]:
    """What is found in one file of a repository, and lies in it, documents included, and the file's text."""
    read = read_path(Host(), f"{top}/{path}", path, Repository(Host(), top, is_known_image), documents=True)
    commands = read.reading.commands if read.reading else ()
    found = assess_all(commands, World(repository=Host(top)))
    return [finding for finding in found if finding.location.path == path], read.text


def spans_of(path: str, text: str) -> list[tuple[int, int]]:
    """The instructions of a Dockerfile; nothing for other files."""
    if not dockerfile.claims(path, text[:4096]):
        return []
    return [(each.line, each.end_line) for each in read_instructions(text)]


def answer(label: dict[str, Any], findings: list[FileFinding], spans: list[tuple[int, int]]) -> str:
    """`system`, `possible` or `silent` for one label."""
    first, last = label["line"], label["end"]
    for begin, end in spans:
        if begin <= first <= end:
            first, last = begin, end
    near = [finding for finding in findings if finding.location.line <= last and finding.location.end_line >= first]
    exact = [finding for finding in near if finding.location.line <= label["line"] <= finding.location.end_line]
    best = max((finding.confidence for finding in exact or near), default=None)
    return LEVELS[best] if best is not None else "silent"


def answer_line(line: int, findings: list[FileFinding]) -> str:
    """The same for one line, where every finding lies on the line of its own command."""
    on = [finding.confidence for finding in findings if finding.location.line <= line <= finding.location.end_line]
    return LEVELS[max(on)] if on else "silent"


def score_fixtures(verbose: bool) -> Counter[tuple[str, str]]:
    """The repository's own fixtures, laid out in a temporary directory."""
    import tempfile
    from pathlib import Path

    from tests.check.fixtures import bundles, lay_out, read_bundle

    counted: Counter[tuple[str, str]] = Counter()
    for path in bundles():
        bundle = read_bundle(path)
        with tempfile.TemporaryDirectory() as top:
            lay_out(bundle, Path(top))
            found = {name: findings_of(top, name)[0] for name in bundle.files}
        for label in bundle.labels:
            given = answer_line(label.line, found[label.path])
            verdict = "unclear" if label.verdict == "possible" else label.verdict
            counted[verdict, given] += 1
            if verbose and given != {"safe": "silent"}.get(label.verdict, label.verdict):
                print(f"{bundle.name} {label.path}:{label.line}: {label.verdict} but {given}: {label.text}")
    return counted


def score_corpus(directory: str, verbose: bool) -> Counter[tuple[str, str]]:
    """How often each verdict got each answer."""
    with open(f"{directory}/labels.json", encoding="utf-8") as file:
        labels = json.load(file)
    index: dict[str, tuple[str, str]] = {}
    if os.path.exists(f"{directory}/index.json"):
        with open(f"{directory}/index.json", encoding="utf-8") as file:
            index = json.load(file)
    counted: Counter[tuple[str, str]] = Counter()
    for name, entries in sorted(labels.items()):
        top, path = index.get(name, (directory, name))
        if not os.path.exists(f"{top}/{path}"):
            counted["missing", "file"] += 1
            continue
        findings, text = findings_of(top, path)
        spans = spans_of(path, text)
        for label in entries:
            given = answer(label, findings, spans)
            counted[label["verdict"], given] += 1
            if verbose and label["verdict"] != "unclear" and given != WANTED[label["verdict"]]:
                print(f"{name}:{label['line']}: {label['verdict']} but {given}: {label.get('command', '')[:80]}"
                      f" ({label.get('why', '')})")
    return counted


def report(counted: Counter[tuple[str, str]]) -> tuple[float, float]:
    """Print the table; recall of `system` labels and precision against `safe` ones."""
    for verdict in ("system", "safe", "unclear"):
        row = {given: counted[verdict, given] for given in ("system", "possible", "silent")}
        print(f"{verdict:8}", "  ".join(f"{given} {count}" for given, count in row.items()))
    hits, wrong = counted["system", "system"], counted["safe", "system"]
    wanted = sum(counted["system", given] for given in ("system", "possible", "silent"))
    recall, precision = hits / max(wanted, 1), hits / max(hits + wrong, 1)
    print(f"recall {recall:.3f}  precision {precision:.3f}")
    return recall, precision


if __name__ == "__main__":
    directories = [argument for argument in sys.argv[1:] if argument != "-v"]
    report(score_corpus(directories[0], "-v" in sys.argv) if directories else score_fixtures("-v" in sys.argv))
