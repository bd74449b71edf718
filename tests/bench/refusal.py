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
ENVIRON = {"PATH": "/usr/bin:/bin", "HOME": os.environ.get("HOME", "/"), "PIP_CONFIG_FILE": "/dev/null"}
WANTED = ("install", "cryptography==42.0")


def guarded(pyguard: str, pip: str) -> list[str]:
    """The words before pip's own."""
    return [pyguard, "pip", "--real", pip, "--"]


def main(arguments: list[str]) -> int:
    pyguard = arguments[0] if arguments else shutil.which("pyguard")
    pip = arguments[1] if len(arguments) > 1 else "/usr/bin/pip"
    if not pyguard or not os.path.exists(pip):
        print("needs an installed pyguard and the system's pip", file=sys.stderr)
        return 2
    ours = guarded(pyguard, pip)
    refusal = compare([*ours, *WANTED], [pip, *WANTED], PAIRS, ENVIRON)
    print(show("refusal against pip's own (PEP 668)", refusal, REFUSAL_BOUND))
    listing = compare([*ours, "list"], [pip, "list"], PAIRS, ENVIRON)
    print(show("pip list through pyguard against pip list", listing, LIST_BOUND))
    control = compare([pip, "list"], [pip, "list"], PAIRS, ENVIRON)
    print(show("control: pip list against itself", control))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
