"""What shim and shell snippets cost: python -m tests.bench.shim [PAIRS] [--peers DIR] -> a table.

CPU time of the whole process tree, in pairs whose order alternates, within one run; beside it the same
measurement of two commands that do not differ (A/A). DIR holds other people's wrappers as their packages
install them: DIR/bin/scfw (PyPI) and DIR/node_modules/.bin/aikido-pip (npm's @aikidosec/safe-chain).
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pyguard.cli.init import render
from tests.bench.pairs import spend

HOOKS = Path(__file__).resolve().parents[2] / "hooks"
SHIM_LIMIT = 1.5       # ms over the real tool
SNIPPET_LIMIT = 3.0    # ms of shell start
SHELLS = {"bash": ("bash", "--norc", "-i", "-c"), "zsh": ("zsh", "-f", "-i", "-c"),
          "fish": ("fish", "--no-config", "-i", "-c"), "sh": ("dash", "-c")}


# A line of each tool that changes nothing, or only an environment of its own: the one that is read longest.
OTHERS = {"uv": "pip install x", "pipx": "install x", "conda": "install -n work x", "mamba": "activate work",
          "poetry": "install --no-root", "pipenv": "install x", "pdm": "add x", "pip-sync": "-n"}


class Row(NamedTuple):
    """Milliseconds, and the medians of differences and ratios of the pairs; no limit is 0."""

    title: str
    plain: float
    with_it: float
    difference: float
    ratio: float
    limit: float = 0.0

    def __str__(self) -> str:
        limit = f"  at most {self.limit}" if self.limit else ""
        return (f"{self.title:<46} {self.plain:8.2f} {self.with_it:8.2f} {self.difference:+8.2f} "
                f"{self.ratio:7.2f}{limit}")


def main() -> int:
    """Print the table; 0 when all limits hold."""
    arguments = sys.argv[1:]
    peers = Path(arguments.pop(arguments.index("--peers") + 1)) if "--peers" in arguments else None
    pairs = next((int(word) for word in arguments if word.isdigit()), 200)
    with tempfile.TemporaryDirectory() as scratch:
        rows = [*shim_rows(Path(scratch), pairs), *snippet_rows(Path(scratch), pairs)]
        rows += peer_rows(peers, max(5, pairs // 20)) if peers else []
    print(f"{pairs} pairs, CPU time, medians in ms{'plain':>16} {'with':>8} {'over':>8} {'ratio':>7}")
    for row in rows:
        print(row)
    return 1 if any(row.limit and row.difference > row.limit for row in rows) else 0


def measure(title: str, plain: Sequence[str], with_it: Sequence[str], environ: Mapping[str, str], pairs: int,
            limit: float = 0.0) -> Row:
    """Pairs whose order alternates, after one that is not counted."""
    times: list[tuple[float, float]] = []
    for number in range(pairs + 1):
        if number % 2:
            one, two = spend(plain, environ), spend(with_it, environ)
        else:
            two, one = spend(with_it, environ), spend(plain, environ)
        times.append((one * 1000, two * 1000))
    del times[0]
    first, second = (statistics.median(each) for each in zip(*times))
    return Row(title, first, second, statistics.median(b - a for a, b in times),
               statistics.median(b / max(a, 0.001) for a, b in times), limit)


def shim_rows(scratch: Path, pairs: int) -> list[Row]:
    """A command that is no install, an install in a venv, and what the other tools do without harm."""
    shims, tools, venv = scratch / "shims", scratch / "bin", scratch / "venv" / "bin"
    for directory in (shims, tools, venv):
        directory.mkdir(parents=True)
    shutil.copy(HOOKS / "shim" / "pip", shims / ".pyguard-shim")
    shutil.copy(HOOKS / "shim" / "tools", shims / ".pyguard-tools")
    for name in ("pip", *OTHERS):
        (shims / name).symlink_to(".pyguard-shim")
    true = shutil.which("true") or "/bin/true"
    script = tools / "pip"
    script.write_text(f"#!{os.path.realpath(sys.executable)} -IS\n")
    script.chmod(0o755)
    for name in OTHERS:    # scripts, as the real ones are, but for uv
        if name == "uv":
            shutil.copy(true, tools / name)
            continue
        (tools / name).write_text(f"#!{true}\n")
        (tools / name).chmod(0o755)
    shutil.copy(true, venv / "pip")
    (venv.parent / "pyvenv.cfg").write_text("")
    system = {"PATH": f"{shims}:/usr/local/sbin:/usr/local/games:{tools}:/usr/bin:/bin"}
    conf = scratch / ".config" / "pip" / "pip.conf"    # as many have it
    conf.parent.mkdir(parents=True)
    conf.write_text("[global]\nindex-url = http://mirror.example/simple\ntimeout = 60\ndisable-pip-version-check = 1\n")
    within = {"PATH": f"{shims}:{venv}:{tools}:/usr/bin:/bin", "HOME": str(scratch)}
    return [
        measure("A/A: a tool that does nothing, twice", [f"{tools}/uv"], [f"{tools}/uv"], system, pairs),
        measure("pip list, a Python that does nothing", [f"{script}", "list"], [f"{shims}/pip", "list"], system, pairs,
                SHIM_LIMIT),
        measure("pip -q --log FILE list", [f"{script}", "-q", "--log", "f", "list"],
                [f"{shims}/pip", "-q", "--log", "f", "list"], system, pairs, SHIM_LIMIT),
        measure("pip install in a venv, a tool of no time", [f"{venv}/pip", "install", "x"],
                [f"{shims}/pip", "install", "x"], within, pairs, SHIM_LIMIT),
        *(measure(f"{name} {line}, a tool of no time", [f"{tools}/{name}", *line.split()],
                  [f"{shims}/{name}", *line.split()], {**system, "VIRTUAL_ENV": str(venv.parent)}, pairs, SHIM_LIMIT)
          for name, line in OTHERS.items()),
    ]


def snippet_rows(scratch: Path, pairs: int) -> list[Row]:
    """An interactive shell without configuration of its own, without the snippet and with it."""
    shims = scratch / "shims"
    command = Path(sys.executable).parent / "pyguard"
    rows = []
    for shell, start in SHELLS.items():
        program = shutil.which(start[0])
        if not program:
            print(f"{start[0]} is not installed: not measured")
            continue
        file = scratch / f"pyguard.{shell}"
        file.write_text(render(shell, str(shims), str(command)))
        source = f"source {file}" if shell == "fish" else f". {file}"
        environ = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(scratch), "TERM": "dumb"}
        rows.append(measure(f"{shell}: start with the snippet's file", [program, *start[1:], ":"],
                            [program, *start[1:], source], environ, pairs, SNIPPET_LIMIT))
    return rows


def peer_rows(directory: Path, pairs: int) -> list[Row]:
    """The same question to other wrappers: what `pip --version` costs more with them than without."""
    rows = []
    environ = {**os.environ, "PATH": f"{directory}/bin:{directory}/node_modules/.bin:{os.environ['PATH']}"}
    pip = shutil.which("pip", path=environ["PATH"]) or "/usr/bin/pip3"
    for title, program, words in (("scfw run pip --version", directory / "bin" / "scfw", ("run", "pip", "--version")),
                                  ("aikido-pip --version (safe-chain)",
                                   directory / "node_modules" / ".bin" / "aikido-pip", ("--version",))):
        if program.exists():
            rows.append(measure(title, [pip, "--version"], [str(program), *words], environ, pairs))
        else:
            print(f"{program} is not there: not measured")
    return rows


if __name__ == "__main__":
    sys.exit(main())
