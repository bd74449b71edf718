"""Which commands are never reached: behind an `exit`, in `if false`, after `[ 1 -eq 0 ] &&`. Looks at the tree."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Optional

from ...model.late_pattern import late
from .conditions import NONE_KNOWN, TESTS, outcome_of_test
from .decided import sure_values
from .state import State
from .tree import Block, If, Node, Redirected, Simple

LEAVES = frozenset(("exit", "return", "continue", "break"))
SAME = {"true": True, ":": True, "false": False}
OTHERS_BLOCK = late(r"^[ \t]*(?:[{#]%|<%|%\{|\{\{|%(?:if|else|endif)|#(?:if|endif)|@test\b|"
                    r"\$\{_+(?:if|else|endif|for|endfor)_)", re.M)    # the last: Terraform's, as its reader leaves them
CHAINED = ("&&", "||")


@lru_cache(maxsize=8)
def has_other_blocks(text: str) -> bool:
    """Whether something else than the shell opens blocks: a template, RPM's macros, a test of bats. An `exit` in one
    is not all scripts' that come of it.
    """
    return OTHERS_BLOCK.search(text) is not None


def outcome(node: Node, state: State) -> Optional[bool]:
    """How a command ends every time: `true`, `false`, a comparison of two numbers as written, or of what the caller of
    the script is sure to have given; None for any other.
    """
    if isinstance(node, Block):
        value: Optional[bool] = None
        for joined, each in node.items:
            value = outcome_of_chain(joined, value, each, state)
        return value
    if not isinstance(node, Simple) or not node.words or node.assignments or node.redirections:
        return None
    words = node.words
    found = SAME.get(words[0].literal) if len(words) == 1 else None
    if words[0].literal in TESTS:
        found = outcome_of_test(words, sure_values(state) if state.decides else NONE_KNOWN)
    return found if found is None or not node.negated else not found


def outcome_of_chain(joined: str, before: Optional[bool], node: Node, state: State) -> Optional[bool]:
    """The same for `A && NODE` and `A || NODE`, where `before` is that of A."""
    if joined not in CHAINED:
        return outcome(node, state)
    decides = joined == "||"    # A alone does where it ends so
    if before is decides:
        return before
    found = outcome(node, state)
    return found if before is not None or found is decides else None


def is_skipped(joined: str, before: Optional[bool]) -> bool:
    """Whether `A && NODE` or `A || NODE` never comes to NODE."""
    return joined in CHAINED and before is (joined == "||")


def leaves(node: Node) -> bool:
    """Whether nothing that stands behind the command in the same block is ever reached."""
    if isinstance(node, Block):
        behind = [joined for joined, _ in node.items[1:]] + [""]
        return any(joined not in CHAINED and after != "&" and leaves(each)
                   for (joined, each), after in zip(node.items, behind))
    if isinstance(node, Simple):
        name = node.words[0].literal if node.words else ""
        return name in LEAVES or (name == "exec" and len(node.words) > 1)
    if isinstance(node, If):
        return node.otherwise is not None and leaves(node.otherwise) and all(leaves(body) for _, body in node.branches)
    return isinstance(node, Redirected) and leaves(node.node)
