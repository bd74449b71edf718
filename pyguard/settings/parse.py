"""The text of one policy file in, its statements out, each with its type checked and its line."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from ..model.frozen import dataclass
from ..model.settings import CondaBasePolicy, ContainerPolicy, InstallPolicy, Redirect, Shield
from ..model.verdict import Allowance, Level
from .lines import Lines, line_of_error, scan_lines
from .places import PolicyError, Source

ENUMS: dict[str, type[Enum]] = {
    "global-installs": InstallPolicy,
    "user-installs": InstallPolicy,
    "conda-base": CondaBasePolicy,
    "containers": ContainerPolicy,
    "redirect": Redirect,
    "shield": Shield,
}
KEYS = (*ENUMS, "enforce-from", "shield-exceptions", "levels", "allow")
ALLOW_KEYS = ("rule", "subject", "reason", "until")
OTHERS = frozenset({"check"})               # tables of [tool.pyguard] that are no policy
OTHER_RULES = frozenset({"unused-ignore"})  # what `pyguard check` says of its own comments
LEVELS = {level.name.lower(): level for level in Level}
TABLE = {Source.PROJECT: "tool.pyguard"}


@dataclass(frozen=True)
class Statement:
    """One thing a file says. `value`: an enum, a Level, an Allowance, an ISO date or a tuple of paths."""

    key: str           # `levels.RULE` for a level, `allow` for an allowance
    value: Any
    origin: str        # file:line


def parse_policy(text: str, path: str, source: Source, rules: Mapping[str, Level]) -> tuple[Statement, ...]:
    """Raises PolicyError with file:line for bad TOML, an unknown key or rule, and a wrong type."""
    data = read_table(text, path, source)
    if source is Source.PROJECT:
        data = {key: value for key, value in data.items() if key not in OTHERS}
    try:
        return tuple(_Reader(path, scan_lines(text, TABLE.get(source, "")), rules).read(data))
    except ValueError as error:    # a number in hex that has too many digits to be shown
        raise _wrong(f"a value makes no sense: {error}", path) from error


def read_table(text: str, path: str, source: Source) -> dict[str, Any]:
    """The policy table as plain data; empty where a project says nothing."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        data: Any = tomllib.loads(text)
    except (ValueError, RecursionError) as error:    # TOMLDecodeError; a number or a nesting beyond all measure
        raise _wrong(f"this is no TOML: {error}", path, line_of_error(str(error), text)) from error
    for name in TABLE.get(source, "").split(".") if source in TABLE else ():
        data = data.get(name, {})
        if not isinstance(data, dict):
            raise _wrong(f"{name} is no table", path)
    return dict(data)


def _wrong(message: str, path: str, line: int = 0, hint: str = "") -> PolicyError:
    return PolicyError("bad-policy", message, f"{path}:{line}" if line else path, hint)


class _Reader:
    """Reads one file's table; its methods know where they are for the sake of messages."""

    def __init__(self, path: str, lines: Lines, rules: Mapping[str, Level]) -> None:
        self.path = path
        self.lines = lines
        self.rules = rules

    def read(self, data: Mapping[str, Any]) -> Iterator[Statement]:
        for key, value in data.items():
            line = self.lines.get(("", 0, key), 0)
            if key in ENUMS:
                yield Statement(key, self._choice(key, value, ENUMS[key], line), self._origin(line))
            elif key == "enforce-from":
                yield Statement(key, self._date(key, value, line), self._origin(line))
            elif key == "shield-exceptions":
                yield Statement(key, self._paths(key, value, line), self._origin(line))
            elif key == "levels":
                yield from self._levels(value)
            elif key == "allow":
                yield from self._allowances(value)
            else:
                raise _wrong(f"there is no setting {key!r}", self.path, line or self.lines.get((key, 0, ""), 0),
                             f"the settings are {', '.join(KEYS)}")

    def _levels(self, data: Any) -> Iterator[Statement]:
        if not isinstance(data, dict):
            raise _wrong("levels is a table: [levels]", self.path, self.lines.get(("", 0, "levels"), 0))
        for rule, level in data.items():
            if rule in OTHER_RULES:
                continue
            line = self.lines.get(("levels", 0, rule), 0)
            self._known_rule(rule, line)
            if not isinstance(level, str) or level not in LEVELS:
                raise _wrong(f"the level of {rule} is {' or '.join(LEVELS)}, not {level!r}", self.path, line)
            yield Statement(f"levels.{rule}", LEVELS[level], self._origin(line))

    def _allowances(self, data: Any) -> Iterator[Statement]:
        if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
            raise _wrong("an allowance is a table of its own: [[allow]]", self.path,
                         self.lines.get(("allow", 0, ""), self.lines.get(("", 0, "allow"), 0)))
        for number, item in enumerate(data):
            line = self.lines.get(("allow", number, ""), 0)
            yield Statement("allow", self._allowance(item, number, line), self._origin(line))

    def _allowance(self, item: Mapping[str, Any], number: int, line: int) -> Allowance:
        for key, value in item.items():
            where = self.lines.get(("allow", number, key), line)
            if key not in ALLOW_KEYS:
                raise _wrong(f"an allowance has no {key!r}", self.path, where, f"it has {', '.join(ALLOW_KEYS)}")
            if key != "until" and not isinstance(value, str):
                raise _wrong(f"{key} is a text, not {value!r}", self.path, where)
        for key in ("rule", "reason", "until"):
            if not item.get(key) or not str(item[key]).strip():
                raise _wrong(f"an allowance does not go without {key}", self.path, line,
                             'for example: until = 2027-01-31' if key == "until" else "")
        self._known_rule(item["rule"], self.lines.get(("allow", number, "rule"), line))
        until = self._date("until", item["until"], self.lines.get(("allow", number, "until"), line))
        return Allowance(item["rule"], item.get("subject", ""), item["reason"].strip(), until)

    def _known_rule(self, rule: str, line: int) -> None:
        if rule not in self.rules:
            raise _wrong(f"there is no rule {rule!r}", self.path, line, f"the rules are {', '.join(self.rules)}")

    def _choice(self, key: str, value: Any, kind: type[Enum], line: int) -> Enum:
        for member in kind:
            if value == member.value:
                return member
        allowed = ", ".join(str(member.value) for member in kind)
        raise _wrong(f"{key} is one of {allowed}, not {value!r}", self.path, line)

    def _date(self, key: str, value: Any, line: int) -> str:
        if isinstance(value, str):
            try:
                value = datetime.date.fromisoformat(value)
            except ValueError:
                pass    # said below, with the line
        if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
            raise _wrong(f"{key} is a date such as 2027-01-31, not {value!r}", self.path, line)
        return value.isoformat()

    def _paths(self, key: str, value: Any, line: int) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) and item.startswith("/") for item in value):
            raise _wrong(f"{key} is a list of absolute paths", self.path, line)
        return tuple(value)

    def _origin(self, line: int) -> str:
        return f"{self.path}:{line}" if line else self.path
