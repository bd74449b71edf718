"""What the interpreter tests have in common: the static answer, and the real one to hold it against."""

from __future__ import annotations

import os

from pyguard.facts.interpreter import inspect
from pyguard.model.facts import Interpreter

UID = os.getuid()


def look(zoo, path, *, cwd: str = "", **environment: str) -> Interpreter:
    """Statically: a start of anything fails the test."""
    return inspect(zoo.host, str(path), environment=environment, uid=UID, cwd=cwd)


def agree(found: Interpreter, answer: dict) -> None:
    """The static answer is the interpreter's own."""
    assert answer["prefix"] == found.prefix
    assert answer["base_prefix"] == found.base_prefix
    assert os.path.realpath(answer["stdlib"]) == os.path.realpath(found.stdlib)
    assert answer["implementation"] == found.implementation
    assert answer["version"] == found.version or answer["version"].startswith(found.version + ".")
    counts = answer["marker"] and answer["prefix"] == answer["base_prefix"]
    assert bool(found.externally_managed) == counts


def because(found: Interpreter, about: str) -> str:
    return "; ".join(reason.because for reason in found.reasons if reason.about == about)
