"""What a rehearsed program can and cannot do: shown with programs that try, on this very machine."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pyguard.plan.rehearsed import Job, NotPossible, Outcome, Stage, rehearse
from tests.checkout import CHECKOUT

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/tmp/home", "LANG": "C.UTF-8"}
HOSTILE = """
    import os, signal, socket, sys
    def attempt(what, *arguments):
        try:
            what(*arguments)
            print("DID", what.__name__, *arguments)
        except OSError as error:
            print("no", what.__name__)
    def write(path):
        with open(path, "w") as file:
            file.write("x")
    for path in ({outside!r}, "/usr/bin/hostile", "/etc/hostile", "/var/hostile"):
        attempt(write, path)
    attempt(os.kill, os.getppid(), signal.SIGKILL)
    attempt(os.setuid, 0) if os.getuid() else None
    attempt(os.chroot, "/tmp")
    attempt(socket.create_connection, ("127.0.0.1", {port}), 2)
    attempt(socket.socket(socket.AF_UNIX).connect, {local!r})
    for number in range(4):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                import time
                time.sleep(600)
    os.kill(os.getpid(), signal.SIGSTOP)
    """


@pytest.fixture
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    place = tmp_path_factory.mktemp("stage", numbered=True)
    for name in ("memory", "tree"):
        (place / name).mkdir()
    yield Stage(str(place / "memory"), str(place / "tree"))


def run_all(stage: Stage, *jobs: Job) -> Mapping[str, Outcome]:
    return rehearse(jobs, stage, sys.executable, os.geteuid(), os.getegid(), 2)


def run(stage: Stage, *jobs: Job) -> Mapping[str, Outcome]:
    try:
        return run_all(stage, *jobs)
    except NotPossible as error:
        pytest.skip(f"no private view can be had here: {error}")


def python(name: str, source: str, timeout: float = 20.0) -> Job:
    return Job(name, ("/usr/bin/python3", "-B", "-c", textwrap.dedent(source)), ENVIRONMENT, timeout)


def test_what_is_laid_over_is_there_and_what_is_removed_is_not(stage: Stage) -> None:
    place = Path(stage.laid_over + "/usr/share/pyguard-rehearsal")
    place.mkdir(parents=True)
    (place / "comes").write_text("new")
    found = run(stage._replace(removed=("/etc/os-release", "/usr/lib/os-release")), python("a", """
        import os
        print(open("/usr/share/pyguard-rehearsal/comes").read(), os.path.exists("/usr/lib/os-release"))"""))
    assert found["a"] == Outcome(0, "new False\n", found["a"].seconds)
    assert not os.path.exists("/usr/share/pyguard-rehearsal")
    assert os.path.exists("/usr/lib/os-release")


SITE = "lib/python3/site-packages"


def lay(stage: Stage, place: Path, text: str = "new") -> None:
    """A file that comes."""
    target = Path(f"{stage.laid_over}{place}")
    target.parent.mkdir(parents=True)
    target.write_text(text)


def prints(*paths: Path) -> Job:
    """What is in them, and in a closed directory beside them."""
    return python("a", f"""
        import os
        for path in {list(map(str, paths))}:
            print(sorted(os.listdir(path)) if os.path.isdir(path) else open(path).read())
        """)


@pytest.mark.parametrize("mode", [0o755, 0o700])
def test_a_directory_that_is_imported_from_is_shown_wherever_it_is(stage: Stage, tmp_path: Path, mode: int) -> None:
    home = tmp_path / "home"    # in /tmp, which is empty otherwise
    site = home / SITE
    for place in (site / "old", site / "both", home / "secret"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("old")
    home.chmod(mode)
    lay(stage, site / "both")
    found = run(stage._replace(shown=(str(site),)), prints(site / "old", site / "both", home))
    assert found["a"].output.splitlines() == ["old", "new", "['lib']"]
    assert (site / "both").read_text() == "old"


def test_where_the_way_to_the_plan_is_not_there_nothing_is_run(stage: Stage, tmp_path: Path) -> None:
    run(stage, python("a", ""))    # a view can be had at all
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    lay(stage, tmp_path / "link" / SITE / "comes")
    with pytest.raises(NotPossible, match=r"lacks the plan: .*comes"):
        run_all(stage._replace(shown=(str(tmp_path / "link" / SITE),)), python("a", ""))


def test_what_goes_is_gone_with_all_below_it_and_what_comes_there_is_there(stage: Stage, tmp_path: Path) -> None:
    site = tmp_path / SITE
    names = ("x-1.dist-info/RECORD", "x/__init__.py", "x/old.py", "x-more/kept.py")
    for name in names:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("old")
    lay(stage, site / "x/__init__.py")
    gone = tuple(f"{site}/{name}" for name in ("x-1.dist-info", "x", *names[:3]))
    found = run(stage._replace(removed=gone, shown=(str(site),)), prints(site, site / "x", site / "x/__init__.py"))
    assert found["a"].output.splitlines() == ["['x', 'x-more']", "['__init__.py']", "new"]


READ_ONLY = """
import os, sys
from pyguard.plan.sandbox import kernel
def older(*arguments):
    raise OSError(38, "no such call")
if sys.argv[2] == "older":
    kernel._set_attributes = older
top = sys.argv[1]
kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
for name in ("from", "from/below", "from/below/it", "to"):
    os.mkdir(f"{top}/{name}")
    if name != "to":
        kernel.mount("tmpfs", f"{top}/{name}", "tmpfs", kernel.MS_NOEXEC)
kernel.show_only(f"{top}/from", f"{top}/to")
for name in ("to", "to/below", "to/below/it", "from/below"):
    try:
        os.mkdir(f"{top}/{name}/made")
        print("made", name)
    except OSError as error:
        print(error.errno, bool(os.statvfs(f"{top}/{name}").f_flag & os.ST_NOEXEC))
"""


@pytest.mark.parametrize("kernel", ["newer", "older"])
def test_what_is_shown_only_cannot_be_written_to_however_deep(tmp_path: Path, kernel: str) -> None:
    own = [] if os.geteuid() == 0 else ["--map-root-user"]
    done = subprocess.run(["unshare", "--mount", *own, sys.executable, "-c", READ_ONLY, str(tmp_path), kernel],
                          capture_output=True, text=True, check=False, cwd=CHECKOUT)
    if done.returncode and done.stderr.startswith("unshare:"):
        pytest.skip(f"no private view can be had here: {done.stderr}")
    assert done.stdout.splitlines() == [*["30 True"] * 3, "made from/below"], done.stderr


def test_nobody_is_root_and_nothing_of_the_machine_is_in_reach(stage: Stage) -> None:
    found = run(stage, python("a", """
        import os
        print(os.geteuid(), os.getpid() < 50, sorted(os.listdir("/run")), len(open("/proc/net/dev").readlines()))"""))
    uid, young, runs, interfaces = found["a"].output.split()
    assert uid == str(os.geteuid() or 65534)
    assert (young, runs, interfaces) == ("True", "[]", "3")    # two lines of heading, and lo


def test_a_hostile_program_changes_nothing_and_ends_in_time(stage: Stage, tmp_path: Path) -> None:
    import socket
    import time

    tmp_path.chmod(0o777)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind(str(tmp_path / "socket"))
        local.listen()
        before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
        started = time.monotonic()
        found = run(stage, python("hostile", HOSTILE.format(
            outside=str(tmp_path / "written"), port=server.getsockname()[1], local=str(tmp_path / "socket")), 3.0),
            python("other", "print('still here')"))
    assert found["hostile"].code is None
    assert found["other"].output == "still here\n"
    assert time.monotonic() - started < 60
    assert "DID kill" not in found["hostile"].output
    assert "DID create_connection" not in found["hostile"].output
    assert "DID connect" not in found["hostile"].output
    assert {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert not [path for path in ("/usr/bin/hostile", "/etc/hostile", "/var/hostile") if os.path.exists(path)]
    assert not sleepers()


def sleepers() -> list[str]:
    """Processes that the hostile program left."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = Path(f"/proc/{number}/cmdline").read_bytes()
        except OSError:
            continue
        if b"os.fork() == 0" in words and b"hostile" in words and int(number) != os.getpid():
            found.append(number)
    return found


def test_what_cannot_be_started_is_no_success(stage: Stage) -> None:
    found = run(stage, Job("a", ("/nowhere/program",), ENVIRONMENT))
    assert found["a"].code == 126
    assert "/nowhere/program" in found["a"].output
