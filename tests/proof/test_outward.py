"""pip led out of an environment by variables and files, in the spellings that pip takes: refused, nothing written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rootfs import Root
from tests.wheels import make_wheel

pytestmark = [pytest.mark.proof, pytest.mark.core]
REFUSED = 11
INSTALL = "PATH=/srv/v/bin:$PATH pyguard pip -- install -q --no-index --find-links /srv six==2.0"
CONFIG = "mkdir -p ~/.config/pip; printf '[install]\\nUser = yes\\n' >~/.config/pip/pip.conf;"
WAYS = ("PIP_USER=1", "PIP_NO_USER=1", "PIP_user=1", CONFIG)


def test_out_of_an_environment(new_root: Callable[..., Root], installed_pyguard: Callable[[Root], list[str]]) -> None:
    root = new_root("bookworm", ("python3-pip", "python3-six", "python3-venv"))
    installed_pyguard(root)
    make_wheel(root.path + "/srv", "six", "2.0")
    root.run(["sh", "-c", "python3 -m venv --system-site-packages /srv/v; chmod -R a+rX /srv"], check=True)
    for way in WAYS:
        done = root.run(["sh", "-c", f"{way} {INSTALL}"], user="alice")
        assert done.returncode == REFUSED, (way, done.stderr[-300:])
    found = root.run(["/usr/bin/python3", "-c", "import six; print(six.__file__)"], user="alice")
    assert found.stdout == "/usr/lib/python3/dist-packages/six.py\n"
