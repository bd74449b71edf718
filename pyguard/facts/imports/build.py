"""A host, an interpreter's directories and an index of requesters in, `Closures` out: every file is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Optional

from ...host import Host
from ...model.facts import RequesterKind
from ..index import Index
from . import MOST_SUBMODULES, Closures, Question
from .entry import NOTHING, Program, read_program
from .finder import Finder
from .graph import Builder
from .store import Store

LIMIT = 256 * 1024    # of a script that is looked at for the directories it adds


def build_closures(host: Host, question: Question, *, cache: Sequence[str], name: str, uid: int, workers: int,
                   progress: Optional[Callable[[int, int], None]]) -> Closures:
    """Summaries of files that have not changed come from the cache."""
    interpreter = question.interpreter
    version = tuple(int(part) for part in interpreter.minor.split(".") if part.isdigit())
    directories = _directories(question)
    finder = Finder(directories, root=host.root)
    store = Store(host.root, (version[0], version[1]) if len(version) > 1 else (3, 11), workers, progress)
    store.load(cache, name, uid)
    builder = Builder(finder, read_entry_points(host, [site.path for site in question.sites]), store.get)
    starts: dict[str, Sequence[str]] = {}
    for path in _programs(host, question.known):
        program = _program(host, path)
        if program != NOTHING:
            if program.entry_points and program.directories:    # its distribution lies beside it
                builder.know(read_entry_points(host, program.directories))
            builder.add(path, program)
            starts[path] = list(dict.fromkeys(filter(None, (program.script, path))))
    for package, modules in _libraries(question):
        builder.add_modules(package, modules, MOST_SUBMODULES)
        starts[package] = [package]
    add_outside(builder, question, starts)
    try:
        builder.run()
    finally:
        store.close()
    store.save(cache, name, uid)
    return Closures(builder.nodes, builder.edges, starts)


def _programs(host: Host, known: Index) -> Iterable[str]:
    """Python scripts; then shell scripts among the commands of OS packages, which may start Python."""
    requesters = (*known.requesters(), *known.programs())
    scripts = [item.name for item in requesters if item.kind is RequesterKind.SCRIPT]
    shell = [command for item in requesters if item.kind is RequesterKind.OS_PACKAGE for command in item.commands
             if command.startswith("/") and command.rpartition(".")[2] != "service"]
    yield from scripts
    yield from (path for path in dict.fromkeys(shell) if path not in scripts and _is_script(host, path))


def _is_script(host: Host, path: str) -> bool:
    try:
        return host.read_bytes(path, 2) == b"#!"
    except OSError:
        return False


def add_outside(builder: Builder, question: Question, starts: dict[str, Sequence[str]]) -> None:
    """OS packages with modules in no site directory, and those whose programs have the interpreter inside.

    Such a program's own imports cannot be read: it is taken for one that imports what its package depends on.
    """
    stdlib, known = question.interpreter.stdlib, question.known
    provided = dict(_libraries(question))
    outside = known.modules_outside()
    for package, paths in outside.items():
        for path in paths:
            directory, _, name = path.removesuffix(".py").rpartition("/")
            own = () if directory == stdlib else (directory,)
            builder.add_module(package, name, own)
        starts.setdefault(package, [package])
    needs = {item.name: item.needs for item in known.requesters() if item.kind is RequesterKind.OS_PACKAGE}
    for package in known.embedders():
        for bound in needs.get(package, ()):
            for name in provided.get(bound.package, ()):
                builder.add_module(package, name, ())
        starts.setdefault(package, [package])


def _directories(question: Question) -> list[str]:
    """sys.path as a program finds it: what PYTHONPATH adds, the standard library, the site directories."""
    stdlib = question.interpreter.stdlib
    first = [site.path for site in question.sites if site.scheme == "pythonpath"]
    return [*first, stdlib, f"{stdlib}/lib-dynload",
            *(site.path for site in question.sites if site.scheme != "pythonpath")]


def _program(host: Host, path: str) -> Program:
    try:
        real = host.realpath(path)
        return read_program(real, host.read_text(real, LIMIT))
    except OSError:
        return Program()


def _libraries(question: Question) -> Iterable[tuple[str, list[str]]]:
    """OS packages that ship modules, with those that lie directly in a site directory."""
    found: dict[str, set[str]] = {}
    for item in question.known.distributions():
        if item.owner is not None and item.owner.name:
            found.setdefault(item.owner.name, set()).update(item.import_names)
    return [(package, sorted(names)) for package, names in sorted(found.items()) if names]


def read_entry_points(host: Host, sites: Sequence[str]) -> dict[str, list[tuple[str, str, str]]]:
    """Group -> distribution, name, `module:attribute`, of all installed distributions (entry_points.txt)."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for site in sites:
        try:
            names = host.list(site)
        except OSError:
            continue
        for name in names:
            if not name.endswith((".dist-info", ".egg-info")):
                continue
            try:
                text = host.read_text(f"{site}/{name}/entry_points.txt", LIMIT)
            except OSError:
                continue
            _read_groups(text, name.partition("-")[0].lower().replace("_", "-"), found)
    return found


def _read_groups(text: str, distribution: str, found: dict[str, list[tuple[str, str, str]]]) -> None:
    group = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            group = line.strip("[] ")
        elif group and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            found.setdefault(group, []).append((distribution, name.strip(), value.strip()))
