"""What is tried, what is compared, what is kept: with a machine that answers what a test says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from pyguard.evidence.jobs import MARK, Tried
from pyguard.evidence.rehearsal import Memory, try_all
from pyguard.model.plan import Trial
from pyguard.plan.rehearsed import Job, Outcome, Stage

WITH, WITHOUT = Stage("/m", "/with"), Stage("/m", "/without")


class Machine:
    """Modules that fail with the plan and without it, programs' exit codes; counts what was run."""

    def __init__(self, fails: Mapping[str, str], failed: Mapping[str, str] = {}, code: int = 0, was: int = 0,
                 said: str = "") -> None:
        self.said = {WITH: said, WITHOUT: ""}
        self.fails = {WITH: fails, WITHOUT: failed}
        self.codes = {WITH: code, WITHOUT: was}
        self.ran: list[str] = []

    def __call__(self, jobs: Sequence[Job], stage: Stage) -> dict[str, Outcome]:
        found = {}
        for job in jobs:
            self.ran.append(job.id)
            if job.argv[-1] == "--help":
                found[job.id] = Outcome(
                    self.codes[stage], self.said[stage] + ("usage" if not self.codes[stage] else "boom"))
            else:
                modules = json.loads(job.argv[-1])["modules"]
                bad = {name: self.fails[stage][name] for name in modules if name in self.fails[stage]}
                found[job.id] = Outcome(0, f"{MARK}{json.dumps(bad)}\n")
        return found


def attempt(machine: Machine, memory: Memory | None = None) -> tuple[Trial, ...]:
    tried = {"/usr/bin/a": Tried(("a.cli", "a.deep"), (), "/usr/bin/a", "/usr/bin/python3", (), frozenset({"a.cli"})),
             "/usr/bin/b": Tried(("b",), (), "", "/usr/bin/python3")}
    return try_all(tried, {}, WITH, WITHOUT, ("after", "before"), memory or Memory({}), machine)


def broke(trials: tuple[Trial, ...]) -> dict[str, str]:
    return {f"{trial.requester} {trial.what}": trial.after for trial in trials if trial.broke}


def test_what_goes_well_is_not_compared() -> None:
    machine = Machine({})
    assert broke(attempt(machine)) == {}
    assert machine.ran == ["0 batch", "/usr/bin/a --help"]


def test_a_module_that_fails_only_with_the_plan_breaks_its_requester_alone() -> None:
    machine = Machine({"a.cli": "ImportError: gone"})
    assert broke(attempt(machine)) == {"/usr/bin/a import a.cli": "ImportError: gone"}


def test_what_failed_before_is_nobodys_doing() -> None:
    assert broke(attempt(Machine({"a.cli": "ImportError: x"}, {"a.cli": "ImportError: x"}))) == {}


@pytest.mark.parametrize(("code", "was", "expected"), [(1, 0, {"/usr/bin/a --help": "boom"}), (1, 1, {}), (0, 1, {})])
def test_a_program_that_no_longer_starts(code: int, was: int, expected: dict[str, str]) -> None:
    assert broke(attempt(Machine({}, code=code, was=was))) == expected


def test_a_program_that_tells_of_an_error_and_ends_well() -> None:
    said = "Traceback (most recent call last):\n  ...\nImportError: gone\n"
    assert broke(attempt(Machine({}, said=said))) == {"/usr/bin/a --help": "usage"}


def test_a_module_further_than_one_function_away_is_no_reason_not_to_start() -> None:
    trials = attempt(Machine({"a.cli": "ImportError: gone", "a.deep": "ImportError: gone"}))
    assert {trial.what: trial.deep for trial in trials if trial.broke} == {"import a.cli": False, "import a.deep": True}


@pytest.mark.parametrize(("code", "started"), [
    (0, ["/usr/bin/a --help", "/usr/bin/c --help"]),
    (1, ["/usr/bin/a --help", "/usr/bin/c --help", "/usr/bin/a --help", "/usr/bin/c --help", "/usr/bin/b --help",
         "/usr/bin/b --help"])])
def test_one_program_stands_for_those_that_are_alike(code: int, started: list[str]) -> None:
    machine = Machine({}, code=code)
    tried = {name: Tried(modules, (), name, "/usr/bin/python3", (), frozenset(modules))
             for name, modules in (("/usr/bin/a", ("m",)), ("/usr/bin/b", ("m",)), ("/usr/bin/c", ()))}
    found = broke(try_all(tried, {}, WITH, WITHOUT, ("after", "before"), Memory({}), machine))
    assert [job for job in machine.ran if job.endswith("--help")] == started
    assert found == (dict.fromkeys([f"{name} --help" for name in tried], "boom") if code else {})


def test_what_cannot_be_imported_is_not_started() -> None:
    machine = Machine({"a.cli": "ImportError: gone"})
    attempt(machine)
    assert "/usr/bin/a --help" not in machine.ran


def test_nothing_is_tried_twice_in_the_same_world() -> None:
    memory = Memory({})
    machine = Machine({"a.cli": "ImportError: gone"})
    first = attempt(machine, memory)
    count = len(machine.ran)
    assert attempt(machine, memory) == first
    assert len(machine.ran) == count


def test_a_process_that_dies_among_others_is_tried_alone() -> None:
    def run(jobs: Sequence[Job], stage: Stage) -> dict[str, Outcome]:
        dies = stage == WITH
        return {job.id: Outcome(-6 if dies and "a.cli" in job.argv[-1] else 0,
                                "at a.cli\nAborted\n" if dies and "a.cli" in job.argv[-1] else f"{MARK}{{}}\n")
                for job in jobs}

    tried = {"a": Tried(("a.cli",), (), "", "/usr/bin/python3"), "b": Tried(("b",), (), "", "/usr/bin/python3")}
    found = try_all(tried, {}, WITH, WITHOUT, ("after", "before"), Memory({}), run)
    assert broke(found) == {"a import a.cli": "ended by signal 6: Aborted"}
