"""A host and the path of an interpreter -> Evidence: all that files say about it, nothing started."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..host import Host
from ..model.facts import ExternallyManaged
from ..model.frozen import dataclass, replace
from ..model.paths import normalize
from . import landmark, markers
from .defaults import SystemPythons, find_system_pythons, read_shebang
from .places import Place, find_home, tool_places
from .versions import find_version

TOOL_BINARIES = frozenset({"asdf", "mise", "rtx", "rye"})    # a shim that is a link to the tool itself

NO_SYSTEM_PYTHONS = SystemPythons()


@dataclass(frozen=True)
class Evidence:
    """What was found. `prefix` is empty when no standard library was.

    `problem` says why nothing can be there (missing, dangling, a directory ...). `config` is
    pyvenv.cfg, `base_prefix` and `stdlib` come from the landmark, `conda` are the marks of
    `markers.read_conda_marks` in the prefix and `base_conda` those in the base prefix.
    """

    path: str
    real_path: str = ""
    problem: str = ""
    script: str = ""                                # what stands after #!
    tool: str = ""                                  # the file is the version manager itself
    config_path: str = ""
    config: tuple[tuple[str, str], ...] = ()
    config_error: str = ""
    prefix: str = ""
    base_prefix: str = ""
    stdlib: str = ""
    library: str = ""                               # python3.11, pypy3.10, python3.13t
    version: str = ""
    implementation: str = "cpython"
    conda: tuple[str, ...] = ()
    base_conda: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()                    # names of interest in the prefix
    marker: ExternallyManaged | None = None         # beside the stdlib, whether it counts or not
    former_venv: str = ""                           # a directory that was a virtual environment
    package: str = ""                               # OS package whose file list names the file
    unpackaged: bool = False                        # there is a package database, and it does not
    places: tuple[Place, ...] = ()
    system: SystemPythons = NO_SYSTEM_PYTHONS

    def setting(self, key: str) -> str:
        """A value of pyvenv.cfg; the last one counts, as in site.py."""
        return dict(self.config).get(key, "")

    @property
    def sees_base_sites(self) -> bool:
        """include-system-site-packages, which is true where it is not said (site.py)."""
        return dict(self.config).get("include-system-site-packages", "true").lower() == "true"

    @property
    def is_venv(self) -> bool:
        """A pyvenv.cfg counts for the path it is called by."""
        return bool(self.config_path)

    @property
    def minor(self) -> str:
        """`3.11`."""
        return ".".join(self.version.split(".")[:2])


def collect_evidence(host: Host, path: str, environment: Mapping[str, str], uid: int) -> Evidence:
    """Never raises for what is on disk: what is wrong with it is evidence as well."""
    path = normalize(path)
    evidence = Evidence(path, places=tool_places(environment, find_home(host, environment, uid)),
                        system=find_system_pythons(host))
    try:
        problem = _problem(host, path)
        if problem:
            return replace(evidence, problem=problem)
        real_path = host.realpath(path)
        evidence = replace(evidence, real_path=real_path, script=read_shebang(host, real_path),
                           tool=_tool(real_path))
        if evidence.script or evidence.tool:
            return evidence
        evidence = _read_config(host, evidence)
        return complete_evidence(host, evidence, _library(host, evidence))
    except OSError as error:
        return replace(evidence, problem=f"it cannot be read: {error.strerror or error}")


def complete_evidence(host: Host, evidence: Evidence, library: landmark.Library | None) -> Evidence:
    """What the prefix and the standard library say, once they are known."""
    base_prefix = library.prefix if library else ""
    prefix = os.path.dirname(os.path.dirname(evidence.path)) if evidence.is_venv else base_prefix
    package, unpackaged = _package(host, evidence.real_path)
    base_conda = markers.read_conda_marks(host, base_prefix) if base_prefix else ()
    found = replace(
        evidence, prefix=prefix, base_prefix=base_prefix, base_conda=base_conda, package=package,
        unpackaged=unpackaged, beside=_beside(host, prefix), former_venv=_former_venv(host, evidence),
        conda=markers.read_conda_marks(host, prefix) if evidence.is_venv else base_conda)
    if library is None:
        return found
    return replace(found, stdlib=library.stdlib, library=library.name, implementation=library.implementation,
                   marker=markers.read_externally_managed(host, library.stdlib),
                   version=find_version(host, library, evidence.config, base_conda))


def _problem(host: Host, path: str) -> str:
    if not host.exists(path):
        return "it is a link that leads nowhere" if host.is_link(path) else "there is no such file"
    if host.is_dir(path):
        return "it is a directory"
    if not host.is_file(path):
        return "it is not a regular file"
    return "" if host.stat(path).st_mode & 0o111 else "it is not executable"


def _tool(real_path: str) -> str:
    name = os.path.basename(real_path)
    return name if name in TOOL_BINARIES else ""


def _read_config(host: Host, evidence: Evidence) -> Evidence:
    config_path = markers.find_pyvenv_cfg(host, evidence.path)
    if not config_path:
        return evidence
    try:
        text = host.read_text(config_path, markers.SMALL)
    except OSError as error:
        return replace(evidence, config_path=config_path, config_error=error.strerror or str(error))
    return replace(evidence, config_path=config_path, config=markers.read_pyvenv_cfg(text))


def _library(host: Host, evidence: Evidence) -> landmark.Library | None:
    """The library above `home` (getpath.py's first choice in a venv), else above the file itself."""
    file = landmark.follow_file(host, evidence.path)
    name = landmark.library_name(host, file)
    names = (name,) if name else _names_in_venv(host, evidence)
    home = evidence.setting("home")
    found = landmark.find_library(host, normalize(home), names) if home.startswith("/") else None
    return found or landmark.find_library(host, os.path.dirname(file), names)


def _names_in_venv(host: Host, evidence: Evidence) -> tuple[str, ...]:
    """A venv made with --copies has an unversioned file: its own library directory has the version."""
    if not evidence.is_venv:
        return ()
    names = landmark.library_names_in(host, os.path.dirname(os.path.dirname(evidence.path)))
    return names if len(names) == 1 else ()


def _beside(host: Host, prefix: str) -> tuple[str, ...]:
    interest = ("condabin", "envs", "pipx_metadata.json", "uv-receipt.toml", ".project")
    return tuple(name for name in interest if prefix and host.exists(os.path.join(prefix, name)))


def _former_venv(host: Host, evidence: Evidence) -> str:
    """An activate script and a site directory, but no pyvenv.cfg: it was a virtual environment."""
    directory = os.path.dirname(evidence.path)
    prefix = os.path.dirname(directory)
    if evidence.is_venv or not host.exists(os.path.join(directory, "activate")):
        return ""
    if not host.is_link(evidence.path) or host.is_dir(os.path.join(prefix, "conda-meta")):
        return ""    # conda has an activate script of its own
    return prefix if landmark.library_names_in(host, prefix) else ""


def _package(host: Host, real_path: str) -> tuple[str, bool]:
    """dpkg's owner of the file, by the two lists it can be in: (package, database without it)."""
    if not real_path.startswith("/usr/bin/") or not host.is_dir("/var/lib/dpkg/info"):
        return "", False
    name = os.path.basename(real_path)
    for package in (f"{name}-minimal", name):
        try:
            lines = host.read_text(f"/var/lib/dpkg/info/{package}.list").split("\n")
        except OSError:
            continue    # no such package is installed
        if real_path in lines or real_path.replace("/usr/bin/", "/bin/", 1) in lines:
            return package, False
    return "", True
