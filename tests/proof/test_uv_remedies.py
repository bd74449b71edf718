"""What is offered with uv is understood by the real one: pip's options, variables and files in uv's own words."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.engine import install_engine
from tests.rootfs import Root
from tests.tool_roots import tool_root
from tests.wheels import make_wheel

pytestmark = [pytest.mark.proof]


@pytest.fixture(scope="module")
def root() -> Iterator[Root]:
    with tool_root("bookworm", "uv") as made:
        install_engine(made)
        make_wheel(made.path + "/srv", "pgthing", "1.0")
        make_wheel(made.path + "/srv", "ruff", "1.0", more={
            ".dist-info/entry_points.txt": "[console_scripts]\nruff = ruff:main\n"})
        yield made


@pytest.mark.parametrize(("words", "environ"), [
    ("--prefer-binary --retries 1", {}), ("", {"PIP_USER": "1"}), ("--no-dependencies", {}), ("--pre", {}),
    ("--no-build-isolation -C a=b --only-binary :all:", {}), ("--trusted-host localhost", {}),
    ("--isolated", {})])
@pytest.mark.parametrize(("name", "remedy"), [("pgthing", "uv-venv"), ("ruff", "uv-tool")])
def test_uv_takes_what_is_printed(name: str, remedy: str, words: str, environ: dict[str, str], root: Root) -> None:
    index = {} if "--isolated" in words else {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/srv"}
    typed = "" if index else "--no-index --find-links /srv "
    line = f"pyguard explain --json pip install {words} {typed}{name}"
    path = "/opt/tools/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    home = root.run(["mktemp", "-d"], check=True).stdout.strip()
    around = {"PATH": path, "HOME": home, **index, **environ}
    told = json.loads(root.run(["sh", "-c", line], env=around, check=True).stdout)
    found = {one["id"]: one for one in told["remedies"]}
    if remedy == "uv-tool" and any(word in words for word in ("--no-dep", "-C")):    # it cannot be told
        assert remedy not in found
        return
    for step in found[remedy]["steps"]:
        done = root.run(step["argv"], env={"PATH": path, "HOME": home})
        assert done.returncode == 0, (step["argv"], done.stderr)
