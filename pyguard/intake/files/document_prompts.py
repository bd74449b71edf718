"""Prompts in a document's blocks: which lines are commands there, and which are what they print."""

from __future__ import annotations

from ...model.late_pattern import late
from .document_blocks import CodeBlock

PROMPT = late(r"^[ \t]*((?:\([\w./ -]+\)\s*)?"
              r"(?:(?:\[?[\w.-]+@[\w.-]+[: ][ ]?[\w~/.-]*\]?[ ]?|~[\w/.-]*[ ])?[\w@.:~/-]*[$#%❯➜]|>)\s+)(?=\S)")
ROOT_PROMPT = late(r"^[ \t]*#\s")    # or a comment
CONSOLES = frozenset(("console", "shell-session", "sh-session", "terminal", "bash-session", "shellsession"))
IN_VENV = late(r"^\s*\((?!base\))[\w./ -]+\)")    # whatever it is called


def without_prompts(block: CodeBlock) -> str:
    """The commands alone; in a block with `$` prompts the other lines are output, `(venv) $` ones are in a venv."""
    prompted = is_prompted(block)
    kept: list[str] = []
    continues = False
    for line in block.lines:
        match = PROMPT.match(line) if prompted else None
        if match is not None:
            line = "" if IN_VENV.search(match.group()) else " " * match.end() + line[match.end():]
        elif prompted and not continues:
            line = ""
        continues = line.rstrip().endswith("\\")
        kept.append(line)
    return "\n".join(kept)


def is_prompted(block: CodeBlock) -> bool:
    """Whether lines without a prompt are output. `# ` is root's prompt where the language says so, else a comment."""
    found = [line for line in block.lines if PROMPT.match(line)]
    if block.language in CONSOLES:
        return bool(found)
    return any(not ROOT_PROMPT.match(line) for line in found) or (
        bool(found) and len(found) == len([line for line in block.lines if line.strip()]))
