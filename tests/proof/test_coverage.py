"""Every way to call an install, in real shells on real systems: refused with exit 11, and nothing on disk has changed.

`.ci/run` has every pair of context, form, user and release; `--all` has every combination. The startup hook, the
shims and the lines in the shells' start-up files are in place, as `pyguard hook install --system --shell` puts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.proof.ways import PACKAGES, PLAIN, RELEASES, SHIMS, USERS, Combination, pairwise, product
from tests.rootfs import Entry, Root, changes, overlay
from tests.wheels import make_wheel

pytestmark = pytest.mark.proof
SNIPPETS = {"bash": ".bashrc", "zsh": ".zshrc"}
# What shells, sudo, tmux, ssh, tox and pyguard's journal leave behind; and where the tests put their scripts.
OTHERS = ("/.cache", "/.config", "/.local/share/fish", "/.local/state", "/way.", "/Makefile", "/tox", "/.tox", "/tmux.",
          "/.zcompdump", "/.ssh", "/.local")
PLACES = ("/var/cache/pyguard", "/var/log", "/run", "/var/lib/sudo", "/tmp", "/var/tmp", "/var/run", "/dev/")


@pytest.fixture(scope="module", params=RELEASES)
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Root, str]]:
    """A root with every hook for everybody, and a wheel that pip would really install."""
    from tests.engine import install_engine

    with overlay(request.param, PACKAGES) as root:
        install_engine(root)
        root.run(["pyguard", "hook", "install", "--system", "--shell"], check=True)
        yield root, people(root, SHIMS, str(tmp_path_factory.mktemp("wheels")))


def people(root: Root, shims: str, directory: str) -> str:
    """Users with shells, keys and sudo; the path of the wheel, which is made in `directory`."""
    root.write("/etc/sudoers.d/alice", "alice ALL=(ALL) NOPASSWD: ALL\n", 0o440)
    for user in USERS:
        home = root.account(user)[5]
        for shell, file in SNIPPETS.items():
            root.write(f"{home}/{file}", f"source {shims}/.pyguard-init.{shell}\n", user=user)
        root.run(["sh", "-c", "for s in zsh fish; do $s -ic :; done; mkdir -pm 700 ~/.ssh"], user=user)
    make_key = "ssh-keygen -qt ed25519 -N '' -f /root/.ssh/key; ssh-keygen -A >/dev/null"
    root.run(["sh", "-c", make_key], check=True)
    for user in USERS:
        key = Path(root.path, "root/.ssh/key.pub").read_text(encoding="utf-8")
        root.write(f"{root.account(user)[5]}/.ssh/authorized_keys", key, 0o600, user)
    wheel = Path(make_wheel(directory, "guarded-thing", "1.0"))
    Path(root.path, "srv", wheel.name).write_bytes(wheel.read_bytes())
    return f"/srv/{wheel.name}"


def touched(before: dict[str, Entry], root: Root) -> list[str]:
    """What differs on disk, but for the traces of shells and of the tests themselves."""
    found = changes(before, root.tree())
    homes = ("/root", "/home/alice")
    return [path for path in found if not path.startswith(PLACES)
            and not any(path == home or path.startswith(tuple(home + other for other in OTHERS)) for home in homes)]


def refuse_all(root: Root, wheel: str, rows: Sequence[Combination]) -> list[tuple[object, ...]]:
    """The rows that were not refused as they should be."""
    override = [] if root.release == "bullseye" else ["--break-system-packages"]
    wrong: list[tuple[object, ...]] = []
    for row in rows:
        words = [*row.form.words, "install", "--no-index", "--no-deps", *override, wheel]
        user = "root" if row.context.as_root else row.user
        env = {"PATH": PLAIN, "SHELL": "/bin/sh", "TERM": "xterm"}
        done = root.run(row.context.run(words, row.user), user=user, cwd="/tmp", timeout=180, env=env)
        said = (done.stdout + done.stderr).count("pyguard: refused: ")
        if (done.returncode, said) != (row.context.code, 1):
            wrong.append((row.name, done.returncode, said, (done.stdout + done.stderr)[-300:]))
    return wrong


def check(guarded: tuple[Root, str], rows: Sequence[Combination], show: Callable[[str], None]) -> None:
    root, wheel = guarded
    mine = [row for row in rows if row.release == root.release]
    before = root.tree()
    assert refuse_all(root, wheel, mine) == []
    assert touched(before, root) == []
    show(f"{root.release}: {len(mine)} combinations of context, form and user refused, nothing changed "
         f"({len(rows)} on all releases)")


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print past the capture."""
    def write(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}")
    return write


@pytest.mark.core
def test_every_pair_is_refused(guarded: tuple[Root, str], show: Callable[[str], None]) -> None:
    check(guarded, pairwise(), show)


@pytest.mark.full
def test_every_combination_is_refused(guarded: tuple[Root, str], show: Callable[[str], None]) -> None:
    check(guarded, product(), show)




def test_what_is_guarded_can_be_installed(guarded: tuple[Root, str]) -> None:
    """The control: the very same command changes the system where nothing stops it."""
    root, wheel = guarded
    override = [] if root.release == "bullseye" else ["--break-system-packages"]
    root.write("/etc/pyguard/disabled", "")
    done = root.run(["/usr/bin/pip3", "install", "--no-index", "--no-deps", *override, wheel], env={"PATH": PLAIN})
    assert done.returncode == 0 and "pyguard" not in done.stderr
    assert root.run(["python3", "-c", "import guarded_thing"]).returncode == 0
    root.run(["sh", "-c", "rm -r /etc/pyguard /usr/local/lib/python3*/dist-packages/guarded_thing*"], check=True)
