"""The shim and the shell snippets on a whole Debian: each way to type an install is refused, and changes nothing.

The rows of the coverage table that the shim answers: exit 11 (or what the caller makes of it), pyguard's words on
stderr, and after all of them a file system that is what it was. Harmless commands are pip's own, byte for byte.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.rootfs import Entry, Root, changes, overlay
from tests.wheels import make_wheel

pytestmark = pytest.mark.proof

REFUSED = 11
PLAIN = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PACKAGES = ("python3-pip", "zsh", "fish", "sudo", "tmux", "make", "bsdutils", "busybox")
SHIMS = "/usr/local/lib/pyguard/shims"
OWN = ("/home/alice/.cache/pyguard", "/home/alice/.local/state/pyguard", "/var/cache/pyguard", "/var/log/pyguard",
       "/home/alice/.local/share/fish", "/home/alice/.config/fish", "/root/.local/share/fish", "/root/.config/fish",
       "/root/.cache", "/run/sudo", "/var/lib/sudo", "/tmp", "/home/alice/.cache/fish")
RELEASES = [pytest.param("bookworm", marks=pytest.mark.core), pytest.param("bullseye", marks=pytest.mark.full),
            pytest.param("trixie", marks=pytest.mark.full)]
SNIPPETS = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}


class Form(NamedTuple):
    """A way to type it: `code` is what the caller makes of exit 11."""

    name: str
    argv: tuple[str, ...]
    code: int = REFUSED
    user: str = "alice"


def interactive(shell: str, line: str) -> tuple[str, ...]:
    """A shell with a terminal, as `script` gives it one, and its snippet."""
    return ("script", "-qec", f"{shell} -ic {shlex.quote(line)}", "/dev/null")


def lines(install: str) -> tuple[tuple[str, str, int], ...]:
    """A name, what a login shell is given, and the exit code that comes of it."""
    wheel = install.split()[-1]
    start = install[:-len(wheel)]
    return (
        ("options before the command", install.replace("pip3 install", "pip3 -q --no-input --log l install"), 11),
        ("a value that looks like a flag", install.replace("pip3 install", "pip3 install --log --dry-run"), 11),
        ("--isolated", install.replace("install", "--isolated install", 1), 11),
        ("PIP_CONFIG_FILE", f"PIP_CONFIG_FILE=/dev/null {install}", 11),
        ("--prefix", f"{install} --prefix /usr", 11),
        ("--target", f"{install} --target /usr/lib/python3/dist-packages", 11),
        ("--user", f"{install} --user", 11),
        ("backslash", f"\\{install}", 11), ("command", f"command {install}", 11), ("env", f"env {install}", 11),
        ("env -i", f'env -i PATH="$PATH" {install}', 11), ("no HOME", f"unset HOME; {install}", 11),
        ("IFS", f"export IFS=p; {install}", 11), ("exec", f"exec {install}", 11), ("nohup", f"nohup {install}", 11),
        ("timeout", f"timeout 60 {install}", 11), ("nice", f"nice {install}", 11),
        ("setsid", f"setsid -w {install}", 11),
        ("subshell", f"({install})", 11), ("substitution", f"x=$({install})", 11),
        ("pipe", f"true | {install}", 11), ("background", f"{install} & wait $!", 11),
        ("eval", f"eval {shlex.quote(install)}", 11),
        ("xargs", f"echo {wheel} | xargs {start}", 123), ("find -exec", f"find {wheel} -exec {start} {{}} +", 1),
        ("sh script", "/srv/script.sh", 11), ("bash script", "bash -eu /srv/script.sh", 11),
        ("zsh script", f"zsh -c {shlex.quote(install)}", 11),
        ("fish script", f"fish -c {shlex.quote(install)}", 11),
        ("busybox sh", f"busybox sh -c {shlex.quote(install)}", 11), ("make", "make -sf /srv/Makefile", 2),
        ("subprocess of Python", "python3 /srv/call.py", 11),
        ("shell of Python", "python3 /srv/system.py", 11),
    )


def forms(install: str, numbered: tuple[str, ...]) -> Iterator[Form]:
    """All of them: they have in common that a name is looked up on PATH, in a shell that has the shims there."""
    for user in ("alice", "root"):
        for shell in ("sh", "bash"):
            yield Form(f"{shell} -lc, {user}", (shell, "-lc", install), user=user)
        for shell in ("bash", "zsh", "fish"):
            yield Form(f"{shell} -ic, {user}", (shell, "-ic", install), user=user)
            yield Form(f"{shell} on a terminal, {user}", interactive(shell, install), user=user)
        yield Form(f"su - {user}", ("su", "-", user, "-c", install), user="root")
    for name in ("pip", "pip3", *numbered):
        yield Form(name, ("sh", "-lc", install.replace("pip3", name, 1)))
    for name, line, code in lines(install):
        yield Form(name, ("sh", "-lc", line), code)
    words = shlex.split(install)
    yield Form("sudo -i", ("sudo", "-i", *words))
    yield Form("sudo bash -lc", ("sudo", "bash", "-lc", install))
    for shell in ("bash", "zsh", "fish"):
        for sudo in ("sudo", "sudo -H", "sudo -E A=b"):
            yield Form(f"{sudo} in {shell}", interactive(shell, f"{sudo} {install}"))
    yield Form("sudo /usr/bin/pip3", interactive("bash", f"sudo /usr/bin/{install}"))
    yield Form("sudo python3 -m pip", interactive("bash", f"sudo python3 -m {install.replace('pip3', 'pip', 1)}"))
    yield Form("tmux", ("bash", "-lc", "tmux -L t -f /dev/null new-session -d /srv/tmux.sh \\; wait-for done; "
                                       "cat /tmp/tmux.out >&2; exit $(cat /tmp/tmux.code)"))


@pytest.fixture(scope="module", params=RELEASES)
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Root, str]]:
    """A root with shims and snippets for everybody; and the install, of a wheel that pip would really install."""
    from tests.engine import install_engine

    with overlay(request.param, PACKAGES) as root:
        install_engine(root)
        root.run(["pyguard", "hook", "rehash", "--system"], check=True)
        root.run(["cp", f"{SHIMS}/.pyguard-init.sh", "/etc/profile.d/pyguard.sh"], check=True)
        for home in ("/root", "/home/alice"):
            user = "root" if home == "/root" else "alice"
            for shell, file in SNIPPETS.items():
                root.run(["mkdir", "-p", str(Path(f"{home}/{file}").parent)], user=user, check=True)
                root.write(f"{home}/{file}", f"source {SHIMS}/.pyguard-init.{shell}\n", user=user)
        root.write("/etc/sudoers.d/alice", "alice ALL=(ALL) NOPASSWD: ALL\n", 0o440)
        wheel = Path(make_wheel(str(tmp_path_factory.mktemp("wheels")), "guarded-thing", "1.0"))
        Path(root.path, "srv", wheel.name).write_bytes(wheel.read_bytes())
        override = "" if request.param == "bullseye" else "--break-system-packages "
        install = f"pip3 install --no-index --no-deps {override}/srv/{wheel.name}"
        root.write("/srv/script.sh", f"#!/bin/sh\n{install}\n", 0o755)
        root.write("/srv/tmux.sh", f"#!/bin/sh\n{install} 2>/tmp/tmux.out; echo $? >/tmp/tmux.code; "
                                   "tmux -L t wait-for -S done\n", 0o755)
        root.write("/srv/Makefile", f"all:\n\t@{install}\n")
        root.write("/srv/call.py", f"import subprocess\nraise SystemExit(subprocess.call({shlex.split(install)!r}))\n")
        root.write("/srv/system.py", f"import os\nraise SystemExit(os.system({install!r}) >> 8)\n")
        yield root, install


def touched(before: dict[str, Entry], root: Root) -> list[str]:
    """What differs, but for what shells, sudo and pyguard itself write, and the directories that lead there."""
    found = changes(before, root.tree())
    return [path for path in found if not path.startswith(OWN) and not any(own.startswith(path + "/") for own in OWN)]


def test_every_way_to_type_it_is_refused(guarded: tuple[Root, str], capsys: pytest.CaptureFixture[str]) -> None:
    root, install = guarded
    numbered = ("pip3.11",) if root.release == "bookworm" else ()    # Debian 11 and 13 have no such name
    for user in ("alice", "root"):    # what a first start of a shell leaves behind is not the shim's
        for shell in ("zsh", "fish"):
            root.run([shell, "-ic", "true"], user=user)
    before = root.tree()
    wrong, count = [], 0
    for form in forms(install, numbered):
        done = root.run(form.argv, user=form.user, cwd="/tmp", timeout=120)
        said = (done.stdout + done.stderr).count("pyguard: refused: ")
        count += 1
        if (done.returncode, said) != (form.code, 1):
            wrong.append((form.name, done.returncode, said, (done.stdout + done.stderr)[-400:]))
    assert wrong == []
    assert touched(before, root) == []
    with capsys.disabled():
        print(f"\n{root.release}: {count} ways to type an install, all refused, nothing changed")


HARMLESS = (
    ("--version",), ("list",), ("list", "--format=json"), ("show", "pip"), ("freeze",), ("check",), ("help", "install"),
    ("install", "--help"), ("-q", "list"), ("config", "list"), ("nonsense",), ("install", "--nonsense"),
    ("download", "--no-index", "nothing"), ("--python",), (), ("hash", "/srv/script.sh"), ("cache", "dir"),
)


@pytest.mark.parametrize("user", ["alice", "root"])
def test_harmless_commands_are_pips_own(guarded: tuple[Root, str], user: str) -> None:
    root, _ = guarded
    for arguments in HARMLESS:
        shimmed = root.run(["pip3", *arguments], user=user, env={"PATH": f"{SHIMS}:{PLAIN}"})
        real = root.run(["/usr/bin/pip3", *arguments], user=user, env={"PATH": PLAIN})
        for each in ("returncode", "stdout", "stderr"):
            assert getattr(shimmed, each) == getattr(real, each), arguments
        assert real.returncode in (0, 1, 2), real.stderr    # pip's own answers


def test_shims_of_a_users_own(guarded: tuple[Root, str]) -> None:
    root, install = guarded
    shims = "/home/alice/.local/share/pyguard/shims"
    path = {"PATH": f"{shims}:{PLAIN}"}
    root.run(["pyguard", "hook", "rehash"], user="alice", check=True)
    assert root.run(install.split(), user="alice", env=path).returncode == REFUSED
    assert root.run(install.split(), user="root", env=path).returncode == REFUSED    # root asks the system's engine
    root.run(["pyguard", "hook", "rehash", "--remove"], user="alice", check=True)
    assert root.run(["ls", "/home/alice/.local/share/pyguard"], user="alice").returncode != 0


def test_without_its_engine(guarded: tuple[Root, str]) -> None:
    root, install = guarded
    venv = "/usr/local/lib/pyguard/venv"
    path = {"PATH": f"{SHIMS}:{PLAIN}"}
    before = root.tree("/usr")
    root.run(["mv", venv, venv + ".away"], check=True)
    try:
        done = root.run(install.split(), user="alice", env=path)
        assert (done.returncode, done.stdout) == (REFUSED, "")
        assert "the engine is missing or broken" in done.stderr.replace("pyguard's engine", "the engine")
        assert root.run(["pip3", "list"], user="alice", env=path).stderr == ""
    finally:
        root.run(["mv", venv + ".away", venv], check=True)
    found = changes(before, root.tree("/usr"))
    assert [path for path in found if path != "/usr/local/lib/pyguard"] == []


def test_the_kill_switch_and_what_it_holds_back(guarded: tuple[Root, str]) -> None:
    """Also the control: the very same command does change the system when nothing stops it."""
    root, install = guarded
    root.write("/etc/pyguard/disabled", "")
    done = root.run(install.split(), env={"PATH": f"{SHIMS}:{PLAIN}"})
    assert done.returncode == 0, done.stderr
    assert "pyguard" not in done.stderr
    assert root.run(["python3", "-c", "import guarded_thing"]).returncode == 0
    root.run(["rm", "-r", "/etc/pyguard"], check=True)
