"""What a refusal and a pass-through cost, against the real pip: `python -m tests.bench.refusal [PYGUARD [PIP]]`.

PYGUARD is the installed command (default: the one on PATH), PIP the system's pip. Both refuse: pip by its
own EXTERNALLY-MANAGED check, pyguard by its decision. Nothing is installed and no index is asked.
"""

from __future__ import annotations

import os
import shutil
import sys

from tests.bench.pairs import compare, show

PAIRS = 20
REFUSAL_BOUND = 0.35
LIST_BOUND = 1.10


def main(arguments: list[str]) -> int:
    pyguard = arguments[0] if arguments else shutil.which("pyguard")
    pip = arguments[1] if len(arguments) > 1 else "/usr/bin/pip"
    if not pyguard or not os.path.exists(pip):
        print("needs an installed pyguard and the system's pip", file=sys.stderr)
        return 2
    environ = {"PATH": "/usr/bin:/bin", "HOME": os.environ.get("HOME", "/"), "PIP_CONFIG_FILE": "/dev/null"}
    guarded = [pyguard, "pip", "--real", pip, "--"]
    wanted = ["install", "cryptography==42.0"]
    refusal = compare([*guarded, *wanted], [pip, *wanted], PAIRS, environ)
    print(show("refusal against pip's own (PEP 668)", refusal, REFUSAL_BOUND))
    listing = compare([*guarded, "list"], [pip, "list"], PAIRS, environ)
    print(show("pip list through pyguard against pip list", listing, LIST_BOUND))
    control = compare([pip, "list"], [pip, "list"], PAIRS, environ)
    print(show("control: pip list against itself", control))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
