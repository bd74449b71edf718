"""Reading pip's arguments: what counts as an install, and that nothing typed makes a traceback."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.errors import ForeignUsageError
from pyguard.intake.frontends.pip_command import changes_nothing, last, read_command
from pyguard.intake.frontends.pip_options import COMMANDS, options_of


def read(line: str, version: str = ""):
    return read_command(shlex.split(line), version)


@pytest.mark.parametrize("line", [
    "install six", "-q install six", "install --log --dry-run six", "uninstall -y six", "--isolated install six",
    "install --user six -qqq", "install -rfile", "--proxy help install six", "install -- --help",
    "--python /v install six",
    "install --report r.json six",
])
def test_changes(line: str) -> None:
    assert read(line).changes
    assert not changes_nothing(shlex.split(line))


@pytest.mark.parametrize("line", [
    "", "list", "help install", "install --help", "install six -h", "--version", "-V install six", "--help install six",
    "download six", "wheel six", "config set global.user true", "cache purge", "debug", "index versions six",
    "lock six",
    "inspect", "install --dry-run six", "install --dry-r six", "search install", "show install", "hash install",
])
def test_changes_nothing(line: str) -> None:
    assert not read(line).changes
    assert changes_nothing(shlex.split(line))


@pytest.mark.parametrize("line", ["instal six", "install --nonsense six", "install -z six", "install --target",
                                  "--user install six", "install --user=yes six", "install --no-d six"])
def test_refused_by_every_pip(line: str) -> None:
    with pytest.raises(ForeignUsageError):
        read(line)


@pytest.mark.parametrize(("line", "version", "refused"), [
    ("install --dry-run six", "21.3.1", True), ("install --dry-run six", "22.2", False),
    ("install --break-system-packages six", "23.0", True), ("install --break-system-packages six", "23.0.1", False),
    ("install --us six", "18.1", False), ("install --us six", "24.0", True), ("install --us six", "", False),
    ("lock six", "25.0", True), ("--python v install six", "22.2", True), ("install --python v six", "24.0", True),
    ("install --version six", "26.2", False), ("install --version six", "26.3", True),
])
def test_releases_differ(line: str, version: str, refused: bool) -> None:
    if refused:
        with pytest.raises(ForeignUsageError):
            read(line, version)
    else:
        read(line, version)


def test_unknown_release_lets_nothing_slip() -> None:
    """`--us` is --user to pip 18 and an error to pip 24: where the release is not known, it is an install."""
    command = read("install --us six")
    found = last(command.given, "use_user_site")
    assert found is not None and found.value == "1"
    assert not changes_nothing(["install", "--us", "six"])


def test_the_command_word_is_taken_out_where_it_first_stands() -> None:
    """As pip does: here the value of --log is lost, and -q becomes it."""
    command = read("--log install -q install six")
    assert command.arguments == ("install", "six")
    assert last(command.given, "log").value == "-q"


@pytest.mark.parametrize(("line", "outward"), [
    ("install six", False), ("install --target /x six", True), ("install --root / six", True), ("install -t x six",
                                                                                                True),
    ("install --pref /usr six", True), ("install --user six", True), ("install six -- --user", False),
])
def test_leaves_environment(line: str, outward: bool) -> None:
    assert read(line).leaves_environment is outward


WORDS = st.one_of(
    st.sampled_from([spelling for command in ("", "install") for option in options_of(command)
                     for spelling in option.spellings.split()]),
    st.sampled_from([command.name for command in COMMANDS]),
    st.sampled_from(["--", "-", "", "--=", "-=", "--target=x", "-rx", "-qqq", "six", "\x1b[31m", "--pr", "\udcff"]),
    st.text(max_size=8))


@given(st.lists(WORDS, max_size=8), st.sampled_from(["", "9.0.3", "20.3.4", "23.0.1", "26.3", "99", "x"]))
def test_any_words(words: list[str], version: str) -> None:
    try:
        command = read_command(words, version)
    except ForeignUsageError as error:
        assert error.message
        return
    if not version:
        assert changes_nothing(words) is not command.changes


@given(st.lists(WORDS, max_size=5), st.lists(WORDS, max_size=5))
def test_nothing_hides_an_install(before: list[str], after: list[str]) -> None:
    """Whatever stands around it, what some release reads as an install is never called harmless."""
    words = [*before, "install", *after]
    readings = []
    for version in ("9.0.3", "20.3.4", "24.0", "26.3"):
        try:
            readings.append(read_command(words, version).changes)
        except ForeignUsageError:
            continue
    if any(readings):
        assert not changes_nothing(words)
