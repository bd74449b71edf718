"""The explicit list of what an audit looks for, in the order in which it is looked for."""

from __future__ import annotations

from . import (
    conda,
    guard,
    interpreters,
    native,
    orphans,
    os_files,
    path_order,
    pip_settings,
    programs,
    script_directory,
    shadows,
    stdlib_names,
    strange_files,
    variables,
)
from .interface import Finder

FINDERS: tuple[Finder, ...] = (
    interpreters, shadows, stdlib_names, script_directory, os_files, strange_files, guard, pip_settings, variables,
    path_order, native, programs, orphans, conda,
)
