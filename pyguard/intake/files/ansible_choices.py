"""Jinja's choices in Ansible's values: `{{ x or omit }}`, `{{ x | default(omit, true) }}`, `{{ x if x else y }}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Optional

from ...model.late_pattern import late

WHOLE = late(r"\s*\{\{-?\s*([^{}]*?)\s*-?\}\}\s*$")
CHOICE = late(r"(.+?)\s+if\s+(.+?)(?:\s+else\s+(.+))?$", re.S)
LITERAL = late(r"(['\"])([^'\"]*)\1$")
NAME = late(r"[A-Za-z_]\w*$")
FILTER = late(r"(default|d|ternary)\s*\((.*)\)$", re.S)
SAME = frozenset(("trim", "string", "mandatory", "bool", "length", "count"))    # what is empty stays so
NOT_EMPTY = late(r"(.+?)\s*\|\s*(?:length|count)\s*(?:>\s*0|!=\s*0|>=\s*1)$|(.+?)\s*(?:!=|is\s+ne)\s*(?:''|\"\")$|"
                 r"(.+?)\s+is\s+truthy$")
EMPTY = late(r"(.+?)\s*\|\s*(?:length|count)\s*==\s*0$|(.+?)\s*==\s*(?:''|\"\")$|(.+?)\s+is\s+falsy$")
DEFINED = late(r"(\w+)\s+is\s+(not\s+)?(defined|undefined)$")
FALSE = frozenset(("", "false", "no", "off", "none", "null", "~", "0", "[]", "{}"))
MAX_DEPTH = 8
MAX_LENGTH = 400


def chosen(text: str, variables: Mapping[str, str], depth: int = 0) -> Optional[str]:
    """The value: empty where it is omitted, None where a variable decides that nobody knows."""
    if "{{" not in text:
        return text
    match = WHOLE.match(text) if len(text) < MAX_LENGTH and depth < MAX_DEPTH else None
    return _value(match.group(1), variables, depth + 1) if match else None


def _value(expression: str, variables: Mapping[str, str], depth: int) -> Optional[str]:
    expression = _bare(expression)
    literal = LITERAL.match(expression)
    if literal or depth > MAX_DEPTH:
        return literal.group(2) if literal else None
    if NAME.match(expression):
        return _named(expression, variables, depth)
    choice = CHOICE.match(expression)
    if choice:
        return _either(choice.group(1), choice.group(2), choice.group(3) or "''", variables, depth)
    first, word, second = _split(expression, " or ")
    if word:
        value = _value(first, variables, depth + 1)
        return value if value is None or value.lower() not in FALSE else _value(second, variables, depth + 1)
    first, word, last = _split_last(expression)
    return _filtered(first, last.strip(), variables, depth) if word else None


def _named(name: str, variables: Mapping[str, str], depth: int) -> Optional[str]:
    if name in ("omit", "None", "none", "false", "False"):
        return ""
    text = variables.get(name)
    if text is None or "\n" in text:
        return None
    is_choice = len(text) < MAX_LENGTH and WHOLE.match(text)
    return chosen(text, variables, depth) if is_choice else text    # a template with more around it is not empty


def _filtered(base: str, name: str, variables: Mapping[str, str], depth: int) -> Optional[str]:
    match = FILTER.match(name)
    if match is None:
        return _value(base, variables, depth + 1) if name in SAME else None
    given = [each.strip() for each in match.group(2).split(",")]
    if match.group(1) == "ternary":
        return _either(given[0], base, given[1], variables, depth) if len(given) > 1 else None
    value = _value(base, variables, depth + 1)
    also_empty = len(given) > 1 and given[1].lower().endswith("true")
    return _value(given[0], variables, depth + 1) if value is not None and also_empty and value.lower() in FALSE \
        else value


def _either(this: str, condition: str, that: str, variables: Mapping[str, str], depth: int) -> Optional[str]:
    truth = _holds(_bare(condition), variables, depth + 1)
    return None if truth is None else _value(this if truth else that, variables, depth + 1)


def _holds(condition: str, variables: Mapping[str, str], depth: int) -> Optional[bool]:
    """Whether it is true; None where that is not known."""
    if condition.startswith("not "):
        truth = _holds(_bare(condition[4:]), variables, depth + 1) if depth < MAX_DEPTH else None
        return None if truth is None else not truth
    asked = DEFINED.match(condition)
    if asked:
        return (not asked.group(2)) == (asked.group(3) == "defined") if asked.group(1) in variables else None
    for pattern, meant in ((NOT_EMPTY, True), (EMPTY, False)):
        match = pattern.match(condition)
        if match:
            value = _value(next(filter(None, match.groups())), variables, depth + 1)
            return None if value is None else (value != "") is meant
    value = _value(condition, variables, depth + 1)
    return None if value is None else value.lower() not in FALSE


def _bare(expression: str) -> str:
    """Without the brackets around all of it."""
    expression = expression.strip()
    while expression.startswith("(") and expression.endswith(")") and _closes_last(expression):
        expression = expression[1:-1].strip()
    return expression


def _closes_last(expression: str) -> bool:
    depth = 0
    for index, character in enumerate(expression):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return index == len(expression) - 1
    return False


def _split(expression: str, word: str) -> tuple[str, str, str]:
    first, found, second = expression.partition(word)
    return (first, found, second) if first.count("(") == first.count(")") else (expression, "", "")


def _split_last(expression: str) -> tuple[str, str, str]:
    first, found, last = expression.rpartition("|")
    return (first, found, last) if last.count("(") == last.count(")") else (expression, "", "")
