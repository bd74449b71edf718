"""Actions that install what they are told (asdf, mise, setup-python): whether there is a Python among that.

actions/setup-python from v4 on has no version of its own: told none, and with no .python-version in the repository, it
leaves the Python that is first on PATH (its README, "Basic usage"). So does every release where the version is empty:
`python-version: ${{ matrix.python }}` in a leg of the matrix that has no such value.
"""

from __future__ import annotations

import posixpath
from typing import Any

from ...model.late_pattern import late
from ..circumstances import Active, Ground
from .github_expressions import EXPRESSION
from .github_matrix import Leg, live
from .repository import Repository
from .yaml_nodes import mapping, text_of

SETUP = "actions/setup-python@"
UNVERSIONED = late(r"actions/setup-python@v(?:[4-9]|\d\d)(?:\.|$)")
READ_LISTS = ("asdf-vm/actions/install", "jdx/mise-action")
SAID = ("install_args", "tool_versions", "mise_toml")    # inputs that go before the repository's files
FILES = (".tool-versions", "mise.toml", ".mise.toml", ".config/mise.toml", ".config/mise/config.toml")
PYTHON = late(r"(?:^|[\s\"':])python(?=[\s=@\"']|$)")


def brings_python(uses: str, inputs: dict[str, str], repository: Repository, legs: list[Leg]) -> bool:
    """False where what is listed has no Python; such an action leaves `pip` as it is."""
    if is_unversioned(uses, inputs):
        return _is_told("python-version", inputs, legs) or _is_told("python-version-file", inputs, legs) \
            or repository.read(".python-version") is not None
    if uses.partition("@")[0] not in READ_LISTS:
        return True
    said = [inputs[name] for name in SAID if inputs.get(name)]
    folder = inputs.get("working_directory", "")
    lists = said or [text for name in FILES
                     if (text := repository.read(posixpath.join(folder, name))) is not None]
    return not lists or any("${{" in text or PYTHON.search(_without_comments(text)) for text in lists)


def is_unversioned(uses: str, inputs: dict[str, str]) -> bool:
    """actions/setup-python, of a release that has no version by itself, or with one that may be empty."""
    return UNVERSIONED.match(uses) is not None or (uses.startswith(SETUP) and "python-version" in inputs)


def unversioned(uses: str, line: int, repository: Repository) -> Active:
    """The Python that is left where none is told: the runner's own, if all of the repository is here."""
    said = f"uses: {uses}, line {line}, is told no version"
    if repository.is_whole():
        return Active(because=f"{said} and takes what is there")
    return Active(Ground.UNKNOWN, "", f"{said}: the repository's .python-version may say one, and what is here has no "
                                      f".git, so it may not be all")


def asked_version(step: dict[str, Any]) -> str:
    """The expression that says which version setup-python gets: where it is empty, a leg runs another Python."""
    said = text_of(mapping(step.get("with")).get("python-version"))
    return said if text_of(step.get("uses")).startswith(SETUP) and EXPRESSION.fullmatch(said.strip()) else ""


def _is_told(name: str, inputs: dict[str, str], legs: list[Leg]) -> bool:
    """Whether the input has a value, as far as one can tell, in one of the legs."""
    value = inputs.get(name, "").strip()
    if not value or EXPRESSION.fullmatch(value) is None:
        return bool(value)
    return not legs or bool(live(legs, value)[1])


def _without_comments(text: str) -> str:
    return "\n".join(line.partition("#")[0] for line in text.splitlines())
