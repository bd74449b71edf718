"""A graph that is patched is the one that would be built; what cannot be patched is built."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyguard.facts.imports import Closures, Question, open_closures, patch
from pyguard.facts.index import open_index
from pyguard.host import Host
from tests.evidence.worlds import INTERPRETER, SITES
from tests.facts.debian_host import OS_SITE, SITE, DebianHost

TOOL = "/usr/bin/tool"


@pytest.fixture
def debian(tmp_path: Path) -> DebianHost:
    made = DebianHost(tmp_path / "root")
    made.package("python3", files={f"{SITE}/x/__init__.py": "", f"{SITE}/x/a.py": "import y\n", f"{SITE}/x/b.py": "",
                                   f"{SITE}/y.py": "import z\n", f"{SITE}/z.py": ""})
    made.package("tool", files={TOOL: "#!/usr/bin/python3\nfrom x import a\n", "/usr/bin/other": "#!/bin/sh\ntrue\n"},
                 Depends="python3")
    return made


def opened(host: Host, cache: Path | None) -> Closures:
    known = open_index(host, [OS_SITE])
    return open_closures(host, Question(INTERPRETER, SITES, known), cache=[str(cache)] if cache else [],
                         uid=os.getuid())


def edges(closures: Closures) -> set[tuple[str, str, int]]:
    return {(edge.source, edge.target, edge.strength) for edge in closures.edges}


@pytest.mark.parametrize(("path", "text", "is_patched"), [
    (f"{SITE}/y.py", "import z\n# more\n", True), (f"{SITE}/y.py", "import x.b\n", True),
    (TOOL, "#!/usr/bin/python3\nimport x.b, z\n", True), ("/usr/bin/other", "#!/bin/sh\npython3 -m y\n", True),
    (f"{SITE}/new.py", "", False), (f"{SITE}/x/new.py", "", False), (f"{SITE}/p-1.egg-info/PKG-INFO", "", True)])
def test_what_is_changed(debian: DebianHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, text: str,
                         is_patched: bool) -> None:
    cache = tmp_path / "cache"
    cache.mkdir(0o700)
    first = opened(debian.host, cache)
    assert edges(opened(debian.host, cache)) == edges(first) == edges(opened(debian.host, None))
    debian.write(path, text, 0o755 if "bin/" in path else 0o644)
    os.utime(debian.root / SITE[1:], (2e9, 2e9))    # as a package manager leaves it
    answers = []
    real = patch.patch_closures
    monkeypatch.setattr(patch, "patch_closures", lambda *given: answers.append(real(*given)) or answers[-1])
    found = opened(debian.host, cache)
    whole = opened(debian.host, None)
    assert [answer is not None for answer in answers] == [is_patched]
    reached = {start for starts in whole.starts.values() for start in starts} | {edge.source for edge in whole.edges}
    assert {edge for edge in edges(found) if edge[0] in reached} == edges(whole)
    assert {name: list(starts) for name, starts in found.starts.items()} == {
        name: list(starts) for name, starts in whole.starts.items()}
    assert edges(opened(debian.host, cache)) == edges(found)
    assert len(answers) == 1
