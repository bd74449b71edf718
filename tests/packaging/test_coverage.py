"""The table of calls with the hooks as the .deb and the .rpm bring them: every pair of context, form and user."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.packaging.packages import package
from tests.packaging.rpms import fedora_root, rpm
from tests.proof.guarded import check, people
from tests.proof.ways import PACKAGES, RELEASES, pairwise
from tests.rootfs import Root, overlay

pytestmark = [pytest.mark.proof, pytest.mark.core]
SHIMS = "/usr/lib/pyguard/shims"
DEB, RPM = "/srv/pyguard.deb", "/srv/pyguard.rpm"


@pytest.fixture(params=RELEASES)
def packaged(request: pytest.FixtureRequest) -> Iterator[Root]:
    with overlay(request.param, PACKAGES) as root:
        shutil.copyfile(package("deb"), root.path + DEB)
        done = root.run(["dpkg", "--force-unsafe-io", "--install", DEB], timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        yield root


@pytest.fixture(name="show")
def past_the_capture(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    def write(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}")
    return write


def test_every_pair_is_refused(packaged: Root, tmp_path: Path, show: Callable[[str], None]) -> None:
    check(packaged, people(packaged, SHIMS, str(tmp_path)), pairwise(), lambda text: show(f"by the .deb: {text}"))


def test_every_pair_is_refused_in_a_root_of_rpms(tmp_path: Path, show: Callable[[str], None]) -> None:
    with fedora_root(*PACKAGES) as root:
        shutil.copyfile(package("rpm"), root.path + RPM)
        rpm(root, "--install", RPM)
        check(root, people(root, SHIMS, str(tmp_path)), pairwise(), lambda text: show(f"by the .rpm: {text}"))
