"""The site directories of pyguard's own environment in, the entry points of the group `pyguard` out.

importlib.metadata would cost 45 ms of a refusal. PYTHONPATH, the working directory and the user site are not
looked at: whoever can write there must not decide what pyguard says.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..installation import LIBRARY, is_packaged

GROUP = b"[pyguard]"
LARGEST = 1024 * 1024


class Found(NamedTuple):
    """An entry point: `module`, and the attribute in it (empty: the module). `error`: why it cannot be read."""

    name: str
    module: str
    attribute: str
    distribution: str
    version: str
    error: str = ""
    directory: str = ""    # of its metadata


def own_directories(prefix: str = "") -> tuple[str, ...]:
    """Where the environment that this very process runs in has its distributions.

    The pyguard of an OS package runs on the distribution's own Python: only what was packed with it counts.
    """
    if is_packaged() and not prefix:
        return (LIBRARY,)
    library = "python{}.{}/site-packages".format(*sys.version_info)
    places = [os.path.join(prefix or sys.prefix, name, library) for name in ("lib64", "lib")]
    return tuple({os.path.realpath(place): place for place in places if os.path.isdir(place)}.values())


def find_plugins(directories: Sequence[str]) -> tuple[Found, ...]:
    """Every entry point of the group, in the order of their distributions' names."""
    return tuple(found for directory in directories for found in _of_directory(directory))


def _of_directory(directory: str) -> Iterator[Found]:
    try:
        names = sorted(os.listdir(directory))
    except OSError as error:
        yield Found(directory, "", "", directory, "", f"it cannot be listed: {error.strerror}")
        return
    for name in names:
        if not name.endswith((".dist-info", ".egg-info")):
            continue
        distribution, _, version = name.rpartition(".")[0].partition("-")
        try:
            with open(f"{directory}/{name}/entry_points.txt", "rb") as file:
                data = file.read(LARGEST)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            yield Found(distribution, "", "", distribution, version, f"entry_points.txt: {error.strerror}")
            continue
        if GROUP in data.replace(b" ", b""):
            yield from _read(data, distribution, version, f"{directory}/{name}")


def _read(data: bytes, distribution: str, version: str, metadata: str) -> Iterator[Found]:
    """The format of entry points: packaging.python.org, "Entry points specification"."""
    import configparser

    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str    # type: ignore[assignment, method-assign]  # names keep their case
    try:
        parser.read_string(data.decode("utf-8"))
        entries = parser.items(GROUP.decode()[1:-1])
    except (configparser.Error, UnicodeDecodeError) as error:
        reason = str(error).split("\n")[0]
        yield Found(distribution, "", "", distribution, version, f"entry_points.txt is not understood: {reason}")
        return
    for name, value in entries:
        module, _, attribute = value.partition("[")[0].partition(":")
        yield Found(name, module.strip(), attribute.strip(), distribution, version, directory=metadata)


def requirement_of(found: Found) -> str:
    """What pip is told to install it anew: its version, or where it came from (PEP 610)."""
    import json

    try:
        with open(f"{found.directory}/direct_url.json", encoding="utf-8") as file:
            origin = json.load(file)
        if origin.get("dir_info", {}).get("editable"):
            return f"-e {origin['url']}"
        return f"{found.distribution} @ {origin['url']}"
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return f"{found.distribution}=={found.version}"    # from an index
