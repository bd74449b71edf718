"""What the frontends know of the tools' options, held against what the tools themselves say (`TOOL COMMAND --help`)."""

from __future__ import annotations

import re

import pytest

from pyguard.intake.frontends import pdm, pip_sync, pipenv, pipx, poetry, uv_options
from pyguard.intake.frontends.command_line import Grammar
from tests.tool_roots import TOOLS, tool_root, version_of

LINE = re.compile(r"^ {1,8}(-\S.*?)(?: {2,}|$)")
SPELLING = re.compile(r"(-[A-Za-z]|--[a-z0-9][a-z0-9-]*)((?:\[=|=| )\S+)?(?:\.\.\.)?$")
NAMELESS = {"--without"}    # pdm shows no name for its value
COMMANDS = {
    "uv": ("pip install", "pip sync", "pip uninstall"),
    "pipx": ("install", "inject"),
    "poetry": ("add", "install", "remove", "sync", "update", "self add", "self remove"),
    "pdm": ("add", "install", "remove", "sync", "update"),
    "pipenv": ("install", "sync", "uninstall", "update", "upgrade"),
    "pip-sync": ("",),
}
GRAMMARS = {"uv": uv_options.PIP, "pipx": pipx.GRAMMAR, "poetry": poetry.COMMAND, "pdm": pdm.COMMAND,
            "pipenv": pipenv.COMMAND, "pip-sync": pip_sync.GRAMMAR}
BEFORE = {"uv": uv_options.GENERAL, "poetry": poetry.GENERAL, "pdm": pdm.GENERAL, "pipenv": pipenv.GENERAL}


def read_help(text: str) -> dict[str, bool]:
    """Each spelling and whether it takes a value; argparse, click, clap and cleo print them nearly alike."""
    found: dict[str, bool] = {}
    for line in text.splitlines():
        shown = LINE.match(line)
        if not shown:
            continue
        pieces = [SPELLING.match(piece.strip()) for piece in re.split(r", (?=-)", shown[1].replace("|vv|vvv", ""))]
        known = [piece for piece in pieces if piece]
        takes = any(piece[2] or piece[1] in NAMELESS for piece in known)
        found.update({piece[1]: takes for piece in known})
    return found


def compare(grammar: Grammar, real: dict[str, bool], where: str) -> None:
    values, flags = set(grammar.values.split()), set(grammar.flags.split()) | {"-h", "--help"}
    assert not values & flags, where
    assert {name for name, takes in real.items() if takes} <= values, where
    assert {name for name, takes in real.items() if not takes} <= flags, where


@pytest.mark.proof
@pytest.mark.core
@pytest.mark.parametrize("tool", COMMANDS)
def test_the_tables_are_the_tools_own(tool: str) -> None:
    with tool_root("bookworm", tool) as root:
        for command in ("", *COMMANDS[tool]):
            if not command and tool not in BEFORE and tool != "pip-sync":
                continue
            done = root.run([f"{TOOLS}/bin/{tool}", *command.split(), "--help"], env={"COLUMNS": "200"}, check=True)
            real = read_help(done.stdout)
            assert len(real) > 5 or not command, done.stdout
            grammar = GRAMMARS[tool] if command or tool == "pip-sync" else BEFORE[tool]
            compare(grammar, real, f"{tool} {version_of(root, tool)} {command}")
