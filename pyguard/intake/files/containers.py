"""Kubernetes objects, Tekton and Argo steps, Cloud Build: commands that a container of a named image runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any, Optional

from ...model.late_pattern import late
from ..circumstances import HostName, Reading, User
from ..shell.documents import is_script
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .dockerfile import image_state
from .helm_text import as_yaml
from .repository import FileText, Repository
from .yaml_nodes import (
    YamlError,
    compose_all,
    is_sequence,
    items,
    line_of,
    mapping,
    pairs,
    source_of,
    strings,
    text_of,
    texts,
)

KIND = "containers"
IN_WHICH = "a ConfigMap does not say in which image its scripts run"
OBJECT = late(r"^apiVersion:", re.M)
TELLING = late(r"\b(?:pip3?|easy_install|get-pip)\b")
MAX_NODES = 20_000
SHELL = late(r"(?:.*/)?(?:ba|da|z|a)?sh$")
COMMAND = late(r"-[a-z]*c$")


def claims(path: str, head: str) -> bool:
    """By a key that every object has, by Cloud Build's own name."""
    return "cloudbuild" in path.rsplit("/", 1)[-1] or OBJECT.search(head) is not None


def read(file: FileText, repository: Repository) -> Reading:
    """Every container that has an image and a command; a template of another program's may be no YAML."""
    if TELLING.search(file.text) is None:
        return Reading()
    text = as_yaml(file.text, file.path, repository) if "{{" in file.text else file.text
    try:
        documents = compose_all(text)
    except YamlError:
        if "{{" in file.text:
            return Reading()
        raise
    shell = ShellRun()
    lines = text.split("\n")
    for source in _configured(documents, lines, file.path):
        shell.run_script(source, State(HostName("$container", IN_WHICH), User.UNKNOWN))
    for step in _steps(documents):
        node = step.get("image") or step["name"]
        for source in _sources(step, lines, file.path):
            state = image_state(text_of(node), f"image: {text_of(node)}, line {line_of(node)}", file.path, repository)
            state.export(_environment(step))
            shell.run_script(source, state)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _configured(documents: list[Any], lines: list[str], path: str) -> Iterator[SourceText]:
    """The scripts that a ConfigMap has: by their first line, or by their names."""
    for document in documents:
        entries = mapping(document)
        for name, node in mapping(entries.get("data")).items() if text_of(entries.get("kind")) == "ConfigMap" else ():
            source = source_of(node, lines, path)
            if source is not None and is_script(source.text, name):
                yield source


def _steps(documents: list[Any]) -> Iterator[dict[str, Any]]:
    """The mappings with an image; in Cloud Build a step's name is its image."""
    waiting = list(reversed(documents))
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node = waiting.pop()
        entries = mapping(node)
        if text_of(entries.get("image")) or ("name" in entries and ({"entrypoint", "args", "script"} & entries.keys())
                                             and "image" not in entries):
            yield entries
        waiting += reversed(node.value if is_sequence(node) else [value for _, value in pairs(node)])


def _environment(step: dict[str, Any]) -> dict[str, str]:
    """A container's `env`: names with values, in Cloud Build `NAME=value`."""
    found: dict[str, str] = {}
    for node in items(step.get("env")):
        name, equals, value = text_of(node).partition("=")
        entries = strings(node)
        found.update({name: value} if equals else {entries["name"]: entries["value"]} if "value" in entries else {})
    return found


def _sources(step: dict[str, Any], lines: list[str], path: str) -> Iterator[SourceText]:
    for name in ("script", "source"):
        source = source_of(step.get(name), lines, path)
        if source is not None:
            yield source
    words = [each for name in ("entrypoint", "command", "args") for each in items(step.get(name))]
    script = _script(words)
    if script is not None:
        source = source_of(script, lines, path)
        if source is not None:
            yield source
    elif words:
        first = words[0]
        place = SourceText("", path, line_of(first), int(first.start_mark.column) + 1).locate(0, 0)
        yield SourceText(shlex.join(text for each in words for text in texts(each)), path, fixed=place)


def _script(words: list[Any]) -> Optional[Any]:
    """The text that `sh -c` gets."""
    for index, node in enumerate(words[:-1]):
        if COMMAND.match(text_of(node)) and any(SHELL.match(text_of(each)) for each in words[:index]):
            return words[index + 1]
    return None
