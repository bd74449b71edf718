"""The coverage table with the hooks as the .deb brings them: every pair of context, form, user and release."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.packaging.packages import package
from tests.proof.test_coverage import people, refuse_all, touched
from tests.proof.ways import PACKAGES, RELEASES, pairwise
from tests.rootfs import Root, overlay

pytestmark = [pytest.mark.proof, pytest.mark.full]
DEB = "/srv/pyguard.deb"


@pytest.fixture(params=RELEASES)
def guarded(request: pytest.FixtureRequest, tmp_path: str) -> Iterator[tuple[Root, str]]:
    with overlay(request.param, PACKAGES) as root:
        shutil.copyfile(package("deb"), root.path + DEB)
        root.run(["dpkg", "--force-unsafe-io", "--install", DEB], check=True, timeout=600)
        yield root, people(root, "/usr/lib/pyguard/shims", str(tmp_path))


def test_every_pair_is_refused(guarded: tuple[Root, str]) -> None:
    root, wheel = guarded
    rows = [row for row in pairwise() if row.release == root.release]
    assert len(rows) > 20
    before = root.tree()
    assert refuse_all(root, wheel, rows) == []
    assert touched(before, root) == []
