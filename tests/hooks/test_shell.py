"""The shell snippets in the shells themselves: strict modes, environments coming and going, sudo, undone again."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from pyguard.cli.init import UNDO, render
from pyguard.enforce.shims import TOOLS
from tests.hooks.terminals import SHELLS, Shell, installed, run_shell, type_lines
from tests.hooks.worlds import RECORDER, World, write

COMMAND = """#!/bin/sh
printf '%s\\0' "$@" >>"$RECORD.command"; echo >>"$RECORD.command"
case " $* " in *' six '*) echo refused >&2; exit 11 ;; *' broken '*) exit 1 ;; esac
"""
# what shells say with -i and no terminal
NO_TERMINAL = ("job control", "terminal process group", "No TTY", "setpgid", "set up terminal")
INTERACTIVE = tuple(shell for shell in SHELLS if shell.name != "sh")


class Snippet:
    """A world with a snippet for one shell, in a directory whose name wants quoting."""

    def __init__(self, root: Path, shell: Shell) -> None:
        self.shell = shell
        self.root = root / "it's $HOME"
        self.root.mkdir()
        self.world = World(self.root)
        self.world.engine()
        for tool in TOOLS:
            if not (self.world.shims / tool).exists():
                (self.world.shims / tool).symlink_to(".pyguard-shim")
        self.command = self.root / "pyguard"
        write(self.command, COMMAND)
        self.file = self.root / "snippet"
        self.file.write_text(render(shell.name, str(self.world.shims), str(self.command)))
        self.source = shell.source.format(self.quote(self.file))

    def quote(self, path: object) -> str:
        """As the shell wants it; the fish of the test worlds knows no $'' either."""
        return shlex.quote(str(path)) if self.shell.name != "fish" else "'" + str(path).replace("'", "\\'") + "'"

    @property
    def environ(self) -> Mapping[str, str]:
        return {"PATH": f"{self.world.bin}:/usr/bin:/bin", "HOME": str(self.root), "RECORD": str(self.world.record),
                "LC_ALL": "C.UTF-8", "TERM": "dumb"}

    def show(self, name: str) -> str:
        """A command that writes PATH to a file of that name."""
        return f"/usr/bin/env > {self.quote(self.root / name)}"

    def path(self, name: str) -> list[str]:
        """What it wrote."""
        for line in (self.root / name).read_text().splitlines():
            if line.startswith("PATH="):
                return line[5:].split(":")
        raise AssertionError(f"{name} has no PATH")

    def asked(self) -> list[list[str]]:
        """How pyguard itself was called."""
        place = Path(f"{self.world.record}.command")
        return [call.split("\0")[:-1] for call in place.read_text().splitlines()] if place.exists() else []


@pytest.fixture(params=SHELLS, ids=lambda shell: shell.name)
def snippet(request: pytest.FixtureRequest, tmp_path: Path) -> Snippet:
    if not installed(request.param):
        pytest.skip(f"{request.param.start[0]} is not installed here")
    return Snippet(tmp_path, request.param)


@pytest.fixture(params=INTERACTIVE, ids=lambda shell: shell.name)
def typed(request: pytest.FixtureRequest, tmp_path: Path) -> Snippet:
    if not installed(request.param):
        pytest.skip(f"{request.param.start[0]} is not installed here")
    return Snippet(tmp_path, request.param)


@pytest.mark.parametrize("options", [(), ("-i",)], ids=["script", "interactive"])
def test_silent_in_strict_modes_and_twice(snippet: Snippet, options: tuple[str, ...]) -> None:
    script = f"{snippet.source}\n{snippet.source}\n{snippet.show('out')}"
    done = run_shell(snippet.shell, script, snippet.environ, options, strict=True)
    noise = [line for line in done.stderr.splitlines() if not any(words in line for words in NO_TERMINAL)]
    assert (done.returncode, done.stdout, noise) == (0, "", [])
    assert snippet.path("out") == [str(snippet.world.shims), str(snippet.world.bin), "/usr/bin", "/bin"]


@pytest.mark.parametrize("path", ["", ":/usr/bin", "/usr/bin::/bin:", "/usr/bin:{shims}:/bin:{shims}"])
def test_the_rest_of_path_stays_as_it_is(snippet: Snippet, path: str) -> None:
    shims = str(snippet.world.shims)
    path = path.format(shims=shims)
    script = f"{snippet.source}\n{snippet.show('out')}"
    done = run_shell(snippet.shell, script, {**snippet.environ, "PATH": path}, (), True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    found = ["" if entry == "." else entry for entry in snippet.path("out")]    # fish writes an empty entry so
    if snippet.shell.name == "sh" and shims in path:
        assert found == path.split(":")    # there already: plain sh puts it there once
    elif not path:
        assert found[0] == shims
        # the current directory was not searched before either; but fish reads an empty PATH as such
        assert snippet.shell.name == "fish" or "" not in found
    else:
        assert found == [shims, *(entry for entry in path.split(":") if entry != shims)]


def test_undone_by_one_line(snippet: Snippet) -> None:
    state = {"bash": "declare -p PATH PROMPT_COMMAND; declare -F; complete -p; set -o", "sh": "export -p; set",
             "zsh": "typeset -p path precmd_functions; print -l ${(k)functions}; setopt",
             "fish": "set -S PATH; functions -a; complete -c pyguard; set -n"}[snippet.shell.name]
    noise = "2>/dev/null | grep -v '^_=\\|^__fish_\\|^PPID\\|_pyguard_at\\|LINENO'"
    options = ("-i",) if snippet.shell.name != "sh" else ()
    begin = {"bash": "PROMPT_COMMAND='true mine;'", "zsh": "function mine { true; }; precmd_functions=(mine)"}.get(
        snippet.shell.name, "true")
    wrapped = f"begin\n{state}\nend {noise}" if snippet.shell.name == "fish" else f"{{ {state}; }} {noise}"
    before = run_shell(snippet.shell, f"{begin}\n{wrapped}", snippet.environ, options)
    undo = UNDO[snippet.shell.name]
    after = run_shell(snippet.shell, f"{begin}\n{snippet.source}\n{snippet.source}\n{undo}\n{undo}\n{wrapped}",
                      snippet.environ, options)
    assert before.stdout.strip()
    assert after.stdout == before.stdout


def test_a_virtual_environment_comes_and_goes(typed: Snippet) -> None:
    venv = typed.root.parent / "venv of mine"    # venv's activate itself cannot cope with ' and $
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    write(venv / "bin" / "pip", RECORDER)
    activate = typed.shell.source.format(typed.quote(venv / typed.shell.activate))
    lines = [typed.source, activate, typed.show("active"), "pip install six", "deactivate", typed.show("after"),
             "pip install six"]
    code, screen = type_lines(typed.shell, lines, typed.environ)
    assert code == 0, screen
    shims = str(typed.world.shims)
    assert typed.path("active") == [shims, str(venv / "bin"), str(typed.world.bin), "/usr/bin", "/bin"]
    assert typed.path("after") == [shims, str(typed.world.bin), "/usr/bin", "/bin"]
    calls = typed.world.calls()
    assert calls[0] == (str(venv / "bin" / "pip"), "install", "six")    # straight on: it is the environment's own
    assert "--real" in calls[1] and f"{typed.world.bin}/pip" in calls[1]


def test_a_virtual_environment_in_a_script_wins_by_itself(snippet: Snippet) -> None:
    venv = snippet.root.parent / "venv of mine"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    write(venv / "bin" / "pip", RECORDER)
    activate = snippet.shell.source.format(snippet.quote(venv / snippet.shell.activate))
    done = run_shell(snippet.shell, f"{snippet.source}\n{activate}\npip install six", snippet.environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert snippet.world.calls() == ((str(venv / "bin" / "pip"), "install", "six"),)


def test_conda_puts_its_directories_first_and_takes_them_away(typed: Snippet) -> None:
    """As conda's own shell functions do: PATH anew at each activation, found again by its text."""
    base, work = typed.root / "conda", typed.root / "conda" / "envs" / "work"
    for prefix in (base, work):
        (prefix / "conda-meta").mkdir(parents=True)
        typed.world.tool(prefix / "bin" / "pip")
    (base / "condabin").mkdir()
    put = typed.shell.set_path.format
    paths = typed.environ["PATH"]
    shims = str(typed.world.shims)
    lines = [typed.source, put(typed.quote(f"{base}/bin:{base}/condabin:{shims}:{paths}")), typed.show("in base"),
             "pip install six",
             put(typed.quote(f"{work}/bin:{base}/condabin:{shims}:{paths}")), typed.show("in work"), "pip install six",
             put(typed.quote(f"{base}/condabin:{shims}:{paths}")), typed.show("in none")]
    code, screen = type_lines(typed.shell, lines, typed.environ)
    assert code == 0, screen
    assert typed.path("in base")[:2] == [shims, f"{base}/bin"]
    assert typed.path("in work") == [shims, f"{work}/bin", f"{base}/condabin", *paths.split(":")]
    assert typed.path("in none") == [shims, f"{base}/condabin", *paths.split(":")]
    in_base, in_work = typed.world.calls()
    assert f"{base}/bin/pip" in in_base and "--real" in in_base    # base is judged
    assert in_work == (f"{work}/bin/pip", "install", "six")


def test_it_survives_a_strict_interactive_shell(typed: Snippet) -> None:
    if typed.shell.name == "fish":
        pytest.skip("fish has no strict mode")
    lines = [typed.source, "set -eu", "! true", "! true", typed.show("alive"), "set +eu", "false", "echo code=$? >&2"]
    code, screen = type_lines(typed.shell, lines, typed.environ)
    assert (code, (typed.root / "alive").exists()) == (0, True), screen
    assert "code=1" in screen    # $? of what was typed, not of the snippet


def sudo_calls(typed: Snippet, line: str) -> tuple[int, list[tuple[str, ...]], str]:
    typed.world.tool(typed.world.bin / "sudo", RECORDER)
    done = run_shell(typed.shell, f"{typed.source}\n{line}", typed.environ, ("-i",))
    return done.returncode, [call[1:] for call in typed.world.calls()], done.stderr


@pytest.mark.parametrize("line", [
    "sudo pip install six", "sudo -H pip3.11 install six", "sudo -E A=b python3 -m pip install six",
    "sudo /usr/bin/pip uninstall six", "sudo -i pip install -q six",
])
def test_sudo_pip_is_refused(typed: Snippet, line: str) -> None:
    code, calls, error = sudo_calls(typed, line)
    assert (code, calls) == (11, [])
    assert "refused" in error
    assert typed.asked() == [["sudo", "--", *line.split()[1:]]]


@pytest.mark.parametrize(("words", "asked"), [
    (("ls", "a b", "", "*", "-x"), False), (("-u", "bob", "pip", "install", "six"), False), ((), False),
    (("-l",), False), (("-e", "pip install six"), False), (("--", "pip", "list"), False), (("pip", "list"), False),
    (("apt-get", "install", "python3-pip"), False), (("python3", "x.py", "ok"), False),
    (("pip", "install", "other thing"), True), (("pip", "install", "broken"), True),
])
def test_sudo_passes_the_rest_on(typed: Snippet, words: tuple[str, ...], asked: bool) -> None:
    line = " ".join(["sudo", *map(typed.quote, words)])
    code, calls, error = sudo_calls(typed, line)
    assert (code, calls) == (0, [words])
    assert bool(typed.asked()) is asked
    assert "refused" not in error


def test_sudo_without_an_engine_is_sudo(typed: Snippet) -> None:
    typed.command.unlink()
    assert sudo_calls(typed, "sudo pip install six")[:2] == (0, [("pip", "install", "six")])


def test_somebody_elses_sudo_stays(typed: Snippet) -> None:
    define = "function sudo; echo mine; end" if typed.shell.name == "fish" else "function sudo { echo mine; }"
    script = f"{define}\n{typed.source}\nsudo pip install six\n{UNDO[typed.shell.name]}\nsudo x"
    done = run_shell(typed.shell, script, typed.environ, ("-i",))
    assert done.stdout == "mine\nmine\n"


def test_an_alias_for_sudo_stays_an_alias(typed: Snippet) -> None:
    if typed.shell.name == "fish":
        pytest.skip("an alias of fish is a function: see somebody else's sudo")
    typed.world.tool(typed.world.bin / "sudo", RECORDER)
    lines = ["alias sudo='sudo '", typed.source, "alias ll='ls -l'", "sudo ll", "sudo pip install six"]
    code, screen = type_lines(typed.shell, lines, typed.environ)
    assert code == 11, screen
    assert [call[1:] for call in typed.world.calls()] == [("ls", "-l")]
    assert [call[2:] for call in typed.asked()] == [["pip", "install", "six"]]


def test_a_new_tool_gets_its_shim_in_the_background(typed: Snippet) -> None:
    (typed.world.shims / "uv").unlink()
    done = run_shell(typed.shell, typed.source, typed.environ, ("-i",))
    assert done.returncode == 0
    end = time.monotonic() + 10
    while not typed.asked() and time.monotonic() < end:
        time.sleep(0.02)
    assert typed.asked() == [["hook", "rehash", "--quiet"]]


@pytest.mark.parametrize("name", ["VIRTUAL_ENV", "CONDA_PREFIX"])
def test_no_new_shims_for_the_tools_of_an_environment(typed: Snippet, name: str) -> None:
    (typed.world.shims / "uv").unlink()
    run_shell(typed.shell, typed.source, {**typed.environ, name: "/somewhere"}, ("-i",))
    time.sleep(0.3)
    assert typed.asked() == []


def test_pyguards_commands_are_completed(typed: Snippet) -> None:
    ask = {"bash": "complete -p pyguard", "fish": "complete -C 'pyguard expl'",
           "zsh": "autoload -Uz compinit; compinit -D -u; {}; print $_comps[pyguard]"}[typed.shell.name]
    script = ask.format(typed.source) if typed.shell.name == "zsh" else f"{typed.source}\n{ask}"
    done = run_shell(typed.shell, script, typed.environ, ("-i",))
    assert {"bash": "explain", "fish": "explain", "zsh": "__pyguard_complete"}[typed.shell.name] in done.stdout


def test_nothing_is_started_when_nothing_is_new(typed: Snippet) -> None:
    if not shutil.which("strace"):
        pytest.skip("needs strace")
    counts = []
    for script in ("true", typed.source):
        argv = ["strace", "-f", "-e", "trace=clone,clone3,fork,vfork,execve", *typed.shell.start, "-i", "-c", script]
        done = subprocess.run(argv, env=dict(typed.environ), capture_output=True, text=True, stdin=subprocess.DEVNULL)
        calls = [line for line in done.stderr.splitlines() if "CLONE_THREAD" not in line]
        counts.append(sum("clone" in call or "fork(" in call or "execve(" in call for call in calls))
    assert counts[0] == counts[1]


def test_shellcheck_has_nothing_to_say_about_bash_and_sh(snippet: Snippet) -> None:
    program = shutil.which("shellcheck", path=os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"])))
    if not program:
        pytest.skip("needs shellcheck")
    if snippet.shell.name not in ("bash", "sh"):
        pytest.skip("shellcheck does not read zsh and fish")
    snippet.file.write_text(render(snippet.shell.name, "/usr/local/lib/pyguard/shims", "/usr/local/bin/pyguard"))
    done = subprocess.run([program, "-s", snippet.shell.name, str(snippet.file)], capture_output=True, text=True,
                          check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_machine_has_every_shell() -> None:
    missing = [shell.start[0] for shell in SHELLS if not installed(shell)]
    if missing:
        pytest.skip(f"not installed here: {', '.join(missing)}")
    assert os.access("/bin/sh", os.X_OK)
