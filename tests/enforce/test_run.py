"""What the real tool is started with."""

from __future__ import annotations

import os

import pytest

from pyguard.decide import decide
from pyguard.enforce.run import pinned, pins_of
from pyguard.model.decision import Decision
from pyguard.model.frozen import replace
from pyguard.model.plan import Basis, Change, Plan
from pyguard.model.request import Destination
from pyguard.model.settings import Settings
from pyguard.plan.declared import declare
from tests.builders import LOCAL_SITE, a_request, some_facts


def resolved(interpreter: str = "", basis: Basis = Basis.RESOLVED) -> Decision:
    facts, request = some_facts(), replace(a_request(), destination=Destination(interpreter=interpreter))
    target = declare(request, facts).target
    changes = (Change("six", "1.15", LOCAL_SITE), Change("gone", None, LOCAL_SITE))
    return decide(facts, request, Plan(basis, target, changes), Settings())


def test_what_was_resolved_is_what_is_installed() -> None:
    assert pins_of(resolved().plan) == ("six==1.15",)
    assert pins_of(resolved(basis=Basis.DECLARED).plan) == ()
    assert pinned(resolved(basis=Basis.DECLARED), ["install", "six"]) == ("install", "six")


@pytest.mark.parametrize("interpreter", ["", "/srv/v/bin/python3"])
def test_the_pins_are_named_by_this_process(interpreter: str) -> None:
    """So that they are there for a pip that this one starts (--python), too."""
    words = pinned(resolved(interpreter), ["install", "six"])
    place = words[words.index("--constraint") + 1]
    assert place.startswith(f"/proc/{os.getpid()}/fd/")
    with open(place, encoding="utf-8") as file:
        assert file.read() == "--only-binary six\nsix==1.15\n"
    os.close(int(place.rpartition("/")[2]))
