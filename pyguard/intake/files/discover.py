"""Paths become the files below them: .gitignore respected, links not followed, in a stable order."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Optional

from ...host import Host
from ...model.report import NotChecked
from .tree_walk import HIDDEN, INSTALLED, is_environment, walk

if TYPE_CHECKING:    # only who has a .gitignore or excludes something pays
    from .git_ignore import IgnoreLines

IGNORE = ".gitignore"
MAX_IGNORE = 1024 * 1024    # bytes of one

SUFFIXES = frozenset((
    "", ".sh", ".bash", ".zsh", ".ksh", ".bats", ".yml", ".yaml", ".json", ".mk", ".service", ".cron", ".crontab",
    ".conf", ".toml", ".env", ".ini", ".cfg", ".py", ".dockerfile", ".docker", ".containerfile", ".just",
    ".justfile", ".groovy", ".pip", ".tpl", ".tftpl", ".tmpl", ".template", ".tf", ".hcl",
    ".jenkinsfile", ".vagrantfile", ".makefile", ".j2", ".in", ".txt", ".ini", ".condarc", ".bashrc", ".profile",
    ".postinst", ".preinst", ".postrm", ".prerm", ".def", ".recipe", ".ks", ".spec", ".config", ".chroot", ".erb",
    ".seed", ".preseed", ".rb", ".pp", ".sls"))
DOCUMENTS = frozenset((".md", ".markdown", ".rst", ".mdx"))
FORGE_NAMES = ("dockerfile", "containerfile", "makefile", "jenkinsfile", "vagrantfile", "justfile", "singularity")

# Programs that describe machines, as a directory shows that has one of these files, or such a name
PROGRAMS = (".ts", ".js")
OF_PROGRAMS = frozenset(("Pulumi.yaml", "Pulumi.yml", "cdk.json", "cdktf.json"))
FOR_PROGRAMS = frozenset(("pulumi", "cdk", "cdktf"))


class Found(NamedTuple):
    """Paths relative to the top, each once, and what on the way to them could not be read."""

    names: tuple[str, ...]
    not_read: tuple[NotChecked, ...]


def find_files(host: Host, top: str, paths: Sequence[str], documents: bool,
               exclude: Sequence[str] = (), as_found: bool = False) -> Found:
    """What is named is always looked at, unless `as_found`; below a directory, what may be read."""
    search = _Search(host, top, documents, exclude)
    names: dict[str, None] = {}
    for path in paths:
        full = os.path.normpath(os.path.join(top, path))
        relative = os.path.relpath(full, top)
        is_dir = host.is_dir(full)
        if as_found and search.is_passed_over(relative, is_dir):
            continue
        names.update(dict.fromkeys(search.below(full) if is_dir else (relative,)))
    return Found(tuple(names), tuple(dict.fromkeys(search.not_read)))


def could_be_read(name: str, documents: bool) -> bool:
    """Whether some kind might claim a file of that name."""
    lower = os.path.basename(name).lower()
    suffix = os.path.splitext(lower)[1]
    return suffix in SUFFIXES or (documents and suffix in DOCUMENTS) or any(word in lower for word in FORGE_NAMES)


class _Search:
    """One walk over a repository. `not_read` grows with every directory that cannot be listed."""

    def __init__(self, host: Host, top: str, documents: bool, exclude: Sequence[str]) -> None:
        self.host = host
        self.top = top
        self.documents = documents
        self.not_read: list[NotChecked] = []
        self.programs: list[str] = []    # below which programs describe machines
        self.environments: dict[str, bool] = {}    # the folders above files that were named
        self.excluded = _excluded(exclude) if exclude else None
        # By directory (`a/b/`, the top is empty): the .gitignore files that speak of it, the nearest first,
        # each with the number of bytes that its own directory takes of a path
        self.ignoring: dict[str, tuple[tuple[int, IgnoreLines], ...]] = {}

    def below(self, directory: str) -> Iterator[str]:
        """Every file that may be read and that nothing leaves out."""
        relative = os.path.relpath(directory, self.top)
        start = "" if relative == "." else f"{relative}/"

        def failed(inside: str, error: OSError) -> None:
            self._note((start + inside).rstrip("/") or ".", "cannot be listed", error)

        self._enter_above(start)
        for found in walk(self.host.locate(directory), failed):
            prefix = start + found.inside
            self._enter(prefix, IGNORE in found.names)
            if not OF_PROGRAMS.isdisjoint(found.names) or os.path.basename(prefix.rstrip("/")) in FOR_PROGRAMS:
                self.programs.append(prefix)
            found.folders[:] = [name for name in found.folders if not self._is_left_out(prefix, name, True)]
            for name in sorted(found.names):
                if name != IGNORE and (could_be_read(name, self.documents) or self._is_program(prefix, name)) \
                        and name not in found.links and not self._is_left_out(prefix, name, False):
                    yield prefix + name

    def _is_program(self, prefix: str, name: str) -> bool:
        return bool(self.programs) and name.endswith(PROGRAMS) and not name.endswith(".d.ts") \
            and prefix.startswith(tuple(self.programs))

    def is_passed_over(self, path: str, is_dir: bool) -> bool:
        """Whether a path that is named would not be found from the top: for what it is, or by the settings."""
        parts = path.split("/")
        if not HIDDEN.isdisjoint(parts) or not (is_dir or could_be_read(path, self.documents)):
            return True
        if any(name in INSTALLED and self._is_environment("/".join(parts[:count]))
               for count, name in enumerate(parts) if count):
            return True
        return self.excluded is not None and any(
            self.excluded.decide(os.fsencode("/".join(parts[:count])), is_dir or count < len(parts))
            for count in range(1, len(parts) + 1))

    def _is_environment(self, folder: str) -> bool:
        if folder not in self.environments:
            try:
                names = self.host.list(f"{self.top}/{folder}")
            except OSError:
                names = ()
            self.environments[folder] = is_environment(folder, names, names)
        return self.environments[folder]

    def _is_left_out(self, prefix: str, name: str, is_dir: bool) -> bool:
        ignoring = self.ignoring[prefix]
        if self.excluded is None and not ignoring:
            return False
        path = os.fsencode(prefix + name)
        if self.excluded is not None and self.excluded.decide(path, is_dir):
            return True
        for length, lines in ignoring:
            decision = lines.decide(path[length:], is_dir)
            if decision is not None:
                return decision
        return False

    def _enter_above(self, prefix: str) -> None:
        """Also what stands in the directories from the top down to the one where a search begins."""
        if not prefix.startswith("../"):
            for count, character in enumerate(f"/{prefix}"):
                if character == "/":
                    self._enter(prefix[:count], self.host.exists(f"{self.top}/{prefix[:count]}{IGNORE}"))

    def _enter(self, prefix: str, has_own: bool) -> None:
        if prefix in self.ignoring:
            return
        above = prefix[:prefix[:-1].rfind("/") + 1]
        outside = prefix.startswith("../") and not above
        inherited = self.ignoring.get(above, ()) if prefix and not outside else ()
        own = self._read(prefix + IGNORE) if has_own else None
        self.ignoring[prefix] = inherited if own is None else ((len(os.fsencode(prefix)), own), *inherited)

    def _read(self, name: str) -> Optional[IgnoreLines]:
        full = f"{self.top}/{name}"
        if self.host.is_link(full):
            self.not_read.append(NotChecked(name, "a link, which git does not follow: nothing is ignored by it"))
            return None
        try:
            data = self.host.read_bytes(full, MAX_IGNORE + 1)
        except OSError as error:
            self._note(name, "cannot be read", error)
            return None
        if len(data) > MAX_IGNORE:
            self.not_read.append(NotChecked(name, f"larger than {MAX_IGNORE // 1024} KiB: nothing is ignored by it"))
            return None
        from .git_ignore import IgnoreLines, split_lines

        return IgnoreLines(split_lines(data))

    def _note(self, name: str, what: str, error: OSError) -> None:
        self.not_read.append(NotChecked(name, f"{what}: {error.strerror or error}"))


def _excluded(patterns: Sequence[str]) -> IgnoreLines:
    from .git_ignore import IgnoreLines

    return IgnoreLines(map(os.fsencode, patterns))
