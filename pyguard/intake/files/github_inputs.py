"""The inputs of a workflow or an action become the values they may have: defaults, choices, what callers give."""

from __future__ import annotations

import os
from typing import Any

from .repository import Repository
from .yaml_nodes import YamlError, compose, mapping, strings, text_of, texts

MAX_CALLERS = 20


def inputs_of(root: dict[str, Any], path: str, text: str, repository: Repository) -> dict[str, tuple[str, ...]]:
    """By `inputs.NAME`; of a workflow that others call, what they say as well."""
    if "inputs." not in text:
        return {}
    found: dict[str, list[str]] = {}
    triggers = mapping(root.get("on"))
    for trigger in ("workflow_call", "workflow_dispatch"):
        _declared(mapping(triggers.get(trigger)).get("inputs"), found)
    if "workflow_call" in triggers:
        for given in _given(path, repository):
            for name, value in given.items():
                if "${{" not in value:
                    found.setdefault(name, []).append(value)
    return _named(found)


def inputs_of_action(root: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The defaults of an action's inputs."""
    found: dict[str, list[str]] = {}
    _declared(root.get("inputs"), found)
    return _named(found)


def _named(found: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {f"{prefix}inputs.{name}": tuple(dict.fromkeys(value for value in values if value))
            for name, values in found.items() for prefix in ("", "github.event.")}


def _declared(node: Any, found: dict[str, list[str]]) -> None:
    for name, each in mapping(node).items():
        said = mapping(each)
        found.setdefault(name, []).extend([text_of(said.get("default")), *texts(said.get("options"))])


def _given(path: str, repository: Repository) -> list[dict[str, str]]:
    """`with:` of every job here that uses the workflow."""
    name = os.path.basename(path)
    found: list[dict[str, str]] = []
    for caller in repository.listing("pipeline"):
        text = repository.read(caller) or "" if ".github/workflows/" in caller and caller != path else ""
        if name not in text or len(found) >= MAX_CALLERS:
            continue
        try:
            jobs = mapping(mapping(compose(text)).get("jobs"))
        except YamlError:
            continue
        found += [strings(mapping(job).get("with")) for job in jobs.values()
                  if os.path.basename(text_of(mapping(job).get("uses")).partition("@")[0]) == name]
    return found
