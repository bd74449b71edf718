"""A whole pip command becomes a Request: action, wanted, destination, override, origins."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.codec import decode, encode
from pyguard.errors import ForeignUsageError, IntakeError, PyguardError
from pyguard.host import Host
from pyguard.intake.frontends.pip import parse
from pyguard.model.request import Action, Destination, Request, Scheme, Setting


def ask(tmp_path: Path, line: str, environ: dict[str, str] | None = None, **fields: Any) -> Request:
    defaults: dict[str, Any] = {"cwd": "/work", "uid": 1000}
    return parse(Host(str(tmp_path)), line.split(), environ={"HOME": "/home/alice", **(environ or {})},
                 **{**defaults, **fields})


def test_plain_install(tmp_path: Path) -> None:
    found = ask(tmp_path, "pip install six==1.16 --user -U --no-deps")
    assert (found.action, found.command, found.frontend) == (Action.INSTALL, "install", "pip")
    assert found.destination == Destination(Scheme.USER, user=True, asked_by="--user")
    assert (found.upgrade, found.no_deps, found.ignore_installed, found.dry_run) == (True, True, False, False)
    assert [wanted.name for wanted in found.wanted] == ["six"]
    assert found.settings == () and found.break_system_packages is None
    assert decode(Request, encode(found)) == found


@pytest.mark.parametrize(("line", "environ", "expected"), [
    ("pip install x", {}, Destination()),
    ("pip install -t lib x", {}, Destination(Scheme.TARGET, "/work/lib", asked_by="-t")),
    ("pip install --targ=../t x", {}, Destination(Scheme.TARGET, "/t", asked_by="--target")),
    ("pip install x", {"PIP_TARGET": "/t"}, Destination(Scheme.TARGET, "/t", asked_by="PIP_TARGET")),
    ("pip install --prefix /usr x", {}, Destination(Scheme.PREFIX, "/usr", asked_by="--prefix")),
    ("pip install --prefix //usr x", {}, Destination(Scheme.PREFIX, "/usr", asked_by="--prefix")),
    ("pip install --root //s x", {}, Destination(root="/s", asked_by="--root", root_writable=False)),
    ("pip install --root /s x", {}, Destination(root="/s", asked_by="--root", root_writable=False)),
    ("pip install x", {"PIP_USER": "1"}, Destination(Scheme.USER, user=True, asked_by="PIP_USER")),
    ("pip install --no-user x", {"PIP_USER": "1"}, Destination(user=False, asked_by="--no-user")),
    ("pip install x", {"PIP_NO_USER": "1"}, Destination(Scheme.USER, user=True, asked_by="PIP_NO_USER")),
    ("pip install --system --user x", {}, Destination(user=False, asked_by="--system")),
    ("pip install --target= x", {}, Destination(emptied="--target")),
    ("pip install --prefix= x", {}, Destination(emptied="--prefix")),
    ("pip install x", {"PIP_TARGET": ""}, Destination()),
    ("pip install x --target=", {"PIP_TARGET": "/t"}, Destination(emptied="--target")),    # pip 25 for its builds
    ("pip install --prefix /b --target= x", {"PIP_TARGET": "/t"},
     Destination(Scheme.PREFIX, "/b", asked_by="--prefix")),
    ("pip install --prefix= --target /t x", {}, Destination(Scheme.TARGET, "/t", asked_by="--target")),
    ("pip install --target= --user x", {},
     Destination(Scheme.USER, user=True, asked_by="--user", emptied="--target")),
    ("pip --python /v install x", {}, Destination(interpreter="/v")),
    ("pip install x", {"PIP_PYTHON": "/v"}, Destination(interpreter="/v")),
    ("pip install --isolated x", {"PIP_TARGET": "/t"}, Destination()),
])
def test_destinations(tmp_path: Path, line: str, environ: dict[str, str], expected: Destination) -> None:
    assert ask(tmp_path, line, environ).destination == expected


def test_override_and_its_origin(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/pip.conf").write_text("[global]\nbreak-system-packages = true\n")
    assert ask(tmp_path, "pip install x").break_system_packages == Setting("break-system-packages", "1",
                                                                           "/etc/pip.conf:2")
    found = ask(tmp_path, "pip install x", {"PIP_BREAK_SYSTEM_PACKAGES": "0"})
    assert found.break_system_packages is None
    assert [setting.origin for setting in found.settings] == ["/etc/pip.conf:2", "PIP_BREAK_SYSTEM_PACKAGES"]
    assert ask(tmp_path, "pip uninstall -y x --break").break_system_packages.origin == "--break-system-packages"
    assert ask(tmp_path, "pip install x", pip_version="20.3").break_system_packages is None


def test_files_and_variables_add_up(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / f"work/{name}.txt").write_text(f"{name}\n")
    found = ask(tmp_path, "pip install -r a.txt x -c b.txt", {"PIP_REQUIREMENT": "c.txt a.txt",
                                                              "PIP_CONSTRAINT": "c.txt"})
    assert [wanted.name for wanted in found.wanted] == ["x", "c", "a", "a"]
    assert [wanted.name for wanted in found.constraints] == ["c", "b"]
    assert found.wanted[2].origin == "a.txt:1"


def test_uninstall(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work/r.txt").write_text("b\n")
    found = ask(tmp_path, "pip uninstall -y a -r r.txt")
    assert found.action is Action.UNINSTALL
    assert [wanted.name for wanted in found.wanted] == ["a", "b"]


def test_index_options(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work/r.txt").write_text("--only-binary :all:\nsix\n")
    found = ask(tmp_path, "pip install -i https://h/s --extra=https://two --pre -f w --no-index -rr.txt",
                {"PIP_PRE": "1"})
    assert found.index_options == ("--index-url", "https://h/s", "--extra-index-url", "https://two", "--pre",
                                   "--find-links", "w", "--no-index", "--only-binary", ":all:")


@pytest.mark.parametrize(("line", "environ", "asks"), [
    ("x", {}, ""), ("--only-binary :all: x", {}, ""), ("--no-binary :none: x", {}, ""),
    ("--no-binary x x", {}, "--no-binary x"), ("--no-b=:all: x", {}, "--no-binary :all:"), ("-r r.txt", {}, "r.txt:1"),
    ("--no-binary y --no-binary :none: x", {}, ""), ("--no-binary :all:,:none:,y x", {}, "--no-binary :all:,:none:,y"),
    ("--no-binary Y --only-binary y x", {}, ""), ("--only-binary :all: --no-binary y x", {}, "--no-binary y"),
    ("--no-binary :all: --only-binary y x", {}, "--no-binary :all:"), ("--only-binary :all: -r r.txt", {}, "r.txt:1"),
    ("-r r.txt -r none.txt", {}, ""), ("-r r.txt -c none.txt", {}, "r.txt:1"),
    ("x", {"PIP_NO_BINARY": "x"}, "PIP_NO_BINARY"), ("x", {"PIP_NO_BINARY": ":none:"}, ""),
    ("x", {"PIP_ONLY_BINARY": ":all:"}, ""), ("x", {"PIP_Only_Binary": "y", "PIP_no_binary": "y"}, "PIP_no_binary"),
    ("--only-binary :all: x", {"PIP_NO_BINARY": "x"}, ""), ("--no-binary :none: x", {"PIP_NO_BINARY": "x"}, ""),
    ("--isolated x", {"PIP_NO_BINARY": "x"}, ""),
    ("x", {"PIP_CONFIG_FILE": "pip.conf"}, "/work/pip.conf:2")])
def test_a_source_instead_of_a_wheel(tmp_path: Path, line: str, environ: dict[str, str], asks: str) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work/r.txt").write_text("--no-binary six\nsix\n")
    (tmp_path / "work/none.txt").write_text("--no-binary :none:\n")
    (tmp_path / "work/pip.conf").write_text("[install]\nno-binary = x\n")
    assert ask(tmp_path, "pip install " + line, environ).source_only == asks


@pytest.mark.parametrize("line", ["pip list", "pip download x", "pip install x --dry-run", "pip install x --help",
                                  "pip",
                                  "pip config set install.user true", "pip help uninstall"])
def test_no_installs(tmp_path: Path, line: str) -> None:
    assert ask(tmp_path, line).action is Action.NONE


def test_dry_run_by_variable_counts_where_pip_knows_it(tmp_path: Path) -> None:
    assert ask(tmp_path, "pip install x", {"PIP_DRY_RUN": "1"}).action is Action.INSTALL
    assert ask(tmp_path, "pip install x", {"PIP_DRY_RUN": "1"}, pip_version="21.3").action is Action.INSTALL
    assert ask(tmp_path, "pip install x", {"PIP_DRY_RUN": "1"}, pip_version="24.0").action is Action.NONE


def test_bad_booleans(tmp_path: Path) -> None:
    with pytest.raises(ForeignUsageError):
        ask(tmp_path, "pip install x", {"PIP_USER": "maybe"})
    assert ask(tmp_path, "pip install x", {"PIP_BREAK_SYSTEM_PACKAGES": "maybe"}).gaps
    with pytest.raises(ForeignUsageError):
        ask(tmp_path, "pip install x", {"PIP_BREAK_SYSTEM_PACKAGES": "maybe"}, pip_version="24.0")


def test_what_pip_refuses(tmp_path: Path) -> None:
    for line in ("pip install --target a --prefix b x", "pip install --nonsense x", "pip nonsense"):
        with pytest.raises(ForeignUsageError):
            ask(tmp_path, line)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    for line in ("pip install -r missing.txt", "pip install ./missing", "pip install a=1"):
        with pytest.raises(IntakeError) as caught:
            ask(tmp_path, line)
        assert not isinstance(caught.value, ForeignUsageError)


def test_a_script_from_a_pipe_is_left_to_pip(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    found = ask(tmp_path, "pip install --requirements-from-script /pipe")
    assert found.wanted == () and found.gaps == ("/pipe was not read: what it asks for is not known",)


@given(st.lists(st.sampled_from(["install", "uninstall", "--user", "-r", "x", "./y", "--root", "=", "-t", "--",
                                 "a==1", "-e", "\x1b"])
                | st.text(max_size=5), max_size=7),
       st.dictionaries(st.sampled_from(["PIP_USER", "PIP_TARGET", "PIP_ROOT", "PIP_REQUIREMENT", "PIP_CONFIG_FILE",
                                        "HOME"]),
                       st.text(max_size=4), max_size=3))
def test_any_command(tmp_path_factory: pytest.TempPathFactory, words: list[str], environ: dict[str, str]) -> None:
    try:
        parse(Host(str(tmp_path_factory.getbasetemp())), ["pip", *words], environ=environ, cwd="/", uid=1000)
    except PyguardError as error:
        assert error.message
