"""What COPY, ADD and bind mounts have put into an image: a path in the image becomes paths of the repository."""

from __future__ import annotations

import os
import re

from ...model.late_pattern import late
from .repository import Repository

MOUNT = late(r"--mount=(\S+)")
FLAG = late(r"--[\w-]+(?:=\S*)?$")
ON_PATH = ("/usr/local/bin", "/usr/bin", "/bin")
MAX_COPIES = 200


class Copies:
    """Sources and targets in the order of the file; `contexts` are the directories that sources are relative to."""

    def __init__(self, contexts: list[str]) -> None:
        self.contexts = list(dict.fromkeys(os.path.normpath(each) if each else "." for each in contexts))
        self.pairs: list[tuple[str, str]] = []
        self._known: dict[str, bool] = {}    # by bare names, until something else is copied

    def copy(self, words: list[str], cwd: str) -> list[str]:
        """`COPY words`: the last is where the others go, from `cwd` if it is relative. Gives what is there then."""
        operands = [word for word in words if not FLAG.match(word)]
        if len(operands) < 2 or len(self.pairs) > MAX_COPIES:
            return []
        self._known.clear()
        target = operands[-1] if operands[-1].startswith("/") else f"{cwd or '/'}/{operands[-1]}"
        whole = len(operands) > 2 or operands[-1].endswith("/") or operands[-1] in (".", "./")
        for source in operands[:-1]:
            name = os.path.basename(source.rstrip("/"))
            # a file goes into the directory by its name
            into = whole and "." in name and "*" not in name and name not in (".", "..")
            self.pairs.append((source, os.path.normpath(f"{target}/{name}" if into else target)))
        return [target for _source, target in self.pairs[1 - len(operands):]]

    def mount(self, text: str, cwd: str) -> None:
        """`RUN --mount=type=bind,source=S,target=T`."""
        for match in MOUNT.finditer(text):
            given = dict(part.partition("=")[::2] for part in match.group(1).split(","))
            target = given.get("target") or given.get("dst") or given.get("destination") or ""
            if given.get("type", "bind") == "bind" and target and "from" not in given:
                self.copy([given.get("source") or given.get("src") or ".", target], cwd)

    def programs(self) -> frozenset[str]:
        """What was copied as a file of that name to where commands are found, or into such a directory."""
        return frozenset(os.path.basename(source if target in ON_PATH else target) for source, target in self.pairs
                         if target in ON_PATH or os.path.dirname(target) in ON_PATH)

    def has(self, path: str, repository: Repository) -> bool:
        """Whether a full path, or a bare name that is found on PATH, is a file of the repository in the image."""
        if path.startswith("/"):
            return bool(self.pairs) and repository.first(self.places(path, "")) is not None
        if "/" in path or not any(folder.startswith(target) for _source, target in self.pairs for folder in ON_PATH):
            return False
        if path not in self._known:
            found = [place for folder in ON_PATH for place in self.places(f"{folder}/{path}", "")]
            self._known[path] = repository.first(found) is not None
        return self._known[path]

    def places(self, path: str, cwd: str) -> list[str]:
        """Where in the repository a path of the image may come from, the likeliest first."""
        full = os.path.normpath(path if path.startswith("/") else f"{cwd or '/'}/{path}")
        found: list[str] = []
        for source, target in reversed(self.pairs):
            if full == target or full.startswith(target.rstrip("/") + "/"):
                rest = full[len(target):].strip("/")
                clean = re.sub(r"[*?].*", "", source)
                if rest == os.path.basename(clean):    # a file whose name has no dot, into a directory
                    found += [f"{context}/{clean}" for context in self.contexts]
                found += [f"{context}/{clean}/{rest}" if rest else f"{context}/{clean}" for context in self.contexts]
            elif "*" in source and os.path.dirname(full) == target:
                found += [f"{context}/{os.path.dirname(source)}/{os.path.basename(full)}" for context in self.contexts]
        return found
