"""The article's own examples, typed as there, on a clean Debian: refused, redirected, and what was wanted works."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rootfs import Root, changes

pytestmark = pytest.mark.proof

REFUSED = 11
HOME = "/home/alice"
PROJECT = f"{HOME}/simple_math"
FILES = {
    "setup.py": 'from setuptools import setup\n\nsetup(\n    name="simple_math",\n    version="0.1",\n'
                '    packages=["simple_math"],\n)\n',
    "simple_math/__init__.py": "from .operations import add, factorial\n",
    "simple_math/operations.py": "def add(a, b):\n    return a + b\n\n\ndef factorial(n):\n"
                                 "    return 1 if n < 2 else n * factorial(n - 1)\n",
}
USE = "import simple_math; print(simple_math.add(2, 3), simple_math.factorial(5))"
OWN = (f"{HOME}/.cache", f"{HOME}/.local/state/pyguard", f"{HOME}/.venvs", PROJECT, "/var/cache/pyguard",
       "/var/log/pyguard", "/tmp")
Install = Callable[[Root], list[str]]


@pytest.fixture
def root(new_root: Callable[..., Root], installed_pyguard: Install) -> Root:
    made: Root = new_root("bookworm", ("python3-pip", "python3-venv", "python3-setuptools", "python3-wheel"))
    installed_pyguard(made)
    for name, text in FILES.items():
        made.write(f"{PROJECT}/{name}", text, user="alice")
    made.run(["chown", "-R", "alice:alice", PROJECT], check=True)
    return made


def guarded(root: Root, *words: str, cwd: str = HOME):    # type: ignore[no-untyped-def]
    return root.run(["pyguard", "pip", "--redirect", "--", *words], user="alice", cwd=cwd)


def outside(root: Root, before: dict) -> list[str]:    # type: ignore[type-arg]
    """What changed beside the new environments and pyguard's own files."""
    return [path for path in changes(before, root.tree())
            if not path.startswith(OWN) and not any(own.startswith(path) for own in OWN)]


@pytest.mark.full
def test_a_pinned_version_for_the_user(root: Root) -> None:
    before = root.tree()
    done = guarded(root, "install", "cryptography==42.0", "--user")
    assert (done.returncode, done.stdout) == (REFUSED, ""), done.stderr
    place = f"{HOME}/.venvs/cryptography-py311"
    code = "import cryptography; print(cryptography.__version__)"
    assert root.run([f"{place}/bin/python", "-c", code], user="alice", check=True).stdout == "42.0.0\n"
    assert f"to use it: . {place}/bin/activate" in done.stderr and outside(root, before) == []
    assert "conda create -n cryptography-py311 --override-channels -c conda-forge python=3.11 cryptography==42.0" \
        in " ".join(done.stderr.split())
    events = root.run(["pyguard", "log"], user="alice").stdout
    assert "redirect-begun" in events
    assert f"redirect-made alice pip install cryptography==42.0 --user ({place})" in events


@pytest.mark.core
def test_an_editable_checkout_gives_a_dev_env(root: Root) -> None:
    before = root.tree()
    done = guarded(root, "install", "-e", ".", cwd=PROJECT)
    assert done.returncode == REFUSED, done.stderr
    python = f"{HOME}/.venvs/dev_env/bin/python"
    assert root.run([python, "-c", USE], user="alice", check=True).stdout == "5 120\n"
    root.write(f"{PROJECT}/simple_math/operations.py",
               "def add(a, b):\n    return 42\n\n\ndef factorial(n):\n    return n\n")
    assert root.run([python, "-c", USE], user="alice", check=True).stdout == "42 5\n"    # editable it is
    assert outside(root, before) == [] and "conda create -n dev_env" in done.stderr


@pytest.mark.full
def test_a_wheel_that_was_built(root: Root) -> None:
    built = root.run(["python3", "setup.py", "-q", "sdist", "bdist_wheel"], user="alice", cwd=PROJECT)
    assert built.returncode == 0, built.stderr
    before = root.tree()
    done = guarded(root, "install", "dist/simple_math-0.1-py3-none-any.whl", cwd=PROJECT)
    assert done.returncode == REFUSED, done.stderr
    python = f"{HOME}/.venvs/simple-math-py311/bin/python"
    assert root.run([python, "-c", USE], user="alice", check=True).stdout == "5 120\n" and outside(root, before) == []


@pytest.mark.full
def test_setup_py_install_is_caught_and_building_is_not(root: Root) -> None:
    root.run(["pyguard", "hook", "install", "--system"], check=True)
    done = root.run(["python3", "setup.py", "install"], cwd=PROJECT)
    assert done.returncode == REFUSED and "pyguard: refused" in done.stderr
    built = root.run(["python3", "setup.py", "-q", "sdist", "bdist_wheel"], user="alice", cwd=PROJECT)
    assert built.returncode == 0 and "pyguard" not in built.stderr
    names = root.run(["ls", "dist"], cwd=PROJECT).stdout.split()
    assert names == ["simple_math-0.1-py3-none-any.whl", "simple_math-0.1.tar.gz"]


@pytest.mark.full
def test_a_script_stops_and_the_policy_can_say_create(root: Root) -> None:
    root.run(["pyguard", "hook", "install", "--system"], check=True)
    root.write(f"{HOME}/.config/pyguard/policy.toml", 'redirect = "create"\n', user="alice")
    root.run(["chown", "-R", "alice:alice", f"{HOME}/.config"], check=True)
    script = "python3 -m pip install ./simple_math && python3 -c 'import simple_math' && echo went on"
    done = root.run(["sh", "-c", script], user="alice", cwd=HOME)
    assert done.returncode == REFUSED and done.stdout == "", done.stderr
    root.run([f"{HOME}/.venvs/simple-math-py311/bin/python", "-c", USE], user="alice", check=True)


@pytest.mark.full
def test_no_network_leaves_nothing(root: Root) -> None:
    before = root.tree()
    done = root.run(["pyguard", "pip", "--redirect", "--", "install", "cowsay"], user="alice", cwd=HOME,
                    env={"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "https_proxy": None,
                         "http_proxy": None, "HTTPS_PROXY": None, "HTTP_PROXY": None, "PIP_EXTRA_INDEX_URL": None,
                         "PIP_FIND_LINKS": None})
    assert done.returncode == REFUSED and "no environment was made, and nothing of it is left" in done.stderr
    assert outside(root, before) == [] and root.run(["ls", f"{HOME}/.venvs"], user="alice").returncode != 0
