"""What a test says about the environment or the system, and whether a branch ends the script. Looks at the tree."""

from __future__ import annotations

import re

from ...model.late_pattern import late
from .conditions import TESTS
from .tree import Block, If, Node, Redirected, Simple

ENDS = frozenset(("exit", "return", "die", "fail", "abort", "error_exit", "fatal", "bail", "err_exit", "error",
                  "continue", "break", "exec"))
ASKS = late(r"(?:\$\{?|-v )(VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV)")
ASKS_SYSTEM = late(r"uname|\$\{?(OSTYPE|TRAVIS_OS_NAME|RUNNER_OS|AGENT_OS|OS|OS_NAME|PLATFORM|MACHINE|KERNEL)\b", re.I)
MACOS = late(r"^[\"']?(darwin|osx|os x|mac)", re.I)
RUNNER = late(r"""^["']?ubuntu-(?:latest|\d\d\.(?:04|10)|\*)(?:-\w+)?["']?$""")    # a label
BSD = late(r"^[\"']?(\w+bsd|dragonfly)", re.I)
WINDOWS = late(r"^[\"']?(mingw|msys|cygwin|win)", re.I)
PATH = late(r"^:?\$(PATH|\{PATH\}):?$")
FILE_TESTS = frozenset(("-d", "-e", "-f", "-r", "-s", "-x"))
IN_VENV, NOT_IN_VENV, UNKNOWN = "in", "not in", ""


def meaning_of_test(node: Node) -> str:
    """Whether success of the command means that a virtual environment is active, or that none is."""
    if isinstance(node, Block):
        return meaning_of_test(node.items[-1][1]) if len(node.items) == 1 else UNKNOWN
    if not isinstance(node, Simple) or not node.words:
        return UNKNOWN
    if node.words[0].raw not in TESTS:
        return UNKNOWN
    text = " ".join(word.raw if word.raw else '""' for word in node.words[1:])
    if not ASKS.search(text):
        return UNKNOWN
    negative = "-z " in text or bool(re.search(r'[^!]==? ""', text))
    if text.lstrip().startswith("! ") is not node.negated:
        negative = not negative
    return NOT_IN_VENV if negative else IN_VENV


def asks_for_none(node: Block) -> bool:
    """Whether one of the tests is that no environment is active: `[ -z "$CI" ] && [ -z "$VIRTUAL_ENV" ]`."""
    return any(meaning_of_test(each) == NOT_IN_VENV for _, each in node.items)


def asks_for_path(node: Node) -> bool:
    """Whether the command looks into $PATH for something: who does not put it there has it there."""
    if isinstance(node, Block):
        return any(asks_for_path(each) for _, each in node.items)
    return isinstance(node, Simple) and node.words[:1] != () and node.words[0].raw in TESTS \
        and any(is_path(word.raw) for word in node.words[1:])


def is_path(text: str) -> bool:
    """`":$PATH:"`."""
    return PATH.search(text) is not None


def asks_for_file(node: Node) -> bool:
    """Whether the command asks for something on disk, as `[ -f venv/bin/activate ]` does."""
    if isinstance(node, Block):
        return any(asks_for_file(each) for _, each in node.items)
    return isinstance(node, Simple) and len(node.words) > 2 and node.words[0].raw in TESTS \
        and node.words[1].raw in FILE_TESTS


def system_of_test(node: Node) -> str:
    """`macos`, `windows`, `bsd` or the label of a runner with Ubuntu where success of the command means that system."""
    if isinstance(node, Block):
        return system_of_test(node.items[-1][1]) if len(node.items) == 1 else UNKNOWN
    if not isinstance(node, Simple) or len(node.words) < 4 or node.negated \
            or node.words[0].raw not in TESTS:
        return UNKNOWN
    words = [word.raw for word in node.words[1:]]
    for index, word in enumerate(words[1:-1], 1):
        asked, wanted = words[index - 1], words[index + 1].lstrip("^")
        if word in ("=", "==", "=~") and words[0] != "!" and (ASKS_SYSTEM.search(asked) or (
                "$" in asked and RUNNER.match(wanted))):
            return system_of_pattern(wanted)
    return UNKNOWN


def system_of_pattern(pattern: str) -> str:
    """The same for what `$OSTYPE` or `uname` is compared with: `Darwin*`, `msys*|cygwin*`."""
    alternatives = [each.strip() for each in pattern.split("|")]
    for name, wanted in (("macos", MACOS), ("windows", WINDOWS), ("bsd", BSD)):
        if all(wanted.match(each) for each in alternatives):
            return name
    return alternatives[0].strip("\"'") if all(map(RUNNER.match, alternatives)) else UNKNOWN


def ends(node: Node) -> bool:
    """True when the last command leaves the script, the function or the loop."""
    if isinstance(node, Block):
        return any(operator != "||" and ends(each) for operator, each in node.items[-1:])
    if isinstance(node, Simple):
        return bool(node.words) and node.words[0].literal in ENDS
    if isinstance(node, If):
        return bool(node.otherwise) and all(ends(body) for _, body in node.branches) and ends(node.otherwise or node)
    return isinstance(node, Redirected) and ends(node.node)


def returns(block: Block) -> bool:
    """It ends with a `return` that says that all went well: what it has assigned holds behind the function."""
    last = block.items[-1][1] if block.items else None
    return isinstance(last, Simple) and [word.literal for word in last.words] in (["return"], ["return", "0"])


def breaks(block: Block) -> bool:
    """`break` is its last command: what the block has done holds after the loop."""
    last = block.items[-1][1] if block.items else None
    return isinstance(last, Simple) and bool(last.words) and last.words[0].literal == "break"
