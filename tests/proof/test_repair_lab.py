"""After every kind of damage to a system of 1,400 packages and its repair, each tool that worked before works again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

import pytest

from tests import rootcache
from tests.checkout import CHECKOUT
from tests.lab import system
from tests.lab.replay import PATIENCE, Tool
from tests.proof.damage_kinds import KINDS, prepare
from tests.rootfs import Root

pytestmark = [pytest.mark.proof, pytest.mark.full]
Install = Callable[[Root], list[str]]
LAB = CHECKOUT.parent / "shared" / "lab"
RELEASE, MINOR = "bookworm", "3.11"
CONDA = "/etc/profile.d/zconda.sh"
SHARE = 0.9    # of the tools: so many break, or the damage was none to speak of


def works(root: Root, tool: Tool) -> bool:
    """In a login shell, where what start-up files set counts."""
    done = root.run(["timeout", PATIENCE, "bash", "-lc", tool.smoke], env={"PYTHONDONTWRITEBYTECODE": "1"}, timeout=600)
    return done.returncode == 0 and (not tool.expect or re.search(tool.expect, done.stdout + done.stderr) is not None)


def broken(root: Root, tools: Sequence[Tool]) -> list[Tool]:
    """A failure counts when it happens twice."""
    return [tool for tool in tools if not works(root, tool) and not works(root, tool)]


@pytest.mark.parametrize("group", ["a", "b"])
def test_every_tool_works_after_the_repair(group: str, installed_pyguard: Install,
                                           capsys: pytest.CaptureFixture[str]) -> None:
    if not (LAB / "tools.json").exists():
        pytest.skip(f"needs the list of tools in {LAB}")
    rootcache.require_means()
    rows = json.loads((LAB / "tools.json").read_text())
    tools = [Tool(row["id"], row["smoke"], row["expect"] or "") for row in rows]
    with system.overlay(system.packages(str(LAB / "base-packages.txt"))) as root:
        installed_pyguard(root)
        prepare(root)
        gone = broken(root, tools)
        tools = [tool for tool in tools if tool not in gone]
        for kind in sorted(KINDS, key=lambda kind: "pip install" not in kind.name):
            if kind.group == group and RELEASE in kind.releases:
                kind.do(root, MINOR)
        damaged = [tool for tool in tools if not works(root, tool)]
        done = root.run(["pyguard", "repair", "--yes", "--level", "warn"], timeout=1800)
        assert done.returncode in (0, 10), done.stdout + done.stderr
        if group == "a":    # what it leaves to the administrator, done as it says
            assert f"{CONDA}:1 puts /opt/conda/bin first on PATH" in done.stdout
            assert "put it behind: PATH=$PATH:/opt/conda/bin" in done.stdout
            root.write(CONDA, "export PATH=$PATH:/opt/conda/bin\n")
        left = [tool.requester for tool in broken(root, tools)]
    with capsys.disabled():
        print(f"\n{group}: {len(tools)} of {len(rows)} tools work before, {len(damaged)} of them break, "
              f"{len(left)} stay broken")
    assert len(damaged) > SHARE * len(tools)
    assert left == [], done.stdout
