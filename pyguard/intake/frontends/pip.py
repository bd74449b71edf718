"""A pip command line, the variables and the configuration -> Request: all that pip would go by."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Optional

from ...errors import ForeignUsageError
from ...host import Host
from ...model.paths import absolute
from ...model.request import Action, Destination, Request, Scheme, Setting, WantedDistribution
from ..pip_config import Asker, find_home, read_boolean, read_settings
from ..requirement_text import Place, read_requirement
from .pip_command import Given, PipCommand, last, read_command, spellings_of, values_of
from .pip_elsewhere import Unread, with_options
from .pip_formats import source_asked
from .pip_options import FLAG, LIST, OFF, TAKES_VALUE, Option, Release, read_release

ACTIONS = {"install": Action.INSTALL, "uninstall": Action.UNINSTALL}
# Lists that pip fills through a callback take a configured value as it is, all others split it at blanks
WHOLE = frozenset(("format_control", "dependency_groups", "config_settings", "release_control", "refresh_package"))


class _Contents(NamedTuple):
    """What the requirements and the files they stand in add up to."""

    wanted: tuple[WantedDistribution, ...]
    constraints: tuple[WantedDistribution, ...]
    options: tuple[Given, ...]
    gaps: tuple[str, ...]
    unread: tuple[Unread, ...]


def parse(host: Host, argv: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
          prefix: str = "/usr", pip_version: str = "") -> Request:
    """`argv` begins with the frontend's own name; `prefix` is that of the interpreter pip runs on.

    Raises ForeignUsageError for what pip itself refuses, IntakeError for what cannot be read.
    """
    command = read_command(argv[1:], pip_version)
    action = ACTIONS.get(command.command, Action.NONE) if command.changes else Action.NONE
    if action is Action.NONE:
        return Request("pip", tuple(argv), action, command.command, uid, cwd,
                       destination=Destination(interpreter=command.python),
                       dry_run=last(command.given, "dry_run") is not None)
    release = read_release(pip_version)
    asker = Asker(environ, cwd, find_home(host, environ, uid), prefix, host.exists(f"{prefix}/pyvenv.cfg"),
                  command.isolated, release)
    settings = read_settings(host, asker, command.command)
    configured, gaps = configure(settings, command.command, release)
    given = (*configured, *command.given)
    if release and _is_on(given, "dry_run"):    # by a variable, which an older pip does not know
        action = Action.NONE
    contents = _read_contents(host, command, given, environ, cwd)
    request = _request(host, argv, action, command, given, contents, Request(
        "pip", tuple(argv), uid=uid, cwd=cwd, settings=settings, gaps=(*gaps, *contents.gaps)))
    return with_options(request, configured, command.given, contents.options, contents.unread)


def configure(settings: Sequence[Setting], command: str, release: Release) -> tuple[tuple[Given, ...], tuple[str, ...]]:
    """Settings as if they had been given as options, and those that only some pip would understand."""
    table = spellings_of(command, release)
    given: list[Given] = []
    gaps: list[str] = []
    for setting in settings:
        option = table.get("--" + setting.name)
        if option is None:
            continue    # pip ignores what the command does not know
        try:
            given.extend(Given(option, value, setting.origin) for value in _values(option, setting))
        except ForeignUsageError as error:
            if release or not (option.since or option.until):
                raise
            gaps.append(f"{error.message} ({setting.origin}): pip stops, or ignores it if it is too old")
    return tuple(given), tuple(gaps)


def _values(option: Option, setting: Setting) -> tuple[str, ...]:
    if option.kind in (FLAG, OFF):    # the value is that of `dest`: `no-user = yes` means user
        return ("1" if read_boolean(setting) else "0",)
    if option.kind == LIST and option.dest not in WHOLE:
        return tuple(setting.value.split())
    return (setting.value,) if option.kind in TAKES_VALUE else ()


def _read_contents(host: Host, command: PipCommand, given: Sequence[Given], environ: Mapping[str, str],
                   cwd: str) -> _Contents:
    gaps: list[str] = []
    place = Place(cwd, report=gaps.append)
    wanted = [read_requirement(host, text, place) for text in command.arguments]
    wanted += [read_requirement(host, one.value, _place_of(place, one), editable=True)
               for one in values_of(given, "editables")]
    constraints: list[WantedDistribution] = []
    options: list[Given] = []
    unread: list[Unread] = []
    for one in sorted(given, key=lambda one: one.option.dest != "constraints"):    # pip reads those first
        if one.option.dest in ("requirements", "constraints"):
            from ..requirement_files import read_requirements_file

            found = read_requirements_file(host, one.value, environ=environ, cwd=cwd,
                                           constraint=one.option.dest == "constraints")
            wanted += found.wanted
            constraints += found.constraints
            options += found.options
            gaps += found.gaps
            unread += [Unread(one, found.unread)] if found.unread else []
        elif one.option.dest in ("dependency_groups", "requirements_from_scripts"):
            known = len(gaps)
            wanted += _read_tables(host, one, cwd, gaps)
            unread += [Unread(one, (one.value,))] if len(gaps) > known else []
    return _Contents(tuple(wanted), tuple(constraints), tuple(options), tuple(gaps), tuple(unread))


def _read_tables(host: Host, one: Given, cwd: str, gaps: list[str]) -> list[WantedDistribution]:
    from ..lock_files import read_group, read_script
    from ..requirement_files import is_read_once

    if is_read_once(host, absolute(one.value, cwd)):
        gaps.append(f"{one.value} was not read: what it asks for is not known")
        return []
    return (read_group if one.option.dest == "dependency_groups" else read_script)(host, one.value, cwd)


def _place_of(place: Place, one: Given) -> Place:
    return place if one.origin.startswith("-") else place._replace(origin=one.origin)


def _request(host: Host, argv: Sequence[str], action: Action, command: PipCommand, given: Sequence[Given],
             contents: _Contents, begun: Request) -> Request:
    from ...model.frozen import replace

    return replace(
        begun, action=action, command=command.command, wanted=contents.wanted, constraints=contents.constraints,
        destination=_destination(host, command, given, begun),
        dry_run=action is Action.NONE, upgrade=_is_on(given, "upgrade"),
        ignore_installed=_is_on(given, "ignore_installed") or bool(_value(given, "target_dir")),
        force_reinstall=_is_on(given, "force_reinstall"), no_deps=_is_on(given, "ignore_dependencies"),
        break_system_packages=_override(given),
        source_only=source_asked((*given, *contents.options)))


def _destination(host: Host, command: PipCommand, given: Sequence[Given], request: Request) -> Destination:
    target, prefix, root = (last(given, dest) for dest in ("target_dir", "prefix_path", "root_path"))
    if target and prefix and target.value and prefix.value:
        raise ForeignUsageError("target-and-prefix", "pip does not combine --target and --prefix", prefix.origin)
    user = last(given, "use_user_site")
    wants_user = None if user is None else user.value == "1"
    system = last(given, "use_system_location")
    if system is not None and system.value == "1":
        user, wants_user = system, False
    scheme, chosen = Scheme.DEFAULT, None
    for candidate, found in ((Scheme.TARGET, target), (Scheme.PREFIX, prefix), (Scheme.USER, user)):
        if found is not None and (wants_user if candidate is Scheme.USER else found.value):    # empty is not given
            scheme, chosen = candidate, found
            break
    asked = chosen or user or root
    emptied = "" if scheme in (Scheme.TARGET, Scheme.PREFIX) else next(
        (one.origin for one in (target, prefix) if one and one.origin.startswith("-")), "")
    path = absolute(chosen.value, request.cwd) if chosen and scheme is not Scheme.USER else ""
    root_path = absolute(root.value, request.cwd) if root else ""
    return Destination(scheme, path, root_path, wants_user, command.python or _value(given, "python"),
                       asked.origin if asked else "", _is_writable(host, root_path) if root_path else None,
                       emptied=emptied)


def _is_writable(host: Host, path: str) -> bool:
    """As pip's test_writable_dir: the nearest directory that is there."""
    while not host.exists(path) and path not in ("/", ""):
        path = os.path.dirname(path)
    return host.is_writable(path or "/")


def _override(given: Sequence[Given]) -> Optional[Setting]:
    found = last(given, "override_externally_managed")
    return Setting("break-system-packages", "1", found.origin) if found and found.value == "1" else None


def _value(given: Sequence[Given], dest: str) -> str:
    found = last(given, dest)
    return found.value if found else ""


def _is_on(given: Sequence[Given], dest: str) -> bool:
    return _value(given, dest) == "1"
