"""Environments whose pip writes to the user site, where the system's Python imports from: the shim asks about them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine import install_engine
from tests.rootfs import Root, overlay
from tests.wheels import make_wheel

pytestmark = [pytest.mark.proof, pytest.mark.core]
REFUSED = 11
WHEEL = "shared_thing-1.0-py3-none-any.whl"
SHIMS = "/usr/local/lib/pyguard/shims"
PLAIN = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CONDA = "/opt/conda/envs/work"
USER_CONF = "/home/alice/.config/pip/pip.conf"
# A conda environment as far as pip and pyguard look, with Debian's own Python in it.
MAKE_CONDA = f"""
mkdir -p {CONDA}/conda-meta {CONDA}/bin {CONDA}/lib/python3/dist-packages /opt/conda/conda-meta /opt/conda/condabin
cp /usr/bin/python3.11 {CONDA}/bin/; ln -s python3.11 {CONDA}/bin/python
cp -r /usr/lib/python3.11 {CONDA}/lib/; rm {CONDA}/lib/python3.11/EXTERNALLY-MANAGED
cp -r /usr/lib/python3/dist-packages/pip* {CONDA}/lib/python3/dist-packages/
echo '{{"name": "python", "version": "3.11.2", "build": "0"}}' >{CONDA}/conda-meta/python-3.11.2-0.json
printf '#!{CONDA}/bin/python\\nfrom pip._internal.cli.main import main\\nraise SystemExit(main())\\n' >{CONDA}/bin/pip
chmod 755 {CONDA}/bin/pip
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Root]:
    with overlay("bookworm", ("python3-pip", "python3-venv")) as made:
        install_engine(made)
        made.run(["pyguard", "hook", "rehash", "--system"], check=True)
        wheel = Path(make_wheel(str(tmp_path_factory.mktemp("wheels")), "shared-thing", "1.0"))
        Path(made.path, "srv", wheel.name).write_bytes(wheel.read_bytes())
        made.run(["sh", "-ec", "python3 -m venv --system-site-packages /srv/open; python3 -m venv /srv/closed;"
                  "mkdir /srv/alice; chown alice /srv/alice" + MAKE_CONDA], check=True)
        made.run(["sh", "-ec", "cd /srv/alice; python3 -m venv --system-site-packages open; python3 -m venv closed"],
                 user="alice", check=True)
        yield made


def install(root: Root, prefix: str, shims: str = f"{SHIMS}:") -> tuple[int, str]:
    done = root.run(["pip", "install", "--no-index", f"/srv/{WHEEL}"], user="alice",
                    env={"PATH": f"{shims}{prefix}/bin:{PLAIN}"})
    return done.returncode, done.stderr


@pytest.mark.parametrize(("prefix", "conf"), [
    (CONDA, ""), ("/srv/open", ""), ("/srv/alice/open", "[install]\nuser = true\n"),
    ("/srv/alice/open", "[global]\nUSER = yes\n")])
def test_what_would_reach_the_systems_python_is_refused(root: Root, prefix: str, conf: str) -> None:
    """Without the shim it gets there."""
    if conf:
        root.write(USER_CONF, conf, user="alice")
    try:
        code, said = install(root, prefix)
        assert code == REFUSED and "pyguard: refused" in said
        assert root.run(["/usr/bin/python3", "-c", "import shared_thing"], user="alice").returncode == 1
        assert install(root, prefix, "")[0] == 0
        assert root.run(["/usr/bin/python3", "-c", "import shared_thing"], user="alice").returncode == 0
    finally:
        root.run(["rm", "-rf", "/home/alice/.local/lib", USER_CONF], check=True)


@pytest.mark.parametrize(("prefix", "code"), [("/srv/alice/open", 0), ("/srv/alice/closed", 0), ("/srv/closed", 1)])
def test_what_stays_inside_is_pips_own(root: Root, prefix: str, code: int) -> None:
    """A pip.conf as many have it; in a virtual environment of somebody else's pip itself says that it cannot write."""
    root.write(USER_CONF, "[global]\nindex-url = http://mirror.example/simple\n", user="alice")
    found, said = install(root, prefix)
    assert found == code and "pyguard" not in said, said
    assert root.run(["/usr/bin/python3", "-c", "import shared_thing"], user="alice").returncode == 1
    root.run(["rm", USER_CONF], check=True)
