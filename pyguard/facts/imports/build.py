"""A host, an interpreter's directories and an index of requesters in, `Closures` out: every file is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Optional

from ...host import Host
from . import MOST_SUBMODULES, Closures, Question
from .entry import NOTHING, Program, read_program
from .finder import Finder
from .graph import Builder
from .ground import Ground, lay_ground
from .inputs import Inputs, read_entry_points, read_inputs
from .store import Store

LIMIT = 256 * 1024    # of a script that is looked at for the directories it adds


def build_closures(host: Host, question: Question, *, cache: Sequence[str], name: str, uid: int, workers: int,
                   progress: Optional[Callable[[int, int], None]]) -> tuple[Closures, Ground]:
    """Summaries of files that have not changed come from the cache."""
    store = make_store(host, question, workers, progress)
    store.load(cache, name, uid)
    inputs = read_inputs(host, question)
    builder = make_builder(host, question, inputs, store)
    starts: dict[str, Sequence[str]] = {}
    for path in inputs.programs:
        add_program(host, builder, path, starts)
    for package, modules in inputs.libraries:
        builder.add_modules(package, modules, MOST_SUBMODULES)
        starts[package] = [package]
    _add_others(builder, question.interpreter.stdlib, inputs, starts)
    try:
        builder.run()
    finally:
        store.close()
    store.save(cache, name, uid)
    return (Closures(builder.nodes, builder.edges, starts),
            lay_ground(host.root, [*builder.nodes, *inputs.programs], builder.listings(), inputs.digest(question)))


def make_store(host: Host, question: Question, workers: int = 1,
               progress: Optional[Callable[[int, int], None]] = None) -> Store:
    """For the syntax of the interpreter's version."""
    version = tuple(int(part) for part in question.interpreter.minor.split(".") if part.isdigit())
    return Store(host.root, (version[0], version[1]) if len(version) > 1 else (3, 11), workers, progress)


def make_builder(host: Host, question: Question, inputs: Inputs, store: Store) -> Builder:
    """An empty graph."""
    return Builder(Finder(_directories(question), root=host.root), inputs.entry_points, store.get)


def add_program(host: Host, builder: Builder, path: str, starts: dict[str, Sequence[str]]) -> None:
    """Nothing where it neither is nor starts Python."""
    program = _program(host, path)
    if program == NOTHING:
        return
    if program.entry_points and program.directories:    # its distribution lies beside it
        builder.know(read_entry_points(host, program.directories))
    builder.add(path, program)
    starts[path] = list(dict.fromkeys(filter(None, (program.script, path))))


def _add_others(builder: Builder, stdlib: str, inputs: Inputs, starts: dict[str, Sequence[str]]) -> None:
    """OS packages with modules in no site directory, and those whose programs have the interpreter inside.

    Such a program's own imports cannot be read: it is taken for one that imports what its package depends on.
    """
    for package, paths in inputs.outside.items():
        for path in paths:
            directory, _, name = path.removesuffix(".py").rpartition("/")
            builder.add_module(package, name, () if directory == stdlib else (directory,))
        starts.setdefault(package, [package])
    for package, modules in inputs.embedders.items():
        builder.add_modules(package, modules, MOST_SUBMODULES)
        starts.setdefault(package, [package])


def _directories(question: Question) -> list[str]:
    """sys.path as a program finds it: what PYTHONPATH adds, the standard library, the site directories."""
    stdlib = question.interpreter.stdlib
    first = [site.path for site in question.sites if site.scheme == "pythonpath"]
    return [*first, stdlib, f"{stdlib}/lib-dynload",
            *(site.path for site in question.sites if site.scheme != "pythonpath")]


def _program(host: Host, path: str) -> Program:
    try:
        if host.read_bytes(path, 2) != b"#!":
            return NOTHING
        real = host.realpath(path)
        return read_program(real, host.read_text(real, LIMIT))
    except OSError:
        return NOTHING
