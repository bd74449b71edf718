"""`pyguard explain --environment-file`: the file that the printed `conda env create` uses."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pyguard.cli.explain import _write_environment_file
from pyguard.errors import PyguardError
from tests.conda.drive import decide_in_world
from tests.conda.world import World


def test_written_once(tmp_path: Path) -> None:
    world = World(tmp_path, "")
    (tmp_path / "r.txt").write_text("numpy<2\nunknown-thing-of-ours\n")
    decision = decide_in_world({"conda": "/x/conda"}, ["install", "-r", "r.txt"], world.environ(), str(tmp_path))
    conda = next(remedy for remedy in decision.remedies if remedy.id == "conda-create")
    assert conda.steps[0].argv[:4] == ("pyguard", "explain", "--environment-file", f"{conda.creates}.yml")
    path = tmp_path / "x.yml"
    _write_environment_file(decision, str(path))
    table = yaml.safe_load(path.read_text())
    assert table["dependencies"][1:] == ["numpy <2.0a0", "pip", {"pip": ["unknown-thing-of-ours"]}]
    with pytest.raises(PyguardError, match="is there already"):
        _write_environment_file(decision, str(path))


def test_where_conda_installs_nothing_there_is_no_file(tmp_path: Path) -> None:
    decision = decide_in_world({}, ["install", "numpy"], World(tmp_path, "").environ(), str(tmp_path))
    with pytest.raises(PyguardError, match="nothing in this command that conda would install"):
        _write_environment_file(decision, str(tmp_path / "x.yml"))
