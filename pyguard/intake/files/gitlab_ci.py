"""GitLab CI: each job's before_script and script in one shell, with its image, variables and what it extends."""

from __future__ import annotations

import re
from typing import Any

from ..circumstances import HostName, Reading, Skipped, User
from ..shell_run import ShellRun
from ..shell_state import State
from .dockerfile import image_state
from .repository import FileText, Repository
from .script_steps import run_lines
from .yaml_nodes import YamlError, compose, is_mapping, items, line_of, mapping, strings, text_of

KIND = "gitlab-ci"
NO_JOBS = frozenset(("default", "variables", "stages", "include", "workflow", "image", "services", "cache", "spec",
                     "before_script", "after_script", "pages_config"))
MAX_EXTENDS = 10


def claims(path: str, head: str) -> bool:
    """.gitlab-ci.yml, what lies in .gitlab-ci/ and .gitlab/ci/."""
    name = path.rsplit("/", 1)[-1]
    if not name.endswith((".yml", ".yaml")):
        return False
    return "gitlab-ci" in name or ".gitlab-ci/" in path or ".gitlab/" in path or ".gitlab." in name


def read(file: FileText, repository: Repository) -> Reading:
    """All jobs, hidden ones (`.template`) only through the jobs that extend them."""
    try:
        root = mapping(compose(file.text))
    except YamlError as error:
        return Reading(skipped=(Skipped(file.path, f"not YAML: {error}"),))
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd) or repository.follow(name, "", cwd))
    lines = file.text.split("\n")
    known = {**_included(root, file.path, repository), **root}
    used = {name for node in root.values() if is_mapping(node) for name in _extended(mapping(node))}
    for name, node in root.items():
        if is_mapping(node) and name not in NO_JOBS and not (name.startswith(".") and name in used):
            _job(_resolved(mapping(node), known), known, file, repository, shell, lines)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _included(root: dict[str, Any], near: str, repository: Repository, depth: int = 0) -> dict[str, Any]:
    """What `include: local` brings: jobs to extend, defaults, variables; their scripts are their own file's."""
    found: dict[str, Any] = {}
    for each in items(root.get("include")):
        name = text_of(mapping(each).get("local")) or (text_of(each) if "://" not in text_of(each) else "")
        file = repository.follow(name.lstrip("/"), "") or repository.follow(name, near) if name else None
        if file is None or depth > 3:
            continue
        try:
            inner = mapping(compose(file.text))
        except YamlError:
            continue
        bare = {key: _without_scripts(value) for key, value in inner.items()}
        found.update({**_included(inner, file.path, repository, depth + 1), **bare})
    return found


def _without_scripts(node: Any) -> Any:
    """A script of another file has its places there; here only what it says of image and variables counts."""
    if is_mapping(node):
        node.value = [(key, value) for key, value in node.value
                      if text_of(key) not in ("script", "before_script", "after_script")]
    return node


def _extended(job: dict[str, Any]) -> list[str]:
    return [text_of(each) for each in items(job.get("extends"))]


def _resolved(job: dict[str, Any], root: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name in _extended(job):
        if name in root and depth < MAX_EXTENDS:
            merged.update(_resolved(mapping(root[name]), root, depth + 1))
    return {**merged, **job}


def _job(job: dict[str, Any], root: dict[str, Any], file: FileText, repository: Repository, shell: ShellRun,
         lines: list[str]) -> None:
    default = mapping(root.get("default"))
    values = {**strings(root.get("variables")), **strings(job.get("variables"))}
    tags = " ".join(text_of(each) for each in items(job.get("tags")))
    if re.search(r"windows", tags, re.I):
        return
    state = _first_state(job.get("image") or default.get("image") or root.get("image"), values, tags, file, repository)
    state.export(values)
    before = job.get("before_script", default.get("before_script", root.get("before_script")))
    run_lines([before, job.get("script")], state, shell, lines, file.path)
    after = job.get("after_script", default.get("after_script", root.get("after_script")))
    fresh = State(state.host, state.user)
    fresh.export(values)
    run_lines([after], fresh, shell, lines, file.path)


def _first_state(node: Any, values: dict[str, str], tags: str, file: FileText, repository: Repository) -> State:
    image = text_of(mapping(node).get("name")) if is_mapping(node) else text_of(node)
    for _ in range(3):
        image = re.sub(r"\$\{?(\w+)\}?", lambda match: values.get(match.group(1), match.group()), image)
    if re.search(r"macos|mac-", tags, re.I):
        return State(HostName("macos", f"tags: {tags}"), User.ORDINARY)
    if not image:
        return State(HostName(), User.UNKNOWN)
    return image_state(image, f"image: {image}, line {line_of(node)}", file.path, repository)
