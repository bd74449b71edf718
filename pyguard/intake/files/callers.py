"""A script or a local action becomes the states in which files of the repository run it."""

from __future__ import annotations

import os
import re

from ...model.late_pattern import late
from ..circumstances import Call, FoundCommand, Reading
from ..file_text import FileText
from ..shell.decided import names_tested
from ..shell.make import GOALS, MAKEFILES
from ..shell.nox import NOXFILE
from ..shell.npm import PACKAGE, PROGRAMS
from ..shell.state import State
from .kinds import FileKind, find_kind, read_as
from .repository import MAX_FOLLOWED, Repository

WORD = late(r"[\w.+-]+")
AFTER_WORD = ".+-"    # the end of a sentence, for one
MAKES = late(r"^[^#\n]*(?<![\w./-])g?make\b(?!\s+(?:a|an|it|sure|the|this|use)\b)", re.M)    # as a command, perhaps
TEMPLATE = late(r"\b(?:template|uses):[ \t]*['\"]?(?:[^\s'\"]*/)?([\w.-]+\.ya?ml)")    # of Azure's, of GitHub's
INSTALLING = "pip -r"
SORTS = ("dockerfile", "compose", "pipeline", "script")
CALLERS = frozenset(("dockerfile", "compose", "github-workflow", "gitlab-ci", "circleci", "azure-pipelines", "travis",
                     "bitbucket", "drone", "cirrus", "appveyor", "buildkite", "taskfile", "vagrant", "jenkins",
                     "devcontainer", "provisioners"))    # what they hold does not depend on who runs them
HEAD = 16 * 1024      # as where files are checked
MAX_AHEAD = 300       # readings kept for when their files' turn comes
MAX_CALLERS = 60      # files that are read for one script
MAX_CALLS = 100       # of its functions
MAX_STATES = 8        # different ones that are told apart


def find_callers(path: str, repository: Repository) -> list[State]:
    """What holds where `path` is run or sourced, the differing ones once each; empty where nothing here runs it."""
    if repository.cache.get("reading callers"):    # a caller's own callers are not asked for
        return []
    wanted = _word_for(path)
    callers = mentioning(wanted, repository)
    if wanted in ("make", "npm"):
        callers = _beside(callers, os.path.dirname(path), repository)
    found, scripts = _states_in(callers, path, repository)
    if scripts and not any(state.host.name for state in found):    # ci.yml runs run.sh, and that runs this one
        outer = [each for script in scripts for each in mentioning(os.path.basename(script), repository)]
        on_hosts = [state for state in _states_in(list(dict.fromkeys(outer)), path, repository)[0] if state.host.name]
        found = on_hosts or found
    return found[:MAX_STATES]


def _word_for(path: str) -> str:
    """What every file that runs this one has in its text."""
    name = os.path.basename(path)
    if name in MAKEFILES:
        return "make"
    if name in (PACKAGE, NOXFILE):
        return "npm" if name == PACKAGE else "nox"
    return os.path.basename(os.path.dirname(path)) if name.startswith("action.y") else name


def called_functions(path: str, repository: Repository) -> list[Call]:
    """The functions of a script that other files here call after they have sourced it, the differing states of each."""
    if repository.cache.get("reading callers"):
        return []
    found: dict[tuple[object, ...], Call] = {}
    for caller in mentioning(_word_for(path), repository)[:MAX_CALLERS]:
        for call in _calls(caller, repository) if caller != path else ():
            if call.path == path and call.function:
                state = _told(call, caller)
                found.setdefault((call.function, *_differing(state)), call._replace(state=state))
    return list(found.values())[:MAX_CALLS]


def _states_in(callers: list[str], path: str, repository: Repository) -> tuple[list[State], list[str]]:
    """The states in which these files run `path`, and those of them that do."""
    found: dict[tuple[object, ...], State] = {}
    running: list[str] = []
    tested = names_tested(repository.read(path) or "")
    for caller in callers[:MAX_CALLERS]:
        if caller == path:
            continue
        calls = [call for call in _calls(caller, repository) if call.path == path and not call.function]
        running += [caller] if calls else []
        for call in calls:
            state = _told(call, caller)
            given = tuple(state.given.get(name) for name in tested) if state.decides else ()
            handed = tuple(sorted(state.handed.items()))
            found.setdefault((*_differing(state), state.variables.get(GOALS), given, handed), state)
    return list(found.values()), running


def _differing(state: State) -> tuple[object, ...]:
    return state.host.name, state.active.ground, state.active.path, state.user, bool(state.manager)


def _beside(callers: list[str], folder: str, repository: Repository) -> list[str]:
    """Those that lie beside or below a Makefile, or name its directory."""
    naming = frozenset(mentioning(os.path.basename(folder), repository))
    return [each for each in callers if not folder or each.startswith(f"{folder}/") or each in naming]


def _told(call: Call, caller: str) -> State:
    state = call.state.copy()
    state.sudo = False
    if state.host.named_by:
        state.host = state.host._replace(named_by=f"{caller} runs it: {state.host.named_by}")
    return state


def mentioning(word: str, repository: Repository) -> list[str]:
    """The files that have the word in their text: an index of the words of all files that run others, made once."""
    return _words(repository).get(word, [])


def _words(repository: Repository) -> dict[str, list[str]]:
    """By a word; INSTALLING leads to those that may install from a requirements file."""
    index: dict[str, list[str]] | None = repository.cache.get("words")
    if index is None:
        index = repository.cache["words"] = {}
        names = {"make", "nox", *PROGRAMS, *(os.path.basename(path) for path in repository.listing("script"))}
        names.update(os.path.basename(path) for sort in ("program", "command") for path in repository.listing(sort))
        names |= {os.path.basename(os.path.dirname(path)) for path in repository.listing("script")
                  if os.path.basename(path) in MAKEFILES}
        names |= {os.path.basename(os.path.dirname(path)) for path in repository.listing("pipeline")
                  if os.path.basename(path).startswith("action.y")}
        for sort in SORTS:
            for path in repository.listing(sort):
                text = repository.read(path) or ""
                if "pip" in text and ("-r" in text or "--requirement" in text):
                    index.setdefault(INSTALLING, []).append(path)
                for each in dict.fromkeys(TEMPLATE.findall(text)) if "template:" in text or "uses:" in text else ():
                    index.setdefault(each, []).append(path)
                for each in names & _words_of(text):
                    if each != "make" or MAKES.search(text):
                        index.setdefault("npm" if each in PROGRAMS else each, []).append(path)
    return index


def _words_of(text: str) -> set[str]:
    words = set(WORD.findall(text))
    words.update([word.rstrip(AFTER_WORD) for word in words if word[-1] in AFTER_WORD])
    return words


def find_installs(repository: Repository) -> list[FoundCommand]:
    """Every command here that installs from a requirements file; found once."""
    known: list[FoundCommand] | None = repository.cache.get("requirement installs")
    if known is None:
        known = repository.cache["requirement installs"] = []
        for path in mentioning(INSTALLING, repository):
            known += [each for each in _reading(path, repository)[1] if each.location.path == path]
    return known


def read_once(kind: FileKind, file: FileText, repository: Repository) -> Reading:
    """What the reader gives; a file that was read as a caller is not read again, nor the other way round."""
    if kind.KIND not in CALLERS:
        return read_as(kind, file, repository)
    ahead: dict[str, Reading] = repository.cache.setdefault("ahead", {})
    reading = ahead.pop(file.path, None)
    if reading is None:
        reading = read_as(kind, file, repository)
        _known(repository)[file.path] = reading.calls, tuple(each for each in reading.commands if each.files)
    return reading


def _known(repository: Repository) -> dict[str, tuple[tuple[Call, ...], tuple[FoundCommand, ...]]]:
    known: dict[str, tuple[tuple[Call, ...], tuple[FoundCommand, ...]]] = repository.cache.setdefault("readings", {})
    return known


def _calls(path: str, repository: Repository) -> tuple[Call, ...]:
    return _reading(path, repository)[0]


def _reading(path: str, repository: Repository) -> tuple[tuple[Call, ...], tuple[FoundCommand, ...]]:
    """What the file runs, and its installs from requirements files."""
    known = _known(repository)
    if path not in known:
        text = repository.read(path) or ""
        kind = find_kind(path, text[:HEAD])
        known[path] = (), ()
        if kind is not None:
            repository.cache["reading callers"] = True
            try:
                reading = read_as(kind, FileText(path, text), repository)
                known[path] = reading.calls, tuple(each for each in reading.commands if each.files)
                ahead = repository.cache.setdefault("ahead", {})
                if kind.KIND in CALLERS and len(ahead) < MAX_AHEAD and len(text) < MAX_FOLLOWED // 4:
                    ahead[path] = reading
            finally:
                repository.cache["reading callers"] = False
    return known[path]
