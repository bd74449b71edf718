"""What comes of a verdict: a refusal, a pass, an override that is on record or none at all."""

from __future__ import annotations

import io
from typing import Any

import pytest

from pyguard.cli.settle import refuse_unjudged, settle
from pyguard.decide import decide
from pyguard.enforce import journal
from pyguard.errors import UsageError
from pyguard.judge import Caller
from pyguard.model.decision import Decision
from pyguard.model.settings import Settings
from pyguard.model.verdict import Level
from pyguard.plan.declared import declare
from pyguard.policy.rules import RULES
from tests.builders import a_request, some_facts

UID = 1000    # a user's journal, for which there is no place without HOME


def a_decision(settings: Settings = Settings()) -> Decision:    # noqa: B008  # frozen
    facts, request = some_facts(), a_request()
    return decide(facts, request, declare(request, facts), settings)


def ask(decision: Decision, environ: dict[str, str]) -> tuple[bool, str]:
    stderr = io.StringIO()
    return settle(decision, Caller(environ, "/", UID), stderr), stderr.getvalue()


def test_a_refusal_stands_without_a_journal() -> None:
    allowed, said = ask(a_decision(), {})
    assert not allowed and said.startswith("pyguard: refused: pip install") and "no place for the journal" in said


def test_an_override_that_cannot_be_kept_is_none() -> None:
    allowed, said = ask(a_decision(), {"PYGUARD_ALLOW": "because"})
    assert not allowed and "an override has to be on record" in said and said.count("\n") == 1


def test_a_warning_is_shown_and_passes() -> None:
    warned = a_decision(Settings(levels=tuple((rule.ID, Level.WARN) for rule in RULES)))
    allowed, said = ask(warned, {})
    assert allowed and said.startswith("pyguard: warning: ") and "Override" not in said


def test_a_warning_is_on_record(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[dict[str, Any]] = []
    monkeypatch.setattr("pyguard.enforce.journal.record", lambda path, entry, uid: kept.append(entry))
    warned = a_decision(Settings(levels=tuple((rule.ID, Level.WARN) for rule in RULES)))
    assert ask(warned, {"HOME": "/home/alice"})[0]
    assert [(entry["event"], entry["level"], entry["command"][:2]) for entry in kept] == [
        ("warned", "warn", ["pip", "install"])]


def test_what_cannot_be_judged_is_refused_on_record(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[dict[str, Any]] = []
    monkeypatch.setattr(journal, "record", lambda path, entry, uid: kept.append({"path": path, **entry}))
    error = UsageError("no-file", "no such file", hint="look again")
    refusal = refuse_unjudged(error, Caller({"HOME": "/home/alice"}, "/srv", UID), ("pip", "install", "-r", "x"), "/py")
    assert (refusal.exit_code, refusal.hint) == (11, "look again") and refusal.message.endswith(": no such file")
    assert kept == [{
        "path": "/home/alice/.local/state/pyguard/journal.jsonl", "event": "refused", "level": "block", "cwd": "/srv",
        "command": ["pip", "install", "-r", "x"], "interpreter": "/py", "rules": ["facts-incomplete"],
        "reason": "no such file", "sudo_user": ""}]


def test_what_cannot_be_judged_is_refused_without_a_journal() -> None:
    refusal = refuse_unjudged(UsageError("no-file", "no such file"), Caller({}, "/", UID), ("pip", "install", "."))
    assert refusal.exit_code == 11 and refusal.hint == "(there is no place for the journal)"
