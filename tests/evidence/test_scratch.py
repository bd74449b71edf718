"""A scratch directory is gone when its process is: by itself, after a signal, and swept where it was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pyguard.errors import PyguardError
from pyguard.evidence.scratch import JUST_MADE, PREFIX, scratch_directory
from tests.checkout import CHECKOUT

HOLDS = """
import os, sys, time
from pyguard.errors import PyguardError
from pyguard.evidence.scratch import scratch_directory
with scratch_directory(os.geteuid(), sys.argv[1]) as path:
    open(path + "/tree/file", "w").close()
    print(path, flush=True)
    time.sleep(600)
"""


def holder(place: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process that has one, and which."""
    process = subprocess.Popen([sys.executable, "-c", HOLDS, str(place)], stdout=subprocess.PIPE, text=True,
                               cwd=CHECKOUT)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def end(process: subprocess.Popen[str], number: int) -> int:
    with process:
        process.send_signal(number)
        return process.wait(20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_process_and_leaves_nothing(tmp_path: Path, number: int) -> None:
    process, path = holder(tmp_path)
    assert path.is_dir()
    assert end(process, number) == -number
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_goes_with_the_next_one(tmp_path: Path) -> None:
    process, path = holder(tmp_path)
    end(process, signal.SIGKILL)
    assert path.is_dir()
    with scratch_directory(os.geteuid(), str(tmp_path)):
        assert path.is_dir()    # just made: its process may not have come to lock it
    os.utime(path, (0, time.time() - 2 * JUST_MADE))
    with scratch_directory(os.geteuid(), str(tmp_path)) as other:
        assert os.listdir(tmp_path) == [os.path.basename(other)]


def test_what_is_in_use_or_no_directory_of_ours_stays(tmp_path: Path) -> None:
    process, path = holder(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path / "elsewhere")
    for place in (path, tmp_path / "elsewhere"):
        os.utime(place, (0, 0))
    with scratch_directory(os.geteuid(), str(tmp_path)):
        pass
    assert path.is_dir() and (tmp_path / "elsewhere").is_dir()
    end(process, signal.SIGTERM)


def test_a_signal_that_is_ignored_stays_so(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with scratch_directory(os.geteuid(), str(tmp_path)) as path:
            os.kill(os.getpid(), signal.SIGHUP)
            assert os.path.isdir(path)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_whatever_the_umask_others_may_pass_roots(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        with scratch_directory(0, str(tmp_path)) as path:
            assert {oct(os.stat(f"{path}/{name}").st_mode & 0o777) for name in os.listdir(path)} == {"0o755"}
    finally:
        os.umask(before)


def test_where_none_can_be_made_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(PyguardError, match="no place to unpack wheels in"), \
            scratch_directory(os.geteuid(), str(tmp_path / "nowhere")):
        pass
