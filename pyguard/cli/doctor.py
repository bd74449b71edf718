"""`pyguard doctor [--json]`: asks through each way to call pip whether pyguard would be asked, for real."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TextIO

from ..errors import CollectError, PyguardError
from ..facts.probing import find_stranger
from ..facts.shell_environment import find_program
from ..host import Host
from ..installation import as_root
from ..judge import identify
from ..model.facts import Interpreter
from ..render.hook_status import Carrier, render_doctor
from .caller import describe_caller
from .hook_targets import Parser, choose_interpreters
from .verify import QUESTION, read_answer

EXIT_FINDINGS = 10
TIMEOUT = 60.0
NAMES = ("pip", "pip3")
DIRECTORY = "/usr/bin"
BEYOND = (
    "an installer by absolute path with an override: /path/uv pip install --system --break-system-packages",
    "uv in an active environment whose pyproject.toml says [tool.uv.pip] system = true, where that says "
    "break-system-packages = true too, or where there is no EXTERNALLY-MANAGED (pyguard hook status)",
    "files copied into a site directory: the import of what they shadow is warned about",
    "python3 -S -m pip with PYTHONPATH, unless the site's pip.conf is on (pyguard hook status)",
)


class Way(NamedTuple):
    """A way to call pip; `argv` is empty where there is no such program."""

    name: str
    argv: tuple[str, ...]


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO, host: Host | None = None) -> int:
    """0 when everything that reaches a protected interpreter is caught, else 10."""
    host = host or Host()
    parser = Parser(prog="pyguard doctor", description=__doc__, allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="machine-readable, schema 1")
    options = parser.parse_args(list(arguments))
    interpreters = choose_interpreters(host, (), environ, cwd, uid)
    carriers = [_try(host, way, interpreters, environ, cwd, uid) for way in _ways(host, interpreters, environ)]
    if options.json:
        data = {"schema": 1, "carriers": [carrier._asdict() for carrier in carriers], "beyond": list(BEYOND)}
        stdout.write(json.dumps(data, indent=2) + "\n")
    else:
        stdout.write(render_doctor(carriers, BEYOND))
    return EXIT_FINDINGS if any(carrier.state == "not caught" for carrier in carriers) else 0


def _ways(host: Host, interpreters: Sequence[Interpreter], environ: Mapping[str, str]) -> Iterator[Way]:
    path = environ.get("PATH", "").split(":")
    for name in NAMES:
        found = find_program(host, name, path)
        yield Way(f"{name} install", (found,) if found else ())
    for interpreter in interpreters:
        yield Way(f"{interpreter.path} -m pip install", (interpreter.path, "-m", "pip"))
        yield Way(f"{interpreter.path} -Im pip install", (interpreter.path, "-Im", "pip"))
    for name in NAMES:
        program = f"{DIRECTORY}/{name}"
        yield Way(f"{program} install", (program,) if host.exists(program) else ())


def _try(host: Host, way: Way, interpreters: Sequence[Interpreter], environ: Mapping[str, str], cwd: str,
         uid: int) -> Carrier:
    if not way.argv:
        return Carrier(way.name, "absent", "there is no such program")
    stranger = find_stranger(host, way.argv[0], uid)
    if stranger:
        return Carrier(way.name, "not tried", f"somebody else may change {stranger}, so it is not run")
    kept = {name: value for name, value in environ.items() if name not in ("PYGUARD_ALLOW", "PYGUARD_JUDGED")}
    try:
        done = host.run([*way.argv, QUESTION], environment=kept, timeout=TIMEOUT, cwd="/")
    except CollectError as error:
        return Carrier(way.name, "not caught", error.message)
    caught = read_answer(done.stdout.decode("utf-8", "replace"))
    if caught:
        return Carrier(way.name, "caught", caught)
    reached = _reached(host, way, environ, cwd, uid)
    if reached and all(reached != interpreter.real_path for interpreter in interpreters):
        return Carrier(way.name, "free", f"runs on {reached}, which no tool of the operating system runs on")
    if uid != 0 and way.argv[1:2] == ("-Im",):
        return Carrier(way.name, "not caught", f"-I leaves your own hook out: {as_root('hook install --system')}")
    return Carrier(way.name, "not caught", "pyguard hook install")


def _reached(host: Host, way: Way, environ: Mapping[str, str], cwd: str, uid: int) -> str:
    """The file of the interpreter that it runs on; empty when that cannot be told."""
    if len(way.argv) > 1:
        return host.realpath(way.argv[0])
    try:
        command = identify(host, (*way.argv, "list"), describe_caller(environ, cwd, uid))
    except PyguardError:
        return ""
    return host.realpath(command.interpreter) if command.interpreter else ""
