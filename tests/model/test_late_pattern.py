"""Patterns that are compiled late compile at all, and are the pattern's own afterwards."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import pyguard
from pyguard.model.late_pattern import METHODS, _Late, late

MODULES = sorted(module.name for module in pkgutil.walk_packages(pyguard.__path__, "pyguard.")
                 if not module.ispkg and not module.name.endswith("__main__"))


@pytest.mark.parametrize("name", MODULES)
def test_every_late_pattern_compiles(name: str) -> None:
    for value in vars(importlib.import_module(name)).values():
        if isinstance(value, _Late):
            re.compile(value.text, value.flags)


def test_it_answers_as_the_compiled_one() -> None:
    pattern = late(r"(\w+)=(\d+)", re.I)
    assert pattern.sub(r"\2", "a=1") == "1"
    for method in METHODS:
        assert getattr(pattern, method) == getattr(re.compile(r"(\w+)=(\d+)", re.I), method)


def test_what_it_does_not_have_is_an_error() -> None:
    with pytest.raises(AttributeError):
        _ = late("a").groups
