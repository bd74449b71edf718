"""The option table and the reading of command lines, held against real pip releases."""

from __future__ import annotations

import functools
import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pyguard.errors import ForeignUsageError
from pyguard.intake.frontends.pip_command import PipCommand, read_command, spellings_of
from pyguard.intake.frontends.pip_options import (
    COMMANDS,
    COUNT,
    FLAG,
    HELP,
    LIST,
    OFF,
    VALUE,
    Option,
    is_alive,
    options_of,
    read_release,
)
from tests.pip_releases import unpacked

# Release -> the Python minors that its parser runs on
RELEASES = {"9.0.3": (6, 9), "18.1": (6, 9), "20.3.4": (6, 11), "21.3.1": (6, 11), "22.0.4": (7, 11),
            "23.0.1": (7, 13), "24.0": (7, 13), "25.1.1": (9, 13), "26": (10, 14)}
KINDS = {"store": {VALUE}, "append": {LIST}, "store_true": {FLAG}, "store_const": {FLAG}, "store_false": {OFF},
         "count": {COUNT}, "help": {HELP}, "callback": {FLAG, OFF, LIST, VALUE}}
BECAME_LISTS = ("--platform", "--abi")    # in 20.3
FORMER_DESTS = {"platforms": "platform", "abis": "abi"}
LINES = [shlex.split(line) for line in """
install six
install six==1.16 'requests[socks]>=2,<3'
install --user six
install six --user --no-deps
install -U six
install -qqq -v six
install -Ut /opt/t six
install -rreq.txt -c con.txt
install -r a.txt --requirement b.txt --requirement=c.txt
install -e . --editable=git+https://host/x#egg=x
install --target /opt/t six
install --targ /opt/t six
install --target=/opt/t six
install --target
install --prefix=/usr --root /stage six
install --pre six
install --pref /usr six
install --pr six
install --no-d six
install --no-deps=1 six
install --us six
install --ignore-i six
install -I six --force-reinstall
install -Iq six
install -z six
install --nonsense six
install --break-system-packages six
install --break six
install --dry-run six
install --dry six
install --report out.json --dry-run six
install --log --dry-run six
install --log six
install -- --user six
install six -- --user
install --help six
install six -h
install --log -h six
install -qh
install --no-user six
install --user --no-user six
install --compile --no-compile six
install --only-binary :all: --no-binary six six
install -i https://host/simple --extra-index-url https://two/simple six
install -f /srv/wheels --find-links=/srv/more --no-index six
install --config-settings a=b six
install -C a=b six
install --group dev
install --python-version 3.9 --platform linux --platform any -t x six
install --no-build-isolation --use-pep517 six
install --upgrade-strategy eager six
install -d /tmp/d six
install --version six
install --python 3 six
-q install six
-qv --no-cache-dir install -q six
--log install install six
--log=list install six
--proxy p:1 --timeout 3 install six
--isolated install six
--user install six
-- install --user six
-V install six
--version
--help install six
help install
help

uninstall -y six
uninstall --yes -r req.txt six
uninstall --user six
download -d /tmp/d six
wheel -w /tmp/w six
list --outdated
freeze -l
instal six
INSTALL six
install ''
install - six
install --=x six
""".strip().split("\n")]


@functools.cache
def pythons() -> dict[int, str]:
    """Minor of Python 3 -> an interpreter, found on PATH and where pyenv keeps them."""
    found: dict[int, str] = {}
    places = [*os.environ.get("PATH", "").split(":"),
              *(str(path) for path in sorted(Path.home().glob(".pyenv/versions/*/bin")))]
    for minor in range(6, 15):
        for place in places:
            path = os.path.join(place, f"python3.{minor}")
            if "shims" not in place and os.access(path, os.X_OK) and (minor > 9 or can_run_pip(path)):
                found.setdefault(minor, path)
    return found


def can_run_pip(python: str) -> bool:
    """Debian 11 and 12 ship distutils in a package of its own; without it pip stops on Python 3.9 and older, and any
    pip before 23.
    """
    done = subprocess.run([python, "-I", "-c", "import distutils.cmd"], capture_output=True, check=False)
    return done.returncode == 0


@functools.cache
def ask(release: str) -> tuple[str, dict[str, Any]]:
    """The exact version and what the real pip says."""
    low, high = RELEASES[release]
    there = [pythons()[minor] for minor in range(high, low - 1, -1) if minor in pythons()]
    python = next((path for path in there if int(release.split(".")[0]) >= 23 or can_run_pip(path)), "")
    if not python:
        pytest.skip(f"needs a Python from 3.{low} to 3.{high}, with its distutils, to run pip {release}")
    place = unpacked(release)
    done = subprocess.run([python, "-W", "ignore", str(Path(__file__).with_name("real_pip.py"))],
                          input=json.dumps(LINES), capture_output=True, text=True, timeout=120, check=True,
                          env={"PYTHONPATH": place, "PIP_CONFIG_FILE": "/dev/null", "HOME": "/nonexistent",
                               "LC_ALL": "C.UTF-8"})
    return os.path.basename(place), json.loads(done.stdout)


def grammar(command: str, version: str) -> dict[str, Option]:
    release = read_release(version)
    return {spelling: option for spelling, option in spellings_of(command, release).items() if not option.vendor}


@pytest.mark.parametrize("release", RELEASES)
def test_table(release: str) -> None:
    version, real = ask(release)
    ours = {name: grammar(name, version) for name in real["commands"]}
    for name, table in [("", real["main"]), *real["commands"].items()]:
        mine = grammar(name, version) if not name else ours[name]
        assert set(mine) == set(table), name
        for spelling, (action, takes_value, dest) in table.items():
            option = mine[spelling]
            assert (option.kind in (VALUE, LIST)) == takes_value, (name, spelling)
            assert option.kind in KINDS[action] or spelling in BECAME_LISTS, (name, spelling, action)
            assert dest in (option.dest, FORMER_DESTS.get(option.dest)), (name, spelling)


@pytest.mark.parametrize("release", RELEASES)
def test_commands(release: str) -> None:
    version, real = ask(release)
    known = {command.name for command in COMMANDS if command.since <= read_release(version)}
    assert known == set(real["commands"])


@pytest.mark.parametrize("release", RELEASES)
def test_readings(release: str) -> None:
    version, real = ask(release)
    for line, reading in zip(LINES, real["readings"]):
        assert summary(line, version, reading) == expected(reading), (version, line)


def expected(reading: dict[str, Any]) -> object:
    if "stop" in reading:
        return "refused" if reading["stop"] else "inert"
    return reading["command"], reading["arguments"]


def summary(line: list[str], version: str, reading: dict[str, Any]) -> object:
    try:
        command = read_command(line, version)
    except ForeignUsageError as error:
        if error.reference == "misplaced-option":    # pip parses it first, and stops later
            return reading.get("command"), reading.get("arguments")
        return "refused"
    if command.inert:
        return "inert"
    compare_values(command, reading.get("values", {}))
    return command.command, list(command.arguments)


def compare_values(command: PipCommand, values: dict[str, Any]) -> None:
    for dest in {given.option.dest for given in command.given}:
        given = [one for one in command.given if one.option.dest == dest]
        name = dest if dest in values else FORMER_DESTS.get(dest, dest)
        if name not in values:
            continue    # built by a callback into an object of pip's
        kind, texts = given[-1].option.kind, [one.value for one in given]
        if kind == COUNT:
            assert values[name] == len(texts)
        elif kind in (FLAG, OFF):
            assert bool(values[name]) == (texts[-1] == "1"), dest
        elif isinstance(values[name], list):
            assert [plain(value) for value in values[name]] == texts
        else:
            assert plain(values[name]) == texts[-1]


def plain(value: object) -> str:
    if isinstance(value, list):    # --group: its file and its name
        value = value[-1]
    return re.sub(r"\.0$", "", str(value)) if isinstance(value, float) else str(value)


def test_since_and_until_are_in_order() -> None:
    for command in ("", *(command.name for command in COMMANDS)):
        for option in options_of(command):
            assert not option.until or option.since < option.until
            assert is_alive(option, ())
