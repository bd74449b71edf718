"""A plan's evidence in, each affected requester's grade with its proof out: the worst that is known. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.frozen import replace
from ..model.impact import Affected, Grade
from ..model.plan import Missing, Plan, Reach, Trial


def grade(plan: Plan) -> Iterator[Affected]:
    """Those that break first, then those at risk, then those that only use what changes; each group by name."""
    reaches = {item.requester: item for item in plan.reaches}
    missing = {item.requester: item for item in reversed(plan.missing)}
    broken: dict[str, Trial] = {}
    deep: dict[str, Trial] = {}
    for trial in plan.trials:
        if trial.broke:
            (deep if trial.deep else broken).setdefault(trial.requester, trial)
    fine = {trial.requester for trial in plan.trials} - set(broken) - set(deep)
    for name in sorted(broken):
        yield _breaks(broken[name], reaches.get(name))
    for name in sorted({*missing, *deep} - set(broken)):
        yield _fails_later(deep[name], reaches.get(name)) if name in deep else _at_risk(
            missing[name], reaches.get(name), name in fine)
    for name in sorted(set(reaches) - {*missing, *deep, *broken}):
        reach = reaches[name]
        yield Affected(name, Grade.USES, reach.change, reach.module, reach.strength, reach.where, firm=reach.firm)


def _fails_later(trial: Trial, reach: Reach | None) -> Affected:
    return replace(_breaks(trial, reach), grade=Grade.AT_RISK)


def _breaks(trial: Trial, reach: Reach | None) -> Affected:
    change, module = (reach.change, reach.module) if reach else ("", "")
    return Affected(trial.requester, Grade.BREAKS, change, module, reach.strength if reach else "",
                    reach.where if reach else "", f"{trial.what}: {trial.after}")


def _at_risk(missing: Missing, reach: Reach | None, tried: bool) -> Affected:
    if missing.name:
        proof = f"{missing.name} {missing.fault or 'is gone'}"
    else:
        proof = (f"{missing.distribution} requires {missing.requirement}: {missing.before} does, "
                 f"{missing.after} does not")
    if tried:
        proof += "; a rehearsal went well"
    return Affected(missing.requester, Grade.AT_RISK, missing.change, reach.module if reach else "",
                    reach.strength if reach else "", missing.where, proof)
