"""The table by itself: no host, no file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.facts.classify import TABLE, classify, classify_base
from pyguard.facts.defaults import SystemPythons
from pyguard.facts.evidence import Evidence
from pyguard.model.facts import EnvironmentKind as Kind

USR = {"base_prefix": "/usr"}


def evidence(**fields) -> Evidence:
    base = {"path": "/p/bin/python", "real_path": "/p/bin/python3.11", "prefix": "/p", "base_prefix": "/p",
            "stdlib": "/p/lib/python3.11", "version": "3.11.2"}
    return Evidence(**{**base, **fields})


@pytest.mark.parametrize(("fields", "kind"), [
    ({"problem": "it is a directory"}, Kind.BROKEN),
    ({"script": "/bin/sh"}, Kind.SHIM),
    ({"tool": "mise"}, Kind.SHIM),
    ({"config_path": "/p/pyvenv.cfg"}, Kind.VENV),
    ({"config_path": "/p/pyvenv.cfg", "base_conda": ("history",)}, Kind.VENV),
    ({"base_conda": ("history", "pixi", "conda")}, Kind.PIXI),
    ({"base_conda": ("history", "conda")}, Kind.CONDA_BASE),
    ({"base_conda": ("history",), "base_prefix": "/usr"}, Kind.CONDA),
    ({**USR, "real_path": "/usr/libexec/platform-python3.6"}, Kind.PLATFORM_PYTHON),
    ({**USR, "system": SystemPythons(declared="3.11")}, Kind.SYSTEM),
    ({**USR, "system": SystemPythons(declared="3.11"), "unpackaged": True}, Kind.SYSTEM_EXTRA),
    ({**USR, "system": SystemPythons(declared="3.9")}, Kind.SYSTEM_EXTRA),
    ({**USR, "system": SystemPythons(default="/p/bin/python3.11")}, Kind.SYSTEM),
    ({"base_prefix": "/usr/local"}, Kind.LOCAL),
    ({"base_prefix": "/opt/python"}, Kind.OPT),
    ({"base_prefix": "/opt/rh/rh-python38/root/usr"}, Kind.SCL),
    ({"base_prefix": "/x/Cellar/p/3.12.1/Frameworks/Python.framework/Versions/3.12"}, Kind.HOMEBREW),
    ({"base_prefix": "/Applications/Xcode.app/Contents/x"}, Kind.MACOS),
    ({}, Kind.STANDALONE),
    ({"base_prefix": "", "prefix": "", "stdlib": ""}, Kind.UNKNOWN),
])
def test_the_first_row_that_holds_wins(fields, kind):
    found = classify(evidence(**fields))
    assert found.kind is kind
    assert found.reasons[0].about == "kind" and found.reasons[0].because


@pytest.mark.parametrize(("prefix", "flavour"), [
    ("/home/me/.cache/pypoetry/virtualenvs/x-py3.11", "poetry"),
    ("/home/me/.local/share/virtualenvs/x", "pipenv"),
    ("/home/me/.local/share/hatch/env/virtual/x", "hatch"),
    ("/home/me/.local/share/uv/tools/ruff", "uv tool"),
    ("/home/me/.virtualenvs/x", "virtualenvwrapper"),
    ("/home/me/x", "venv")])
def test_flavours_by_place(prefix, flavour):
    found = classify(evidence(prefix=prefix, config_path=f"{prefix}/pyvenv.cfg"))
    assert found.flavour == flavour


def test_the_base_of_a_venv_is_looked_up_in_the_same_table():
    assert classify_base(evidence(config_path="/v/pyvenv.cfg", base_prefix="/usr/local")) is Kind.LOCAL
    assert classify_base(evidence(config_path="/v/pyvenv.cfg", base_prefix="", prefix="/v")) is Kind.UNKNOWN
    system = SystemPythons(default="/usr/bin/python3.11")
    on_usr = {"config_path": "/v/pyvenv.cfg", "base_prefix": "/usr", "system": system}
    assert classify_base(evidence(**on_usr)) is Kind.SYSTEM
    assert classify_base(evidence(**on_usr, version="3.12")) is Kind.SYSTEM_EXTRA


def test_every_kind_has_a_row():
    assert {row.kind for row in TABLE} | {Kind.UNKNOWN} == set(Kind)


@given(st.text(), st.text(), st.text(), st.booleans())
def test_any_evidence_gets_a_kind_and_a_reason(prefix, version, real_path, is_venv):
    found = classify(evidence(base_prefix=prefix, version=version, real_path=real_path,
                              config_path="x" if is_venv else ""))
    assert found.kind in Kind and found.reasons[0].because
