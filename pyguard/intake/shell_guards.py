"""What a test says about the environment, and whether a branch ends the script. Pure looks at the tree."""

from __future__ import annotations

import re

from .late_pattern import late
from .shell_tree import Block, If, Node, Pipeline, Simple

ENDS = frozenset(("exit", "return", "die", "fail", "abort", "error_exit", "fatal", "bail", "err_exit", "error",
                  "continue", "break", "exec"))
ASKS = late(r"\$\{?(VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV)")
IN_VENV, NOT_IN_VENV, UNKNOWN = "in", "not in", ""


def meaning_of_test(node: Node) -> str:
    """Whether success of the command means that a virtual environment is active, or that none is."""
    if isinstance(node, Block):
        return meaning_of_test(node.items[-1][1]) if len(node.items) == 1 else UNKNOWN
    if not isinstance(node, Simple) or not node.words:
        return UNKNOWN
    if node.words[0].raw not in ("[", "[[", "test"):
        return UNKNOWN
    text = " ".join(word.raw if word.raw else '""' for word in node.words[1:])
    if not ASKS.search(text):
        return UNKNOWN
    negative = "-z " in text or bool(re.search(r'[^!]==? ""', text))
    if text.lstrip().startswith("! "):
        negative = not negative
    return NOT_IN_VENV if negative else IN_VENV


def ends(node: Node) -> bool:
    """True when the last command leaves the script, the function or the loop."""
    if isinstance(node, Block):
        return any(operator != "||" and ends(each) for operator, each in node.items[-1:])
    if isinstance(node, Simple):
        return bool(node.words) and node.words[0].literal in ENDS
    if isinstance(node, If):
        return bool(node.otherwise) and all(ends(body) for _, body in node.branches) and ends(node.otherwise or node)
    return isinstance(node, Pipeline) and False
