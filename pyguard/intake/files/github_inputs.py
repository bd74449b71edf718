"""The inputs of a workflow or an action become the values they may have: defaults, choices, what callers give."""

from __future__ import annotations

import os
from typing import Any

from .callers import mentioning
from .repository import Repository
from .yaml_nodes import YamlError, compose, mapping, strings, text_of, texts

MAX_CALLERS = 20


def inputs_of(root: dict[str, Any], path: str, text: str, repository: Repository) -> dict[str, tuple[str, ...]]:
    """By `inputs.NAME`; of a workflow that others call, what they say as well."""
    if "inputs." not in text:
        return {}
    triggers = mapping(root.get("on"))
    found: dict[str, list[str]] = {}
    for trigger, callers in (("workflow_call", _given(path, repository) if "workflow_call" in triggers else []),
                             ("workflow_dispatch", [])):
        declared = _declared(mapping(triggers.get(trigger)).get("inputs"))
        for name, values in declared.items():
            given = [each.get(name) for each in callers]
            if not given or None in given or trigger == "workflow_dispatch":
                found.setdefault(name, []).extend(values)
            found.setdefault(name, []).extend(value for value in given if value is not None and "${{" not in value)
    return _named(found)


def inputs_of_action(root: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The defaults of an action's inputs."""
    return _named(_declared(root.get("inputs")))


def _named(found: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {f"{prefix}inputs.{name}": tuple(dict.fromkeys(values))
            for name, values in found.items() for prefix in ("", "github.event.")}


def _declared(node: Any) -> dict[str, list[str]]:
    """The default and the choices of each; empty is one that has none and is not asked for."""
    found: dict[str, list[str]] = {}
    for name, each in mapping(node).items():
        said = mapping(each)
        values = [text_of(said.get("default")), *texts(said.get("options"))]
        must = text_of(said.get("required")) == "true" or len(values) > 1
        found[name] = [value for value in values if value or not must]
    return found


def _given(path: str, repository: Repository) -> list[dict[str, str]]:
    """`with:` of every job here that uses the workflow."""
    name = os.path.basename(path)
    found: list[dict[str, str]] = []
    for caller in mentioning(name, repository):
        if ".github/workflows/" not in caller or caller == path or len(found) >= MAX_CALLERS:
            continue
        try:
            jobs = mapping(mapping(compose(repository.read(caller) or "")).get("jobs"))
        except YamlError:
            continue
        found += [strings(mapping(job).get("with")) for job in jobs.values()
                  if os.path.basename(text_of(mapping(job).get("uses")).partition("@")[0]) == name]
    return found
