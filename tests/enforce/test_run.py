"""What the real tool is started with."""

from __future__ import annotations

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
    assert pins_of(resolved()) == ("six==1.15",)
    assert pins_of(resolved(basis=Basis.DECLARED)) == ()
    assert pinned(resolved(basis=Basis.DECLARED), {"PATH": "/"}) == {"PATH": "/"}


def test_a_pip_that_starts_itself_anew_gets_no_descriptor() -> None:
    """Its child would look for a constraints file that is not there."""
    assert pinned(resolved("/srv/v/bin/python3"), {"PATH": "/"}) == {"PATH": "/"}
