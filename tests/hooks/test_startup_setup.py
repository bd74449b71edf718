"""Setup scripts by any name: what they install is judged, what they build is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.hooks.startuprig import REFUSED, Rig

Make = Callable[..., Rig]
SETUP = "from {} import setup\nsetup(name='x', version='1', py_modules=['x'], zip_safe=False)\n"
RUN = "exec(open('setup.py').read())"
# As pip before 23.1 runs it for what has no wheel.
BY_PIP = ("import os, subprocess, sys\nos.environ['PYGUARD_JUDGED'] = 'of %d' % (os.getpid() + int(sys.argv[1]))\n"
          "sys.exit(subprocess.call([sys.executable, '-c', 'import sys; sys.argv[0] = \"setup.py\"; ' + {!r}, "
          "'install', '--root', 'staged', '--record', 'record', '--single-version-externally-managed']))")


def needs(guarded: Rig, library: str) -> None:
    """A minimal Debian has neither library."""
    if guarded.run("-c", f"import {library}").code:
        pytest.skip(f"needs a Python {guarded.minor} with its {library}")


def project(guarded: Rig, library: str, *names: str) -> None:
    needs(guarded, library)
    for name in ("setup.py", *names):
        (guarded.base / name).write_text(SETUP.format(library))
    (guarded.base / "x.py").write_text("")


def forms(words: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
    text = "setup.py"
    return [((text, *words), ""), (("setup_dev.py", *words), ""), (("./install.py", *words), ""),
            (("-", *words), RUN), (("-c", RUN, *words), ""), (("-c", f"import runpy; runpy.run_path('{text}')", *words),
                                                              "")]


@pytest.mark.parametrize("minor", ["3.6", "3.9", "3.11"])
@pytest.mark.parametrize("library", ["distutils.core", "setuptools"])
def test_installs_by_any_name(rig: Make, minor: str, library: str) -> None:
    guarded = rig(minor, None)
    project(guarded, library, "setup_dev.py", "install.py")
    words = ["--quiet", "install", "--user"]
    for arguments, stdin in forms(words):
        ran = guarded.run(*arguments, stdin=stdin)
        assert (ran.code, ran.asked) == (REFUSED, [words]), arguments
    assert not list(guarded.site.glob("x*"))


@pytest.mark.parametrize("words", [["develop", "--user"], ["build", "install_lib"], ["up"]])
def test_every_command_that_installs(rig: Make, words: list[str]) -> None:
    guarded = rig("3.11", None)
    project(guarded, "setuptools", "dev.py")
    (guarded.base / "setup.cfg").write_text("[aliases]\nup = develop --install-dir /y --user\n")
    ran = guarded.run("dev.py", *words)
    spelt_out = ["develop", "--install-dir", "/y", "--user"] if words == ["up"] else words
    assert (ran.code, ran.asked) == (REFUSED, [spelt_out])


def test_easy_install_is_judged_by_what_it_is_told(rig: Make) -> None:
    guarded = rig("3.6", None)
    project(guarded, "setuptools", "dev.py")
    assert guarded.run("dev.py", "easy_install", "-d", "x", "y").asked == [["-d", "x", "y"]]
    code = "from setuptools.command.easy_install import main\nmain({})"
    assert guarded.run("-c", code.format(["y"])).asked == [["y"]]
    (guarded.base / "easy_install").write_text(code.format(""))
    guarded.answer("go")
    assert guarded.run("easy_install", "--no-such", "y").asked == [["--no-such", "y"]]


MOVED = "import sys\nsys.real_prefix, sys.prefix, sys.exec_prefix = sys.prefix, {0!r}, {0!r}\n"    # as colcon does


@pytest.mark.parametrize("minor", ["3.6", "3.9", "3.11"])
def test_a_process_with_a_prefix_of_its_own_installs_there(rig: Make, minor: str) -> None:
    guarded = rig(minor, None)
    project(guarded, "setuptools", "other.py")
    override, place = guarded.base / "override", guarded.base / "install"
    override.mkdir()
    words = ["-q", "build", "--build-base", "b", "install", "--record", "record", "--single-version-externally-managed"]
    env = {"PYTHONPATH": str(override), "PYTHONWARNINGS": "ignore"}
    (override / "sitecustomize.py").write_text(MOVED.format(str(place)))
    for script in ("setup.py", "other.py"):
        ran = guarded.run(script, *words, env=env)
        assert (ran.code, ran.asked) == (0, []), ran.stderr
    assert list(place.glob("lib/python*/*/x.py"))
    assert guarded.run("setup.py", *words, "--user", env=env).asked == [[*words, "--user"]]
    assert guarded.run("other.py", *words, "--pref=/usr", env=env).asked == [[*words, "--pref=/usr"]]
    for reached in (guarded.base / "user", "/", guarded.run("-c", "import sys; print(sys.prefix + '/local')").stdout):
        text = reached.decode().strip() if isinstance(reached, bytes) else str(reached)
        (override / "sitecustomize.py").write_text(MOVED.format(text))
        assert guarded.run("setup.py", *words, env=env).asked == [words], text


@pytest.mark.parametrize("words", [
    ["--version"], ["build"], ["sdist"], ["install", "--help"], ["--dry-run", "install"], ["--help-commands"],
    ["bdist_dumb"], ["bdist_egg"], ["build_py", "--build-lib", "install"]])
def test_what_installs_nothing_is_not_asked_about(rig: Make, words: list[str]) -> None:
    guarded = rig("3.11", None)
    project(guarded, "setuptools", "dev.py")
    plain = guarded.run("dev.py", *words, env={"PYTHONUSERBASE": "/nonexistent"})
    ran = guarded.run("dev.py", *words)
    assert (ran.code, ran.asked) == (plain.code, []), ran.stderr


def test_an_allowed_one_is_asked_about_once_and_goes_on(rig: Make) -> None:
    guarded = rig("3.11", None)
    project(guarded, "setuptools", "dev.py")
    guarded.answer("go")
    words = ["--quiet", "install", "--root", "staged", "--single-version-externally-managed", "--record", "r"]
    for arguments in (("setup.py",), ("dev.py",), ("-c", RUN)):
        ran = guarded.run(*arguments, *words)
        assert (ran.code, ran.asked) == (0, [words]), ran.stderr
        assert list(guarded.base.glob("staged/**/x.py"))


def test_one_after_another_in_a_process(rig: Make) -> None:
    guarded = rig("3.11", None)
    project(guarded, "setuptools")
    code = ("import runpy, sys\nfor words in (['--root', 'staged'], ['--user']):\n"
            "    sys.argv = ['setup.py', 'install'] + words\n"
            "    try:\n        runpy.run_path('setup.py', run_name='__main__')\n"
            "    except SystemExit as stop:\n        print(stop.code)")
    (guarded.base / "loop.py").write_text(code)
    for arguments in (("-c", code), ("loop.py",)):
        assert guarded.run(*arguments).asked == [["install", "--root", "staged"], ["install", "--user"]]


def test_the_one_that_a_judged_pip_runs_was_judged_with_it(rig: Make) -> None:
    guarded = rig("3.11", None)
    project(guarded, "setuptools")
    ran = guarded.run("-c", BY_PIP.format(RUN), "0")
    assert (ran.code, ran.asked) == (0, []), ran.stderr
    assert len(guarded.run("-c", BY_PIP.format(RUN), "100000").asked) == 1


def test_a_program_of_its_own_commands(rig: Make) -> None:
    """A Distribution that nobody gave a command line, and one whose `install` is a value."""
    guarded = rig("3.11", None)
    needs(guarded, "distutils.core")
    code = ("from distutils.dist import Distribution\nfound = Distribution({'name': 'x'})\nfound.commands = ['%s']\n"
            "found.script_args = %s\nfound.run_command = print\nfound.run_commands()")
    for command, words, asked in (("install", "None", []), ("build", "['build', '-b', 'install']", []),
                                  ("install", "['install']", [["install"]])):
        assert guarded.run("-c", code % (command, words)).asked == asked


@pytest.mark.parametrize("how", ["no engine", "half a handover", "no words"])
def test_damage_lets_a_setup_script_go_on(rig: Make, how: str) -> None:
    guarded = rig("3.11", None)
    project(guarded, "setuptools", "dev.py")
    if how == "no engine":
        (guarded.engine / "pyguard").unlink()
    else:
        (guarded.site / ("_pyguard_words.py" if how == "no words" else "_pyguard_handover.py")).write_text("(")
    ran = guarded.run("dev.py", "-q", "install", "--root", "staged", "--single-version-externally-managed",
                      "--record", "r")
    assert (ran.code, ran.asked) == (0, []), ran.stderr
    assert list(guarded.base.glob("staged/**/x.py"))
