"""What is to be tried of each requester in, what came of it out: with the plan first, without it to compare.

What goes well with the plan needs no comparison. Results are kept by what was tried and by what it was tried
against, so that nothing is tried twice on a machine that has not changed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from ..model.plan import Trial
from ..plan.rehearsed import Job, Outcome, Stage
from .jobs import MARK, Tried

IMPORTS, HELP, WELL = "imports", "--help", "imports and --help"
BATCH = 16       # requesters whose modules one process imports
PATIENCE = 20.0  # seconds for a program; its imports get three times that, those of a batch six times
MOST_ALONE = 8   # failed modules that are tried again by themselves
TRACEBACK = "Traceback (most recent call last)"
Run = Callable[[Sequence[Job], Stage], Mapping[str, Outcome]]


class Learned(NamedTuple):
    """What came of it, and of whom nothing did: the requester, with why."""

    trials: tuple[Trial, ...]
    late: Mapping[str, str]


class Memory:
    """Earlier results: `kept` is plain data, read and written by the caller."""

    def __init__(self, kept: dict[str, Any]) -> None:
        self.kept = kept
        self.changed = False

    def run(self, jobs: Sequence[Job], stage: Stage, world: str, run: Run) -> dict[str, Outcome]:
        """Only what is not known in this world."""
        keys = {job.id: _key(job, world) for job in jobs}
        fresh = {keys[job.id]: job for job in jobs if keys[job.id] not in self.kept}    # alike ones once
        late = {}
        for name, outcome in _run_marked(list(fresh.values()), stage, run).items():
            row = [outcome.code, _shorten(outcome.output), outcome.seconds]
            if outcome.code is None:    # given more time, or by a machine that is less busy, it may end
                late[keys[name]] = row
            else:
                self.kept[keys[name]] = row
                self.changed = True
        known = {**self.kept, **late}
        return {name: Outcome(*known[key]) for name, key in keys.items() if key in known}


def _run_marked(jobs: Sequence[Job], stage: Stage, run: Run) -> dict[str, Outcome]:
    """With a mark that holds for this run alone: a line that a module prints is not taken for ours."""
    secret = f"{secrets.token_hex(16)}:"
    marked = [job._replace(argv=tuple(word.replace(MARK, secret) for word in job.argv)) for job in jobs]
    return {name: outcome._replace(output=_own_lines(outcome.output, secret))
            for name, outcome in run(marked, stage).items()}


def _own_lines(output: str, secret: str) -> str:
    lines = output.replace(MARK, "").splitlines()
    return "".join((MARK + line[len(secret):] if line.startswith(secret) else line) + "\n" for line in lines)


def _shorten(output: str) -> str:
    """Our own last lines whole, of the rest the end."""
    lines = output.splitlines()
    ours = [line for line in lines if line.startswith(MARK)] or [line for line in lines if line.startswith("at ")][-1:]
    ours += [TRACEBACK] if TRACEBACK in output[:-2000] else []
    return "\n".join([output[-2000:], *ours])


def _key(job: Job, world: str) -> str:
    text = json.dumps([world, job.argv, dict(job.environment)])
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:24]


def try_all(tried: Mapping[str, Tried], environment: Mapping[str, str], stage: Stage, bare: Stage,
            worlds: tuple[str, str], memory: Memory, run: Run, patience: float = PATIENCE) -> Learned:
    """`worlds` name the state after and before; `bare` is the view without the plan.

    Many requesters' modules are imported by one process first; who is not clean there is tried alone. A program is
    started where that has not told already that it breaks; one stands for those with the very same modules, and
    where it breaks each of them is started.
    """
    late: dict[str, str] = {}

    def attempt(jobs: Sequence[Job]) -> list[Trial]:
        after = memory.run(jobs, stage, worlds[0], run)
        suspect = [job for job in jobs if _is_suspect(job, after.get(job.id))]
        before = memory.run(suspect, bare, worlds[1], run)
        found = []
        for job in suspect:
            name, _, what = job.id.rpartition(" ")
            if job.id in before and not _too_late(after[job.id], before[job.id]):
                found += _compare(name, what, after[job.id], before[job.id], tried[name].near)
            else:
                late.setdefault(name, f"{what}: did not end in {job.timeout:g} s")
        return found

    batches = _batches(tried, environment, 6 * patience)
    first = memory.run([job for job, _ in batches], stage, worlds[0], run)
    trials = attempt([Job(f"{name} {IMPORTS}", tried[name]._replace(modules=modules).import_command(), environment,
                          3 * patience) for job, names in batches for name in names
                      if (modules := _unclean(tried[name], first.get(job.id)))])
    known = _broken(trials)
    alike = _alike({name: item for name, item in tried.items() if item.program and name not in known})
    trials += attempt([_help(names[0], tried, environment, patience) for names in alike])
    known = _broken(trials)
    trials += attempt([_help(name, tried, environment, patience) for first_name, *names in alike
                       if first_name in known for name in names])
    late.update({name: late[first_name] for first_name, *names in alike if first_name in late for name in names})
    late = {name: what for name, what in late.items() if name not in _broken(trials)}
    quiet = set(tried) - {trial.requester for trial in trials} - set(late)
    return Learned((*trials, *(Trial(name, WELL) for name in sorted(quiet))), late)


def _help(name: str, tried: Mapping[str, Tried], environment: Mapping[str, str], patience: float) -> Job:
    return Job(f"{name} {HELP}", (tried[name].program, "--help"), environment, patience)


def _broken(trials: Iterable[Trial]) -> set[str]:
    return {trial.requester for trial in trials if trial.broke and not trial.deep}


def _alike(programs: Mapping[str, Tried]) -> list[list[str]]:
    """Programs that are started alike and have the same modules, in groups; one without modules is alone."""
    groups: dict[tuple[object, ...], list[str]] = {}
    for name, item in sorted(programs.items()):
        key = (item.interpreter, item.flags, item.path, item.modules) if item.modules else (name,)
        groups.setdefault(key, []).append(name)
    return list(groups.values())


def _batches(tried: Mapping[str, Tried], environment: Mapping[str, str],
             timeout: float) -> list[tuple[Job, list[str]]]:
    """Requesters whose interpreters are started alike, a process for some of them."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, item in sorted(tried.items()):
        if item.modules:
            groups.setdefault((item.interpreter, *item.flags, "", *item.path), []).append(name)
    found: list[tuple[Job, list[str]]] = []
    for names in groups.values():
        for start in range(0, len(names), BATCH):
            part = names[start:start + BATCH]
            modules = tuple(dict.fromkeys(module for name in part for module in tried[name].modules))
            command = tried[part[0]]._replace(modules=modules).import_command()
            found.append((Job(f"{len(found)} batch", command, environment, timeout), part))
    return found


def _unclean(item: Tried, outcome: Outcome | None) -> tuple[str, ...]:
    """Those of its modules that failed among others; all where the process did not live to the end."""
    failed = _result(outcome) if outcome is not None else None
    if failed is None:
        return item.modules
    found = [module for module in item.modules if module in failed]
    return tuple(sorted(found, key=lambda module: module not in item.near)[:MOST_ALONE])


def _is_suspect(job: Job, outcome: Outcome | None) -> bool:
    if outcome is None:
        return False
    if job.id.endswith(" " + IMPORTS):
        return outcome.code != 0 or bool(_failures(outcome))
    return outcome.code != 0 or TRACEBACK in outcome.output


def _failures(outcome: Outcome) -> dict[str, str]:
    """Each module that could not be imported; the one it died at, where the whole process did."""
    found = _result(outcome)
    if found is not None:
        return found
    at = [line[3:] for line in outcome.output.splitlines() if line.startswith("at ")]
    return {at[-1] if at else "": _ending(outcome)}


def _result(outcome: Outcome) -> dict[str, str] | None:
    """What the process itself says; None where it did not live to say anything."""
    for line in outcome.output.splitlines():
        if line.startswith(MARK):
            with suppress(ValueError):
                found = json.loads(line[len(MARK):])
                if isinstance(found, dict):
                    return {str(name): str(error) for name, error in found.items()}
    return None


def _ending(outcome: Outcome) -> str:
    """The last line that says something."""
    if outcome.code is None:
        return "did not end in time"
    lines = [line.strip() for line in outcome.output.splitlines()
             if line.strip() and not line.startswith(("at ", MARK))]
    text = lines[-1] if lines else ""
    if outcome.code < 0:
        return f"ended by signal {-outcome.code}" + (f": {text}" if text else "")
    return text or f"exit code {outcome.code}"


def _too_late(after: Outcome, before: Outcome) -> bool:
    """Whether nothing is learned: it does not stop by itself, or the machine is busy."""
    return before.code is None or (after.code is None and before.seconds > after.seconds / 8)


def _compare(name: str, what: str, after: Outcome, before: Outcome, near: Collection[str]) -> list[Trial]:
    if after.code is None:
        return [Trial(name, what, "", _ending(after))]
    if what == IMPORTS:
        was, now = _failures(before), _failures(after)
        return [Trial(name, f"import {module}" if module else "import", was.get(module, ""), error,
                      bool(module) and module not in near) for module, error in now.items()][:MOST_ALONE]
    if before.code == 0 and after.code != 0:
        return [Trial(name, what, "", _ending(after))]
    if TRACEBACK in after.output and TRACEBACK not in before.output:    # some say so, and end well
        return [Trial(name, what, "", _ending(after))]
    return []
