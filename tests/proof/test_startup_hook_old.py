"""The startup hook on Debian 11, whose Python 3.9 and pip 20.3.4 do things in older ways."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.proof.test_startup_hook import API, REFUSED, Install, differences, guarded, state
from tests.rootfs import Root

pytestmark = [pytest.mark.proof, pytest.mark.core]
SHIMS = "/usr/local/lib/pyguard/shims"
MAKE_ZIP = """import os, zipfile
with zipfile.ZipFile('/proof/pip.zip', 'w') as archive:
    for directory, _, files in os.walk('pip'):
        for file in files:
            archive.write(os.path.join(directory, file))
"""
# This pip knows no PIP_PYTHON: it writes for the Python that it runs on.
ELSEWHERE = ("PIP_PYTHON=/nonexistent python3 -m pip install six==1.15",
             "PIP_PYTHON=/proof/v/bin/python3 python3 -m pip install six==1.15",
             "PIP_CONFIG_FILE=elsewhere.conf python3 -m pip install six==1.15",
             "PATH=" + SHIMS + ":$PATH PIP_PYTHON=/proof/v/bin/python3 pip install six==1.15")


@pytest.fixture
def old_root(new_root: Callable[..., Root], installed_pyguard: Install) -> Root:
    """Debian 11, guarded."""
    root = new_root("bullseye", ("python3-pip", "python3-six", "findutils"))
    guarded(root, installed_pyguard)
    return root


def refuses(root: Root, form: str) -> None:
    before = state(root)
    done = root.run(["sh", "-c", form], cwd="/proof", env={"PIP_NO_INDEX": "1"})
    assert (done.returncode, "pyguard: refused" in done.stderr) == (REFUSED, True), done.stderr[-1000:]
    assert differences(before, state(root)) == []


def test_python_of_a_setting_that_this_pip_does_not_know(old_root: Root) -> None:
    old_root.run(["python3", "-m", "venv", "--without-pip", "/proof/v"], check=True)
    old_root.write("/proof/elsewhere.conf", "[global]\npython = /proof/v/bin/python3\n")
    for form in ELSEWHERE:
        refuses(old_root, form)


def test_setup_py_that_calls_pip_whatever_its_words_are(old_root: Root) -> None:
    old_root.write("/proof/setup.py", f"from distutils.core import setup\n{API}\nsetup(name='proof', version='1')\n")
    refuses(old_root, "python3 setup.py --name")


def test_a_pip_inside_a_zip(old_root: Root) -> None:
    """As get-pip.py has one, which is loaded from there by a loader of an older kind."""
    old_root.run(["python3", "-c", MAKE_ZIP], cwd="/usr/lib/python3/dist-packages", check=True)
    old_root.write("/proof/get-pip.py", f"import glob, sys\nsys.path[:0] = ['/proof/pip.zip', "
                                        f"*glob.glob('/usr/share/python-wheels/*.whl')]\n{API}\n")
    refuses(old_root, "python3 get-pip.py")
