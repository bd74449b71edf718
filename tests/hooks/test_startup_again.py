"""More than one install in a process: each is judged, and none twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.hooks.startuprig import API, MINORS, REFUSED, Rig

Make = Callable[..., Rig]
# Each line of standard input is a command line of pip's, run as `python -m pip` would.
LOOP = """
import runpy, sys
for line in {lines!r}:
    sys.argv = line.split()
    try:
        runpy.run_module('pip', run_name='__main__', alter_sys=True)
    except SystemExit as stop:
        print('exit', stop.code)
    {between}
"""
FORGET = "[sys.modules.pop(name) for name in list(sys.modules) if name.split('.')[0] == 'pip']"
WITH_FINDERS = [minor for minor in MINORS if minor != "2.7"]    # whose commands can be wrapped


def ask_twice(guarded: Rig, first: str, second: str, between: str = "pass") -> tuple[bytes, list[list[str]]]:
    ran = guarded.run("-c", LOOP.format(lines=[f"pip {first}", f"pip {second}"], between=between))
    return ran.stdout, ran.asked


@pytest.mark.parametrize("minor", WITH_FINDERS)
def test_a_refusal_is_not_the_last_word_asked_for(rig: Make, minor: str) -> None:
    said, asked = ask_twice(rig(minor), "install no-such", "install six")
    assert (said.split(), asked) == ([b"exit", b"11"] * 2, [["install", "no-such"], ["install", "six"]])


@pytest.mark.parametrize("minor", WITH_FINDERS)
@pytest.mark.parametrize("between", ["pass", FORGET], ids=["same pip", "pip imported anew"])
def test_what_passed_lets_nothing_else_pass(rig: Make, minor: str, between: str) -> None:
    guarded = rig(minor)
    guarded.answer("go")
    _, asked = ask_twice(guarded, "install -t /nonexistent no-such", "install no-such", between)
    assert asked == [["install", "-t", "/nonexistent", "no-such"], ["install", "no-such"]]


@pytest.mark.parametrize("words", ["install no-such", "-q install no-such", "--log install install no-such",
                                   "uninstall -y no-such", "install -- no-such"])
@pytest.mark.parametrize("pins", ["", " no-such==1"])
def test_one_install_is_asked_about_once(rig: Make, words: str, pins: str) -> None:
    guarded = rig()
    guarded.answer("go" + pins)
    for arguments in (("-m", "pip"), (f"{guarded.pip}/pip",)):
        assert guarded.run(*arguments, *words.split()).asked == [words.split()]


def test_a_harmless_command_line_first(rig: Make) -> None:
    guarded = rig()
    assert ask_twice(guarded, "--version", "install six")[1] == [["install", "six"]]
    assert ask_twice(guarded, "install --help", "install six")[1] == [["install", "six"]]


@pytest.mark.parametrize("minor", ["3.9", "3.11", "3.13"])
def test_a_debugger_that_starts_the_program_again(rig: Make, minor: str) -> None:
    ran = rig(minor).run("-m", "pdb", "-c", "c", "-m", "pip", "install", "six")
    assert set(map(tuple, ran.asked)) == {("install", "six")}
    assert b"No matching distribution" not in ran.stderr


def test_pip_of_an_install_calls_its_own_interface(rig: Make) -> None:
    guarded = rig()
    script = guarded.base / "pip"
    script.write_text(API.format("main(['install', 'six'])"))
    guarded.answer("go")
    assert guarded.run("pip", "install", "x").asked == [["install", "x"], ["install", "six"]]
    guarded.answer("stop 11")
    assert guarded.run("pip", "install", "x").code == REFUSED


def test_the_stand_in_loader_is_as_good_as_the_real_one(rig: Make) -> None:
    code = ("import importlib.util as util, setuptools, sys\n"
            "for name in ('distutils.dist', 'pip._internal.commands.install'):\n"
            "    sys.modules.pop(name, None)\n    loader = util.find_spec(name).loader\n"
            "    assert loader.get_code(name) and loader.get_source(name) and loader.path.endswith('.py')\n"
            "    module = __import__(name, fromlist=['x'])\n"
            "    kinds = [type(each).__name__ for each in (loader, module.__loader__)]\n"
            "    assert kinds == ['Watching', 'SourceFileLoader']\n")
    ran = rig().run("-W", "ignore", "-c", code)
    assert (ran.code, ran.stderr) == (0, b"")
