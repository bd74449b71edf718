"""What `COPY --from=` brings out of another stage or image, as far as Pythons go: whole ones, or one by its name."""

from __future__ import annotations

import posixpath
from typing import Optional

from ...model.late_pattern import late
from ..shell.directories import CONDA_PATH, VENV_PATH
from ..shell.state import State

PROGRAM = late(r"/usr/local/bin/(python|pip)(\d(?:\.\d+)?)?$")
PREFIXES = frozenset(("", "/usr", "/usr/local", "/usr/local/bin"))
ONE_FILE = late(r"\.[a-z][\w-]*$")    # layer.zip, start.sh; no python3.12


def bring(state: State, stage: Optional[State], image: str, sources: list[str], target: str) -> None:
    """`state` as it is with `sources` of `stage` (None: of an image of that name) at `target`."""
    if VENV_PATH.search(target + "/") or CONDA_PATH.search(target):
        state.venvs.add(target.rstrip("/"))
    into = target.rstrip("/")
    made = sorted(stage.venvs) if stage is not None else []
    for source in sources:
        _bring_environments(state, made, source.rstrip("/"), into)
    whole = [source for source in sources if _may_be_a_python(source, into)]
    if into in ("", "/usr/local", "/usr/local/bin") and any(_of_python(source, stage, image) for source in whole):
        state.private_versions.add("3")
    elif into in ("/usr/local", "/usr/local/bin") and whole and stage is not None:
        state.private_versions |= stage.private_versions
    for source in sources:
        _bring_program(state, f"{into}/{posixpath.basename(source)}" if into == "/usr/local/bin" else target)


def _bring_environments(state: State, made: list[str], source: str, into: str) -> None:
    """What that stage made an environment of is one here, too, be it below what is copied."""
    for path in made:
        if source and (path == source or path.startswith(f"{source}/")):
            state.add_venv(into + path[len(source):])


def _may_be_a_python(source: str, into: str) -> bool:
    """Whether it is a directory, to the root or /usr/local, or all programs; not one file or one program alone."""
    name = posixpath.basename(posixpath.normpath(source))
    if into == "/usr/local/bin":
        return name in ("bin", ".", "python", "python3") or "*" in name
    return ONE_FILE.search(name) is None


def _of_python(source: str, stage: Optional[State], image: str) -> bool:
    """Whether names say that a Python is in there. That of a `python` image is in its /usr/local and nowhere else."""
    host = stage.host.name if stage is not None else image
    if "python" in host and "python" not in source:
        return posixpath.normpath(source).rstrip("*/") in PREFIXES
    return "python" in image + source


def _bring_program(state: State, path: str) -> None:
    program = PROGRAM.match(path)
    if program and (program.group(1) == "python" or state.private_versions):    # a pip alone may be any's
        state.private_versions.add(program.group(2) or "3")
