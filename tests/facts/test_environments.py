"""Names of environments that are taken: conda's in every place, and the virtual ones."""

from __future__ import annotations

from pathlib import Path

from pyguard.facts.environments import find_environments
from pyguard.host import Host


def test_every_place_counts(tmp_path: Path) -> None:
    for place in ("home/a/miniforge3/envs/one", "home/a/.conda/envs/two", "data/envs/three", "home/a/.venvs/four",
                  "opt/conda/envs/half-made"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "home/a/.conda/environments.txt").write_text("/elsewhere/five\n\nnot absolute\n")
    found = find_environments(Host(str(tmp_path)), {"CONDA_ENVS_DIRS": "/data/envs:relative"}, "/home/a")
    assert {path.rsplit("/", 1)[-1] for path in found} == {"one", "two", "three", "four", "five", "half-made"}


def test_without_a_home(tmp_path: Path) -> None:
    assert find_environments(Host(str(tmp_path)), {}, "") == ()
