"""A remedy that makes a new environment in, that environment out; or nothing at all, whatever went wrong on the way.

What is run is what was printed, but for this: the place is claimed first (`claim`), so conda is told to install into
it instead of creating it, `--yes` because nobody is asked, and the environment's own Python instead of `conda run`,
which holds back what pip says.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ..errors import PyguardError, StepFailed
from ..intake.frontends.pip_frontend import OUTWARD
from ..intake.pip_config import read_variables
from ..model.decision import Decision
from ..model.remedy import Remedy, Safety
from .child import Signals, run_child
from .claim import Claim, claim, keep, release
from .import_check import failing_imports, version_of
from .new_file import write_new
from .prefixes import ask_directories, free_prefix

CONDA = "conda-create"
# They lead pip out of the environment, or change what its Python imports.
LEFT_OUT = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONNOUSERSITE")
PIPS_LEFT_OUT = OUTWARD | {"dry-run"}


class Made(NamedTuple):
    """The environment's directory, its Python, and the words that activate it."""

    prefix: str
    python: str
    activate: tuple[str, ...]


def choose(decision: Decision) -> Remedy:
    """The first remedy that runs here and makes something new. Raises PyguardError where there is none."""
    for remedy in decision.remedies:
        if remedy.runnable and remedy.creates and remedy.safety is Safety.SAFE:
            return remedy
    raise PyguardError("no-redirect", "nothing that is on this machine makes an environment for this",
                       hint="pyguard explain COMMAND shows what could be done")


def carry_out(remedy: Remedy, decision: Decision, environ: Mapping[str, str], known: Sequence[str],
              say: Callable[[str], object]) -> Made:
    """Raises PyguardError with everything removed that was begun, or Interrupted, the same.

    `known`: the directories of conda environments that were found; each is looked at again right before the claim.
    """
    left_out = {*LEFT_OUT, *(each.origin for each in read_variables(environ) if each.name in PIPS_LEFT_OUT)}
    clean = {name: value for name, value in environ.items() if name not in left_out}
    claimed, done = None, False
    with Signals() as signals:
        work = _Work(remedy, decision, {**clean, "PYTHONNOUSERSITE": "1", "PIP_USER": "0"}, signals, say)
        try:
            claimed = _claim(work, known)
            _run_steps(work, claimed)
            _check(work, claimed)
            done = True
            keep(claimed)
        except OSError as error:
            raise StepFailed("not-created", f"{error.strerror or error}", remedy.creates) from error
        finally:
            if claimed is not None and not done and not release(claimed):
                say(f"what is left of {claimed.path} could not be removed: rm -r it yourself")
    return Made(claimed.path, _python(remedy, claimed), _activation(remedy, claimed))


class _Work(NamedTuple):
    """What every step of it needs to know."""

    remedy: Remedy
    decision: Decision
    environ: Mapping[str, str]
    signals: Signals
    say: Callable[[str], object]


def _claim(work: _Work, known: Sequence[str]) -> Claim:
    uid = work.decision.request.uid
    if work.remedy.id != CONDA:
        return claim(work.remedy.creates, uid)
    said = ask_directories(_program(work.remedy, work.decision), work.environ, work.signals)
    work.signals.check()
    return claim(free_prefix(work.remedy.creates, said, known), uid, as_conda=True)


def _program(remedy: Remedy, decision: Decision) -> str:
    """The tool's own file: nothing is looked up on PATH a second time."""
    word = remedy.steps[-1].argv[0].rsplit("/", 1)[-1]
    return next((tool.path for tool in decision.facts.tools if tool.name == word), word)


def _run_steps(work: _Work, made: Claim) -> None:
    scratch = tempfile.mkdtemp(prefix="pyguard-")
    try:
        for name, text in work.remedy.files:
            write_new(os.path.join(scratch, name), text)
        for step in work.remedy.steps:
            argv = _as_run(step.argv, work.remedy, work.decision, made, scratch)
            if argv:
                work.say(f"running {' '.join(argv)}")
                code = run_child(argv, work.environ, work.decision.request.cwd or "/", work.signals)
                if code:
                    raise StepFailed("not-created", f"{argv[0]} ended with exit code {code}", made.path)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _as_run(argv: tuple[str, ...], remedy: Remedy, decision: Decision, made: Claim, scratch: str) -> tuple[str, ...]:
    """The command for a directory that is claimed; empty for what only concerns the user's own shell."""
    program = _program(remedy, decision)
    if remedy.id == "pixi":
        return () if argv[1] == "shell" else (program, *argv[1:])
    if remedy.id != CONDA:
        return (program if argv[0] == "uv" else argv[0], *argv[1:])
    name = remedy.creates
    if argv[0] == "pyguard" or argv[1] == "activate":
        return ()
    if argv[1] == "run":
        return (f"{made.path}/bin/python", *argv[argv.index("python") + 1:])
    rest = argv[argv.index(name) + 1:]
    if "-f" in rest:
        file = os.path.join(scratch, f"{name}.yml")
        if argv[0].endswith("micromamba"):
            return (program, "install", "-p", made.path, "--yes", "-f", file)
        return (program, "env", "update", "-p", made.path, "-f", file)
    return (program, "install", "-p", made.path, "--yes", *rest)


def _check(work: _Work, made: Claim) -> None:
    from ..remedy.target_python import applies

    facts, python = work.decision.facts, _python(work.remedy, made)
    version = version_of(python, work.environ, work.signals) or facts.interpreter.version
    minor = ".".join(version.split(".")[:2])
    names = tuple(dict.fromkeys(wanted.name for wanted in work.decision.request.wanted
                                if wanted.name and applies(wanted, facts, minor, version)))
    if names:
        work.say(f"checking that {', '.join(names)} can be imported there")
    failed = failing_imports(python, names, work.environ, work.signals)
    if failed:
        raise StepFailed("not-created", f"in the new environment, {failed[0]}", made.path)


def _python(remedy: Remedy, made: Claim) -> str:
    return f"{made.path}/.pixi/envs/default/bin/python" if remedy.id == "pixi" else f"{made.path}/bin/python"


def _activation(remedy: Remedy, made: Claim) -> tuple[str, ...]:
    if remedy.id in (CONDA, "pixi"):
        return remedy.steps[-1].argv
    return (".", f"{made.path}/bin/activate")
