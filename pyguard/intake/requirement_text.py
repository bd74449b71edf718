"""One requirement as pip takes it (`six>=1`, a path, a link, `-e` ...) -> WantedDistribution.

The rules are those of pip's `_internal/req/constructors.py`; local projects and wheels are read as
text, never run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import NamedTuple

from ..errors import IntakeError
from ..host import Host
from ..model.frozen import replace
from ..model.late_pattern import late
from ..model.names import canonicalize_name
from ..model.paths import absolute
from ..model.plain import read_plain
from ..model.request import SourceKind, WantedDistribution

ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tlz", ".tar.lz",
            ".tar.lzma")
VCS = ("git", "hg", "svn", "bzr")
LINK = late(r"(?i)(https?|ftp|file|(git|hg|svn|bzr)(\+[a-z]+)?):")
NAMED_LINK = late(r"\s*[A-Za-z0-9][\w.-]*\s*(\[[^\]]*\])?\s*@")
# What pip before 24.1 took besides PEP 440: `foo==1.0-custom`
LEGACY = late(r"\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[([\w.,\s-]*)\])?\s*"
                    r"((?:===|==|~=|!=|<=|>=|<|>)[^;]*)$")
LONGEST = 64 * 1024


class Place(NamedTuple):
    """Where a requirement is read: relative paths start in `directory`; `origin` is for people.

    `report` takes what could not be learned about a local project or a wheel.
    """

    directory: str
    origin: str = ""
    report: Callable[[str], object] = str    # which forgets it


def read_requirement(host: Host, text: str, place: Place, editable: bool = False) -> WantedDistribution:
    """Raises IntakeError where pip would not accept it either."""
    if len(text) > LONGEST or "\0" in text:
        raise _refuse(text, place)
    if editable:
        return replace(_read_editable(host, text.strip(), place), text=text, editable=True)
    body, marker = _split_marker(text, place)
    if LINK.match(body):
        return _read_link(host, text, body, place, marker)
    path, extras = _split_extras(absolute(body, place.directory))
    if _looks_like_path(body) and host.is_dir(path):
        return _from_directory(host, text, path, place, marker, extras)
    if _archive_stem(path) and (host.is_file(path) or not NAMED_LINK.match(body)):
        return _from_file(host, text, path, place, marker, extras)
    return _from_name(host, text, body, place, marker)


def _read_editable(host: Host, text: str, place: Place) -> WantedDistribution:
    if NAMED_LINK.match(text) and not LINK.match(text):
        body, marker = _split_marker(text, place)
        return _from_name(host, text, body, place, marker)
    for system in VCS:
        if text.lower().startswith(system + ":"):
            text = f"{system}+{text}"
    if LINK.match(text):
        return _read_link(host, text, text, place, "")
    path, extras = _split_extras(absolute(text, place.directory))
    if not host.is_dir(path):
        raise IntakeError("bad-requirement", f"-e {_short(text)}: neither a directory nor a VCS link", place.origin)
    return _from_directory(host, text, path, place, "", extras)


def _split_marker(text: str, place: Place) -> tuple[str, str]:
    """A link may hold semicolons: there, only `; ` begins a marker."""
    body, _, marker = text.partition("; " if LINK.match(text.strip()) else ";")
    marker = marker.strip()
    if marker:
        from packaging.markers import InvalidMarker, Marker

        try:
            marker = str(Marker(marker))
        except (InvalidMarker, RecursionError) as error:
            raise _refuse(text, place) from error
    return body.strip(), marker


def _from_name(host: Host, text: str, body: str, place: Place, marker: str) -> WantedDistribution:
    plain = read_plain(body)
    if plain is not None:
        return WantedDistribution(
            text, canonicalize_name(plain.name), plain.operator + plain.version,
            plain.version if plain.operator == "==" else "", marker=marker, origin=place.origin)
    from packaging.requirements import InvalidRequirement, Requirement  # 10 ms, and most are plain

    try:
        requirement = Requirement(body)
    except (InvalidRequirement, RecursionError) as error:
        return _from_legacy(text, body, place, marker, error)
    if requirement.url:
        link = _read_link(host, text, requirement.url, place, marker)
        return replace(link, name=canonicalize_name(requirement.name), extras=tuple(sorted(requirement.extras)))
    pins = [one.version for one in requirement.specifier
            if one.operator in ("==", "===") and not one.version.endswith(".*")]
    return WantedDistribution(
        text, canonicalize_name(requirement.name), str(requirement.specifier), pins[0] if pins else "",
        tuple(sorted(requirement.extras)), marker or str(requirement.marker or ""), origin=place.origin)


def _from_legacy(text: str, body: str, place: Place, marker: str, error: Exception) -> WantedDistribution:
    found = LEGACY.match(body)
    if not found or len(body) > 1024:
        raise _refuse(text, place) from error
    name, extras, specifier = found.groups()
    return WantedDistribution(text, canonicalize_name(name), specifier.strip(), marker=marker,
                              extras=tuple(sorted(filter(None, re.split(r"[\s,]+", extras or "")))),
                              origin=place.origin)


def _read_link(host: Host, text: str, link: str, place: Place, marker: str) -> WantedDistribution:
    from urllib.parse import unquote, urlsplit  # 4 ms, and few ask for links

    try:
        parts = urlsplit(link)
    except ValueError as error:
        raise _refuse(text, place) from error
    path = unquote(parts.path)
    if parts.scheme.lower() == "file":
        local = absolute(path, place.directory)
        found = (_from_directory(host, text, local, place, marker, ()) if host.is_dir(local)
                 else _from_file(host, text, local, place, marker, ()))
        return replace(found, url=link)
    name, extras = _egg(unquote(parts.fragment))
    named = WantedDistribution(text, name, extras=extras, marker=marker, url=link, origin=place.origin)
    if parts.scheme.lower().partition("+")[0] in VCS:
        return replace(named, source=SourceKind.VCS)
    file_name = path.rsplit("/", 1)[-1]
    if file_name.endswith(".whl"):
        wheel, version = split_wheel_name(file_name)
        return replace(named, name=wheel, version=version, specifier=f"=={version}" if version else "",
                       source=SourceKind.WHEEL)
    if _archive_stem(file_name):
        archive, version = split_archive_name(file_name)
        return replace(named, name=name or archive, version="" if name else version, source=SourceKind.SDIST)
    return replace(named, source=SourceKind.URL)


def _from_directory(host: Host, text: str, path: str, place: Place, marker: str,
                    extras: tuple[str, ...]) -> WantedDistribution:
    from .local_projects import read_directory

    if not any(host.is_file(f"{path}/{name}") for name in ("pyproject.toml", "setup.py", "setup.cfg")):
        raise IntakeError("bad-requirement", f"{_short(text)}: the directory holds no Python project", place.origin,
                          "pip wants a pyproject.toml or a setup.py in it")
    project = read_directory(host, path)
    if project.gap:
        place.report(project.gap)
    return WantedDistribution(
        text, project.name, f"=={project.version}" if project.version else "", project.version, extras, marker,
        SourceKind.DIRECTORY, path, import_names=project.import_names, requires=project.requires,
        origin=place.origin, requires_python=project.requires_python)


def _from_file(host: Host, text: str, path: str, place: Place, marker: str,
               extras: tuple[str, ...]) -> WantedDistribution:
    file_name = os.path.basename(path)
    if not file_name.endswith(".whl"):
        name, version = split_archive_name(file_name)
        return WantedDistribution(text, name, f"=={version}" if version else "", version, extras, marker,
                                  SourceKind.SDIST, path, origin=place.origin)
    from .wheel_files import read_wheel

    name, version = split_wheel_name(file_name)
    if not name:
        raise IntakeError("bad-requirement", f"{_short(text)} is not a wheel's file name", place.origin)
    wheel = read_wheel(host, path)
    if wheel.gap:
        place.report(wheel.gap)
    return WantedDistribution(text, name, f"=={version}", version, extras, marker, SourceKind.WHEEL, path,
                              import_names=wheel.import_names, requires=wheel.requires, origin=place.origin,
                              requires_python=wheel.requires_python)


def split_wheel_name(file_name: str) -> tuple[str, str]:
    """`PyYAML-6.0-cp311-...-x86_64.whl` -> pyyaml, 6.0; empty for what is no wheel's name."""
    parts = file_name[:-len(".whl")].split("-")
    if len(parts) not in (5, 6) or not re.match(r"[A-Za-z0-9]", parts[0]):
        return "", ""
    return canonicalize_name(parts[0]), parts[1].replace("_", "-")


def split_archive_name(file_name: str) -> tuple[str, str]:
    """`six-1.16.0.tar.gz` -> six, 1.16.0; empty for `main.zip`, which says neither."""
    from packaging.version import InvalidVersion, Version

    stem = _archive_stem(file_name)
    name, dash, version = os.path.basename(stem).rpartition("-")
    try:
        parsed = str(Version(version))
    except InvalidVersion:
        return "", ""
    known = bool(dash) and re.match(r"[A-Za-z0-9][\w.-]*$", name)
    return (canonicalize_name(name), parsed) if known else ("", "")


def _archive_stem(path: str) -> str:
    """The path without the ending of an archive that pip installs; empty where it has none."""
    for ending in (".whl", *sorted(ARCHIVES, key=len, reverse=True)):
        if path.lower().endswith(ending) and len(path) > len(ending):
            return path[:-len(ending)]
    return ""


def _egg(fragment: str) -> tuple[str, tuple[str, ...]]:
    """`egg=name[extra]&subdirectory=x` -> name, extras."""
    for part in fragment.split("&"):
        key, _, value = part.partition("=")
        if key == "egg":
            name, extras = _split_extras(value)
            known = re.match(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$", name)
            return (canonicalize_name(name), extras) if known else ("", ())
    return "", ()


def _split_extras(path: str) -> tuple[str, tuple[str, ...]]:
    """`./project[dev,test]` -> ./project and the extras, as pip's strip_extras."""
    if not path.endswith("]") or "[" not in path[1:]:
        return path, ()
    body, _, extras = path[:-1].rpartition("[")
    return body, tuple(sorted(filter(None, (extra.strip() for extra in extras.split(",")))))


def _looks_like_path(text: str) -> bool:
    return "/" in text or text.startswith(".")


def _refuse(text: str, place: Place) -> IntakeError:
    return IntakeError("bad-requirement", f"not a requirement that pip would take: {_short(text)!r}", place.origin,
                       "see PEP 508 for how requirements are written")


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:97] + "..."
