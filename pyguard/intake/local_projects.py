"""A local project's directory -> its name, version, requirements and import names, read as text, never run.

pyproject.toml ([project], poetry, flit), setup.cfg, and the literals of setup.py.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..host import Host
from ..model.names import canonicalize_name
from .setup_files import read_setup_cfg, read_setup_py

LIMIT = 1024 * 1024
# What setuptools' automatic discovery leaves out of a flat layout
NOT_PACKAGES = frozenset((
    "ci", "bin", "debian", "doc", "docs", "documentation", "manpages", "news", "newsfragments", "changelog",
    "test", "tests", "unit_test", "unit_tests", "example", "examples", "scripts", "tools", "util", "utils",
    "python", "build", "benchmark", "benchmarks", "exercise", "exercises", "htmlcov", "tasks", "fabfile",
    "site_scons"))
NOT_MODULES = frozenset(("setup", "conftest", "test", "tests", "example", "examples", "build", "noxfile",
                         "toxfile", "dodo", "pavement", "tasks", "fabfile"))


class LocalProject(NamedTuple):
    """`name` is normalized; empty where only a build could tell, and then `gap` says so."""

    name: str = ""
    version: str = ""
    requires: tuple[str, ...] = ()
    import_names: tuple[str, ...] = ()
    gap: str = ""
    requires_python: str = ""


def read_directory(host: Host, path: str) -> LocalProject:
    """Never raises: what cannot be read gives a project without a name, with a gap."""
    table, gap = read_toml(host, f"{path}/pyproject.toml")
    found = [_from_project(table), _from_poetry(table), _from_flit(table)]
    if not found[0].get("name"):
        found += [read_setup_py(host, f"{path}/setup.py"), read_setup_cfg(host, f"{path}/setup.cfg")]
    name = str(_first(found, "name") or "")
    if not name:
        return LocalProject(gap=gap or f"{path}: its name is not written down, a build would compute it",
                            import_names=_look_for_imports(host, path, ""))
    declared = tuple(str(item).split(".")[0] for item in _first(found, "imports") or ())
    imports = tuple(sorted({item for item in declared if item.isidentifier()}))
    return LocalProject(
        canonicalize_name(name), str(_first(found, "version") or ""),
        tuple(str(item) for item in _first(found, "requires") or ()),
        imports or _look_for_imports(host, path, name), gap, str(_first(found, "requires_python") or ""))


def read_toml(host: Host, path: str) -> tuple[Mapping[str, Any], str]:
    """A TOML file's table and why there is none; a file that is not there is no gap."""
    try:
        text = host.read_bytes(path, LIMIT).decode("utf-8")
    except FileNotFoundError:
        return {}, ""
    except (OSError, UnicodeDecodeError) as error:
        return {}, f"{path} could not be read: {error}"
    return parse_toml(text, path)


def parse_toml(text: str, path: str) -> tuple[Mapping[str, Any], str]:
    """The table in a text, or a gap that names where it came from."""
    tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")    # 17 ms
    try:
        return tomllib.loads(text), ""
    except (ValueError, RecursionError) as error:
        return {}, f"{path} is no TOML: {error}"


def _from_project(table: Mapping[str, Any]) -> dict[str, Any]:
    """PEP 621. A version that is declared dynamic is not there."""
    project = table_in(table, "project")
    setuptools = table_in(table_in(table, "tool"), "setuptools")
    imports = [item for key in ("packages", "py-modules") for item in list_in(setuptools, key)]
    imports += list_in(project, "import-names") + list_in(project, "import-namespaces")
    return {"name": text_in(project, "name"), "version": text_in(project, "version"),
            "requires": list_in(project, "dependencies"), "imports": imports,
            "requires_python": text_in(project, "requires-python")}


def _from_poetry(table: Mapping[str, Any]) -> dict[str, Any]:
    """Poetry's own table; its constraints are not PEP 440, so only the names of the requirements are kept."""
    poetry = table_in(table_in(table, "tool"), "poetry")
    packages = poetry.get("packages")
    imports = [text_in(item, "include") for item in packages if isinstance(item, dict)] \
        if isinstance(packages, list) else []
    return {"name": text_in(poetry, "name"), "version": text_in(poetry, "version"),
            "requires": [name for name in table_in(poetry, "dependencies") if name != "python"],
            "imports": imports}


def _from_flit(table: Mapping[str, Any]) -> dict[str, Any]:
    """Flit's old metadata table and the module its new one names."""
    flit = table_in(table_in(table, "tool"), "flit")
    metadata, module = table_in(flit, "metadata"), table_in(flit, "module")
    name = text_in(metadata, "module")
    return {"name": text_in(metadata, "dist-name") or name, "requires": list_in(metadata, "requires"),
            "imports": [found for found in (name, text_in(module, "name")) if found]}


def table_in(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The table under a key, or an empty one."""
    found = table.get(key)
    return found if isinstance(found, dict) else {}


def text_in(table: Mapping[str, Any], key: str) -> str:
    """The text under a key, or an empty one."""
    found = table.get(key)
    return found if isinstance(found, str) else ""


def list_in(table: Mapping[str, Any], key: str) -> list[str]:
    """The texts in the list under a key."""
    found = table.get(key)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def _first(found: list[dict[str, Any]], key: str) -> Any:
    return next((one[key] for one in found if one.get(key)), None)


def _look_for_imports(host: Host, path: str, name: str) -> tuple[str, ...]:
    """What lies there, the way build backends look: `src/` if there is one, else the top level."""
    base = f"{path}/src" if host.is_dir(f"{path}/src") else path
    packages, modules = [], []
    try:
        entries = host.list(base)
    except OSError:
        return ()
    for entry in entries:
        stem, ending = os.path.splitext(entry)
        if not ending and entry.isidentifier() and host.is_file(f"{base}/{entry}/__init__.py"):
            packages.append(entry)
        elif ending == ".py" and stem.isidentifier() and stem not in NOT_MODULES:
            modules.append(stem)
    own = canonicalize_name(name).replace("-", "_")
    named = [item for item in (*packages, *modules) if item.lower() == own]
    if base == path:
        packages = [item for item in packages if item not in NOT_PACKAGES]
        return tuple(named or packages or modules)
    return (*packages, *modules)
