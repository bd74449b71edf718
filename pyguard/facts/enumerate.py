"""A host and the caller's variables -> every interpreter of the machine, found without starting one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from ..host import Host
from ..model.late_pattern import late
from ..model.paths import normalize
from .defaults import read_shebang
from .evidence import TOOL_BINARIES
from .markers import SMALL, find_pyvenv_cfg
from .places import find_home, tool_places

_NAME = late(r"^(?:(?:platform-)?python|pypy)(?:\d(?:\.\d+t?)?)?$")
SYSTEM_DIRECTORIES = ("/usr/bin", "/usr/local/bin", "/usr/libexec", "/bin", "/usr/sbin", "/sbin",
                      "/opt/homebrew/bin", "/home/linuxbrew/.linuxbrew/bin")
CONDA_NAMES = ("anaconda", "anaconda3", "miniconda", "miniconda2", "miniconda3", "miniforge", "miniforge3",
               "mambaforge", "micromamba", "conda")
CONDA_VARIABLES = ("CONDA_PREFIX", "CONDA_ROOT", "_CONDA_ROOT", "CONDA_DIR", "CONDA", "MAMBA_ROOT_PREFIX")


def find_interpreters(host: Host, environment: Mapping[str, str]) -> tuple[str, ...]:
    """One path for each, PATH's order first. Scripts and shims are left out: they are not interpreters.

    Two names of one file are one interpreter, unless a pyvenv.cfg makes them different
    environments; the name that comes first stands for both.
    """
    found: dict[tuple[str, str], str] = {}
    seen: set[str] = set()
    for directory in _directories(host, environment):
        if directory in seen:
            continue
        seen.add(directory)
        for name in _python_names(host, directory):
            path = os.path.join(directory, name)
            identity = _identify(host, path)
            if identity:
                found.setdefault(identity, path)
    return tuple(found.values())


def _python_names(host: Host, directory: str) -> list[str]:
    """`python3` first, then the shortest: the name people use stands for the file."""
    names = [name for name in _listed(host, directory) if _NAME.match(name)]
    return sorted(names, key=lambda name: (name != "python3", len(name), name))


def _identify(host: Host, path: str) -> tuple[str, str] | None:
    try:
        if not host.is_file(path) or not host.stat(path).st_mode & 0o111:
            return None
        real_path = host.realpath(path)
        if os.path.basename(real_path) in TOOL_BINARIES or read_shebang(host, real_path):
            return None
        return real_path, os.path.dirname(find_pyvenv_cfg(host, path))
    except OSError:
        return None    # a loop of links is no interpreter


def _directories(host: Host, environment: Mapping[str, str]) -> Iterator[str]:
    home = find_home(host, environment)
    for entry in environment.get("PATH", "").split(":"):
        if entry.startswith("/"):
            yield normalize(entry)
    yield from SYSTEM_DIRECTORIES
    for prefix in _prefixes(host, environment, home):
        yield os.path.join(normalize(prefix), "bin")


def _prefixes(host: Host, environment: Mapping[str, str], home: str) -> Iterator[str]:
    """Prefixes with a bin directory: environments, version managers, conda, /opt."""
    if environment.get("VIRTUAL_ENV", "").startswith("/"):
        yield environment["VIRTUAL_ENV"]
    for place in tool_places(environment, home):
        yield from entries_of(host, place.directory)
    for name in _listed(host, "/opt"):
        yield f"/opt/{name}"
        yield f"/opt/{name}/usr"
    for name in _listed(host, "/opt/rh"):
        yield f"/opt/rh/{name}/root/usr"
    for base in conda_bases(host, environment, home):
        yield base
        yield from entries_of(host, base + "/envs")
    for directory in venv_directories(environment, home):
        yield from entries_of(host, directory)


def conda_bases(host: Host, environment: Mapping[str, str], home: str) -> Iterator[str]:
    """Where a conda base, or a directory like one, may be; most of them are not there."""
    for variable in CONDA_VARIABLES:
        if environment.get(variable, "").startswith("/"):
            yield environment[variable]
    for directory in (home, home + "/opt", home + "/.local", "/opt", "/usr/share", "/usr/local", "/usr"):
        if directory:
            yield from (f"{directory}/{name}" for name in CONDA_NAMES)
    for place in tool_places(environment, home):
        yield from entries_of(host, place.directory)    # pyenv installs miniconda among its versions
    if home:
        yield home + "/.conda"
        yield home + "/.local/share/mamba"
        yield from registered_environments(host, home + "/.conda/environments.txt")


def registered_environments(host: Host, path: str) -> list[str]:
    """The prefixes that conda has noted in ~/.conda/environments.txt, one a line."""
    try:
        lines = host.read_text(path, SMALL).splitlines()
    except OSError:
        return []    # conda was never used
    return [line.strip() for line in lines if line.strip().startswith("/")]


def venv_directories(environment: Mapping[str, str], home: str) -> tuple[str, ...]:
    """Where tools keep virtual environments, one an entry."""
    data = environment.get("XDG_DATA_HOME", "") or home + "/.local/share"
    cache = environment.get("XDG_CACHE_HOME", "") or home + "/.cache"
    places = (environment.get("WORKON_HOME", "") or home + "/.virtualenvs", data + "/virtualenvs",
              environment.get("PIPX_HOME", home + "/.local/pipx") + "/venvs", data + "/pipx/venvs",
              cache + "/pypoetry/virtualenvs", data + "/uv/tools", "/opt/pipx/venvs")
    return places if home else ()


def entries_of(host: Host, directory: str) -> list[str]:
    """The paths in a directory; none where it is not there."""
    return [os.path.join(directory, name) for name in _listed(host, directory)]


def _listed(host: Host, directory: str) -> tuple[str, ...]:
    try:
        return host.list(directory)
    except OSError:
        return ()    # most of these places are not on this machine
