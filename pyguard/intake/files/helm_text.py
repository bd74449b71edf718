"""A Helm template becomes YAML on the same lines: values.yaml's values filled in, the rest unknown, blocks comments."""

from __future__ import annotations

import re
from typing import Any, Optional

from ...model.late_pattern import late
from .repository import Repository
from .yaml_nodes import YamlError, compose, is_scalar, mapping, text_of

ACTION = late(r"\{\{-?(?:\s*/\*.{0,4000}?\*/\s*|"
              r"(?:\"(?:[^\"\\]|\\.)*\"|`[^`]*`|[^\"`{}]|\{(?!\{)|\}(?!\}))*?)-?\}\}", re.S)
ALONE = late(r"^([ \t]*)((?:\0[^\0]*\0[ \t]*)+)$", re.M)
MARKED = late(r"\0([^\0]*)\0")
VALUE = late(r"\s*\(?\s*\$?\.Values\.([\w.]+)\s*\)?\s*(?:\|\s*(?:default\s+\S+|quote|toString|trim|squote)\s*)*$")
DEFAULT = late(r"\|\s*default\s+\"([^\"]+)\"|^\s*default\s+\"([^\"]+)\"\s+\.Values\.[\w.]+\s*$")
UNKNOWN = "$value"
CHART = late(r"^(.*?/)?templates/")
MAX_DEPTH = 10


def as_yaml(text: str, path: str, repository: Repository) -> str:
    """The text with as many lines; what it is for other values than the chart's own is not known."""
    values = _values(path, repository)

    def one(match: re.Match[str]) -> str:
        inner = match.group()[2:-2].strip("-")
        return "\0" + inner.replace("\n", " ").replace("\0", "") + "\0" + "\n" * match.group().count("\n")

    def filled(match: re.Match[str]) -> str:
        found = _value(match.group(1), values)
        return UNKNOWN if found is None else found

    text = ALONE.sub(lambda match: f"{match.group(1)}#", ACTION.sub(one, text.replace("\0", " ")))
    return MARKED.sub(filled, text)


def _value(expression: str, values: Any) -> Optional[str]:
    """`.Values.image.tag | default "3.20"`, as the chart says it, or as the default does."""
    match = VALUE.match(expression)
    node = values if match is not None else None
    for name in match.group(1).split(".")[:MAX_DEPTH] if match is not None else ():
        node = mapping(node).get(name)
    default = DEFAULT.search(expression)
    said = text_of(node) if node is not None and is_scalar(node) and not node.tag.endswith(":null") else ""
    said = said or ((default.group(1) or default.group(2)) if default is not None else "")
    return said if said and "\n" not in said else None


def _values(path: str, repository: Repository) -> Any:
    """values.yaml of the chart that has the template; read once."""
    match = CHART.match(path)
    if match is None:
        return None
    known: dict[str, Any] = repository.cache.setdefault("values of charts", {})
    chart = match.group(1) or ""
    if chart not in known:
        try:
            known[chart] = compose(repository.read(f"{chart}values.yaml") or "")
        except YamlError:
            known[chart] = None
    return known[chart]
