"""The startup hook in real interpreters with real pips: what is handed over, what is not, and what it survives."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hooks.startuprig import API, HOOK, MINORS, REFUSED, Rig, download_pip, unpack

Make = Callable[..., Rig]
PYTHON_FILES = sorted(HOOK.glob("*.py"))
HARMLESS = (["--version"], ["install", "--help"], ["help", "install"], ["download", "install"], ["freeze"],
            ["install", "--dry-run", "--report", "-", "nothing-of-that-name"], ["--help"], ["nonsense"],
            ["install", "-r", "missing.txt", "--help"])
INSTALLS = (["install", "six"], ["-q", "--no-input", "install", "six"], ["install", "--log", "--dry-run", "six"],
            ["--log", "list", "install", "six"], ["uninstall", "-y", "six"], ["install", "--", "--help"],
            ["--proxy=", "install", "--target", "/x", "six"], ["install"], ["-q", "uninstall"])


@pytest.mark.parametrize("path", PYTHON_FILES, ids=lambda path: path.name)
def test_syntax_is_that_of_python_3_6(path: Path) -> None:
    tree = ast.parse(path.read_text(), feature_version=(3, 6))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {"os", "sys", "posix", "fcntl", "tempfile", "time", "warnings", "_pyguard_boot"}


def test_boot_imports_only_sys_at_start() -> None:
    tree = ast.parse((HOOK / "_pyguard_boot.py").read_text())
    top = [name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names]
    assert top == ["sys"]


@pytest.mark.parametrize("minor", MINORS)
def test_install_is_handed_over(rig: Make, minor: str) -> None:
    ran = rig(minor).run("-m", "pip", "install", "six")
    assert ran.code == REFUSED
    assert ran.asked == [["install", "six"]]
    assert ran.stdout == ran.stderr == b""


@pytest.mark.parametrize("minor", MINORS)
def test_interpreter_and_program_are_named(rig: Make, minor: str) -> None:
    guarded = rig(minor)
    guarded.run(f"{guarded.pip}/pip", "install", "six")
    asked = (guarded.engine / "asked").read_text().split("\n")
    assert asked[asked.index("--interpreter") + 1] == guarded.python
    assert asked[asked.index("--program") + 1] == f"{guarded.pip}/pip"
    assert asked[asked.index("--kind") + 1] == "pip"


@pytest.mark.parametrize("minor", ["3.6", "3.11", "3.13"])
def test_allowed_install_goes_on_in_the_same_process(rig: Make, minor: str) -> None:
    guarded = rig(minor)
    guarded.answer("go")
    ran = guarded.run("-m", "pip", "install", "nothing-of-that-name")
    assert ran.code == 1
    assert b"No matching distribution found" in ran.stderr
    assert len(ran.asked) == 1


@pytest.mark.parametrize(("minor", "words"), [
    ("3.6", "install"), ("3.8", "install"), ("3.11", "install"), ("3.13", "install"), ("3.13", "--isolated install"),
    ("3.13", "--log install install --"), ("3.13", "-- install")])
def test_what_was_judged_is_what_is_installed(rig: Make, minor: str, words: str) -> None:
    guarded = rig(minor)
    guarded.answer("go nothing-of-that-name==7.25")
    ran = guarded.run("-m", "pip", *words.split(), "nothing-of-that-name<7")
    assert ran.code == 1
    assert b"7.25" in ran.stdout + ran.stderr
    ran = guarded.run("-c", API.format("main(['install', 'nothing-of-that-name<7'])"))
    assert b"7.25" in ran.stdout + ran.stderr


@pytest.mark.parametrize("words", INSTALLS, ids=" ".join)
def test_arity_is_pips(rig: Make, words: list[str]) -> None:
    assert rig().run("-m", "pip", *words).asked == [words]


@pytest.mark.parametrize("words", HARMLESS, ids=" ".join)
def test_harmless_commands_are_the_same(rig: Make, words: list[str], tmp_path: Path) -> None:
    guarded = rig()
    without = guarded.run("-m", "pip", *words, env={"PYTHONUSERBASE": str(tmp_path / "empty")})
    assert guarded.run("-m", "pip", *words) == without


@pytest.mark.full
@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize("words", HARMLESS, ids=" ".join)
def test_harmless_commands_are_the_same_everywhere(rig: Make, words: list[str], minor: str, tmp_path: Path) -> None:
    guarded = rig(minor)
    without = guarded.run("-m", "pip", *words, env={"PYTHONUSERBASE": str(tmp_path / "empty")})
    assert guarded.run("-m", "pip", *words) == without


@pytest.mark.parametrize("code", ["import pip", "import setuptools",
                                  "import sys; sys.argv = ['x', 'install']; import pip",
                                  "import pip._internal.commands.install", "import pip._internal.cli.main"])
def test_imports_of_other_programs_are_not_touched(rig: Make, code: str) -> None:
    guarded = rig("3.11")
    script = guarded.base / "program.py"
    script.write_text(code.replace("import setuptools", "import distutils, distutils.core"))
    for arguments in (("-c", script.read_text()), (str(script), "install")):
        ran = guarded.run(*arguments)
        assert (ran.code, ran.asked) == (0, [])


@pytest.mark.parametrize("minor", [minor for minor in MINORS if minor != "2.7"])
def test_callers_of_pips_interface_get_an_exception_or_go_on(rig: Make, minor: str) -> None:
    guarded = rig(minor)
    code = API.format("try:\n    print(main(['install', 'nothing-of-that-name']))\n"
                      "except SystemExit as stop:\n    print('stopped', stop.code)\nprint('still here')")
    ran = guarded.run("-c", code)
    assert ran.asked == [["install", "nothing-of-that-name"]]
    assert ran.stdout.split() == [b"stopped", b"11", b"still", b"here"]
    guarded.answer("go")
    ran = guarded.run("-c", code)
    assert (ran.code, len(ran.asked)) == (0, 1)
    assert ran.stdout.endswith(b"1\nstill here\n")


def test_refusal_ends_an_unwary_caller_with_the_exit_code(rig: Make) -> None:
    ran = rig().run("-c", API.format("main(['install', 'six'])"))
    assert (ran.code, ran.stdout) == (REFUSED, b"")


@pytest.mark.parametrize("minor", ["3.6", "3.11", "3.13"])
def test_other_ways_to_start_pip(rig: Make, minor: str) -> None:
    guarded = rig(minor)
    runpy = "import runpy, sys\nsys.argv = ['pip', 'install', 'six']\nrunpy.run_module('pip', run_name='__main__'{})"
    script = guarded.base / "pip3"
    script.write_text(f"#!{guarded.python}\nimport re, sys\nfrom pip._internal import main\nsys.exit(main())\n")
    for arguments, stdin in ((("-mpip", "install", "six"), ""), (("-B", "-m", "pip", "install", "six"), ""),
                             (("-c", runpy.format("")), ""), (("-c", runpy.format(", alter_sys=True")), ""),
                             (("-",), runpy.format("")), ((str(script), "install", "six"), "")):
        ran = guarded.run(*arguments, stdin=stdin)
        assert (ran.code, ran.asked) == (REFUSED, [["install", "six"]]), arguments


def test_pip_python_is_judged_by_the_interpreter_it_names(rig: Make) -> None:
    guarded = rig("3.11")
    assert guarded.run("-m", "pip", "--python", guarded.python, "install", "six").asked == [
        ["--python", guarded.python, "install", "six"]]
    runner = f"{guarded.pip}/pip/__pip-runner__.py"
    assert guarded.run(runner, "install", "six").asked == [["install", "six"]]


def test_what_a_variable_means_is_for_the_engine_to_say(rig: Make) -> None:
    guarded = rig()
    for variable in ("PIP_PYTHON", "PIP_REQUIREMENT"):
        ran = guarded.run("-m", "pip", "install", "six", env={variable: "/nonexistent"})
        assert (ran.code, ran.asked) == (REFUSED, [["install", "six"]])


def test_the_engine_is_told_the_interpreter_that_runs(rig: Make) -> None:
    guarded = rig()
    for named in ("", "/bin/ls", "/nonexistent"):
        assert guarded.run("-m", "pip", "install", "six", env={"PYTHONEXECUTABLE": named or None}).code == REFUSED
        told = (guarded.engine / "asked").read_text().split("\n")
        assert os.path.realpath(told[told.index("--interpreter") + 1]) == os.path.realpath(guarded.python)


def test_setup_py(rig: Make) -> None:
    guarded = rig("3.11")
    setup = guarded.base / "setup.py"
    setup.write_text("from distutils.core import setup\nsetup(name='x')\n")
    assert guarded.run("setup.py", "install").asked == [["install"]]
    assert guarded.run("setup.py", "install", "--root", "/x").code == REFUSED
    for words in (["--version"], ["install", "--help"], ["--dry-run", "install"]):
        assert guarded.run("setup.py", *words).asked == []
    for words in (["install", "--dry-run"], ["install", "-n"], ["install", "--record", "-h"], ["-q", "-h", "install"]):
        assert guarded.run("setup.py", *words).asked == [words]
    setup.rename(guarded.base / "other.py")
    assert guarded.run("other.py", "--dry-run", "install").asked == []


@pytest.mark.parametrize("script", ["setup.py", "pip"])
def test_a_harmless_command_line_of_a_script_that_calls_pip_itself(rig: Make, script: str) -> None:
    guarded = rig("3.11")
    text = "from distutils.core import setup\n" + API.format("main(['install', 'six'])")
    (guarded.base / script).write_text(text)
    for words in (["--name"], ["list"]):
        ran = guarded.run(script, *words, env={"PYTHONPATH": f"{guarded.pip}"})
        assert (ran.code, ran.asked) == (REFUSED, [["install", "six"]]), ran.stderr
    guarded.answer("go")
    assert guarded.run(script, "install", "x").asked == [["install", "x"], ["install", "six"]]


def test_mark_of_the_engine_lets_that_process_pass_and_no_other(rig: Make) -> None:
    guarded = rig()
    exec_pip = ("import os, sys; os.environ['PYGUARD_JUDGED'] = str(os.getpid() + int(sys.argv[1]));"
                "os.execv(sys.executable, [sys.executable, '-m', 'pip', 'install', 'nothing-of-that-name'])")
    assert guarded.run("-c", exec_pip, "0").asked == []
    assert len(guarded.run("-c", exec_pip, "1").asked) == 1
    child = API.format("import os, subprocess, sys\nassert 'PYGUARD_JUDGED' not in os.environ")
    assert guarded.run("-c", child, env={"PYGUARD_JUDGED": "1"}).code in (0, 1)


def test_mark_of_the_engine_holds_for_the_pip_that_the_same_command_starts(rig: Make) -> None:
    guarded = rig("3.11")
    anew = ("import os, sys; os.environ['PYGUARD_JUDGED'] = str(os.getpid() + int(sys.argv[1]));"
            "os.execv(sys.executable, [sys.executable, '-m', 'pip', '--python', sys.executable, 'install', 'no-such'])")
    assert guarded.run("-c", anew, "0").asked == []
    assert len(guarded.run("-c", anew, "100000").asked) == 1    # no process here has that number


def test_no_site_no_hook(rig: Make) -> None:
    guarded = rig()
    for flag in ("-S", "-s", "-I"):
        assert guarded.run(flag, "-c", "import sys; sys.exit('_pyguard_boot' in sys.modules)").code == 0
    assert guarded.run("-P", "-m", "pip", "install", "six").code == REFUSED
    assert guarded.run("-m", "pip", "install", "six", env={"PYTHONSAFEPATH": "1"}).code == REFUSED


def test_embedded_interpreter_is_left_alone(rig: Make) -> None:
    if not shutil.which("gdb"):
        pytest.skip("needs the program gdb")
    guarded = rig()
    version = subprocess.run(["gdb", "-q", "-batch", "-ex", "python import sys; print('%d.%d' % sys.version_info[:2])"],
                             capture_output=True, text=True, check=False).stdout.strip()
    site = guarded.base / "user" / "lib" / f"python{version}" / "site-packages"
    if site != guarded.site:
        shutil.copytree(guarded.site, site)
    ran = guarded.command(["gdb", "-q", "-batch", "-ex", "python import sys, _pyguard_boot; print(len([f for f in "
                           "sys.meta_path if 'Pyguard' in type(f).__name__]))"], env={"PYTHONPATH": None})
    assert ran.stdout.strip() == b"0", ran.stderr


def test_option_table_is_that_of_pip(rig: Make) -> None:
    """Against the parser of the pip at hand: an option that takes a value here takes one there."""
    code = (Path(__file__).parent / "pip_options.py").read_text()
    ran = rig("3.11").run("-c", code, str(HOOK / "_pyguard_words.py"))
    assert (ran.code, ran.stdout) == (0, b""), ran.stderr


def test_sitecustomize_chains_to_the_one_it_hides(rig: Make, tmp_path: Path) -> None:
    guarded = rig(pip=None)
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    shutil.copy(HOOK / "sitecustomize.py", ours)
    (theirs / "sitecustomize.py").write_text("import sys\nsys.theirs = __file__\n")
    (guarded.site / "pyguard.pth").unlink()
    code = "import sys; print(sys.theirs, type(sys.meta_path[0]).__name__)"
    ran = guarded.run("-c", code, env={"PYTHONPATH": f"{ours}:{theirs}"})
    assert ran.stdout.decode().split() == [str(theirs / "sitecustomize.py"), "PyguardFinder"], ran.stderr
    assert guarded.run("-c", "", env={"PYTHONPATH": str(ours)}).stderr == b""


@pytest.mark.parametrize(("minor", "release"), [
    pytest.param("3.11", "26.3", marks=pytest.mark.core), pytest.param("3.6", "9.0.3", marks=pytest.mark.core),
    *(pytest.param(minor, release, marks=pytest.mark.full) for minor, release in (
        ("2.7", "9.0.3"), ("2.7", "20.3.4"), ("3.6", "10.0.1"), ("3.6", "21.3.1"), ("3.7", "19.3.1"), ("3.8", "20.3.4"),
        ("3.9", "22.3.1"), ("3.10", "24.0"), ("3.12", "25.1.1"), ("3.13", "26.3"), ("3.9", "18.1")))])
def test_pips_of_all_ages(rig: Make, minor: str, release: str) -> None:
    pip = unpack(download_pip(release))
    guarded = rig(minor, pip)
    assert guarded.run("-m", "pip", "install", "six").asked == [["install", "six"]]
    assert guarded.run(f"{pip}/pip", "--log", "x", "install", "six").code == REFUSED
    assert guarded.run("-m", "pip", "--version").asked == []
    options = (Path(__file__).parent / "pip_options.py").read_text()
    assert guarded.run("-c", options, str(HOOK / "_pyguard_words.py")).stdout == b""
    if minor != "2.7":
        ran = guarded.run("-c", API.format("main(['install', 'six'])"))
        assert (ran.code, ran.asked) == (REFUSED, [["install", "six"]])


@pytest.mark.parametrize(("minor", "release"), [
    pytest.param("3.6", "20.3.4", marks=pytest.mark.core), pytest.param("3.9", "20.3.4", marks=pytest.mark.core),
    pytest.param("3.11", "23.0.1", marks=pytest.mark.core), pytest.param("3.7", "20.3.4", marks=pytest.mark.full),
    pytest.param("3.8", "20.3.4", marks=pytest.mark.full), pytest.param("3.13", "25.1.1", marks=pytest.mark.full)])
def test_pip_inside_a_zip(rig: Make, minor: str, release: str) -> None:
    """As get-pip.py runs it. Before Python 3.10 a zip's loader has no exec_module."""
    guarded = rig(minor, download_pip(release))
    if guarded.run("-c", "import distutils.util").code and int(release.split(".")[0]) < 23:
        pytest.skip(f"needs a Python {minor} with its distutils to run pip {release}")
    (guarded.base / "get-pip.py").write_text(API.format("import sys\nsys.exit(main(['install', 'nothing-of-it']))"))
    ran = guarded.run("get-pip.py")
    assert (ran.code, ran.asked) == (REFUSED, [["install", "nothing-of-it"]]), ran.stderr
    guarded.answer("go")
    ran = guarded.run("get-pip.py")
    assert (ran.code, len(ran.asked)) == (1, 1)
    assert b"No matching distribution found" in ran.stderr
    (guarded.base / "look.py").write_text(API.format(
        "import sys\nimport pip._internal.commands.install as module\n"
        "print(module.__file__, type(module.__loader__).__name__, module.__spec__.loader is module.__loader__)"))
    plain = guarded.run("look.py", env={"PYTHONUSERBASE": "/nonexistent"})
    assert guarded.run("look.py") == plain and plain.code == 0


def test_pip_run_from_its_wheel(rig: Make) -> None:
    ran = rig("3.11", None).run(f"{download_pip('23.0.1')}/pip", "install", "six")
    assert (ran.code, ran.asked) == (REFUSED, [["install", "six"]])
