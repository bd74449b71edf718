"""Calls of a script's own functions: the body is walked with the call's words as its `$@`."""

from __future__ import annotations

from typing import Optional

from ...model.late_pattern import late
from ..circumstances import Call, Circumstances, FoundCommand
from ..source_text import SourceText
from .decided import take_sure
from .either import keep_returned
from .follow import MAX_FILES, Follow, ShellFollow
from .merging import merge
from .state import Definition, State, on_system
from .tree import Simple
from .walk import MAX_CALLS

UNREAD = late(r"(\$[@*]|\$\{?\w+\}?|\$\{[\w@*]+(\[[@*]\]|:).*\}|\$\([\s\S]*\)|`[^`]*`)$")    # a command line
LIKE_PIP = late(r"(?:^|[_-])(?:pip|py)[23]?(?:[_-]|$)|pip[23]?[_-]?install")    # a function's name
PACKAGE = late(r"[A-Za-z0-9][\w.\[\],=<>!~*-]*$")
QUOTES = str.maketrans("", "", "\"'\\")


class Called:
    """A call that is being walked: where it stands, and its words as text."""

    def __init__(self, argv: list[str], node: Simple, source: SourceText) -> None:
        self.name = argv[0]
        self.words = argv[1:]
        self.text = _plain(argv[1:])
        self.node = node
        self.source = source
        self.judged = False     # something that the call's words say was run
        self.unread = False     # something was run, and nobody can say what


class ShellCalls(ShellFollow):
    """What a call hands on is found where the call stands, what the function says by itself where that stands."""

    def __init__(self, follow: Optional[Follow] = None) -> None:
        super().__init__(follow)
        self._inside: list[Called] = []
        self._names: set[str] = set()
        self._site: Optional[tuple[Simple, SourceText]] = None    # the call of another file's function we are in

    def _hand_on(self, words: list[str], node: Simple, source: SourceText, state: State) -> None:
        """Judge the words of a call as a command of its own."""
        raise NotImplementedError

    def _may_call(self, name: str) -> bool:
        """Inside of itself a function's name is the program that it wraps: `pip() { command pip "$@"; }`."""
        return name not in self._names

    def _call_with(self, extra: list[tuple[str, str]], argv: list[str], node: Simple, source: SourceText,
                   state: State, outer: State) -> None:
        """`NAME=value function words`: the variable holds while the function runs."""
        before = {name: state.variables[name] for name, _ in extra if name in state.variables}
        exported = set(state.exported)
        state.variables.update(extra)
        state.exported.update(name for name, _ in extra)
        self._call(argv, node, source, state, outer)
        for name, _ in extra:
            state.variables.pop(name, None)
        state.variables.update(before)
        state.exported -= {name for name, _ in extra} - exported

    def _call(self, argv: list[str], node: Simple, source: SourceText, state: State, outer: State) -> None:
        if self._depth >= MAX_CALLS:
            return
        call = Called(argv, node, source)
        saved = state.arguments, {key: state.variables.get(key) for key in ("BASH_SOURCE", *"123456789")}
        given = [(key, state.given.get(key)) for key in "#123456789"]
        state.take_arguments(tuple(argv[1:]))
        self._depth += 1
        self._inside.append(call)
        self._names.add(call.name)
        self._walk_bodies(call, state)
        self._names.discard(call.name)
        self._inside.pop()
        self._depth -= 1
        state.arguments = saved[0]
        state.variables.update(saved[1])
        take_sure(given, state)
        if call.unread and not call.judged and len(argv) > 1:
            self._hand_on(argv[1:], node, source, state)
        if state is not outer:
            outer.note_manager(state.manager)

    def _walk_bodies(self, call: Called, state: State) -> None:
        """One body after the other where a name has several: which of them holds depends on the system."""
        known = state.functions[call.name]
        alone = len(known) == 1 and not known[0].system
        branches: list[State] = []
        site, outer = self._site, self._returned
        for each in known:
            self._returned = []
            branch = state if alone else on_system(state.copy(), each.system)
            branches.append(branch)
            self._called[id(each.body)] = each.body
            if each.source is not call.source:
                self._site = site or (call.node, call.source)
                self._note_call(call, each, branch)
                branch.variables["BASH_SOURCE"] = each.source.path
            self._node(each.body, each.source, branch)
            self._site = site
            keep_returned(self._returned, branch)
        self._returned = outer
        if not alone:
            merge(state, branches)

    def _note_call(self, call: Called, known: Definition, state: State) -> None:
        """That function is judged where it is called: where its file is read, nothing has to be supposed of it."""
        if known.source.path != call.source.path and len(self.calls) < MAX_FILES and not self._muted:
            self.calls.append(Call(known.source.path, call.source.line_at(call.node.start), state.copy(), call.name))

    def _note_unread(self, argv: list[str]) -> None:
        """A command line in a variable that is not known may be what the call hands on."""
        if self._inside and not self._inside[-1].unread:
            call = self._inside[-1]
            call.unread = argv[0].startswith("-") or (len(argv) <= 2 and all(
                UNREAD.match(word) or _plain([word]).strip() == call.text for word in argv)
                and UNREAD.match(argv[0]) is not None)

    def _place(self, argv: list[str], node: Simple, source: SourceText) -> tuple[Simple, SourceText]:
        """Where a command's words were written: the outermost of the calls that hand them on, or the body."""
        if self._inside:
            whole, rest = _plain(argv), _plain(argv[1:]) if len(argv) > 2 else ""
            for call in reversed(self._inside):
                if whole not in call.text and not (rest and rest in call.text):
                    break
                call.judged = True
                node, source = call.node, call.source
        return node, source

    def _as_called(self, found: FoundCommand) -> Optional[FoundCommand]:
        """The same at the call that has the function's command know what to install: it says what, the function how.

        One finding is enough where both are in one file, unless the function is called like pip itself.
        """
        if not self._inside:
            return None
        argv = found.argv
        verb = next((index for index, word in enumerate(argv) if word in ("install", "uninstall")), len(argv))
        call = next((each for each in self._inside if any(word in each.words for word in argv[verb + 1:])), None)
        at = found.location
        if call is None or (at.path == call.source.path and not LIKE_PIP.search(call.name)):
            return None
        there = f"{at.path}, line {at.line}" if at.path != call.source.path else f"line {at.line}"
        return found._replace(location=call.source.locate(call.node.start, call.node.end),
                              called=f"{call.name} runs {argv[0].rsplit('/', 1)[-1]}, {there}")

    def _words_told(self, argv: list[str], holds: Circumstances) -> tuple[object, ...]:
        """What tells two findings of one line apart: a function that is called for each of many packages has one, a
        script that jobs with other images take over has one in each."""
        verb = 0
        if self._inside:
            verb = next((index for index, word in enumerate(argv) if word in ("install", "uninstall")), 0)
        if verb:
            argv = [*argv[:verb + 1], *(word for before, word in zip(argv[verb:], argv[verb + 1:])
                                        if before.startswith("-") or not PACKAGE.match(word))]
        return (holds.active.ground, holds.host.name, holds.sudo, bool(holds.manager), *argv)


def _plain(words: list[str]) -> str:
    return " ".join(words).translate(QUOTES)
