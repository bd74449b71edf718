"""setup.py's and easy_install's arguments as pip's."""

from __future__ import annotations

import pytest

from pyguard.intake.frontends.setup_py import (
    OWN_PREFIXES,
    installing_command,
    is_idle_easy_install,
    is_idle_setup,
    read_easy_install,
    read_setup,
)


@pytest.mark.parametrize(("words", "expected"), [
    ("install", "install ."), ("develop --user", "install --user ."), ("build", ""), ("--version", ""),
    ("install --prefix /opt/x", "install --prefix /opt/x ."),
    ("install --prefix=/usr/local", "install --prefix /usr/local ."),
    ("install --root /tmp/x --record r", "install --root /tmp/x ."), ("build --build-lib install", ""),
    ("install --install-layout=deb", "install --target /usr/lib/python3/dist-packages ."),
    ("build install --install_lib /x", "install --target /x ."), ("build_ext -i install", "install ."),
    ("build -f install", "install ."), ("build -e install", "install ."), ("egg_info -d install", "install ."),
    ("build_py -d lib install", "install ."), ("bdist_wheel -d dist install -O 1 --root=/x", "install --root /x ."),
    ("install_lib -d /x install", "install ."), ("develop -d/x", "install --target /x ."),
    ("install --pref /x", "install --prefix /x ."), ("install --us", "install --user ."),
    ("install --install-d /x", "install ."), ("install --install-layo deb",
                                              "install --target /usr/lib/python3/dist-packages ."),
    ("develop --prefix=/usr/local", "install --prefix /usr/local ."),
    ("install --prefix=/x easy_install --prefix=/x", "install ."),
    ("develop --prefix=/x easy_install --prefix=/x", "install --prefix /x .")])
def test_setup(words: str, expected: str) -> None:
    assert " ".join(read_setup(words.split(), ".")) == expected


@pytest.mark.parametrize(("words", "expected"), [
    ("install --prefix=/usr/local", "install ."), ("install --prefix //usr/", "install ."),
    ("install --prefix=/opt", "install --prefix /opt ."),
    ("develop --prefix=/usr/local", "install --prefix /usr/local .")])
def test_a_prefix_that_changes_nothing(words: str, expected: str) -> None:
    assert " ".join(read_setup(words.split(), ".", OWN_PREFIXES)) == expected


@pytest.mark.parametrize(("words", "command"), [
    ("build -f develop --prefix /x", "develop"), ("install develop", "install"), ("sdist --formats install", "install"),
    ("sdist", "")])
def test_which_command_of_setup_installs(words: str, command: str) -> None:
    assert installing_command(words.split()) == command


@pytest.mark.parametrize(("words", "expected"), [
    ("six", "install six"), ("-i https://example.org six==1", "install six==1"), ("--user six", "install --user six"),
    ("-x six", "install six"), ("-e -b /x six", "install six"), ("-f /x -x /srv/six", "install /srv/six"),
    ("-d /x six", "install --target /x six"), ("--prefix=/x six", "install --prefix /x six"), ("--upgrade", ""),
    ("--prefix=/usr/local six", "install --prefix /usr/local six")])
def test_easy_install(words: str, expected: str) -> None:
    assert " ".join(read_easy_install(words.split())) == expected


@pytest.mark.parametrize(("words", "idle"), [
    ("--help install", True), ("install -h", True), ("build --help install", True), ("-q --help", True),
    ("--version install", True), ("--help-commands", True), ("--dry-run install", True), ("-qn install", True),
    ("-v -n install", True), ("install --force --help", True), ("install -v -h", True),
    ("install --dry-run", False), ("install -n", False), ("build -n install", False), ("install -qn", False),
    ("install --record -n", False), ("install --record --help", False), ("--command-packages -n install", False),
    ("build_ext -L --help install", False), ("install", False), ("install --version", False)])
def test_what_stops_setup(words: str, idle: bool) -> None:
    assert is_idle_setup(words.split()) is idle


@pytest.mark.parametrize(("words", "idle"), [
    ("-n six", True), ("--dry-run six", True), ("-qn six", True), ("--version", True), ("six --help", True),
    ("-x six", False), ("-f -n six", False), ("--record --help six", False)])
def test_what_stops_easy_install(words: str, idle: bool) -> None:
    assert is_idle_easy_install(words.split()) is idle
