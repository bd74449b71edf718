"""Which lines of start-up files set a variable for good, and which stand there alone: sh itself is asked, too."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pyguard.facts.variables import Assignment, read_assignments
from pyguard.host import Host

ALONE = {    # the text, then its value and the last of its lines
    "export PYTHONPATH=/a": ("/a", 1),
    "PYTHONPATH=/a; export PYTHONPATH # why": ("/a", 1),
    "  PYTHONPATH='/a b' && export PYTHONPATH;": ("/a b", 1),
    'export PYTHONPATH="/a:/b"/c#d': ("/a:/b/c#d", 1),
    "export PYTHONPATH=/a:\\\n/b:\\\n/c\n": ("/a:/b:/c", 3),
    "export \\\n PYTHONPATH=/a": ("/a", 2),
    "declare -x PYTHONPATH=/a${X:+:$X}": ("/a${X:+:$X}", 1),
    "export PYTHONPATH=$(echo '/a)' \"b\"):/c": ("$(echo /a) b):/c", 1),
    "if :; then\n  export PYTHONPATH=/a\nfi": ("/a", 2),
    "# don't\nexport PYTHONPATH=/a": ("/a", 2),
    "case x in\nx) :\nPYTHONPATH=/a\n;; esac": ("/a", 3),
    "cat <<X >/dev/null\nit's\nX\nexport PYTHONPATH=/a": ("/a", 4),
    "f() {\n:\n}\nexport PYTHONPATH=/a": ("/a", 4),
    "f() { :; }\nexport PYTHONPATH=/a": ("/a", 2),
    "X=$((1 << 2))\nexport PYTHONPATH=/a": ("/a", 2),
    "[ -d / ] && \\\n  export PYTHONPATH=/a": ("/a", 2),
}
AMONG_OTHERS = {
    "if :; then\n  export PYTHONPATH=/a; fi": "/a",
    "{ :\n PYTHONPATH=/a; }": "/a",
    "export PYTHONPATH=/a OTHER=b": "/a",
    "PYTHONPATH=/a OTHER=b": "/a",
    "PYTHONPATH=/a && :": "/a",
    "PYTHONPATH=/a || :": "/a",
    "export PYTHONPATH=/a; export OTHER=b": "/a",
    "case x in\nx)\nPYTHONPATH=/a ;;\nesac": "/a",
    "if :; then\nPYTHONPATH=/a; else :; fi": "/a",
    'export PYTHONPATH="/a\n:/b"': "/a",
}
NOT_FOR_GOOD = (
    "agent() {\n  PYTHONPATH=/a true \"$@\"\n}\nagent",
    "PYTHONPATH=/a true",
    "PYTHONPATH=/a OTHER=b true",
    "PYTHONPATH=/a \\\n  true",
    "PYTHONPATH=/a >/dev/null true",
    "PYTHONPATH=/a | true",
    "agent() {\n  export PYTHONPATH=/a\n}",
    "agent ()\n{\n  if true; then\n    export PYTHONPATH=/a\n  fi\n}",
    "cat <<'E' >/dev/null\nexport PYTHONPATH=/a\nE",
    "cat <<-E >/dev/null\n\texport PYTHONPATH=/a\n\tE\n",
    "alias x='\nexport PYTHONPATH=/a\n'",
    "X=\"\nPYTHONPATH=/a\n\"",
    "(\nexport PYTHONPATH=/a\n)",
    "X=$(\nPYTHONPATH=/a\n)",
    "echo a \\\nPYTHONPATH=/a >/dev/null",
)


def read(tmp_path: Path, text: str, path: str = "/etc/profile.d/x.sh") -> list[Assignment]:
    place = tmp_path / path[1:]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text + "\n")
    return list(read_assignments(Host(str(tmp_path)), path))


def sourced(tmp_path: Path) -> str:
    done = subprocess.run(["sh", "-c", '. "$0"; printf %s "${PYTHONPATH-not set}"', f"{tmp_path}/etc/profile.d/x.sh"],
                          env={"PATH": "/usr/bin:/bin", "X": ""}, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("text", ALONE)
def test_an_assignment_that_stands_alone(text: str, tmp_path: Path) -> None:
    [found] = read(tmp_path, text)
    assert (found.variable, found.value, found.last, found.alone) == ("PYTHONPATH", *ALONE[text], True)
    assert sourced(tmp_path) == found.value or "declare" in text or "$" in text


@pytest.mark.parametrize("text", AMONG_OTHERS)
def test_an_assignment_among_other_things(text: str, tmp_path: Path) -> None:
    [found] = read(tmp_path, text)
    assert (found.value, found.alone) == (AMONG_OTHERS[text], False)
    assert sourced(tmp_path).startswith(found.value)


@pytest.mark.parametrize("text", NOT_FOR_GOOD)
def test_what_holds_for_one_command_or_is_no_command(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, text) == []
    assert sourced(tmp_path) == "not set"


@pytest.mark.parametrize("text", ["X='\nexport PYTHONPATH=/a", "X=$(\nexport PYTHONPATH=/a", "f() {\nPYTHONPATH=/a",
                                  "cat <<E\nPYTHONPATH=/a"])
def test_where_something_is_not_closed_nothing_is_sure(text: str, tmp_path: Path) -> None:
    assert [(found.value, found.alone) for found in read(tmp_path, text)] == [("/a", False)]


@pytest.mark.parametrize(("path", "text", "value", "alone"), [
    ("/etc/environment", "PYTHONPATH=/a", "/a", True),
    ("/etc/environment", "PYTHONPATH=/a\\", "/a\\", False),
    ("/etc/environment.d/x.conf", "PYTHONPATH=/a:\\\n/b", "/a:\\", False),
    ("/etc/environment.d/x.conf", "X=b\\\nPYTHONPATH=/a", "/a", False),
    ("/etc/security/pam_env.conf", "PYTHONPATH DEFAULT=/a", "/a", True),
    ("/etc/systemd/system/x.service", "[Service]\nEnvironment=PYTHONPATH=/a", "/a", True),
    ("/etc/systemd/system/x.service", 'Environment="PYTHONPATH=/a b"', "/a b", True),
    ("/etc/systemd/system/x.service", "Environment=PYTHONPATH=/a OTHER=b", "/a", False),
    ("/etc/systemd/system/x.service", "Environment='PYTHONPATH=/a' \"OTHER=b\"", "/a", False),
    ("/etc/csh.cshrc", "setenv PYTHONPATH /a", "/a", True),
    ("/etc/csh.cshrc", "setenv PYTHONPATH \"/a\"; setenv X y", "/a", False),
    ("/etc/fish/config.fish", "set -gx PYTHONPATH /a /b # why", "/a /b", True),
    ("/etc/fish/config.fish", "set -gx PYTHONPATH /a; and echo", "/a", False),
    ("/etc/fish/config.fish", "if true\n  set -x PYTHONPATH /a\nend", "/a", True),
])
def test_other_formats(path: str, text: str, value: str, alone: bool, tmp_path: Path) -> None:
    assert [(found.value, found.alone) for found in read(tmp_path, text, path)] == [(value, alone)]


def test_fish_functions(tmp_path: Path) -> None:
    text = "function agent\n  if true\n    set -gx PYTHONPATH /a\n  end\nend\nset -gx PYTHONPATH /b"
    assert [(found.value, found.line) for found in read(tmp_path, text, "/etc/fish/config.fish")] == [("/b", 6)]


def test_fish_add_path(tmp_path: Path) -> None:
    [found] = read(tmp_path, "fish_add_path -g /opt/x/bin", "/etc/fish/config.fish")
    assert (found.variable, found.value) == ("PATH", "/opt/x/bin")
