"""What pyguard costs where people feel it, in one run: python -m tests.bench.cost PYGUARD [PAIRS] [--peers DIR].

PYGUARD is the installed command; the machine's own /usr/bin/python3 and /usr/bin/pip are what it is held against.
CPU time of whole process trees, in pairs whose order alternates, beside each an A/A control. DIR holds other people's
wrappers as their packages install them; where it is not there it is made, with scfw from PyPI and safe-chain from npm.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import refusal, shim, startup
from tests.bench.pairs import compare

REFUSAL_PAIRS = 40
PYTHON, PIP = "/usr/bin/python3", "/usr/bin/pip"
INIT = {"bash": 'eval "$({0} init bash)"', "zsh": 'eval "$({0} init zsh)"', "fish": "{0} init fish | source",
        "sh": 'eval "$({0} init sh)"'}


def main(arguments: list[str]) -> int:
    """Print the table; 0 when all limits hold."""
    peers = arguments.pop(arguments.index("--peers") + 1) if "--peers" in arguments else ""
    rest = [word for word in arguments if word != "--peers"]
    if not rest or not os.access(rest[0], os.X_OK) or not os.path.exists(PIP):
        print(f"needs an installed pyguard, by its path, and {PIP}", file=sys.stderr)
        return 2
    pairs = int(rest[1]) if len(rest) > 1 else 200
    broken = 0
    for title, value, limit in rows(rest[0], pairs, peers):
        broken += bool(limit) and float(value.split()[0]) > float(limit)
        print(f"{title:<58} {value:>16}  {'at most ' + limit if limit else ''}")
    return 1 if broken else 0


def rows(pyguard: str, pairs: int, peers: str) -> Iterator[tuple[str, str, str]]:
    """What is measured, the figure with its unit, and its limit if it has one."""
    with tempfile.TemporaryDirectory() as scratch:
        yield from startup_rows(pairs, scratch)
        yield from shim_rows(pyguard, pairs, Path(scratch))
    environ = refusal.ENVIRON
    for title, first, second, limit in (
        ("refusal of pip install X / pip's own PEP 668 refusal", refusal.guarded(pyguard, PIP), [PIP], "0.35"),
        ("the same, A/A: pip's own refusal twice", [PIP], [PIP], "")):
        found = compare([*first, *refusal.WANTED], [*second, *refusal.WANTED], REFUSAL_PAIRS, environ)
        yield title, f"{found.ratio[1]:.3f} x", limit
    if peers:
        make_peers(Path(peers))
        for row in shim.peer_rows(Path(peers), max(5, pairs // 20)):
            yield row.title, f"{row.difference:+.0f} ms", ""


def startup_rows(pairs: int, scratch: str) -> Iterator[tuple[str, str, str]]:
    """An interpreter's start with the hook and nothing to do."""
    found = startup.measure(PYTHON, pairs, scratch)
    yield "interpreter start: the hook in process", f"{found.warm:.3f} ms", str(startup.IN_PROCESS_LIMIT)
    yield "interpreter start: whole process, with / without", f"{found.ratio:.3f} x", str(startup.WHOLE_LIMIT)
    yield "the same, A/A: without / without", f"{found.control:.3f} x", ""


def shim_rows(pyguard: str, pairs: int, scratch: Path) -> Iterator[tuple[str, str, str]]:
    """The shim over the real tool, and the snippets at a shell's start: sourced, and by `pyguard init`."""
    for row in (*shim.shim_rows(scratch, pairs), *shim.snippet_rows(scratch, pairs)):
        yield row.title, f"{row.difference:+.2f} ms", str(row.limit or "")
    home = scratch / "home"
    home.mkdir()
    environ = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "TERM": "dumb"}
    subprocess.run([pyguard, "hook", "rehash", "--quiet"], env=environ, check=True)
    for shell, start in shim.SHELLS.items():
        program = shutil.which(start[0])
        line = INIT[shell].format(pyguard)
        if program:
            row = shim.measure(line.replace(pyguard, "pyguard"), [program, *start[1:], ":"],
                               [program, *start[1:], line], environ, pairs)
            yield f"{shell}: start with {row.title}", f"{row.difference:+.2f} ms", str(shim.SNIPPET_LIMIT)


def make_peers(directory: Path) -> None:
    """scfw in a virtual environment, safe-chain below node_modules; what cannot be had is said by the table."""
    if directory.exists():
        return
    subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
    subprocess.run([str(directory / "bin" / "python"), "-m", "pip", "install", "-q", "scfw"], check=False)
    if shutil.which("npm"):
        subprocess.run(["npm", "install", "--silent", "--ignore-scripts", "--prefix", str(directory),
                        "@aikidosec/safe-chain"], check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
