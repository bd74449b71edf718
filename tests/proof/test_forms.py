"""The 39 forms of an install: pyguard stops 38, and what comes through is told at the next import and by the audit.

The control of each is in the same test: with the guard switched off the very same line puts six 1.15 on the system.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hooks.startuprig import download_pip, unpack
from tests.proof.forms import FILES, FORMS, NEW_PIP, OLD_PIP, PACKAGES, THE_HOLE
from tests.rootcache import cache_directory
from tests.rootfs import Root, overlay
from tests.wheels import make_wheel

pytestmark = [pytest.mark.proof, pytest.mark.full]
VERSION = "3.11"
SITE = f"/usr/local/lib/python{VERSION}/dist-packages"
OWN = "/usr/lib/python3/dist-packages"
PATH = "/usr/local/lib/pyguard/shims:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TOOL = "#!/usr/bin/python3\nimport six\nimport six\nprint('done')\n"
COPY = f"cp -r /usr/lib/python3/dist-packages/six* {SITE}/"
BROUGHT = "ls -d /usr/local/six* /usr/local/lib/python*/*-packages/six* /root/.local/lib/python*/*/six* 2>&-"
MARKER = f"/usr/lib/python{VERSION}/EXTERNALLY-MANAGED"


def fetch_uv() -> Path:
    """The program of the newest uv, kept among the test caches; skips the test where it cannot be had."""
    place = Path(cache_directory(), "uv")
    found = sorted(place.glob("*/uv-*.data/scripts/uv"))
    if not found:
        argv = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", str(place)]
        done = subprocess.run([*argv, "uv"], capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"needs the network: uv could not be fetched: {done.stderr.strip()[-200:]}")
        wheel = next(place.glob("uv-*.whl"))
        shutil.unpack_archive(str(wheel), str(place / wheel.stem), "zip")
        found = sorted(place.glob("*/uv-*.data/scripts/uv"))
    return found[-1]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Root]:
    """Everything there is: shims, startup hook, pip.conf with constraints, and Debian's EXTERNALLY-MANAGED."""
    from tests.engine import install_engine

    pips = {release: unpack(download_pip(release)) for release in (OLD_PIP, NEW_PIP)}
    uv = fetch_uv()
    with overlay("bookworm", PACKAGES) as root:
        install_engine(root)
        for release, place in pips.items():
            shutil.copytree(place, f"{root.path}/opt/pip-{release}")
        Path(root.path, "opt/uv").mkdir()
        shutil.copy(uv, f"{root.path}/opt/uv/uv")
        Path(root.path, "opt/uv/uv").chmod(0o755)
        for path, text in FILES.items():
            root.write(path, text)
        wheel = make_wheel(str(tmp_path_factory.mktemp("wheels")), "six", "1.15")
        Path(root.path, "proof/wheels").mkdir()
        shutil.copy(wheel, f"{root.path}/proof/wheels")
        root.write("/usr/bin/system-tool", TOOL, 0o755)
        root.write("/etc/pip.conf", "[global]\nno-index = yes\nfind-links = /proof/wheels\n")    # also behind sudo
        root.run(["python3", "-m", "venv", "/opt/venv"], check=True)
        root.run(["sh", "-c", f"mkdir /srv/own; cp -a {OWN}/six* /srv/own"], check=True)
        root.run(["pyguard", "hook", "install", "--system", "--shell", "--pip-conf", "constraint"], check=True)
        yield root


def run(root: Root, form: str) -> subprocess.CompletedProcess[str]:
    """One form; what it wants is in a directory, and no index is asked."""
    env = {"PATH": PATH, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/proof/wheels", "PIP_ROOT_USER_ACTION": "ignore",
           "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return root.run(["sh", "-c", form.format(v=VERSION)], cwd="/proof", env=env, timeout=120)


def brought(root: Root) -> list[str]:
    """What of six is there that is not Debian's."""
    return root.run(["sh", "-c", f"{BROUGHT}; ls -d {OWN}/six-1.15*"]).stdout.split()


def clean(root: Root) -> None:
    """As before the form: nothing of six but Debian's (an upstream pip deletes that), and nothing that was said."""
    left = f"/proof/build /proof/*.egg-info {SITE}/easy-install.pth /var/cache/pyguard/stale-*"
    root.run(["sh", "-c", f"rm -rf $({BROUGHT}) {OWN}/six* {left}; cp -a /srv/own/. {OWN}; pyguard hook refresh"],
             check=True)


def test_38_of_39_are_stopped(guarded: Root, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(FORMS) == 39
    came_through = {}
    for name, form in FORMS.items():
        done = run(guarded, form)
        if brought(guarded) or done.returncode == 0:
            came_through[name] = f"{done.returncode}: {done.stdout[-200:]}{done.stderr[-200:]}"
            audit = guarded.run(["pyguard", "audit"])
            assert audit.returncode == 10 and "six" in audit.stdout
            clean(guarded)
    with capsys.disabled():
        print(f"\nof {len(FORMS)} forms {len(FORMS) - len(came_through)} were stopped; through: {list(came_through)}")
    assert list(came_through) == [THE_HOLE], came_through


@pytest.fixture
def walked_past(guarded: Root) -> Iterator[Root]:
    """The guard is switched off while somebody installs, and on again afterwards."""
    guarded.run(["sh", "-c", f"mv {MARKER} /srv/marker; mv /usr/pip.conf /srv/pip.conf"], check=True)
    yield guarded
    guarded.run(["sh", "-c", f"mv /srv/marker {MARKER}; mv /srv/pip.conf /usr/pip.conf"], check=True)


def test_what_came_in_is_told_at_the_next_import(walked_past: Root, capsys: pytest.CaptureFixture[str]) -> None:
    root, wrong = walked_past, {}
    clean(root)
    # Debian's pip makes /usr/local/local of --prefix /usr/local, where nobody imports from
    for name, form in {**FORMS, "--prefix /usr/local": "pip install --prefix /usr six==1.15", "cp": COPY}.items():
        silent = root.run(["system-tool"])
        assert (silent.stdout, silent.stderr) == ("done\n", ""), f"before {name}"
        root.write("/etc/pyguard/disabled", "")
        ran = run(root, form)
        root.run(["rm", "-r", "/etc/pyguard"], check=True)
        if not brought(root):
            wrong[name] = f"the control did not install: {ran.stderr[-200:]}"
        said = {"first": root.run(["system-tool"]), "again": root.run(["system-tool"]),
                "-c": root.run(["python3", "-c", "import six"]), "venv": root.run(["/opt/venv/bin/python", "-c", ""])}
        root.run(["pyguard", "hook", "refresh"], check=True)
        said["named"] = root.run(["system-tool"])
        # Where Debian's own copy was written over there is no shadow: that is for the audit to say.
        imported = root.run(["python3", "-c", "import six; print(six.__file__)"]).stdout
        is_shadow = not imported.startswith(OWN)
        lines = {what: done.stderr.count("\n") for what, done in said.items()}
        # Newer pips start a Python of their own after they have written: then it is that one's import that says so.
        early = ran.stderr.count("has changed since pyguard last looked")
        expected = {"first": 1 - early, "again": 0, "-c": 0, "venv": 0, "named": int(is_shadow)}
        if lines != expected or said["first"].stdout != "done\n":
            wrong[name] = f"{lines}: {said['first'].stderr}{said['named'].stderr}"
        elif is_shadow and "/dist-packages shadows six " not in said["named"].stderr:
            wrong[name] = said["named"].stderr
        clean(root)
    with capsys.disabled():
        print(f"\nafter {len(FORMS) + 1} ways to bring a shadow the next import said so once: {not wrong}")
    assert wrong == {}, "\n".join(f"{name}: {what}" for name, what in wrong.items())


