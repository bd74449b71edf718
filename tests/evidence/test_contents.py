"""What wheels say of themselves: fetched with one pip, read once, and never taken from a file that is not theirs."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pyguard.evidence.contents import look_into
from pyguard.host import Host
from pyguard.model.plan import Basis, Change, Plan, Target
from pyguard.plan.ask_pip import Answer
from tests.wheels import make_wheel

PYTHON = "/usr/bin/python3"
TARGET = Target("/p", "/q", "/b", "global")


class Index:
    """A pip that finds each wheel below a directory, and notes what it was asked for."""

    def __init__(self, lost: Sequence[str] = ()) -> None:
        self.lost = lost
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, argv: Sequence[str], environment: Mapping[str, str], directory: str) -> Answer:
        place = argv[argv.index("--dest") + 1]
        sources = tuple(argv[argv.index("--dest") + 2:])
        self.asked.append(tuple(os.path.basename(source) for source in sources))
        if set(sources) & set(self.lost):
            return Answer(1, "", "ERROR: 404 Not Found")
        for source in sources:
            shutil.copy(source, place)
        return Answer(0, "", "")


def change(wheel: str) -> Change:
    digest = hashlib.sha256(Path(wheel).read_bytes()).hexdigest()
    name = os.path.basename(wheel).split("-")[0]
    return Change(name, "1", "/p", import_names=("assumed",), assumed_import_names=True, source=wheel, digest=digest)


def plan(*wheels: str) -> Plan:
    return Plan(Basis.RESOLVED, TARGET, tuple(change(wheel) for wheel in wheels), ())


def look(index: Index, wanted: Plan, cache: Path) -> Plan:
    os.makedirs(cache, 0o755, exist_ok=True)
    return look_into(Host(), wanted, PYTHON, {}, (), index, [str(cache)], os.geteuid())


@pytest.fixture(name="wheels")
def two_wheels(tmp_path: Path) -> list[str]:
    return [make_wheel(str(tmp_path / "index"), "one", "1", ("eins",)),
            make_wheel(str(tmp_path / "index"), "two", "1", ("zwei", "drei"))]


def names(found: Plan) -> list[tuple[tuple[str, ...], bool]]:
    return [(item.import_names, item.assumed_import_names) for item in found.changes]


EXPECTED = [(("eins",), False), (("drei", "zwei"), False)]


def test_one_pip_fetches_all_and_none_fetches_again(wheels: list[str], tmp_path: Path) -> None:
    index = Index()
    for _ in range(3):
        assert names(look(index, plan(*wheels), tmp_path / "cache")) == EXPECTED
    assert index.asked == [("one-1-py3-none-any.whl", "two-1-py3-none-any.whl")]


def test_a_wheel_is_read_once(wheels: list[str], tmp_path: Path) -> None:
    wanted = plan(*wheels)
    look(Index(), wanted, tmp_path / "cache")
    for kept in (tmp_path / "cache").rglob("*.whl"):
        kept.write_bytes(b"")
    assert names(look(Index(), wanted, tmp_path / "cache")) == EXPECTED


def test_one_that_cannot_be_had_is_a_gap_of_its_own(wheels: list[str], tmp_path: Path) -> None:
    index = Index(lost=wheels[:1])
    found = look(index, plan(*wheels), tmp_path / "cache")
    assert names(found) == [(("assumed",), True), EXPECTED[1]]
    assert [(gap.subject, gap.reason) for gap in found.gaps] == [
        ("one", "pip could not fetch its wheel: ERROR: 404 Not Found")]
    assert len(index.asked) == 3


def test_another_file_than_the_resolved_one_is_a_gap(wheels: list[str], tmp_path: Path) -> None:
    wanted = plan(*wheels)
    make_wheel(str(tmp_path / "index"), "one", "1", ("other",))
    found = look(Index(), wanted, tmp_path / "cache")
    assert names(found) == [(("assumed",), True), EXPECTED[1]]
    assert "another hash" in found.gaps[0].reason


def test_what_others_may_write_to_is_not_believed(wheels: list[str], tmp_path: Path) -> None:
    wanted = plan(*wheels)
    look(Index(), wanted, tmp_path / "cache")
    for kept in (tmp_path / "cache").rglob("contents"):
        kept.chmod(0o666)
        kept.write_text(kept.read_text().replace("eins", "evil"))
    assert names(look(Index(), wanted, tmp_path / "cache")) == EXPECTED


def test_what_goes_to_the_platform_directory_is_read_too(tmp_path: Path) -> None:
    wheel = make_wheel(str(tmp_path / "index"), "one", "1", ("eins",), pure=False)
    assert names(look(Index(), plan(wheel), tmp_path / "cache")) == EXPECTED[:1]


def kept_wheel(cache: Path, wheel: str) -> Path:
    return cache / "wheels" / change(wheel).digest / os.path.basename(wheel)


@pytest.mark.parametrize("damage", [b"", b"cut off", b"x" * 10_000])
def test_a_kept_wheel_that_is_another_is_fetched_again(tmp_path: Path, wheels: list[str], damage: bytes) -> None:
    cache, index = tmp_path / "cache", Index()
    look(index, plan(*wheels), cache)
    kept_wheel(cache, wheels[0]).write_bytes(damage)
    found = look(index, plan(*wheels), cache)
    assert index.asked[-1] == ("one-1-py3-none-any.whl",)
    assert not found.gaps and found.changes[0].import_names == ("eins",)
    assert kept_wheel(cache, wheels[0]).read_bytes() == Path(wheels[0]).read_bytes()


@pytest.mark.parametrize("full", ["cache", "all"])
def test_without_room_for_it_a_wheel_is_read_and_not_kept(tmp_path: Path, wheels: list[str], full: str,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    copy = shutil.copyfile

    def limited(source: str, target: str) -> str:
        if full == "all" or target.startswith(str(tmp_path / "cache")):
            Path(target).write_bytes(b"a part")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return copy(source, target)

    index = Index()
    monkeypatch.setattr(shutil, "copyfile", limited)
    monkeypatch.setattr(shutil, "copy", lambda source, place: copy(source, f"{place}/{os.path.basename(source)}"))
    found = look(index, plan(*wheels), tmp_path / "cache")
    assert not list((tmp_path / "cache" / "wheels").iterdir())
    if full == "all":
        assert [gap.subject for gap in found.gaps] == ["one", "two"] and "No space left" in found.gaps[0].reason
    else:
        assert not found.gaps and found.changes[0].import_names == ("eins",)


def test_every_way_to_bring_a_command(tmp_path: Path) -> None:
    more = {".dist-info/entry_points.txt": "[console_scripts]\ncow = one:main\n[gui_scripts]\nxcow = one:main\n",
            ".data/scripts/moo": "#!python\n", ".data/data/bin/low": "", ".data/data/sbin/herd": "",
            ".data/data/share/x": ""}
    wheel = make_wheel(str(tmp_path / "index"), "one", "1", more=more)
    for _ in range(2):    # read, and read again from what is kept
        wanted = replace(plan(wheel), target=replace(TARGET, scripts="/usr/local/bin"))
        (found,) = look(Index(), wanted, tmp_path / "cache").changes
        assert sorted(found.commands) == ["../sbin/herd", "cow", "low", "moo", "xcow"]
