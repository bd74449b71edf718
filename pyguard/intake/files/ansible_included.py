"""Files of variables that Ansible picks by a host's facts: `include_vars`, `vars_files`, templates, the first found."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Optional

from ...model.late_pattern import late
from ..shell.directories import VENV_PATH
from .repository import Repository
from .yaml_nodes import YamlError, compose_all, is_mapping, is_sequence, mapping, pairs, strings, text_of, texts

OF_PLACE = late(r"^\{\{\s*(?:role_path|playbook_dir)\s*\}\}/")
TEMPLATE = late(r"\{\{.*?\}\}|\{%.*?%\}")
FILE = late(r"\.ya?ml$")
QUOTED = late(r"['\"]([^'\"{}]+\.ya?ml)['\"]")
KEY_VALUE = late(r"\b(file|dir|name)=(\S+)")
ELSEWHERE = late(r"(?:windows|darwin|macos\w*|freebsd|openbsd)\.ya?ml$", re.I)    # systems that are judged apart
PROGRAM = late(r"(?:(?:/usr)?/bin/)?(pip|python|easy_install)[\d.]*$")
DIRECTORY = late(r"/(?:[^/]+/)*(?!pip|python|easy_install)[^/]+/?$")
ASKS = "include_vars"
MAX_NODES = 5_000
MAX_FILES = 60


def included_variables(roots: Iterable[Any], folders: list[str], repository: Repository,
                       given: Mapping[str, str]) -> dict[str, Optional[str]]:
    """What the files that these tasks may load say alike; None where they say different things.

    `folders` are where such a file is looked for; `given` is what holds where one of them does not name a variable.
    """
    found: dict[str, Optional[str]] = {}
    for task in _asking(roots):
        found.update(agreed(_files(_named_by(task), folders, repository), repository, given))
    return found


def agreed(paths: list[str], repository: Repository, given: Mapping[str, str]) -> dict[str, Optional[str]]:
    """The variables of files one of which is loaded."""
    each = [read_variables(path, repository) for path in paths]
    found: dict[str, Optional[str]] = {}
    for name in {name for variables in each for name in variables}:
        values = {variables[name] for variables in each if name in variables}
        if name in given and not all(name in variables for variables in each if variables):
            values.add(given[name])
        found[name] = _one_kind(sorted(values))
    return found


def _one_kind(values: list[str]) -> Optional[str]:
    kinds = {match.group(1) if (match := PROGRAM.match(value)) else "" for value in values}
    alike = kinds != {""} or all(VENV_PATH.search(value) or DIRECTORY.match(value) for value in values)
    return values[0] if len(values) == 1 or (alike and len(kinds) == 1) else None


def templated_files(names: Iterable[str], folders: list[str], repository: Repository) -> list[str]:
    """The files that a play's `vars_files` may mean where a template is in their names."""
    return _files([name for name in names if "{{" in name], folders, repository)


def role_tasks(role: str, repository: Repository) -> list[Any]:
    """The tasks of a role's files that load variables."""
    known: dict[str, list[Any]] = repository.cache.setdefault("roles that include variables", {})
    if role not in known:
        known[role] = []
        for name in repository.names(f"{role}tasks")[:MAX_FILES]:
            text = (repository.read(f"{role}tasks/{name}") or "") if FILE.search(name) else ""
            known[role] += _composed(text) if ASKS in text else []
    return known[role]


def files_of(stem: str, repository: Repository) -> list[str]:
    """Where Ansible looks for what it calls `main` or `all`: a file of that name, all files of such a directory."""
    known: dict[str, list[str]] = repository.cache.setdefault("files of variables", {})
    if stem not in known:
        below = [f"{stem}/{name}" for name in repository.names(stem)[:MAX_FILES] if FILE.search(name)]
        known[stem] = [f"{stem}.yml", f"{stem}.yaml", *below]
    return known[stem]


def read_variables(path: str, repository: Repository) -> dict[str, str]:
    """A file's variables whose values are scalars."""
    known: dict[str, dict[str, str]] = repository.cache.setdefault("variables of Ansible", {})
    if path not in known:
        known[path] = {}
        for root in _composed(repository.read(path) or ""):
            known[path].update(strings(root))
    return known[path]


def _composed(text: str) -> list[Any]:
    try:
        return compose_all(text) if text else []
    except YamlError:    # that file is named when it is checked itself
        return []


def _asking(roots: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """The tasks that include variables, in order, those that give them a name of their own left out."""
    waiting = list(roots)[::-1]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if is_sequence(node):
            waiting += reversed(node.value)
        elif is_mapping(node):
            keys = [text_of(key).rsplit(".", 1)[-1] for key, _ in pairs(node)]
            if ASKS in keys:
                yield {name.rsplit(".", 1)[-1]: value for name, value in mapping(node).items()}
            waiting += reversed([value for _, value in pairs(node) if not is_mapping(value)])


def _named_by(task: dict[str, Any]) -> list[str]:
    """The names in the task, as written: its argument's, those of its loop, those of its own variables."""
    argument = text_of(task[ASKS])
    given = dict(KEY_VALUE.findall(argument)) or strings(task[ASKS])
    if "name" in given:
        return []
    if "dir" in given:
        return [f"{given['dir'].rstrip('/')}/{{{{ any }}}}.yml"]
    names = [given.get("file", argument), *QUOTED.findall(argument)]
    for key in ("with_first_found", "loop", "with_items", "vars"):
        names += [text for text in _scalars(task.get(key)) if FILE.search(text)]
    return [name for name in names if FILE.search(name)]


def _scalars(node: Any, depth: int = 0) -> list[str]:
    if is_mapping(node) and depth < 6:
        return [text for _, value in pairs(node) for text in _scalars(value, depth + 1)]
    if is_sequence(node) and depth < 6:
        return [text for each in node.value for text in _scalars(each, depth + 1)]
    return texts(node)


def _files(names: Iterable[str], folders: list[str], repository: Repository) -> list[str]:
    found: dict[str, None] = {}
    for name in names:
        bare = OF_PLACE.sub("", name)
        for folder in folders:
            matching = list(_matching(os.path.normpath(os.path.join(folder, bare)), repository))
            found.update(dict.fromkeys(path for path in matching if not ELSEWHERE.search(path)))
            if matching:
                break
    return list(found)[:MAX_FILES]


def _matching(place: str, repository: Repository) -> Iterator[str]:
    """The files whose paths are that with something for its templates."""
    before, template, _ = place.partition("{{")
    if not template:
        if repository.read(place) is not None:
            yield place
        return
    folder = os.path.dirname(before)
    parts = TEMPLATE.sub("*", place[len(folder):].lstrip("/")).split("/")
    pattern = re.compile("[^/]*".join(map(re.escape, parts[0].split("*"))) + "$", re.I)
    for name in repository.names(folder)[:MAX_FILES]:
        if pattern.match(name):
            path = os.path.join(folder, name)
            yield from _matching(f"{path}/{'/'.join(parts[1:])}", repository) if parts[1:] else (path,)
