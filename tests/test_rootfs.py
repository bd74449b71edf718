"""The throw-away roots themselves: what they promise, tried on a real one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import rootcache
from tests.rootfs import BUNDLE, Root, changes

pytestmark = pytest.mark.proof
MakeRoot = Callable[..., Root]


def test_a_change_stays_in_its_overlay(new_root: MakeRoot) -> None:
    one, two = new_root("bookworm"), new_root("bookworm")
    before = one.tree()
    one.run(["rm", "-r", "/usr/lib/python3"], check=True)
    one.run(["sh", "-c", "echo x > /etc/new"], check=True)
    found = changes(before, one.tree())
    assert found["/etc/new"] == "added"
    assert found["/usr/lib/python3"] == "removed"
    assert changes(before, two.tree()).keys() <= {"/etc", BUNDLE, "/etc/resolv.conf"}


def test_a_command_sees_its_user_and_a_clean_environment(new_root: MakeRoot) -> None:
    root = new_root("bookworm")
    script = 'id -un; pwd; echo "${HOME-unset} $1"; cat; env | cut -d= -f1'
    done = root.run(["sh", "-c", script, "sh", "a b"], user="alice", env={"HOME": None, "A": "1"}, cwd="/usr",
                    stdin="given")
    lines = done.stdout.splitlines()
    assert lines[:3] == ["alice", "/usr", "unset a b"]
    assert lines[3].startswith("given")
    assert not {"SSH_AUTH_SOCK", "PIP_FIND_LINKS", "VIRTUAL_ENV", "HOME"} & set(lines)


def test_a_signal_and_an_exit_code_come_through(new_root: MakeRoot) -> None:
    root = new_root("bookworm")
    assert root.run(["sh", "-c", "exit 7"]).returncode == 7
    assert root.run(["sh", "-c", "kill -TERM $$"]).returncode == 128 + signal.SIGTERM


def test_nothing_is_left_running(new_root: MakeRoot) -> None:
    root = new_root("bookworm")
    root.run(["sh", "-c", "sleep 1234 & "])
    with pytest.raises(subprocess.TimeoutExpired):
        root.run(["sh", "-c", "trap '' TERM; sleep 1235"], timeout=1)
    time.sleep(0.2)
    assert not [argv for argv in command_lines() if argv[:1] == [b"sleep"] and argv[1] in (b"1234", b"1235")]


def test_without_network_nothing_is_reached(new_root: MakeRoot) -> None:
    root = new_root("bookworm", network=False)
    done = root.run(["python3", "-c", "import socket; socket.create_connection(('127.0.0.1', 9))"])
    assert "Network is unreachable" in done.stderr
    assert not os.path.exists(root.path + BUNDLE)


def test_a_killed_process_leaves_no_mount_and_its_scratch_is_swept(new_root: MakeRoot) -> None:
    new_root("bookworm")    # skips where there can be none
    script = textwrap.dedent("""
        import os, signal
        from tests.rootfs import overlay
        with overlay("bookworm") as root:
            print(root.path, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
    """)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False,
                          cwd=Path(__file__).parent.parent)
    scratch = os.path.dirname(done.stdout.strip())
    assert done.returncode == -signal.SIGKILL
    assert scratch not in Path("/proc/self/mounts").read_text(encoding="utf-8")
    old = time.time() - 2 * rootcache.SETTLE
    os.utime(scratch + ".lock", (old, old))
    rootcache.sweep()
    assert not os.path.exists(scratch)
    assert not os.path.exists(scratch + ".lock")


def test_a_cache_that_others_may_write_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setenv("PYGUARD_TEST_CACHE", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="writable by others"):
        rootcache.cache_directory()


def command_lines() -> list[list[bytes]]:
    """The argv of every process of this machine."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            found.append(Path(f"/proc/{name}/cmdline").read_bytes().split(b"\0"))
        except OSError:
            continue    # it ended meanwhile
    return found
