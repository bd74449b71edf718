"""What is tried, what is compared, what is kept: with a machine that answers what a test says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from pyguard.evidence.jobs import MARK, Tried
from pyguard.evidence.rehearsal import Learned, Memory, try_all
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
        self.prints = ""    # by a module, before the result

    def __call__(self, jobs: Sequence[Job], stage: Stage) -> dict[str, Outcome]:
        found = {}
        for job in jobs:
            self.ran.append(job.id)
            if job.argv[-1] == "--help":
                found[job.id] = Outcome(
                    self.codes[stage], self.said[stage] + ("usage" if not self.codes[stage] else "boom"))
            else:
                todo = json.loads(job.argv[-1])
                bad = {name: self.fails[stage][name] for name in todo["modules"] if name in self.fails[stage]}
                found[job.id] = Outcome(0, f"{self.prints}{todo['mark']}{json.dumps(bad)}\n")
        return found


def mark(job: Job) -> str:
    """What the line of a job's result begins with."""
    return str(json.loads(job.argv[-1])["mark"])


def attempt(machine: Machine, memory: Memory | None = None) -> tuple[Trial, ...]:
    tried = {"/usr/bin/a": Tried(("a.cli", "a.deep"), (), "/usr/bin/a", "/usr/bin/python3", (), frozenset({"a.cli"})),
             "/usr/bin/b": Tried(("b",), (), "", "/usr/bin/python3")}
    return try_all(tried, {}, WITH, WITHOUT, ("after", "before"), memory or Memory({}), machine).trials


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
    found = broke(try_all(tried, {}, WITH, WITHOUT, ("after", "before"), Memory({}), machine).trials)
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
                                "at a.cli\nAborted\n" if dies and "a.cli" in job.argv[-1] else f"{mark(job)}{{}}\n")
                for job in jobs}

    tried = {"a": Tried(("a.cli",), (), "", "/usr/bin/python3"), "b": Tried(("b",), (), "", "/usr/bin/python3")}
    found = try_all(tried, {}, WITH, WITHOUT, ("after", "before"), Memory({}), run).trials
    assert broke(found) == {"a import a.cli": "ended by signal 6: Aborted"}


@pytest.mark.parametrize("prints", [f"{MARK}[1]\n", f"{MARK}5\n", f"{MARK}{{}}\n", f"{MARK}no json\n", "at lunch\n"])
def test_what_a_module_prints_is_not_taken_for_a_result(prints: str) -> None:
    machine = Machine({"a.cli": "ImportError: gone"})
    machine.prints = prints
    assert broke(attempt(machine)) == {"/usr/bin/a import a.cli": "ImportError: gone"}


@pytest.mark.parametrize("text", ["[1]", "5", "no json", "null"])
def test_a_result_that_is_none_is_an_error(text: str) -> None:
    def run(jobs: Sequence[Job], stage: Stage) -> dict[str, Outcome]:
        return {job.id: Outcome(0, f"{mark(job)}{text if stage == WITH else '{}'}\n") for job in jobs}

    tried = {"a": Tried(("a.cli",), (), "", "/usr/bin/python3")}
    assert broke(try_all(tried, {}, WITH, WITHOUT, ("after", "before"), Memory({}), run).trials)


class Clock:
    """Programs that need so many seconds with the plan and without; modules that are fine."""

    def __init__(self, after: float, before: float) -> None:
        self.needs = {WITH: after, WITHOUT: before}

    def __call__(self, jobs: Sequence[Job], stage: Stage) -> dict[str, Outcome]:
        found = {}
        for job in jobs:
            needs = self.needs[stage] if job.argv[-1] == "--help" else 0.0
            late = needs > job.timeout
            said = "usage\n" if job.argv[-1] == "--help" else f"{mark(job)}{{}}\n"
            found[job.id] = Outcome(None, "", job.timeout) if late else Outcome(0, said, needs)
        return found


def in_time(after: float, before: float, memory: Memory, patience: float) -> Learned:
    tried = {name: Tried(("m",), (), name, "/usr/bin/python3", (), frozenset({"m"})) for name in ("/bin/a", "/bin/b")}
    return try_all(tried, {}, WITH, WITHOUT, ("after", "before"), memory, Clock(after, before), patience)


def test_what_does_not_end_with_the_plan_or_without_is_not_learned() -> None:
    found = in_time(7, 7, Memory({}), 1)
    assert found == Learned((), dict.fromkeys(["/bin/a", "/bin/b"], "--help: did not end in 1 s"))


def test_what_a_busy_machine_does_not_end_is_not_learned() -> None:
    assert in_time(21, 10, Memory({}), 20).late == dict.fromkeys(["/bin/a", "/bin/b"], "--help: did not end in 20 s")


def test_what_only_hangs_with_the_plan_breaks() -> None:
    assert broke(in_time(99, 0.1, Memory({}), 20).trials) == dict.fromkeys(
        ["/bin/a --help", "/bin/b --help"], "did not end in time")


def test_what_did_not_end_is_tried_again_with_more_time() -> None:
    memory = Memory({})
    assert in_time(7, 7, memory, 1).late
    assert not [row for row in memory.kept.values() if row[0] is None]
    found = in_time(7, 7, memory, 60)
    assert not found.late and len(found.trials) == 2
