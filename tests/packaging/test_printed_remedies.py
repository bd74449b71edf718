"""What the .deb's pyguard prints first runs as printed: it has no pip of its own, the Python may have one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable

import pytest

from tests.packaging.packages import package
from tests.rootfs import Root
from tests.wheels import make_wheel

pytestmark = [pytest.mark.proof]
REFUSED = 11
INSTALL = "pyguard pip -- install --no-index --find-links /srv --break-system-packages pgthing"


@pytest.mark.parametrize("packages", [(), ("python3-pip",), ("python3-pip", "python3-venv")])
def test_the_first_remedy_is_one_that_can_be_had(packages: tuple[str, ...], new_root: Callable[..., Root]) -> None:
    root = new_root("bookworm", packages)
    shutil.copyfile(package("deb"), root.path + "/srv/pyguard.deb")
    root.run(["dpkg", "--force-unsafe-io", "-i", "/srv/pyguard.deb"], check=True, timeout=600)
    make_wheel(root.path + "/srv", "pgthing", "1.0")
    done = root.run(["sh", "-c", INSTALL])
    assert done.returncode == REFUSED, done.stderr
    found = re.search(r"^  Instead: +(.*(?:\n {12}[^ (].*)*)", done.stderr, re.MULTILINE)
    assert found, done.stderr
    lines = [line.strip() for line in found[1].split("\n")]
    if not packages:
        assert lines[0] == "apt-get install -y python3.11-venv" and "-I -m pip" not in done.stderr
        return
    for line in lines:
        ran = root.run(["sh", "-c", line])
        assert ran.returncode == 0, (line, ran.stderr)
    place = lines[0].split()[-1]
    root.run([f"{place}/bin/python", "-c", "import pgthing"], check=True)
    assert root.run(["/usr/bin/python3", "-c", "import pgthing"]).returncode != 0
    again = root.run(["sh", "-c", INSTALL.replace("pip --", "pip --redirect --")])
    assert "and what was asked for imports there" in again.stderr, again.stderr
