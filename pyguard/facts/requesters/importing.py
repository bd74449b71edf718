"""A Python program in, the top-level names it imports itself out; what those import in turn is not followed."""

from __future__ import annotations

import ast
import warnings

from .started import Reader, Started


def imported_names(reader: Reader, started: Started) -> tuple[str, ...]:
    """Sorted. A file that is no Python of ours (3.x syntax) imports what its lines say in an import's place."""
    if started.module:
        return (started.module.split(".")[0],)
    text = started.code or reader.read(started.script)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")    # invalid escapes in somebody else's code
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return _by_line(text)
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.split(".")[0])
    return tuple(sorted(found))


def _by_line(text: str) -> tuple[str, ...]:
    found: set[str] = set()
    for line in text.split("\n"):
        words = line.replace(",", " ").split()
        if len(words) > 1 and words[0] in ("import", "from"):
            found.update(word.split(".")[0] for word in (words[1:] if words[0] == "import" else words[1:2]))
    return tuple(sorted(name for name in found if name.isidentifier()))
