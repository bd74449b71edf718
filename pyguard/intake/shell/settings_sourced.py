"""A script that is sourced and cannot be read: whether it most often holds a compiler's or a library's settings."""

from __future__ import annotations

from ...model.late_pattern import late
from .directories import VENV_PATH
from .state import State

PIP_PACKAGE = late(r"(python[\d.]*-|py\d+-)?pip([=<>~@:].*)?$")
MAKES_ENVIRONMENTS = late(r"((python[\d.]*-|py\d+-)?(venv|virtualenv|poetry|pipenv|conda)|(mini|ana)conda|pyenv|uv)"
                          r"([-=<>~@:].*)?$")
OF_PYTHON = late(r"py|activate|conda|mamba|poetry|pipenv|virtual|venv|(^|[^a-z])ve([^a-z]|$)|\.tox|\.nox|/bin/|nix|"
                 r"\.envrc|environment-setup|(create|make|new)[-_]?env")    # or of an SDK, which has a Python, too
UNNAMED = late(r"\$[^/]*$|`|\*")    # what the file is called is not known


def holds_settings(path: str, state: State) -> bool:
    """`. ./env` behind `apt-get install python3-pip`: who fetches the distribution's pip means to use it.

    Not where the name speaks of Python or is not known, nor where something here makes environments.
    """
    packages = state.os_packages
    return any(map(PIP_PACKAGE.match, packages)) and not any(map(MAKES_ENVIRONMENTS.match, packages)) \
        and not state.venvs and not VENV_PATH.search(path) and not OF_PYTHON.search(path.lower()) \
        and not UNNAMED.search(path)
