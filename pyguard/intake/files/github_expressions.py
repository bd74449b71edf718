"""GitHub's `${{ … }}`: the values that one may have, and whether a condition can hold on a system.

Names are known by their whole spelling (`matrix.os`, `inputs.image`); what nobody can tell stays untold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Optional

from ...model.late_pattern import late

EXPRESSION = late(r"\$\{\{((?:[^}]|\}(?!\})){0,500})\}\}")
TOKEN = late(r"'(?:[^']|'')*'|&&|\|\||[()]|[^'&|()]+|[&|]")
LITERAL = late(r"'((?:[^']|'')*)'\s*$|(-?\d[\d.]*|true|false)\s*$")
NAME = late(r"[A-Za-z_][\w-]*(?:\.[\w-]+)+$")
CALL = late(r"(startsWith|endsWith|contains|fromJSON|format)\s*\((.*)\)$", re.I | re.S)
COMPARISON = late(r"(.*?)\s*(==|!=)\s*(.*)$", re.S)
RUNNER_OS = {"linux": "Linux", "mac": "macOS", "win": "Windows"}
SYSTEMS = tuple(RUNNER_OS)
OF_LINUX = late(r"ubuntu|linux|debian|fedora|alpine|centos|[\w-]*-ubuntu", re.I)
MAX_VALUES = 16
MAX_DEPTH = 12
MAX_LENGTH = 2000

Known = Mapping[str, "tuple[str, ...]"]


def system_of(name: str) -> str:
    """`linux`, `mac` or `win` for a runner's label or the beginning of one, or an empty string."""
    lower = name.lower()
    if lower.startswith(("mac", "osx")):
        return "mac"
    if lower.startswith("win"):
        return "win"
    return "linux" if OF_LINUX.match(lower) else ""


def values_of(text: str, known: Known) -> list[str]:
    """All that a text with expressions in it may become; one that nobody can tell stays as it is written."""
    found = [""]
    position = 0
    if len(text) > MAX_LENGTH:
        return [text]
    for match in EXPRESSION.finditer(text):
        before = text[position:match.start()]
        values = [value for value in _evaluated(match.group(1), known) if value] or [match.group()]
        found = [f"{each}{before}{value}" for each in found for value in values][:MAX_VALUES]
        position = match.end()
    return list(dict.fromkeys(each + text[position:] for each in found))


def handed_on(text: str, known: Known) -> tuple[str, ...]:
    """The values of an input that is given so; none where nobody can tell, an empty one where it is empty for sure."""
    found = values_of(text, known)
    if not any("${{" in value for value in found):
        return tuple(found)
    is_empty = EXPRESSION.fullmatch(text.strip()) is not None and holds(text, "linux", known) is False
    return ("",) if is_empty else ()


def _evaluated(text: str, known: Known, depth: int = 0) -> list[str]:
    text = _bare(text)
    if depth > MAX_DEPTH:
        return []
    either = _split(text, "||")
    if len(either) > 1:
        return [value for each in either for value in _evaluated(each, known, depth + 1)]
    both = _split(text, "&&")
    if len(both) > 1:
        return _evaluated(both[-1], known, depth + 1)
    literal = LITERAL.match(text)
    if literal:
        return [(literal.group(1) or literal.group(2) or "").replace("''", "'")]
    call = CALL.match(text)
    if call and call.group(1).lower() == "fromjson":
        return [value for each in _evaluated(call.group(2), known, depth + 1) for value in _decoded(each)]
    return list(known.get(text, ()))


def _decoded(text: str) -> list[str]:
    try:
        value = json.loads(text)
    except ValueError:
        return []
    if isinstance(value, list):
        return [" ".join(str(each) for each in value)]
    return [value] if isinstance(value, str) else []


def _bare(text: str) -> str:
    """Without the parentheses and the `${{ }}` around the whole."""
    text = text.strip()
    for _ in range(MAX_DEPTH):
        match = EXPRESSION.fullmatch(text)
        if match and "${{" not in match.group(1):
            text = match.group(1).strip()
        elif text.startswith("(") and text.endswith(")") and _closes_at_end(text):
            text = text[1:-1].strip()
        else:
            break
    return text


def _closes_at_end(text: str) -> bool:
    depth = 0
    position = 0
    for match in TOKEN.finditer(text):
        depth += (match.group() == "(") - (match.group() == ")")
        position = match.end()
        if depth == 0:
            break
    return position == len(text)


def _split(text: str, operator: str) -> list[str]:
    """At the operators that stand in no string and no parentheses."""
    if operator not in text:
        return [text]
    parts = [""]
    depth = 0
    for match in TOKEN.finditer(text):
        token = match.group()
        depth += (token == "(") - (token == ")")
        if token == operator and depth == 0:
            parts.append("")
        else:
            parts[-1] += token
    return [each.strip() for each in parts]


def holds(text: str, system: str, known: Known, depth: int = 0) -> Optional[bool]:
    """Whether a condition holds on a runner of that system; None where that is not to be told."""
    text = _bare(text)
    if not text or depth > MAX_DEPTH or len(text) > MAX_LENGTH:
        return None
    for operator, decides in (("||", True), ("&&", False)):
        parts = _split(text, operator)
        if len(parts) > 1:
            told = [holds(each, system, known, depth + 1) for each in parts]
            return decides if decides in told else None if None in told else not decides
    if text.startswith("!") and not text.startswith("!="):
        inner = holds(text[1:], system, known, depth + 1)
        return None if inner is None else not inner
    call = CALL.match(text)
    if call:
        return _called(call.group(1).lower(), _split_arguments(call.group(2)), system, known)
    comparison = COMPARISON.match(text)
    if comparison:
        same = _same(comparison.group(1), comparison.group(3), system, known)
        return None if same is None else same is (comparison.group(2) == "==")
    value = _value(text, system, known)
    return None if value is None else value.lower() not in ("", "false", "0")


def _split_arguments(text: str) -> list[str]:
    parts = [""]
    depth = 0
    for match in re.finditer(r"'(?:[^']|'')*'|[(),]|[^'(),]+", text):
        token = match.group()
        depth += (token == "(") - (token == ")")
        if token == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += token
    return [each.strip() for each in parts]


def _value(text: str, system: str, known: Known) -> Optional[str]:
    text = text.strip()
    literal = LITERAL.match(text)
    if literal:
        return (literal.group(1) or literal.group(2) or "").replace("''", "'")
    if text == "runner.os":
        return RUNNER_OS[system]
    values = known.get(text, ())
    if len(values) == 1:
        return values[0]
    # of a matrix that stands here, a leg has nothing by other names
    return "" if not values and text.startswith("matrix.") and "matrix" in known else None


def _same(left: str, right: str, system: str, known: Known) -> Optional[bool]:
    one, other = _value(left, system, known), _value(right, system, known)
    if one is not None and other is not None:
        return one.lower() == other.lower()
    said = one if one is not None else other
    unknown = right if one is not None else left
    return _other_system(said, unknown, system)


def _other_system(said: Optional[str], unknown: str, system: str) -> Optional[bool]:
    """`matrix.os == 'windows-2022'`, where nothing says what that is: no other system has that name."""
    meant = system_of(said) if said and NAME.match(unknown.strip()) and "os" in unknown.lower() else ""
    return False if meant and meant != system else None


def _called(name: str, arguments: list[str], system: str, known: Known) -> Optional[bool]:
    if len(arguments) != 2 or name not in ("startswith", "endswith", "contains"):
        return None
    whole, part = (_value(each, system, known) for each in arguments)
    if whole is not None and part is not None:
        whole, part = whole.lower(), part.lower()
        if name == "contains":
            return part in whole
        return whole.startswith(part) if name == "startswith" else whole.endswith(part)
    return _other_system(part, arguments[0], system)
