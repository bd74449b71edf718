"""Ansible tasks: the pip and easy_install modules, command and shell, file and copy, on a managed host."""

from __future__ import annotations

import re
import shlex
from typing import Any

from ...model.late_pattern import late
from ...model.request import Location
from ..circumstances import Active, FoundCommand, Ground, HostName, Reading, User, Written, tells_of_pip
from ..shell.run import ShellRun
from ..shell.start_files import note_start_file
from ..shell.state import State
from ..source_text import SourceText
from .ansible_choices import chosen
from .ansible_environment import environment_of, take_environment
from .ansible_macs import take_mac
from .ansible_plays import HOST, said_by_plays
from .ansible_signs import is_task_list
from .ansible_values import INTERPRETER, filled, given_variables, played_by, systems_of, templated, with_python
from .repository import FileText, Repository
from .script_steps import run_written
from .yaml_conditions import is_false
from .yaml_nodes import (
    compose_all,
    is_mapping,
    is_scalar,
    is_sequence,
    items,
    line_of,
    mapping,
    pairs,
    source_of,
    strings,
    text_of,
    texts,
)

KIND = "ansible"
NESTED = ("block", "rescue", "always", "tasks", "pre_tasks", "post_tasks", "handlers")
TASK = late(r"^[ \t]*-?[ \t]*(name|hosts|pip|apt|shell|command|ansible\.builtin\.\w+|include_tasks|import_tasks|become"
            r"|easy_install)\s*:", re.M)
SHELLS = ("shell", "command", "raw", "script", "expect")
MODULE = late(r"\s*[\w.]*\b(?:shell|command|raw|script)\s")    # in front of the words of an action
MARKERS = "the EXTERNALLY-MANAGED files"
MANAGERS = ("apt", "dnf", "yum", "package", "apk", "pacman", "zypper")
FILES = ("file", "copy", "lineinfile", "blockinfile", "ini_file", "template", "alternatives", "unarchive", "get_url",
         "synchronize")
ITEM = late(r"\s*\{\{\s*item\s*\}\}\s*$")
OF_HOME = late(r"^\{\{[^{}]*(?:HOME|home|user_dir)[^{}]*\}\}/")
VERSION = late(r"^((?:/usr(?:/local)?/bin/)?(?:pip|easy_install))-?\{\{.*\}\}$")    # pip{{ version }}
UNSAID = late(r"\{\{(?:.*\bomit\b|(?!.*(?:venv|virtualenv|/)))[^{}]*\}\}", re.I)    # a variable that may be any pip
OMITTED = late(r"\{\{.*(?:\bomit\b|default\(\s*(?:''|\"\"))")    # perhaps
KEY_VALUE = late(r"(\w+)=((?:\"[^\"]*\"|'[^']*'|\{\{.*?\}\}|[^\s])+)")


def claims(path: str, head: str) -> bool:
    """YAML in the places Ansible has for tasks, or that says so itself: a play, or a list of tasks."""
    if not path.endswith((".yml", ".yaml")):
        return False
    if re.search(r"(^|/)(tasks|handlers|playbooks?|roles)/|\.ansible\.|(^|/)(playbook|site|main)[\w.-]*\.ya?ml$", path):
        return (TASK.search(head) is not None or is_task_list(head)) and "runs-on:" not in head
    return is_task_list(head) or (re.search(r"^[ \t]*-?[ \t]*hosts[ \t]*:", head, re.M) is not None and re.search(
        r"^[ \t]*((pre_|post_)?tasks|roles|handlers)\s*:", head, re.M) is not None)


def read(file: FileText, repository: Repository) -> Reading:
    """All tasks, in plays, blocks and handlers."""
    roots = compose_all(file.text)
    said = said_by_plays(file.path, repository)
    reader = _Tasks(file, ShellRun(), {**given_variables(file.path, roots, repository), **said.variables})
    reader.defaults = said.defaults
    for root in roots:
        state = State(HostName(HOST, f"a Mac's play, {said.host[HOST]}") if said.host else HostName(), User.UNKNOWN)
        take_environment(said.environment, reader.variables, state)
        reader.walk(root, state)
    return Reading(tuple(reader.shell.found))


class _Tasks:
    """Walks tasks; each is a command of its own, but what a package manager brought stays."""

    def __init__(self, file: FileText, shell: ShellRun, variables: dict[str, str]) -> None:
        self.file = file
        self.variables = variables
        self.lines = file.text.split("\n")
        self.shell = shell
        self.interpreter = variables.pop(INTERPRETER, "")    # the one that modules run with, and whose pip `pip` is
        self.defaults: dict[str, str] = {}                   # module_defaults of `pip`

    def walk(self, node: Any, state: State, depth: int = 0) -> None:
        if depth > 20:
            return
        if is_sequence(node):
            take_mac(node, state)
            for each in node.value:
                self.walk(each, state, depth + 1)
        elif is_mapping(node):
            systems = systems_of(mapping(node).get("when"))
            if systems <= {"win"} or is_false(mapping(node).get("when")):
                return
            inner = state.copy()
            if "linux" not in systems:
                inner.host = HostName("macos", f"when, line {line_of(node)}")
            inner.manager = state.manager
            entries = mapping(node)
            take_mac(node, inner)
            around = self.interpreter, self.defaults
            self._take_keywords(entries)
            with environment_of(entries.get("environment"), self.variables, inner, self.file.path, self.shell):
                for key in NESTED:
                    if key in entries:
                        self.walk(entries[key], inner, depth + 1)
                self._task(node, inner)
            state.manager = inner.manager
            self.interpreter, self.defaults = around

    def _take_keywords(self, entries: dict[str, Any]) -> None:
        """What a play, a block or a task says for all that is in it."""
        variables = strings(entries.get("vars"))
        self.interpreter = variables.pop(INTERPRETER, self.interpreter)
        self.variables.update(variables)
        for name, node in mapping(entries.get("module_defaults")).items():
            if name.rsplit(".", 1)[-1] == "pip":
                self.defaults = {**self.defaults, **self._arguments(node)}

    def _task(self, node: Any, state: State) -> None:
        entries = mapping(node)
        become = text_of(entries.get("become", entries.get("sudo"))).lower() in ("yes", "true", "1")
        state.user = User.ROOT if become and "become_user" not in entries else state.user
        delegated = text_of(entries.get("delegate_to")) in ("localhost", "127.0.0.1") or "local_action" in entries
        for key, value in pairs(node):
            name = text_of(key).rsplit(".", 1)[-1]
            if name in ("action", "local_action"):
                name, value = played_by(value)
            if name in ("pip", "easy_install") and not delegated:
                self._pip(name, key, value, node, state)
            elif name in SHELLS:
                self._command(value, state, node, delegated)
            elif name == "cron":
                self._cron(value, state)
            elif name == "find" and "EXTERNALLY-MANAGED" in self._arguments(value).get("patterns", ""):
                self.variables[f"{MARKERS}: {text_of(entries.get('register'))}"] = ""
            elif name == "set_fact":
                self.variables.update(self._arguments(value))
            elif name in FILES:
                self._file(name, key, value, node, state)
            elif name in MANAGERS:
                self._manager(name, value, state, line_of(key))

    def _arguments(self, value: Any) -> dict[str, str]:
        if is_scalar(value):
            return {match.group(1): match.group(2).strip("\"'") for match in KEY_VALUE.finditer(value.value)}
        found = strings(value)
        for name, node in mapping(value).items():
            if is_sequence(node):
                found[name] = " ".join(texts(node))
        return found

    def _pip(self, module: str, key: Any, value: Any, task: Any, state: State) -> None:
        arguments = {**(self.defaults if module == "pip" else {}), **self._arguments(mapping(task).get("args")),
                     **self._arguments(value)}
        virtualenv = self._chosen(arguments.get("virtualenv", ""))
        if virtualenv and not OMITTED.search(virtualenv):
            state.add_venv(self._filled(virtualenv))
            return
        executable = self._filled(self._chosen(arguments.get("executable", ""))) or self._beside_interpreter()
        unknown = UNSAID.fullmatch(executable.strip()) is not None
        named = VERSION.sub(r"\1", executable)
        program = named if named and not unknown else "pip3" if module == "pip" else "easy_install"
        argv = [program, "uninstall" if arguments.get("state") == "absent" else "install"]
        if module == "easy_install":
            argv = [program]
        extra = _plain(arguments.get("extra_args", "")).split()
        if arguments.get("break_system_packages", "").lower() in ("true", "yes"):
            argv.append("--break-system-packages")
        argv += extra + (["-r", arguments["requirements"]] if "requirements" in arguments else [])
        argv += [name for name in re.split(r"[,\s]+", _plain(arguments.get("name", ""))) if name]
        inner = state.copy()
        if program == "pip3" and inner.active.ground is not Ground.HOST:    # whatever PATH says, while there is one
            inner.active = Active()
            inner.doubts += [] if tells_of_pip(state.manager) else ["the module has its own interpreter's pip first"]
        inner.manager = state.manager or f"Ansible's {module} module without virtualenv"
        if unknown and not tells_of_pip(state.manager):
            inner.doubts.append("executable: is a variable that nothing here sets")
        if virtualenv:
            inner.doubts.append("virtualenv: is a variable that may be omitted")
        self._emit(argv, key, task, inner)

    def _chosen(self, text: str) -> str:
        """What the template comes to, as written where that is not known."""
        value = chosen(text, self.variables)
        return text if value is None else value

    def _beside_interpreter(self) -> str:
        """The pip of the interpreter that modules run with, where a variable of Ansible's says; unsaid it stays."""
        named = self._filled(self.variables.get(INTERPRETER, self.interpreter))
        if "/" not in named:
            return named if named.startswith("{{") else ""
        return f"{named.rpartition('/')[0]}/pip3" if named.startswith(("/", "~", "{{")) else ""

    def _emit(self, argv: list[str], key: Any, task: Any, state: State, written: Written | None = None) -> None:
        place = Location(self.file.path, line_of(key), max(line_of(key), int(task.end_mark.line)),
                         int(key.start_mark.column) + 1)
        self.shell.found.append(FoundCommand(tuple(argv), place, state.circumstances(), written))

    def _command(self, value: Any, state: State, task: Any, delegated: bool) -> None:
        """`command` and `shell`: a managed host is a distribution's; a `pip` there is its own. The controller may be
        any machine."""
        inner = state.copy()
        inner.manager = "" if delegated else state.manager or "Ansible runs it on the managed host"
        if is_mapping(value):
            entries = mapping(value)
            value = entries.get("cmd") or entries.get("argv") or entries.get("command")
        if is_scalar(value) and ITEM.match(value.value):
            for each in filter(is_scalar, _looped(task)):
                self._command(each, state, None, delegated)
            return
        if is_sequence(value):
            text = shlex.join(texts(value))
            place = Location(self.file.path, line_of(value), line_of(value), int(value.start_mark.column) + 1)
            self.shell.run_script(SourceText(text, self.file.path, fixed=place), inner)
            return
        source = source_of(value, self.lines, self.file.path)
        if source is not None:
            is_action = any(text_of(key).endswith("action") for key, _ in pairs(task))
            source.text = MODULE.sub(lambda match: " " * len(match.group()), source.text) if is_action else source.text
            own = self._filled(self.interpreter) if "/" in self.interpreter else "python3"
            source.text = with_python(self._filled(source.text), own)
            self.shell.run_script(templated(source), inner)

    def _filled(self, text: str) -> str:
        return filled(text, self.variables)

    def _cron(self, value: Any, state: State) -> None:
        source = source_of(mapping(value).get("job"), self.lines, self.file.path)
        if source is not None:
            inner = state.copy()
            inner.manager = "cron runs it on the managed host, with a PATH of its own"
            source.text = self._filled(source.text)
            self.shell.run_script(templated(source), inner)

    def _file(self, module: str, key: Any, value: Any, task: Any, state: State) -> None:
        arguments = self._arguments(value)
        path = next((arguments[name] for name in ("path", "dest", "name", "link") if name in arguments), "")
        if "{{" in path:
            path = "/" + path.rsplit("/", 1)[-1] if "EXTERNALLY-MANAGED" in path else path
        if module == "file" and arguments.get("state") == "absent":
            looped = _looped(task) if "item" in path else []
            if any(name.startswith(MARKERS) and name.partition(": ")[2] in loop_of(task) for name in self.variables):
                path = "/EXTERNALLY-MANAGED"
            for each in [path, *(text_of(item) for item in looped)]:
                self._emit(["rm", each], key, task, state)
        elif module == "file" and arguments.get("state") == "link":
            self._emit(["ln", "-s", arguments.get("src", "?"), path], key, task, state)
        elif module == "alternatives":
            self._emit(["update-alternatives", "--set", arguments.get("name", ""), arguments.get("path", "")],
                       key, task, state)
        elif path:
            text = arguments.get("content") or arguments.get("line") or arguments.get("block") or ""
            note_start_file(OF_HOME.sub("~/", path), self._filled(text), module != "copy", state)
            if module == "ini_file":
                text = f"{arguments.get('option', '')} = {arguments.get('value', '')}"
            self._emit([module], key, task, state, Written(path, text, module != "copy"))
            source = source_of(mapping(value).get("content"), self.lines, self.file.path) if module == "copy" else None
            if source is not None:
                inner = state.copy()
                inner.manager = "Ansible puts it on the managed host"
                run_written(templated(source), path, inner, self.shell)

    def _manager(self, name: str, value: Any, state: State, line: int) -> None:
        arguments = self._arguments(value)
        packages = arguments.get("name", arguments.get("pkg", "")).replace(",", " ").split()
        removed = arguments.get("state") in ("absent", "removed", "purged")
        argv = [name, "remove" if removed else "install", *packages]
        place = Location(self.file.path, line, line, 1)
        self.shell.found.append(FoundCommand(tuple(argv), place, state.circumstances()))
        python = next((package for package in packages if package.startswith("python")), "")
        if python and not removed:
            state.manager = f"{name} installs {python}, line {line}"


def _plain(text: str) -> str:
    """What a template would fill in becomes a variable that nobody knows."""
    return re.sub(r"\{\{.*?\}\}", "$unknown", re.sub(r"\{%.*?%\}", "", text))


def loop_of(task: Any) -> str:
    """The name of what a task is done for each of, where it is one: `{{ found.files }}`."""
    entries = mapping(task)
    return text_of(entries.get("loop") or entries.get("with_items"))


def _looped(task: Any) -> list[Any]:
    """What the task is done for, one after the other."""
    entries = mapping(task)
    return list(items(entries.get("loop") or entries.get("with_items")))
