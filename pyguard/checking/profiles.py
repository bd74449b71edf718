"""The name of an image or a runner becomes the Facts of the host it stands for, from data/profiles.json.

That table has `systems` (the distributions: which Python each release has, since when it is externally
managed; where data/hosts/ has a release, a test holds the two to say the same), `images` and `runners`
(patterns of names, without registry and tag; the first that matches wins) with the system or the kind
they stand for. JSON, and no host file, because tomllib and a host's distributions cost ten interpreter starts.
"""
from __future__ import annotations

import json
import os
import re
from enum import Enum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from ..model.facts import (
    EnvironmentKind,
    ExternallyManaged,
    Facts,
    Interpreter,
    OperatingSystem,
    Owner,
    OwnerKind,
    Reason,
    ShellEnvironment,
    SiteDirectory,
)
from ..model.frozen import dataclass
from ..model.late_pattern import late

DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data", "profiles.json")
TAGGED = late(r"(?<![a-z])(ubuntu|debian|alpine|fedora|rockylinux|almalinux|centos|ubi|el(?=\d)|amazonlinux)"
              r"[-_]?(\d+(?:\.\d+)?)?")
NUMBER = late(r"\d+(?:\.\d+)?")
ALIASES = {"rockylinux": "rhel", "almalinux": "rhel", "centos": "rhel", "ubi": "rhel", "el": "rhel",
           "amazonlinux": "amzn"}


class ProfileKind(Enum):
    """What a bare `pip` means on a host."""

    SYSTEM = "system"
    PRIVATE = "private"
    CONDA_BASE = "conda-base"
    WINDOWS = "windows"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Profile:
    """What is known of a host by its name. `system` and `version` are empty where it is not a distribution's."""

    kind: ProfileKind
    name: str = ""
    system: str = ""
    version: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the name says which Python it has."""
        return self.kind is not ProfileKind.UNKNOWN


UNKNOWN = Profile(ProfileKind.UNKNOWN)


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    with open(DATA, encoding="utf-8") as file:
        data: dict[str, Any] = json.load(file)
    return data


@lru_cache(maxsize=512)
def find_profile(name: str, extra: tuple[tuple[str, str], ...] = ()) -> Profile:
    """The profile of `ubuntu:24.04`, `ubuntu-latest`, `ghcr.io/acme/ci:3`; `extra` is the site's own image map."""
    for pattern, value in extra:
        if fnmatchcase(name, pattern):
            return _named(value, name)
    if ":" in name and "$" in name.rpartition(":")[2]:
        name = name.rpartition(":")[0]    # the tag is an argument of the build, the image is not
    if not name or "$" in name:
        return UNKNOWN
    runner = _match("runners", name)
    return runner if runner is not None else _image(name)


def is_known_image(name: str) -> bool:
    """Whether the name of an image says which Python it has."""
    return find_profile(name).is_known


def names_distribution(name: str) -> bool:
    """`acme/agent:ubuntu-16.04`: whether a distribution stands in the name of an image, its tag included."""
    return TAGGED.search(name) is not None


def _named(value: str, name: str) -> Profile:
    if value in {kind.value for kind in ProfileKind}:
        return Profile(ProfileKind(value), name)
    return find_profile(value)


def _image(image: str) -> Profile:
    name, _, tag = image.partition("@")[0].rpartition(":") if ":" in image.rsplit("/", 1)[-1] \
        else (image.partition("@")[0], "", "")
    parts = name.lower().split("/")
    if "." in parts[0] and len(parts) > 1:
        parts = parts[1:]
    for short in ("/".join(parts), parts[-1]):
        found = _match("images", short, tag)
        if found is not None:
            return found
    return _by_tag(image, f"{'-'.join(parts)}-{tag}")


def _match(table: str, name: str, tag: str = "") -> Profile | None:
    for row in _data()[table]:
        if any(fnmatchcase(name, pattern) for pattern in row["names"]) and (
                "tags" not in row or any(fnmatchcase(tag, pattern) for pattern in row["tags"])):
            if "system" not in row:
                return Profile(ProfileKind(row["kind"]), name)
            return _of_system(row["system"], tag or (name.partition("-")[2] if table == "runners" else ""), name)
    return None


def _by_tag(image: str, text: str) -> Profile:
    """`acme/tool:1.2-alpine`: the distribution stands in the tag, which Python it has does not."""
    if "conda" in text or "mamba" in text:
        return Profile(ProfileKind.CONDA_BASE, image)
    return Profile(ProfileKind.UNKNOWN, image)


def _of_system(system: str, tag: str, name: str) -> Profile:
    """The system and version a tag names; `node:18-alpine` is Alpine whatever node usually is."""
    match = TAGGED.search(tag)
    if match and match.group(1) != system:
        named = ALIASES.get(match.group(1), match.group(1))
        if named != system:
            return Profile(ProfileKind.SYSTEM, name, named, match.group(2) or _system(named)["latest"])
    for row in _data()["systems"]:
        for codename, version in row.get("codenames", {}).items():
            if re.search(rf"\b{codename}\b", tag):
                return Profile(ProfileKind.SYSTEM, name, row["id"], version)
    row = _system(system)
    if match and match.group(2):
        return Profile(ProfileKind.SYSTEM, name, system, match.group(2))
    number = NUMBER.search(tag) if name.rsplit("/", 1)[-1].startswith(system[:4]) or "ubuntu" in name \
        or system in ("rhel", "amzn", "fedora", "alpine") else None
    version = number.group() if number else row["latest"]
    return Profile(ProfileKind.SYSTEM, name, system, version)


def _system(identifier: str) -> dict[str, Any]:
    return next(row for row in _data()["systems"] if row["id"] == identifier)


SITES = {
    "debian": (("/usr/local/lib/python{v}/dist-packages", "posix_local"),
               ("/usr/lib/python3/dist-packages", "deb_system"), ("/usr/lib/python{v}/dist-packages", "posix_prefix")),
    "fedora": (("/usr/local/lib64/python{v}/site-packages", "posix_local"),
               ("/usr/local/lib/python{v}/site-packages", "posix_local"),
               ("/usr/lib64/python{v}/site-packages", "posix_prefix"),
               ("/usr/lib/python{v}/site-packages", "posix_prefix")),
    "alpine": (("/usr/lib/python{v}/site-packages", "posix_prefix"),),
}


@lru_cache(maxsize=256)
def system_facts(profile: Profile, root: bool, environ: tuple[tuple[str, str], ...]) -> Facts:
    """The Facts of the distribution's own Python on that host, for root or an ordinary user."""
    row = _system(profile.system or "debian")
    version = _closest(row["python"], profile.version or row["latest"])
    home = "/root" if root else "/home/user"
    guard = row.get("guarded_since")
    guarded = guard is not None and _number(profile.version or row["latest"]) >= _number(guard) and bool(profile.system)
    stdlib = f"/usr/lib/python{version}"
    interpreter = Interpreter(
        "/usr/bin/python3", EnvironmentKind.SYSTEM, f"/usr/bin/python{version}", version, prefix="/usr",
        base_prefix="/usr", stdlib=stdlib, runs_os_tools=True, owner=Owner(OwnerKind.OS, f"python{version}"),
        externally_managed=ExternallyManaged(f"{stdlib}/EXTERNALLY-MANAGED") if guarded else None, writable=root,
        reasons=(Reason("kind", f"{profile.name or 'the host'} has the distribution's Python"),))
    sites = [SiteDirectory(f"{home}/.local/lib/python{version}/site-packages", OwnerKind.USER, "user_site", 0, True)]
    for path, scheme in SITES[row["scheme"]]:
        owner = OwnerKind.LOCAL if path.startswith("/usr/local") else OwnerKind.OS
        sites.append(SiteDirectory(path.format(v=version), owner, scheme, len(sites), root))
    system = OperatingSystem(row["id"], profile.version or row["latest"], row["name"], container=True)
    return Facts(system, interpreter, tuple(sites), environment=ShellEnvironment(home, (), environ))


def _closest(pythons: dict[str, str], version: str) -> str:
    """The Python of that release; of the newest known one where the release is not in the table."""
    if version in pythons:
        return pythons[version]
    short = version.split(".")[0]
    return pythons.get(short) or pythons[max(pythons, key=_number)]


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
