"""A program of its own: pipx or `uv tool` gives it an environment and puts its commands on PATH. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.facts import Facts
from ..model.remedy import Remedy, Safety, Step
from ..model.request import Action, Request, SourceKind
from .programs import find_tool, written
from .uv_arguments import TOOL, uv_arguments, uv_note

# Distributions that people install for their commands, not to import them.
APPLICATIONS = """
ansible ansible-core ansible-lint asciinema autopep8 awscli bandit black bpython build bump2version buku cibuildwheel
codespell commitizen conan cookiecutter copier cruft csvkit datasette docutils dotdrop duplicity eg esptool flake8
flit gdown gitlint glances grip hatch howdoi httpie internetarchive ipython isort jrnl jupyterlab legit litecli llm
magic-wormhole maestral mkdocs mycli mypy nikola nox pdm pgcli pip-audit pip-tools pipenv pipx pkginfo platformio
poetry pre-commit pyflakes pygount pylint pyright pytype qmk ranger-fm reuse ruff s3cmd scrapy shodan shell-gpt
speedtest-cli sqlfluff sqlite-utils streamlink subliminal tldr tox trash-cli tuir twine uv vdirsyncer virtualenv
visidata vulture watchfiles west yamllint yapf yewtube youtube-dl yt-dlp yq zizmor
"""


def propose(facts: Facts, request: Request) -> Iterator[Remedy]:
    """For one application from an index; its version may be asked for, and nothing that these tools would drop."""
    if request.action is not Action.INSTALL or len(request.wanted) != 1:
        return
    if request.unread or request.constraints or request.no_deps or request.wanted[0].hashed:
        return
    wanted = request.wanted[0]
    if wanted.name not in APPLICATIONS.split() or wanted.source is not SourceKind.INDEX or wanted.origin:
        return
    why = f"{wanted.name} is used for its commands"
    pipx, uv = find_tool(facts, "pipx"), find_tool(facts, "uv")
    if pipx is not None and not request.index_options and not request.pip_options:
        yield Remedy("pipx", "an application of its own (pipx)", Safety.SAFE,
                     (Step((written(facts, pipx), "install", wanted.text)),), reason=why)
    words = uv_arguments(request, TOOL)
    if uv is not None and uv.path and words is not None:
        yield Remedy("uv-tool", "an application of its own (uv)", Safety.SAFE,
                     (Step((written(facts, uv), "tool", "install", *words)),), reason=why, note=uv_note(request))
