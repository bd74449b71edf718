"""A guarded system with people on it, and the rows of the table of calls carried out there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.proof.ways import PLAIN, USERS, Combination
from tests.rootfs import Entry, Root, changes
from tests.wheels import make_wheel

SNIPPETS = {"bash": ".bashrc", "zsh": ".zshrc"}
# What shells, sudo, tmux, ssh, tox and pyguard's journal leave behind; and where the tests put their scripts.
OTHERS = ("/.cache", "/.config", "/.local/share/fish", "/.local/state", "/way.", "/Makefile", "/tox", "/.tox", "/tmux.",
          "/.zcompdump", "/.ssh", "/.local")
PLACES = ("/var/cache/pyguard", "/var/log", "/run", "/var/lib/sudo", "/tmp", "/var/tmp", "/var/run", "/dev/")


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


def check(root: Root, wheel: str, rows: Sequence[Combination], show: Callable[[str], None]) -> None:
    """Every row of this root's release is refused, and what is on disk is as it was."""
    mine = [row for row in rows if row.release == root.release]
    before = root.tree()
    assert refuse_all(root, wheel, mine) == []
    assert touched(before, root) == []
    show(f"{root.release}: {len(mine)} combinations of context, form and user refused, nothing changed "
         f"({len(rows)} on all releases)")
