"""Evidence -> what the interpreter is, with the reason: one table, the first row that holds wins."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import NamedTuple

from ..model.facts import EnvironmentKind as Kind
from ..model.facts import Reason
from ..model.late_pattern import late
from ..model.paths import normalize
from .evidence import Evidence

UV_KEY = late(r"^(?:cpython|pypy|graalpy)-\d+\.\d+[^/]*-(?:linux|macos|windows|freebsd)-")
PLATFORM_PYTHON = "/usr/libexec/platform-python"


class Classification(NamedTuple):
    """A kind, for a venv the tool that made it, and the evidence."""

    kind: Kind
    flavour: str
    reasons: tuple[Reason, ...]


class Row(NamedTuple):
    """A kind and a function that gives the evidence for it, or an empty string."""

    kind: Kind
    because: Callable[[Evidence], str]


def classify(evidence: Evidence) -> Classification:
    """What it is by the path it is called by."""
    for row in TABLE:
        because = row.because(evidence)
        if because:
            reasons = (Reason("kind", because), *_remarks(evidence))
            return Classification(row.kind, _flavour(evidence, row.kind), reasons)
    return Classification(Kind.UNKNOWN, "", (Reason("kind", _nothing(evidence)),))


def classify_base(evidence: Evidence) -> Kind:
    """What a virtual environment was made from: the same table, without its pyvenv.cfg."""
    for row in TABLE:
        if row.kind is not Kind.VENV and row.because(evidence):
            return row.kind
    return Kind.UNKNOWN


def _broken(evidence: Evidence) -> str:
    return evidence.problem


def _shim(evidence: Evidence) -> str:
    if evidence.tool:
        return f"it is {evidence.tool} itself, which picks an interpreter by the name it is called by"
    if evidence.script:
        return f"it is a script (#!{evidence.script}), which picks an interpreter when run"
    return ""


def _venv(evidence: Evidence) -> str:
    return f"{evidence.config_path} is there" if evidence.is_venv else ""


def _pixi(evidence: Evidence) -> str:
    return f"{evidence.base_prefix}/conda-meta/pixi is there" if "pixi" in evidence.base_conda else ""


def _conda_base(evidence: Evidence) -> str:
    if "conda" in evidence.base_conda:
        return f"{evidence.base_prefix}/conda-meta records conda itself"
    if evidence.base_conda and not evidence.is_venv and "condabin" in evidence.beside:
        return f"{evidence.base_prefix} has conda-meta and condabin"
    return ""


def _conda(evidence: Evidence) -> str:
    return f"{evidence.base_prefix}/conda-meta is conda's" if evidence.base_conda else ""


def _platform(evidence: Evidence) -> str:
    if evidence.real_path.startswith(PLATFORM_PYTHON):
        return f"it is {evidence.real_path}, the Python of dnf"
    return ""


def _system(evidence: Evidence) -> str:
    """Prefix /usr and the default: by Debian's own declaration, else by where python3 leads."""
    if evidence.base_prefix != "/usr" or not evidence.minor:
        return ""
    system = evidence.system
    if evidence.is_venv and evidence.minor == _default(evidence):
        return f"the default Python of this system is {evidence.minor}"
    if system.declared and evidence.minor == system.declared and not evidence.unpackaged:
        return f"/usr/share/python3/debian_defaults names python{evidence.minor} the default"
    if not system.declared and not system.platform and evidence.real_path == system.default:
        return f"its prefix is /usr and /usr/bin/python3 leads to {evidence.real_path}"
    for tool, interpreter in system.managers:
        if interpreter == evidence.real_path:
            return f"its prefix is /usr and {tool} starts on it"
    return ""


def _default(evidence: Evidence) -> str:
    """The default's minor, as far as names tell."""
    named = re.search(r"python(\d\.\d+)$", evidence.system.platform or evidence.system.default)
    return evidence.system.declared or (named[1] if named else "")


def _extra(evidence: Evidence) -> str:
    if evidence.base_prefix != "/usr":
        return ""
    if evidence.unpackaged:
        return "its prefix is /usr, but no OS package lists it"
    return f"its prefix is /usr, but Python {evidence.minor} is not the default of this system"


def _below(kind: Kind, *directories: str) -> Row:
    def because(evidence: Evidence) -> str:
        for directory in directories:
            if directory in evidence.base_prefix + "/":
                return f"its prefix {evidence.base_prefix} is below {directory.rstrip('/')}"
        return ""
    return Row(kind, because)


def _managed(kind: Kind, *usual: str) -> Row:
    """Made by a version manager: below its directory, or in one that looks like its default."""
    def because(evidence: Evidence) -> str:
        for place in evidence.places:
            if place.tool == kind.value and evidence.base_prefix.startswith(place.directory + "/"):
                return f"its prefix is below {place.directory}, where {place.tool} keeps its Pythons"
        if any(place in evidence.base_prefix for place in usual):
            return f"its prefix {evidence.base_prefix} is where {kind.value} keeps its Pythons"
        return ""
    return Row(kind, because)


def _uv(evidence: Evidence) -> str:
    """Below uv's directory and named as uv names them; the directory alone may hold anything."""
    if not UV_KEY.match(os.path.basename(evidence.base_prefix)):
        return ""
    return _UV_PLACE.because(evidence) or (
        "its EXTERNALLY-MANAGED file says that uv manages it"
        if evidence.marker and "uv" in evidence.marker.message.split() else "")


def _local(evidence: Evidence) -> str:
    return "its prefix is /usr/local" if evidence.base_prefix == "/usr/local" else ""


def _complete(evidence: Evidence) -> str:
    if not evidence.base_prefix:
        return ""
    return f"it has its standard library in {evidence.stdlib} and none of the known owners"


_UV_PLACE = _managed(Kind.UV, "/uv/python/")
TABLE = (
    Row(Kind.BROKEN, _broken),
    Row(Kind.SHIM, _shim),
    Row(Kind.VENV, _venv),
    Row(Kind.PIXI, _pixi),             # conda before every path: pyenv hosts miniconda, condacolab
    Row(Kind.CONDA_BASE, _conda_base),    # sits in /usr/local
    Row(Kind.CONDA, _conda),
    Row(Kind.PLATFORM_PYTHON, _platform),
    Row(Kind.SYSTEM, _system),
    Row(Kind.SYSTEM_EXTRA, _extra),    # /usr before what variables of the caller point at
    _below(Kind.NIX, "/nix/store/"),
    _below(Kind.GUIX, "/gnu/store/"),
    Row(Kind.UV, _uv),
    _below(Kind.HOMEBREW, "/Cellar/", "/opt/homebrew/", "/home/linuxbrew/.linuxbrew/"),
    _managed(Kind.PYENV, "/.pyenv/versions/", "/pyenv/versions/"),
    _managed(Kind.ASDF, "/.asdf/installs/python/", "/asdf/installs/python/"),
    _managed(Kind.MISE, "/mise/installs/python/"),
    _managed(Kind.RYE, "/.rye/py/"),
    _below(Kind.MACOS, "/CommandLineTools/", "/Xcode.app/", "/Python.framework/"),
    _below(Kind.SCL, "/opt/rh/"),
    _below(Kind.TERMUX, "/data/data/com.termux/files/usr/"),
    Row(Kind.LOCAL, _local),
    Row(Kind.OPT, lambda evidence: f"its prefix {evidence.base_prefix} is below /opt"
        if evidence.base_prefix.startswith("/opt/") else ""),
    Row(Kind.STANDALONE, _complete),
)


def _flavour(evidence: Evidence, kind: Kind) -> str:
    """The tool that made a venv: what it wrote into pyvenv.cfg, else where the venv is."""
    if kind is Kind.SHIM:
        return evidence.tool or "script"
    if kind is not Kind.VENV:
        return ""
    if "pipx_metadata.json" in evidence.beside:
        return "pipx"
    for pattern, tool in (("/pypoetry/virtualenvs/", "poetry"), ("/hatch/env/virtual/", "hatch"),
                          ("/uv/tools/", "uv tool"), ("/.virtualenvs/", "virtualenvwrapper"),
                          ("/virtualenvs/", "pipenv")):
        if pattern in evidence.prefix + "/":
            return tool
    keys = dict(evidence.config)
    return next((tool for tool in ("uv", "virtualenv") if tool in keys), "venv")


def _remarks(evidence: Evidence) -> tuple[Reason, ...]:
    """What else is odd about it; none of it changes the kind."""
    remarks = []
    if evidence.former_venv:
        remarks.append(Reason("kind", f"{evidence.former_venv} looks like a virtual environment, but its "
                                      f"pyvenv.cfg is gone: this is the Python in {evidence.base_prefix}"))
    if evidence.config_error:
        because = f"{evidence.config_path} cannot be read: {evidence.config_error}"
        remarks.append(Reason("base_kind", because))
    elif evidence.is_venv and not evidence.setting("home"):
        because = f"{evidence.config_path} has no home: the base is the file's own"
        remarks.append(Reason("base_kind", because))
    elif evidence.is_venv and evidence.base_prefix and not _home_is_base(evidence):
        remarks.append(Reason("base_kind", f"{evidence.config_path} names {evidence.setting('home')}, "
                                           f"but the Python there is not the one that runs"))
    said = evidence.setting("version_info") or evidence.setting("version")
    if said and evidence.minor and not f"{said}.".startswith(f"{evidence.minor}."):
        remarks.append(Reason("version", f"{evidence.config_path} says {said}, but Python {evidence.minor} "
                                         "runs: this environment was laid over another"))
    if evidence.is_venv and evidence.conda:
        because = f"{evidence.prefix} is a conda environment with a pyvenv.cfg laid over it"
        remarks.append(Reason("also_conda", because))
    return tuple(remarks)


def _home_is_base(evidence: Evidence) -> bool:
    home = normalize(evidence.setting("home"))
    return home == "/bin" or home.startswith(evidence.base_prefix + "/")


def _nothing(evidence: Evidence) -> str:
    return f"no standard library was found for {evidence.path}"
