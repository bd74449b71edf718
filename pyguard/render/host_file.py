"""Recorded Facts become a host file: TOML that reads well in a diff, one row a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..codec import encode
from ..model.facts import Facts

SCHEMA = 1


def render_host_file(facts: Facts, recorded: bool, note: str) -> str:
    """`recorded` says that the facts were read from a real system; `note` says which and how."""
    lines = [f"schema = {SCHEMA}", f"recorded = {_value(recorded)}", f"note = {_value(note)}", "", "[facts]"]
    data: Mapping[str, Any] = encode(facts)
    for key, value in data.items():
        if not isinstance(value, dict):
            lines.extend(_entry(key, value))
    for key, value in data.items():
        if isinstance(value, dict):
            lines += ["", f"[facts.{key}]"]
            for name, item in value.items():
                lines.extend(_entry(name, item))
    return "\n".join(lines) + "\n"


def _entry(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, list) and value and isinstance(value[0], (dict, list)):
        yield f"{key} = ["
        for item in value:
            yield f"  {_value(item)},"
        yield "]"
    else:
        yield f"{key} = {_value(value)}"


def _value(value: Any) -> str:
    """A TOML value on one line; a JSON string is a TOML basic string but for DEL and lone surrogates."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    text = json.dumps(str(value), ensure_ascii=False)
    return "".join(character if character.isprintable() and character != "\x7f" else f"\\u{ord(character):04x}"
                   for character in text).encode("utf-8", "replace").decode("utf-8")
