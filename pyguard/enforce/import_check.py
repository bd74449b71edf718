"""Distributions and an environment in, what of them does not import there out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence

from .child import Signals, run_child

MARK = "pyguard: "    # other lines are what the imported modules print themselves
# Runs in the new environment's own Python. A distribution counts as there when its metadata is and at least one of
# its top-level modules imports; metapackages have none.
SCRIPT = """
import importlib, sys
try:
    from importlib.metadata import PackageNotFoundError, distribution
except ImportError:
    sys.exit(0)
failed = []
for name in sys.argv[1:]:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        failed.append(name + ": it is not there")
        continue
    tops = (found.read_text("top_level.txt") or "").split() or sorted({
        file.parts[0].split(".")[0] for file in found.files or ()
        if file.suffix in (".py", ".so") and (len(file.parts) > 1 or "." not in file.stem or file.suffix == ".so")
        and not file.parts[0].endswith((".dist-info", ".data")) and file.parts[0] not in ("..", "__pycache__")})
    errors = []
    for top in tops:
        try:
            importlib.import_module(top)
        except BaseException as error:
            errors.append("%s: import %s: %s: %s" % (name, top, type(error).__name__, error))
    if tops and len(errors) == len(tops):
        failed.append(errors[0])
for line in failed:
    print("pyguard: " + line.replace("\\n", " "))
"""
VERSION = "import platform; print('pyguard: ' + platform.python_version())"


def failing_imports(python: str, names: Sequence[str], environ: Mapping[str, str],
                    signals: Signals) -> tuple[str, ...]:
    """One sentence for each; isolated from the user site and from where we stand."""
    if not names:
        return ()
    code, found = _run(python, (SCRIPT, *names), environ, signals)
    return (f"{python} ended with exit code {code}",) if code else found


def version_of(python: str, environ: Mapping[str, str], signals: Signals) -> str:
    """`3.12.4`: what conda chose need not be what the interpreter has that was refused. Empty where it does not say."""
    _, found = _run(python, (VERSION,), environ, signals)
    return found[0] if found else ""


def _run(python: str, words: Sequence[str], environ: Mapping[str, str],
         signals: Signals) -> tuple[int, tuple[str, ...]]:
    """The exit code, and what the script itself printed."""
    with tempfile.TemporaryFile() as output:
        code = run_child((python, "-I", "-B", "-c", *words), environ, "/", signals, output)
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    return code, tuple(line[len(MARK):] for line in said.splitlines() if line.startswith(MARK))
