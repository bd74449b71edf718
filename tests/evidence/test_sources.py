"""An older wheel, where pip would take a newer source: answers of pip's in, what is kept of the plan out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from pyguard.evidence.sources import without_older_wheels
from pyguard.model.plan import Change
from pyguard.plan.ask_pip import Answer
from tests.builders import a_request
from tests.evidence.worlds import LOCAL, plan

REQUEST = a_request()
ABSENT = Answer(1, "", "ERROR: No matching distribution found for lib>1")
PRESENT = Answer(0, "{}", "")


def listed(versions: str) -> Answer:
    return Answer(0, f"lib ({versions.partition(',')[0]})\nAvailable versions: {versions}\n", "")


@pytest.mark.parametrize(("versions", "wheels", "specifier", "environ", "kept"), [
    ("2, 1", ABSENT, "", {}, False), ("2, 1", PRESENT, "", {}, True), ("1", ABSENT, "", {}, True),
    ("2, 1", ABSENT, "<2", {}, True), ("2, 1", ABSENT, "==1", {}, True),
    ("2, 1", ABSENT, "", {"PIP_CONSTRAINT": "/c"}, True), ("2, 1", ABSENT, "", {"PIP_PREFER_BINARY": "1"}, True),
    ("2, 1", Answer(None, "", "no pip"), "", {}, True), ("2, 1", Answer(1, "", "ERROR: no network"), "", {}, True)])
def test_an_older_wheel_is_not_what_pip_installs(versions: str, wheels: Answer, specifier: str,
                                                 environ: Mapping[str, str], kept: bool) -> None:
    def ask(argv: Sequence[str], environment: Mapping[str, str], directory: str) -> Answer:
        return listed(versions) if "index" in argv else wheels

    change = Change("lib", "1", LOCAL, specifier, source="https://index.test/lib-1.whl")
    found = without_older_wheels(plan(change), REQUEST, "/own/python", "3.11", environ, ask)
    assert (found.changes == (change,)) is kept
    assert [gap.reason.partition(" from")[0] for gap in found.gaps] == ([] if kept else ["pip would build 2"])
