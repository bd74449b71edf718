"""The name of an image or a runner becomes the Facts of the host it stands for, from data/profiles.json.

That table has `systems` (the distributions: how a release is written in a tag, which Python each has, since when
it is externally managed; where data/hosts/ has a release, a test holds the two to say the same), `images` and
`runners` (patterns of names, without registry and tag; the first that matches wins) with the system or the kind
they stand for, and codenames of their own. JSON, and no host file, because tomllib and a host's distributions cost
ten interpreter starts.
"""
from __future__ import annotations

import json
import os
import re
from enum import Enum
from fnmatch import fnmatchcase, translate
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
WILD = late(r"[*?\[]")
TAGGED = late(r"(?<![a-z])(ubuntu|debian|alpine|fedora|rockylinux|almalinux|centos|oraclelinux|rhel|ubi|"
              r"el(?=\d)|amazonlinux)[-_]?(?:\d+(?:\.\d+)?)?")
ALIASES = {"rockylinux": "rhel", "almalinux": "rhel", "centos": "rhel", "oraclelinux": "rhel", "ubi": "rhel",
           "el": "rhel", "amazonlinux": "amzn"}
REGISTRY = late(r"\$(?:\w+/|\{\w+\}/?)(?=[a-z])")    # a variable in front: where the image is pulled from
MOVING = frozenset(("stable", "testing", "devel", "rolling", "edge"))    # words of other programs' tags, too


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


@lru_cache(maxsize=2)
def _rows(table: str) -> tuple[tuple[dict[str, Any], frozenset[str], re.Pattern[str]], ...]:
    """Each row with its names as they are, and one pattern for those that have a wildcard."""
    found = []
    for row in _data()[table]:
        wild = [translate(name) for name in row["names"] if WILD.search(name)]
        found.append((row, frozenset(row["names"]), late("|".join(wild) or r"(?!)")))
    return tuple(found)


@lru_cache(maxsize=512)
def find_profile(name: str, extra: tuple[tuple[str, str], ...] = ()) -> Profile:
    """The profile of `ubuntu:24.04`, `ubuntu-latest`, `ghcr.io/acme/ci:3`; `extra` is the site's own image map."""
    bare = name.partition("@")[0]    # the digest says which build it is, and nothing of what is in it
    for pattern, value in extra:
        if fnmatchcase(name, pattern) or fnmatchcase(bare, pattern):
            return _named(value, name)
    bare = REGISTRY.sub("", bare, count=1) if bare.startswith("$") else bare
    image, tag = _split(bare)
    if "$" in tag:
        bare, tag = image, ""    # the tag is an argument of the build, the image is not
    if not bare or "$" in bare:
        return UNKNOWN
    if bare == name and not tag and ("/" not in name or name.startswith("runs-on")):    # else no runner's label
        runner = _match("runners", name, name)
        if runner is not None:
            return runner
    return _image(image, tag)


def _split(image: str) -> tuple[str, str]:
    """Name and tag; the colon of a registry's port begins none."""
    name, _, tag = image.rpartition(":")
    return (name, tag) if name and "/" not in tag else (image, "")


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


def _image(image: str, tag: str) -> Profile:
    parts = image.lower().split("/")
    if "." in parts[0] and len(parts) > 1:
        parts = parts[1:]
    for short in ("/".join(parts), parts[-1]):
        found = _match("images", short, tag, "/".join(parts))
        if found is not None:
            return found
    return _by_tag(f"{image}:{tag}" if tag else image, f"{'-'.join(parts)}-{tag}")


def _match(table: str, name: str, tag: str, path: str = "") -> Profile | None:
    for row, names, pattern in _rows(table):
        if (name in names or pattern.match(name)) and (
                "tags" not in row or any(fnmatchcase(tag, each) for each in row["tags"])):
            if "system" not in row:
                return Profile(ProfileKind(row["kind"]), name)
            system, version = _release(row, tag, path)
            return Profile(ProfileKind.SYSTEM, name, system, version)
    return None


def _by_tag(image: str, text: str) -> Profile:
    """`acme/tool:1.2-alpine`: the distribution stands in the tag, which Python it has does not."""
    if "conda" in text or "mamba" in text:
        return Profile(ProfileKind.CONDA_BASE, image)
    return Profile(ProfileKind.UNKNOWN, image)


def _release(row: dict[str, Any], tag: str, path: str) -> tuple[str, str]:
    """The system and release of an image in that row; `node:18-alpine` is Alpine whatever node usually is.

    Where neither tag nor name has a number that this distribution's releases have, the latest.
    """
    for codename, version in row.get("codenames", {}).items():
        if codename in tag.split("-"):
            return row["system"], version
    own = _system(row["system"])
    match = TAGGED.search(tag)
    named = _system(ALIASES.get(match.group(1), match.group(1))) if match else own
    if match and named is not own:
        return named["id"], _numbered(named, match.group()) or named["latest"]
    numbers_its_own = own["id"][:4] in path.rpartition("/")[2] or own["id"] in ("rhel", "amzn", "fedora") or not path
    named_release = _by_codename(own, tag, path, numbers_its_own)
    if named_release is not None:
        return named_release
    in_path = (found.group() for found in TAGGED.finditer(path)
               if ALIASES.get(found.group(1), found.group(1)) == own["id"])
    last = path.rpartition("/")[2]    # arm32v7/debian, i386/alpine: what stands before is a machine's, or a name
    texts = (match.group() if match else "", *in_path, *((tag, last) if numbers_its_own else ()))
    return own["id"], next(filter(None, (_numbered(own, text) for text in texts)), own["latest"])


def _by_codename(own: dict[str, Any], tag: str, path: str, numbers_its_own: bool) -> tuple[str, str] | None:
    """`jammy-20240627`, `ubuntu/jammy64`; `rust:1.80-slim-bookworm`, whichever distribution that row has."""
    first = tag.split("-")[0]
    if numbers_its_own and first in MOVING:
        moving: str | None = own.get("codenames", {}).get(first)
        return (own["id"], moving) if moving else None
    for each in (own, *_data()["systems"]):
        text = f"{tag} {path}" if each is own else tag
        for codename, version in each.get("codenames", {}).items():
            if codename not in MOVING and re.search(rf"(?<![a-z]){codename}(?![a-z])", text):
                return each["id"], version
    return None


def _numbered(system: dict[str, Any], text: str) -> str:
    """The release whose number stands in the text, without the point releases; empty where there is none."""
    match = re.search(system["release"], text) if "release" in system else None
    number = ".".join(match.groups()) if match else ""
    return str(system.get("renamed", {}).get(number, number))


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
    """The Python of that release; where it is not in the table, of the last one before it, or of the first."""
    before = [each for each in pythons if _number(each) <= _number(version)]
    return pythons[max(before, key=_number)] if before else pythons[min(pythons, key=_number)]


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
