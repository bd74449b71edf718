"""A named conda environment is left alone, but for one line when the user site leaks into it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pyguard.cli.leak_note import note_leak
from pyguard.host import Host
from pyguard.judge import Caller
from pyguard.model.facts import EnvironmentKind
from tests.builders import an_interpreter

SITE = ".local/lib/python3.11/site-packages"


def said(home: Path, **environ: str) -> str:
    stderr = io.StringIO()
    dev = an_interpreter(kind=EnvironmentKind.CONDA, prefix="/opt/conda/envs/dev", runs_os_tools=False)
    note_leak(Host(), dev, Caller({"HOME": str(home), **environ}, "/", 1000), stderr)
    return stderr.getvalue()


@pytest.mark.parametrize(("names", "words"), [
    (("numpy", "numpy-1.19.0.dist-info"), "1 distribution in"),
    (("a-1.dist-info", "b-2.egg-info"), "2 distributions in"),
    (("__pycache__",), ""), ((), "")])
def test_what_is_there_is_counted(names: tuple[str, ...], words: str, tmp_path: Path) -> None:
    for name in names:
        (tmp_path / SITE / name).mkdir(parents=True)
    note = said(tmp_path)
    assert (words in note and note.count("\n") == 1) if words else note == ""
    assert not note or f"~/{SITE}" in note


def test_kept_out_is_no_leak(tmp_path: Path) -> None:
    (tmp_path / SITE / "a-1.dist-info").mkdir(parents=True)
    assert said(tmp_path, PYTHONNOUSERSITE="1") == "" and said(Path("relative")) == ""
    (tmp_path / "other" / SITE[len(".local/"):] / "b-1.dist-info").mkdir(parents=True)
    assert "1 distribution in ~/other" in said(tmp_path, PYTHONUSERBASE=str(tmp_path / "other"))
