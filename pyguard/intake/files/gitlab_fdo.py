"""freedesktop's ci-templates for GitLab: what builds the images of jobs.

A job that extends `.fdo.container-build@fedora` runs FDO_DISTRIBUTION_EXEC in a container of that distribution, as
root, after it has installed FDO_DISTRIBUTION_PACKAGES.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...model.late_pattern import late
from ..shell.run import ShellRun
from ..shell.state import State
from .dockerfile import image_state
from .repository import FileText, Repository
from .script_steps import run_lines
from .yaml_nodes import mapping

BUILDS = late(r"\.fdo\.(?:container|qemu)-(?:build|ifnot-exists)@(\w+)")
EXEC = "FDO_DISTRIBUTION_EXEC"
PACKAGES = "FDO_DISTRIBUTION_PACKAGES"
BROUGHT = late(r"(?<!\S)(?:python[\d.]*|py\d*)-pip(?!\S)")


def run_build(extended: Iterable[str], own: Iterable[Any], values: Mapping[str, str], shell: ShellRun, file: FileText,
              repository: Repository) -> None:
    """What the job builds its image with. `own` are the nodes of variables in this file, `values` all of them."""
    template = next(filter(BUILDS.match, extended), "")
    node = next((mapping(each)[EXEC] for each in own if EXEC in mapping(each)), None)
    if template and node is not None:
        run_lines([node], _first_state(template, values, file, repository), shell, file.text.split("\n"), file.path)


def _first_state(template: str, values: Mapping[str, str], file: FileText, repository: Repository) -> State:
    match = BUILDS.match(template)
    distribution = match.group(1) if match else ""
    version = values.get("FDO_DISTRIBUTION_VERSION", "")
    image = values.get("FDO_BASE_IMAGE") or (f"{distribution}:{version}" if version else distribution)
    state = image_state(image, f"extends: {template}", file.path, repository)
    state.export(dict(values))
    packages = BROUGHT.search(values.get(PACKAGES, ""))
    state.manager = f"{PACKAGES} has {packages.group()}" if packages else state.manager
    return state
