"""pip's and uv's configuration that switches the distribution's guard off, with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import IntakeError
from ...facts.accounts import Account
from ...facts.variables import start_up_lines
from ...host import Host
from ...intake.pip_config import TRUE, Asker, read_settings
from ...model.damage import PipRedirected
from ...model.impact import Effect, GuardSwitchedOff
from ...model.request import Setting
from ..as_user import acting_as
from ..world import World

NAME = "pip's configuration"
SWITCH = "break-system-packages"
REDIRECTING = frozenset(("target", "prefix", "root"))
UV_FILES = (".config/uv/uv.toml",)
UV_SWITCH = re.compile(r"^\s*break-system-packages\s*=\s*true")


def find(world: World) -> Iterator[Effect]:
    """Files only: variables have a finder of their own. The system's files count once, for everybody."""
    prefix = world.interpreters[0].prefix if world.interpreters else "/usr"
    seen = set()
    for account in world.accounts:
        with acting_as(world.host, account, world.uid):
            settings = _settings(world.host, account, prefix)
            found = [*_effects(account, settings), *_uv(world.host, account)]
        for effect, origin in found:
            if origin not in seen:
                seen.add(origin)
                yield effect


def _settings(host: Host, account: Account, prefix: str) -> tuple[Setting, ...]:
    """A file that pip cannot read either stops every pip: that is no guard switched off."""
    try:
        return read_settings(host, Asker({}, account.home, account.home, prefix), "install")
    except IntakeError:
        return ()


def _effects(account: Account, settings: tuple[Setting, ...]) -> Iterator[tuple[Effect, str]]:
    for setting in settings:
        user = account.name if setting.origin.startswith(account.home + "/") else ""
        if setting.name == SWITCH and setting.value.lower() in TRUE:
            yield GuardSwitchedOff(f"{SWITCH} = {setting.value}", setting.origin), setting.origin
        elif setting.name in REDIRECTING:
            yield PipRedirected(setting.name, setting.value, setting.origin, user), setting.origin


def _uv(host: Host, account: Account) -> Iterator[tuple[Effect, str]]:
    for path in ("/etc/uv/uv.toml", *(f"{account.home}/{name}" for name in UV_FILES)):
        for number, line in enumerate(start_up_lines(host, path), 1):
            if UV_SWITCH.match(line):
                yield GuardSwitchedOff(line.strip(), f"{path}:{number}"), f"{path}:{number}"
