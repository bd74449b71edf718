"""The process's variables become the policy that holds for it, compiled ones kept beside the index."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Optional

from ..facts.cache import read_cached, write_cached
from ..host import Host
from ..judge import Caller
from ..model.settings import Effective, Settings
from ..model.verdict import Level
from ..policy.rules import AUDIT_LEVELS, RULES
from ..settings import Asker, find_files, load_policy

SYSTEM_APPROVALS = "/var/lib/pyguard/approved"
RULE_LEVELS = {**{rule.ID: rule.LEVEL for rule in RULES}, **AUDIT_LEVELS}


class CacheStore:
    """Compiled policies in the cache directories of the facts."""

    def __init__(self, directories: Sequence[str], uid: int) -> None:
        self.directories = directories
        self.uid = uid

    def read(self, name: str, key: str) -> Optional[str]:
        """The text kept for that key, from a file that nobody else could have written."""
        return read_cached(self.directories, name, key, self.uid)

    def write(self, name: str, key: str, text: str) -> None:
        """What cannot be kept is read again the next time."""
        write_cached(self.directories, name, key, text, self.uid)


def describe_asker(environ: Mapping[str, str], cwd: str, uid: int) -> Asker:
    """XDG's places; root's approvals lie in /var/lib, where no variable leads elsewhere."""
    approvals = SYSTEM_APPROVALS
    if uid != 0:
        state = _base(environ, "XDG_STATE_HOME", ".local/state")
        approvals = f"{state}/pyguard/approved" if state else ""
    config = _base(environ, "XDG_CONFIG_HOME", ".config")
    return Asker(uid, cwd, f"{config}/pyguard/policy.toml" if config else "", approvals)


def _base(environ: Mapping[str, str], variable: str, default: str) -> str:
    home = environ.get("HOME", "")
    base = environ.get(variable) or (f"{home}/{default}" if home.startswith("/") else "")
    return base if base.startswith("/") else ""


def today() -> str:
    """The date here, as the user reads it in a policy file."""
    return time.strftime("%Y-%m-%d")


def effective_policy(host: Host, caller: Caller, keep: bool = True) -> Effective:
    """The caller's policy of today. Raises PolicyError."""
    asker = describe_asker(caller.environ, caller.cwd, caller.uid)
    if not find_files(host, asker):
        return load_policy(host, asker, RULE_LEVELS, today())
    store = CacheStore(caller.cache, caller.uid) if keep else None
    return load_policy(host, asker, rule_levels(caller), today(), store)


def rule_levels(caller: Caller) -> Mapping[str, Level]:
    """The rules that a policy may name, plugins' among them, with the level that each has by itself."""
    return {**caller.extensions.rule_levels(), **RULE_LEVELS} if caller.extensions else RULE_LEVELS


def load_settings(host: Host, caller: Caller) -> Settings:
    """The settings alone, for what decides. Raises PolicyError."""
    return effective_policy(host, caller).settings
