"""A host and the caller's variables in, what conda's configuration files say out, each entry with its origin.

Later files win, lists add up with the winner's entries first, CONDA_* variables win over all files
(conda/base/context.py). facts/conda.py knows where the files are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..host import Host
from .cache import is_trusted

LARGEST = 256 * 1024
LISTS = {"channels": ("channels",), "envs_dirs": ("envs_dirs", "envs_path"), "pkgs_dirs": ("pkgs_dirs",)}
# Environment variables with what separates their entries (conda/base/context.py, string_delimiter).
VARIABLES = {"channels": (("CONDA_CHANNELS", ","),),
             "envs_dirs": (("CONDA_ENVS_DIRS", ":"), ("CONDA_ENVS_PATH", ":")),
             "pkgs_dirs": (("CONDA_PKGS_DIRS", ","),)}


class Setting(NamedTuple):
    """One entry of a list with the file or variable that holds it; `trusted`: root may go by it."""

    value: str
    origin: str
    trusted: bool = True


class CondaSettings(NamedTuple):
    """The lists of the configuration, the entry that counts most first. `gaps`: files that cannot be read, and why."""

    channels: tuple[Setting, ...] = ()
    envs_dirs: tuple[Setting, ...] = ()
    pkgs_dirs: tuple[Setting, ...] = ()
    files: tuple[str, ...] = ()
    gaps: tuple[tuple[str, str], ...] = ()


def read_condarc(host: Host, paths: Sequence[str], environment: Mapping[str, str], home: str) -> CondaSettings:
    """Everything in these files, the one that counts least first; one that is no YAML is a gap, conda stops there."""
    found: dict[str, list[Setting]] = {name: [] for name in LISTS}
    files, gaps = [], []
    for path in paths:
        try:
            text = host.read_text(path, LARGEST)
            trusted = is_trusted(host.stat(path), 0)
        except OSError:
            gaps.append((path, "it cannot be read"))
            continue
        files.append(path)
        table, gap = _parse(text)
        if gap:
            gaps.append((path, gap))
        for name, spellings in LISTS.items():
            entries = [entry for spelling in spellings for entry in _entries(table.get(spelling))]
            found[name] = [Setting(entry, path, trusted) for entry in entries] + found[name]
    for name, variables in VARIABLES.items():
        for variable, separator in variables:
            entries = [entry.strip() for entry in environment.get(variable, "").split(separator) if entry.strip()]
            found[name] = [Setting(entry, variable) for entry in entries] + found[name]
    return CondaSettings(tuple(found["channels"]), tuple(_expanded(found["envs_dirs"], environment, home)),
                         tuple(_expanded(found["pkgs_dirs"], environment, home)), tuple(files), tuple(gaps))


def _parse(text: str) -> tuple[dict[str, Any], str]:
    import yaml  # 12 ms, and most machines have no such file

    try:
        table = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return {}, f"it is no YAML: {str(error).splitlines()[0]}"
    return (table, "") if isinstance(table, dict) else ({}, "" if table is None else "it holds no settings")


def _entries(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(entry) for entry in value if isinstance(entry, (str, int, float))] if isinstance(value, list) else []


def _expanded(settings: Sequence[Setting], environment: Mapping[str, str], home: str) -> Iterator[Setting]:
    """`~` and variables as conda expands them; an entry that is no absolute path then is left out."""
    for setting in settings:
        value = setting.value
        if home and (value == "~" or value.startswith("~/")):
            value = home + value[1:]
        for name in ("HOME", "USER", "CONDA_PREFIX", "MAMBA_ROOT_PREFIX"):
            meant = environment.get(name, "")
            value = value.replace("${" + name + "}", meant).replace(f"${name}/", f"{meant}/")
        if value.startswith("/"):
            yield setting._replace(value=value.rstrip("/") or "/")
