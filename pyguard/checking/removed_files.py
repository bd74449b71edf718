"""Files that rm, mv, unlink or find take from where a distribution's Python imports from become Effects.

In /usr/lib OS packages own them; in `dist-packages` below /usr/local, which no other Python has, pip put them there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..intake.circumstances import FoundCommand
from ..model.impact import Effect, FilesRemoved, LocalFilesRemoved
from ..model.late_pattern import late
from ..model.paths import absolute

MARKER = "EXTERNALLY-MANAGED"
# In dist-packages everything is the OS's; in site-packages pip writes, too, but nobody deletes its metadata by hand
OF_PACKAGES = late(r"^/usr/lib(64)?/python[23][\d.*?]*/"
                   r"((?:dist|\*)-packages/(?!.*(__pycache__|\.py[co]$|/tests?/?$))[^/]|site-packages/[^/]+\.(egg|dist)-info)")
# A whole distribution, by its name or a pattern: what lies deeper is taken to make an image smaller
LOCAL = late(r"^(/usr/local/lib/python[^/]*/dist-packages)(?:/+(?!__pycache__|(?:tests?|docs?|examples?)(?:/|$))"
             r"(?!\*+\.(?!(?:egg|dist)-info))[^/]+(?<!\.pyc)(?<!\.pyo))?(?:/+\**)?$")
WITHIN = late(r"^/usr/(?:local/)?lib(?:64)?/python[^/]*/(?:dist|site)-packages(?:/|$)")
TAKES = frozenset(("rm", "unlink", "mv", "shred"))    # what `find … -exec` runs
RUNS = frozenset(("-exec", "-execdir", "-ok"))
BY_NAME = frozenset(("-name", "-iname"))
PLACES = ("-H", "-L", "-P", "--", "-D")
ALIKE = frozenset(("-type", "-maxdepth", "-mindepth", "-xdev", "-mount", "-depth", "-print", "-prune", "-o", "-or",
                   "(", ")", "\\(", "\\)", "-d", "-follow"))    # they leave whole distributions among what is found


def files_removed(found: FoundCommand, operands: Iterable[str], how: str) -> Iterator[Effect]:
    """One effect a command: the first of these paths that is such a file."""
    for word in operands:
        path = _full(word, found.circumstances.cwd)
        local = LOCAL.match(path)
        if MARKER in path:
            continue
        if OF_PACKAGES.match(path):
            yield FilesRemoved(path, how)
            return
        if local is not None:
            interpreter = "/usr/bin/python2" if "/python2" in path else "/usr/bin/python3"
            yield LocalFilesRemoved(interpreter, local.group(1), how)
            return


def found_and_removed(argv: Sequence[str]) -> list[str]:
    """What `find DIRECTORY -name NAME -exec rm …`, or with `-delete`, takes away: by its patterns."""
    words = list(argv[1:])
    executed = [after for word, after in zip(words, words[1:]) if word in RUNS]
    if "-delete" not in words and not any(word.rsplit("/", 1)[-1] in TAKES for word in executed):
        return []
    first = next((index for index, word in enumerate(words) if word.startswith(("-", "(", "!", "\\"))
                  and word not in PLACES), len(words))
    places = [word.rstrip("/") for word in words[:first] if word not in PLACES]
    end = next((index for index, word in enumerate(words) if word == "-delete" or word in RUNS), len(words))
    tests = words[first:end]
    names = [after for word, after in zip(tests, tests[1:]) if word in BY_NAME]
    if any(word.startswith(("-", "!")) and word not in BY_NAME and word not in ALIKE for word in tests):
        return []
    return [f"{place}/{name}" for place in places for name in names or ["*"] if not name.startswith("*.")]


def _full(word: str, cwd: str) -> str:
    """From the shell's directory, where that is one of these."""
    return absolute(word, cwd) if WITHIN.match(cwd) and not word.startswith(("$", "~")) else word
