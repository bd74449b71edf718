"""An install read in a file becomes a Request, as the shell hook's would be; unknown words are gaps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from ..errors import ForeignUsageError, PyguardError
from ..host import Host
from ..intake.frontends.pip_command import PipCommand, last, read_command, values_of
from ..intake.pip_config import read_variables
from ..model.frozen import replace
from ..model.late_pattern import late
from ..model.names import canonicalize_name
from ..model.request import (
    Action,
    Destination,
    Location,
    Request,
    Scheme,
    Setting,
    SourceKind,
    WantedDistribution,
)
from .installers import Install

PLAIN = late(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?:==([0-9]+(?:\.[0-9]+)*))?", re.A)
UNKNOWN = late(r"[$`*?]|\{\{|\$\{|%\(|<[\w -]+>")
HOME = late(r"^(?:~|\$HOME|\$\{HOME\})(?=/|$)")
ACTIONS = {"install": Action.INSTALL, "uninstall": Action.UNINSTALL, "sync": Action.INSTALL}
TRUE = frozenset(("1", "true", "yes", "on", "y", "t"))


@lru_cache(maxsize=1024)    # asked for whether it installs, and again for what
def read_pip(arguments: tuple[str, ...]) -> PipCommand:
    """pip's own grammar on what a file says; words that are not known are left out of it, except as operands.

    So are options that no pip known here has (`install -y`): another may. Raises ForeignUsageError for the rest.
    """
    words = [word for word in arguments if word and not _is_unknown_option(word)]
    try:
        return read_command(words)
    except ForeignUsageError:
        command = next((word for word in words if not word.startswith("-")), "")
        return read_command([word for word in words if not word.startswith("-") or _is_known(command, word)])


def _is_known(command: str, option: str) -> bool:
    try:
        read_command([command, option, "value"])
    except ForeignUsageError:
        return False
    return True


def _is_unknown_option(word: str) -> bool:
    """`$PIP_OPTIONS`, `${VERBOSE}`: may be options or operands, or nothing at all."""
    return bool(re.fullmatch(r"\$\{?\w*(OPT|ARG|FLAG|VERBOSE|QUIET|UPGRADE)\w*[^}]*\}?", word, re.I))


def pip_request(install: Install, command: PipCommand, environ: Mapping[str, str], uid: int,
                location: Location, repository: Host, files_here: tuple[tuple[str, str], ...] = ()) -> Request:
    """The Request of a pip command line; requirement files that the repository has are read."""
    files = last(command.given, "requirements") is not None
    if install.frontend == "pip" and files and not any(UNKNOWN.search(word) for word in install.arguments):
        from ..intake.frontends import pip as pip_frontend  # 10 ms: only who names a file pays

        try:
            here = dict(files_here)
            words = ("pip", *(f"/{here[word]}" if word in here else word for word in install.arguments))
            known = pip_frontend.parse(repository, words, environ=environ, cwd="/", uid=uid)
            return replace(known, location=location)
        except PyguardError:    # a requirements file that only the image has, an option of another pip
            pass
    wanted = [*_operands(command), *_files(command, repository),
              *(WantedDistribution(name, name) for name in install.known_names if name not in command.arguments)]
    return Request(
        install.frontend, (install.frontend, *install.arguments), ACTIONS.get(command.command, Action.NONE),
        command.command, uid, "/", tuple(wanted), (), _destination(command, environ, uid),
        dry_run=last(command.given, "dry_run") is not None, upgrade=last(command.given, "upgrade") is not None,
        break_system_packages=_bypass(command, environ), location=location,
        gaps=tuple(f"{word} is not known" for word in command.arguments if UNKNOWN.search(word)))


def plain_request(install: Install, names: tuple[str, ...], environ: Mapping[str, str], uid: int,
                  location: Location) -> Request:
    """The Request of a frontend that has no --target: easy_install, setup.py, poetry without environments."""
    wanted = tuple(_wanted(name) for name in names if not name.startswith("-") and not UNKNOWN.search(name))
    user = True if "--user" in install.arguments else None
    return Request(install.frontend, (install.frontend, *install.arguments), Action.INSTALL, "install", uid, "/",
                   wanted, (), Destination(Scheme.USER if user else Scheme.DEFAULT, user=user), location=location,
                   break_system_packages=_bypass_by_variable(environ))


def _operands(command: PipCommand) -> list[WantedDistribution]:
    found = [_wanted(word) for word in command.arguments if not UNKNOWN.search(word)]
    for given in values_of(command.given, "editables"):
        found.append(WantedDistribution(given.value, source=SourceKind.DIRECTORY, editable=True))
    return found


def _wanted(word: str, origin: str = "") -> WantedDistribution:
    plain = PLAIN.fullmatch(word)
    if plain is not None:
        name, version = plain.group(1), plain.group(2) or ""
        return WantedDistribution(word, canonicalize_name(name), f"=={version}" if version else "", version,
                                  origin=origin)
    from packaging.requirements import InvalidRequirement, Requirement  # 10 ms, and few words need it

    try:
        requirement = Requirement(word)
    except InvalidRequirement:
        return WantedDistribution(word, source=SourceKind.URL if "://" in word else SourceKind.DIRECTORY, origin=origin)
    pins = [each.version for each in requirement.specifier if each.operator == "==" and "*" not in each.version]
    return WantedDistribution(word, canonicalize_name(requirement.name), str(requirement.specifier),
                              pins[0] if len(pins) == 1 else "", marker=str(requirement.marker or ""), origin=origin)


def _files(command: PipCommand, repository: Host) -> list[WantedDistribution]:
    found: list[WantedDistribution] = []
    for given in values_of(command.given, "requirements"):
        if UNKNOWN.search(given.value) or "://" in given.value:
            continue
        try:
            text = repository.read_text("/" + given.value.lstrip("/"), 256 * 1024)
        except OSError:
            continue    # made in the image or downloaded: what it names is not known here
        for number, line in enumerate(text.split("\n"), 1):
            name = re.split(r"\s#|\s--", line.strip(), maxsplit=1)[0].strip().rstrip("\\").strip()
            if name and not name.startswith(("#", "-")):
                found.append(_wanted(name, f"{given.value}:{number}"))
    return found


def _destination(command: PipCommand, environ: Mapping[str, str], uid: int) -> Destination:
    root = last(command.given, "root_path") or _variable(environ, "root")
    if root is not None and root.value != "/":    # a prefix lies below it
        return Destination(root=_absolute(root.value, uid), asked_by=root.origin)
    for dest, scheme, name in (("target_dir", Scheme.TARGET, "target"), ("prefix_path", Scheme.PREFIX, "prefix")):
        found = last(command.given, dest) or _variable(environ, name)
        if found and found.value:
            return Destination(scheme, _absolute(found.value, uid), asked_by=found.origin)
    user = last(command.given, "use_user_site") or _variable(environ, "user", "no-user")    # both mean user
    if user is not None:
        said = user.value.lower() in TRUE
        return Destination(Scheme.USER if said else Scheme.DEFAULT, user=said, asked_by=user.origin)
    return Destination()


def _absolute(path: str, uid: int) -> str:
    """From /, the homes as where the host's facts have them; a relative one lies somewhere else."""
    path = HOME.sub("/root" if uid == 0 else "/home/user", path)
    return path if path.startswith("/") else f"/somewhere/{path}"


def _bypass(command: PipCommand, environ: Mapping[str, str]) -> Setting | None:
    given = last(command.given, "override_externally_managed")
    if given is not None:
        return Setting("--break-system-packages", "1", given.origin)
    return _bypass_by_variable(environ)


def _bypass_by_variable(environ: Mapping[str, str]) -> Setting | None:
    found = _variable(environ, "break-system-packages")
    return Setting(found.origin, "1", found.origin) if found and found.value.lower() in TRUE else None


def _variable(environ: Mapping[str, str], *names: str) -> Setting | None:
    """The last of pip's variables of these names that has a value."""
    found = [each for each in read_variables(environ) if each.name in names and each.value]
    return found[-1] if found else None


