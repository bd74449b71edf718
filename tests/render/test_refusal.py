"""The words of a refusal follow the facts: change a dependency and the text changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pyguard.decide import decide
from pyguard.model.decision import Decision
from pyguard.model.facts import Bound, Facts, OwnerKind, SiteDirectory
from pyguard.model.request import Action, Destination, Request, Scheme, Setting
from pyguard.model.settings import Settings
from pyguard.plan.declared import declare
from pyguard.render.refusal import render_refusal
from pyguard.render.tree import render_tree
from pyguard.render.words import command_line, printable, wrap
from tests.builders import (
    LOCAL_SITE,
    OS_SITE,
    USER_SITE,
    a_distribution,
    a_request,
    a_requester,
    a_wanted,
    some_facts,
)


def a_decision(facts: Facts, request: Request) -> Decision:
    return decide(facts, request, declare(request, facts), Settings())


def refusal(facts: Facts, request: Request) -> str:
    return render_refusal(a_decision(facts, request))


def test_the_whole_message() -> None:
    request = replace(a_request(), argv=("pip", "install", "cryptography==42.0", "--user"))
    assert refusal(some_facts(), request) == """\
pyguard: refused: pip install cryptography==42.0 --user
  /usr/bin/python3 is Debian 12's own Python. This would put cryptography 42.0 in
  ~/.local/lib/python3.11/site-packages, in front of Debian's 38.0.4 (python3-cryptography), for
  every system tool you run.
  At risk: python3-openssl 23.0.0-1 needs python3-cryptography (<< 40): cloud-init, certbot, duplicity
  Instead:  /usr/bin/python3 -m venv /home/alice/.venvs/cryptography-py311
            /home/alice/.venvs/cryptography-py311/bin/pip install cryptography==42.0
  Or:       conda create -n cryptography-py311 --override-channels -c conda-forge python=3.11 cryptography==42.0
            conda activate cryptography-py311
            (conda is not on this machine: https://conda-forge.org/download/ has the installer)
  Why and what else: pyguard explain pip install cryptography==42.0 --user
  Override, on the record: PYGUARD_ALLOW='your reason' pip install cryptography==42.0 --user
            (pip itself still refuses it: the Python is externally managed (PEP 668))
"""


@pytest.mark.parametrize("change", [
    {"break_system_packages": Setting("break-system-packages", "1", "--break-system-packages")},
    {"destination": Destination(scheme=Scheme.TARGET, path=USER_SITE)}])
def test_an_override_that_pip_itself_lets_pass_has_nothing_added(change: dict[str, Any]) -> None:
    text = refusal(some_facts(), replace(a_request(), **change))
    assert text.count("\n  Override, on the record: ") == 1 and "still refuses" not in text


def test_another_bound_another_text() -> None:
    facts = some_facts()
    other = a_requester("python3-other", Bound("python3-cryptography", "<", "41"), version="7-1")
    text = refusal(replace(facts, requesters=(other, *facts.requesters[1:])), a_request())
    assert "At risk: python3-other 7-1 needs python3-cryptography (< 41)\n" in text
    assert "python3-openssl" not in text


def test_without_a_violated_bound_the_users_of_the_copy_are_named() -> None:
    text = refusal(some_facts(), a_request(a_wanted("cryptography==39.0")))
    assert "  Used by: cloud-init, certbot, duplicity\n" in text


def test_without_anyone_at_risk_the_gap_is_named() -> None:
    text = refusal(some_facts(), a_request(a_wanted("cowsay")))
    assert "This would put cowsay in" in text and "Not known at this depth: dependencies" in text


@pytest.mark.parametrize(("site", "scheme", "whose"), [
    ("/home/alice/lib", "pythonpath", "every program started with this PYTHONPATH"),
    (OS_SITE, "pythonpath", "every system tool"), (LOCAL_SITE, "posix_local", "every system tool"),
    (USER_SITE, "user_site", "every system tool you run"),
    ("/home/bob/.local/lib/python3.11/site-packages", "user_site", "every system tool its owner runs"),
])
def test_whose_imports_they_would_be(site: str, scheme: str, whose: str) -> None:
    facts = some_facts(sites=(SiteDirectory(site, OwnerKind.USER, scheme, 0),))
    for wanted in (a_wanted("cowsay"), a_wanted()):
        request = a_request(wanted, destination=Destination(Scheme.TARGET, site))
        text = " ".join(refusal(facts, request).split())
        assert f"where {whose} looks for its imports." in text or f" for {whose}." in text


def test_several_distributions() -> None:
    names = [a_wanted(name) for name in ("numpy", "pandas", "matplotlib", "scipy", "cryptography==42.0")]
    text = refusal(some_facts(), a_request(*names))
    assert "put numpy, pandas, matplotlib and 2 more in" in text
    assert "Debian's cryptography 38.0.4 (python3-cryptography)" in " ".join(text.split())


def test_an_uninstall() -> None:
    facts = some_facts(distributions=(a_distribution("six", "1.16.0", "python3-six"),), sites=some_facts().sites[2:])
    request = replace(a_request(a_wanted("six"), action=Action.UNINSTALL), argv=("pip", "uninstall", "six"))
    text = refusal(facts, request)
    assert "This would remove six 1.16.0 from it, which belongs to python3-six." in " ".join(text.split())
    assert "Instead:" not in text and OS_SITE in render_tree(a_decision(facts, request))


def test_nothing_that_was_typed_reaches_the_terminal_raw() -> None:
    evil = a_wanted("x\x1b]0;gone\x07\u202ey", name="x", version="", specifier="")
    for text in (refusal(some_facts(), a_request(evil)), render_tree(a_decision(some_facts(), a_request(evil)))):
        assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
        assert all(character.isprintable() or character == "\n" for character in text)


@pytest.mark.parametrize(("text", "shown"), [
    ("plain", "plain"), ("é", "é"), ("a\x1bb", "a\\x1bb"), ("\udcff", "\\udcff"), ("a\tb", "a\\tb"),
])
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_command_lines_can_be_pasted() -> None:
    assert command_line(("pip", "install", "x>=1,<2", "it's", "")) == "pip install 'x>=1,<2' 'it'\"'\"'s' ''"
    assert command_line(("a\x1b'b",)) == "\"$(printf 'a\\033\\047b')\""


def test_wrap_keeps_every_word() -> None:
    text = " ".join(f"word{number}" for number in range(60))
    lines = wrap(text, width=40)
    assert all(len(line) <= 40 and line.startswith("  ") for line in lines)
    assert " ".join(line.strip() for line in lines) == text


def test_the_tree_holds_the_whole_chain() -> None:
    text = render_tree(a_decision(some_facts(), a_request()))
    for part in ("interpreter /usr/bin/python3 3.11.2: system, protected, on Debian 12", "plan, at depth declared",
                 "brings cryptography 42.0", "block os-package-bound-violated", "tools: cloud-init, certbot, duplicity",
                 "verdict: block, at depth declared", "a conda environment"):
        assert part in text


def test_what_is_there_already_is_not_said_to_arrive() -> None:
    there = refusal(some_facts(), a_request(a_wanted("cryptography==38.0.4")))
    assert "cryptography 38.0.4 is there already; whatever else this brings would go to" in " ".join(there.split())
    upgraded = refusal(some_facts(), a_request(a_wanted("cryptography"), upgrade=True))
    assert "This would put cryptography in" in " ".join(upgraded.split()) and "nothing to do" not in upgraded
