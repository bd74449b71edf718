"""A program's file in, what starting it imports out: a Python script, or a shell script that starts one.

Wrappers of setuptools name a distribution's entry point instead of importing it; then the import is found in
the distribution's own `entry_points.txt`.
"""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

PYTHON = re.compile(r"(?:\S*/)?(?:env\s+)?(?:python|platform-python|pypy)[0-9.]*$")
SHELLS = ("sh", "bash", "dash")
# sys.path.insert(0, "/usr/share/x") and its relatives; one line is enough to know the directory by
PATH_CHANGE = re.compile(r"""(?:sys\.path\s*(?:\.(?:insert|append|extend)\s*\(|[+]?=)|addsitedir\s*\()[^\n]*""")
DIRECTORY = re.compile(r"""['"](/[\w./+-]+)['"]""")
ASSIGNED = re.compile(r"""^\s*\w+\s*=\s*['"](/[\w./+-]+)['"]""", re.MULTILINE)
SETUPTOOLS = re.compile(r"""load_entry_point\(\s*['"]([^'"]+)['"]\s*,\s*['"]([\w.]+)['"]\s*,\s*['"]([^'"]+)['"]""")
MARKED = re.compile(r"""EASY-INSTALL-ENTRY-SCRIPT:\s*['"]([^'"]+)['"],\s*['"]([\w.]+)['"],\s*['"]([^'"]+)['"]""")
MODULE_RUN = re.compile(r"""(?:python|platform-python)[0-9.]*['"]?\s+(?:-[a-zA-Z]+\s+)*-m\s+([\w.]+)""")
SCRIPT_RUN = re.compile(r"""(?:python|platform-python)[0-9.]*['"]?\s+(?:-[a-zA-Z]+\s+)*(/[\w./+-]+)""")
ITSELF = re.compile(r"""(?:python|platform-python)[0-9.]*['"]?\s+(?:-[a-zA-Z]+\s+)*"?\$(?:0|\{0\})""")


class Program(NamedTuple):
    """`script` is the Python file that runs, empty where there is none; `modules` are run with -m."""

    script: str = ""
    directories: tuple[str, ...] = ()            # put in front of sys.path
    modules: tuple[str, ...] = ()
    entry_points: tuple[tuple[str, str, str], ...] = ()    # distribution, group, name


NOTHING = Program()


def read_program(path: str, source: str) -> Program:
    """`path` with every link followed; `source` its text. What is neither Python nor shell is empty."""
    line, _, body = source.partition("\n")
    words = line[2:].split() if line.startswith("#!") else []
    name = words[0].rpartition("/")[2] if words else ""
    if name == "env" and len(words) > 1:
        name = next((word for word in words[1:] if not word.startswith("-") and "=" not in word), "")
        name = name.rpartition("/")[2]
    if name in SHELLS:
        if ITSELF.search(body):    # a file that sh and Python both read
            return Program(path, (), (), _entry_points(source))
        return _shell(body)
    if not PYTHON.match(name) and not path.endswith(".py"):
        return Program()
    directory = path.rpartition("/")[0]
    own = () if directory.endswith(("/bin", "/sbin", "/games")) else (directory,)
    return Program(path, (*own, *_directories(source, directory)), (), _entry_points(source))


def _directories(source: str, own: str) -> tuple[str, ...]:
    changes = PATH_CHANGE.findall(source)
    found = [place for change in changes for place in DIRECTORY.findall(change)]
    if changes:    # pkgdatadir = "/usr/share/x" some lines above
        found += ASSIGNED.findall(source)
    return tuple(dict.fromkeys(place.rstrip("/") for place in found if place.rstrip("/") != own))


def _entry_points(source: str) -> tuple[tuple[str, str, str], ...]:
    found = [*SETUPTOOLS.findall(source), *MARKED.findall(source)]
    return tuple(dict.fromkeys((re.split("[=<>!~]", name)[0].strip(), group, entry)
                               for name, group, entry in found))


def _shell(source: str) -> Program:
    try:
        joined = " ".join(shlex.split(source.replace("\\\n", " "), comments=True))
    except ValueError:
        joined = source
    scripts = SCRIPT_RUN.findall(joined)
    return Program(scripts[0] if scripts else "", (), tuple(dict.fromkeys(MODULE_RUN.findall(joined))))
