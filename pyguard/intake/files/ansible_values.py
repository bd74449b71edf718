"""Ansible's variables: what a playbook's or a role's own files give them, and texts filled in with that."""

from __future__ import annotations

import os
import re
from typing import Any

from ...model.late_pattern import late
from ..source_text import SourceText
from .ansible_included import agreed, files_of, included_variables, read_variables, role_tasks, templated_files
from .repository import Repository
from .yaml_nodes import items, mapping, text_of, texts

VARIABLE = late(r"\{\{\s*([A-Za-z_]\w*)\s*(?:\|\s*default\(\s*['\"]([^'\"]*)['\"]\s*\)\s*)?\}\}")
# Either may be, the first is told
CHOICE = late(r"\{\{[^{}]*\|\s*ternary\(\s*['\"]([^'\"]*)['\"][^{}]*\}\}|"
              r"\{\{\s*['\"]([^'\"{}]*)['\"]\s+if\s[^{}]*\}\}")
INTERPRETER = "ansible_python_interpreter"
OWN_PYTHON = late(rf"\{{\{{\s*(?:{INTERPRETER}|ansible_(?:facts\W+)?python\W+executable)\b[^{{}}]*\}}\}}")
GET_PIP = late(r"^\s*\{\{[^{}]*\}\}(?=\s+\S*get-pip\.py\b)")
OF_ITEM = late(r"(?:(?<![\w/.-])|(?<=[\s\"']/usr/bin/)|(?<=^/usr/bin/))python-?\{\{[^{}]*\}\}")    # by item.version
IN_ROLE = late(r"(.*/)?(tasks|handlers)/.+$")
FACT = late(r"ansible_(?:facts\W{1,3})?(?:os_family|system|distribution)\W*?\s*(?:\|\s*lower\s*)?"
            r"(==|!=|not\s+in|in)\s*(.+)")
HOSTS = late(r"[A-Za-z_][\w-]*$")
NEVER = frozenset(("false", "no", "off"))
SYSTEMS = frozenset(("linux", "mac", "win"))
MAX_FILLED = 4       # variables in variables' values
MAX_TEXT = 100_000


def given_variables(path: str, roots: list[Any], repository: Repository) -> dict[str, str]:
    """What holds in a file of tasks or plays by itself, the strongest last: defaults, group_vars/all, vars."""
    role = IN_ROLE.match(path)
    base = os.path.dirname(path)
    stems = [f"{role.group(1) or ''}defaults/main"] if role else []
    for folder in dict.fromkeys(("inventory/", "", *(() if role else (f"{base}/" if base else "",)))):
        stems.append(f"{folder}group_vars/all")
    hosts = {text_of(mapping(play).get("hosts")) for root in roots for play in items(root)}
    if len(hosts) == 1 and not role:    # of the one group that the plays are for
        stems += [f"{folder}group_vars/{name}" for folder in ("inventory/", "", f"{base}/" if base else "")
                  for name in hosts if HOSTS.match(name)]
    stems += [f"{role.group(1) or ''}vars/main"] if role else []
    places = [place for stem in stems for place in files_of(stem, repository)]
    for root in roots:
        for play in items(root):
            places += [os.path.join(base, name) for name in texts(mapping(play).get("vars_files")) if "{{" not in name]
    found: dict[str, str] = {}
    for place in places:
        found.update(read_variables(place, repository))
    _take_picked(found, path, roots, repository)
    return found


def _take_picked(found: dict[str, str], path: str, roots: list[Any], repository: Repository) -> None:
    """What files say that are picked by the host's facts. What they say differently is not known."""
    role = IN_ROLE.match(path)
    top = (role.group(1) or "") if role else f"{os.path.dirname(path)}/".lstrip("/")
    folders = [f"{top}vars", top, os.path.dirname(path)] if role else [top, f"{top}vars"]
    names = [name for root in roots for play in items(root) for name in texts(mapping(play).get("vars_files"))]
    picked = agreed(templated_files(names, folders, repository), repository, found)
    tasks = [*(role_tasks(top, repository) if role else ()), *roots]
    picked.update(included_variables(tasks, folders, repository, found))
    for name, value in picked.items():
        found.pop(name, None)
        found.update({name: value} if value is not None else {})


def filled(text: str, variables: dict[str, str]) -> str:
    """The text with the variables whose values are known; others stay as written."""
    def value(match: re.Match[str]) -> str:
        otherwise = match.group(2) or match.group()
        known = variables.get(match.group(1), otherwise)
        return otherwise if "\n" in known or len(known) > 200 else known

    for _ in range(MAX_FILLED):
        told = VARIABLE.sub(value, text)
        told = CHOICE.sub(lambda match: match.group(1) or match.group(2) or "", told)
        if told == text or len(told) > MAX_TEXT:
            break
        text = told
    return text


def with_python(text: str, own: str) -> str:
    """A command with a name for the Pythons that templates say: Ansible's is `own`."""
    text = OWN_PYTHON.sub(lambda match: own, GET_PIP.sub("python3", text))
    return OF_ITEM.sub("python3", text)


def systems_of(node: Any) -> frozenset[str]:
    """The systems on which a task with that `when` may run."""
    found = SYSTEMS
    for text in texts(node):
        if text.lower() in NEVER:
            return frozenset()
        if len(text) < 1000:
            either = [frozenset.intersection(*map(_asked, re.split(r"\band\b", each)))
                      for each in re.split(r"\bor\b", text)]
            found &= frozenset().union(*either)
    return found


def _asked(text: str) -> frozenset[str]:
    match = FACT.search(text)
    if match is None or re.match(r"\W*not\b", text):
        return SYSTEMS
    names = [name.lower() for name in re.findall(r"['\"]([^'\"]+)['\"]", match.group(2))]
    meant = {"mac" if name.startswith(("darwin", "mac")) else "win" if name.startswith("win") else "linux"
             for name in names}
    if not meant:
        return SYSTEMS
    if match.group(1) in ("==", "in"):
        return frozenset(meant)
    return SYSTEMS - (meant if "linux" in names else meant - {"linux"})    # no Debian, but another Linux perhaps


def played_by(value: Any) -> tuple[str, Any]:
    """`action: pip name=x`, `local_action: {module: pip, …}`: the module's name and its arguments."""
    module = text_of(mapping(value).get("module")) or text_of(value).partition(" ")[0]
    return module.rsplit(".", 1)[-1], value


def templated(source: SourceText) -> SourceText:
    """What a template fills in becomes a word as long."""
    source.text = re.sub(r"\{\{.*?\}\}", lambda match: re.sub(r"[^\w.]", "_", match.group()), source.text)
    return source
