"""pip.conf and PIP_*: levels, order, origins, and one clear error for what pip cannot read either."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.errors import ForeignUsageError, IntakeError, PyguardError
from pyguard.host import Host
from pyguard.intake.pip_config import Asker, find_home, read_boolean, read_settings
from pyguard.model.request import Setting


def a_tree(tmp_path: Path, **files: str) -> Host:
    for name, text in files.items():
        write(tmp_path, name.replace("__", "/"), text)
    return Host(str(tmp_path))


def write(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def an_asker(environ: dict[str, str] | None = None, **fields) -> Asker:
    return Asker(environ or {}, "/work", "/home/alice", "/usr", **fields)


def values(host: Host, asker: Asker, command: str = "install") -> dict[str, tuple[str, str]]:
    return {setting.name: (setting.value, setting.origin) for setting in read_settings(host, asker, command)}


LEVELS = ("etc/xdg/pip/pip.conf", "etc/pip.conf", "home/alice/.pip/pip.conf", "home/alice/.config/pip/pip.conf",
          "usr/pip.conf")


def test_levels_in_order(tmp_path: Path) -> None:
    host = Host(str(tmp_path))
    for level in LEVELS:
        write(tmp_path, level, f"[install]\n# why\ntarget = {level}\n")
        assert values(host, an_asker())["target"] == (level, f"/{level}:3")
    write(tmp_path, "srv/own.conf", "[install]\ntarget = own\n")
    assert values(host, an_asker({"PIP_CONFIG_FILE": "/srv/own.conf"}))["target"] == ("own", "/srv/own.conf:2")
    assert values(host, an_asker({"PIP_TARGET": "env"}))["target"] == ("env", "PIP_TARGET")


def test_own_file_takes_the_place_of_the_users(tmp_path: Path) -> None:
    host = Host(str(tmp_path))
    write(tmp_path, "home/alice/.pip/pip.conf", "[install]\nuser = yes\n")
    write(tmp_path, "own.conf", "[global]\nquiet = 1\n")
    assert "user" not in values(host, an_asker({"PIP_CONFIG_FILE": "/own.conf"}))
    assert "user" in values(host, an_asker({"PIP_CONFIG_FILE": "/missing.conf"}))


def test_no_files_at_all(tmp_path: Path) -> None:
    host = Host(str(tmp_path))
    write(tmp_path, "etc/pip.conf", "[install]\nuser = yes\n")
    found = values(host, an_asker({"PIP_CONFIG_FILE": os.devnull, "PIP_PRE": "1"}))
    assert found == {"pre": ("1", "PIP_PRE")}


def test_isolated_skips_user_and_variables(tmp_path: Path) -> None:
    host = Host(str(tmp_path))
    write(tmp_path, "etc/pip.conf", "[global]\npre = yes\n")
    write(tmp_path, "home/alice/.pip/pip.conf", "[install]\nuser = yes\n")
    assert values(host, an_asker({"PIP_TARGET": "/t"}, isolated=True)) == {"pre": ("yes", "/etc/pip.conf:2")}


@pytest.mark.parametrize(("release", "in_venv", "read"), [
    ((), False, True), ((18, 1), False, False), ((18, 1), True, True), ((19, 1), False, True), ((26,), False, True)])
def test_site_level(tmp_path: Path, release: tuple[int, ...], in_venv: bool, read: bool) -> None:
    write(tmp_path, "usr/pip.conf", "[install]\nuser = yes\n")
    found = values(Host(str(tmp_path)), an_asker(release=release, in_venv=in_venv))
    assert ("user" in found) is read


def test_sections_and_spellings(tmp_path: Path) -> None:
    host = Host(str(tmp_path))
    write(tmp_path, "etc/pip.conf", "[install]\n--No_Deps = 1\n[global]\nno-deps=0\nempty =\n[uninstall]\nyes = 1\n")
    assert values(host, an_asker()) == {"no-deps": ("1", "/etc/pip.conf:2")}
    assert values(host, an_asker(), "uninstall") == {"no-deps": ("0", "/etc/pip.conf:4"),
                                                     "yes": ("1", "/etc/pip.conf:7")}


def test_default_section_holds_everywhere(tmp_path: Path) -> None:
    write(tmp_path, "etc/pip.conf", "[DEFAULT]\nuser = yes\n[install]\npre = 1\n")
    assert values(Host(str(tmp_path)), an_asker())["user"] == ("yes", "/etc/pip.conf:2")


def test_xdg_directories(tmp_path: Path) -> None:
    host = Host(str(tmp_path))
    write(tmp_path, "one/pip/pip.conf", "[install]\nuser = one\n")
    write(tmp_path, "cfg/pip/pip.conf", "[install]\nuser = cfg\n")
    assert values(host, an_asker({"XDG_CONFIG_DIRS": "/none:/one"}))["user"][0] == "one"
    assert values(host, an_asker({"XDG_CONFIG_DIRS": "/one", "XDG_CONFIG_HOME": "/cfg"}))["user"][0] == "cfg"


@pytest.mark.parametrize(("text", "line"), [
    (b"user = yes\n", 1), (b"[install]\nuser = yes\nuser = no\n", 3), (b"[install]\nnonsense\n", 2),
    (b"[a]\n[a]\n", 2), (b"[install]\n\xff\xfe = 1\n", 2), (b"\x00\x01\x7fELF\x02\n", 1)])
def test_broken_files(tmp_path: Path, text: bytes, line: int) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/pip.conf").write_bytes(text)
    with pytest.raises(IntakeError) as caught:
        read_settings(Host(str(tmp_path)), an_asker(), "install")
    assert caught.value.context == f"/etc/pip.conf:{line}"
    assert "/etc/pip.conf" in caught.value.message


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "etc/pip.conf").mkdir(parents=True)
    assert values(Host(str(tmp_path)), an_asker()) == {}


def test_too_large(tmp_path: Path) -> None:
    write(tmp_path, "etc/pip.conf", "#" * (1 << 20))
    with pytest.raises(IntakeError, match="larger"):
        read_settings(Host(str(tmp_path)), an_asker(), "install")


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("Yes", True), ("on", True), ("t", True),
                                                ("0", False), ("OFF", False), ("n", False)])
def test_booleans(value: str, meaning: bool) -> None:
    assert read_boolean(Setting("user", value, "PIP_USER")) is meaning


def test_no_boolean() -> None:
    with pytest.raises(ForeignUsageError):
        read_boolean(Setting("user", "maybe", "PIP_USER"))


def test_home(tmp_path: Path) -> None:
    host = a_tree(tmp_path, etc__passwd="root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice/:/bin/sh\nbroken\n")
    assert find_home(host, {"HOME": "/h/"}, 1000) == "/h"
    assert find_home(host, {}, 1000) == "/home/alice"
    assert find_home(host, {}, 7) == ""
    assert find_home(Host(str(tmp_path / "etc")), {}, 0) == ""


@given(st.binary(max_size=200) | st.text(alphabet="[]install=:#; \n\tabc%\\", max_size=80).map(str.encode))
def test_any_file(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    tmp_path = tmp_path_factory.mktemp("conf")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/pip.conf").write_bytes(content)
    try:
        settings = read_settings(Host(str(tmp_path)), an_asker(), "install")
    except PyguardError as error:
        assert error.context.startswith("/etc/pip.conf")
    else:
        assert all(setting.origin.startswith("/etc/pip.conf:") for setting in settings)
