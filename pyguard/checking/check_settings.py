"""`[tool.pyguard]` of a pyproject.toml becomes what `check` goes by; unknown keys are errors."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from ..codec import CodecError
from ..errors import PyguardError
from ..host import Host
from ..model.frozen import dataclass, replace
from ..model.settings import ContainerPolicy, Settings
from ..model.verdict import Level
from ..policy.rules import RULES
from .pragmas import UNUSED

KEYS = frozenset(("select", "ignore", "exclude", "level", "docs", "baseline", "containers", "images"))
CONTAINERS = ("host", "conflicts")

# An image is judged as the host it would be; --containers=conflicts takes the runtime's milder view.
HOST_POLICY = Settings(containers=ContainerPolicy.REFUSE)

@dataclass(frozen=True)
class CheckSettings:
    """The table `[tool.pyguard.check]` and the levels of `[tool.pyguard.levels]`."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    level: str = "warn"
    docs: bool = False
    baseline: str = ""
    containers: str = "host"
    images: tuple[tuple[str, str], ...] = ()
    policy: Settings = HOST_POLICY


def read_check_settings(host: Host, top: str) -> CheckSettings:
    """Of the repository's own pyproject.toml; the defaults where it has none, or says nothing of pyguard."""
    path = f"{top}/pyproject.toml"
    try:
        text = host.read_text(path, 1024 * 1024)
    except OSError:
        return CheckSettings()
    if "tool.pyguard" not in text:
        return CheckSettings()
    tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        table = tomllib.loads(text).get("tool", {}).get("pyguard", {})
        return _decode(table, path)
    except (ValueError, RecursionError) as error:
        raise PyguardError("bad-settings", f"pyproject.toml cannot be read: {error}", path) from error


def _decode(table: dict[str, Any], path: str) -> CheckSettings:
    check = table.get("check", {})
    unknown = sorted(set(check) - KEYS)
    if unknown:
        raise CodecError("bad-settings", f"[tool.pyguard.check] has no {unknown[0]!r}", path,
                         f"it has {', '.join(sorted(KEYS))}")
    levels = tuple((_rule(rule, path), _level(value, path)) for rule, value in sorted(table.get("levels", {}).items()))
    containers = check.get("containers", "host")
    if containers not in CONTAINERS:
        raise CodecError("bad-settings", f"containers = {containers!r} is none of {', '.join(CONTAINERS)}", path)
    return CheckSettings(
        tuple(_rule(rule, path) for rule in check.get("select", ())),
        tuple(_rule(rule, path) for rule in check.get("ignore", ())),
        tuple(str(each) for each in check.get("exclude", ())), _level(check.get("level", "warn"), path).name.lower(),
        bool(check.get("docs", False)), str(check.get("baseline", "")), containers,
        tuple((str(name), str(value)) for name, value in check.get("images", {}).items()),
        replace(HOST_POLICY, levels=levels))


def known_rule(name: str) -> bool:
    """Whether a rule of that id can speak in a file."""
    return name == UNUSED or any(name == rule.ID for rule in RULES)


def _rule(name: str, path: str) -> str:
    if not known_rule(name):
        raise CodecError("unknown-rule", f"there is no rule {name!r}", path, "pyguard explain --markdown lists them")
    return name


def _level(value: Any, path: str) -> Level:
    for level in Level:
        if level.name.lower() == value:
            return level
    raise CodecError("bad-settings", f"{value!r} is no level", path, "allow, warn or block")
