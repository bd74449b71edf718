"""`pyguard clean --yes` beside a source that two environments have installed, each in its own way."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.rootfs import Root

pytestmark = pytest.mark.proof
Install = Callable[[Root], list[str]]
SITE = "lib/python3.11/site-packages"
MADE = f"""cd; for e in new old; do python3 -m venv --without-pip .venvs/$e; done
mkdir -p proj/foo.egg-info proj/build/lib lonely/lonely.egg-info lonely/build/lib .venvs/new/{SITE}/foo-1.dist-info
for p in proj/foo lonely/lonely; do
    echo >${{p%/*}}/setup.py; echo 'VALUE=1' >$p.py; echo x >${{p%/*}}/build/lib/x.py
    printf 'Metadata-Version: 2.1\\nName: %s\\nVersion: 1\\n' ${{p#*/}} >$p.egg-info/PKG-INFO
    info=.venvs/new/{SITE}/${{p#*/}}-1.dist-info; mkdir -p $info; cp $p.egg-info/PKG-INFO $info/METADATA
    printf '{{"url":"file:///home/alice/%s","dir_info":{{"editable":true}}}}' ${{p%/*}} >$info/direct_url.json
    echo /home/alice/${{p%/*}} >.venvs/new/{SITE}/${{p#*/}}.pth
done
echo mine >proj/build/libnotes.txt
printf '/home/alice/proj\\n.' >.venvs/old/{SITE}/foo.egg-link
echo /home/alice/proj >.venvs/old/{SITE}/easy-install.pth"""
ASK = "import importlib.metadata as m; print(m.version('foo'))"


def test_every_environment_has_its_metadata_afterwards(new_root: Callable[..., Root],
                                                       installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("python3-six",))
    installed_pyguard(root)
    root.run(["sh", "-ec", MADE], user="alice", check=True)
    for moment in ("before", "after"):
        for name in ("new", "old"):
            done = root.run([f"/home/alice/.venvs/{name}/bin/python", "-c", ASK], user="alice")
            assert done.stdout == "1\n", (moment, name, done.stderr)
        if moment == "before":
            cleaned = root.run(["pyguard", "clean", "--yes"], user="alice", check=True)
            assert "what a build left in ~/lonely/build" in cleaned.stdout and "~/proj" not in cleaned.stdout
    assert sorted(os.listdir(f"{root.path}/home/alice/proj/build")) == ["lib", "libnotes.txt"]
    assert sorted(os.listdir(f"{root.path}/home/alice/lonely")) == ["lonely.py", "setup.py"]
