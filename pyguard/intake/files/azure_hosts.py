"""Where a job of Azure Pipelines runs: its pool and container, matrix, variables and parameters resolved."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any, Optional

from ...model.late_pattern import late
from .callers import mentioning
from .github_expressions import Known, system_of, values_of
from .repository import Repository
from .yaml_nodes import YamlError, compose, is_mapping, is_sequence, items, mapping, pairs, strings, text_of, texts

MACRO = late(r"\$\((\w+)\)|\$\[\s*variables(?:\.(\w+)|\['(\w+)'\])\s*\]")
SYSTEM = late(r"\b(eq|ne)\(\s*variables(?:\['Agent\.OS'\]|\.Agent\.OS)\s*,\s*'(\w+)'\s*\)", re.I)
EACH = late(r"\$\{\{\s*each\s+(\w+)\s+in\s+(parameters\.\w+)\s*\}\}")
PARAMETER = late(r"\$\{\{\s*(parameters\.\w+)\s*\}\}")
OF_AGENT = {"windows_nt": "win", "darwin": "mac", "linux": "linux"}
MAX_CALLERS = 20
MAX_NODES = 5000


def parameters_of(root: dict[str, Any], path: str, repository: Repository) -> dict[str, tuple[str, ...]]:
    """`parameters.NAME`: defaults, allowed values, and what the pipelines say that take the file as a template."""
    node = root.get("parameters")
    if node is None:
        return {}
    found: dict[str, list[str]] = {name: [value] for name, value in strings(node).items()}
    for each in items(node) if is_sequence(node) else ():
        said = mapping(each)
        found[text_of(said.get("name"))] = [*texts(said.get("default")), *texts(said.get("values"))]
    for given in _given(os.path.basename(path), path, repository):
        for name, value in given.items():
            if "${{" not in value:
                found.setdefault(name, []).append(value)
    return {f"parameters.{name}": tuple(filter(None, values)) for name, values in found.items()}


def each_of(text: str, known: Known) -> Known:
    """With the names that `${{ each NAME in parameters.LIST }}` gives the entries of a list."""
    return {**known, **{name: known.get(listed, ()) for name, listed in EACH.findall(text)}}


def with_parameters(text: str, variables: Mapping[str, Optional[str]]) -> str:
    """A script with the values of `${{ parameters.NAME }}` that are known."""
    return PARAMETER.sub(lambda match: variables.get(match.group(1)) or match.group(), text)


def _given(name: str, path: str, repository: Repository) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for caller in mentioning(name, repository):
        if "azure" not in caller or caller == path or len(found) >= MAX_CALLERS:
            continue
        try:
            waiting = [compose(repository.read(caller) or "")]
        except YamlError:
            continue
        for _ in range(MAX_NODES):
            if not waiting:
                break
            node = waiting.pop()
            entries = mapping(node)
            if os.path.basename(text_of(entries.get("template"))) == name:
                found.append(strings(entries.get("parameters")))
            waiting.extend(node.value if is_sequence(node) else [value for _, value in pairs(node)])
    return found


def variables_of(node: Any) -> dict[str, str]:
    """`variables:`, a mapping or a list of names with values."""
    if is_mapping(node):
        return strings(node)
    said = [strings(each) for each in items(node)]
    return {each["name"]: each.get("value", "") for each in said if "name" in each}


def resolved(text: str, job: dict[str, Any], variables: dict[str, str], known: Known) -> list[str]:
    """All that an image's name may become: by the legs of the matrix, by variables, by parameters."""
    legs = [strings(leg) for leg in mapping(mapping(job.get("strategy")).get("matrix")).values()]
    named = {**known, **{f"variables.{name}": (value,) for name, value in variables.items()}}
    found = []
    for leg in islice(legs or [{}], MAX_CALLERS):
        values = {**variables, **leg}

        def replace(match: re.Match[str], values: dict[str, str] = values) -> str:
            return values.get(match.group(1) or match.group(2) or match.group(3), match.group())

        found += values_of(MACRO.sub(replace, text), named)
    return list(dict.fromkeys(value for each in found for value in values_of(each, named)))


def best(names: list[str]) -> str:
    """Of the images that agents may have, one on which an install can do harm; Windows where there is no other."""
    return min(names, key=lambda name: {"linux": 0, "": 1, "mac": 2, "win": 3}[system_of(name)], default="")


def systems_of(condition: str) -> set[str]:
    """The systems on which a step with that condition may run."""
    told = [(match.group(1).lower(), OF_AGENT.get(match.group(2).lower(), "")) for match in SYSTEM.finditer(condition)]
    meant = {system for how, system in told if how == "eq"}
    return (meant or {"linux", "mac", "win"}) - {system for how, system in told if how == "ne"}
