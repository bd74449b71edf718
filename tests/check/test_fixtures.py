"""Every judged line of the fixtures gets its answer, and there are as many as there should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.check.fixtures import Bundle, bundles, lay_out, read_bundle
from tests.check.score import answer_line, findings_of

ENOUGH_FILES = 150
ENOUGH_LABELS = 500


@pytest.mark.parametrize("path", bundles(), ids=[path.stem for path in bundles()])
def test_every_label_holds(path: Path, tmp_path: Path) -> None:
    assert _wrong(read_bundle(path), tmp_path) == []


@pytest.mark.parametrize("path", bundles(), ids=[path.stem for path in bundles()])
def test_every_label_holds_with_the_line_ends_of_windows(path: Path, tmp_path: Path) -> None:
    bundle = read_bundle(path)
    files = {name: text.replace("\n", "\r\n") for name, text in bundle.files.items()}
    assert _wrong(bundle._replace(files=files), tmp_path) == []


def _wrong(bundle: Bundle, top: Path) -> list[str]:
    lay_out(bundle, top)
    found = {name: findings_of(str(top), name)[0] for name in bundle.files}
    return [f"{label.path}:{label.line}: {label.text}: {label.verdict} expected, {given}"
            for label in bundle.labels
            if (given := answer_line(label.line, found[label.path])) != {"safe": "silent"}.get(
                label.verdict, label.verdict)]


def test_there_are_enough_of_them() -> None:
    read = [read_bundle(path) for path in bundles()]
    assert sum(len(bundle.files) for bundle in read) >= ENOUGH_FILES
    assert sum(len(bundle.labels) for bundle in read) >= ENOUGH_LABELS


def test_the_readme_says_how_many() -> None:
    count = sum(len(read_bundle(path).labels) for path in bundles())
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    assert f"on the {count} judged commands of `tests/check/fixtures/`" in readme
