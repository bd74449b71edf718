"""An ELF file -> what it needs and what it provides; a program -> the libraries it would load, with what they lack.

Nothing is executed: DT_NEEDED, symbol version needs and definitions are read (ELF gABI, ld.so(8), and the GNU
symbol versioning of LSB core, chapter 10.7).
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Optional, TypeVar

from ..host import Host

LIMIT = 512 * 1024 * 1024
MAX_LIBRARIES = 400
_Read = TypeVar("_Read")
STANDARD = ("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib")
CONFIGURATION = "/etc/ld.so.conf"
CONFIGURATION_DIRECTORY = "/etc/ld.so.conf.d"
SMALL = 64 * 1024


class Elf(NamedTuple):
    """`requires`: for each library the versions asked of it; `provides`: the versions it defines."""

    machine: tuple[int, str]
    needed: tuple[str, ...] = ()
    runpath: tuple[str, ...] = ()
    requires: Mapping[str, tuple[str, ...]] = {}
    provides: frozenset[str] = frozenset()


class Symbols(NamedTuple):
    """`wanted`: for each library the symbols asked of it by version; `exported`: the names it has."""

    wanted: Mapping[str, tuple[str, ...]]
    exported: frozenset[str]


class Lack(NamedTuple):
    """A library that would be loaded, and what `needed_by` misses in it."""

    library: str
    needed_by: str
    missing: tuple[str, ...]


class Loader:
    """Reads each file once. `standard`: the directories of ld.so.conf and the built-in ones."""

    def __init__(self, host: Host, standard: Sequence[str]) -> None:
        self.host = host
        self.standard = tuple(standard)
        self.known: dict[str, Optional[Elf]] = {}

    def read(self, path: str) -> Optional[Elf]:
        """None for what is no ELF file, or cannot be read."""
        if path not in self.known:
            self.known[path] = read_elf(self.host, path)
        return self.known[path]

    def lacks(self, program: str, first: Sequence[str], preloaded: Sequence[str] = ()) -> Iterator[Lack]:
        """What would be missing in libraries that come from the directories in `first` or are preloaded."""
        start = self.read(program)
        if start is None:
            return
        loaded: dict[str, str] = {}
        waiting = [(program, start)]
        for path in preloaded:
            found = self.read(path)
            if found is not None and found.machine == start.machine:
                waiting.append((path, found))
        while waiting and len(loaded) < MAX_LIBRARIES:
            needer, elf = waiting.pop(0)
            for name in elf.needed:
                fresh = name not in loaded
                path = loaded.get(name) or self.locate(name, start, elf, first)
                loaded[name] = path
                library = self.read(path) if path else None
                if library is None:
                    if needer in preloaded or posixpath.dirname(needer) in first:
                        yield Lack(needer, needer, (f"{name}, which is nowhere",))
                    continue
                if posixpath.dirname(path) in first:
                    missing = self._missing(needer, elf, path, library, name)
                    if missing:
                        yield Lack(path, needer, missing)
                if fresh:
                    waiting.append((path, library))

    def locate(self, name: str, start: Elf, needer: Elf, first: Sequence[str]) -> str:
        """As ld.so(8) looks; a library of another machine is passed by. Empty where there is none."""
        if "/" in name:
            return name
        for directory in (*first, *needer.runpath, *self.standard):
            path = f"{directory}/{name}"
            if self.host.is_file(path):
                found = self.read(path)
                if found is not None and found.machine == start.machine:
                    return path
        return ""

    def _missing(self, needer: str, needs: Elf, path: str, library: Elf, name: str) -> tuple[str, ...]:
        """Versions; where the library has none at all, ld.so goes by the names of the symbols."""
        if library.provides:
            return tuple(version for version in needs.requires.get(name, ()) if version not in library.provides)
        wanted, found = read_symbols(self.host, needer), read_symbols(self.host, path)
        return tuple(symbol for symbol in wanted.wanted.get(name, ()) if symbol not in found.exported)


def read_elf(host: Host, path: str) -> Optional[Elf]:
    """None for what is no ELF file for Linux, is damaged, or cannot be read."""
    return _parse(host, path, lambda file: _describe(file, posixpath.dirname(path)))


def read_symbols(host: Host, path: str) -> Symbols:
    """Slow: thousands of entries. None at all for what cannot be read."""
    return _parse(host, path, _symbols) or Symbols({}, frozenset())


def _parse(host: Host, path: str, read: Callable[[Any], _Read]) -> Optional[_Read]:
    from elftools.common.exceptions import ELFError
    from elftools.elf.elffile import ELFFile

    try:
        data = host.read_bytes(path, LIMIT)
        return read(ELFFile(io.BytesIO(data))) if data[:4] == b"\x7fELF" else None
    except (OSError, ELFError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None    # pyelftools raises all of these for files that were cut or forged


def _describe(file: Any, origin: str) -> Elf:
    dynamic = file.get_section_by_name(".dynamic")
    machine = (file.elfclass, str(file.header["e_machine"]))
    if dynamic is None:
        return Elf(machine)
    needed, paths = [], []
    for tag in dynamic.iter_tags():
        if tag.entry.d_tag == "DT_NEEDED":
            needed.append(tag.needed)
        elif tag.entry.d_tag in ("DT_RUNPATH", "DT_RPATH"):
            text = tag.runpath if tag.entry.d_tag == "DT_RUNPATH" else tag.rpath
            paths += [part.replace("$ORIGIN", origin).replace("${ORIGIN}", origin) for part in text.split(":")]
    section = file.get_section_by_name(".gnu.version_r")
    requires = {need.name: tuple(entry.name for entry in versions if not entry["vna_flags"] & 2)    # VER_FLG_WEAK
                for need, versions in (section.iter_versions() if section else ())}
    return Elf(machine, tuple(needed), tuple(path for path in paths if path.startswith("/")), requires,
               _provided(file))


def _provided(file: Any) -> frozenset[str]:
    section = file.get_section_by_name(".gnu.version_d")
    return frozenset(next(iter(entries)).name for _, entries in section.iter_versions()) if section else frozenset()


def _symbols(file: Any) -> Symbols:
    section = file.get_section_by_name(".gnu.version_r")
    names = {entry["vna_other"]: need.name for need, entries in (section.iter_versions() if section else ())
             for entry in entries}
    table, versions = file.get_section_by_name(".dynsym"), file.get_section_by_name(".gnu.version")
    if table is None:
        return Symbols({}, frozenset())
    wanted: dict[str, list[str]] = {}
    exported = set()
    for index, symbol in enumerate(table.iter_symbols()):
        if symbol["st_shndx"] != "SHN_UNDEF":
            exported.add(symbol.name)
        elif versions is not None and symbol["st_info"]["bind"] != "STB_WEAK":
            number = versions.get_symbol(index)["ndx"]
            library = names.get(number) if isinstance(number, int) else None
            if library:
                wanted.setdefault(library, []).append(symbol.name)
    return Symbols({name: tuple(found) for name, found in wanted.items()}, frozenset(exported))


class Configured(NamedTuple):
    """A directory that ld.so.conf adds to the search, with the line that does it."""

    directory: str
    where: str


def configured_directories(host: Host) -> tuple[Configured, ...]:
    """/etc/ld.so.conf and its directory, in the order in which ldconfig reads them (ldconfig(8))."""
    files = [CONFIGURATION]
    try:
        files += [f"{CONFIGURATION_DIRECTORY}/{name}" for name in host.list(CONFIGURATION_DIRECTORY)
                  if name.endswith(".conf")]
    except OSError:
        pass    # musl has no such directory
    found = []
    for path in files:
        try:
            lines = host.read_text(path, SMALL).split("\n")
        except OSError:
            continue
        for number, line in enumerate(lines, 1):
            text = line.split("#")[0].strip()
            if text.startswith("/"):
                found.append(Configured(posixpath.normpath(text), f"{path}:{number}"))
    return tuple(found)


def standard_directories(host: Host) -> tuple[str, ...]:
    """Those the distribution itself configures, then the built-in ones; what is not there is left out."""
    own = (each.directory for each in configured_directories(host) if each.directory.startswith(("/usr/lib", "/lib")))
    return tuple(path for path in dict.fromkeys((*own, *STANDARD)) if host.is_dir(path))
