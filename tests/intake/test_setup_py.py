"""setup.py's and easy_install's arguments as pip's."""

from __future__ import annotations

import pytest

from pyguard.intake.frontends.setup_py import read_easy_install, read_setup


@pytest.mark.parametrize(("words", "expected"), [
    ("install", "install ."), ("develop --user", "install --user ."), ("build", ""), ("--version", ""),
    ("install --prefix /opt/x", "install --prefix /opt/x ."), ("install --prefix=/usr/local", "install ."),
    ("install --root /tmp/x --record r", "install --root /tmp/x ."), ("build --build-lib install", ""),
    ("install --install-layout=deb", "install --target /usr/lib/python3/dist-packages ."),
    ("build install --install_lib /x", "install --target /x ."), ("bdist_wheel -d install", "")])
def test_setup(words: str, expected: str) -> None:
    assert " ".join(read_setup(words.split(), ".")) == expected


@pytest.mark.parametrize(("words", "expected"), [
    ("six", "install six"), ("-i https://example.org six==1", "install six==1"), ("--user six", "install --user six"),
    ("-d /x six", "install --target /x six"), ("--prefix=/x six", "install --prefix /x six"), ("--upgrade", "")])
def test_easy_install(words: str, expected: str) -> None:
    assert " ".join(read_easy_install(words.split())) == expected
