"""A module lies in a directory of programs, where every Python script of that directory imports it first.

## Why is this bad?
Python puts the directory of the script in front of sys.path. A stray `six.pyc` in /usr/bin is what firewall-cmd
imports instead of the operating system's six; a `random.py` there breaks half of the tools.

## Example
`cp helper/*.py /usr/bin/`, an interrupted `py_compile` in /usr/bin
(scenarios/module-beside-scripts/).

## What to do instead
Programs go into a bin directory, modules into an environment; `pyguard repair` moves the file aside.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.damage import ModuleBesideScript
from ...model.facts import Facts
from ...model.impact import Impact
from ...model.verdict import Finding, Level

ID = "module-beside-scripts"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a module."""
    for effect in impact.effects:
        if isinstance(effect, ModuleBesideScript):
            yield Finding(ID, LEVEL, f"every Python script in {effect.path.rpartition('/')[0]} imports {effect.path} "
                          f"instead of the {effect.module} of {effect.owner}", subject=effect.path)
