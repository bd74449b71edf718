"""conda environments, and what is easily taken for one: the static answer against the real interpreter's own."""

from __future__ import annotations

import pytest

from pyguard.model.facts import EnvironmentKind as Kind
from pyguard.model.facts import OwnerKind
from tests.facts.looking import agree, because, look


def test_conda_before_any_path_rule(zoo, some_python):
    env = zoo.conda(some_python, "pyenv/versions/miniconda3")
    found = look(zoo, env / "bin" / "python", PYENV_ROOT=str(zoo.directory / "pyenv"))
    agree(found, zoo.ask(env / "bin" / "python"))
    assert found.kind is Kind.CONDA
    assert found.owner.kind is OwnerKind.CONDA


@pytest.mark.parametrize(("mark", "kind"), [
    ("conda-24.1.0-py310_0.json", Kind.CONDA_BASE), ("conda-libmamba-solver-24.1.0-0.json", Kind.CONDA),
    ("pixi", Kind.PIXI), ("frozen", Kind.CONDA)])
def test_kinds_of_conda(zoo, other_python, mark, kind):
    env = zoo.conda(other_python, "conda", mark)
    found = look(zoo, env / "bin" / "python")
    assert found.kind is kind
    assert found.frozen == (mark == "frozen")


def test_condabin_makes_it_the_base(zoo, other_python):
    env = zoo.conda(other_python)
    (env / "condabin").mkdir()
    assert look(zoo, env / "bin" / "python").kind is Kind.CONDA_BASE


def test_an_empty_conda_meta_is_not_condas(zoo, other_python):
    tree = zoo.prefix(other_python)
    (tree / "conda-meta").mkdir()
    assert look(zoo, tree / "bin" / "python").kind is Kind.STANDALONE


def test_a_conda_environment_by_a_linked_directory_and_by_a_linked_file(zoo, other_python):
    env = zoo.conda(other_python)
    (zoo.directory / "way").symlink_to("conda")
    (zoo.directory / "py").symlink_to(env / "bin" / "python")
    for path in (zoo.directory / "way" / "bin" / "python", zoo.directory / "py"):
        found = look(zoo, path)
        agree(found, zoo.ask(path))
        assert found.kind is Kind.CONDA


def test_a_venv_made_from_condas_python(zoo, other_python):
    env = zoo.conda(other_python)
    venv = zoo.venv(str(env / "bin" / "python"))
    found = look(zoo, venv / "bin" / "python")
    agree(found, zoo.ask(venv / "bin" / "python"))
    assert (found.kind, found.base_kind, found.also_conda) == (Kind.VENV, Kind.CONDA, False)


def test_a_venv_laid_over_a_conda_environment(zoo, system_python, other_python):
    """The base is the prefix compiled in, which conda rewrites on installation (and a copy here has not)."""
    env = zoo.conda(other_python)
    (env / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.1.2\n")
    found = look(zoo, env / "bin" / "python")
    assert zoo.ask(env / "bin" / "python")["prefix"] == found.prefix
    assert (found.kind, found.also_conda, found.base_kind) == (Kind.VENV, True, Kind.CONDA)
    assert "laid over" in because(found, "version")


def test_a_conda_environment_inside_a_venv_directory(zoo, system_python, other_python):
    zoo.venv(system_python)
    env = zoo.conda(other_python, "venv/conda")
    found = look(zoo, env / "bin" / "python")
    agree(found, zoo.ask(env / "bin" / "python"))
    assert found.kind is Kind.CONDA
