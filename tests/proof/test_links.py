"""The operating system's directories by other names: two slashes, symbolic links. Refused, and nothing written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.proof.guarded import touched
from tests.rootfs import Root
from tests.wheels import make_wheel

pytestmark = [pytest.mark.proof, pytest.mark.core]
REFUSED = 11
INSTALL = "install -q --no-index --find-links /srv"
LINKS = ("ln -s /usr/local/lib/python3.11/dist-packages /srv/local; ln -s /usr/lib/python3/dist-packages /srv/system;"
         "ln -s /usr /srv/usr; ln -s / /srv/whole; python3 -m venv /srv/v; chmod -R a+rX /srv")
WAYS = (
    "python3 -m pip {} --prefix //usr six",
    "python3 -m pip {} --target //usr/lib/python3/dist-packages pgthing",
    "python3 -m pip {} --target /srv/local six",
    "python3 -m pip {} --target /srv/system pgthing",
    "python3 -m pip {} --prefix /srv/usr pgthing",
    "python3 -m pip {} --root /srv/whole pgthing",
    "PIP_TARGET=/srv/system python3 -m pip {} pgthing",
    "//usr/bin/python3 -m pip {} --break-system-packages six",
    "PATH=/srv/v/bin:$PATH pyguard pip -- {} --target /srv/local six",
    "PATH=/srv/v/bin:$PATH pyguard pip -- --python //usr/bin/python3 {} --break-system-packages six",
)


def test_other_names(new_root: Callable[..., Root], installed_pyguard: Callable[[Root], list[str]]) -> None:
    root = new_root("bookworm", ("certbot", "python3-pip", "python3-venv"))
    root.run([*installed_pyguard(root), "hook", "install", "--system"], check=True)
    for name, version in (("six", "2.0"), ("pgthing", "1.0")):
        make_wheel(root.path + "/srv", name, version)
    root.run(["sh", "-c", LINKS], check=True)
    before = root.tree()
    wrong = []
    for way in WAYS:
        done = root.run(["sh", "-c", way.format(INSTALL)], cwd="/tmp")
        if done.returncode != REFUSED:
            wrong.append((way, done.returncode, done.stderr[-300:]))
    assert wrong == []
    assert touched(before, root) == []
    free = root.run(["sh", "-c", f"python3 -m pip {INSTALL} --target /srv/t pgthing"], cwd="/tmp")
    assert (free.returncode, "pyguard" in free.stderr) == (0, False)
