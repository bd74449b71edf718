"""The table of calls with the hooks as the .deb brings them: every pair of context, form, user and release."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.packaging.packages import package
from tests.proof.guarded import check, people
from tests.proof.ways import PACKAGES, RELEASES, pairwise
from tests.rootfs import Root, overlay

pytestmark = [pytest.mark.proof, pytest.mark.core]
SHIMS = "/usr/lib/pyguard/shims"
DEB = "/srv/pyguard.deb"


@pytest.fixture(params=RELEASES)
def packaged(request: pytest.FixtureRequest) -> Iterator[Root]:
    with overlay(request.param, PACKAGES) as root:
        shutil.copyfile(package("deb"), root.path + DEB)
        done = root.run(["dpkg", "--force-unsafe-io", "--install", DEB], timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        yield root


def test_every_pair_is_refused(packaged: Root, tmp_path_factory: pytest.TempPathFactory,
                               capsys: pytest.CaptureFixture[str]) -> None:
    def show(text: str) -> None:
        with capsys.disabled():
            print(f"\nby the .deb: {text}")

    check(packaged, people(packaged, SHIMS, str(tmp_path_factory.mktemp("wheels"))), pairwise(), show)
