"""A host and the caller's variables in, conda as it is laid out out: bases, environments, caches, configuration.

Nothing is run. Sources: conda/base/constants.py (SEARCH_PATH), conda/base/context.py (envs_dirs, pkgs_dirs),
conda/core/envs_manager.py (environments.txt), libmamba's configuration for MAMBA_ROOT_PREFIX, CEP 22 for `frozen`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Optional

from ..host import Host
from ..model.conda import CondaSetup
from .enumerate import conda_bases, entries_of, registered_environments
from .package_names import CONDA, look_up

if TYPE_CHECKING:
    from .condarc import CondaSettings

COMMUNITY = "conda-forge"
FILES = (".condarc", "condarc", ".mambarc")
VARIABLES = ("CONDA_CHANNELS", "CONDA_ENVS_DIRS", "CONDA_ENVS_PATH", "CONDA_PKGS_DIRS")


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

    `taken`: every path in those directories, an environment or not, every registered prefix, and what lies in the
    directories where pyguard's own remedies make environments. `conda create -n NAME` deletes an environment of that
    name before it solves (conda/cli/main_create.py): a name is free only when it is the last part of none of these.
    """

    bases: tuple[str, ...] = ()
    envs_dirs: tuple[str, ...] = ()
    pkgs_dirs: tuple[str, ...] = ()
    environments: tuple[CondaEnvironment, ...] = ()
    taken: tuple[str, ...] = ()
    settings: Optional[CondaSettings] = None


def read_conda(host: Host, environment: Mapping[str, str], home: str) -> CondaLayout:
    """The whole layout. A few dozen directories are listed; a machine without conda costs under a millisecond."""
    candidates = tuple(path for path in dict.fromkeys(conda_bases(host, environment, home)) if host.is_dir(path))
    bases = tuple(path for path in candidates if _is_base(host, path))
    roots = tuple(path for path in candidates if path in bases or host.is_dir(f"{path}/envs"))
    settings = _read_settings(host, environment, home, bases)
    registered = registered_environments(host, f"{home}/.conda/environments.txt") if home else []
    envs_dirs = tuple(_envs_directories(host, settings, roots, environment, home))
    own = (f"{home}/.venvs", f"{home}/.pixi-envs") if home else ()
    taken = {path for directory in (*envs_dirs, *own) for path in entries_of(host, directory)} | set(registered)
    environments = _environments(host, bases, envs_dirs, taken, frozenset(registered))
    return CondaLayout(bases, envs_dirs, tuple(_package_directories(host, settings, roots, environment, home)),
                       tuple(environments), tuple(sorted(taken)), settings)


def _is_base(host: Host, prefix: str) -> bool:
    """A base has conda itself in it; mamba's root prefix, which may hold nothing but `envs`, is none."""
    return host.is_dir(f"{prefix}/conda-meta") and (host.is_dir(f"{prefix}/condabin") or _has_conda(host, prefix))


def _has_conda(host: Host, prefix: str) -> bool:
    return any(name.startswith("conda-") and name.endswith(".json") and name[6:7].isdigit()
               for name in host.list(f"{prefix}/conda-meta"))


def _envs_directories(host: Host, settings: Optional[CondaSettings], roots: Iterable[str],
                      environment: Mapping[str, str], home: str) -> Iterator[str]:
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
    yield from dict.fromkeys((*_values(settings, "envs_dirs"), *own))


def _package_directories(host: Host, settings: Optional[CondaSettings], roots: Iterable[str],
                         environment: Mapping[str, str], home: str) -> Iterator[str]:
    """Package caches that are there: the configured ones alone, else those of the roots and the user's."""
    places = _values(settings, "pkgs_dirs")
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


def search_path(host: Host, environment: Mapping[str, str], home: str, bases: Sequence[str]) -> Iterator[str]:
    """Every file that may be there, the one that counts least first."""
    config = environment.get("XDG_CONFIG_HOME", "")
    homes = [f"{config}/conda"] if config.startswith("/") else []
    homes += [f"{home}/.config/conda", f"{home}/.conda"] if home else []
    for directory in ("/etc/conda", "/var/lib/conda", *bases, *homes):
        yield from _files_below(host, directory)
    if home:
        yield from (f"{home}/.condarc", f"{home}/.mambarc")
    if environment.get("CONDA_PREFIX", "").startswith("/"):
        yield from _files_below(host, environment["CONDA_PREFIX"])
    for variable in ("CONDARC", "MAMBARC"):
        if environment.get(variable, "").startswith("/"):
            yield environment[variable]


def _files_below(host: Host, directory: str) -> Iterator[str]:
    yield from (f"{directory}/{name}" for name in FILES)
    try:
        names = host.list(f"{directory}/condarc.d")
    except OSError:
        return
    yield from (f"{directory}/condarc.d/{name}" for name in names if name.endswith((".yml", ".yaml")))


def _read_settings(host: Host, environment: Mapping[str, str], home: str,
                   bases: Sequence[str]) -> Optional[CondaSettings]:
    """None where nothing is configured, which is so on most machines."""
    paths = [path for path in search_path(host, environment, home, bases) if host.is_file(path)]
    if not paths and not any(environment.get(name) for name in VARIABLES):
        return None
    from .condarc import read_condarc

    return read_condarc(host, paths, environment, home)


def _values(settings: Optional[CondaSettings], name: str) -> list[str]:
    return [setting.value for setting in getattr(settings, name)] if settings is not None else []


def read_setup(host: Host, layout: CondaLayout, environment: Mapping[str, str], names: Collection[str], *,
               uid: int, deep: bool) -> CondaSetup:
    """What a conda command for these names depends on. Root goes by configuration that nobody else can write."""
    channels = tuple(dict.fromkeys(
        setting.value for setting in (layout.settings.channels if layout.settings is not None else ())
        if uid != 0 or setting.trusted))
    pairs = look_up(CONDA, names)
    builds: tuple[tuple[str, str, str], ...] = ()
    if layout.pkgs_dirs:
        from .conda_index import read_builds

        builds = read_builds(host, layout.pkgs_dirs, channels or (COMMUNITY,), [package for _, package in pairs],
                             uid=uid, deep=deep)
    return CondaSetup(channels, pairs, builds, "CONDA_SHLVL" in environment)
