"""Actions that install what a list of tools says (asdf, mise): whether there is a Python among those."""

from __future__ import annotations

import posixpath

from ...model.late_pattern import late
from .repository import Repository

READ_LISTS = ("asdf-vm/actions/install", "jdx/mise-action")
SAID = ("install_args", "tool_versions", "mise_toml")    # inputs that go before the repository's files
FILES = (".tool-versions", "mise.toml", ".mise.toml", ".config/mise.toml", ".config/mise/config.toml")
PYTHON = late(r"(?:^|[\s\"':])python(?=[\s=@\"']|$)")


def brings_python(uses: str, inputs: dict[str, str], repository: Repository) -> bool:
    """False where the tools are listed and no Python is one of them; such an action leaves `pip` as it is."""
    if uses.partition("@")[0] not in READ_LISTS:
        return True
    said = [inputs[name] for name in SAID if inputs.get(name)]
    folder = inputs.get("working_directory", "")
    lists = said or [text for name in FILES
                     if (text := repository.read(posixpath.join(folder, name))) is not None]
    return not lists or any("${{" in text or PYTHON.search(_without_comments(text)) for text in lists)


def _without_comments(text: str) -> str:
    return "\n".join(line.partition("#")[0] for line in text.splitlines())
