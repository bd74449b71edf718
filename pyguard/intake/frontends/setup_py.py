"""The arguments of `setup.py` and `easy_install` -> the pip arguments that write to the same place.

Both read their options with distutils.fancy_getopt: `_` and `-` are the same, a long option may be cut short where no
other begins so, and an option belongs to the command that it follows. Where a value is needed to know the place, it
is kept; everything else is left out. In doubt it is an install, and one into the interpreter's own place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...model.paths import normalize
from ...model.request import EGG_COMMANDS

# Commands of setup.py that write to an environment (distutils.command, setuptools.command).
INSTALLING = frozenset({"install", "develop", "easy_install", "install_lib", "install_scripts", "install_data",
                        "install_headers", "install_egg_info"})
# Options that say where, as pip's options for the same; `--home` and `--install-lib` name the place itself.
PLACES = {"--prefix": "--prefix", "--exec-prefix": "--prefix", "--install-base": "--prefix", "--root": "--root",
          "--home": "--target", "--install-lib": "--target", "--install-purelib": "--target",
          "--install-platlib": "--target", "--install-dir": "--target", "-d": "--target"}
# Others whose value could be taken for a command or a requirement.
VALUED = frozenset({"--build-base", "--build-lib", "--build-purelib", "--build-platlib", "--build-scripts",
                    "--build-temp",
                    "--plat-name", "--compiler", "--executable", "--record", "--install-scripts", "--install-data",
                    "--install-headers", "--install-platbase", "--install-userbase", "--install-usersite", "--optimize",
                    "--single-version-externally-managed-root", "--script-dir", "--find-links", "--index-url",
                    "--allow-hosts", "--build-directory", "--site-dirs", "--egg-path", "--command-packages"})
# Letters mean one thing to one command and another to the next (-i, -f, -x, -e, -d are flags of some): only
# easy_install's are known to take a value.
EASY_VALUED = VALUED | {"-b", "-O", "-f", "-i", "-H", "-s", "-S"}
GLOBAL_LETTERS = "vqnh"    # flags wherever they stand
HELP = frozenset({"--help", "-h"})
IDLE = HELP | {"--help-commands", "--version", "--dry-run", "-n"}
# Debian's distutils takes these for the place without the option, outside of virtual environments and unless told else
# (pip does not: /usr/local/local).
OWN_PREFIXES = ("/usr", "/usr/local")
DEBIAN_LAYOUT = "--install-layout"    # Debian's distutils: `deb` is /usr/lib/python3/dist-packages
NAMING = (*(name for name in PLACES if name.startswith("--")), DEBIAN_LAYOUT, "--user")


def read_setup(arguments: Sequence[str], directory: str, own_prefixes: Sequence[str] = ()) -> tuple[str, ...]:
    """pip's arguments for a setup.py in that directory; empty when no command of it installs.

    A prefix among `own_prefixes` is left out, except with those commands that keep to setuptools' own layout.
    """
    found = _installing(arguments, own_prefixes)
    if not found:
        return ()
    agreed = len({(command in EGG_COMMANDS, tuple(places)) for command, places in found}) == 1
    return ("install", *(found[0][1] if agreed else ()), directory)


def installing_command(arguments: Sequence[str]) -> str:
    """The first command that installs, or an empty text."""
    return next((command for command, _places in _installing(arguments)), "")


def _installing(arguments: Sequence[str], own_prefixes: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """Each command that installs, with pip's options for the place that it is told."""
    found: list[tuple[str, list[str]]] = []
    current = False    # whether options belong to one of them
    waiting = list(reversed(arguments))
    while waiting:
        name, value = _next(waiting, VALUED, places=current)
        if name:
            if current:
                found[-1][1].extend(_place(name, value, () if found[-1][0] in EGG_COMMANDS else own_prefixes))
        elif value in INSTALLING:
            current = True
            found.append((value, []))
        elif not value.isdigit():    # another command; a number is an option's
            current = False
    return found


def read_easy_install(arguments: Sequence[str]) -> tuple[str, ...]:
    """pip's arguments for easy_install's; empty when it is asked for nothing."""
    words: list[str] = []
    places: list[str] = []
    for name, value in _read_easy(arguments):
        if name:
            places += _place(name, value)
        else:
            words.append(value)
    return ("install", *places, *words) if words else ()


def is_idle_setup(arguments: Sequence[str]) -> bool:
    """Help stops everything; a dry run is everybody's only before the first command, else that one command's.

    `install` runs its sub-commands for real all the same (distutils.cmd: each has a dry_run of its own).
    """
    waiting, before, doubtful = list(reversed(arguments)), True, False
    while waiting:
        name, _value = _next(waiting, VALUED)
        if not doubtful and _letters(name) & (IDLE if before else HELP):
            return True
        before = before and bool(name)
        # What follows a letter may be its value.
        doubtful = not before and bool(re.fullmatch("-[^-].*", name)) and name[-1] not in GLOBAL_LETTERS
    return False


def is_idle_easy_install(arguments: Sequence[str]) -> bool:
    """It is one command, whose own dry run holds."""
    return any(_letters(name) & IDLE for name, _value in _read_easy(arguments))


def _read_easy(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    waiting = list(reversed(arguments))
    while waiting:
        yield _next(waiting, EASY_VALUED, places=True)


def _next(waiting: list[str], valued: frozenset[str], places: bool = False) -> tuple[str, str]:
    """Takes an option with its value, or a word with an empty name. `places`: whether those that say where count."""
    name, equals, value = waiting.pop().partition("=")
    if not name.startswith("-"):
        return "", name + equals + value
    if places and re.match("-d.", name):
        return "-d", (name + equals + value)[2:]
    name = name.replace("_", "-")
    if places:
        name = _whole(name)
    takes = name in valued or (places and (name in PLACES or name == DEBIAN_LAYOUT))
    if takes and not equals and waiting:
        value = waiting.pop()
    return name, value


def _whole(name: str) -> str:
    """The long option that says where, of which this is the beginning and of no other."""
    if not name.startswith("--") or name in VALUED:
        return name
    found = [each for each in (*NAMING, *VALUED) if each.startswith(name)]
    return found[0] if len(found) == 1 else name


def _letters(name: str) -> set[str]:
    """An option, or each of a cluster of flags."""
    return {f"-{letter}" for letter in name[1:]} if re.fullmatch(f"-[{GLOBAL_LETTERS}]+", name) else {name}


def _place(name: str, value: str, own_prefixes: Sequence[str] = ()) -> tuple[str, ...]:
    """pip's options for the place that is named."""
    if name in PLACES and (PLACES[name] != "--prefix" or normalize(value) not in own_prefixes):
        return PLACES[name], value
    if name == "--user":
        return ("--user",)
    if name == DEBIAN_LAYOUT and value.startswith("deb"):
        return "--target", "/usr/lib/python3/dist-packages"
    return ()
