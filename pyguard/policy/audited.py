"""The rules of an audit: all there are. Apart from `rules`, because an install is judged without these."""

from __future__ import annotations

from .rule import Rule
from .rules import (
    RULES,
    module_beside_scripts,
    os_directory_polluted,
    os_files_damaged,
    os_tool_broken,
    path_reordered,
    pip_redirected,
    script_without_interpreter,
    site_directory_orphaned,
    stdlib_name_taken,
)

AUDIT_ONLY: tuple[Rule, ...] = (
    os_tool_broken,
    os_files_damaged,
    module_beside_scripts,
    stdlib_name_taken,
    pip_redirected,
    os_directory_polluted,
    path_reordered,
    script_without_interpreter,
    site_directory_orphaned,
)
AUDITED: tuple[Rule, ...] = RULES + AUDIT_ONLY
