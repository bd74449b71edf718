"""An override with `--pyguard-allow`: taken back when a tool no longer starts after it, kept when all of them do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest

from tests.rootfs import Root, changes
from tests.wheelhouse import make_wheel

pytestmark = [pytest.mark.proof, pytest.mark.core]
Install = Callable[[Root], list[str]]
OWN = ("/var/lib/pyguard", "/var/cache/pyguard", "/var/log/pyguard", "/tmp", "/home/alice/.local/state",
       "/home/alice/.cache", "/root/.cache")


def touched(before: dict, root: Root) -> list[str]:    # type: ignore[type-arg]
    return [path for path in changes(before, root.tree()) if not path.startswith(OWN) and not any(
        own.startswith(path) for own in OWN)]


def wheel(root: Root, name: str, version: str, text: str) -> str:
    return make_wheel(root.path + "/srv", name, version, {f"{name}.py": text}).replace(root.path, "")


@pytest.mark.parametrize("user", ["root", "alice"])
def test_a_tool_that_breaks(user: str, new_root: Callable[..., Root], installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("certbot", "python3-pip", "python3-six"))
    installed_pyguard(root)
    broken = wheel(root, "josepy", "99", "raise ImportError('no such thing')\n")
    fine = wheel(root, "cowsay", "1", "")
    command = ["pyguard", "pip", "--", "install", "-q", "--break-system-packages", "--no-index", "--no-deps",
               "--ignore-installed", *(["--user"] if user == "alice" else [])]
    before = root.tree()
    assert root.run([*command, broken], user=user).returncode == 11
    done = root.run([*command, broken, "--pyguard-allow=a test"], user=user)
    assert done.returncode == 11, done.stderr
    assert "/usr/bin/certbot (certbot) does not start any more: ImportError: no such thing" in done.stderr
    assert touched(before, root) == []
    kept = root.run([*command, broken, "--pyguard-allow=a test", "--pyguard-keep"], user=user)
    assert kept.returncode == 0 and "kept, although /usr/bin/certbot" in kept.stderr
    assert root.run(["certbot", "--version"], user=user, env={"PYTHONDONTWRITEBYTECODE": "1"}).returncode != 0
    assert root.run(["pyguard", "undo"], user=user).returncode == 0
    assert touched(before, root) == []
    good = root.run([*command, fine, "--pyguard-allow=a test"], user=user)
    assert good.returncode == 0 and "takes this install back" in good.stderr, good.stderr
    assert root.run(["python3", "-B", "-c", "import cowsay"], user=user).returncode == 0
    assert "override" in root.run(["pyguard", "log"], user=user).stdout
    assert root.run(["pyguard", "undo"], user=user).returncode == 0
    assert touched(before, root) == []


def test_an_install_that_fails_and_one_without_a_reason(new_root: Callable[..., Root],
                                                        installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("python3-pip",))
    installed_pyguard(root)
    command = ["pyguard", "pip", "--", "install", "-q", "--break-system-packages", "--no-index", "nothing-such"]
    before = root.tree()
    done = root.run([*command, "--pyguard-allow=a test"])
    assert done.returncode == 1 and "the install itself failed" in done.stderr
    assert root.run([*command, "--pyguard-allow="]).returncode == 2
    assert root.run([*command, "--pyguard-alow=x"]).returncode == 2
    assert touched(before, root) == []


@pytest.mark.parametrize("user", ["root", "alice"])
def test_what_came_after_it_stays(user: str, new_root: Callable[..., Root], installed_pyguard: Install) -> None:
    """Later installs and other things in the same directories, some of which the guarded one had made."""
    root = new_root("bookworm", ("python3-pip",))
    installed_pyguard(root)
    first, later = wheel(root, "cowsay", "1", ""), wheel(root, "later", "1", "")
    top = "/usr/local" if user == "root" else "/home/alice/.local"
    words = ["pip", "--", "install", "-q", "--break-system-packages", "--no-index", "--no-deps",
             *(["--user"] if user == "alice" else [])]
    assert root.run(["pyguard", *words, first, "--pyguard-allow=a test"], user=user).returncode == 0
    root.run(["pyguard", *words, later], user=user, env={"PYGUARD_ALLOW": "needed"}, check=True)
    mine = [f"{top}/bin/backup.sh", f"{top}/lib/node_modules/app/data"]
    for path in mine:
        root.write(path, "mine\n", user=user)
    done = root.run(["pyguard", "undo"], user=user)
    assert done.returncode == 0, done.stderr
    assert all(os.path.exists(root.path + path) for path in mine)
    assert root.run(["python3", "-c", "import later"], user=user).returncode == 0
    assert root.run(["python3", "-c", "import cowsay"], user=user).returncode == 1


INTERRUPT = """
import os, signal, subprocess, sys, time
install = subprocess.Popen(sys.argv[4:], start_new_session=True)
while install.poll() is None and not (os.path.isdir(sys.argv[1]) and len(os.listdir(sys.argv[1])) > 100):
    time.sleep(0.02)
{"all": os.killpg, "one": os.kill}[sys.argv[2]](install.pid, int(sys.argv[3]))
sys.exit(install.wait() % 256)
"""


@pytest.mark.parametrize(("how", "number", "code"), [("all", 2, 130), ("one", 15, 143), ("all", 9, 247)])
def test_a_signal_in_the_middle(how: str, number: int, code: int, new_root: Callable[..., Root],
                                installed_pyguard: Install) -> None:
    """Ctrl-C, and a TERM for pyguard alone, take it back at once; after a KILL the next command does."""
    root = new_root("bookworm", ("python3-pip",))
    installed_pyguard(root)
    big = make_wheel(root.path + "/srv", "big", "1", {f"big/m{each}.py": "" for each in range(6000)})
    site = "/usr/local/lib/python3.11/dist-packages"
    before = root.tree("/usr/local")
    root.write("/srv/interrupt.py", INTERRUPT)
    done = root.run(["python3", "/srv/interrupt.py", f"{site}/big", how, str(number), "pyguard", "pip", "--", "install",
                     "-q", "--break-system-packages", "--no-index", "--no-deps", big.replace(root.path, ""),
                     "--pyguard-allow=a test"])
    assert done.returncode == code, done.stderr
    if number == 9:
        done = root.run(["pyguard", "undo"])
        assert (done.returncode, done.stderr) == (0, "") and "had been interrupted: taken back" in done.stdout
    else:
        assert "taken back, everything is as it was before (interrupted by SIG" in done.stderr
    assert changes(before, root.tree("/usr/local")) == {}


CONDA = """#!/bin/sh
[ "$1" = install ] || exit 1
cd /opt/conda
rm conda-meta/zlib-1-0.json lib/libz.so
echo '{}' >conda-meta/zlib-2-0.json
echo 2 >lib/libz.so
echo x >lib/libx.so
mkdir -p pkgs/zlib-2 include/x lib/python3.12/site-packages/x
echo >lib/python3.12/site-packages/x/__init__.py
echo >include/x/x.h
"""


def test_what_conda_did_to_its_base_comes_back_whole(new_root: Callable[..., Root], installed_pyguard: Install) -> None:
    """Records, libraries and site directory together: an environment of which one part is older is broken."""
    root = new_root("bookworm", ("python3-six",))
    installed_pyguard(root)
    top = "/opt/conda"
    root.write(f"{top}/bin/conda", CONDA, 0o755)
    shutil.copy2(f"{root.path}/usr/bin/python3.11", f"{root.path}{top}/bin/python3.12")
    os.symlink("python3.12", f"{root.path}{top}/bin/python")
    for path in ("conda-meta/history", "lib/python3.12/os.py", "lib/python3.12/site-packages/conda/__init__.py"):
        root.write(f"{top}/{path}", "")
    for name in ("conda-24.1-0", "zlib-1-0", "python-3.12.4-0"):
        root.write(f"{top}/conda-meta/{name}.json", "{}")
    root.write(f"{top}/lib/libz.so", "1\n")
    root.write("/etc/pyguard/policy.toml", 'conda-base = "refuse"\n')
    command = ["env", f"PATH={top}/bin:/usr/local/bin:/usr/bin:/bin", "pyguard", "conda", "--", "install", "-n", "base",
               "x"]
    before = root.tree(top)
    assert root.run(command).returncode == 11
    done = root.run([*command, "--pyguard-allow=why"])
    assert done.returncode == 0 and len(changes(before, root.tree(top))) > 8, done.stderr
    root.write(f"{top}/envs/work/conda-meta/history", "")
    assert root.run(["pyguard", "undo"]).returncode == 0
    left = {path for path in changes(before, root.tree(top)) if not path.startswith((f"{top}/envs", f"{top}/pkgs"))}
    assert left <= {top} and os.path.exists(f"{root.path}{top}/envs/work/conda-meta/history")


WAYS = {"python3 -m pip": "python3 -m pip", "python3 -Im pip": "python3 -Im pip", "/usr/bin/pip": "/usr/bin/pip",
        "a script": "sh -c 'exec python3 -X utf8 -m pip \"$@\"' sh"}


def test_the_startup_hook_hands_an_override_over(new_root: Callable[..., Root], installed_pyguard: Install) -> None:
    """By the interpreter, without the shim: the same word, the same guard, the flags of the interpreter kept."""
    root = new_root("bookworm", ("certbot", "python3-pip", "python3-six"))
    command = installed_pyguard(root)
    root.run([*command, "hook", "install", "--system"], check=True)
    broken = wheel(root, "josepy", "99", "raise ImportError('no such thing')\n")
    fine = wheel(root, "cowsay", "1", "")
    words = "install -q --break-system-packages --no-index --no-deps --ignore-installed"
    root.run(["sh", "-c", f"python3 -m pip {words} {fine}; python3 -c 'import pip._internal.commands.install'"])
    before = root.tree("/usr")
    for way in WAYS.values():
        done = root.run(["sh", "-c", f"{way} {words} {broken} --pyguard-allow='a test'"])
        assert done.returncode == 11, (way, done.stderr)
        assert "does not start any more: ImportError: no such thing" in done.stderr
        assert changes(before, root.tree("/usr")) == {}
        done = root.run(["sh", "-c", f"{way} {words} {fine} --pyguard-allow='a test'"])
        assert (done.returncode, done.stderr.count("allowed, on the record")) == (0, 1), (way, done.stderr)
        assert root.run(["python3", "-B", "-c", "import cowsay"]).returncode == 0
        assert root.run(["pyguard", "undo"]).returncode == 0
        assert changes(before, root.tree("/usr")) == {}
    code = f"from pip._internal.cli.main import main; main({[*words.split(), fine, '--pyguard-allow=x']!r})"
    done = root.run(["python3", "-c", code])
    assert done.returncode == 2 and "is for a command line" in done.stderr, done.stderr
    assert root.run(["sh", "-c", f"python3 -m pip {words} {fine} --pyguard-allow="]).returncode == 2
    assert root.run(["sh", "-c", "python3 -m pip install --no-such --pyguard-allow=x six"]).returncode == 2
    assert changes(before, root.tree("/usr")) == {}


@pytest.mark.parametrize("user", ["root", "alice"])
def test_data_files_come_and_go_with_it(user: str, new_root: Callable[..., Root], installed_pyguard: Install) -> None:
    """Files beyond the site directory: new ones go, those of an earlier version and of somebody else come back."""
    root = new_root("bookworm", ("python3-pip",))
    installed_pyguard(root)
    prefix = "/usr/local" if user == "root" else "/home/alice/.local"

    def carrying(version: str, *paths: str) -> str:
        data = {f"carrier-{version}.data/data/{path}": f"{version}\n" for path in paths}
        made = make_wheel(root.path + "/srv", "carrier", version, {"carrier.py": "", **data})
        return made.replace(root.path, "")

    old = carrying("1", "share/carrier/old.txt", "share/carrier/both.txt")
    new = carrying("2", "share/carrier/both.txt", "share/carrier/new/deep.txt", "etc/carrier.conf", "share/stranger",
                   "lib/carrier/unit.service")
    command = ["pip", "install", "-q", "--break-system-packages", "--no-index", *(
        ["--user"] if user == "alice" else [])]
    root.run([*command, old], user=user, env={"PYTHONDONTWRITEBYTECODE": "1"}, check=True)
    root.write(f"{prefix}/share/stranger", "somebody else's\n", user=user)
    root.run(["pyguard", "history"], user=user)
    before = root.tree(prefix)
    guarded = ["pyguard", "pip", "--", *command[1:], new, "--pyguard-allow=a test"]
    done = root.run(guarded, user=user)
    assert done.returncode == 0, done.stderr
    assert changes(before, root.tree(prefix))[f"{prefix}/share/carrier/new/deep.txt"] == "added"
    late = f"{prefix}/share/late.txt"
    root.write(late, "after it\n", user=user)
    assert root.run(["pyguard", "undo"], user=user).returncode == 0
    state = f"{prefix}/state"
    left = {path: what for path, what in changes(before, root.tree(prefix)).items() if not path.startswith(state)}
    assert left == {late: "added"}
