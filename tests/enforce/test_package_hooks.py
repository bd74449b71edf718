"""What package managers are told to run: each text is taken apart as its manual says, and what it runs is run."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from pyguard.enforce.manifest import Manifest, undo
from pyguard.enforce.package_hooks import HOOKS, PackageHook, compose, install
from pyguard.errors import PyguardError


def command(hook: PackageHook, text: str) -> list[str]:
    """The program and its arguments, as the package manager would start it."""
    (line,) = [line for line in text.splitlines() if not line.startswith(hook.comment)]
    if hook.tool == "apt":
        found = re.fullmatch(r'DPkg::Post-Invoke \{ "([^"]*)"; \};', line)
        assert found
        return ["/bin/sh", "-c", found[1]]
    if hook.tool == "dnf":
        return ["/bin/sh", "-c", line.split(":", 2)[2]]
    callback, package, direction, options, words = line.split(":", 4)
    assert (callback, package, direction, options) == ("post_transaction", "", "", "")
    return [re.sub(r"\\(.)", r"\1", word) for word in re.findall(r"(?:\\.|[^ \\])+", words)]


@pytest.mark.parametrize("hook", HOOKS, ids=[hook.tool for hook in HOOKS])
def test_it_refreshes_and_never_fails_nor_speaks(hook: PackageHook, tmp_path: Path) -> None:
    engine = tmp_path / "python"
    argv = [str(engine), "-I", "/opt/main.py"]
    ran = subprocess.run(command(hook, compose(hook, argv)), capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")    # pyguard is gone
    engine.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/asked; echo out; echo err >&2; exit 1\n')
    engine.chmod(0o755)
    ran = subprocess.run(command(hook, compose(hook, argv)), capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert (tmp_path / "asked").read_text() == "-I /opt/main.py hook refresh\n"


def test_it_is_written_down_and_says_what_reads_it(tmp_path: Path) -> None:
    manifest = tmp_path / "state" / "hooks" / "dnf-hook.manifest"
    plugin = tmp_path / "actions.conf"
    hook = HOOKS[1]._replace(path=str(tmp_path / "actions.d" / "pyguard.action"), plugin=str(plugin))
    assert install(hook, ("/opt/python",), Manifest(str(manifest))).endswith("(Debian: dnf-plugins-core)")
    assert (tmp_path / "actions.d" / "pyguard.action").exists()
    assert undo(str(manifest)) == []
    plugin.touch()
    assert install(hook, ("/opt/python",), Manifest(str(manifest))).endswith("after dnf has changed something")
    undo(str(manifest))
    assert [path.name for path in tmp_path.iterdir()] == ["actions.conf"]


@pytest.mark.parametrize("hook", HOOKS, ids=[hook.tool for hook in HOOKS])
def test_a_path_that_a_shell_would_read_is_refused(hook: PackageHook, tmp_path: Path) -> None:
    with pytest.raises(PyguardError, match=f"cannot stand in the configuration of {hook.tool}"):
        install(hook, ("/opt/a b/python",), Manifest(str(tmp_path / "m")))
    assert not (tmp_path / "m").exists()
