"""uv.toml and [tool.uv.pip] of pyproject.toml -> what uv goes by where the command line and variables say nothing."""

from __future__ import annotations

import os
from typing import Any, Optional

from ...host import Host
from ...model.frozen import dataclass
from ...model.paths import absolute
from ...model.request import Setting
from ..local_projects import read_toml, table_in
from .around import Around

KEYS = ("system", "python", "target", "prefix", "break-system-packages")


@dataclass(frozen=True)
class UvSettings:
    """The settings that decide where uv writes, each with the file it stands in; and files that are broken."""

    given: tuple[Setting, ...] = ()
    gaps: tuple[str, ...] = ()

    def get(self, name: str) -> Optional[Setting]:
        """A setting that is on; the project's file before the user's before the machine's."""
        return next((one for one in self.given if one.name == name and one.value), None)

    @property
    def system(self) -> bool:
        """`system = true`."""
        return self.get("system") is not None

    @property
    def python(self) -> str:
        """`python = "..."`."""
        found = self.get("python")
        return found.value if found else ""


def read_settings(host: Host, around: Around, directory: str, file: str, ignored: bool) -> UvSettings:
    """`file`: --config-file, which stands for all others; `ignored`: --no-config."""
    file = file or around.environ.get("UV_CONFIG_FILE", "")
    if file:
        paths = [absolute(file, directory)]
    elif ignored or around.is_set("UV_NO_CONFIG"):
        return UvSettings()
    else:
        config = around.environ.get("XDG_CONFIG_HOME") or f"{around.home}/.config"
        paths = [_project_file(host, directory), f"{config}/uv/uv.toml", "/etc/uv/uv.toml"]
    given: list[Setting] = []
    gaps: list[str] = []
    for path in filter(None, paths):
        table, gap = read_toml(host, path)
        gaps += [gap] if gap else []
        if os.path.basename(path) == "pyproject.toml":
            table = table_in(table_in(table, "tool"), "uv")
        pip = table_in(table, "pip")
        given += [Setting(key, _text(pip[key]), path) for key in KEYS if key in pip]
    return UvSettings(tuple(given), tuple(gaps))


def _project_file(host: Host, directory: str) -> str:
    """The nearest uv.toml, or pyproject.toml that speaks of uv; uv.toml wins in its directory."""
    while directory.startswith("/"):
        if host.is_file(f"{directory}/uv.toml"):
            return f"{directory}/uv.toml"
        path = f"{directory}/pyproject.toml"
        if host.is_file(path) and "uv" in table_in(read_toml(host, path)[0], "tool"):
            return path
        if directory == "/":
            break
        directory = os.path.dirname(directory)
    return ""


def _text(value: Any) -> str:
    """`true` is 1, `false` nothing."""
    if isinstance(value, bool):
        return "1" if value else ""
    return value if isinstance(value, str) else ""
