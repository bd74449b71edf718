"""The whole offline suite on the oldest Python, that of Debian 11 (3.9), and with --all on that of 13 (3.13), set up by
run.sh on a bare system.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.checkout import copy_checkout
from tests.rootcache import RELEASES
from tests.rootfs import Root


@pytest.mark.proof
@pytest.mark.parametrize("release", [pytest.param("bullseye", marks=pytest.mark.core),
                                     pytest.param("trixie", marks=pytest.mark.full)])
def test_the_offline_suite_passes(new_root: Callable[..., Root], release: str) -> None:
    root = new_root(release)
    source = copy_checkout(root, "/home/alice/py guard", user="alice")
    done = root.run(["sh", f"{source}/tests/run.sh", "-q", "-p", "no:cacheprovider", "--color=no"], user="alice",
                    timeout=900)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert re.search(r"\b\d{2,} passed", done.stdout.splitlines()[-1])
    assert f"test-python{RELEASES[release]}" in done.stdout
