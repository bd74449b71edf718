"""What the plays that run a role or include a list of tasks say for it: module_defaults, environment, vars."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ...model.late_pattern import late
from .ansible_macs import is_mac_play
from .repository import Repository
from .yaml_nodes import YamlError, compose_all, is_mapping, is_sequence, items, mapping, strings, text_of

IN_ROLE = late(r"(?:^|/)roles/([^/]+)/(?:tasks|handlers)/")
NO_PLAYBOOK = late(r"(?:^|/)(?:roles|tasks|handlers|defaults|vars|(?:group|host)_vars|meta|templates|files|\.\w[^/]*)/")
SAYS = late(r"^[ \t-]*(?:module_defaults|environment|vars)[ \t]*:", re.M)
PLAY = late(r"^[ \t]*-?[ \t]*hosts[ \t]*:", re.M)
OF_MACS = late(r"brew|\b(?:mas|mac|osx|macos)\b")
HOST = "macos"    # the play that says so
LISTS = ("pre_tasks", "tasks", "post_tasks", "handlers", "block", "rescue", "always")
MAX_PLAYBOOKS = 300
MAX_DEPTH = 8


class Said(NamedTuple):
    """What holds for a file in every play that leads to it."""

    defaults: dict[str, str]
    environment: dict[str, str]
    variables: dict[str, str]
    host: dict[str, str]


def said_by_plays(path: str, repository: Repository) -> Said:
    """Nothing where no play here is known to run the file, or where they do not agree."""
    index: dict[str, list[Said]] | None = repository.cache.get("plays")
    if index is None:
        index = repository.cache["plays"] = {}
        for name, said in _leading(repository):
            index.setdefault(name, []).append(said)
    role = IN_ROLE.search(path)
    found = index.get(f"role {role.group(1)}" if role else os.path.normpath(path), [])
    return Said(*(_agreed([said[index] for said in found]) for index in range(4)))


def _pip_defaults(node: Any) -> dict[str, str]:
    return {key: value for name, given in mapping(node).items() if name.rsplit(".", 1)[-1] == "pip"
            for key, value in strings(given).items()}


def _agreed(given: list[dict[str, str]]) -> dict[str, str]:
    first = given[0] if given else {}
    return {name: value for name, value in first.items() if all(each.get(name) == value for each in given[1:])}


def _leading(repository: Repository) -> Iterator[tuple[str, Said]]:
    """Each role and each included file with what a play says; nothing is parsed where no playbook says anything."""
    texts = {path: text for path in repository.listing("yaml")[:MAX_PLAYBOOKS]
             if not NO_PLAYBOOK.search(path) and PLAY.search(text := repository.read(path) or "")}
    if not any(SAYS.search(text) or OF_MACS.search(text) for text in texts.values()):
        return
    for path, text in texts.items():
        try:
            plays = [play for root in compose_all(text) for play in items(root) if is_mapping(play)]
        except YamlError:    # that file is named when it is checked itself
            continue
        for entries in map(mapping, plays):
            said = Said(_pip_defaults(entries.get("module_defaults")), strings(entries.get("environment")),
                        strings(entries.get("vars")), {HOST: path} if is_mac_play(entries) else {})
            for node in items(entries.get("roles")):
                yield _role(text_of(node) or text_of(mapping(node).get("role") or mapping(node).get("name"))), said
            for name in _included(entries, os.path.dirname(path), 0):
                yield name, said


def _included(entries: dict[str, Any], folder: str, depth: int) -> Iterator[str]:
    """The roles and the files of tasks that a play's tasks take in."""
    for key in LISTS:
        for node in items(entries.get(key)) if depth < MAX_DEPTH and is_sequence(entries.get(key)) else ():
            task = mapping(node)
            for name, value in task.items():
                module = name.rsplit(".", 1)[-1]
                if module in ("include_role", "import_role"):
                    yield _role(text_of(mapping(value).get("name")))
                elif module in ("include_tasks", "import_tasks"):
                    yield os.path.normpath(os.path.join(folder, text_of(value) or text_of(mapping(value).get("file"))))
            yield from _included(task, folder, depth + 1)


def _role(name: str) -> str:
    return f"role {name.rstrip('/').rpartition('/')[2]}"
