"""The statements of policy files in, one effective policy out: who may loosen, who may only tighten. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from enum import Enum
from typing import Any

from ..model.settings import Effective, PolicyLine, Settings
from ..model.verdict import Allowance, Level
from .parse import Statement

FIELDS = frozenset(field.name for field in fields(Settings))


def apply_statements(base: Effective, statements: Iterable[Statement], rules: Mapping[str, Level],
                     may_loosen: bool, why_not: str = "") -> Effective:
    """The policy after one more file. What it may not loosen is kept as a line that does not count."""
    settings, lines = base.settings, list(base.lines)
    for statement in statements:
        refused = "" if may_loosen or _tightens(settings, statement, rules) else why_not
        if not refused:
            settings = _with(settings, statement)
            if statement.key != "allow":
                lines = [line for line in lines if line.key != statement.key or line.refused]
        lines.append(PolicyLine(statement.key, show_value(statement.value), statement.origin, refused))
    return replace(base, settings=settings, lines=tuple(lines))


def _tightens(settings: Settings, statement: Statement, rules: Mapping[str, Level]) -> bool:
    """Whether the policy is at least as strict afterwards."""
    key, value = statement.key, statement.value
    if key.startswith("levels."):
        rule = key[len("levels."):]
        return bool(value >= dict(settings.levels).get(rule, rules[rule]))
    if key == "allow":
        return False
    present: Any = getattr(settings, key.replace("-", "_"))
    if key == "shield-exceptions":
        return set(value) <= set(present)
    if key == "enforce-from":
        return bool(present) and value <= present
    order = [member.value for member in type(value)]    # from the strictest to the loosest
    return order.index(value.value) <= order.index(present.value)


def _with(settings: Settings, statement: Statement) -> Settings:
    key, value = statement.key, statement.value
    if key.startswith("levels."):
        levels = {**dict(settings.levels), key[len("levels."):]: value}
        return replace(settings, levels=tuple(levels.items()))
    if key == "allow":
        return replace(settings, allowances=(*settings.allowances, value))
    return replace(settings, **{key.replace("-", "_"): value})


def show_value(value: Any) -> str:
    """As it would stand in a file."""
    if isinstance(value, Level):
        return f'"{value.name.lower()}"'
    if isinstance(value, Enum):
        return f'"{value.value}"'
    if isinstance(value, Allowance):
        subject = f" for {value.subject}" if value.subject else ""
        return f"{value.rule}{subject} until {value.until}: {value.reason}"
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    return str(value)


def default_lines(settings: Settings, lines: Sequence[PolicyLine]) -> tuple[PolicyLine, ...]:
    """A line for every setting that no file speaks of."""
    said = {line.key for line in lines if not line.refused}
    keys = [field.name.replace("_", "-") for field in fields(Settings)
            if field.name not in ("levels", "allowances", "today")]
    return tuple(PolicyLine(key, show_value(getattr(settings, key.replace("-", "_"))) or "not set", "default")
                 for key in keys if key not in said)
