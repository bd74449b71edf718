"""What upstream requires is asked in words that every pip with a report takes."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from pyguard.evidence.upstream import Upstream
from pyguard.plan.ask_pip import Answer
from tests import pip_releases
from tests.builders import a_distribution
from tests.wheels import make_wheel

RUN = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module('pip', run_name='__main__')"


@pytest.mark.parametrize("release", ["22.2.2", "23.0.1", "23.1.2", "26"])
def test_every_pip_with_a_report_is_asked_for_another_python(release: str, tmp_path: Path) -> None:
    """Debian 12 has 23.0.1, which takes --python-version with --target alone."""
    pip = pip_releases.unpacked(release)
    starts = subprocess.run([sys.executable, "-I", "-c", RUN, pip, "--version"], capture_output=True, check=False)
    if starts.returncode or (release < "23.1" and not hasattr(pkgutil, "ImpImporter")):    # its pkg_resources wants it
        pytest.skip(f"needs a Python that pip {release} runs on: this one is {sys.version.split()[0]}")
    make_wheel(str(tmp_path / "index"), "lib", "1.0", requires=("needed<2",))

    def ask(argv: Sequence[str], environment: Mapping[str, str], directory: str) -> Answer:
        words = [sys.executable, "-I", "-c", RUN, pip, *argv[argv.index("pip") + 1:]]
        done = subprocess.run(words, env=dict(environment), cwd=directory, capture_output=True, text=True, check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    environ = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "index")}
    asked = Upstream([], os.geteuid())
    found = asked.requires([a_distribution("lib", "1.0")], "/own/python", "3.9", environ, ask)
    assert found == ({"lib": ("needed<2",)}, ())
    assert not os.path.exists("/nonexistent")
