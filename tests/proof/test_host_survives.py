"""Whatever happens to a machine or to pyguard: nothing fails that would not fail without it, and nothing is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.rootcache import RELEASES
from tests.rootfs import Root, overlay

pytestmark = pytest.mark.proof
Install = Callable[[Root], list[str]]
VERSION = "3.11"
SITE = f"/usr/local/lib/python{VERSION}/dist-packages"
STATE = "/var/lib/pyguard"
# What is run before and after: programs of the system, pip, other interpreters' ways; each is a line of sh.
PROGRAMS = (
    "system-tool", "python3 -c 'import six; print(six.__file__)'", "python3 -S -c 'print(1)'",
    "python3 -I -c 'import pip'", "PYTHONSAFEPATH=1 python3 -m site --user-site", "pip --version",
    "pip list --format=freeze", "pip install", "python3 -m pip help install",
    "/srv/venv/bin/python -c 'import sys; print(sys.path)'", "/srv/venv/bin/pip list --format=freeze",
    "/srv/system-venv/bin/python -c 'import six'", "python3 /srv/recursion.py",
)
RECURSION = ("import sys\ndef deeper(n):\n    import sys\n    return n and deeper(n - 1)\nsys.setrecursionlimit(60)\n"
             "try:\n    deeper(100)\nexcept RecursionError:\n    print('too deep')\nimport six\n")
DAMAGE = {
    "nothing": "true",
    "engine removed": "rm -rf /usr/local/lib/pyguard /usr/local/bin/pyguard",
    "engine's Python gone": "rm /usr/local/lib/pyguard/venv/bin/python*",
    "engine's Python upgraded away": "sed -i s/^home.*/home=.nowhere/ /usr/local/lib/pyguard/venv/pyvenv.cfg",
    "boot removed": f"rm {SITE}/_pyguard_boot.py",
    "everything but boot removed": f"rm -r {SITE}/_pyguard_[!b]* {SITE}/_pyguard.conf",
    "boot cut short": f"head -c 1500 {SITE}/_pyguard_boot.py >/srv/b; cat /srv/b >{SITE}/_pyguard_boot.py",
    "state removed": f"rm -r {STATE}",
    "unreadable notice": f"chmod 000 {STATE}/notices/*",
    "garbage in the notices": f"for f in {STATE}/notices/*; do head -c 3000 /dev/urandom >$f; done",
    "notices are directories": f"for f in {STATE}/notices/*; do rm $f; mkdir $f; done",
    "shims' engine gone": "rm /usr/local/lib/pyguard/shims/.pyguard-*; true",
    "no /proc": "umount -l /proc",
    "read-only": "mount -o bind / / && mount -o remount,bind,ro /",
    "full disk": "for place in /tmp /var/cache /home/alice; do mount -t tmpfs -o size=4k,mode=1777 tmpfs $place; "
                 "head -c 9999 /dev/zero >$place/full 2>/dev/null; done",
}
# Damage is done to an overlay that goes with the mount namespace of the command.
APART = ("mount -t tmpfs tmpfs /mnt; for place in /usr/local /var/lib/pyguard; do test -d $place || continue; "
         "mkdir -p /mnt$place/u /mnt$place/w; mount -t overlay -o "
         "lowerdir=$place,upperdir=/mnt$place/u,workdir=/mnt$place/w overlay $place; done")
FEW = ("nothing", "engine removed", "boot removed", "everything but boot removed", "garbage in the notices",
       "read-only")


@pytest.fixture
def new() -> Iterator[Root]:
    """pip, six, two virtual environments, a tool of the system's; no pyguard yet."""
    with overlay("bookworm", ("python3-pip", "python3-six", "python3-venv"), network=False) as root:
        root.write("/usr/bin/system-tool", "#!/usr/bin/python3\nimport six, json, sys\nprint(six.__name__)\n", 0o755)
        root.write("/srv/recursion.py", RECURSION)
        root.run(["python3", "-m", "venv", "/srv/venv"], check=True)
        root.run(["python3", "-m", "venv", "--system-site-packages", "--without-pip", "/srv/system-venv"], check=True)
        yield root


def outcome(root: Root, damage: str, user: str) -> str:
    """What all programs say and end with, under that damage: made and seen in one mount namespace."""
    lines = "".join(f"echo '--- '; ({line}); echo \"= $?\"\n" for line in PROGRAMS)
    root.write("/srv/programs.sh", f"cd /srv\n{lines}")
    ask = "sh /srv/programs.sh" if user == "root" else "su alice -s /bin/sh -c 'sh /srv/programs.sh'"
    done = root.run(["sh", "-c", f"{APART}\n{damage}\nexec 2>&1\n{ask}"], timeout=300)
    return done.stdout


@pytest.mark.parametrize("kinds", [pytest.param(FEW, marks=pytest.mark.core, id="core"),
                                   pytest.param(tuple(DAMAGE), marks=pytest.mark.full, id="all")])
def test_nothing_fails_that_would_not_fail_without_it(new: Root, installed_pyguard: Install,
                                                      kinds: tuple[str, ...]) -> None:
    mounts = {how: DAMAGE[how] for how in kinds if "mount" in DAMAGE[how]}
    without = {(how, user): outcome(new, mounts.get(how, "true"), user) for how in ("nothing", *mounts)
               for user in ("root", "alice")}
    command = installed_pyguard(new)
    new.run([*command, "hook", "install", "--system", "--shell"], check=True)
    wrong = {}
    for how in kinds:
        for user in ("root", "alice"):
            expected = without.get((how, user), without["nothing", user])
            found = outcome(new, DAMAGE[how], user)
            if found != expected:
                wrong[how, user] = [line for line in found.splitlines() if line not in expected.splitlines()]
    assert wrong == {}


@pytest.mark.full
def test_five_hundred_interpreters_at_once(new: Root, installed_pyguard: Install) -> None:
    command = installed_pyguard(new)
    new.run([*command, "hook", "install", "--system"], check=True)
    done = new.run(["sh", "-c", "for i in $(seq 500); do system-tool & done; wait"], timeout=600)
    assert (done.returncode, done.stdout, done.stderr) == (0, "six\n" * 500, "")


@pytest.mark.parametrize("release", [pytest.param("bullseye", marks=pytest.mark.full), pytest.param(
    "bookworm", marks=pytest.mark.full), pytest.param("trixie", marks=pytest.mark.full)])
def test_dnf_works_guarded(release: str, installed_pyguard: Install) -> None:
    """Debian's package of it, on an empty rpm database: what it says and ends with is the same."""
    commands = ("dnf --version", "dnf -q --installroot=/srv/r --disablerepo='*' list --installed", "dnf -q repolist",
                "dnf install nothing", "dnf -q makecache")
    with overlay(release, ("python3-pip", "dnf")) as root:
        def said() -> list[tuple[int, str, str]]:
            ran = [root.run(["sh", "-c", line]) for line in commands]
            return [(done.returncode, done.stdout, done.stderr) for done in ran]

        said()    # the first makes its directories
        before = said()
        command = installed_pyguard(root)
        root.run([*command, "hook", "install", "--system"], check=True)
        assert said() == before
        listed = root.run(["sh", "-c", f"cat {STATE}/notices/*.shield"]).stdout.split()
        assert "/usr/bin/dnf" in listed or "/usr/bin/dnf-3" in listed
        version = RELEASES[release]
        for module in ("dnf", "hawkey", "rpm"):
            root.write(f"/usr/local/lib/python{version}/dist-packages/{module}.py", "raise ImportError('broken')\n")
        root.run([*command, "hook", "refresh"], check=True)
        assert said() == before    # shielded: it does not see them
        assert root.run(["python3", "-c", "import dnf"]).returncode == 1
