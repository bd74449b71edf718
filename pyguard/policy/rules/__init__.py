"""All rules, in the order their findings are shown."""

from __future__ import annotations

from ...model.verdict import Level
from ..rule import Rule
from . import (
    break_system_packages_persisted,
    command_shadowed,
    conda_base_activated,
    conda_base_changed,
    externally_managed_bypassed,
    externally_managed_removed,
    facts_incomplete,
    foreign_module_name,
    native_library_shadowed,
    os_distribution_shadowed,
    os_files_changed,
    os_package_bound_violated,
    pip_replaced,
    protected_interpreter_install,
    python_variables_exported,
    stdlib_module_shadowed,
    system_interpreter_replaced,
    system_python_removed,
    user_site_leaks,
)

RULES: tuple[Rule, ...] = (
    system_python_removed,
    system_interpreter_replaced,
    os_package_bound_violated,
    os_files_changed,
    native_library_shadowed,
    stdlib_module_shadowed,
    pip_replaced,
    os_distribution_shadowed,
    externally_managed_removed,
    break_system_packages_persisted,
    foreign_module_name,
    command_shadowed,
    conda_base_changed,
    user_site_leaks,
    externally_managed_bypassed,
    protected_interpreter_install,
    python_variables_exported,
    conda_base_activated,
    facts_incomplete,
)

# The rules that only an audit asks (policy.audited), by their level: a policy file may name them, and reading one
# is no reason to import them.
AUDIT_LEVELS = {
    "os-tool-broken": Level.BLOCK,
    "os-files-damaged": Level.BLOCK,
    "module-beside-scripts": Level.BLOCK,
    "stdlib-name-taken": Level.WARN,
    "pip-redirected": Level.WARN,
    "os-directory-polluted": Level.WARN,
    "path-reordered": Level.WARN,
    "script-without-interpreter": Level.WARN,
    "site-directory-orphaned": Level.WARN,
}
