"""On real Debian systems: a second install in a process, setup scripts by any name, environments that lead outward.

And what builds packages does so as without the hook: the same wheels, the same staged trees.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.proof.test_startup_hook import REFUSED, Install, NewRoot, differences, guarded, state
from tests.rootfs import Root
from tests.wheels import make_wheel

pytestmark = [pytest.mark.proof]
RELEASES = [pytest.param("bullseye", marks=pytest.mark.core), pytest.param("bookworm", marks=pytest.mark.core),
            pytest.param("trixie", marks=pytest.mark.full)]
LOOP = """import runpy, sys
for words in (sys.argv[1].split(), ['six==1.15']):
    sys.argv = ['pip', 'install', '--no-index', '--find-links', '/proof/wheels'] + words
    try:
        runpy.run_module('pip', run_name='__main__', alter_sys=True)
    except SystemExit as stop:
        print('exit', stop.code)
"""
SETUP = "from {} import setup\nsetup(name='six', version='1.15', py_modules=['six'], zip_safe=False)\n"
SETUPS = ("setup_dev.py install", "setup_dev.py install --user", "install.py -q develop --user",
          "setup_dev.py build install_lib", "- install <setup.py", "-c \"exec(open('setup.py').read())\" install")
PLAIN = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NEEDING = ('[build-system]\nrequires = ["thing"]\nbuild-backend = "backend"\nbackend-path = ["."]\n',
           "import thing, os, shutil\n\n\ndef build_wheel(directory, *_):\n"
           "    return os.path.basename(shutil.copy('/proof/wheels/six-1.15-py3-none-any.whl', directory))\n")
# Each says what it made; `{}` is where it may write.
BUILDS = {
    "dh-python": "python3 setup.py -q install --root {} --install-layout=deb && find {} -type f | sort",
    "another name": "python3 setup_dev.py -q install --root {} && find {} -type f | sort",
    "pip wheel": "pip wheel -q --no-index --no-deps --no-build-isolation -w {} . && ls {}",
    "isolated": "pip wheel -q --no-deps -w {} . && ls {}",
    "with what it needs": "pip wheel -q --no-index --find-links wheels --no-deps -w {} ./needing && ls {}",
    "python -m build": "python3 -m build -w -n -o {} . >/dev/null && ls {}",
    "bdist_dumb": "python3 setup_dev.py -q bdist_dumb -d {} && ls {}",
    "target": "pip install -q --no-index --no-deps --no-build-isolation -t {} . && find {} -name '*.py' | sort",
}


@pytest.fixture
def proof(new_root: NewRoot, installed_pyguard: Install) -> Callable[[str], Root]:
    def make(release: str) -> Root:
        root = new_root(release, ("python3-pip", "python3-six", "python3-setuptools", "python3-venv", "python3-wheel",
                                  "python3-distutils" if release != "trixie" else "python3-packaging",
                                  *(["python3-build"] if release != "bullseye" else [])))
        guarded(root, installed_pyguard)
        make_wheel(root.path + "/proof/wheels", "six", "1.15")
        make_wheel(root.path + "/proof/wheels", "thing", "1")
        for name in ("setup.py", "setup_dev.py", "install.py"):
            root.write(f"/proof/{name}", SETUP.format("setuptools"))
        root.write("/proof/six.py", "__version__ = '1.15'\n")
        root.write("/proof/loop.py", LOOP)
        for name, text in zip(("pyproject.toml", "backend.py"), NEEDING):
            root.write(f"/proof/needing/{name}", text)
        root.run(["sh", "-c", "rm -f /proof/proof.py; chmod -R a+rwX /proof"], check=True)
        return root
    return make


@pytest.mark.parametrize("release", RELEASES)
def test_each_install_of_a_process(release: str, proof: Callable[[str], Root]) -> None:
    root = proof(release)
    before = state(root)
    for first, code in (("thing", "11"), ("-t /tmp/build thing", "0")):
        done = root.run(["python3", "loop.py", first], cwd="/proof")
        codes = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("exit ")]
        assert codes == [code, "11"], done.stderr
        assert done.stderr.count("pyguard: refused") == 1 + (code == "11")
    again = root.run(["python3", "-m", "pdb", "-c", "c", "-m", "pip", "install", "--no-index", "--find-links",
                      "/proof/wheels", "six==1.15"], timeout=120)
    assert "Successfully" not in again.stdout
    assert differences(before, state(root)) == []


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("user", ["root", "alice"])
def test_setup_scripts_by_any_name(release: str, user: str, proof: Callable[[str], Root]) -> None:
    root = proof(release)
    before = state(root)
    wrong = {}
    for form in SETUPS:
        done = root.run(["sh", "-c", f"python3 {form}"], user=user, cwd="/proof")
        if done.returncode != REFUSED or "pyguard: refused" not in done.stderr:
            wrong[form] = f"{done.returncode}: {done.stderr[-300:]}"
    assert not wrong
    assert differences(before, state(root)) == []


@pytest.mark.parametrize("release", RELEASES)
def test_what_is_built_is_the_same(release: str, proof: Callable[[str], Root]) -> None:
    root = proof(release)

    def build(name: str, form: str) -> tuple[int, str]:
        root.run(["sh", "-c", "rm -rf /tmp/out /proof/build /proof/*.egg-info"], check=True)
        done = root.run(["sh", "-c", form.format("/tmp/out", "/tmp/out")], cwd="/proof")
        assert "pyguard" not in done.stderr, f"{name}: {done.stderr}"
        return done.returncode, done.stdout

    with_hook = {name: build(name, form) for name, form in BUILDS.items()}
    root.run(["pyguard", "hook", "remove"], check=True)
    assert root.run(["python3", "-c", "import sys; print('_pyguard_boot' in sys.modules)"]).stdout == "False\n"
    assert with_hook == {name: build(name, form) for name, form in BUILDS.items()}
    failed = {name for name, (code, _said) in with_hook.items() if code}
    assert failed <= ({"python -m build"} if release == "bullseye" else set()), with_hook


@pytest.mark.core
def test_an_allowed_sdist_of_an_older_pip_goes_in(proof: Callable[[str], Root]) -> None:
    """pip 20.3 without the wheel package runs `setup.py install` itself, by -c: judged with the pip command."""
    root = proof("bullseye")
    root.run(["sh", "-c", "rm -r /usr/lib/python3/dist-packages/wheel*"], check=True)
    done = root.run(["pip", "install", "--no-index", "--no-build-isolation", "/proof"],
                    env={"PYGUARD_ALLOW": "a test", "PIP_USE_PEP517": "0"})
    assert done.returncode == 0 and "pyguard: refused" not in done.stderr, done.stderr
    assert "setup.py install for six" in done.stdout
    assert root.run(["python3", "-c", "import six; print(six.__version__)"]).stdout == "1.15\n"


@pytest.mark.parametrize("release", RELEASES)
def test_environments_that_see_the_system(release: str, proof: Callable[[str], Root]) -> None:
    root = proof(release)
    root.run(["sh", "-ec", "python3 -m venv --system-site-packages /opt/vs; python3 -m venv /opt/closed;"
              "mkdir /opt/a; chown alice /opt/a"], check=True)
    root.run(["python3", "-m", "venv", "--system-site-packages", "/opt/a/vs"], user="alice", check=True)

    def pip(venv: str, *words: str) -> tuple[int, str]:
        done = root.run(["pip", "install", *words, "--no-index", "--find-links", "/proof/wheels", "six==1.15"],
                        user="alice", env={"PATH": f"{venv}/bin:{PLAIN}"})
        return done.returncode, done.stderr

    for venv, words in (("/opt/vs", ()), ("/opt/vs", ("--user",)), ("/opt/a/vs", ("--user",))):
        code, said = pip(venv, *words)
        assert code == REFUSED and "pyguard: refused" in said, (venv, words, said)
    code, said = pip("/opt/a/vs")
    assert code == 0 and "pyguard" not in said, said
    code, said = pip("/opt/closed")
    assert code == 1 and "pyguard" not in said, said
    imported = root.run(["/usr/bin/python3", "-c", "import six; print(six.__file__)"], user="alice").stdout
    assert imported == "/usr/lib/python3/dist-packages/six.py\n"
