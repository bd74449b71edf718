"""The arguments of `setup.py` and `easy_install` -> the pip arguments that write to the same place.

Both read their options with distutils.fancy_getopt: long options may be abbreviated nowhere, `_` and `-` are
the same. Where a value is needed to know the place, it is kept; everything else is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...model.paths import normalize

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
                    "--allow-hosts", "--build-directory", "--site-dirs", "--egg-path", "--command-packages",
                    "-b", "-t", "-p", "-c", "-e", "-O", "-f", "-i", "-H", "-s", "-S", "-x"})
# Debian's distutils and setuptools take these for the place without the option (pip does not: /usr/local/local).
OWN_PREFIXES = ("/usr", "/usr/local")
DEBIAN_LAYOUT = "--install-layout"    # Debian's distutils: `deb` is /usr/lib/python3/dist-packages


def read_setup(arguments: Sequence[str], directory: str) -> tuple[str, ...]:
    """pip's arguments for a setup.py in that directory; empty when no command of it installs."""
    words, places = _split(arguments)
    if not any(word in INSTALLING for word in words):
        return ()
    return ("install", *places, directory)


def read_easy_install(arguments: Sequence[str]) -> tuple[str, ...]:
    """pip's arguments for easy_install's; empty when it is asked for nothing."""
    words, places = _split(arguments)
    return ("install", *places, *words) if words else ()


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words that are no option nor any option's value, and pip's options for the places that are named."""
    words: list[str] = []
    places: list[str] = []
    waiting = list(reversed(arguments))
    while waiting:
        name, equals, value = waiting.pop().partition("=")
        if not name.startswith("-"):
            words.append(name + equals + value)
            continue
        name = name.replace("_", "-")
        if not equals and waiting and (name in PLACES or name in VALUED or name == DEBIAN_LAYOUT):
            value = waiting.pop()
        if name in PLACES and not (PLACES[name] == "--prefix" and normalize(value) in OWN_PREFIXES):
            places += [PLACES[name], value]
        elif name == "--user":
            places.append("--user")
        elif name == DEBIAN_LAYOUT and value.startswith("deb"):
            places += ["--target", "/usr/lib/python3/dist-packages"]
    return words, places
