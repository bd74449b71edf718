"""pip's arguments -> what they say, read as optparse reads them: interspersed, abbreviated, clustered.

On the hot path of every pip command. Values are not checked (`--retries many`): pip does that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, Optional

from ...errors import ForeignUsageError
from .pip_options import (
    COMMANDS,
    HELP,
    NEWEST,
    OFF,
    OLDEST,
    TAKES_VALUE,
    Option,
    Release,
    is_alive,
    options_of,
    read_release,
)

OUTWARD = ("target_dir", "prefix_path", "root_path", "use_user_site")


class Given(NamedTuple):
    """One option as it was given; flags have the value `1` or `0`. `origin`: how it is spelled, or where it stands."""

    option: Option
    value: str
    origin: str


class PipCommand(NamedTuple):
    """A pip command line, understood. `inert`: pip only prints help or its version and stops."""

    command: str
    given: tuple[Given, ...] = ()
    arguments: tuple[str, ...] = ()
    inert: bool = False
    python: str = ""
    isolated: bool = False

    @property
    def changes(self) -> bool:
        """It would install or remove something (as far as the command line alone says).

        `install --dry-run` does not, nor `install --download`; releases without them refuse the command.
        """
        idle = any(given.option.dest in ("dry_run", "download_dir") for given in self.given)
        return not self.inert and changes_something(self.command) and not idle

    @property
    def leaves_environment(self) -> bool:
        """It asks for a place outside of the interpreter's own prefix, or in it by name."""
        return any(given.option.dest in OUTWARD for given in self.given)


class Parsed(NamedTuple):
    """One pass of optparse: options, the words that are none, and whether it stopped to print help.

    `end` is the place behind the last word that may be an option: that of `--`, where there is one.
    """

    given: tuple[Given, ...]
    rest: tuple[str, ...]
    helped: bool
    end: int


def read_command(argv: Sequence[str], pip_version: str = "") -> PipCommand:
    """Read pip's arguments, its own name not among them, as that release would (or any, if not known).

    Raises ForeignUsageError for what pip itself refuses. `--python` after the command is refused since
    22.3 and short for --python-version before: where the release is not known, it is let pass.
    """
    release = read_release(pip_version)
    general = parse_options(argv, "", release, interspersed=False)
    if general.helped or last(general.given, "version") is not None or not general.rest:
        return PipCommand("", general.given, inert=True)
    name = general.rest[0]
    if not is_command(name, release):
        raise ForeignUsageError("unknown-option", f"pip has no command {name!r}")
    # pip takes the first word that equals the command's name out, be it an option's value (main_parser.py)
    own = list(argv)
    own.remove(name)
    if name == "help":
        return PipCommand(name, inert=True)
    parsed = parse_options(own, name, release)
    if parsed.helped:
        return PipCommand(name, inert=True)
    python = last(general.given, "python")
    if release and python is None and last(parsed.given, "python") is not None:
        raise ForeignUsageError("misplaced-option", "pip takes --python before the command only")
    return PipCommand(name, parsed.given, parsed.rest, python=python.value if python else "",
                      isolated="--isolated" in own)


def changes_nothing(argv: Sequence[str]) -> bool:
    """The cheap answer for `pip list`: this command line installs and removes nothing."""
    try:
        general = parse_options(argv, "", (), interspersed=False)
        if general.rest and not general.helped and changes_something(general.rest[0]):
            return not read_command(argv).changes
    except ForeignUsageError:
        return False
    return True


def changes_something(name: str) -> bool:
    """Whether a command of that name installs or removes."""
    return any(command.changes for command in COMMANDS if command.name == name)


def is_command(name: str, release: Release) -> bool:
    """Whether that release has the command; they cannot be abbreviated."""
    return any(command.name == name and (not release or command.since <= release) for command in COMMANDS)


def last(given: Sequence[Given], dest: str) -> Optional[Given]:
    """The one that counts where only one does."""
    for one in reversed(given):
        if one.option.dest == dest:
            return one
    return None


def values_of(given: Sequence[Given], dest: str) -> tuple[Given, ...]:
    """All of them, in order."""
    return tuple(one for one in given if one.option.dest == dest)


def parse_options(argv: Sequence[str], command: str, release: Release, interspersed: bool = True) -> Parsed:
    """What optparse makes of the words with a command's options; stops at `--help` as it does."""
    return parse_words(argv, spellings_of(command, release), release, interspersed)


def parse_words(argv: Sequence[str], table: dict[str, Option], release: Release, interspersed: bool = True) -> Parsed:
    """The same with any table of spellings."""
    words = list(reversed(argv))
    given: list[Given] = []
    rest: list[str] = []
    end = len(argv)
    while words:
        word = words.pop()
        if word == "--":
            end = len(argv) - len(words) - 1
            break
        if word.startswith("--"):
            given.append(_read_long(word, words, table, release))
        elif word.startswith("-") and len(word) > 1:
            _read_short(word, words, table, given)
        elif interspersed:
            rest.append(word)
            continue
        else:
            words.append(word)
            end = len(argv) - len(words)
            break
        if given and given[-1].option.kind == HELP:
            return Parsed(tuple(given), tuple(rest), True, end)
    return Parsed(tuple(given), (*rest, *reversed(words)), False, end)


@lru_cache(maxsize=64)    # a linter asks for the same few thousands of times
def spellings_of(command: str, release: Release) -> dict[str, Option]:
    """Each spelling with its option; where releases differ, the newer meaning wins. Not to be changed."""
    table: dict[str, Option] = {}
    for option in options_of(command):
        if is_alive(option, release):
            for spelling in option.spellings.split():
                if spelling not in table or table[spelling].until:
                    table[spelling] = option
    if command and release >= NEWEST:
        for spelling in ("--version", "-V"):
            table.pop(spelling, None)
    return table


def _read_long(word: str, words: list[str], table: dict[str, Option], release: Release) -> Given:
    name, equals, value = word.partition("=")
    spelling = _unabbreviate(name, table, release)
    option = table[spelling]
    if option.kind not in TAKES_VALUE:
        if equals:
            raise ForeignUsageError("bad-option", f"pip's {spelling} does not take a value")
        return Given(option, _flag(option), spelling)
    if not equals:
        if not words:
            raise ForeignUsageError("bad-option", f"pip's {spelling} requires a value")
        value = words.pop()
    return Given(option, value, spelling)


def _read_short(word: str, words: list[str], table: dict[str, Option], given: list[Given]) -> None:
    """`-qqq`, `-rfile`, `-r file`, `-Ut dir`."""
    for place, letter in enumerate(word[1:], 2):
        option = table.get("-" + letter)
        if option is None:
            raise ForeignUsageError("unknown-option", f"pip has no option -{letter}")
        if option.kind in TAKES_VALUE:
            value = word[place:]
            if not value:
                if not words:
                    raise ForeignUsageError("bad-option", f"pip's -{letter} requires a value")
                value = words.pop()
            given.append(Given(option, value, "-" + letter))
            return
        given.append(Given(option, _flag(option), "-" + letter))
        if option.kind == HELP:
            return


def _flag(option: Option) -> str:
    return "0" if option.kind == OFF else "1"


def _unabbreviate(name: str, table: dict[str, Option], release: Release) -> str:
    """The option that begins so. Where pip's release is not known, one that is unique in some release will do."""
    if name in table:
        return name
    candidates = [spelling for spelling in table if spelling.startswith(name) and spelling.startswith("--")]
    if not candidates:
        raise ForeignUsageError("unknown-option", f"pip has no option {name}")
    if len(candidates) == 1:
        return candidates[0]
    for known in () if release else reversed(_turning_points(table[spelling] for spelling in candidates)):
        alive = [spelling for spelling in candidates if is_alive(table[spelling], known)]
        if len(alive) == 1:
            return alive[0]
    raise ForeignUsageError("ambiguous-option", f"pip's {name} could be {', '.join(sorted(candidates))}")


def _turning_points(options: Iterable[Option]) -> list[Release]:
    """The releases at which the set of these options changes, the oldest first."""
    points = {OLDEST, NEWEST}
    for option in options:
        points.update(point for point in (option.since, option.until) if point)
    return sorted(points)
