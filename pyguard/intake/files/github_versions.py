"""Actions that install what they are told (asdf, mise, setup-python): whether there is a Python among that.

actions/setup-python from v4 on has no version of its own: told none, and with no .python-version in the repository, it
leaves the Python that is first on PATH (its README, "Basic usage").
"""

from __future__ import annotations

import posixpath

from ...model.late_pattern import late
from .repository import Repository

UNVERSIONED = late(r"actions/setup-python@v(?:[4-9]|\d\d)(?:\.|$)")
READ_LISTS = ("asdf-vm/actions/install", "jdx/mise-action")
SAID = ("install_args", "tool_versions", "mise_toml")    # inputs that go before the repository's files
FILES = (".tool-versions", "mise.toml", ".mise.toml", ".config/mise.toml", ".config/mise/config.toml")
PYTHON = late(r"(?:^|[\s\"':])python(?=[\s=@\"']|$)")


def brings_python(uses: str, inputs: dict[str, str], repository: Repository) -> bool:
    """False where what is listed has no Python; such an action leaves `pip` as it is."""
    if is_unversioned(uses):
        return bool(inputs.get("python-version") or inputs.get("python-version-file")) \
            or repository.read(".python-version") is not None
    if uses.partition("@")[0] not in READ_LISTS:
        return True
    said = [inputs[name] for name in SAID if inputs.get(name)]
    folder = inputs.get("working_directory", "")
    lists = said or [text for name in FILES
                     if (text := repository.read(posixpath.join(folder, name))) is not None]
    return not lists or any("${{" in text or PYTHON.search(_without_comments(text)) for text in lists)


def is_unversioned(uses: str) -> bool:
    """A version of actions/setup-python that has none by itself."""
    return UNVERSIONED.match(uses) is not None


def _without_comments(text: str) -> str:
    return "\n".join(line.partition("#")[0] for line in text.splitlines())
