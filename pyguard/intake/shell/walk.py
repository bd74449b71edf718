"""The order of a script: a tree of commands is walked with a state, each branch with a copy of it."""

from __future__ import annotations

from typing import Optional

from ..circumstances import Active, Call, Ground
from ..mac_names import names_a_mac
from ..source_text import SourceText
from .decided import arms_taken, forget_turns, runs_variable
from .either import is_assignment, keep_alike
from .expand import expand
from .guards import (
    IN_VENV,
    NOT_IN_VENV,
    asks_for_file,
    asks_for_none,
    asks_for_path,
    breaks,
    ends,
    is_path,
    meaning_of_test,
    returns,
    system_of_pattern,
    system_of_test,
)
from .merging import merge
from .preferred import preferred
from .reach import has_other_blocks, is_skipped, leaves, outcome, outcome_of_chain
from .reader import read_shell
from .state import Definition, State, on_system
from .tree import Block, Case, Function, If, Loop, Node, Pipeline, Redirected, Simple, Subshell

MAX_COMMANDS = 50_000   # simple commands walked for one file
MAX_TURNS = 20          # of a loop over the commands that it runs
OTHER_SYSTEMS = frozenset(("macos", "windows", "bsd"))    # what happens there is not the others'
MAX_CALLS = 40          # nested calls, sources and `bash -c`: a script that calls itself ends here


class ShellWalk:
    """Follows blocks, branches, loops and functions; what a simple command does is left to the subclass."""

    def __init__(self) -> None:
        self._walked = 0
        self._called: dict[int, Node] = {}    # the bodies of functions that were walked, by identity
        self._broken: list[State] = []        # where the loop that is walked is left early
        self._returned: list[State] = []      # and the function
        self.called_from: list[Call] = []     # of the functions of the script, by other files
        self.reached: Optional[set[int]] = None    # lines that its callers come to, where what they give decides
        self._main: Optional[SourceText] = None
        self.is_typed = False                 # at a prompt: what follows an `exit` comes after the shell within

    def _simple(self, node: Simple, source: SourceText, state: State, piped_from: tuple[str, ...]) -> None:
        raise NotImplementedError

    def _pipeline(self, node: Pipeline, source: SourceText, state: State) -> None:
        raise NotImplementedError

    def _redirected(self, node: Redirected, source: SourceText, state: State) -> None:
        raise NotImplementedError

    def run_script(self, source: SourceText, state: State) -> State:
        """All of a script; its functions as other files call them, and those that nothing calls as if called at its
        end.
        """
        tree = read_shell(source.text)
        self._main = source
        self._block(tree, source, state)
        for call in self.called_from:
            given = call.state.copy()
            given.functions = {**given.functions, **state.functions}
            for each in state.functions.get(call.function, ()):
                self._called[id(each.body)] = each.body
                self._node(each.body, each.source, on_system(given.copy(), each.system))
        if self.reached is not None:    # what this caller does not call, another one may
            return state
        for each in [*state.replaced, *(each for several in state.functions.values() for each in several)]:
            if id(each.body) not in self._called and each.source is source:    # what a sourced file defines is its own
                self._called[id(each.body)] = each.body
                self._node(each.body, source, on_system(state.copy(), each.system))
        return state

    def _block(self, block: Block, source: SourceText, state: State) -> None:
        previous: Optional[Node] = None
        value: Optional[bool] = None
        for index, (operator, node) in enumerate(block.items):
            skipped = is_skipped(operator, value)
            value = outcome_of_chain(operator, value, node, state)
            if skipped:
                continue
            if operator in ("&&", "||") and previous is not None:
                self._after_test(operator, previous, node, source, state)
            else:
                self._node(node, source, state)
            previous = node
            if self._walked > MAX_COMMANDS or self._is_end(block, index, source):
                return

    def _is_end(self, block: Block, index: int, source: SourceText) -> bool:
        """Whether nothing behind that command of the block is ever reached."""
        operator, node = block.items[index]
        if operator in ("&&", "||") or not leaves(node):
            return False
        in_background = any(after == "&" for after, _ in block.items[index + 1:index + 2])
        return not in_background and not self.is_typed and not has_other_blocks(source.text)

    def _after_test(self, operator: str, test: Node, node: Node, source: SourceText, state: State) -> None:
        meaning = meaning_of_test(test)
        system = system_of_test(test) if operator == "&&" else ""
        if not meaning:
            host, before = state.host, state.variables.copy() if is_assignment(node) else {}
            inner = on_system(state.copy() if system in OTHER_SYSTEMS else state, system)
            self._node(node, source, inner)
            keep_alike(before, inner)
            state.host = host if system else state.host
            return
        holds = meaning == (IN_VENV if operator == "&&" else NOT_IN_VENV)
        branch = state.copy()
        if holds:
            branch.activate(_guarded())
        self._node(node, source, branch)
        if ends(node) and not holds:
            state.activate(_guarded())

    def _node(self, node: Node, source: SourceText, state: State, piped_from: tuple[str, ...] = ()) -> None:
        if isinstance(node, Simple):
            self._simple(node, source, state, piped_from)
        elif isinstance(node, Block):
            self._block(node, source, state)
        elif isinstance(node, Subshell):
            inner = state.copy()
            self._block(node.body, source, inner)
            state.note_manager(inner.manager)
        elif isinstance(node, Pipeline):
            self._pipeline(node, source, state)
        elif isinstance(node, Redirected):
            self._redirected(node, source, state)
        elif isinstance(node, If):
            self._if(node, source, state)
        elif isinstance(node, Case):
            self._case(node, source, state)
        elif isinstance(node, Loop):
            self._loop(node, source, state)
        elif isinstance(node, Function):
            state.replaced.extend(state.functions.get(node.name, ()))
            system = state.only_system() or ("macos" if names_a_mac(node.name) else "")
            state.functions[node.name] = (Definition(node.body, source, system),)

    def _if(self, node: If, source: SourceText, state: State) -> None:
        survivors, settled = [] if node.otherwise is not None else [state.copy()], 0
        implied: Optional[Active] = None
        otherwise = state.copy()
        how: Optional[bool] = None
        conditions: dict[int, Block] = {}
        for condition, body in node.branches:
            how = outcome(condition, state)
            self._block(condition, source, state)
            if how is False:
                continue
            meaning = meaning_of_test(condition)
            guard = _guarded()
            branch = on_system(state.copy(), system_of_test(condition))
            if meaning == IN_VENV:
                branch.activate(guard)
            self._block(body, source, branch)
            if meaning == NOT_IN_VENV:
                otherwise.activate(guard)
                implied = guard if ends(body) else implied
            if asks_for_none(condition) or asks_for_path(condition):    # what skips it has an environment
                settled += 1
            conditions[id(branch)] = condition
            if ends(body):
                self._note_end(body, branch)
            else:
                settled += branch.active == guard or branch.only_system() != state.only_system() or (
                    branch.active != state.active and asks_for_file(condition))    # the author knows that it is there
                branch.active = state.active if branch.active == guard else branch.active
                survivors.append(branch)
            if how is True:
                survivors = survivors[node.otherwise is None:]    # nobody comes past it
                break
        if node.otherwise is not None and how is not True:
            survivors += self._else(node.otherwise, source, otherwise, state)
        elif how is not True and _all_activate(survivors[1:], state):
            settled += 1
        merge(state, survivors, settled, lambda: preferred(survivors, conditions, state))
        if implied is not None:
            state.activate(implied)

    def _note_end(self, body: Block, branch: State) -> None:
        """What a branch that leaves the loop or the function has assigned holds after that."""
        if breaks(body):
            self._broken.append(branch)
        elif returns(body):
            self._returned.append(branch)

    def _else(self, body: Block, source: SourceText, branch: State, state: State) -> list[State]:
        """The branch, if anybody comes past it."""
        before = branch.active
        self._block(body, source, branch)
        branch.active = state.active if branch.active == before else branch.active
        return [] if ends(body) else [branch]

    def _case(self, node: Case, source: SourceText, state: State) -> None:
        arms = arms_taken(node, state)
        survivors, settled = [state.copy()] if arms.may_be_others else [], 0
        for pattern, body in arms.taken:
            branch = on_system(state.copy(), system_of_pattern(pattern))
            self._block(body, source, branch)
            if returns(body):
                self._returned.append(branch)
            elif not ends(body):
                settled += branch.only_system() != state.only_system() or (
                    is_path(node.subject.raw) and branch.active == state.active)
                survivors.append(branch)
        if any(pattern == "*" for pattern, _ in arms.taken) or _all_activate(survivors[1:], state):
            settled += 1
        merge(state, survivors, settled, lambda: preferred(survivors, {}, state))

    def _loop(self, node: Loop, source: SourceText, state: State) -> None:
        self._block(node.condition, source, state)
        values: list[Optional[str]] = [field for word in node.words for field in expand(word, state)]
        if state.decides:
            forget_turns(node, state)
        outer, self._broken = self._broken, []
        for value in (values or [None])[:MAX_TURNS if runs_variable(node) else 1]:
            if node.variable:
                state.assign(node.variable, value)
            self._block(node.body, source, state)
        if self._broken:    # for name in pip3 pip; do if command -v $name; then PIP=$name; break; fi; done
            merge(state, [state.copy(), *self._broken])
        self._broken = outer


def _all_activate(branches: list[State], state: State) -> bool:
    """Two or more that all do, for what the script knows: nobody expects it to take none of them."""
    return len(branches) > 1 and all(branch.active != state.active for branch in branches)


def _guarded() -> Active:
    """What a test of $VIRTUAL_ENV promises."""
    return Active(Ground.VENV, "", "only reached with $VIRTUAL_ENV set")
