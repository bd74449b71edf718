"""Builds of a package, from the indexes that conda keeps: which versions there are, and for which Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pyguard.facts.conda_index import QUICK, read_builds
from pyguard.host import Host
from pyguard.model.conda import CondaSetup
from pyguard.model.verdict import Level, Verdict
from pyguard.remedy import propose
from tests.builders import a_request, a_wanted, some_facts
from tests.conda.channel import SUBDIR

PKGS = "/opt/conda/pkgs"


def keep(root: Path, channel: str, subdir: str, records: dict[str, dict[str, object]], number: int,
         padding: int = 0) -> Path:
    directory = root / PKGS.lstrip("/") / "cache"
    directory.mkdir(parents=True, exist_ok=True)
    address = f"https://channels.example/{channel}/{subdir}/repodata.json"
    (directory / f"{number:08x}.info.json").write_text(json.dumps({"url": address, "etag": "x"}))
    index = directory / f"{number:08x}.json"
    index.write_text(json.dumps({"info": {"subdir": subdir, "padding": "x" * padding}, "packages.conda": records}))
    return index


def record(build: str, *depends: str) -> dict[str, object]:
    return {"build": build, "depends": list(depends), "name": "n", "sha256": "0"}


def builds(root: Path, *packages: str, deep: bool = False,
           channels: tuple[str, ...] = ("conda-forge",)) -> tuple[tuple[str, str, str], ...]:
    return read_builds(Host(str(root)), [PKGS], channels, packages, uid=1000, deep=deep)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    keep(tmp_path, "conda-forge", SUBDIR, {
        "cryptography-42.0.5-py311h63ff55d_0.conda": record("py311h63ff55d_0", "python >=3.11,<3.12.0a0"),
        "cryptography-42.0.5-py312h241aef2_0.conda": record("py312h241aef2_0"),
        "cryptography-vectors-42.0.5-0.conda": record("0"),
        "polars-1.0.0-py39h_abi3_0.conda": record("py39h_abi3_0", "_python_abi3_support 1.*"),
    }, 1)
    keep(tmp_path, "conda-forge", "noarch", {"rich-13.7.0-pyhd8ed1ab_0.tar.bz2": record("pyhd8ed1ab_0")}, 2)
    keep(tmp_path, "other", "noarch", {"rich-99.0-0.conda": record("0")}, 3)
    return tmp_path


def test_builds_and_their_pythons(kept: Path) -> None:
    assert builds(kept, "cryptography") == (("cryptography", "42.0.5", "3.11"), ("cryptography", "42.0.5", "3.12"))
    assert builds(kept, "polars", "rich") == (("polars", "1.0.0", ""), ("rich", "13.7.0", ""))


def test_what_complete_indexes_lack_is_known_to_be_lacking(kept: Path) -> None:
    assert builds(kept, "nothing") == (("nothing", "", ""),)
    assert builds(kept, "nothing", channels=("conda-forge", "not-kept")) == ()


def test_a_large_index_is_for_who_has_time(tmp_path: Path) -> None:
    keep(tmp_path, "conda-forge", SUBDIR, {"rich-13.7.0-0.conda": record("0")}, 1, padding=QUICK)
    assert builds(tmp_path, "rich") == ()
    assert builds(tmp_path, "rich", deep=True) == (("rich", "13.7.0", ""),)


@pytest.mark.parametrize("damage", ["info", "index", "gone"])
def test_what_cannot_be_read_is_not_known(damage: str, kept: Path) -> None:
    directory = kept / PKGS.lstrip("/") / "cache"
    if damage == "gone":
        (directory / "00000001.json").unlink()
    else:
        (directory / ("00000001.info.json" if damage == "info" else "00000001.json")).write_text("")
    assert builds(kept, "cryptography") == ()


def test_the_word_on_an_equals_sign() -> None:
    """The article's `cryptography=42.0`, where the channel has 42.0.5 and no 42.0."""
    setup = CondaSetup((), (("cryptography", "cryptography"),), (("cryptography", "42.0.5", "3.12"),))
    conda = next(one for one in propose(some_facts(conda=setup), a_request(), Verdict(Level.BLOCK))
                 if one.id == "conda-create")
    assert conda.steps[0].argv[-2:] == ("python=3.12", "cryptography=42.0")    # and the Python it is built for
    assert "the channel has no cryptography 42.0 itself; =42.0 takes any 42.0.x, here 42.0.5" in conda.note


def test_an_exact_version_that_is_there_stays_exact() -> None:
    setup = CondaSetup((), (("cryptography", "cryptography"),), (("cryptography", "42.0.0", "3.11"),))
    conda = propose(some_facts(conda=setup), a_request(a_wanted("cryptography==42.0")), Verdict(Level.BLOCK))[1]
    assert conda.steps[0].argv[-2:] == ("python=3.11", "cryptography==42.0") and "takes any" not in conda.note
