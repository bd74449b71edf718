"""Programs that the scripts of OS packages run on files that go."""

from __future__ import annotations

from pathlib import Path

from pyguard.evidence.maintainers import run_on
from pyguard.facts.index import open_index
from tests.facts.debian_host import OS_SITE, SITE, DebianHost

POSTINST = "#!/bin/sh\n# compile\nif command -v compile >/dev/null; then\n\tcompile -p python3-x\nfi\n"


def test_a_program_is_at_risk_where_a_script_runs_it_on_what_goes(tmp_path: Path) -> None:
    debian = DebianHost(tmp_path)
    debian.package("python3", files=("/usr/bin/python3",))
    debian.package("python3-x", files=(f"{SITE}/x.py",), Depends="python3")
    debian.package("python3-y", files=(f"{SITE}/y.py",), Depends="python3")
    programs = dict.fromkeys(("/usr/bin/compile", "/usr/bin/other"), "#!/usr/bin/python3\n")
    debian.package("tools", files=programs, Depends="python3-x")
    debian.write("/var/lib/dpkg/info/python3-x.postinst", POSTINST)
    known = open_index(debian.host, [OS_SITE])

    def found(path: str) -> list[tuple[str, str, str]]:
        rows = run_on(debian.host, {"x": [path]}, known, known.requesters())
        return [(reach.requester, missing.where, missing.name) for reach, missing in rows]

    assert found(f"{SITE}/x.py") == [("/usr/bin/compile", "/var/lib/dpkg/info/python3-x.postinst:4", f"{SITE}/x.py")]
    assert found(f"{SITE}/y.py") == []
