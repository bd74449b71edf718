"""The startup hook on real Debian systems: every way to call an install is refused, nothing else is any different."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.rootfs import Entry, Root

pytestmark = [pytest.mark.proof]
REFUSED = 11
Install = Callable[[Root], list[str]]
NewRoot = Callable[..., Root]
RELEASES = [pytest.param("bullseye", marks=pytest.mark.full), pytest.param("bookworm", marks=pytest.mark.core),
            pytest.param("trixie", marks=pytest.mark.full)]
WATCHED = ("/usr", "/home", "/root", "/opt", "/etc", "/srv")
JOURNAL_HOME = "/home/alice/.local"    # made for the record of a refusal, which stays
OURS = ("/root/.cache", "/home/alice/.cache", "/home/alice/.local/state", "/usr/pip.conf")
SETUP = "from distutils.core import setup\nsetup(name='proof', version='1', py_modules=['proof'])\n"
API = ("try:\n    from pip._internal.cli.main import main\nexcept ImportError:\n    from pip._internal import main\n"
       "main(['install', 'six==1.15'])")
# How an install is called as sh reads it, below /proof. {v} is the minor version.
FORMS = {
    "pip": "pip install six==1.15",
    "pip3": "pip3 install six==1.15",
    "absolute path": "/usr/bin/pip3 install six==1.15",
    "-m": "python3 -m pip install six==1.15",
    "versioned -m": "/usr/bin/python{v} -m pip install six==1.15",
    "-Im": "python3 -Im pip install six==1.15",
    "-Es -m": "python3 -Es -m pip install six==1.15",
    "-X -m": "python3 -X utf8 -m pip install six==1.15",
    "-mpip": "python3 -mpip install six==1.15",
    "options first": "pip -q --no-input install six==1.15",
    "requirements": "pip install -r requirements.txt",
    "directory": "python3 /usr/lib/python3/dist-packages/pip install six==1.15",
    "interface": "python3 api.py",
    "interface, -c": "python3 -c \"$(cat api.py)\"",
    "runpy": "python3 -c \"import runpy, sys; sys.argv = ['pip', 'install', 'six==1.15'];"
             " runpy.run_module('pip', run_name='__main__')\"",
    "standard input": "python3 - <api.py",
    "subprocess": "python3 -c \"import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-m', 'pip',"
                  " 'install', 'six==1.15']))\"",
    "script": "sh script.sh",
    "xargs": "echo six==1.15 | xargs -r sh -c 'pip install \"$@\" || exit 255' sh; test $? = 124 && exit 11",
    "env": "env pip install six==1.15",
    "env -i": "env -i /usr/bin/pip install six==1.15",
    "find -exec": "find requirements.txt -exec python3 -m pip install -r {{}} \\; ; exit 11",
    "--isolated": "pip --isolated install six==1.15",
    "no configuration": "PIP_CONFIG_FILE=/dev/null pip install six==1.15",
    "--target": "pip install --target /usr/local/lib/python{v}/dist-packages six==1.15",
    "--prefix /usr": "pip install --prefix /usr six==1.15",
    "PYTHONSAFEPATH": "PYTHONSAFEPATH=1 python3 -m pip install six==1.15",
    "no words": "PIP_REQUIREMENT=requirements.txt python3 -m pip install",
    "no words, pip.conf": "PIP_CONFIG_FILE=pip.conf pip install",
    "PIP_PYTHON": "PIP_PYTHON=/usr/bin/python3 pip install six==1.15",
    "log is no dry run": "pip install --log --dry-run six==1.15",
    "no stdin": "pip install six==1.15 <&-",
    "no stdout": "pip install six==1.15 >&-",
    "no stderr": "pip install six==1.15 2>&-; test $? = 11 && echo pyguard: refused >&2 && exit 11",
}
HARMLESS = ("pip --version", "pip list", "pip freeze", "pip help install", "pip install --help", "pip download --help",
            "pip install", "pip uninstall", "pip nonsense", "pip show six", "pip config list",
            "python3 -c 'import pip; print(pip)'",
            "python3 -m pip --version", "python3 -m pip install --help", "python3 -c 'import six; print(six)'",
            "python3 -m venv --help", "python3 -S -c 'print(1)'", "python3 -I -c 'print(1)'")


def guarded(root: Root, installed_pyguard: Install) -> list[str]:
    """pyguard with the startup hook alone; the distribution's own guard is taken away, so that it proves nothing."""
    root.run(["sh", "-c", "rm -f /usr/lib/python3*/EXTERNALLY-MANAGED"], check=True)
    command = installed_pyguard(root)
    root.run([*command, "hook", "install", "--system"], check=True)
    root.write("/proof/requirements.txt", "six==1.15\n")
    root.write("/proof/pip.conf", "[install]\nrequirement = requirements.txt\n")
    root.write("/proof/api.py", API)
    root.write("/proof/script.sh", "pip install six==1.15\n")
    root.write("/proof/setup.py", SETUP)
    root.write("/proof/proof.py", "")
    return command


def state(root: Root) -> dict[str, tuple[object, ...]]:
    """What is on disk where installs write, times left out: names, modes, owners, content."""
    found: dict[str, Entry] = {}
    for below in WATCHED:
        found.update(root.tree(below))
    return {path: (entry.type, entry.mode, entry.owner, entry.content) for path, entry in found.items()
            if not path.startswith(OURS) and path != JOURNAL_HOME and "__pycache__" not in path}


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """Paths that differ."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("user", ["root", "alice"])
def test_every_form_is_refused(release: str, user: str, new_root: NewRoot, installed_pyguard: Install) -> None:
    root = new_root(release, ("python3-pip", "python3-six", "findutils"))
    guarded(root, installed_pyguard)
    version = root.run(["python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).stdout.strip()
    before = state(root)
    wrong = {}
    for name, form in FORMS.items():
        done = root.run(["sh", "-c", form.format(v=version)], user=user, cwd="/proof", env={"PIP_NO_INDEX": "1"})
        if done.returncode != REFUSED or "pyguard: refused" not in done.stderr:
            wrong[name] = f"{done.returncode}: {done.stderr[-300:]}"
    assert not wrong
    assert differences(before, state(root)) == []


@pytest.mark.parametrize("release", RELEASES)
def test_uninstall_takes_nothing_of_the_systems(release: str, new_root: NewRoot, installed_pyguard: Install) -> None:
    """Debian 11 and 12 patch pip so that it leaves dpkg's files alone: there it may go on. 13's would delete them."""
    root = new_root(release, ("python3-pip", "python3-six"))
    guarded(root, installed_pyguard)
    before = state(root)
    done = root.run(["pip", "uninstall", "--yes", "six"])
    assert differences(before, state(root)) == []
    assert ("pyguard: refused" in done.stderr) == (release == "trixie")
    unread = root.run(["pip", "--retries", "0", "uninstall", "--yes", "-r", "http://127.0.0.1:9/names.txt"])
    assert (unread.returncode == REFUSED, "was not fetched" in unread.stderr) == (release == "trixie",) * 2
    assert differences(before, state(root)) == []


def test_setup_py_and_venvs(new_root: NewRoot, installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("python3-pip", "python3-six", "python3-distutils", "python3-setuptools",
                                 "python3-venv"))
    guarded(root, installed_pyguard)
    before = state(root)
    root.write("/proof/easy_install", "from setuptools.command.easy_install import main\nmain()\n")
    for form in ("setup.py install", "setup.py install --prefix /usr/local", "setup.py build_ext -i install",
                 "setup.py install --dry-run", "setup.py install -n", "setup.py build_py -d lib install",
                 "easy_install six==1.15", "easy_install -x six==1.15"):
        done = root.run(["python3", *form.split()], cwd="/proof")
        assert done.returncode == REFUSED and "pyguard: refused" in done.stderr, form
    assert differences(before, state(root)) == []
    staged = root.run(["python3", "setup.py", "--quiet", "install", "--root", "/tmp/staged"], cwd="/proof")
    assert staged.returncode == 0 and "pyguard" not in staged.stderr
    root.run(["python3", "-m", "venv", "/tmp/venv"], check=True)
    inside = root.run(["/tmp/venv/bin/pip", "install", "--no-index", "nothing-of-that-name"])
    assert inside.returncode == 1 and "pyguard" not in inside.stderr
    outside = root.run(["/tmp/venv/bin/pip", "--python", "/usr/bin/python3", "install", "six==1.15"])
    assert outside.returncode == REFUSED and "pyguard: refused" in outside.stderr


@pytest.mark.parametrize("release", RELEASES)
def test_harmless_commands_are_the_same(release: str, new_root: NewRoot, installed_pyguard: Install) -> None:
    root = new_root(release, ("python3-pip", "python3-six"))

    def said() -> dict[str, tuple[int, str, str]]:
        ran = {form: root.run(["sh", "-c", form], env={"PIP_NO_INDEX": "1"}) for form in HARMLESS}
        return {form: (done.returncode, done.stdout, done.stderr) for form, done in ran.items()}

    before = said()
    command = installed_pyguard(root)
    root.run([*command, "hook", "install", "--system"], check=True)
    assert said() == before


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("how", ["pyguard hook remove", "remove.sh, the engine gone"])
def test_removed_without_a_trace(release: str, how: str, new_root: NewRoot, installed_pyguard: Install) -> None:
    root = new_root(release, ("python3-pip", "python3-six"))
    command = installed_pyguard(root)
    root.run([*command, "--version"], check=True)
    root.write("/usr/pip.conf", "[install]\nno-compile = yes\n")
    before = {**state(root), **root.tree("/var/lib/pyguard")}
    conf = root.tree("/usr")["/usr/pip.conf"]
    root.run([*command, "hook", "install", "--system", "--externally-managed", "--pip-conf", "constraint"], check=True)
    assert differences(before, state(root)) != []
    root.run(["python3", "-O", "-c", "import six"], check=True)
    if how == "pyguard hook remove":
        root.run([*command, "hook", "remove"], check=True)
    else:
        parts = {path: entry for path, entry in state(root).items() if path.startswith("/usr/local/lib/pyguard")}
        root.run(["rm", "-rf", "/usr/local/lib/pyguard", "/usr/local/bin/pyguard"], check=True)
        assert root.run(["sh", "-c", "python3 -c 'import six' 2>&1; pip --version 2>&1"]).stdout.count("\n") == 1
        root.run(["sh", "/var/lib/pyguard/hooks/remove.sh"], check=True)
        before = {path: entry for path, entry in before.items() if path not in parts and "/bin/pyguard" not in path}
    assert differences(before, {**state(root), **root.tree("/var/lib/pyguard")}) == []
    assert root.tree("/usr")["/usr/pip.conf"] == conf


def test_apt_is_not_disturbed(new_root: NewRoot, installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("python3-pip",), lists=True)
    command = guarded(root, installed_pyguard)
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    for action in ("install --yes --no-install-recommends python3-six python3-yaml", "upgrade --yes",
                   "install --yes --reinstall python3.11-minimal libpython3.11-minimal python3-six",
                   "remove --yes python3-yaml"):
        done = root.run(["sh", "-c", f"apt-get -q {action}"], env=environment, timeout=600)
        assert done.returncode == 0, done.stderr
        assert "pyguard" not in (done.stdout + done.stderr).replace("90pyguard", "")
    assert root.run([*command, "doctor"]).returncode == 0


def test_warning_after_a_copy(new_root: NewRoot, installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("python3-pip", "python3-six"))
    command = guarded(root, installed_pyguard)
    root.write("/proof/tool", "#!/usr/bin/python3\nimport six\nprint(six.__name__)\n", 0o755)
    assert root.run(["/proof/tool"]).stderr == ""
    copy = "cp -r /usr/lib/python3/dist-packages/six* /usr/local/lib/python3.11/dist-packages/"
    root.run(["sh", "-c", copy], check=True)
    first = root.run(["/proof/tool"])
    assert "run: pyguard audit" in first.stderr and first.stderr.count("\n") == 1 and first.stdout == "six\n"
    assert root.run(["/proof/tool"]).stderr == ""
    assert root.run([*command, "audit"]).returncode == 10    # and what it has seen is known to the hook
    for user in ("root", "alice"):
        warned = root.run(["/proof/tool"], user=user)
        assert warned.stdout == "six\n" and warned.stderr.count("\n") == 1
        assert "shadows six 1.16.0 (python3-six)" in warned.stderr
    assert root.run(["python3", "-c", "import six"]).stderr == ""


def test_user_alone(new_root: NewRoot, installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("python3-pip", "python3-six"))
    command = installed_pyguard(root)
    root.run(["sh", "-c", "rm -f /usr/lib/python3*/EXTERNALLY-MANAGED"], check=True)
    before = state(root)
    root.run([*command, "hook", "install"], user="alice", check=True)
    refused = root.run(["python3", "-m", "pip", "install", "six==1.15"], user="alice")
    assert refused.returncode == REFUSED and "pyguard: refused" in refused.stderr
    assert root.run(["python3", "-m", "pip", "install", "--no-index", "nothing"]).returncode == 1
    root.run([*command, "hook", "remove"], user="alice", check=True)
    assert differences(before, state(root)) == []


def test_constraint_refuses_only_what_shadows(new_root: NewRoot, installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("python3-pip", "python3-six"))
    command = installed_pyguard(root)
    root.run(["sh", "-c", "rm -f /usr/lib/python3*/EXTERNALLY-MANAGED"], check=True)
    root.run([*command, "hook", "install", "--system", "--no-startup", "--pip-conf", "constraint"], check=True)
    pinned = root.run(["pip", "install", "--no-input", "six==1.15"])
    assert pinned.returncode == 1 and "constraint" in pinned.stdout + pinned.stderr
    without_site = root.run(["python3", "-S", "-m", "pip", "install", "six==1.15"],
                            env={"PYTHONPATH": "/usr/lib/python3/dist-packages"})
    assert without_site.returncode == 1
    assert root.run(["pip", "list"]).returncode == 0
