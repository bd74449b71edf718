"""docker-bake.hcl and .json become their targets: context, dockerfile, tags, args, contexts; variables filled in."""

from __future__ import annotations

import json
import re
from typing import Any

BLOCK = re.compile(r'^\s*(target|variable)\s+"([^"]+)"\s*\{', re.M)
ENTRY = re.compile(r'"?([\w.-]+)"?\s*=\s*')
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
PAIR = re.compile(r'"?([\w.-]+)"?\s*[=:]\s*"((?:[^"\\]|\\.)*)"')
REFERENCE = re.compile(r"\$\{(\w+)\}")
MAX_INHERITED = 8


def bake_targets(path: str, text: str) -> list[dict[str, Any]]:
    """Each target with `context`, `dockerfile` (where given), `tags`, `args` and `contexts`; [] for any other text."""
    raw = _of_json(text) if path.endswith(".json") else _of_hcl(text)
    return [{"tags": [], "args": {}, "contexts": {}, **_inherited(name, raw, 0)} for name in raw]


def _inherited(name: str, raw: dict[str, dict[str, Any]], depth: int) -> dict[str, Any]:
    own = raw.get(name, {})
    merged: dict[str, Any] = {}
    for parent in own.get("inherits", ()) if depth < MAX_INHERITED else ():
        merged.update(_inherited(parent, raw, depth + 1))
    for key, value in own.items():
        merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    return merged


def _of_json(text: str) -> dict[str, dict[str, Any]]:
    try:
        targets = json.loads(text).get("target", {})
    except (ValueError, AttributeError, RecursionError):
        return {}
    found: dict[str, dict[str, Any]] = {}
    for name, target in targets.items() if isinstance(targets, dict) else ():
        if isinstance(target, dict):
            found[name] = {key: _plain(value) for key, value in target.items()
                           if isinstance(value, (str, list, dict))}
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): each for key, each in value.items() if isinstance(each, str)}
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else value


def _of_hcl(text: str) -> dict[str, dict[str, Any]]:
    text = re.sub(r"(?m)^\s*(#|//).*$", "", text)
    variables: dict[str, str] = {}
    found: dict[str, dict[str, Any]] = {}
    for match in BLOCK.finditer(text):
        body = text[match.end():_closing(text, match.end())]
        if match.group(1) == "variable":
            default = re.search(r'default\s*=\s*"([^"]*)"', body)
            variables[match.group(2)] = default.group(1) if default else ""
        else:
            found[match.group(2)] = _entries(body)
    return {name: {key: _filled(value, variables) for key, value in target.items()} for name, target in found.items()}


def _closing(text: str, position: int) -> int:
    depth = 1
    for match in re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}]').finditer(text, position):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if not depth:
            return match.start()
    return len(text)


def _entries(body: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    position = 0
    while match := ENTRY.search(body, position):
        position = match.end()
        opening = body[position:position + 1]
        text = STRING.match(body, position)
        if text is not None:
            found[match.group(1)], position = text.group(1), text.end()
        elif opening == "[":
            end = body.find("]", position) + 1 or len(body)
            found[match.group(1)], position = STRING.findall(body[position:end]), end
        elif opening == "{":
            end = _closing(body, position + 1)
            found[match.group(1)], position = dict(PAIR.findall(body[position:end])), end
    return found


def _filled(value: Any, variables: dict[str, str]) -> Any:
    if isinstance(value, str):
        return REFERENCE.sub(lambda match: variables.get(match.group(1), match.group()), value)
    if isinstance(value, list):
        return [_filled(each, variables) for each in value]
    return {key: _filled(each, variables) for key, each in value.items()}
