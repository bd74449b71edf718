"""What a site has decided: the policy, after all its files were read.

The members of every enum stand from the strictest to the loosest: that order is what "tighten" means.
"""

from __future__ import annotations

from enum import Enum

from .frozen import dataclass
from .verdict import Allowance, Level


class InstallPolicy(Enum):
    """How installs into a protected interpreter are treated."""

    REFUSE = "refuse"
    SHADOW_ONLY = "shadow-only"    # refuse only what touches something an OS tool uses
    ALLOW = "allow"


class CondaBasePolicy(Enum):
    """How pip installs into conda's base environment are treated."""

    REFUSE = "refuse"
    WARN = "warn"


class ContainerPolicy(Enum):
    """How installs in a container are treated."""

    REFUSE = "refuse"          # as anywhere else
    CONFLICTS = "conflicts"    # refuse only what breaks something that is there
    ALLOW = "allow"


class Redirect(Enum):
    """What happens with the first remedy after a refusal."""

    SUGGEST = "suggest"
    ASK = "ask"
    CREATE = "create"


class Shield(Enum):
    """Which OS scripts run without the user site and /usr/local on their path."""

    ALL = "all"
    CORE = "core"
    OFF = "off"


@dataclass(frozen=True)
class Settings:
    """The effective policy. The defaults are what a machine without any policy file gets.

    `enforce_from` and `today` are ISO 8601 dates. Before `enforce_from` nothing is worse than a warning.
    An empty `today` means that the date is not known: then everything is enforced, and no allowance
    that ends on a date holds.
    """

    global_installs: InstallPolicy = InstallPolicy.REFUSE
    user_installs: InstallPolicy = InstallPolicy.REFUSE
    conda_base: CondaBasePolicy = CondaBasePolicy.WARN
    containers: ContainerPolicy = ContainerPolicy.CONFLICTS
    redirect: Redirect = Redirect.SUGGEST
    enforce_from: str = ""
    shield: Shield = Shield.CORE
    shield_exceptions: tuple[str, ...] = ()    # scripts by their path
    levels: tuple[tuple[str, Level], ...] = ()
    allowances: tuple[Allowance, ...] = ()
    today: str = ""


@dataclass(frozen=True)
class PolicyLine:
    """One statement of a policy file: what it says, where (`file:line`), and why it does not count if so."""

    key: str
    value: str
    origin: str
    refused: str = ""


@dataclass(frozen=True)
class Effective:
    """The settings with the origin of each line; `notes` name the files that were not read, and why."""

    settings: Settings = Settings()
    lines: tuple[PolicyLine, ...] = ()
    notes: tuple[str, ...] = ()
