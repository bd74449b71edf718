"""Salt states: pip.installed, pip.removed and cmd.run, which a minion sees to as root."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...model.late_pattern import late
from ..circumstances import Reading
from ..shell.state import State
from .configured import Configured, take_variables, user_of
from .repository import FileText, Repository
from .yaml_nodes import (
    compose_all,
    is_mapping,
    is_scalar,
    items,
    line_of,
    mapping,
    pairs,
    source_of,
    strings,
    text_of,
    texts,
)

KIND = "salt"
WHO = "salt runs it on a host, as root"
OWN = "pip.installed without bin_env: the Python of the host's Salt"
TAG = late(r"\{%-?\s*(if|elif|else|endif|for|endfor)\b((?:(?!\{%|%\}).)*)%\}", re.S)
BLOCK = late(r"\{%(?:(?!\{%|%\}).)*%\}|\{#(?:(?!\{#|#\}).)*#\}", re.S)
VALUE = late(r"\{\{((?:(?!\{\{|\}\}).)*)\}\}", re.S)
RENDERER = late(r"#!.*\bpy(dsl|objects)?\b")
STATE = late(r"(pip|cmd|pkg|file)\.(\w+)$")
MODULES = frozenset(("pip", "cmd", "pkg", "file"))
RUNS = frozenset(("run", "wait"))
GONE = frozenset(("removed", "purged"))


def claims(path: str, head: str) -> bool:
    """By the name; not those that are Python."""
    return path.endswith(".sls") and RENDERER.match(head) is None


def read(file: FileText, repository: Repository) -> Reading:
    """Every state of every id. Raises YamlError where it is no YAML without its templates."""
    reader = _States(file, Configured(file.path, repository, WHO))
    for root in compose_all(reader.text):
        for key, value in pairs(root):
            reader.take(key, value)
    return Reading(tuple(reader.run.shell.found), (), tuple(reader.run.shell.calls))


class _States:
    def __init__(self, file: FileText, run: Configured) -> None:
        self.run = run
        self.path = file.path
        self.conditions = _conditions(file.text)
        self.text = VALUE.sub(_variable, BLOCK.sub(_blank, file.text))
        self.lines = self.text.split("\n")

    def take(self, key: Any, value: Any) -> None:
        """The states of one id, `module.function` or the older form with the function in the list."""
        if is_scalar(value):
            self._state(key, value, text_of(value), None)
        for name, given in pairs(value):
            word = text_of(name)
            if word in MODULES:
                functions = [text_of(each) for each in items(given) if is_scalar(each)]
                word = f"{word}.{functions[0]}" if functions else word
            self._state(key, name, word, given)

    def _state(self, key: Any, name: Any, word: str, given: Any) -> None:
        match = STATE.match(word)
        state = self.run.state(self._condition(line_of(name))) if match is not None else None
        if match is None or state is None:
            return
        arguments = {text_of(argument): value for node in items(given) for argument, value in pairs(node)}
        if is_mapping(given):
            arguments.update(mapping(given))
        module, function = match.groups()
        user_of(text_of(arguments.get("user", arguments.get("runas"))), state)
        if module == "cmd" and function in RUNS:
            self._command(key, arguments, state)
        elif module == "pip":
            self._pip(function, key, arguments, line_of(name), state)
        elif module == "pkg":
            removed = "remove" if function in GONE else "install"
            self.run.emit(["package", removed, *_names(key, arguments)], line_of(name), state)
        elif module == "file":
            self._file(function, key, arguments, line_of(name), state)

    def _condition(self, line: int) -> str:
        return "\n".join(words for first, last, words in self.conditions if first <= line <= last)

    def _command(self, key: Any, arguments: dict[str, Any], state: State) -> None:
        state.cwd = text_of(arguments.get("cwd"))
        env = arguments.get("env")
        for node in items(env):
            variables = {name: re.sub(r"\$\w*PATH\w*", "$PATH", value) for name, value in strings(node).items()}
            take_variables(variables, state, f"env, line {line_of(node)}")
        for node in items(arguments.get("names")) or [arguments.get("name", key)]:
            node = node.value[0][0] if is_mapping(node) and node.value else node
            source = source_of(node, self.lines, self.path)
            if source is not None:
                self.run.run(source, state.copy())

    def _pip(self, function: str, key: Any, arguments: dict[str, Any], line: int, state: State) -> None:
        requirements = text_of(arguments.get("requirements"))
        wanted = ["-r", requirements] if requirements else _names(key, arguments)
        if function not in ("installed", "removed", "uptodate"):
            return
        said = [word for each in texts(arguments.get("extra_args")) for word in each.split()]
        for option in ("target", "prefix"):
            if option in arguments:
                said += [f"--{option}", text_of(arguments[option])]
        words = ["uninstall", "-y"] if function == "removed" else ["install", *said]
        for node in items(arguments.get("env_vars")):
            take_variables(strings(node), state, f"env_vars, line {line_of(node)}")
        bin_env = text_of(arguments.get("bin_env"))
        state.manager = state.manager and (state.manager if bin_env else f"{state.manager}; {OWN}")
        self.run.pip(bin_env, [*words, *wanted], line, state)

    def _file(self, function: str, key: Any, arguments: dict[str, Any], line: int, state: State) -> None:
        for name in _names(key, arguments):
            if function == "absent":
                self.run.emit(["rm", name], line, state)
            elif function == "symlink":
                self.run.emit(["ln", "-s", text_of(arguments.get("target")), name], line, state)


def _names(key: Any, arguments: dict[str, Any]) -> list[str]:
    """What the state is for: `pkgs`, `names`, `name`, or the id."""
    for name in ("pkgs", "names"):
        if name in arguments:
            return [_name(each) for each in items(arguments[name])]
    return [re.sub(r"\s+", "", text_of(arguments.get("name", key)))]


def _name(node: Any) -> str:
    """`a >= 1.0`, or `a: 1.0`."""
    return re.sub(r"\s+", "", text_of(node.value[0][0]) if is_mapping(node) and node.value else text_of(node))


def _conditions(text: str) -> list[tuple[int, int, str]]:
    """The lines of each branch of Jinja's `if`, and what it asks."""
    return list(_branches(text))


def _branches(text: str) -> Iterator[tuple[int, int, str]]:
    opened: list[tuple[int, str]] = []
    for match in TAG.finditer(text):
        word, line = match.group(1), text.count("\n", 0, match.start()) + 1
        if word in ("elif", "else", "endif", "endfor") and opened:
            first, words = opened.pop()
            yield first, line, words
        if not word.startswith("end"):
            opened.append((line, match.group(2) if word in ("if", "elif") else ""))


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _variable(match: re.Match[str]) -> str:
    """`$name`, which nobody knows, on as many lines."""
    return "$" + re.sub(r"\W+", "_", match.group(1)).strip("_") + "\n" * match.group().count("\n")
