"""Scripts that nfpm, GoReleaser or fpm put into a package of a distribution, which then runs them as root."""

from __future__ import annotations

import os

from ...model.late_pattern import late
from .repository import Repository

LIKE_ONE = late(r"(^|/)[\w.-]*(pre|post|before|after)[-_]?(inst|install|remove|rm|uninstall|upgrade)(\.\w+)*$")
DESCRIBED = ("nfpm.yaml", "nfpm.yml", ".nfpm.yaml", "packaging/nfpm.yaml", "build/nfpm.yaml", ".goreleaser.yaml",
             ".goreleaser.yml", "goreleaser.yml", "goreleaser.yaml")
GIVEN = late(r"\b(?:pre|post)(?:install|remove|upgrade|trans)\"?\s*:\s*[\"']?([^\s\"',}]+)")
OF_FPM = late(r"--(?:before|after)-(?:install|remove|upgrade)[ =]+[\"']?([^\s\"']+)")
OF_HERE = late(r"^\$[({]?(?:CURDIR|PWD|ROOT|TOP)\w*[)}]?/")
MAX_SCRIPTS = 200     # that are looked at for a call of fpm


def packaged_by(path: str, repository: Repository) -> str:
    """Which file says that a package gets the script at `path`; empty where none does."""
    if LIKE_ONE.search(path) is None:
        return ""
    index: dict[str, str] | None = repository.cache.get("packaged")
    if index is None:
        index = repository.cache["packaged"] = {}
        for name in DESCRIBED:
            _add(index, GIVEN.findall(repository.read(name) or ""), name)
        for name in repository.listing("script")[:MAX_SCRIPTS]:
            text = repository.read(name) or ""
            _add(index, OF_FPM.findall(text) if "fpm" in text else [], name)
    return index.get(path, "")


def _add(index: dict[str, str], scripts: list[str], name: str) -> None:
    """As seen from the top, and from the file that names them."""
    for given in scripts:
        for place in (given, os.path.join(os.path.dirname(name), given)):
            index.setdefault(os.path.normpath(OF_HERE.sub("", place)), name)
