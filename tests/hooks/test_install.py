"""install.sh on clean Debian systems, minbase and python3, for real: set up, used, repaired, taken away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from typing import Optional

import pytest

from tests.checkout import copy_checkout
from tests.rootfs import BUNDLE, Entry, Root

pytestmark = pytest.mark.proof
MakeRoot = Callable[..., Root]
Environment = dict[str, Optional[str]]
DEMONSTRATION = "$ pyguard explain pip install cryptography==42.0 --user"
# Who installs where, and whether the machine's trust roots are named to pip (given) or only lie where an
# administrator puts a site's own (site), so that ca-certificates has to be fetched.
CORE = (("bookworm", "alice", (), "given"), ("bookworm", "root", ("--system",), "site"),
        ("bullseye", "root", (), "given"), ("trixie", "alice", (), "site"))
WAYS = tuple((release, user, options, trust) for release in ("bullseye", "bookworm", "trixie")
             for user, options in (("alice", ()), ("root", ()), ("root", ("--system",))) for trust in ("given", "site"))
CASES = [pytest.param(*case, marks=pytest.mark.core) for case in CORE] + \
        [pytest.param(*case, marks=pytest.mark.full) for case in WAYS if case not in CORE]


class Installer:
    """install.sh of a fresh copy of the checkout in a root, run by one user."""

    def __init__(self, root: Root, user: str, *options: str, env: Optional[Environment] = None) -> None:
        self.root, self.user, self.options, self.env = root, user, options, env or {}
        self.source = copy_checkout(root)

    def run(self, *more: str) -> tuple[int, str, str]:
        done = self.root.run(["sh", f"{self.source}/hooks/install.sh", *self.options, *more], user=self.user,
                             env=self.env)
        return done.returncode, done.stdout, done.stderr

    def works(self, command: str, *argv: str) -> bool:
        return self.root.run([command, *argv], user=self.user, env=self.env).returncode == 0


def trust_the_site(root: Root) -> Environment:
    """The certificates as a site's own roots, and no variable that names them."""
    place = root.path + "/usr/local/share/ca-certificates"
    os.makedirs(place, exist_ok=True)
    shutil.copyfile(root.path + BUNDLE, place + "/site.crt")
    return {"SSL_CERT_FILE": None, "PIP_CERT": None}


def settled(tree: Mapping[str, Entry]) -> dict[str, Entry]:
    """A tree without what every run touches: the times of directories."""
    return {path: entry._replace(mtime_ns=0) if entry.type == "d" else entry for path, entry in tree.items()}


def places(user: str, options: tuple[str, ...]) -> tuple[str, str]:
    """Where the environments and the command go."""
    if options == ("--system",):
        return "/usr/local/lib/pyguard", "/usr/local/bin/pyguard"
    home = "/root" if user == "root" else f"/home/{user}"
    return f"{home}/.local/share/pyguard", f"{home}/.local/bin/pyguard"


@pytest.mark.parametrize(("release", "user", "options", "trust"), CASES)
def test_it_is_set_up_twice_and_leaves_nothing_behind(new_root: MakeRoot, release: str, user: str,
                                                      options: tuple[str, ...], trust: str) -> None:
    root = new_root(release)
    installer = Installer(root, user, *options, env=trust_the_site(root) if trust == "site" else {})
    data, command = places(user, options)
    before = settled(root.tree())
    code, out, err = installer.run()
    assert (code, err) == (0, "")
    assert DEMONSTRATION in out and "verdict: block" in out.split(DEMONSTRATION)[1]
    assert "/usr/bin/python3 -m pip install   caught: startup hook" in out.split("$ pyguard doctor")[1]
    assert out.splitlines()[-1].startswith("pyguard: to take it all away again: sh ")
    code, out, err = installer.run("--no-demo")
    assert (code, err) == (0, "") and DEMONSTRATION not in out and "$ pyguard doctor" in out
    assert len([name for name in os.listdir(root.path + data) if name.startswith("env-")]) == 1
    assert installer.works(command, "facts")
    assert installer.works(f"{data}/venv/bin/python", "-I", "-m", "pip", "check")
    assert installer.works("sh", "-c", f"test -s {data}/venv/lib/python3*/site-packages/pyguard/_hooks/install.sh")
    code, _, err = installer.run("--uninstall")
    assert (code, err) == (0, "")
    assert settled(root.tree()) == before
    assert installer.run("--uninstall")[0] == 0


@pytest.mark.core
@pytest.mark.parametrize(("env", "options", "command"), [
    ({"HOME": None}, (), "/home/alice/.local/bin/pyguard"),
    ({"HOME": "/home/alice/it's a home"}, (), "/home/alice/it's a home/.local/bin/pyguard"),
    ({"HOME": None}, ("--prefix", "a b"), "/home/alice/a b/bin/pyguard"),
], ids=["no HOME", "spaces in HOME", "relative prefix"])
def test_odd_homes(new_root: MakeRoot, env: Environment, options: tuple[str, ...], command: str) -> None:
    root = new_root("bookworm")
    installer = Installer(root, "alice", env=env)
    before = settled(root.tree())
    script = ['mkdir -p "${HOME:-.}"; exec "$@"', "sh", "sh", f"{installer.source}/hooks/install.sh", *options]
    for more in ("--no-demo", "--uninstall"):
        done = root.run(["sh", "-c", *script, more], user="alice", env=env, cwd="/home/alice")
        assert (done.returncode, done.stderr) == (0, "")
        if more == "--no-demo":
            assert installer.works(command, "facts")
    after = settled(root.tree())
    assert set(after) - set(before) <= {"/home/alice/it's a home"}    # this test's own
    assert {path: after[path] for path in before} == before


@pytest.mark.core
@pytest.mark.parametrize(("user", "options", "place", "target"), [
    ("root", ("--system",), "/etc/pip.conf", "/usr/lib/python3/dist-packages"),
    ("alice", (), "/home/alice/.config/pip/pip.conf", "/home/alice/shared")])
def test_a_pip_conf_says_where_from_and_not_where_to(new_root: MakeRoot, user: str, options: tuple[str, ...],
                                                     place: str, target: str) -> None:
    root = new_root("bookworm", ("python3-pip",))
    root.run(["mkdir", "-p", target], user=user, check=True)
    index = f"index-url = {os.environ['PIP_INDEX_URL']}\n" if os.environ.get("PIP_INDEX_URL") else ""
    root.write(place, f"[global]\ncert = {BUNDLE}\n{index}[install]\ntarget = {target}\n", user=user)
    installer = Installer(root, user, *options, env={"PIP_INDEX_URL": None, "PIP_CERT": None, "SSL_CERT_FILE": None})
    before = settled(root.tree(target))
    code, out, err = installer.run("--no-demo", "--no-hooks")
    assert (code, err) == (0, "") and "fetching" not in out
    assert installer.works(places(user, options)[1], "--version")
    assert settled(root.tree(target)) == before


@pytest.mark.core
@pytest.mark.parametrize("where", ["cd /root", "mkdir /tmp/gone && cd /tmp/gone && rmdir /tmp/gone"])
def test_a_working_directory_that_cannot_be_used(new_root: MakeRoot, where: str) -> None:
    """As after `su alice` in root's home."""
    root = new_root("bookworm")
    installer = Installer(root, "alice", env=trust_the_site(root))
    before = settled(root.tree())
    alice = "setpriv --reuid=alice --regid=alice --init-groups"
    for more in ("--no-demo", "--uninstall"):
        done = root.run(["sh", "-c", f'{where}; exec {alice} sh "$@"', "sh", f"{installer.source}/hooks/install.sh",
                         more], env={"HOME": "/home/alice", **installer.env})
        said = [line for line in done.stderr.splitlines() if not line.startswith("sh: 0: getcwd() failed")]
        assert (done.returncode, said) == (0, [])
        assert os.path.exists(f"{root.path}/home/alice/.local/bin/pyguard") == (more == "--no-demo")
    assert settled(root.tree()) == before


@pytest.mark.core
@pytest.mark.parametrize("place", ["/home/alice/.pydistutils.cfg", "/home/alice/setup.cfg"])
def test_what_distutils_would_follow_is_named(new_root: MakeRoot, place: str) -> None:
    """Python 3.9's pip puts everything where such a file says, and no option of pip's keeps it from that."""
    root = new_root("bullseye", network=False)
    root.write(place, "[install]\ninstall-lib = /home/alice/shared\n", user="alice")
    source = Installer(root, "alice").source
    before = settled(root.tree())
    done = root.run(["sh", f"{source}/hooks/install.sh"], user="alice", cwd="/home/alice")
    assert done.returncode == 1 and done.stderr.startswith(f"pyguard: {place} says where pip puts things")
    assert len(done.stderr.splitlines()) == 1
    assert settled(root.tree()) == before


@pytest.mark.core
@pytest.mark.parametrize(("script", "message"), [
    ("chmod 555 /home/alice", "/home/alice/.local/share/pyguard cannot be written: use --prefix DIR"),
    ("chown root /home/alice", "/home/alice (HOME) belongs to somebody else"),
    ("touch /home/alice/.local; chown alice /home/alice/.local", "cannot be written"),
])
def test_a_home_that_cannot_be_used(new_root: MakeRoot, script: str, message: str) -> None:
    root = new_root("bookworm", network=False)
    installer = Installer(root, "alice")
    root.run(["sh", "-c", script], check=True)
    before = settled(root.tree())
    code, _, err = installer.run()
    assert code == 1
    assert message in err and err.startswith("pyguard: ") and len(err.splitlines()) == 1
    assert settled(root.tree()) == before


@pytest.mark.core
@pytest.mark.parametrize("user", ["alice", "root"])
def test_without_a_network_one_error_names_both_remedies(new_root: MakeRoot, user: str) -> None:
    root = new_root("bookworm", network=False)
    installer = Installer(root, user)
    before = settled(root.tree())
    code, _, err = installer.run()
    said = [line for line in err.splitlines() if line.startswith("pyguard: ")]
    assert code == 1 and len(said) == 1
    assert "apt-get install python3-pip ca-certificates" in said[0] and "https_proxy" in said[0]
    assert settled(root.tree()) == before


@pytest.mark.core
def test_what_was_left_half_done_is_repaired(new_root: MakeRoot) -> None:
    root = new_root("bookworm")
    installer = Installer(root, "alice")
    data, command = places("alice", ())
    root.run(["sh", "-c", f"mkdir -p {data}/env-dead/bin {data}/env-dead2; touch {data}/lock {data}/launcher.new;"
                          f"ln -s env-gone {data}/venv; ln -s env-dead {data}/venv.new"], user="alice", check=True)
    assert installer.run("--no-demo")[0] == 0
    assert installer.works(command, "facts")
    kept = sorted(name for name in os.listdir(root.path + data) if not name.startswith("env-"))
    assert kept == ["directories", "lock", "shims", "venv"]
    assert not {"env-dead", "env-dead2"} & set(os.listdir(root.path + data))


@pytest.mark.core
def test_a_failure_or_a_signal_leaves_the_old_one_in_place(new_root: MakeRoot) -> None:
    root = new_root("bookworm")
    installer = Installer(root, "alice")
    data, command = places("alice", ())
    assert installer.run("--no-demo", "--no-hooks")[0] == 0
    before = sorted(os.listdir(root.path + data))
    script = ('sh "$1/hooks/install.sh" --no-demo --no-hooks & sleep 2; kill -TERM $!; wait $!; '
              'echo "code $?"; ls -A /tmp')
    done = root.run(["sh", "-c", script, "sh", installer.source], user="alice")
    assert done.stdout.splitlines()[-1] == "code 143"    # and nothing in /tmp
    root.write(f"{installer.source}/pyguard/cli/main.py", "this is no Python\n")
    code, _, err = installer.run("--no-demo", "--no-hooks")
    assert code == 1 and "an old one, if there was one, is still in place" in err
    assert installer.works(command, "facts")
    assert sorted(os.listdir(root.path + data)) == before


@pytest.mark.core
def test_the_command_hands_everything_over_or_says_what_is_gone(new_root: MakeRoot) -> None:
    root = new_root("bookworm")
    installer = Installer(root, "alice")
    data, command = places("alice", ())
    assert installer.run("--no-demo", "--no-hooks")[0] == 0
    os.unlink(f"{root.path}{data}/venv/bin/python")
    root.write(f"{data}/venv/bin/python", '#!/bin/sh\nprintf "[%s]" "$@"; exit 7\n', 0o755, "alice")
    done = root.run([command, "pip", "", "a b", "$HOME", "*"], user="alice", env={"HOME": None})
    assert (done.returncode, done.stdout) == (7, f"[-I][{data}/venv/main.py][pip][][a b][$HOME][*]")
    os.unlink(f"{root.path}{data}/venv/bin/python")
    done = root.run([command, "facts"], user="alice")
    assert done.returncode == 127
    assert done.stderr == f"pyguard: {data}/venv or its Python is gone: run hooks/install.sh again\n"
