"""A conda environment of its own: the `conda create` command that gets what pip was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.facts import Facts
from ..model.remedy import Remedy, Safety, Step
from ..model.request import Action, Request, SourceKind, WantedDistribution
from .conda_specs import conda_spec
from .names import pip_arguments, suggest_name

PROGRAMS = ("conda", "mamba", "micromamba")
OLDEST_MINOR = (3, 10)    # below it, channels no longer build
FALLBACK_MINOR = "3.12"
HOW_TO_GET = "conda is not on this machine: https://conda-forge.org/download/ has the installer"


def propose(facts: Facts, request: Request) -> Iterator[Remedy]:
    """Creates a new environment, never one that is there: `conda create` deletes that first."""
    if request.action is not Action.INSTALL or not request.wanted:
        return
    program = next((tool.name for name in PROGRAMS for tool in facts.tools if tool.name == name), "")
    name = suggest_name(facts, request)
    native = [wanted for wanted in request.wanted if _translatable(wanted, request)]
    rest = len(native) < len(request.wanted) or bool(request.index_options)
    specs = [conda_spec(wanted.name, wanted.specifier) for wanted in native] if not request.index_options else []
    create = (program or "conda", "create", "-n", name, "-c", "conda-forge", f"python={_python(facts)}", *specs)
    steps = [Step((*create, "pip") if rest else create)]
    if rest:
        steps.append(Step((program or "conda", "run", "-n", name, "python", "-m", "pip", "install",
                           *pip_arguments(request))))
    steps.append(Step((program or "conda", "activate", name)))
    yield Remedy("conda-create", "a conda environment", Safety.SAFE, tuple(steps),
                 note="" if program else HOW_TO_GET, runnable=bool(program))


def _translatable(wanted: WantedDistribution, request: Request) -> bool:
    return (bool(wanted.name) and wanted.source is SourceKind.INDEX and not wanted.editable
            and not wanted.extras and not request.index_options)


def _python(facts: Facts) -> str:
    parts = tuple(int(part) for part in facts.interpreter.minor.split(".") if part.isdigit())
    return facts.interpreter.minor if parts >= OLDEST_MINOR else FALLBACK_MINOR
