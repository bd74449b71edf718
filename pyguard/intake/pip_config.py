"""pip's configuration files and PIP_* variables -> settings in the order in which pip applies them.

Each setting carries its origin (`/etc/pip.conf:3`, `PIP_TARGET`). Levels and order as in pip's
`_internal/configuration.py`: global, user, site, PIP_CONFIG_FILE, then the variables; the section
[global] before that of the command.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..errors import ForeignUsageError, IntakeError
from ..host import Host
from ..model.request import Setting

BASENAME = "pip.conf"
LIMIT = 1024 * 1024
REPAIR = "pip cannot read it either: correct or remove the file"
TRUE = frozenset(("y", "yes", "t", "true", "on", "1"))
FALSE = frozenset(("n", "no", "f", "false", "off", "0"))
NOT_OPTIONS = frozenset(("version", "help", "config-file"))
Release = tuple[int, ...]
SITE_LEVEL_EVERYWHERE: Release = (19, 1)    # before: only inside a virtual environment


class Asker(NamedTuple):
    """Whose pip it is: variables, working directory, home, and the interpreter's prefix."""

    environ: Mapping[str, str]
    cwd: str
    home: str
    prefix: str
    in_venv: bool = False
    isolated: bool = False    # pip --isolated
    release: Release = ()     # pip's, empty where it is not known


def read_settings(host: Host, asker: Asker, command: str) -> tuple[Setting, ...]:
    """What is set for a command, the weakest first; later settings of a name replace earlier ones.

    Raises IntakeError for a file that pip could not read either.
    """
    sections: dict[str, dict[str, Setting]] = {"global": {}, command: {}}
    for path in configuration_files(host, asker):
        for section, setting in _read_file(host, path):
            if section in sections:
                sections[section][setting.name] = setting
    found = [*sections["global"].values()]
    if command != "global":
        found.extend(sections[command].values())
    if not asker.isolated:
        found.extend(read_variables(asker.environ))
    return tuple(setting for setting in found if setting.value)


def configuration_text(host: Host, asker: Asker) -> str:
    """What all the files say, as a single one that may stand for PIP_CONFIG_FILE; empty where they say nothing."""
    import configparser
    import io

    parser = configparser.RawConfigParser()
    for path in configuration_files(host, asker):
        for section, setting in _read_file(host, path):
            if not parser.has_section(section):
                parser.add_section(section)
            parser.set(section, setting.name, setting.value)
    text = io.StringIO()
    parser.write(text)
    return text.getvalue()


def configuration_files(host: Host, asker: Asker) -> tuple[str, ...]:
    """The files that pip would read, whether they are there or not, the weakest first."""
    chosen = asker.environ.get("PIP_CONFIG_FILE")
    if chosen == os.devnull:
        return ()
    files = [*_global_files(asker)]
    chosen = os.path.join(asker.cwd, chosen) if chosen else ""
    if not asker.isolated and not (chosen and host.exists(chosen)):
        config = asker.environ.get("XDG_CONFIG_HOME") or asker.home + "/.config"
        files += [f"{asker.home}/.pip/{BASENAME}", os.path.join(asker.cwd, config, "pip", BASENAME)]
    if asker.in_venv or not asker.release or asker.release >= SITE_LEVEL_EVERYWHERE:
        files.append(os.path.join(asker.prefix, BASENAME))
    if chosen:
        files.append(chosen)
    return tuple(dict.fromkeys(files))


def read_boolean(setting: Setting) -> bool:
    """As pip reads it; raises ForeignUsageError where pip stops."""
    value = setting.value.lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ForeignUsageError("bad-boolean", f"pip takes no {setting.value!r} for {setting.name}", setting.origin)


def find_home(host: Host, environ: Mapping[str, str], uid: int) -> str:
    """`~` as os.path.expanduser has it: HOME, else the sixth field of the user's line in passwd(5)."""
    if "HOME" in environ:
        return environ["HOME"].rstrip("/")
    try:
        lines = host.read_text("/etc/passwd", LIMIT).split("\n")
    except OSError:
        return ""
    for line in lines:
        fields = line.split(":")
        if len(fields) > 5 and fields[2] == str(uid):
            return fields[5].rstrip("/")
    return ""


def expand_home(path: str, home: str) -> str:
    """`~/x` with the home in it; `~name` stays as it is."""
    return home + path[1:] if path == "~" or path.startswith("~/") else path


def _global_files(asker: Asker) -> Iterator[str]:
    for directory in (asker.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"):
        if directory:
            yield os.path.join(asker.cwd, expand_home(directory, asker.home), "pip", BASENAME)
    yield "/etc/" + BASENAME


def read_variables(environ: Mapping[str, str]) -> Iterator[Setting]:
    """What PIP_ variables set; behind PIP_ case does not matter."""
    for name, value in environ.items():
        if name.startswith("PIP_"):
            key = normalize_key(name[4:])
            if key not in NOT_OPTIONS:
                yield Setting(key, value, name)


def normalize_key(name: str) -> str:
    """`Break_System_Packages`, `--break-system-packages` -> `break-system-packages`."""
    name = name.lower().replace("_", "-")
    return name[2:] if name.startswith("--") else name


def _read_file(host: Host, path: str) -> list[tuple[str, Setting]]:
    """Sections and settings of one file. Like pip, takes one that cannot be opened for one that is not there."""
    try:
        content = host.read_bytes(path, LIMIT)
    except OSError:
        return []
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise IntakeError("broken-pip-config", f"pip's configuration file {path} is no UTF-8 text in line {line}",
                          f"{path}:{line}", REPAIR) from error
    if len(content) == LIMIT:
        raise IntakeError("broken-pip-config", f"pip's configuration file {path} is larger than {LIMIT} bytes", path)
    return _parse(path, text)


def _parse(path: str, text: str) -> list[tuple[str, Setting]]:
    import configparser  # 5 ms, and few machines have a pip.conf

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text, path)
    except configparser.Error as error:
        line = _line_of(error)
        raise IntakeError("broken-pip-config", f"pip's configuration file {path} is broken"
                          f"{f' in line {line}' if line else ''}: {str(error).splitlines()[0]}",
                          f"{path}:{line}" if line else path, REPAIR) from error
    found = []
    for section in parser.sections():
        for name, value in parser.items(section):
            origin = f"{path}:{_find_line(text, section, name)}"
            found.append((section, Setting(normalize_key(name), (value or "").strip(), origin)))
    return found


def _line_of(error: Exception) -> int:
    lines = [line for line, _ in getattr(error, "errors", ())]
    return int(getattr(error, "lineno", None) or (lines[0] if lines else 0))


def _find_line(text: str, section: str, name: str) -> int:
    """The line (from 1) a key stands in; [DEFAULT] holds for every section. 0 if it is not to be seen."""
    here, default = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("[") and "]" in stripped:
            here = stripped[1:stripped.index("]")]
        elif stripped.replace("=", ":").split(":")[0].strip().lower() == name:
            if here == section:
                return number
            default = number if here == "DEFAULT" else default
    return default
