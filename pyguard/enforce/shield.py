"""Facts and a policy -> the scripts of OS packages that run without the user site and /usr/local on their path."""

from __future__ import annotations

import re
from collections.abc import Collection

from ..model.facts import Facts, Importance, Requester, RequesterKind
from ..model.settings import Shield

# Tools whose very purpose is to see, or to change, what is installed anywhere.
OPEN = re.compile(r"/(pip|easy_install|pydoc|2to3|idle|pdb|ipython|bpython|ptpython|jupyter|pytest|py\.test|tox|nox|"
                  r"virtualenv|pyvenv|pipx|pipenv|poetry|mypy|pylint|flake8|black|sphinx-)[^/]*$")
PYTHON = re.compile(r"(python|platform-python)[0-9.]*$")


def choose_scripts(facts: Facts, shield: Shield, exceptions: Collection[str]) -> tuple[str, ...]:
    """Their paths, sorted: of every OS package, or of the core ones; none where the shield is off."""
    if shield is Shield.OFF:
        return ()
    core = {found.name for found in facts.requesters
            if found.kind is RequesterKind.OS_PACKAGE and found.importance is Importance.CORE}
    return tuple(sorted({found.name for found in facts.requesters
                         if _is_candidate(found, facts) and found.name not in exceptions
                         and (shield is Shield.ALL or (found.owner is not None and found.owner.name in core))}))


def _is_candidate(found: Requester, facts: Facts) -> bool:
    """A script that runs on this interpreter, and is none of those that have to see everything."""
    if found.kind is not RequesterKind.SCRIPT or OPEN.search(found.name):
        return False
    name = found.interpreter.rpartition("/")[2]
    return PYTHON.fullmatch(name) is not None and name.strip("abcdefghijklmnopqrstuvwxyz-") in (
        "", "3", facts.interpreter.minor)


def compose(scripts: Collection[str]) -> str:
    """The list's text: a path a line, closed by `end`, so that half a list is none."""
    return "".join(f"{path}\n" for path in scripts if "\n" not in path) + "end\n"
