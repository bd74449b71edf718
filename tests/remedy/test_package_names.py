"""The names: no request maps to a conda or OS package that is another project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from pyguard.facts.package_names import CONDA, DATA, DEBIAN, look_up
from pyguard.remedy.translate import translate
from tests.conda.requests import facts_for, read_request

# Names of PyPI projects under which conda-forge has a package of another project.
OTHERS = (Path(__file__).parent / "other_projects.txt").read_text(encoding="utf-8").split()


def table(name: str) -> dict[str, str]:
    lines = (Path(DATA) / name).read_text(encoding="utf-8").splitlines()
    return {line.split()[0]: line.split()[-1] for line in lines}


def test_the_list_is_whole() -> None:
    assert len(OTHERS) == len(set(OTHERS)) == 149


@pytest.mark.parametrize("name", OTHERS)
def test_no_name_leads_to_another_project(name: str) -> None:
    request = read_request(("install", name))
    translation = translate(facts_for(request), request)
    packages = [re.split("[ =<>!~]", spec)[0] for spec in translation.specs]
    assert name not in packages
    assert packages or "unverified" in "".join(translation.notes)    # and pip installs it inside


def test_a_name_that_is_not_known_is_pips_and_said_to_be_unverified() -> None:
    request = read_request(("install", "numpy", "no-such-thing-anywhere>=1"))
    translation = translate(facts_for(request), request)
    assert translation.specs == ("numpy",) and [one.name for one in translation.left] == ["no-such-thing-anywhere"]
    assert translation.notes == ("unverified on conda-forge: no-such-thing-anywhere; pip installs what is unverified "
                                 "inside the environment",)


@pytest.mark.parametrize("name", [CONDA, DEBIAN])
def test_the_tables_are_what_they_should_be(name: str) -> None:
    found = table(name)
    assert len(found) > 4000 and list(found) == sorted(found)
    assert all(key == canonicalize_name(key) for key in found)
    assert all(re.match(r"[a-z0-9_][a-z0-9_.+-]*$", value) for value in found.values())


def test_looking_up_agrees_with_the_table() -> None:
    found = table(CONDA)
    names = [*list(found)[::200], next(iter(found)), list(found)[-1]]
    assert dict(look_up(CONDA, names)) == {name: found[name] for name in names}
    assert look_up(CONDA, ["numpy-", "nump", "numpy numpy", ""]) == ()


@pytest.mark.parametrize(("name", "conda", "debian"), [
    ("torch", "pytorch", "python3-torch"), ("pyyaml", "pyyaml", "python3-yaml"), ("serial", None, None),
    ("pyserial", "pyserial", "python3-serial"), ("docker", "docker-py", "python3-docker"), ("attr", None, None),
    ("attrs", "attrs", "python3-attr"), ("graphviz", "python-graphviz", "python3-graphviz"),
    ("beautifulsoup4", "beautifulsoup4", "python3-bs4"), ("msgpack", "msgpack-python", "python3-msgpack"),
])
def test_some_that_everybody_knows(name: str, conda: str | None, debian: str | None) -> None:
    assert dict(look_up(CONDA, [name])).get(name) == conda
    assert dict(look_up(DEBIAN, [name])).get(name) == debian
