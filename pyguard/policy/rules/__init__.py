"""All rules, in the order their findings are shown."""

from __future__ import annotations

from ..rule import Rule
from . import (
    command_shadowed,
    conda_base_mutated,
    externally_managed_bypassed,
    facts_incomplete,
    foreign_module_name,
    os_distribution_shadowed,
    os_files_changed,
    os_package_bound_violated,
    pip_replaced,
    protected_interpreter_install,
    stdlib_module_shadowed,
    user_site_leaks,
)

RULES: tuple[Rule, ...] = (
    os_package_bound_violated,
    os_files_changed,
    stdlib_module_shadowed,
    pip_replaced,
    os_distribution_shadowed,
    foreign_module_name,
    command_shadowed,
    conda_base_mutated,
    user_site_leaks,
    externally_managed_bypassed,
    protected_interpreter_install,
    facts_incomplete,
)
