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


def failing_imports(python: str, names: Sequence[str], environ: Mapping[str, str],
                    signals: Signals) -> tuple[str, ...]:
    """One sentence for each; isolated from the user site and from where we stand."""
    if not names:
        return ()
    with tempfile.TemporaryFile() as output:
        code = run_child((python, "-I", "-B", "-c", SCRIPT, *names), environ, "/", signals, output)
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    if code:
        return (f"{python} ended with exit code {code}",)
    return tuple(line[len(MARK):] for line in said.splitlines() if line.startswith(MARK))
