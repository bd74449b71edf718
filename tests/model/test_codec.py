"""Recorded data comes back as it was, and what is not of the model's shape is an error that says where."""

from __future__ import annotations

import json

import pytest

from pyguard.codec import CodecError, decode, encode
from pyguard.decide import decide
from pyguard.model.decision import Decision
from pyguard.model.facts import Facts
from pyguard.model.settings import Settings
from pyguard.model.verdict import Level
from pyguard.plan.declared import declare
from tests.builders import a_request, some_facts


def a_decision() -> Decision:
    facts, request = some_facts(), a_request()
    return decide(facts, request, declare(request, facts), Settings())


def test_a_whole_decision_survives_json() -> None:
    decision = a_decision()
    assert decode(Decision, json.loads(json.dumps(encode(decision)))) == decision


def test_an_unknown_key_is_an_error_with_its_place() -> None:
    data = encode(some_facts())
    data["sites"][1]["colour"] = "blue"
    with pytest.raises(CodecError, match=r"Facts\.sites\[1\]: unknown key 'colour'"):
        decode(Facts, data)


@pytest.mark.parametrize(("change", "message"), [
    ({"interpreter": 3}, "expected a table"),
    ({"gaps": "none"}, "expected a list"),
    ({"archive": [["a"]]}, "expected 2 items"),
    ({"os": {"id": 12}}, "expected str"),
    ({"os": {}}, "id"),
])
def test_the_wrong_shape_is_an_error(change: dict[str, object], message: str) -> None:
    with pytest.raises(CodecError, match=message):
        decode(Facts, {**encode(some_facts()), **change})


def test_an_unknown_word_of_a_closed_set_is_an_error() -> None:
    with pytest.raises(CodecError, match="'loud' is no Level"):
        decode(Level, "loud")
