"""What a decision at depth `resolved` costs beside pip's dry run: `python -m tests.bench.resolved [PYGUARD [PYTHON]]`.

PYGUARD is the installed command (default: the one on PATH), PYTHON the system's. The policy is shadow-only, so that
pip has to be asked; what passes is handed to true(1), and nothing is installed. Both ask the same index the same
question. CPU seconds of the whole process tree, which leaves out the waiting that both do. To be run as an ordinary
user: root's question is asked as nobody, without pip's cache.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench.pairs import compare, show

PAIRS = 11
BOUND = 1.10
REQUESTS = ("cryptography==42.0", "requests==2.25.1", "black==23.1.0", "httpx", "jupyterlab==4.0.0")
POLICY = 'global-installs = "shadow-only"\nuser-installs = "shadow-only"\n'
DRY_RUN = ("--dry-run", "--quiet", "--report", "-", "--only-binary", ":all:", "--no-input",
           "--disable-pip-version-check")


def main(arguments: list[str]) -> int:
    pyguard = arguments[0] if arguments else shutil.which("pyguard")
    python = arguments[1] if len(arguments) > 1 else "/usr/bin/python3"
    if not pyguard or not os.path.exists(python) or os.geteuid() == 0:
        print("needs an ordinary user, an installed pyguard and the system's python3 with its pip", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as directory:
        policy = Path(directory, "pyguard/policy.toml")
        policy.parent.mkdir()
        policy.write_text(POLICY, encoding="utf-8")
        environ = {**os.environ, "PATH": "/usr/bin:/bin", "XDG_CONFIG_HOME": directory}
        for wanted in REQUESTS:
            words = ["install", "--break-system-packages", wanted]
            plain = [python, "-m", "pip", *words, *DRY_RUN]
            guarded = [pyguard, "pip", "--real", "/usr/bin/true", "--name", "pip", "--", *words]
            found = compare(guarded, plain, PAIRS, environ)
            print(show(f"{wanted}: decision against dry run", found, BOUND), flush=True)
        print(show("control: dry run against itself", compare(plain, plain, PAIRS, environ)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
