"""Summaries of many files: by several processes where there can be some, by one where not."""

from __future__ import annotations

import concurrent.futures
from pathlib import Path

import pytest

from pyguard.facts.imports import store
from pyguard.facts.imports.store import Store


def test_without_a_pool_one_process_reads_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "WORTH_WORKERS", 2)
    paths = []
    for number in range(5):
        (tmp_path / f"m{number}.py").write_text(f"import os\nfrom six import moves as m{number}\n", encoding="utf-8")
        paths.append(str(tmp_path / f"m{number}.py"))

    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")    # a /dev/shm that others may not write to

    pooled = Store("", (3, 11), workers=2)
    expected = pooled.get(paths)
    pooled.close()
    monkeypatch.setattr(concurrent.futures, "ProcessPoolExecutor", refuse)
    alone = Store("", (3, 11), workers=2)
    assert alone.get(paths) == expected and all(expected.values())
    alone.close()
