"""Where root asks pip as nobody: what is told of the configuration, and what only root can read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyguard.host import Host
from pyguard.intake.frontends.pip import parse
from pyguard.judge import Caller
from pyguard.judge.as_nobody import configuration_for_nobody, hidden_from_nobody, read_once
from tests.builders import an_interpreter

FILES = {"/etc/pip.conf": "[global]\nfind-links = /srv/public\nindex-url = https://a\n[list]\nformat = json\n",
         "/root/.config/pip/pip.conf": "[install]\nfind-links = /srv/a\n  /srv/b\n[global]\nindex-url = https://%b\n",
         "/root/private/r.txt": "six\n", "/srv/r.txt": "--find-links private\nsix\n", "/srv/private/x": ""}


def caller(uid: int = 0, **environ: str) -> Caller:
    return Caller({"HOME": "/root", **environ}, "/root", uid)


def host(tmp_path: Path) -> Host:
    for path, text in FILES.items():
        (tmp_path / path[1:]).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path[1:]).write_text(text)
    for path in ("root/private", "srv/private"):
        (tmp_path / path).chmod(0o700)
    (tmp_path / "srv/to-private").symlink_to("/root/private")
    return Host(str(tmp_path))


def test_the_configuration_is_one_file(tmp_path: Path) -> None:
    tree, asks = host(tmp_path), caller()
    request = parse(tree, ["pip", "install", "six"], environ=asks.environ, cwd="/root", uid=0)
    text = configuration_for_nobody(tree, request, asks, an_interpreter())
    (tmp_path / "root/one.conf").write_text(text)
    (tmp_path / "root/.config/pip/pip.conf").unlink()
    told = parse(tree, ["pip", "install", "six"], environ={**asks.environ, "PIP_CONFIG_FILE": "/root/one.conf"},
                 cwd="/root", uid=0)
    assert [(one.name, one.value) for one in told.settings] == [(one.name, one.value) for one in request.settings]
    assert {one.name: one.value for one in told.settings} == {
        "find-links": "/srv/a\n/srv/b", "index-url": "https://%b"}
    assert configuration_for_nobody(tree, request, caller(1000), an_interpreter()) == ""
    isolated = parse(tree, ["pip", "--isolated", "install", "x"], environ=asks.environ, cwd="/root", uid=0)
    assert "https://a" in configuration_for_nobody(tree, isolated, asks, an_interpreter())
    none = caller(PIP_CONFIG_FILE="/dev/null")
    assert configuration_for_nobody(tree, request, none, an_interpreter()) == ""


@pytest.mark.parametrize(("words", "environ", "hidden"), [
    ("six", {}, ""), ("-r private/r.txt", {}, "private/r.txt"),
    ("-c /root/private/r.txt six", {}, "/root/private/r.txt"),
    ("-f private six", {}, "private"), ("--find-links=~/private six", {}, "~/private"),
    ("-i file:///root/private six", {}, "file:///root/private"), ("-i https://host/simple six", {}, ""),
    ("-f /srv/to-private six", {}, "/srv/to-private"), ("-f /srv six", {}, ""), ("-f /srv/missing six", {}, ""),
    ("six", {"PIP_FIND_LINKS": "/srv /root/private"}, "/root/private"), ("-r /srv/r.txt", {}, "private"),
    ("--isolated six", {"PIP_FIND_LINKS": "/root/private"}, "")])
def test_what_only_root_can_read(tmp_path: Path, words: str, environ: dict[str, str], hidden: str) -> None:
    tree, asks = host(tmp_path), caller(**environ)
    (tmp_path / "root/.config/pip/pip.conf").unlink()
    request = parse(tree, ["pip", "install", *words.split()], environ=asks.environ, cwd="/root", uid=0)
    said = hidden_from_nobody(tree, request, asks)
    assert said == (f"{hidden} is for root alone, and for root pip is asked as nobody" if hidden else "")
    assert hidden_from_nobody(tree, request, caller(1000, **environ)) == ""


def test_a_pipe_is_not_given_to_pip_twice(tmp_path: Path) -> None:
    tree = host(tmp_path)
    os.mkfifo(tmp_path / "root/pipe")
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/stdin").write_text("six\n")
    for words, named in (("-r pipe", "pipe"), ("-r /dev/stdin x", "/dev/stdin"), ("-r //dev/stdin x", "//dev/stdin"),
                         ("-r private/r.txt", ""), ("-f private six", "")):
        request = parse(tree, ["pip", "install", *words.split()], environ={}, cwd="/root", uid=1000)
        said = f"{named} can be read once, and that is left to the install"
        assert read_once(tree, request) == (said if named else "")
