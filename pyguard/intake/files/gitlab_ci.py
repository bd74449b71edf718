"""GitLab CI: each job's before_script and script in one shell, with its image, variables and what it extends."""

from __future__ import annotations

import re
from copy import copy
from itertools import islice, product
from typing import Any

from ...model.late_pattern import late
from ..circumstances import HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from .dockerfile import image_state
from .gitlab_fdo import run_build
from .repository import FileText, Repository
from .script_steps import run_lines
from .yaml_nodes import (
    YamlError,
    compose_all,
    is_mapping,
    is_sequence,
    items,
    line_of,
    mapping,
    strings,
    text_of,
    texts,
)
from .yaml_variables import variables_given

KIND = "gitlab-ci"
NO_JOBS = frozenset(("default", "variables", "stages", "include", "workflow", "image", "services", "cache", "spec",
                     "before_script", "after_script", "pages_config"))
MAX_EXTENDS = 10
MAX_IMAGES = 4       # of one job
SCRIPT = late(r"^ {1,4}(before_|after_)?script[ \t]*:", re.M)
OF_JOB = late(r"^ {1,4}(stage|extends|rules|only|except|tags|artifacts|image|needs|interruptible)[ \t]*:", re.M)
OTHERS = late(r"^(language|os|task|pipelines|kind|apiVersion|requirements|package|jobs|steps)[ \t]*:", re.M)
VARIABLE = late(r"\$\{?(\w+)\}?")
INPUT = late(r"\$\[\[\s*inputs\.([\w-]+)[^\]]*\]\]")


class Scripts:
    """The scripts of a file and of those it includes, each line with the file it stands in."""

    def __init__(self, path: str, shell: ShellRun) -> None:
        self.path = path
        self.shell = shell
        self.followed: dict[int, Any] = {}
        self.inputs: dict[str, str] = {}
        self.job: dict[str, str] = {}       # what a job has its name in; a hidden one's is nobody's
        self._of: dict[int, tuple[str, list[str]]] = {}    # by the node's identity

    def add(self, root: dict[str, Any], file: FileText) -> None:
        """The file's own: those of its jobs, those for all jobs, and what has another name to be referred to."""
        place = file.path, file.text.split("\n")
        for level in (root, *map(mapping, root.values())):
            for value in level.values():
                for each in items(value):
                    self._of.setdefault(id(each), place)

    def own(self, nodes: list[Any]) -> list[Any]:
        """Those that stand in the file itself."""
        return [each for each in nodes if self._of.get(id(each), (self.path, []))[0] == self.path]

    def run(self, nodes: list[Any], state: State) -> None:
        """In one shell. What another file's lines do holds, but what they would install is that file's to say."""
        muted = ShellRun(self.shell.follow)
        for node in nodes:
            for each in items(node):
                path, lines = self._of.get(id(each), (self.path, []))
                if lines:
                    run_lines([each], state, self.shell if path == self.path else muted, lines, path)


def claims(path: str, head: str) -> bool:
    """.gitlab-ci.yml, what lies in .gitlab-ci/ and .gitlab/ci/, and jobs kept elsewhere to be included."""
    name = path.rsplit("/", 1)[-1]
    if not name.endswith((".yml", ".yaml")):
        return False
    named = "gitlab-ci" in name or ".gitlab-ci/" in path or ".gitlab/" in path or ".gitlab." in name
    return named or (all(pattern.search(head) for pattern in (SCRIPT, OF_JOB)) and OTHERS.search(head) is None)


def read(file: FileText, repository: Repository) -> Reading:
    """All jobs, hidden ones (`.template`) only through the jobs that extend them."""
    documents = compose_all(file.text)    # a `spec:` may stand before the pipeline
    root = mapping(documents[-1]) if documents else {}
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd) or repository.follow(name, "", cwd))
    scripts = Scripts(file.path, shell)
    scripts.add(root, file)
    known = {**_included(root, file.path, repository, scripts), **root}
    scripts.inputs = {name: text_of(mapping(node).get("default")) for document in documents[:-1]
                      for name, node in mapping(mapping(mapping(document).get("spec")).get("inputs")).items()}
    used = {name for node in root.values() if is_mapping(node) for name in _extended(mapping(node))}
    jobs = [name for name, node in root.items() if is_mapping(node) and name not in NO_JOBS]
    # A hidden one last: what others refer to in it is found where they run it
    for name in sorted(jobs, key=lambda name: name.startswith(".")):
        if not (name.startswith(".") and name in used):
            scripts.job = {} if name.startswith(".") else {"CI_JOB_NAME": name}
            job = mapping(root[name])
            _job(_resolved(job, known), known, file, repository, scripts, _all_extended(job, known))
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _included(root: dict[str, Any], near: str, repository: Repository, scripts: Scripts,
              depth: int = 0) -> dict[str, Any]:
    """What `include: local` brings: jobs to extend or refer to, defaults, variables."""
    found: dict[str, Any] = {}
    for each in items(root.get("include")):
        name = text_of(mapping(each).get("local")) or (text_of(each) if "://" not in text_of(each) else "")
        file = repository.follow(name.lstrip("/"), "") or repository.follow(name, near) if name else None
        if file is None or depth > 3:
            continue
        try:
            inner = mapping(next(reversed(compose_all(file.text)), None))
        except YamlError:
            continue
        scripts.add(inner, file)
        found.update({**_included(inner, file.path, repository, scripts, depth + 1), **inner})
    return found


def _extended(job: dict[str, Any]) -> list[str]:
    return [text_of(each) for each in items(job.get("extends"))]


def _all_extended(job: dict[str, Any], root: dict[str, Any], depth: int = 0) -> list[str]:
    """With those that they extend, and those that are not here."""
    names = _extended(job)
    return [*names, *(each for name in names if name in root and depth < MAX_EXTENDS
                      for each in _all_extended(mapping(root[name]), root, depth + 1))]


def _resolved(job: dict[str, Any], root: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name in _extended(job):
        if name in root and depth < MAX_EXTENDS:
            merged = _over(merged, _resolved(mapping(root[name]), root, depth + 1))
    return _over(merged, job)


def _over(base: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    """A job over the one that it extends: variables are added to those there, any other key takes the place of its own.

    Variables of several become a list of their nodes, each of which knows its file.
    """
    both = {**base, **job}
    if "variables" in base and "variables" in job:
        both["variables"] = [*_each(base["variables"]), *_each(job["variables"])]
    return both


def _each(variables: Any) -> list[Any]:
    return variables if isinstance(variables, list) else [variables]


def _followed(node: Any, root: dict[str, Any], known: dict[int, Any], depth: int = 0) -> Any:
    """What `!reference [job, key]` names, in a list's items, too; any other node as it is. `known` by identity."""
    if not is_sequence(node) or depth > MAX_EXTENDS:
        return node
    if id(node) in known:
        return known[id(node)]
    known[id(node)] = None    # what refers to itself is nothing
    if node.tag == "!reference":
        names = texts(node)
        target: Any = root.get(names[0]) if names else None
        if len(names) > 1 and is_mapping(target):
            target = _resolved(mapping(target), root).get(names[1])
        for name in names[2:]:
            target = mapping(target).get(name)
        followed = _followed(target, root, known, depth + 1)
    else:
        followed = copy(node)
        followed.value = [_followed(each, root, known, depth + 1) for each in node.value]
    known[id(node)] = followed
    return followed


def _job(job: dict[str, Any], root: dict[str, Any], file: FileText, repository: Repository, scripts: Scripts,
         extended: list[str]) -> None:
    job = {key: _followed(node, root, scripts.followed) for key, node in job.items()}
    variables = [each for node in _each(job.get("variables"))
                 for each in _each(_followed(node, root, scripts.followed))]
    default = mapping(root.get("default"))
    given = [root.get("variables"), *variables]
    values = {name: value for each in given for name, value in strings(each).items()}
    tags = " ".join(text_of(each) for each in items(job.get("tags")))
    rules = items(job.get("rules"))
    if re.search(r"windows", tags, re.I) or (
            rules and all(text_of(mapping(each).get("when")) == "never" for each in rules)):
        return
    run_build(extended, scripts.own(given), values, scripts.shell, file, repository)
    node = job.get("image") or default.get("image") or root.get("image")
    before = job.get("before_script", default.get("before_script", root.get("before_script")))
    after = job.get("after_script", default.get("after_script", root.get("after_script")))
    for image in _images(node, values, mapping(job.get("parallel")).get("matrix"), scripts.inputs):
        state = _first_state(image, node, tags, file, repository)
        state.manager = state.manager or _cached(job.get("cache") or default.get("cache") or root.get("cache"))
        fresh = State(state.host, state.user)
        for each in (state, fresh):
            each.export(values)
            each.give({"CI": "true", "GITLAB_CI": "true", **scripts.job, **values})
        with variables_given(scripts.own(given), state, file.path, scripts.shell):
            scripts.run([before, job.get("script")], state)
            scripts.run([after], fresh)


def _cached(node: Any) -> str:
    """What a cache says of the image: no Python but a distribution's has its packages in `dist-packages`."""
    paths = [path for each in (items(node) or [node]) for path in texts(mapping(each).get("paths"))]
    return next((f"the cache has {path}, where a distribution's pip installs" for path in paths
                 if "/dist-packages" in path), "")


def _images(node: Any, values: dict[str, str], matrix: Any, inputs: dict[str, str]) -> list[str]:
    """The names that the image may have: by variables and inputs, by what a matrix gives the variables in it."""
    text = text_of(mapping(node).get("name")) if is_mapping(node) else text_of(node)
    text = INPUT.sub(lambda match: inputs.get(match.group(1)) or match.group(), text)
    found = []
    for entry in [{name: texts(each) for name, each in mapping(leg).items() if name in text}
                  for leg in items(matrix)] or [{}]:
        for chosen in islice(product(*entry.values()), MAX_IMAGES):
            found.append(_with(text, {**values, **dict(zip(entry, chosen))}))
    return sorted(dict.fromkeys(found), key=lambda image: "python" in image)[:MAX_IMAGES]


def _with(text: str, values: dict[str, str]) -> str:
    for _ in range(3):    # variables in variables' values
        text = VARIABLE.sub(lambda match: values.get(match.group(1), match.group()), text)
    return text


def _first_state(image: str, node: Any, tags: str, file: FileText, repository: Repository) -> State:
    if re.search(r"macos|mac-", tags, re.I):
        return State(HostName("macos", f"tags: {tags}"), User.ORDINARY)
    if not image:
        return State(HostName(), User.UNKNOWN)
    return image_state(image, f"image: {image}, line {line_of(node)}", file.path, repository)
