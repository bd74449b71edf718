"""Which lines of start-up files set a variable for good, and which stand there alone: sh itself is asked, too."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.facts.assignment_forms import read_setting, read_shell
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
SEVERAL = {    # every value that it may have, and what sh makes of it where that directory is the only one
    "[ -d / ] && export PYTHONPATH=/a": "/a",
    "[ -d /none ] || PYTHONPATH=/a": "/a",
    "if [ -d / ]; then export PYTHONPATH=/a; fi": "/a",
    "for i in 1; do export PYTHONPATH=/a; done": "/a",
    "{ export PYTHONPATH=/a; }": "/a",
    "export V=1 PYTHONPATH=/a": "/a",
    "V=1; PYTHONPATH=/a; W=2; export V W PYTHONPATH": "/a",
    "V=1 PYTHONPATH=/a": "/a",
    "set -a; PYTHONPATH=/a; set +a": "/a",
    "case x in x) export PYTHONPATH=/a;; esac": "/a",
    "case x in y) ;; (x) PYTHONPATH=/a;; esac": "/a",
    "case x in\nx) export PYTHONPATH=/a ;;\nesac": "/a",
    "readonly PYTHONPATH=/a": "/a",
    "export PYTHONPATH='/a' 2>/dev/null": "/a",
    ": ${PYTHONPATH:=/a}; export PYTHONPATH": "/a",
    "eval 'export PYTHONPATH=/a'": "/a",
    "eval \"eval 'V=1; PYTHONPATH=/a'\"": "/a",
    "f() { export PYTHONPATH=/a; }; f": "/a",
    "f ()\n{\n  export PYTHONPATH=/a\n}\n[ -d / ] && f": "/a",
    "f() { PYTHONPATH=/a; }\ng() {\n f\n}\ng": "/a",
    "test -d / && { V=1; export PYTHONPATH=/a; } || :": "/a",
}
EXPANDED = {    # what the value becomes is the directories alone
    'export PYTHONPATH="/a${PYTHONPATH:+:$PYTHONPATH}"': ("/a",),
    "export PYTHONPATH=${PYTHONPATH:+$PYTHONPATH:}/a": ("/a",),
    "export PYTHONPATH=${PYTHONPATH:+${PYTHONPATH}:}/a": ("/a",),
    "export PYTHONPATH=${PYTHONPATH}:/a:$PYTHONPATH": ("/a",),
    "export PYTHONPATH=/a$PYTHONPATH": ("/a",),
    "export PYTHONPATH=${PYTHONPATH:-/a}": ("/a",),
    "D=/a; export PYTHONPATH=$D/b": ("/a/b",),
    "D=/a\nexport PYTHONPATH=${D}/b:$D": ("/a/b", "/a"),
    "export D=/a E=$D/b\nexport PYTHONPATH=\"$E/c\"": ("/a/b/c",),
    "if :; then D=/a; else D=/b; fi\nexport PYTHONPATH=$D": ("/a", "/b"),
    "export PYTHONPATH=~/lib:$HOME/a:${HOME}/b": ("/home/x/lib", "/home/x/a", "/home/x/b"),
    "D=$HOME/a\nexport PYTHONPATH=$D": ("/home/x/a",),
    "export PYTHONPATH=/a:$UNKNOWN/b:$(pwd)/c": ("/a",),
    "D=$D$D$D/a\nexport PYTHONPATH=$D:/b": ("/b",),
    "export PYTHONPATH=$D\nD=/a": (),
}
NOT_UNDERSTOOD = ("read -r PYTHONPATH < /etc/paths", "printf -v PYTHONPATH %s /a", "path_prepend PYTHONPATH /a",
                  "[ -d / ] && read LD_LIBRARY_PATH", "for PYTHONPATH_ in a; do add_to PYTHONPATH $PYTHONPATH_; done",
                  "f() { read PYTHONPATH; }; f")
HARMLESS = ("echo PYTHONPATH", "unset PYTHONPATH", "[ -n \"$PYTHONPATH\" ] && echo PYTHONPATH=$PYTHONPATH",
            "export PYTHONPATH", "for v in PATH PYTHONPATH; do unset $v; done", "alias x='PYTHONPATH=/a python3'",
            "env -u PYTHONPATH true", "read PATH_ PYTHONPATH_", "f() { read PYTHONPATH; }",
            "# path_prepend PYTHONPATH /a", "export -n PYTHONPATH=/a")
NOT_FOR_GOOD = (
    "(export PYTHONPATH=/a)",
    "[ -d / ] && (cd /; PYTHONPATH=/a)",
    "true | export PYTHONPATH=/a",
    "PYTHONPATH=/a &",
    "f() { export PYTHONPATH=/a; }",
    "f() { export PYTHONPATH=/a; }; echo f >/dev/null",
    "env PYTHONPATH=/a true",
    "[ -d / ] && PYTHONPATH=/a true",
    "echo '; export PYTHONPATH=/a' \"; export PYTHONPATH=/a\" >/dev/null # ; export PYTHONPATH=/a",
    "X=$(export PYTHONPATH=/a; echo x)",
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


@pytest.mark.parametrize("text", SEVERAL)
def test_wherever_on_a_line_it_stands(text: str, tmp_path: Path) -> None:
    [found] = read(tmp_path, text)
    assert (found.value, found.alone, found.understood) == (SEVERAL[text], False, True)
    assert sourced(tmp_path) == found.value


@pytest.mark.parametrize("text", EXPANDED)
def test_the_directories_of_a_value(text: str, tmp_path: Path) -> None:
    found = read(tmp_path, text)
    assert tuple(entry for each in found for entry in each.entries("/home/x")) == EXPANDED[text]


def test_only_what_stands_in_front(tmp_path: Path) -> None:
    for text, before in (("PATH=/a/bin${PATH:+:$PATH}", ("/a/bin",)), ("PATH=${PATH:+$PATH:}/a/bin", ()),
                         ("PATH+=:/a", ()), ("D=/a; PATH=$D/bin:$PATH:/b", ("/a/bin",)), ("PATH=/a:/b", ("/a", "/b"))):
        [found] = read(tmp_path, text)
        assert found.entries("/root", in_front=True) == before, text


def test_what_is_added(tmp_path: Path) -> None:
    [found] = read(tmp_path, "PYTHONPATH+=:/a")
    assert (found.value, found.alone, found.entries("/root")) == ("$PYTHONPATH:/a", True, ("/a",))
    [found] = read(tmp_path, "[ -d / ] && export PYTHONPATH+=:/a")
    assert (found.value, found.alone, found.entries("/root")) == ("$PYTHONPATH:/a", False, ("/a",))


def test_several_on_one_line(tmp_path: Path) -> None:
    found = read(tmp_path, "if :; then export PATH=/a:$PATH PYTHONPATH=/b; else PYTHONPATH=/c; fi")
    assert [(each.variable, each.value, each.alone) for each in found] == [
        ("PATH", "/a:$PATH", False), ("PYTHONPATH", "/b", False), ("PYTHONPATH", "/c", False)]


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_sets_it_to_nobody_knows_what(text: str, tmp_path: Path) -> None:
    [found] = read(tmp_path, text)
    assert (found.value, found.alone, found.understood) == ("", False, False)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_names_it(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, text) == []


@given(st.text("ab $={}()'\"`\\;&|<>\n#:+-~/", max_size=60))
def test_any_text_is_read(text: str) -> None:
    for found in (*read_shell(f"{text} PYTHONPATH={text}"), *read_setting(f"Environment={text} PYTHONPATH={text}")):
        Assignment(found.variable, found.value, "/x", 1, known=(("a", text), ("b", f"$a{text}$b"))).entries("/root")


@pytest.mark.parametrize("text", ["a=;" * 80000, "A=${ " * 50000, "export PYTHONPATH=$A:$B\nA=$A$A$B B=$A$B$B\n" * 1500,
                                  "f() { PYTHONPATH=/a; }; " * 10000,
                                  "PYTHONPATH=" + "$A" * 120000 + "\nA=" + "$A" * 9999])
def test_no_text_takes_long(text: str, tmp_path: Path) -> None:
    began = time.process_time()
    for found in read(tmp_path, f"{text}\nexport PYTHONPATH=$A\n"):
        found.entries("/root")
    assert time.process_time() - began < 5


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
    ("/etc/systemd/system/x.service", "Environment=OTHER=b PYTHONPATH=\"/a b\"", "/a b", False),
    ("/etc/csh.cshrc", "if ( -d / ) setenv PYTHONPATH /a", "/a", False),
    ("/etc/fish/config.fish", "test -d /; and set -gx PYTHONPATH /a /b", "/a /b", False),
    ("/etc/fish/config.fish", "if test -d /; set --global --export PYTHONPATH /a; end", "/a", False),
    ("/etc/fish/conf.d/x.fish", "test -d / && fish_add_path -g /a", "/a", False),
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
