"""A host and the caller's variables in, conda as it is laid out out: bases, environments, caches, configuration.

Nothing is run. Sources: conda/base/context.py (envs_dirs, pkgs_dirs), conda/core/envs_manager.py (environments.txt),
libmamba's configuration for MAMBA_ROOT_PREFIX, CEP 22 for `frozen`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..host import Host
from .condarc import CondaSettings, read_condarc
from .enumerate import conda_bases, entries_of, registered_environments


class CondaEnvironment(NamedTuple):
    """A prefix. `name` is empty where only `-p` reaches it; `complete`: its conda-meta/history is there.

    `registered`: noted in ~/.conda/environments.txt. `frozen`: nothing may be installed into it (CEP 22).
    """

    prefix: str
    name: str = ""
    base: bool = False
    complete: bool = False
    frozen: bool = False
    registered: bool = False


class CondaLayout(NamedTuple):
    """`envs_dirs`: where a new environment's name is looked up, the first writable one takes it. Some need not exist.

    `taken`: every path in those directories, an environment or not, and every registered prefix.
    """

    bases: tuple[str, ...] = ()
    envs_dirs: tuple[str, ...] = ()
    pkgs_dirs: tuple[str, ...] = ()
    environments: tuple[CondaEnvironment, ...] = ()
    taken: tuple[str, ...] = ()
    settings: CondaSettings = CondaSettings()


def read_conda(host: Host, environment: Mapping[str, str], home: str) -> CondaLayout:
    """The whole layout. A few dozen directories are listed; a machine without conda costs under a millisecond."""
    candidates = tuple(path for path in dict.fromkeys(conda_bases(host, environment, home)) if host.is_dir(path))
    bases = tuple(path for path in candidates if _is_base(host, path))
    roots = tuple(path for path in candidates if path in bases or host.is_dir(f"{path}/envs"))
    settings = read_condarc(host, environment, home, bases)
    registered = registered_environments(host, f"{home}/.conda/environments.txt") if home else []
    envs_dirs = tuple(_envs_directories(host, settings, roots, environment, home))
    taken = {path for directory in envs_dirs for path in entries_of(host, directory)} | set(registered)
    environments = _environments(host, bases, envs_dirs, taken, frozenset(registered))
    return CondaLayout(bases, envs_dirs, tuple(_package_directories(host, settings, roots, environment, home)),
                       tuple(environments), tuple(sorted(taken)), settings)


def _is_base(host: Host, prefix: str) -> bool:
    """A base has conda itself in it; mamba's root prefix, which may hold nothing but `envs`, is none."""
    return host.is_dir(f"{prefix}/conda-meta") and (host.is_dir(f"{prefix}/condabin") or _has_conda(host, prefix))


def _has_conda(host: Host, prefix: str) -> bool:
    return any(name.startswith("conda-") and name.endswith(".json") and name[6:7].isdigit()
               for name in host.list(f"{prefix}/conda-meta"))


def _envs_directories(host: Host, settings: CondaSettings, roots: Iterable[str], environment: Mapping[str, str],
                      home: str) -> Iterator[str]:
    """Configured ones first; a base that the user cannot write to comes after the user's own directory."""
    own = [f"{home}/.conda/envs"] if home else []
    foreign: list[str] = []
    for root in roots:
        (own if not host.is_writable(f"{root}/conda-meta/history") else foreign).append(f"{root}/envs")
    own = [*foreign, *own]
    if environment.get("MAMBA_ROOT_PREFIX", "").startswith("/"):
        own.append(f"{environment['MAMBA_ROOT_PREFIX']}/envs")
    if home:
        own += [f"{home}/micromamba/envs", f"{home}/.local/share/mamba/envs"]
    yield from dict.fromkeys((*(setting.value for setting in settings.envs_dirs), *own))


def _package_directories(host: Host, settings: CondaSettings, roots: Iterable[str], environment: Mapping[str, str],
                         home: str) -> Iterator[str]:
    """Package caches that are there: the configured ones alone, else those of the roots and the user's."""
    places = [setting.value for setting in settings.pkgs_dirs]
    if not places:
        places = [f"{root}/pkgs" for root in roots]
        if environment.get("MAMBA_ROOT_PREFIX", "").startswith("/"):
            places.append(f"{environment['MAMBA_ROOT_PREFIX']}/pkgs")
        places += [f"{home}/{place}/pkgs" for place in (".conda", "micromamba", ".local/share/mamba")] if home else []
    yield from dict.fromkeys(place for place in places if host.is_dir(place))


def _environments(host: Host, bases: Sequence[str], envs_dirs: Iterable[str], taken: Iterable[str],
                  registered: frozenset[str]) -> Iterator[CondaEnvironment]:
    directories = frozenset(envs_dirs)
    for prefix in sorted({*bases, *taken}):
        if not host.is_dir(f"{prefix}/conda-meta"):
            continue
        parent, _, last = prefix.rpartition("/")
        base = prefix in bases
        name = "base" if base else last if parent in directories else ""
        yield CondaEnvironment(prefix, name, base, host.is_file(f"{prefix}/conda-meta/history"),
                               host.exists(f"{prefix}/conda-meta/frozen"), prefix in registered)
