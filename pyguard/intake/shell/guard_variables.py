"""`PIP_BREAK_SYSTEM_PACKAGES=1 ./install.sh`: pip's guard is off in whatever the script does."""

from __future__ import annotations

from ...model.late_pattern import late

SWITCH = late(r"(?:PIP|UV)_BREAK_SYSTEM_PACKAGES=(.*)$")
OFF = frozenset(("1", "true", "yes", "on", "y", "t"))
KEEPS = late(r"-[A-Za-z]*E[A-Za-z]*$|--preserve-env(?:$|=.*_BREAK_SYSTEM)")    # of sudo(8)
SCRIPT = late(r"\S*/\S+$|\S+\.(ba)?sh$")
NOT_OF_HERE = ("/bin/", "/usr/sbin/", "/sbin/", "$", "~")


def switched_off(words: list[str], command: list[str]) -> str:
    """The assignment that the command gets, which stands behind its wrappers; sudo takes it away unless told not to."""
    given = ""
    before = words[:len(words) - len(command)]
    for index, word in enumerate(before):
        match = SWITCH.match(word)
        if match is not None:
            given = word if match.group(1).lower() in OFF else ""
        elif word.rsplit("/", 1)[-1] in ("sudo", "doas"):
            given = given if any(map(KEEPS.match, before[index + 1:])) else ""
    return given


def is_script(path: str) -> bool:
    """Whether it is a program by its path, and none of the operating system's or of an environment's."""
    return SCRIPT.match(path) is not None and not path.startswith(NOT_OF_HERE) and "/bin/" not in path
