"""Files that say what an environment is (pyvenv.cfg, EXTERNALLY-MANAGED, conda-meta) -> their content."""

from __future__ import annotations

import os

from ..host import Host
from ..model.facts import ExternallyManaged
from ..model.late_pattern import late

SMALL = 256 * 1024    # bytes; nothing read here is longer unless somebody plays with us
_SECTION = late(r"\[(?P<name>[^]]+)\]")
_CONDA_PYTHON = late(r"^python-(\d+\.\d+[^-]*)-[^-]+\.json$")
_CONDA_ITSELF = late(r"^conda-\d[^-]*-[^-]+\.json$")


def read_pyvenv_cfg(text: str) -> tuple[tuple[str, str], ...]:
    """Keys in lower case with their values, as site.py reads them: split at the first `=`."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return tuple((key.strip().lower(), value.strip()) for key, _, value in pairs)


def find_pyvenv_cfg(host: Host, path: str) -> str:
    """The pyvenv.cfg that counts for an executable, by the path it is called by.

    site.py looks beside the executable first; where both exist and differ nobody made that by
    a tool. Links are not followed: a link from elsewhere to a venv's python is not the venv.
    """
    directory = os.path.dirname(path)
    for place in (directory, os.path.dirname(directory)):
        candidate = os.path.join(place, "pyvenv.cfg")
        if host.is_file(candidate):
            return candidate
    return ""


def read_externally_managed(host: Host, stdlib: str) -> ExternallyManaged | None:
    """The EXTERNALLY-MANAGED file beside a standard library (PEP 668).

    A file that is broken or cannot be read still counts, as in pip and uv, without a message.
    """
    path = os.path.join(stdlib, "EXTERNALLY-MANAGED")
    if not host.is_file(path):
        return None
    try:
        text = host.read_bytes(path, SMALL).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ExternallyManaged(path)
    return ExternallyManaged(path, parse_error_text(text))


def parse_error_text(text: str) -> str:
    """The value of `Error` in `[externally-managed]`, as configparser reads it (which costs 3 ms)."""
    section, lines, depth = "", None, 0
    for line in text.splitlines():
        body = line.strip()
        indent = len(line) - len(line.lstrip())
        if body.startswith(("#", ";")):
            continue
        if not body:
            if lines is not None:
                lines.append("")
            continue
        if lines is not None and indent > depth:
            lines.append(body)
            continue
        if lines is not None:
            break
        heading = _SECTION.match(body)
        if heading:
            section = heading["name"]
            continue
        key, value = _split_option(body)
        if section == "externally-managed" and key == "error":
            lines, depth = [value], indent
    return "\n".join(lines or ()).rstrip()


def _split_option(body: str) -> tuple[str, str]:
    key, _, value = body.partition(min(("=", ":"), key=lambda mark: body.find(mark) % (len(body) + 1)))
    return key.strip().lower(), value.strip()


def read_conda_marks(host: Host, prefix: str) -> tuple[str, ...]:
    """What conda-meta says: `history`, `pixi`, `frozen`, `record`, `conda`, `python=3.10.14`; else nothing.

    A conda-meta with neither a history nor a package record is not conda's.
    """
    try:
        names = host.list(os.path.join(prefix, "conda-meta"))
    except OSError:
        return ()    # the usual case: no such directory
    marks: list[str] = [name for name in ("history", "pixi", "frozen") if name in names]
    if any(name.endswith(".json") for name in names):
        marks.append("record")
    if any(_CONDA_ITSELF.match(name) for name in names):
        marks.append("conda")
    marks.extend(f"python={found[1]}" for found in map(_CONDA_PYTHON.match, names) if found)
    return tuple(marks) if {"history", "pixi", "record"} & set(marks) else ()
