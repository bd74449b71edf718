"""All rules, in the order their findings are shown."""

from __future__ import annotations

from ..rule import Rule
from . import (
    break_system_packages_persisted,
    conda_base_activated,
    conda_base_changed,
    externally_managed_bypassed,
    externally_managed_removed,
    os_distribution_shadowed,
    os_files_changed,
    os_package_bound_violated,
    protected_interpreter_install,
    python_variables_exported,
    system_interpreter_replaced,
    system_pip_replaced,
    system_python_removed,
)

RULES: tuple[Rule, ...] = (
    system_python_removed,
    system_interpreter_replaced,
    os_package_bound_violated,
    os_files_changed,
    os_distribution_shadowed,
    externally_managed_removed,
    break_system_packages_persisted,
    externally_managed_bypassed,
    system_pip_replaced,
    protected_interpreter_install,
    python_variables_exported,
    conda_base_changed,
    conda_base_activated,
)
