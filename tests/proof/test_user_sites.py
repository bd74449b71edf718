"""Into somebody's user site by name: as root, through sudo, whatever the variables say. Refused, nothing written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rootfs import Root, changes
from tests.wheelhouse import make_old_project
from tests.wheels import make_wheel

pytestmark = [pytest.mark.proof, pytest.mark.core]
REFUSED = 11
INSTALL = "install -q --no-index --find-links /srv six"
SITE = "/home/alice/.local/lib/python3.{}/site-packages"
WAYS = {
    "bookworm": (
        ("root", f"python3 -m pip {INSTALL} -t {SITE.format(11)}"),
        ("root", f"HOME=/root SUDO_USER=alice /usr/bin/pip {INSTALL} --target {SITE.format(11)}"),
        ("root", f"PYTHONNOUSERSITE=1 python3 -m pip {INSTALL} -t ~/.local/lib/python3.11/site-packages"),
        ("root", f"PATH=/srv/v/bin:$PATH pyguard pip -- {INSTALL} --prefix /home/alice/.local"),
        ("root", "cd /srv/old && python3 setup.py develop --prefix=/home/alice/.local"),
        ("alice", f"PYTHONUSERBASE=/tmp/b python3 -m pip {INSTALL} -t {SITE.format(11)}"),
        ("alice", f"pyguard sudo -- /usr/bin/pip {INSTALL} -t {SITE.format(11)}"),
    ),
    "bullseye": (
        ("root", f"python3 -m pip {INSTALL} --prefix /home/alice/.local"),
        ("root", "cd /srv/old && python3 setup.py install --prefix=/home/alice/.local"),
    ),
}


@pytest.mark.parametrize("release", WAYS)
def test_somebodys_user_site(new_root: Callable[..., Root], installed_pyguard: Callable[[Root], list[str]],
                             release: str) -> None:
    root = new_root(release, ("python3-pip", "python3-setuptools", "python3-six", "python3-venv"))
    root.run([*installed_pyguard(root), "hook", "install", "--system"], check=True)
    make_wheel(root.path + "/srv", "six", "2.0")
    make_old_project(root.path + "/srv/old", "six", "2.0")
    root.run(["sh", "-c", "python3 -m venv /srv/v; chmod -R a+rX /srv"], check=True)
    before = root.tree()
    wrong = []
    for user, way in WAYS[release]:
        done = root.run(["sh", "-c", way], user=user, cwd="/tmp")
        if done.returncode != REFUSED:
            wrong.append((way, done.returncode, done.stderr[-300:]))
    assert wrong == []
    assert [path for path in changes(before, root.tree()) if "site-packages" in path or "dist-packages" in path] == []
    words = root.run(["sh", "-c", WAYS[release][0][1]], cwd="/tmp").stderr
    assert "every system tool its owner runs" in " ".join(words.split())
    free = root.run(["sh", "-c", f"python3 -m pip {INSTALL} --target /home/alice/lib"], cwd="/tmp")
    assert (free.returncode, "pyguard" in free.stderr) == (0, False)
