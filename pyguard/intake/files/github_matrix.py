"""A job's matrix becomes its legs: the values of each, and the systems that its runner may have."""

from __future__ import annotations

from itertools import islice, product
from typing import Any, NamedTuple, Optional

from ...model.late_pattern import late
from .github_expressions import SYSTEMS, Known, holds, system_of, values_of
from .yaml_nodes import is_mapping, is_scalar, is_sequence, items, mapping, text_of, texts

MAPPED = late(r"\$\{\{\s*(matrix(?:\.[\w-]+)+)\s*\}\}$")
MAX_LEGS = 256
MAX_DEPTH = 3     # of mappings in a value


class Leg(NamedTuple):
    """One run of a job: what is known in its expressions, and the systems that it may run on."""

    known: Known
    systems: tuple[str, ...] = SYSTEMS


def legs_of(job: dict[str, Any], inputs: Known) -> list[Leg]:
    """The runs of a job; one of which nothing is known where its matrix is made elsewhere."""
    node = mapping(job.get("strategy")).get("matrix")
    if node is None:
        return [_leg(job, {**given, "matrix": ()}) for given in _each(inputs)]
    if not is_mapping(node) or any("${{" in text_of(each) for each in mapping(node).values()):
        return [_leg(job, given) for given in _each(inputs)]
    legs = _expanded(mapping(node))
    return [_leg(job, {**given, "matrix": (), **{name: (value,) for name, value in leg.items()}})
            for given in _each(inputs) for leg in legs][:MAX_LEGS]


def _each(inputs: Known) -> list[dict[str, tuple[str, ...]]]:
    """One for each value of an input that may be empty: conditions ask for that. Others keep all their values."""
    asked = next((name for name, values in inputs.items() if "" in values and len(values) > 1), "")
    return [{**inputs, asked: (value,)} for value in inputs[asked]] if asked else [dict(inputs)]


def environment_of(node: Any, legs: list[Leg], running: list[Leg]) -> dict[str, Optional[str]]:
    """`env: ${{ matrix.env }}`: what the running legs have of all names there; None where they differ.

    A name that only other legs have is empty.
    """
    named = MAPPED.match(text_of(node).strip())
    if named is None or not running:
        return {}
    prefix = f"{named.group(1)}."
    names = {key[len(prefix):] for leg in legs for key in leg.known if key.startswith(prefix)}
    values = {name: {leg.known.get(prefix + name, ("",)) for leg in running} for name in sorted(names)}
    return {name: each.pop()[0] if len(each) == 1 else None for name, each in values.items() if name.isidentifier()}


def runners_of(job: dict[str, Any], known: Known) -> list[str]:
    """The labels that a run of the job may ask for."""
    node = job.get("runs-on")
    labels = mapping(node).get("labels") or mapping(node).get("group") if is_mapping(node) else node
    return [word for name in texts(labels) for value in values_of(name, known) for word in _labels(value)]


def _labels(value: str) -> list[str]:
    return [value] if "${{" in value else value.split()


def _leg(job: dict[str, Any], known: Known) -> Leg:
    told = {system_of(name) for name in runners_of(job, known)}
    systems = tuple(system for system in SYSTEMS if system in told)
    return Leg(known, systems or SYSTEMS)


def live(legs: list[Leg], condition: str) -> tuple[set[str], list[Leg]]:
    """The systems on which a step with that condition may run, and the legs that may run it."""
    if not condition:
        return {system for leg in legs for system in leg.systems}, legs
    found: set[str] = set()
    running = []
    for leg in legs:
        on = [system for system in leg.systems if holds(condition, system, leg.known) is not False]
        found.update(on)
        running += [leg] if on else []
    return found, running


def parted(legs: list[Leg], conditions: list[str]) -> list[list[Leg]]:
    """The legs by which of these conditions may hold for them: those of a part run the same steps."""
    found: dict[tuple[bool, ...], list[Leg]] = {}
    for leg in legs:
        found.setdefault(tuple(bool(live([leg], each)[1]) for each in conditions), []).append(leg)
    return list(found.values())


def _expanded(matrix: dict[str, Any]) -> list[dict[str, str]]:
    """All combinations, without `exclude`, with `include` as GitHub adds it."""
    axes = [[_flat(f"matrix.{name}", each) for each in node.value] for name, node in matrix.items()
            if name not in ("include", "exclude") and is_sequence(node)]
    legs = [{key: value for part in parts for key, value in part.items()}
            for parts in islice(product(*axes), MAX_LEGS)] if axes else []
    for node in items(matrix.get("exclude")):
        without = _flat("matrix", node)
        legs = [leg for leg in legs if not all(leg.get(key) == value for key, value in without.items())]
    original = {key for leg in legs for key in leg}
    more: list[dict[str, str]] = []
    for node in items(matrix.get("include")):
        given = _flat("matrix", node)
        own = {key: value for key, value in given.items() if key in original}
        meant = [leg for leg in legs if all(leg.get(key) == value for key, value in own.items())]
        for leg in meant:
            leg.update(given)
        if not meant:
            more.append(given)
    return [*legs, *more][:MAX_LEGS]


def _flat(name: str, node: Any, depth: int = 0) -> dict[str, str]:
    """A value by its whole name: `matrix.config.os` for what is in a mapping."""
    if is_mapping(node):
        return {key: value for inner, each in mapping(node).items() if depth < MAX_DEPTH
                for key, value in _flat(f"{name}.{inner}", each, depth + 1).items()}
    if is_scalar(node):
        return {name: text_of(node)}
    return {name: " ".join(texts(node))}
