"""What branches gave a variable -> the value that is read where they come together again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ...model.late_pattern import late
from .tree import Node, Simple

if TYPE_CHECKING:
    from .state import State

ALIKE = late(r"(sudo\s+(-\S+\s+)*)?((/usr)?/bin/)?(pip|python)[\d.]*(-pip|-python)?(\$\{?\w+\}?)?(\s|$)")
OF_SYSTEM = late(r"(sudo\s+(-\S+\s+)*)?(apt|apt-get|aptitude|dnf|yum|microdnf|zypper|apk|pacman)(\s|$)")
SHELL = late(r"(sudo\s+(-\S+\s+)*)?((ba|da|z|k|a)?sh|su(\s+-|\s+root)?)\s+-\w*c$")    # get.docker.com's $sh_c
GIVEN = late(r"\$\{?(?:OPTARG|\d)\}?$")    # what the caller says
SAYS = late(r"(echo|printf|print|say|log|logger|:)(\s|$)")    # a dry run


def either(values: set[Optional[str]]) -> Optional[str]:
    """Of two possible values: `""` or `sudo` is sudo; `pip3` or `pip2`, one of them: they mean the same here.

    So is `python3` where somebody may have said `$OPTARG` instead; `sh -c` or `sudo sh -c` is root's; with `echo` or
    something else, `echo` is what a dry run has. None where nobody knows.
    """
    doing = {value for value in values if value is None or not SAYS.match(value)}
    rest = sorted((value for value in doing or values if value),
                  key=lambda value: ("/bin/" in value, "-p" in value, value))
    rest = [value for value in rest if not GIVEN.match(value)] or rest
    if None in values:
        return None
    if not doing or not rest:
        return rest[0] if rest else ""
    if all(map(SHELL.match, rest)):
        return next((value for value in rest if value.startswith("su")), rest[0])
    alike = any(all(map(each.match, rest)) for each in (ALIKE, OF_SYSTEM)) or all("get-pip" in one for one in rest)
    return rest[0] if len(rest) == 1 or alike else None


def is_assignment(node: Node) -> bool:
    """`name=value` and no command."""
    return isinstance(node, Simple) and not node.words and not any(each.append for each in node.assignments)


def keep_alike(before: dict[str, Optional[str]], state: State) -> None:
    """After `[ -n "$DRY" ] && RUN=echo`: what holds whichever way the test ends; else what was assigned."""
    for name, value in before.items():
        given = state.variables.get(name)
        if given != value:
            both = either({value, given})
            state.variables[name] = given if both is None else both


def keep_returned(returned: list[State], state: State) -> None:
    """After a function: the values that it has where it returned early, beside those at its end."""
    for name in {name for each in returned for name, value in each.variables.items()
                 if state.variables.get(name, "") != value and not name.isdigit()}:
        state.variables[name] = either({each.variables.get(name, "") for each in (state, *returned)})
