"""CloudFormation templates and SSM documents: user data and commands that set up a distribution's machine."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from ...model.late_pattern import late
from ..circumstances import FoundCommand, HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from . import cloud_init
from .repository import FileText, Repository
from .yaml_nodes import (
    compose,
    is_mapping,
    is_scalar,
    is_sequence,
    items,
    line_of,
    mapping,
    pairs,
    source_of,
    text_of,
)

KIND = "cloudformation"
SIGNS = ("AWSTemplateFormatVersion", "aws:runShellScript", "ExecuteBash", "AWS::CloudFormation::Init")
TELLING = late(r"pip|python|easy_install|conda|EXTERNALLY|poetry")
MAX_NODES = 50_000
OF_INIT = "packages: python"    # what cfn-init installs by easy_install: its own Python's, which is the distribution's
LISTS = frozenset(("runCommand", "commands"))    # of an SSM document, of an image builder's component


def claims(path: str, head: str) -> bool:
    """By what only such a template says; Elastic Beanstalk's by their place."""
    return ".ebextensions/" in path or any(sign in head for sign in SIGNS)


def read(file: FileText, repository: Repository) -> Reading:
    """All user data and all commands, wherever in the template they stand."""
    if TELLING.search(file.text) is None:
        return Reading()
    root = compose(file.text)
    shell = ShellRun()
    lines = file.text.split("\n")
    found: list[FoundCommand] = []
    for key, node in _told(root):
        for source in _sources(key, node, lines, file.path):
            if source.text.lstrip().startswith("#cloud-config"):
                body = "\n".join(" " * source.margin + line for line in source.text.split("\n"))
                inner = FileText(file.path, "\n" * (source.line - 1) + body)
                found += cloud_init.read(inner, repository).commands
            else:
                state = State(HostName(), User.ROOT)
                state.manager = "a template sets a distribution's machine up"
                shell.run_script(source, state)
    return Reading((*found, *shell.found), (), tuple(shell.calls))


def _told(root: Any) -> Iterator[tuple[str, Any]]:
    """The values that are scripts, with their keys."""
    waiting = [root]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node = waiting.pop()
        for key, value in pairs(node):
            name = text_of(key)
            if name == "UserData" or (name in LISTS and is_sequence(value)) or (name == "command" and not (
                    is_mapping(value))):
                yield name, value
            else:
                if name == "packages" and "python" in mapping(value):
                    yield OF_INIT, mapping(value)["python"]
                waiting.append(value)
        if is_sequence(node):
            waiting.extend(node.value)


def _sources(key: str, node: Any, lines: list[str], path: str) -> Iterator[SourceText]:
    """The text as it stands; of `Fn::Join` the lines that its pieces make, each where its first piece stands."""
    if key == OF_INIT:
        for name, _versions in pairs(node):
            yield _at(shlex.join(["easy_install", text_of(name)]), name, path)
        return
    if key != "UserData":
        yield from filter(None, (source_of(each, lines, path) for each in items(node)))
        return
    for _ in range(6):    # Fn::Base64: {Fn::Sub: …}
        entries = mapping(node)
        if "Fn::Join" in entries:
            node = entries["Fn::Join"]
        inner = next((entries[name] for name in ("Fn::Base64", "Fn::Sub") if name in entries), None)
        if inner is None:
            break
        node = inner
    if is_scalar(node):
        source = source_of(node, lines, path)
        if source is not None:
            yield source
    elif is_sequence(node) and len(node.value) == 2 and is_sequence(node.value[1]):
        yield from _joined(text_of(node.value[0]), node.value[1].value, path)
    elif is_sequence(node) and node.value:    # Fn::Sub with values of its own
        yield from filter(None, [source_of(node.value[0], lines, path)])


def _joined(delimiter: str, pieces: list[Any], path: str) -> Iterator[SourceText]:
    text, first = "", None
    for piece in pieces:
        first = first or piece
        text += (text_of(piece) if is_scalar(piece) else "$value") + delimiter
        if text.endswith("\n"):
            yield _at(text, first, path)
            text, first = "", None
    if first is not None:
        yield _at(text, first, path)


def _at(text: str, node: Any, path: str) -> SourceText:
    place = SourceText("", path, line_of(node), int(node.start_mark.column) + 1).locate(0, 0)
    return SourceText(text, path, fixed=place)
