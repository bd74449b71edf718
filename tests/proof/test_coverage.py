"""Every way to call an install, in real shells on real systems: refused with exit 11, and nothing on disk has changed.

`.ci/run` has every pair of context, form, user and release; `--all` has every combination. The startup hook, the
shims and the lines in the shells' start-up files are in place, as `pyguard hook install --system --shell` puts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.proof.guarded import check, people
from tests.proof.ways import PACKAGES, PLAIN, RELEASES, SHIMS, pairwise, product
from tests.rootfs import Root, overlay

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module", params=RELEASES)
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Root, str]]:
    """A root with every hook for everybody, and a wheel that pip would really install."""
    from tests.engine import install_engine

    with overlay(request.param, PACKAGES) as root:
        install_engine(root)
        root.run(["pyguard", "hook", "install", "--system", "--shell"], check=True)
        yield root, people(root, SHIMS, str(tmp_path_factory.mktemp("wheels")))


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print past the capture."""
    def write(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}")
    return write


@pytest.mark.core
def test_every_pair_is_refused(guarded: tuple[Root, str], show: Callable[[str], None]) -> None:
    check(*guarded, pairwise(), show)


@pytest.mark.full
def test_every_combination_is_refused(guarded: tuple[Root, str], show: Callable[[str], None]) -> None:
    check(*guarded, product(), show)


def test_what_is_guarded_can_be_installed(guarded: tuple[Root, str]) -> None:
    """The control: the very same command changes the system where nothing stops it."""
    root, wheel = guarded
    override = [] if root.release == "bullseye" else ["--break-system-packages"]
    root.write("/etc/pyguard/disabled", "")
    done = root.run(["/usr/bin/pip3", "install", "--no-index", "--no-deps", *override, wheel], env={"PATH": PLAIN})
    assert done.returncode == 0 and "pyguard" not in done.stderr
    assert root.run(["python3", "-c", "import guarded_thing"]).returncode == 0
    root.run(["sh", "-c", "rm -r /etc/pyguard /usr/local/lib/python3*/dist-packages/guarded_thing*"], check=True)
