"""Environments really made from a channel, for forty of the 200 requests and more: what was asked for is there."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path

import pytest

from pyguard.facts.package_names import CONDA, look_up
from tests.conda.channel import Channel
from tests.conda.requests import POPULAR
from tests.conda.world import World, make_world

pytestmark = pytest.mark.skipif(importlib.util.find_spec("rattler") is None, reason="py-rattler needs Python 3.10")
REFUSED = 11
VERSIONS = ("0.9.9", "1.0", "1.2", "1.2.3", "1.9", "1.10", "2.0", "2.0.1", "42.0.5")
EXPECTED = {"==1.2.3": "1.2.3", "==1.2.*": "1.2.3", "~=1.2": "1.10", ">=1.0,<2": "1.10", "<2": "1.10",
            ">=1.0,==1.2.*": "1.2.3", "!=2.0.1": "42.0.5", "===1.9": "1.9", ">1.9,<=2.0": "2.0", "~=1.0.0": "1.0"}
CASES = [*((name,) for name in POPULAR[::3]), *((f"numpy{form}",) for form in EXPECTED),
         ("numpy", "pandas", "matplotlib"), ("numpy>=1.2,<2", "torch==1.2.3"), ("requests[socks]",)]
CORE = ("attrs", "numpy~=1.2", "numpy", "requests[socks]")


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Channel:
    made = Channel(tmp_path_factory.mktemp("forge") / "conda-forge")
    made.add_python()
    for name, package in look_up(CONDA, {*POPULAR, "torch", "pysocks"}):
        for version in VERSIONS if name in ("numpy", "torch") else ("1.2.3",):
            made.add_distribution(name, version, package)
    made.write()
    return made


def marks(words: tuple[str, ...]) -> list[pytest.MarkDecorator]:
    return [pytest.mark.core if words[0] in CORE else pytest.mark.full]


@pytest.mark.parametrize("words", [pytest.param(words, marks=marks(words), id=" ".join(words)) for words in CASES])
def test_made_and_imported(words: tuple[str, ...], channel: Channel, tmp_path: Path) -> None:
    world: World = make_world(tmp_path, channel)
    done = world.redirect("install", *words)
    assert done.returncode == REFUSED and "what was asked for imports there" in done.stderr, done.stderr
    (name,) = world.environments()
    names = [re.split(r"[\[=<>!~]", word)[0] for word in words]
    code = "import importlib.metadata as m, sys; print(*(m.version(name) for name in sys.argv[1:]))"
    found = subprocess.run([world.base / "envs" / name / "bin/python", "-I", "-c", code, *names], capture_output=True,
                           text=True, check=True).stdout.split()
    form = words[0][len(names[0]):]
    assert found[0] == EXPECTED.get(form, found[0])


def test_there_are_forty() -> None:
    assert len(CASES) >= 40
