"""All rules, in the order their findings are shown."""

from __future__ import annotations

from ..rule import Rule
from . import (
    externally_managed_bypassed,
    os_distribution_shadowed,
    os_files_changed,
    os_package_bound_violated,
    protected_interpreter_install,
)

RULES: tuple[Rule, ...] = (
    os_package_bound_violated,
    os_files_changed,
    os_distribution_shadowed,
    externally_managed_bypassed,
    protected_interpreter_install,
)
