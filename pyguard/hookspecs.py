"""The hooks of a plugin: functions without arguments that return what pyguard's own lists hold, for it to add.

A plugin is a distribution in pyguard's own environment with an entry point in the group `pyguard`: a module (or
object) with one or more of these functions. It is never run in the process that decides, only in a child with a time
limit; what comes back is data, checked, and can only make a verdict stricter. A plugin that fails is a `Gap`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from .facts.ownership.interface import PackageDatabase
    from .intake.frontends.interface import Frontend
    from .policy.rule import Rule
    from .remedy import Proposer

PROJECT = "pyguard"
hookspec = pluggy.HookspecMarker(PROJECT)


@hookspec
def pyguard_rules() -> Iterable[Rule]:
    """More rules. Their ids are kebab-case and none of pyguard's own; the policy may set levels for them."""
    raise NotImplementedError


@hookspec
def pyguard_ownership() -> Iterable[PackageDatabase]:
    """More package databases, read beside the one that pyguard knows; where both name a path, its own counts.

    Where pyguard knows none, the gap "the OS package database" stays: a policy may allow it, with a reason.
    """
    raise NotImplementedError


@hookspec
def pyguard_frontends() -> Iterable[Frontend]:
    """More tools whose command lines are understood; asked only about what no built-in frontend knows."""
    raise NotImplementedError


@hookspec
def pyguard_remedies() -> Iterable[Proposer]:
    """More ways to get what was wanted; they are offered before pyguard's own."""
    raise NotImplementedError
