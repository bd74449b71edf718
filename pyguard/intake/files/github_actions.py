"""What published actions do to a job's Python, by name: data, and the one function that applies it."""

from __future__ import annotations

import re

from ...model.late_pattern import late
from ..circumstances import Active, Ground
from ..shell.state import State

# Actions after which `python` and `pip` are not the runner's any more
PRIVATE = ("actions/setup-python", "pdm-project/setup-pdm", "gabrielfalcao/pyenv-action", "deadsnakes/action",
           "moneymeets/action-setup-python-poetry", "quansight-labs/setup-python", "LizardByte/setup-python-action",
           "jdx/mise-action", "asdf-vm/actions/install", "MatteoH2O1999/setup-python", "mxschmitt/setup-python",
           "packetcoders/action-setup-cache-python-poetry", "actions/setup-pypy", "ApeWorX/github-action",
           "hpcaitech/setup-python", "egor-tensin/setup-python",
           "jupyterlab/maintainer-tools/.github/actions/base-setup", "jurplel/install-qt-action")
CONDA = ("conda-incubator/setup-miniconda", "mamba-org/setup-micromamba", "mamba-org/provision-with-micromamba",
         "goanpeca/setup-miniconda", "s-weigand/setup-conda", "prefix-dev/setup-pixi", "conda-incubator/setup-anaconda")
# What of those a shell has only where it reads ~/.profile or ~/.bashrc, as their documentation says
NEEDS_LOGIN = late(r"uses: (conda-incubator|goanpeca|mamba-org)/")
VENV = ("syphar/restore-virtualenv", "install-pinned/uv")
SUSPECT = late(r"(setup|install|prepare|bootstrap).*(python|(?<![a-z])(?:virtual|v)?env|conda|poetry)|python.*setup|"
               r"(^|/)(base|common|dev|project|repo|ci)[-_]setup$|/setup([-_](dev|ci|base|common|project|repo|job))?$",
               re.I)
# What actions of a repository's own are called that bring and change no program
QUIET = late(r"(^|[-_])(info|cache|checkout|clone|upload|download|report|notify|login|logs?|versions?|changed?|changes|"
             r"labels?|status|disk|space|summary|artifacts?|lint|clean|cleanup|token|publish|release|deploy|comment|"
             r"results|coverage|smart[-_]ci)([-_]|$)", re.I)
BRINGS = late(r"setup|set[-_]up|install|prepare|bootstrap|python|pip|env|deps|dependenc|conda|init|tool|build", re.I)
OF_OTHERS = ("actions/", "docker/", "snok/install-poetry", "Gr1N/setup-poetry", "dschep/install-poetry-action",
             "asdf-vm/actions/setup")    # known to choose no Python


def apply_action(uses: str, inputs: dict[str, str], state: State, line: int) -> None:
    """Change the job's state as the action would. One that is not known and says `setup python` leaves a doubt."""
    name = uses.partition("@")[0]
    because = f"uses: {uses}, line {line}"
    if name in PRIVATE:
        if "false" in (inputs.get("update-environment", "").lower(), inputs.get("setup-python", "").lower()):
            return    # that Python is there for whoever names it, and not on PATH; install-qt-action brings none
        state.activate(Active(Ground.PRIVATE, name, because))
    elif name in CONDA:
        environment = inputs.get("activate-environment") or inputs.get("environment-name") or "the action's environment"
        ground = Ground.CONDA_BASE if environment == "base" else Ground.CONDA
        state.activate(Active(ground, environment, because))
    elif name == "astral-sh/setup-uv":
        if inputs.get("activate-environment", "").lower() == "true":
            state.activate(Active(Ground.VENV, ".venv", because))
        elif inputs.get("python-version"):
            state.export({"UV_PYTHON": inputs["python-version"]})
    elif name in VENV:
        state.activate(Active(Ground.VENV, name, because))
    elif SUSPECT.search(name) and not name.startswith(OF_OTHERS):
        state.activate(Active(Ground.UNKNOWN, name, f"{because}, is not here to be read and may choose a Python"))


def is_quiet(folder: str) -> bool:
    """Whether an action of the repository that is not here to be read says by its name that it chooses no Python."""
    name = folder.rsplit("/", 1)[-1]
    return QUIET.search(name) is not None and BRINGS.search(name) is None
