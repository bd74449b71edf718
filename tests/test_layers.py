"""The shape of the engine, read from its source: who may import whom, who may do what, how long things are."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
PACKAGE = CHECKOUT / "pyguard"
# From the bottom up. A module imports from lower layers and from its own part, not from its neighbours.
LAYERS = (
    ("__init__",),
    ("model",),
    ("errors",),
    ("codec", "host", "assets", "installation"),
    ("facts", "intake", "plan", "settings", "storage", "impact", "policy", "remedy",
     "fleet"),
    ("decide", "extensions", "hookspecs"),
    ("evidence",),
    ("enforce", "render", "plugins", "judge", "checking", "auditing", "inventory"),
    ("cli",),
    ("__main__",),
)
PURE = ("impact", "policy", "remedy", "decide", "plan.backports", "plan.declared", "plan.destination",
        "plan.schemes", "plan.tool_destination")
PURE_MAY_IMPORT = {"__future__", "collections", "dataclasses", "datetime", "enum", "functools", "itertools", "operator",
                   "packaging", "posixpath", "re", "shlex", "string", "types", "typing", "pyguard"}
PURE_MAY_USE = ("errors", "model", *PURE)
MODEL_MAY_IMPORT = PURE_MAY_IMPORT | set(sys.stdlib_module_names if sys.version_info >= (3, 10) else ())
SURROUNDINGS = {"environ", "environb", "getenv", "getcwd", "getuid", "geteuid", "expanduser", "getlogin"}
# Programs of their own: one runs inside other interpreters, one makes the view that a rehearsal runs in.
FOREIGN = {PACKAGE / "facts" / "probe.py", *(PACKAGE / "plan" / "sandbox").glob("*.py")}
MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = [*MODULES, *sorted((CHECKOUT / "hooks").rglob("*.py")), *sorted((CHECKOUT / "tests").rglob("*.py"))]
LONGEST_FILE = 300
LONGEST_FUNCTION = 40


def name_of(path: Path) -> str:
    """The module's name below pyguard: "policy.rules.x", "" for the package itself."""
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported_modules(path: Path) -> Iterator[str]:
    """The absolute name of everything a module imports anywhere in it."""
    package = ("pyguard", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[:len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            yield from (f"{module}.{alias.name}" for alias in node.names) if node.level or \
                module.startswith("pyguard") else [module]


def layer_of(module: str) -> int:
    top = module.split(".")[0]
    for rank, parts in enumerate(LAYERS):
        if top in parts:
            return rank
    raise AssertionError(f"pyguard.{module} stands in no layer: give it its place in LAYERS")


def is_below(module: str, parts: tuple[str, ...]) -> bool:
    return any(module == part or module.startswith(part + ".") for part in parts)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    here = name_of(path)
    for imported in imported_modules(path):
        parts = imported.split(".")
        if parts[0] != "pyguard" or len(parts) == 1 or parts[1] == "__version__":
            continue
        there = ".".join(parts[1:])
        same_part = there.split(".")[0] == here.split(".")[0]
        assert same_part or layer_of(there) < layer_of(here), f"pyguard.{here} must not import {imported}"


@pytest.mark.parametrize("path", [path for path in MODULES if is_below(name_of(path), PURE)], ids=name_of)
def test_thinking_does_no_input_or_output(path: Path) -> None:
    for imported in imported_modules(path):
        assert imported.split(".")[0] in PURE_MAY_IMPORT, f"{imported} in a module that does no I/O"
        if imported.startswith("pyguard."):
            assert is_below(imported[len("pyguard."):], PURE_MAY_USE), f"{imported} in a module that does no I/O"
    assert not called_names(path) & {"open", "print", "input", "exec", "eval", "__import__"}


@pytest.mark.parametrize("path", [path for path in MODULES if is_below(name_of(path), ("model",))], ids=name_of)
def test_the_model_stands_on_the_standard_library_and_packaging(path: Path) -> None:
    if sys.version_info < (3, 10):
        pytest.skip("only with the list of standard modules that Python 3.10 brought")
    assert {imported.split(".")[0] for imported in imported_modules(path)} <= MODEL_MAY_IMPORT


@pytest.mark.parametrize("path", [path for path in MODULES if path not in FOREIGN], ids=name_of)
def test_only_the_command_line_looks_around_and_only_it_and_render_print(path: Path) -> None:
    here = name_of(path)
    attributes = {(node.value.id, node.attr) for node in ast.walk(parse(path))
                  if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)}
    if not is_below(here, ("cli", "__main__")):
        names = {name for owner, name in attributes if owner == "os"}
        assert not (names | {imported.split(".")[-1] for imported in imported_modules(path)}) & SURROUNDINGS
    if not is_below(here, ("cli", "__main__", "render")):
        assert "print" not in called_names(path)
        ends = set() if here == "plugins.apart" else {("os", "_exit")}    # the child that it makes ends there
        assert not attributes & {("sys", "exit"), ("sys", "stdout"), ("sys", "stderr"), *ends}


def test_what_lives_outside_imports_nothing_of_pyguard() -> None:
    for path in (CHECKOUT / "hooks").rglob("*.py"):
        for node in ast.walk(parse(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else \
                [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "pyguard"], path


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_files_and_functions_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    long = [f"{node.name}: {node.end_lineno - node.lineno + 1}" for node in ast.walk(parse(path))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None
            and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION]
    assert not long


def called_names(path: Path) -> set[str]:
    return {node.func.id for node in ast.walk(parse(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
