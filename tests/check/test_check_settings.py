"""`[tool.pyguard]` as `pyguard check` reads it: what is wrong there is said, never guessed and never passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.errors import PyguardError
from tests.check.test_cli import check, findings, write
from tests.check.test_finding_files import as_somebody


@pytest.mark.parametrize("text, said", [
    ("tool = 3 # pyguard", "tool is a table"),
    ("[tool]\npyguard = 3", "tool.pyguard is a table"),
    ("[tool.pyguard]\ncheck = 3", "tool.pyguard.check is a table"),
    ("[tool.pyguard]\nlevels = 3", "tool.pyguard.levels is a table"),
    ("[tool.pyguard.chek]\ndocs = true", "no 'chek'"),
    ("[tool.pyguard]\nselect = ['system-python-removed']", "no 'select'"),
    ("[tool]\npyguard.check = {select = ['nope']}", "no rule 'nope'"),
    ("[tool . 'pyguard' . check]\nnonsense = 1", "no 'nonsense'"),
    ("[tool.pyguard.check]\nselect = 5", "select is a list of texts, not 5"),
    ("[tool.pyguard.check]\nselect = [5]", "select is a list of texts"),
    ("[tool.pyguard.check]\nignore = 'system-python-removed'", "ignore is a list of texts"),
    ("[tool.pyguard.check]\nexclude = '*.sh'", "exclude is a list of texts"),
    ("[tool.pyguard.check]\nimages = 'x'", "tool.pyguard.check.images is a table"),
    ("[tool.pyguard.check.images]\na = 1", "a is a text, not 1"),
    ("[tool.pyguard.check]\ndocs = 'false'", "docs is true or false, not 'false'"),
    ("[tool.pyguard.check]\ndocs = 1", "docs is true or false"),
    ("[tool.pyguard.check]\nbaseline = true", "baseline is a text"),
    ("[tool.pyguard.check]\ncontainers = ['host']", "containers is a text"),
    ("[tool.pyguard.check]\nlevel = ['warn']", "is no level"),
    ("[tool.pyguard.levels]\nsystem-python-removed = 1", "1 is no level"),
])
def test_what_is_wrong_is_said(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, "pyproject.toml", text + "\n")
    with pytest.raises(PyguardError, match=said):
        check(tmp_path)


def test_the_policy_s_own_keys_pass(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[project]\nname = 'pyguard'\n[tool.pyguard]\nglobal-installs = 'refuse'\n"
                                      "[[tool.pyguard.allow]]\nrule = 'x'\n[tool.pyguard.check]\ndocs = true\n")
    write(tmp_path, "a.md", "```sh\nsudo pip install x\n```\n")
    assert [each["path"] for each in findings(tmp_path)] == ["a.md"]


def test_settings_that_cannot_be_read_are_no_default(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "").chmod(0)
    with as_somebody(tmp_path), pytest.raises(PyguardError, match="Permission denied"):
        check(tmp_path)
    (tmp_path / "pyproject.toml").chmod(0o644)
    write(tmp_path, "pyproject.toml", "#" * 1024 * 1024 + "\n[tool.pyguard.check]\nexclude = ['x']\n")
    with pytest.raises(PyguardError, match="larger than"):
        check(tmp_path)
