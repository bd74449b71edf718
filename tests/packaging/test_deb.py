"""The .deb on clean Debian systems: installed, Python upgraded and downgraded under it, removed, purged."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.packaging.packages import package
from tests.packaging.pythons import HIGHER, PLACE, root_with_pythons
from tests.rootcache import RELEASES
from tests.rootfs import Entry, Root, changes

pytestmark = [pytest.mark.proof]
PACKAGES = ("python3-pip", "python3-six")
DEB = "/srv/pyguard.deb"
REFUSED = 11
# How an install is called, at least one for each row of the README's table that a startup hook or a shim answers.
REFUSALS = ("/usr/bin/pip install six==1.15", "python3 -m pip install six==1.15", "python3 -Im pip install six==1.15",
            "env -i /usr/bin/pip3 install six==1.15",
            "python3 -c \"import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-m', 'pip', 'install',"
            " 'six==1.15']))\"",
            "sh -lc 'pip install six==1.15'", "python3 /usr/lib/python3/dist-packages/pip install six==1.15")
HARMLESS = ("pip --version", "pip list", "python3 -m pip --version", "python3 -c 'import six'", "sh -lc 'pip list'")
# What dpkg itself writes; and apt, where it was called.
DPKG = ("/var/lib/dpkg/", "/var/log/dpkg.log", "/var/log/apt/", "/var/cache/apt/", "/var/lib/apt/")


@pytest.fixture
def root(release: str) -> Iterator[Root]:
    with root_with_pythons(release, PACKAGES) as made:
        shutil.copyfile(package("deb"), made.path + DEB)
        yield made


def dpkg(root: Root, *words: str) -> str:
    done = root.run(["dpkg", "--force-unsafe-io", *words], env={"DEBIAN_FRONTEND": "noninteractive"}, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pyguard:" not in done.stderr, done.stderr
    assert "warning" not in done.stderr.replace("dpkg: warning: downgrading", ""), done.stderr
    return done.stdout


def apt(root: Root, *words: str) -> None:
    """apt-get knows in which order packages of one run have to go."""
    done = root.run(["apt-get", "--quiet", "--yes", "--allow-downgrades", "-o", "Dpkg::Options::=--force-unsafe-io",
                     *words], env={"DEBIAN_FRONTEND": "noninteractive"}, timeout=600)
    assert done.returncode == 0 and "pyguard:" not in done.stderr, done.stdout + done.stderr


def left(before: dict[str, Entry], after: dict[str, Entry]) -> list[str]:
    """Paths that are more, fewer or others than before; a directory's time tells nothing."""
    return [path for path, how in changes(before, after).items() if not path.startswith(DPKG)
            and not (how == "changed" and before[path].type == "d" and before[path][:3] == after[path][:3])]


def written(root: Root) -> dict[str, Entry]:
    """What installs would write to."""
    return {path: entry for below in ("/usr", "/home", "/opt") for path, entry in root.tree(below).items()
            if not path.startswith("/home/alice/.") and "__pycache__" not in path}


def assert_guarded(root: Root) -> None:
    before = written(root)
    for form, user in [*((form, "root") for form in REFUSALS), (REFUSALS[0], "alice"), (REFUSALS[-2], "alice")]:
        assert_refused(root, form, user)
    assert left(before, written(root)) == []
    for form in HARMLESS:
        done = root.run(["sh", "-c", form], user="alice")
        assert done.returncode == 0 and "pyguard" not in done.stderr, (form, done.stderr)
    doctor = root.run(["pyguard", "doctor"])
    assert doctor.returncode == 0 and "not caught  " not in doctor.stdout, doctor.stdout + doctor.stderr


def assert_refused(root: Root, form: str, user: str) -> None:
    done = root.run(["sh", "-c", form], user=user, env={"PIP_NO_INDEX": "1"})
    assert done.returncode == REFUSED and "pyguard: refused" in done.stderr, (form, user, done.stderr)


@pytest.mark.core
@pytest.mark.parametrize("release", RELEASES)
def test_from_installed_to_purged(root: Root) -> None:
    before = root.tree()
    dpkg(root, "--install", DEB)
    assert_guarded(root)
    assert root.run(["dpkg", "--verify"]).stdout == ""
    audit = root.run(["pyguard", "audit"])
    assert audit.returncode == 0, audit.stdout + audit.stderr
    status = root.run(["pyguard", "hook", "status"]).stdout
    assert "startup hook for everyone  on /usr/lib/python3/dist-packages" in status

    root.write("/etc/pyguard/policy.toml", 'shield = "off"\n')
    dpkg(root, "--install", DEB)    # over itself, as an upgrade would
    with open(root.path + "/etc/pyguard/policy.toml", encoding="utf-8") as file:
        assert file.read() == 'shield = "off"\n'
    dpkg(root, "--remove", "pyguard")
    done = root.run(["sh", "-lc", "python3 -c 'import six' && pip --version"])
    assert (done.returncode, done.stderr) == (0, "")
    dpkg(root, "--purge", "pyguard")
    shutil.rmtree(root.path + "/home/alice/.local")    # alice's own record of what was refused to her
    shutil.rmtree(root.path + "/home/alice/.cache")
    assert left(before, root.tree()) == []
    assert root.run(["dpkg", "--verify"]).stdout == ""
    assert root.run(["dpkg", "--audit"]).stdout == ""


@pytest.mark.core
@pytest.mark.parametrize("how", ["added to", "torn"])
def test_a_pip_conf_that_was_changed_since_never_names_what_is_gone(new_root: Callable[..., Root], how: str) -> None:
    root = new_root("bookworm", PACKAGES)
    shutil.copyfile(package("deb"), root.path + DEB)
    dpkg(root, "--install", DEB)
    root.run(["pyguard", "hook", "install", "--system", "--pip-conf", "constraint"], check=True)
    edit = "printf '[global]\\ntimeout = 60\\n' >>/usr/pip.conf" if how == "added to" else \
        "sed -i '/# pyguard: end/d' /usr/pip.conf"
    root.run(["sh", "-c", edit], check=True)
    for words in (["dpkg", "--remove", "pyguard"], ["dpkg", "--purge", "pyguard"]):
        done = root.run(words, timeout=600)
        assert done.returncode == 0, done.stderr
        assert ("pyguard:" in done.stderr) is (how == "torn"), done.stderr
        tried = root.run(["pip", "install", "--dry-run", "--no-index", "--target", "/tmp/x", "nonsense"])
        assert "No matching distribution" in tried.stderr and "Could not open" not in tried.stderr, tried.stderr
    if how == "torn":
        root.run(["sh", "-c", "echo '# pyguard: end' >>/usr/pip.conf"], check=True)
        root.run(["sh", "/var/lib/pyguard/hooks/remove.sh"], check=True)
    kept = "[install]\n[global]\ntimeout = 60\n" if how == "added to" else ""    # as it was written, it is ours alone
    assert root.run(["cat", "/usr/pip.conf"]).stdout == kept
    assert root.run(["ls", "/var/lib/pyguard"]).returncode == 2


@pytest.mark.parametrize("release", [pytest.param(each, marks=pytest.mark.core if each == "bookworm" else
                                                  pytest.mark.full) for each in RELEASES])
def test_python_upgraded_in_the_same_run_and_downgraded(root: Root) -> None:
    before = root.tree()
    minor = RELEASES[root.release]
    new = [f"{PLACE}/new/{name}" for name in sorted(names(root, "new"))]
    old = [f"{PLACE}/old/{name}" for name in sorted(names(root, "old"))]
    apt(root, "install", *new, DEB)
    assert HIGHER in dpkg(root, "--status", f"python{minor}-minimal")
    assert_refused(root, REFUSALS[1], "root")
    apt(root, "install", *old)
    assert HIGHER not in dpkg(root, "--status", f"python{minor}-minimal")
    assert_guarded(root)
    dpkg(root, "--purge", "pyguard")
    root.run(["sh", "-c", "rm -rf /home/alice/.local /home/alice/.cache"], check=True)
    assert [path for path in left(before, root.tree()) if "__pycache__" not in path] == []
    assert root.run(["dpkg", "--audit"]).stdout == ""


def names(root: Root, which: str) -> list[str]:
    found = root.run(["ls", f"{PLACE}/{which}"], check=True).stdout.split()
    assert len(found) >= 5, found
    return found


def assert_what_stays_is_said(root: Root) -> None:
    """After hook remove the package's own hook still refuses, and says so under a policy that cannot be read, too."""
    status = root.run(["pyguard", "hook", "status"]).stdout
    assert "startup hook for everyone  on /usr/lib/python3/dist-packages" in status and "of the OS package" in status
    assert_refused(root, REFUSALS[1], "root")
    root.write("/etc/pyguard/policy.toml", 'nonsense = "x"\n')
    done = root.run(["python3", "-m", "pip", "install", "six"])
    assert done.returncode == REFUSED, done.stderr
    assert "pyguard: refused (facts-incomplete): the policy cannot be read: there is no setting" in done.stderr
    root.write("/etc/pyguard/disabled", "")
    assert "switched off on this machine" in root.run(["pyguard", "hook", "status"]).stdout
    assert root.run(["python3", "-m", "pip", "install", "--no-index", "six==1.15"]).returncode == 1
    for path in ("/etc/pyguard/disabled", "/etc/pyguard/policy.toml"):
        os.unlink(root.path + path)


@pytest.mark.core
def test_a_changed_package_is_looked_at_and_a_broken_engine_stops_nobody(new_root: Callable[..., Root]) -> None:
    """dpkg's triggers: what Python packages are there has changed. Then nothing of pyguard works any more."""
    root = new_root("bookworm", PACKAGES, network=False)
    shutil.copyfile(package("deb"), root.path + DEB)
    dpkg(root, "--install", DEB)
    notice = root.path + "/var/lib/pyguard/notices/usr-3.11"
    root.write("/usr/local/lib/python3.11/dist-packages/six.py", "")
    with open(notice, encoding="utf-8") as file:
        assert "\nshadow\tsix\t" not in file.read()
    make_package(root, "python3-other", "/usr/lib/python3/dist-packages/other.py")
    assert "Processing triggers for pyguard" in dpkg(root, "--install", "/srv/python3-other.deb")
    with open(notice, encoding="utf-8") as file:
        assert "\nshadow\tsix\t" in file.read()

    assert "is the OS package's" in root.run(["pyguard", "hook", "remove"]).stdout
    assert_what_stays_is_said(root)
    make_package(root, "python3-other", "/usr/lib/python3/dist-packages/other2.py")
    dpkg(root, "--install", "/srv/python3-other.deb")
    assert not os.path.exists(root.path + "/usr/lib/pyguard/shims")    # what was taken away on purpose stays away

    root.write("/usr/lib/pyguard/main.py", "raise SystemExit(3)\n")
    root.write("/var/lib/pyguard/setup-pending", "")
    for words in (["--purge", "python3-other"], ["--install", DEB]):
        done = root.run(["dpkg", "--force-unsafe-io", *words])
        assert done.returncode == 0, done.stdout + done.stderr
    assert os.path.exists(root.path + "/usr/lib/pyguard/shims/pip")    # and what could not be done is done now
    assert not os.path.exists(root.path + "/var/lib/pyguard/setup-pending")
    root.write("/usr/lib/pyguard/main.py", "raise SystemExit(3)\n")
    done = root.run(["dpkg", "--purge", "pyguard"])
    assert done.returncode == 0 and 'pyguard: "pyguard hook remove --system" failed' in done.stderr, done.stderr
    assert not [path for path in root.tree() if "pyguard" in path and not path.startswith((*DPKG, "/srv"))]


@pytest.mark.full
def test_hooks_that_were_put_in_place_by_hand_give_way(
        new_root: Callable[..., Root], installed_pyguard: Callable[[Root], list[str]]) -> None:
    root = new_root("bookworm", PACKAGES, network=False)
    shutil.copyfile(package("deb"), root.path + DEB)
    by_hand = installed_pyguard(root)
    before = root.tree()
    root.run([*by_hand, "hook", "install", "--system", "--shell"], check=True)
    done = root.run(["dpkg", "--force-unsafe-io", "--install", DEB])    # and asks nothing: dpkg has no input here
    assert done.returncode == 0 and "have given way" in done.stderr, done.stdout + done.stderr
    assert not os.path.exists(root.path + "/usr/local/lib/python3.11/dist-packages/pyguard.pth")
    assert_refused(root, REFUSALS[0], "root")
    assert "/usr/lib/pyguard/shims/pip" in root.run(["bash", "-lc", "type -p pip"], user="alice").stdout
    done = root.run(["dpkg", "--force-unsafe-io", "--purge", "pyguard"])
    assert done.returncode == 0 and "nothing is caught now: /usr/local/bin/pyguard hook install" in done.stderr
    assert [path for path in left(before, root.tree()) if not path.startswith(("/var/log", "/var/cache"))] == []
    root.run([*by_hand, "hook", "install", "--system", "--shell"], check=True)
    assert_refused(root, REFUSALS[0], "root")


def make_package(root: Root, name: str, path: str) -> None:
    root.write(f"/srv/{name}/DEBIAN/control", f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.c>\n"
                                              "Description: made for a test\n")
    root.write(f"/srv/{name}{path}", "")
    root.run(["dpkg-deb", "-b", f"/srv/{name}", f"/srv/{name}.deb"], check=True)


@pytest.mark.full
def test_a_dist_upgrade_brings_another_python(new_root: Callable[..., Root]) -> None:
    """Debian 12 to 13: nothing but apt is told anything, and the new Python is guarded when apt ends."""
    root = new_root("bookworm", PACKAGES)
    shutil.copyfile(package("deb"), root.path + DEB)
    dpkg(root, "--install", DEB)
    root.run(["pyguard", "hook", "install", "--system", "--pip-conf", "constraint"], check=True)
    root.run(["sed", "-i", "s/bookworm/trixie/g", "/etc/apt/sources.list"], check=True)
    updated = root.run(["apt-get", "--quiet", "update"], timeout=600)
    if updated.returncode:
        pytest.skip(f"needs Debian's archive: {updated.stderr.strip().splitlines()[-1:]}")
    apt(root, "-o", "Dpkg::Options::=--force-confold", "install", "python3", "python3-pip")
    assert root.run(["python3", "--version"]).stdout.startswith("Python 3.13")
    assert_guarded(root)
    status = root.run(["pyguard", "hook", "status"]).stdout
    assert "Python 3.13" in status and "notices/usr-3.13.shield" in status
    old = [f"{name}3.11{rest}" for name in ("python", "libpython") for rest in ("", "-minimal", "-stdlib")]
    apt(root, "purge", *(name for name in old if not root.run(["dpkg", "--status", name]).returncode))
    root.run(["/usr/lib/pyguard/maintain", "refresh"], check=True)
    with open(root.path + "/usr/pip.conf", encoding="utf-8") as file:
        assert "/var/lib/pyguard/constraints/usr-3.13.txt" in file.read()
    with open(root.path + "/var/lib/pyguard/constraints/usr-3.13.txt", encoding="utf-8") as file:
        assert "six==" in file.read()
    assert not [path for path in root.tree("/var/lib/pyguard") if "3.11" in path]
    dpkg(root, "--purge", "pyguard")
    assert not [path for path in root.tree() if "pyguard" in path and not path.startswith(
        (*DPKG, "/srv", "/home/alice/.", "/etc/pyguard-test"))]
