"""What OS packages and installed distributions ask for, and who stands on them: the effects whole."""

from __future__ import annotations

from pyguard.impact.bounds import broken_bounds, broken_requirements
from pyguard.impact.standing import reverse_dependencies, tools_standing_on, with_itself
from pyguard.model.facts import Bound, Importance
from pyguard.model.frozen import replace
from pyguard.model.impact import BrokenBound, BrokenRequirement
from pyguard.model.plan import Change
from tests.builders import LOCAL_SITE, a_distribution, a_requester, some_facts

NEWER = Change("cryptography", "42.0", LOCAL_SITE, "==42.0", ("cryptography",))
LOSER = a_distribution()
AWSCLI = a_distribution("awscli", "2.9.19", "awscli", requires=("cryptography<40", "colorama"))


def test_a_bound_with_all_that_it_says() -> None:
    facts = some_facts()
    reverse = reverse_dependencies(facts.requesters)
    (openssl,) = [one for one in facts.requesters if one.name == "python3-openssl"]
    assert list(broken_bounds(NEWER, LOSER, "python3-cryptography", reverse)) == [
        BrokenBound(openssl, openssl.needs[0], NEWER, LOSER, ("cloud-init", "certbot", "duplicity"))]
    assert list(broken_bounds(NEWER, LOSER, "python3-other", reverse)) == []


def test_bounds_on_other_packages_and_without_a_relation_say_nothing() -> None:
    both = a_requester("tool", Bound("python3-other", "<<", "1"), Bound("python3-cryptography"))
    reverse = reverse_dependencies((both,))
    assert list(broken_bounds(NEWER, LOSER, "python3-cryptography", reverse)) == []


def test_a_loser_without_an_owner_has_no_epoch_to_go_by() -> None:
    reverse = reverse_dependencies((a_requester("tool", Bound("python3-cryptography", ">=", "1:1.0")),))
    nobodys = replace(LOSER, owner=None)
    assert list(broken_bounds(NEWER, nobodys, "python3-cryptography", reverse)) == []


def test_the_core_requesters_come_first_then_the_alphabet() -> None:
    bound = Bound("python3-cryptography", "<<", "40")
    reverse = reverse_dependencies((
        a_requester("b", bound), a_requester("a", bound), a_requester("z", bound, importance=Importance.CORE)))
    assert [one.requester.name for one in broken_bounds(NEWER, LOSER, "python3-cryptography", reverse)] == [
        "z", "a", "b"]


def test_a_requirement_with_all_that_it_says() -> None:
    aws = a_requester("awscli", Bound("python3-cryptography"), commands=("/usr/bin/aws",))
    facts = some_facts(distributions=(LOSER, AWSCLI), requesters=(
        aws, a_requester("cloud-tools", Bound("awscli"), commands=("/usr/bin/cloud",))))
    reverse = reverse_dependencies(facts.requesters)
    assert list(broken_requirements(facts, NEWER, LOSER, reverse)) == [
        BrokenRequirement(AWSCLI, "cryptography<40", NEWER, ("awscli", "cloud-tools"))]


def test_a_requirement_of_a_library_names_the_tools_on_it() -> None:
    library = a_requester("awscli", Bound("python3-cryptography"))    # ships no program itself
    facts = some_facts(distributions=(LOSER, AWSCLI), requesters=(
        library, a_requester("cloud-tools", Bound("awscli"), commands=("/usr/bin/cloud",))))
    reverse = reverse_dependencies(facts.requesters)
    (found,) = broken_requirements(facts, NEWER, LOSER, reverse)
    assert found.tools == ("cloud-tools",)


def test_a_requirement_of_nobodys_distribution_names_nobody() -> None:
    mine = replace(AWSCLI, owner=None)
    (found,) = broken_requirements(some_facts(distributions=(LOSER, mine)), NEWER, LOSER, {})
    assert found == BrokenRequirement(mine, "cryptography<40", NEWER, ())


def test_an_open_version_is_held_against_no_requirement() -> None:
    facts = some_facts(distributions=(LOSER, AWSCLI))
    assert list(broken_requirements(facts, replace(NEWER, version=""), LOSER, {})) == []


def test_a_requirement_that_does_not_hold_today_is_nobodys_doing_now() -> None:
    facts = some_facts(distributions=(LOSER, replace(AWSCLI, requires=("cryptography<38",))))
    assert list(broken_requirements(facts, NEWER, LOSER, {})) == []


def test_who_stands_on_whom() -> None:
    chain = (a_requester("python3-a", Bound("python3-cryptography")), a_requester("b", Bound("python3-a"),
                                                                                 commands=("/usr/bin/b",)),
             a_requester("c", Bound("b"), commands=("/usr/bin/c",), importance=Importance.CORE),
             a_requester("loop", Bound("c"), Bound("loop"), commands=("/usr/bin/loop",)))
    reverse = reverse_dependencies(chain)
    assert tools_standing_on("python3-cryptography", reverse) == ("c", "b", "loop")
    assert with_itself(chain[1], reverse) == ("b", "c", "loop")
    assert with_itself(chain[0], reverse) == ("c", "b", "loop")
    assert tools_standing_on("nothing", reverse) == ()
