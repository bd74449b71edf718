"""A host, whose homes, and where else to look -> the environments that lie on its disks, by reading alone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Optional

from ..host import Host
from ..model.storage import StorageKind as Kind
from .accounts import Account
from .conda import read_conda
from .enumerate import entries_of, venv_directories
from .markers import SMALL, read_conda_marks, read_pyvenv_cfg
from .places import tool_roots

BESIDE = (".venv", "venv", "env")    # where projects keep theirs
NOT_SEARCHED = frozenset({".git", "node_modules", "__pycache__", "proc", "sys"})
DEEPEST = 12                         # directories below a --search directory
WHOLE_PYTHONS = (("pyenv", "versions", Kind.PYENV), ("uv", "", Kind.UV_PYTHON))


class Found(NamedTuple):
    """An environment as it names itself. `config` are pyvenv.cfg's pairs, none for conda."""

    prefix: str
    kind: Kind
    python: str
    frozen: bool = False
    config: tuple[tuple[str, str], ...] = ()


def find_stored(host: Host, environment: Mapping[str, str], accounts: Sequence[Account], cwd: str,
                search: Sequence[str] = ()) -> tuple[Found, ...]:
    """Each environment once, whatever number of names lead to it; sorted by prefix."""
    found: dict[str, Found] = {}
    for prefix in _candidates(host, environment, accounts, cwd, search):
        try:
            real = host.realpath(prefix)
        except OSError:
            continue    # a loop of links
        if real not in found:
            known = classify_prefix(host, real, accounts, environment)
            if known is not None:
                found[real] = known
    return tuple(found[prefix] for prefix in sorted(found))


def classify_prefix(host: Host, prefix: str, accounts: Sequence[Account] = (),
                    environment: Optional[Mapping[str, str]] = None) -> Optional[Found]:
    """What the files of a prefix say it is; None where they say nothing."""
    marks = read_conda_marks(host, prefix)
    if marks:
        python = next((mark.partition("=")[2] for mark in marks if mark.startswith("python=")), "")
        kind = Kind.PIXI if "pixi" in marks else Kind.CONDA_BASE if "conda" in marks else Kind.CONDA
        return Found(prefix, kind, python, "frozen" in marks)
    try:
        config = read_pyvenv_cfg(host.read_text(f"{prefix}/pyvenv.cfg", SMALL))
    except OSError:
        return _whole_python(host, prefix, accounts, environment or {})
    keys = dict(config)
    return Found(prefix, _venv_kind(host, prefix, keys), keys.get("version_info") or keys.get("version", ""),
                 config=config)


def _venv_kind(host: Host, prefix: str, keys: Mapping[str, str]) -> Kind:
    if host.is_file(f"{prefix}/pipx_metadata.json"):
        return Kind.PIPX
    if host.is_file(f"{prefix}/uv-receipt.toml") or "/uv/tools/" in prefix:
        return Kind.UV_TOOL
    if "/pypoetry/virtualenvs/" in prefix:
        return Kind.POETRY
    if host.is_file(f"{prefix}/.project") and "/virtualenvs/" in prefix:
        return Kind.PIPENV
    return Kind.VIRTUALENV if "virtualenv" in keys else Kind.VENV


def _whole_python(host: Host, prefix: str, accounts: Sequence[Account],
                  environment: Mapping[str, str]) -> Optional[Found]:
    """A Python that pyenv built or uv fetched: the directory's name says which."""
    for account in accounts:
        roots = tool_roots(environment, account.home)
        for tool, below, kind in WHOLE_PYTHONS:
            if os.path.dirname(prefix) == os.path.normpath(os.path.join(roots[tool], below)):
                name = os.path.basename(prefix)
                return Found(prefix, kind, name.split("-")[1] if tool == "uv" and "-" in name else name) \
                    if host.is_dir(f"{prefix}/bin") else None
    return None


def _candidates(host: Host, environment: Mapping[str, str], accounts: Sequence[Account], cwd: str,
                search: Sequence[str]) -> Iterator[str]:
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if environment.get(variable, "").startswith("/"):
            yield environment[variable]
    for account in accounts:
        yield from _of_home(host, environment if account is accounts[0] else {}, account.home)
    for directory in (cwd, *(account.home for account in accounts)):
        yield from (os.path.join(directory, name) for name in BESIDE)
    for directory in search:
        yield from _below(host, os.path.join(cwd, directory))


def _of_home(host: Host, environment: Mapping[str, str], home: str) -> Iterator[str]:
    conda = read_conda(host, environment, home)
    yield from conda.bases
    yield from conda.taken
    yield from entries_of(host, f"{home}/.pixi/envs")
    for directory in venv_directories(environment, home):
        yield from entries_of(host, directory)
    yield from entries_of(host, f"{home}/.venvs")
    roots = tool_roots(environment, home)
    for tool, below, _ in WHOLE_PYTHONS:
        for version in entries_of(host, os.path.join(roots[tool], below)):
            yield version
            yield from entries_of(host, f"{version}/envs")    # pyenv-virtualenv


def _below(host: Host, top: str) -> Iterator[str]:
    """Prefixes in a directory tree; nothing inside an environment is looked at again, no link is followed."""
    waiting = [(top, 0)]
    while waiting:
        directory, depth = waiting.pop()
        try:
            names = host.list(directory)
        except OSError:
            continue    # the report says which directories could not be measured
        if "pyvenv.cfg" in names or "conda-meta" in names:
            yield directory
            names = tuple(name for name in names if name == "envs")    # a base's own environments
        if depth == DEEPEST:
            continue
        for name in names:
            path = os.path.join(directory, name)
            if name not in NOT_SEARCHED and not host.is_link(path) and host.is_dir(path):
                waiting.append((path, depth + 1))
