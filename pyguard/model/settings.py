"""What a site has decided: the policy, after all its files were read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .verdict import Allowance, Level


class InstallPolicy(Enum):
    """How installs into a protected interpreter are treated."""

    REFUSE = "refuse"
    SHADOW_ONLY = "shadow-only"    # refuse only what touches something an OS tool uses
    ALLOW = "allow"


@dataclass(frozen=True)
class Settings:
    """The effective policy. The defaults are what a machine without any policy file gets."""

    global_installs: InstallPolicy = InstallPolicy.REFUSE
    user_installs: InstallPolicy = InstallPolicy.REFUSE
    levels: tuple[tuple[str, Level], ...] = ()
    allowances: tuple[Allowance, ...] = ()
