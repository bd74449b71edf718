"""Every kind of damage on a real Debian: named by the audit, put right by the repair, and back again exactly.

A system as it was installed has no finding at all. With the network, and with what apt's cache has.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.proof.damage_kinds import GROUPS, KINDS, PACKAGES, TOOLS, Kind, old_crypto, prepare
from tests.rootcache import RELEASES
from tests.rootfs import Root, changes, overlay

pytestmark = pytest.mark.proof
Install = Callable[[Root], list[str]]
# Each kind is shown on one release by default, all of them on every release with --all.
DEFAULT = {"a": "bookworm", "b": "trixie", "c": "bullseye"}
# In the archive of today there is another version than in a root that is some days old, so what is restored
# without the network comes from the cache, filled as `apt-get install` fills it where it is not emptied.
RESTORED = ("python3-requests", "python3-certifi", "python3-acme", "python3-pip")
QUIET = {"PYTHONDONTWRITEBYTECODE": "1"}    # byte code that a tool writes is no part of what is compared


def rows() -> Iterator[object]:
    for release in RELEASES:
        for group in GROUPS:
            marks = [pytest.mark.core if DEFAULT[group] == release else pytest.mark.full]
            yield pytest.param(release, group, marks=marks, id=f"{release}-{group}")


def kinds_of(release: str, group: str) -> list[Kind]:
    return [kind for kind in KINDS if kind.group == group and release in kind.releases]


@contextmanager
def made(release: str, installed_pyguard: Install) -> Iterator[Root]:
    with overlay(release, PACKAGES) as root:
        installed_pyguard(root)
        prepare(root)
        yield root


def findings(root: Root, *arguments: str) -> list[dict[str, object]]:
    done = root.run(["pyguard", "audit", "--json", *arguments])
    assert done.returncode in (0, 10), done.stderr
    return json.loads(done.stdout)["findings"]    # type: ignore[no-any-return]


def words(finding: dict[str, object]) -> str:
    return f"{finding['summary']} {finding['path']}:{finding['line']}"


def broken_tools(root: Root) -> list[str]:
    """As root in a login shell, so that what the profiles set counts; and as each user that something was done to."""
    found = [f"root: {tool}" for tool in TOOLS if root.run(["bash", "-lc", tool], env=QUIET).returncode]
    return found + [f"{user}: certbot --version" for user in ("alice", "bob", "carol")
                    if root.run(["bash", "-lc", "certbot --version"], user=user, env=QUIET).returncode]


def own(path: str) -> bool:
    """pyguard's own records, the directories that lead to them, and the parent directory's time of change."""
    records = ("/var/lib/pyguard", "/var/cache/pyguard", "/var/log/pyguard", "/root/.local/state", "/tmp",
               *(f"/home/{user}/.local/state" for user in ("alice", "bob", "carol")))
    return path.startswith(records) or path in ("/var/lib", "/var/cache", "/var/log", "/root/.local", "/root") or (
        path.startswith("/home/") and (path.count("/") == 2 or path.endswith("/.local")))


def verification(root: Root) -> str:
    """dpkg's own word on everything but what minimal images leave out."""
    lines = root.run(["dpkg", "-V"]).stdout.splitlines()
    return "\n".join(line for line in lines if "/usr/share/" not in line)


@pytest.mark.parametrize("release", RELEASES)
def test_a_system_as_it_was_installed_has_no_finding(release: str, installed_pyguard: Install) -> None:
    with made(release, installed_pyguard) as root:
        done = root.run(["pyguard", "audit"])
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "nothing found"), done.stdout
        assert broken_tools(root) == []
        tree = root.tree()
        root.run(["pyguard", "audit"], check=True)
        assert [path for path in changes(tree, root.tree()) if not own(path)] == []


@pytest.mark.parametrize(("release", "group"), list(rows()))
def test_named_repaired_and_taken_back(release: str, group: str, installed_pyguard: Install) -> None:
    with made(release, installed_pyguard) as root:
        for kind in sorted(kinds_of(release, group), key=lambda kind: "pip install" not in kind.name):
            kind.do(root, RELEASES[release])
        found = findings(root)
        missed = [kind.name for kind in kinds_of(release, group) if not any(
            finding["rule"] == kind.rule and kind.mentions in words(finding) for finding in found)]
        assert missed == [], json.dumps(found, indent=1)
        assert broken_tools(root), "none of this damage breaks a tool"
        before = root.tree()
        done = root.run(["pyguard", "repair", "--yes", "--level", "warn"])
        assert done.returncode in (0, 10), done.stdout + done.stderr
        assert broken_tools(root) == [], done.stdout
        assert verification(root) == ""
        undone = root.run(["pyguard", "undo"])
        assert undone.returncode == 0, undone.stdout + undone.stderr
        assert {path: what for path, what in changes(before, root.tree()).items() if not own(path)} == {}


@pytest.mark.core
def test_without_the_network_archives_come_from_the_cache(installed_pyguard: Install) -> None:
    with overlay("trixie", PACKAGES, lists=True) as full:
        full.run(["sh", "-c", f"cd /var/cache/apt/archives && apt-get -q download {' '.join(RESTORED)}"], check=True)
        archives = subprocess.run(["tar", "-C", full.path + "/var/cache/apt/archives", "-cf", "-", "."],
                                  capture_output=True, check=True).stdout
    with overlay("trixie", PACKAGES, network=False) as root:
        installed_pyguard(root)
        prepare(root)
        os.unlink(root.path + "/usr/lib/python3/dist-packages/requests/api.py")
        os.unlink(root.path + "/usr/lib/python3/dist-packages/six.py")
        subprocess.run(["tar", "-C", root.path + "/var/cache/apt/archives", "-xf", "-"], input=archives, check=True)
        done = root.run(["pyguard", "repair", "--yes"])
        assert done.returncode == 12, done.stdout + done.stderr
        assert "python3-six" in done.stderr and "cannot be fetched" in done.stderr
        assert os.path.exists(root.path + "/usr/lib/python3/dist-packages/requests/api.py")
        assert "os-files-damaged" in [finding["rule"] for finding in findings(root)]


@pytest.mark.core
def test_ssh_keygen_and_a_libcrypto_that_lacks_its_version(installed_pyguard: Install) -> None:
    """The failure that the project started from: predicted, diagnosed, with the line that does it, and put right."""
    generate = "rm -f /tmp/k; ssh-keygen -q -t ed25519 -N '' -f /tmp/k"
    with overlay("bookworm", PACKAGES) as root:
        installed_pyguard(root)
        assert root.run(["bash", "-lc", generate]).returncode == 0
        old_crypto(root, "/opt/vendor/lib")
        root.write("/etc/profile.d/vendor.sh", "# a vendor's\nexport LD_LIBRARY_PATH=/opt/vendor/lib\n")
        failed = root.run(["bash", "-lc", generate])
        assert failed.returncode and "version `OPENSSL_3.0.0' not found" in failed.stderr
        done = root.run(["pyguard", "audit"])
        text = " ".join(done.stdout.split())
        assert ("/usr/bin/ssh-keygen would load /opt/vendor/lib/libcrypto.so.3, which lacks OPENSSL_3.0.0; "
                "LD_LIBRARY_PATH in /etc/profile.d/vendor.sh:2 puts it first") in text, done.stdout
        here = root.run(["pyguard", "audit", "--json"], env={"LD_LIBRARY_PATH": "/opt/vendor/lib"}).stdout
        assert any(finding["rule"] == "native-library-shadowed" for finding in json.loads(here)["findings"])
        assert root.run(["pyguard", "repair", "--yes"]).returncode == 0
        assert root.run(["bash", "-lc", generate]).returncode == 0
