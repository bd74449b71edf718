"""Puppet manifests: `exec`, packages whose provider is pip, and puppet-python's types, which a host gets as root."""

from __future__ import annotations

import re

from ...model.late_pattern import late
from ..circumstances import Reading
from ..shell.state import State
from .configured import Configured, fixed, pinned, take_variables, user_of
from .puppet_text import Manifest, Resource
from .repository import FileText, Repository

KIND = "puppet"
WHO = "puppet runs it on a host, as root"
RESOURCE = late(r"(?<![\w:$.])(package|exec|file|python::pip|python::requirements)\s*\{")
ENSURED = late(r"(?<![\w:$.])ensure_packages\s*\(")
PIP = late(r"pip[23]?$")
PASCAL = late(r"^[ \t]*(?:unit|program)[ \t]+\w+[ \t]*;", re.M | re.I)
GONE = frozenset(("absent", "purged"))


def claims(path: str, head: str) -> bool:
    """By the name; Pascal's units have the same."""
    return path.endswith(".pp") and PASCAL.search(head) is None


def read(file: FileText, repository: Repository) -> Reading:
    """All its resources, those of the branches that are for Windows left out."""
    manifest = Manifest(file.text, file.path)
    run = Configured(file.path, repository, WHO)
    reader = _Resources(manifest, run)
    for resource in manifest.resources(RESOURCE):
        state = run.state(manifest.condition(resource.title.start))
        if state is not None:
            reader.read(resource, state)
    for match in ENSURED.finditer(manifest.masked):
        state = run.state(manifest.condition(match.start()))
        if state is not None:
            reader.ensured(match.end() - 1, state)
    return Reading(tuple(run.shell.found), (), tuple(run.shell.calls))


class _Resources:
    def __init__(self, manifest: Manifest, run: Configured) -> None:
        self.manifest = manifest
        self.run = run

    def read(self, resource: Resource, state: State) -> None:
        """What one resource does."""
        if resource.sort == "exec":
            self._exec(resource, state)
        elif resource.sort == "file":
            self._file(resource, state)
        elif resource.sort == "package":
            self._package(resource, state)
        else:
            self._of_module(resource, state)

    def ensured(self, opening: int, state: State) -> None:
        """`ensure_packages([names], {'provider' => 'pip'})`."""
        given = list(self.manifest.split(opening + 1, self.manifest.end_of(opening), ","))
        at = [self.manifest.masked.find("{", each.start, each.end) for each in given[1:2]]
        said = self.manifest.pairs(at[0] + 1, self.manifest.end_of(at[0])) if at and at[0] >= 0 else {}
        if PIP.match(said.get("provider", "")):
            words = ["uninstall", "-y"] if said.get("ensure") in GONE else ["install"]
            self.run.pip("", [*words, *self.manifest.texts(given[0])], self.manifest.literals.line_of(opening), state)

    def _texts(self, resource: Resource, name: str) -> list[str]:
        return self.manifest.texts(resource.said[name]) if name in resource.said else []

    def _text(self, resource: Resource, name: str) -> str:
        return next(iter(self._texts(resource, name)), "")

    def _exec(self, resource: Resource, state: State) -> None:
        user_of(self._text(resource, "user"), state)
        state.cwd = self._text(resource, "cwd")
        because = f"exec, line {resource.line}"
        path = ":".join(self._texts(resource, "path"))
        take_variables({"PATH": path} if path else {}, state, f"{because}: path is {path}")
        given = (each.partition("=") for each in self._texts(resource, "environment"))
        take_variables({name: value for name, equals, value in given if equals}, state, because)
        place = resource.said.get("command", resource.title)
        if "command" in resource.said and self.manifest.masked[place.start:place.start + 1] == "[":
            self.run.run(fixed(self.manifest.texts(place), self.manifest.literals.locate(*place)), state)
            return
        for source in self.manifest.sources(place):
            self.run.run(source, state.copy())

    def _package(self, resource: Resource, state: State) -> None:
        provider, ensured = self._text(resource, "provider"), self._text(resource, "ensure")
        names = self._texts(resource, "name") or self.manifest.texts(resource.title)
        if PIP.match(provider):
            self._pip(self._text(resource, "command") or ("pip2" if provider == "pip2" else ""), names, ensured,
                      "install_options", resource, state)
        elif "provider" not in resource.said:
            self.run.emit(["package", "remove" if ensured in GONE else "install", *names], resource.line, state)

    def _of_module(self, resource: Resource, state: State) -> None:
        """puppet-python's own types; without `virtualenv` it is the host's."""
        own = self._text(resource, "virtualenv")
        own = "" if own == "system" else own
        provider = self._text(resource, "pip_provider")
        own = own if own or not provider.startswith("/") else provider
        if own.startswith("$"):
            return    # an environment, whatever it is called
        user_of(self._text(resource, "owner"), state)
        title = self.manifest.texts(resource.title)
        if resource.sort == "python::requirements":
            self.run.pip(own, ["install", "-r", (self._texts(resource, "requirements") or title or ["$unknown"])[0]],
                         resource.line, state)
        else:
            self._pip(own, self._texts(resource, "pkgname") or title, self._text(resource, "ensure"), "install_args",
                      resource, state)

    def _pip(self, own: str, names: list[str], ensured: str, options: str, resource: Resource, state: State) -> None:
        if ensured in GONE:
            self.run.pip(own, ["uninstall", "-y", *names], resource.line, state)
            return
        said = [word for each in self._texts(resource, options) for word in each.split()]
        self.run.pip(own, ["install", *said, *(pinned(name, ensured) for name in names)], resource.line, state)

    def _file(self, resource: Resource, state: State) -> None:
        ensured, target = self._text(resource, "ensure"), self._text(resource, "target")
        paths = self._texts(resource, "path") or self.manifest.texts(resource.title)
        for path in paths:
            if ensured == "absent":
                self.run.emit(["rm", path], resource.line, state)
            elif target or ensured.startswith("/"):
                self.run.emit(["ln", "-s", target or ensured, path], resource.line, state)
