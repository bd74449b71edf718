"""rpm's answer to one query of all packages in, the installed packages and who owns their Python files out.

Relations and rich dependencies: rpm-dependencies(7) and rpm's manual, "Boolean dependencies".
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Optional

from ...errors import CollectError
from ...host import Host
from ...model.facts import Bound, Gap
from ...model.os_version import PYTHON
from .diversions import merge
from .dpkg import MERGED
from .dpkg_files import RELEVANT
from .interface import Package, PackageSet

PROGRAMS = ("/usr/bin/rpm", "/bin/rpm")
# Below /dev/null there is no .rpmmacros, and no .rpmdb can be made (Debian's rpm does that in HOME).
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/dev/null"}
FORMAT = ("P\\t%{NAME}\\t%{EPOCH}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\t%{SOURCERPM}\\n"
          "[R\\t%{REQUIRENEVRS}\\n][V\\t%{PROVIDES}\\n][F\\t%{FILENAMES}\\n]E\\n")
TIMEOUT = 120.0
CAPABILITY = re.compile(r"python[0-9.]*dist\(.+\)")
_RELATIONS = frozenset({"<", "<=", "=", ">=", ">"})
_CONDITIONS = frozenset({"if", "unless", "else"})


def load_database(host: Host, directory: str) -> PackageSet:
    """Raises CollectError as `rpm.load` says."""
    text = query(host, directory, FORMAT)
    gaps: list[Gap] = []
    packages: dict[str, Package] = {}
    paths: dict[str, list[str]] = {}
    for lines in _records(text):
        package, files = _read_record(lines, gaps)
        other = packages.get(package.name)
        if other is not None:    # another architecture, or another kernel
            more = tuple(group for group in package.depends if group not in other.depends)
            package = Package(package.name, package.version, package.architecture, depends=other.depends + more,
                              provides=tuple(dict.fromkeys(other.provides + package.provides)), source=package.source)
        packages[package.name] = package
        paths.setdefault(package.name, []).extend(files)
    if not packages:
        raise CollectError("package-database-damaged", f"rpm finds no package in {directory}", directory)
    owners = _owners(host, paths)
    resolved = {name: _resolve_files(package, owners) for name, package in packages.items()}
    return PackageSet(resolved, owners, tuple(gaps))


def query(host: Host, directory: str, form: str) -> str:
    """All packages in rpm's query format, by rpm in C, without signatures: 40,000 files take it a second."""
    machine = Host()
    program = next((path for path in PROGRAMS if machine.is_file(path)), "")
    if not program:
        raise CollectError("package-database-unreadable", "the rpm database is read with rpm, which is not here",
                           directory, "install the OS package rpm")
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(_copied(host, directory)) if host.root else directory
        argv = (program, "--dbpath", place, "--nosignature", "--nodigest", "-qa", "--qf", form)
        done = machine.run(argv, ENVIRONMENT, TIMEOUT)
    if done.code:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
        raise CollectError("package-database-damaged", f"rpm cannot read its database: {said}", directory)
    return done.stdout.decode("utf-8", "surrogateescape")


@contextlib.contextmanager
def _copied(host: Host, directory: str) -> Iterator[str]:
    """A copy of a tree's database: even a reader writes beside it (SQLite's shared memory, Berkeley's locks)."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="pyguard-rpm-") as place:
        try:
            for name in host.list(directory):
                if host.is_file(f"{directory}/{name}") and not host.is_link(f"{directory}/{name}"):
                    shutil.copyfile(host.locate(f"{directory}/{name}"), os.path.join(place, name))
        except OSError as error:
            raise CollectError("package-database-unreadable", f"{directory} cannot be read: {error}",
                               directory) from error
        yield place


def _records(text: str) -> Iterator[list[list[str]]]:
    """The lines of each package, split at their tabs; an answer that breaks off is an error."""
    lines: list[list[str]] = []
    for line in text.split("\n"):
        if line == "E":
            yield lines
            lines = []
        elif line:
            lines.append(line.split("\t"))
    if lines:
        raise CollectError("package-database-truncated", "rpm's answer breaks off in the middle of a package")


def _read_record(lines: list[list[str]], gaps: list[Gap]) -> tuple[Package, list[str]]:
    head = lines[0] if lines else []
    if len(head) != 7 or head[0] != "P" or any(len(line) < 2 for line in lines):
        raise CollectError("package-database-damaged", f"rpm's answer is not understood: {head[:2]}")
    name, version = head[1], f"{head[3]}-{head[4]}"
    if head[2] not in ("(none)", "0"):
        version = f"{head[2]}:{version}"
    depends: list[tuple[Bound, ...]] = []
    for text in dict.fromkeys(line[1] for line in lines if line[0] == "R"):
        groups = parse_dependency(text)
        if groups is None:
            gaps.append(Gap(name, f"its dependency {text!r} is not understood"))
        depends += groups or ()
    files = "\n".join("\t".join(line[1:]) for line in lines if line[0] == "F").encode("utf-8", "surrogateescape")
    return (Package(name, version, head[5], depends=tuple(depends),
                    provides=tuple(dict.fromkeys(line[1] for line in lines if line[0] == "V")),
                    source=re.sub(r"-[^-]+-[^-]+\.(?:src|nosrc)\.rpm$", "", head[6])),
            [path.decode("utf-8", "surrogateescape") for path in RELEVANT.findall(files)])


def parse_dependency(text: str) -> Optional[tuple[tuple[Bound, ...], ...]]:
    """Or-groups of one requirement; None when it is not understood.

    A rich one with a condition (`A if B`) proves no need: it has none.
    """
    if not text.startswith("("):
        bound = _parse_bound(text)
        return ((bound,),) if bound else None
    inner, operators = _split_rich(text)
    if inner is None:
        return None
    if operators & _CONDITIONS:
        return ()
    parts = [parse_dependency(part) for part in inner]
    known = [part for part in parts if part is not None]
    if len(known) != len(parts) or len(operators) > 1:
        return None
    if operators == {"or"}:
        return (tuple(bound for part in known for group in part for bound in group),)
    return tuple(group for part in known for group in part)    # and, with: all of them; without: the first


def _split_rich(text: str) -> tuple[Optional[list[str]], set[str]]:
    """Operands and operators one level down."""
    if not text.endswith(")"):
        return None, set()
    parts, operators, depth = [""], set(), 0
    for word in text[1:-1].split(" "):
        if depth == 0 and word in ("and", "or", "with", "without", *_CONDITIONS):
            operators.add(word)
            parts.append("")
            continue
        depth += word.count("(") - word.count(")")
        parts[-1] = f"{parts[-1]} {word}".strip()
    if "without" in operators:
        parts = parts[:1]
    return (parts if depth == 0 and all(parts) else None), operators


def _parse_bound(text: str) -> Optional[Bound]:
    words = text.split(" ")
    scheme = PYTHON if CAPABILITY.fullmatch(words[0]) else "rpm"
    if len(words) == 1 and words[0]:
        return Bound(words[0], scheme=scheme)
    if len(words) == 3 and words[1] in _RELATIONS and all(words):
        return Bound(words[0], words[1], words[2], scheme)
    return None


def _owners(host: Host, paths: dict[str, list[str]]) -> dict[str, str]:
    """A path that several packages list belongs to none of them."""
    merged = [path for path in MERGED if host.is_link(path)]
    owners: dict[str, str] = {}
    shared: set[str] = set()
    for package, files in paths.items():
        for path in files:
            path = merge(path, merged)
            if owners.setdefault(path, package) != package:
                shared.add(path)
    for path in shared:
        del owners[path]
    return owners


def _resolve_files(package: Package, owners: dict[str, str]) -> Package:
    """`/usr/bin/python3` as a dependency is one on the package that owns it."""
    depends = tuple(
        tuple(Bound(owners[bound.package], scheme="rpm") if bound.package in owners else bound for bound in group)
        for group in package.depends)
    return Package(package.name, package.version, package.architecture, depends=depends, provides=package.provides,
                   source=package.source)
