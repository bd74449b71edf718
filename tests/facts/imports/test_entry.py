"""Programs as distributions install them: what starting one imports."""

from __future__ import annotations

import pytest

from pyguard.facts.imports.entry import Program, read_program

WRAPPER = """#!/usr/bin/python3
# EASY-INSTALL-ENTRY-SCRIPT: 'Some-Tool==1.0','console_scripts','tool'
__requires__ = 'Some-Tool==1.0'
"""


@pytest.mark.parametrize(("path", "source", "expected"), [
    ("/usr/bin/a", "#!/usr/bin/python3\nimport x\n", Program("/usr/bin/a")),
    ("/usr/bin/a", "#!/usr/bin/env python3\n", Program("/usr/bin/a")),
    ("/usr/share/a/run", "#!/usr/bin/python3 -Es\n", Program("/usr/share/a/run", ("/usr/share/a",))),
    ("/usr/bin/a", "#!/usr/bin/python3\nsys.path.insert(0, '/usr/share/a')\n",
     Program("/usr/bin/a", ("/usr/share/a",))),
    ("/usr/bin/a", "#!/usr/bin/python3\nd = '/usr/share/a/'\nsys.path.insert(1, d)\n",
     Program("/usr/bin/a", ("/usr/share/a",))),
    ("/usr/bin/a", WRAPPER, Program("/usr/bin/a", entry_points=(("Some-Tool", "console_scripts", "tool"),))),
    ("/usr/bin/a", "#!/bin/sh\nexec /usr/bin/python3 -m some.module \"$@\"\n", Program(modules=("some.module",))),
    ("/usr/bin/a", "#!/bin/sh\nexec python3 -Es /usr/share/a/main.py \"$@\"\n", Program("/usr/share/a/main.py")),
    ("/usr/bin/a", "#!/bin/sh\nshell_code=''' '\nexec python3 \"$0\" \"$@\"\n'''\n", Program("/usr/bin/a")),
    ("/usr/bin/a", "#!/usr/bin/perl\n", Program()),
    ("/usr/bin/a", "\x7fELF", Program()),
])
def test_programs(path: str, source: str, expected: Program) -> None:
    assert read_program(path, source) == expected
