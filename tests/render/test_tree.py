"""The tree that `pyguard explain` prints: what it says where there is nothing to offer."""

from __future__ import annotations

import pytest

from pyguard.decide import decide
from pyguard.model.request import Action
from pyguard.model.settings import InstallPolicy, Settings
from pyguard.plan.declared import declare
from pyguard.render.tree import render_tree
from tests.builders import a_request, a_wanted, some_facts


@pytest.mark.parametrize(("action", "last"), [
    (Action.INSTALL, "instead: nothing, go ahead"), (Action.UNINSTALL, "instead: nothing that is known here")])
def test_only_what_passes_is_told_to_go_ahead(action: Action, last: str) -> None:
    name = "harmless" if action is Action.INSTALL else "cryptography"
    request = a_request(a_wanted(name), action=action)
    facts = some_facts(interpreter=some_facts().interpreter, tools=())
    lenient = Settings(global_installs=InstallPolicy.ALLOW, user_installs=InstallPolicy.ALLOW)
    decision = decide(facts, request, declare(request, facts), lenient)
    assert render_tree(decision).rstrip().endswith(last), render_tree(decision)
