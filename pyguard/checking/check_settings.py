"""`[tool.pyguard]` of a pyproject.toml becomes what `check` goes by; unknown keys are errors."""

from __future__ import annotations

import importlib
import sys
from typing import Any, TypeVar

from ..codec import CodecError
from ..host import Host
from ..model.frozen import dataclass, replace
from ..model.settings import ContainerPolicy, Settings
from ..model.verdict import Level
from ..policy.rules import RULES
from .pragmas import UNUSED

KEYS = frozenset(("select", "ignore", "exclude", "level", "docs", "baseline", "containers", "images"))
CONTAINERS = ("host", "conflicts")
MAX_SIZE = 1024 * 1024    # bytes of a pyproject.toml
Value = TypeVar("Value", bool, str)

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
        text = host.read_text(path, MAX_SIZE + 1)
    except FileNotFoundError:
        return CheckSettings()
    except OSError as error:
        raise _wrong(f"pyproject.toml cannot be read: {error.strerror or error}", path) from error
    if len(text) > MAX_SIZE:
        raise _wrong(f"pyproject.toml is larger than {MAX_SIZE // 1024} KiB", path)
    if "pyguard" not in text:
        return CheckSettings()
    tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        table = _table(_table(tomllib.loads(text), "tool", path), "pyguard", path, "tool.")
        return _decode(table, path) if table else CheckSettings()
    except (ValueError, RecursionError) as error:
        raise _wrong(f"pyproject.toml cannot be read: {error}", path) from error


def _decode(table: dict[str, Any], path: str) -> CheckSettings:
    from ..settings.parse import KEYS as POLICY_KEYS  # only who has settings pays
    from ..settings.parse import OTHERS

    unknown = sorted(set(table) - {*POLICY_KEYS, *OTHERS})
    if unknown:
        hint = "it belongs to [tool.pyguard.check]" if unknown[0] in KEYS else \
            f"it has {', '.join(sorted((*POLICY_KEYS, *OTHERS)))}"
        raise _wrong(f"[tool.pyguard] has no {unknown[0]!r}", path, hint)
    check = _table(table, "check", path, "tool.pyguard.")
    unknown = sorted(set(check) - KEYS)
    if unknown:
        raise _wrong(f"[tool.pyguard.check] has no {unknown[0]!r}", path, f"it has {', '.join(sorted(KEYS))}")
    levels = tuple((_rule(rule, path), _level(value, path))
                   for rule, value in sorted(_table(table, "levels", path, "tool.pyguard.").items()))
    containers = _typed(check, "containers", "host", path)
    if containers not in CONTAINERS:
        raise _wrong(f"containers = {containers!r} is none of {', '.join(CONTAINERS)}", path)
    images = _table(check, "images", path, "tool.pyguard.check.")
    return CheckSettings(
        tuple(_rule(rule, path) for rule in _texts(check, "select", path)),
        tuple(_rule(rule, path) for rule in _texts(check, "ignore", path)),
        _texts(check, "exclude", path), _level(check.get("level", "warn"), path).name.lower(),
        _typed(check, "docs", False, path), _typed(check, "baseline", "", path), containers,
        tuple((name, _typed(images, name, "", path)) for name in images),
        replace(HOST_POLICY, levels=levels))


def _table(data: dict[str, Any], key: str, path: str, above: str = "") -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise _wrong(f"{above}{key} is a table, not {value!r}", path, f"[{above}{key}]")
    return value


def _texts(data: dict[str, Any], key: str, path: str) -> tuple[str, ...]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _wrong(f"{key} is a list of texts, not {value!r}", path, f'{key} = ["...", "..."]')
    return tuple(value)


def _typed(data: dict[str, Any], key: str, default: Value, path: str) -> Value:
    """The value of a key that has the type of its default."""
    value = data.get(key, default)
    if not isinstance(value, type(default)):
        what = "true or false" if isinstance(default, bool) else "a text"
        raise _wrong(f"{key} is {what}, not {value!r}", path)
    return value


def _wrong(message: str, path: str, hint: str = "") -> CodecError:
    return CodecError("bad-settings", message, path, hint)


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
    raise _wrong(f"{value!r} is no level", path, "allow, warn or block")
