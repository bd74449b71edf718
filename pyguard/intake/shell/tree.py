"""What shell text is made of: commands and what holds them together, each with its offsets."""

from __future__ import annotations

from typing import NamedTuple, Optional, Union

from .words import Word


class Assignment(NamedTuple):
    """`name=value`; `append` for `+=`. An array is its words, one after the other, with `separator` between them."""

    name: str
    value: Word
    append: bool
    separator: str = ""


class Redirection:
    """`> file`, `<<EOF`: a here-document's `body` and its offset are known only when its line has ended.

    `operator` keeps the number of what is redirected unless that is the standard output or input: `2>`.
    """

    __slots__ = ("body", "operator", "start", "target")

    def __init__(self, operator: str, target: Word) -> None:
        self.operator = operator
        self.target = target
        self.body = ""
        self.start = 0


class Simple(NamedTuple):
    """One simple command; `negated` with a `!` in front of it."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirections: tuple[Redirection, ...]
    start: int
    end: int
    negated: bool = False


class Pipeline(NamedTuple):
    """Commands joined by `|`."""

    commands: tuple[Node, ...]


class Block(NamedTuple):
    """Commands in order, each with the operator that stands before it."""

    items: tuple[tuple[str, Node], ...]


class Subshell(NamedTuple):
    """`( ... )`: what it changes ends with it."""

    body: Block


class Redirected(NamedTuple):
    """A compound command whose output goes to a file, or that reads what a command gives: `{ ... } > file`."""

    node: Node
    redirections: tuple[Redirection, ...]
    start: int
    end: int


class If(NamedTuple):
    """Conditions with their branches; `otherwise` is the else branch."""

    branches: tuple[tuple[Block, Block], ...]
    otherwise: Optional[Block]


class Loop(NamedTuple):
    """`for`, `while`, `until`, `select`."""

    variable: str
    words: tuple[Word, ...]
    condition: Block
    body: Block


class Case(NamedTuple):
    """`case subject in ... esac`, one block an arm."""

    subject: Word
    arms: tuple[tuple[str, Block], ...]


class Function(NamedTuple):
    """A definition; the body runs where it is called."""

    name: str
    body: Node


Node = Union[Simple, Pipeline, Block, Subshell, Redirected, If, Loop, Case, Function]
NOTHING = Block(())
