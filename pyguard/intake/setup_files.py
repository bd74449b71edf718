"""setup.py and setup.cfg -> what they say literally: name, version, requires, imports. Nothing is run."""

from __future__ import annotations

import ast
from typing import Any

from ..host import Host

LIMIT = 1024 * 1024


def read_setup_py(host: Host, path: str) -> dict[str, Any]:
    """The literal arguments of the call of setup(), and names that stand for literals; empty for anything else."""
    try:
        text = host.read_bytes(path, LIMIT)
        tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    known: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            known[node.targets[0].id] = _literal(node.value, known)
    arguments: dict[str, Any] = {}
    for found in ast.walk(tree):
        if isinstance(found, ast.Call) and _called(found) == "setup":
            arguments = {word.arg: _literal(word.value, known) for word in found.keywords if word.arg}
    return {"name": _text(arguments.get("name")), "version": _text(arguments.get("version")),
            "requires": _texts(arguments.get("install_requires")),
            "requires_python": _text(arguments.get("python_requires")),
            "imports": _texts(arguments.get("packages")) + _texts(arguments.get("py_modules"))}


def read_setup_cfg(host: Host, path: str) -> dict[str, Any]:
    """[metadata] and [options]; what they compute (`attr:`, `file:`, `find:`) is not there."""
    import configparser

    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(host.read_text(path, LIMIT))
    except (OSError, configparser.Error):
        return {}

    def value(section: str, key: str) -> str:
        found = parser.get(section, key, fallback="").strip()
        return "" if found.startswith(("attr:", "file:", "find:", "find_namespace:")) else found

    return {"name": value("metadata", "name"), "version": value("metadata", "version"),
            "requires": _lines(value("options", "install_requires")),
            "requires_python": value("options", "python_requires"),
            "imports": _lines(value("options", "packages")) + _lines(value("options", "py_modules"))}


def _literal(node: ast.expr, known: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return known.get(node.id)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _called(node: ast.Call) -> str:
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return _lines(value)
    return [item for item in value if isinstance(item, str)] if isinstance(value, (list, tuple)) else []


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
