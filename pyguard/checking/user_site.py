"""`pip install --user` in an environment becomes an install into the user site of the Python that it was made of."""

from __future__ import annotations

from ..intake.circumstances import Active, FoundCommand, Ground
from ..model.frozen import replace
from .installers import Install


def out_of_environment(install: Install, found: FoundCommand) -> Install:
    """Only where the environment was made with --system-site-packages: in others pip refuses (pip/_internal/commands/
    install.py, decide_user_install).
    """
    if install.active.ground is not Ground.VENV or "--user" not in install.arguments or install.frontend != "pip":
        return install
    path = install.active.path.rstrip("/")
    path = path[:-4] if path.endswith("/bin") else path
    if path not in found.circumstances.open_venvs:
        return install
    because = f"--user leaves {path}, which was made with --system-site-packages"
    return replace(install, active=Active(Ground.HOST, "", because), path_named=False)
