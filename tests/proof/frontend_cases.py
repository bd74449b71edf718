"""Real command lines of the tools beside pip for test_frontends: what is typed, by whom, and what lies around."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

WHEEL = "/srv/wheels/pgprobe-1.0-py3-none-any.whl"
PROJECT = "/srv/app"
DEBIANS = ("bullseye", "bookworm", "trixie")
MODERN = ("bookworm", "trixie")


class Case(NamedTuple):
    """One command line of `tool`. `setup` is run by root before; `venv` is made before, by `user`.

    Without `marker` there is no EXTERNALLY-MANAGED file.
    """

    tool: str
    line: str
    user: str = "root"
    env: Mapping[str, str] = {}
    files: Mapping[str, str] = {}
    cwd: str = "/srv"
    setup: str = ""
    venv: str = ""
    marker: bool = True
    releases: tuple[str, ...] = DEBIANS


ON = {"UV_BREAK_SYSTEM_PACKAGES": "1"}
PIP_ON = {"PIP_BREAK_SYSTEM_PACKAGES": "1"}
OFF = {"POETRY_VIRTUALENVS_CREATE": "false"}
PYPROJECT = {f"{PROJECT}/pyproject.toml": f"""\
[project]
name = "thing"
version = "1.0"
requires-python = ">=3.9"
dependencies = ["pgprobe @ file://{WHEEL}"]
[tool.poetry]
package-mode = false
[tool.pdm]
distribution = false
"""}
PIPFILE = {f"{PROJECT}/Pipfile": f'[packages]\npgprobe = {{file = "{WHEEL}"}}\n'}
REQUIREMENTS = {"/srv/requirements.txt": "pgprobe==1.0\n"}
OLD = "/srv/old"
# The command of the last setuptools that has one, as it is for the Python that it was installed for.
EASY_SCRIPT = """\
#!/usr/bin/python3
import glob, sys
sys.path.insert(0, glob.glob("/opt/tools/easy_install/lib/python3*/site-packages")[0])
from setuptools.command.easy_install import main
main()
"""
# What get-pip.py does, with a pip beside it instead of one in itself.
GET_PIP_SCRIPT = """\
import glob, sys
sys.path.insert(0, sorted(glob.glob("/srv/wheels/pip-2[0-5]*.whl"))[-1])
from pip._internal.cli.main import main
arguments = [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]
sys.exit(main(["install", "--upgrade", "--force-reinstall"] + arguments + ["pip"]))
"""
# setuptools makes no site directory: it wants one there.
ROOTS_OWN = "python3 -c 'import os, site; os.makedirs(site.getusersitepackages())'"
V_FIRST = "/srv/v/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SYSTEM = "--python-executable /usr/bin/python3"

UV = (
    Case("uv", "uv pip install --system pgprobe"),
    Case("uv", "uv pip install --system --break-system-packages pgprobe"),
    Case("uv", "uv pip install --system pgprobe==1.0 -q", "alice", ON),
    Case("uv", "uv pip install pgprobe", env=ON),
    Case("uv", "uv pip install pgprobe", env={**ON, "UV_SYSTEM_PYTHON": "true"}),
    Case("uv", "uv pip install --python /usr/bin/python3 pgprobe", env=ON),
    Case("uv", "uv pip install -p /usr pgprobe", env=ON),
    Case("uv", "uv pip install -p3 pgprobe", env=ON),
    Case("uv", "uv pip install --system -p 3 pgprobe", env=ON),
    Case("uv", "uv pip install pgprobe", env={**ON, "UV_PYTHON": "/usr/bin/python3"}),
    Case("uv", "uv pip install --target /opt/t pgprobe"),
    Case("uv", "uv pip install --target=/usr/lib/python3/dist-packages pgprobe"),
    Case("uv", "uv pip install --target //usr/lib/python3/dist-packages pgprobe"),
    Case("uv", "uv pip install -t lib pgprobe", "alice", cwd="/home/alice"),
    Case("uv", "uv pip install --prefix /usr pgprobe"),
    Case("uv", "uv pip install --prefix /usr/local pgprobe --system"),
    Case("uv", "uv pip install pgprobe", env={"UV_TARGET": "/opt/t", **ON}),    # uv has no such variable
    Case("uv", "uv pip sync --system requirements.txt", env=ON, files=REQUIREMENTS),
    Case("uv", "uv pip install --system -r requirements.txt", files=REQUIREMENTS, marker=False),
    Case("uv", "uv pip install --system -e project", env=ON),
    Case("uv", "uv --directory /srv/project pip install --system .", env=ON, cwd="/"),
    Case("uv", "uv pip install pgprobe", env=ON, files={"/srv/uv.toml": "[pip]\nsystem = true\n"}),
    Case("uv", "uv pip install pgprobe", files={
        "/srv/pyproject.toml": "[tool.uv.pip]\nsystem = true\nbreak-system-packages = true\n"}),
    Case("uv", "uv pip install pgprobe", "alice", ON, {"/home/alice/.config/uv/uv.toml": '[pip]\ntarget = "/tmp/t"\n'}),
    Case("uv", "uv pip install pgprobe", env={**ON, "CONDA_PREFIX": "/usr"}),
    Case("uv", "uv pip install pgprobe", env={**ON, "CONDA_PREFIX": "/usr", "CONDA_DEFAULT_ENV": "base"}),
    Case("uv", "uv pip install pgprobe", "alice", {"VIRTUAL_ENV": "/home/alice/v"}, venv="/home/alice/v"),
    Case("uv", "uv pip install pgprobe", cwd="/srv/deep", setup="mkdir /srv/deep", venv="/srv/.venv"),
    Case("uv", "uv pip install --system pgprobe", env={**ON, "VIRTUAL_ENV": "/srv/v", "PATH": V_FIRST},
         venv="/srv/v"),
    Case("uv", "uv pip install --dry-run --system pgprobe", env=ON),
    Case("uv", "uv tool install pgprobe"),
    Case("uv", "uv run --no-project --with pgprobe python3 -c 'import pgprobe'", "alice"),
    Case("uv", "uv sync", env={"UV_PROJECT_ENVIRONMENT": "/usr/local"}, files=PYPROJECT, cwd=PROJECT),
    Case("uv", "uv sync", env={"UV_PROJECT_ENVIRONMENT": "/usr"}, files=PYPROJECT, cwd=PROJECT),
    Case("uv", "uv run python3 -c 1", env={"UV_PROJECT_ENVIRONMENT": "../../usr"}, files=PYPROJECT, cwd=PROJECT),
    Case("uv", "uv sync --project app", env={"UV_PROJECT_ENVIRONMENT": "../../usr"}, files=PYPROJECT),
    Case("uv", "uv version --bump patch", env={"UV_PROJECT_ENVIRONMENT": "/usr"}, files=PYPROJECT, cwd=PROJECT),
    Case("uv", "uv sync --active", env={"VIRTUAL_ENV": "/usr"}, files=PYPROJECT, cwd=PROJECT),
    Case("uv", "uv sync", env={"VIRTUAL_ENV": "/usr"}, files=PYPROJECT, cwd=PROJECT),
    Case("uv", "uv sync", files=PYPROJECT, cwd=PROJECT, setup=f"ln -s /usr {PROJECT}/.venv"),
    Case("uv", "uv sync", "alice", {"UV_PROJECT_ENVIRONMENT": "/usr"}, PYPROJECT, PROJECT),
    Case("uv", "uv pip install pgprobe --system --no-break-system-packages", env=ON),
)
POETRY = (
    Case("poetry", "poetry install", env=OFF, files=PYPROJECT, cwd=PROJECT),
    Case("poetry", "poetry install", "alice", OFF, PYPROJECT, PROJECT),
    Case("poetry", "poetry install", files=PYPROJECT, cwd=PROJECT),
    Case("poetry", "poetry install --no-root -n", files={
        **PYPROJECT, f"{PROJECT}/poetry.toml": "[virtualenvs]\ncreate = false\n"}, cwd=PROJECT),
    Case("poetry", "poetry -C app install", files={
        **PYPROJECT, "/root/.config/pypoetry/config.toml": "[virtualenvs]\ncreate = false\n"}),
    Case("poetry", "poetry install", env={"POETRY_VIRTUALENVS_CREATE": "true"}, files={
        **PYPROJECT, f"{PROJECT}/poetry.toml": "[virtualenvs]\ncreate = false\n"}, cwd=PROJECT),
    Case("poetry", f"poetry add pgprobe@{WHEEL}", env=OFF, files=PYPROJECT, cwd=PROJECT),
    Case("poetry", "poetry update", env=OFF, files=PYPROJECT, cwd=PROJECT, marker=False),
    Case("poetry", "poetry install", env={**OFF, "VIRTUAL_ENV": "/srv/v", "PATH": V_FIRST},
         files=PYPROJECT, cwd=PROJECT, venv="/srv/v"),
    Case("poetry", "poetry install", env=OFF, files=PYPROJECT, cwd=PROJECT, venv=f"{PROJECT}/.venv"),
    Case("poetry", "poetry install", env={**OFF, "CONDA_PREFIX": "/usr", "CONDA_DEFAULT_ENV": "base"},
         files=PYPROJECT, cwd=PROJECT),
    Case("poetry", "poetry lock", env=OFF, files=PYPROJECT, cwd=PROJECT),
    Case("poetry", "poetry install --dry-run", env=OFF, files=PYPROJECT, cwd=PROJECT),
)
PDM = (
    Case("pdm", f"pdm add -g -p {PROJECT} {WHEEL}", files=PYPROJECT),
    Case("pdm", f"pdm install --global --project {PROJECT}", files=PYPROJECT),
    Case("pdm", f"pdm install -g -p {PROJECT}", files=PYPROJECT, marker=False),
    Case("pdm", f"pdm install -g -p {PROJECT}", "alice", files=PYPROJECT),
    Case("pdm", f"pdm install -g -p {PROJECT}", "alice", files={
        **PYPROJECT, "/home/alice/.config/pdm/config.toml": "[global_project]\nuser_site = true\n"}),
    Case("pdm", "pdm install", files=PYPROJECT, cwd=PROJECT),
    Case("pdm", "pdm install", env={"PDM_USE_VENV": "0"}, files=PYPROJECT, cwd=PROJECT),
    Case("pdm", "pdm install", files={**PYPROJECT, f"{PROJECT}/pdm.toml": '[python]\nuse_venv = "false"\n'},
         cwd=PROJECT),
    Case("pdm", "pdm install", env={"PDM_PYTHON": "/usr/bin/python3"}, files=PYPROJECT, cwd=PROJECT),
    Case("pdm", "pdm install", env={"VIRTUAL_ENV": "/srv/v"}, files=PYPROJECT, cwd=PROJECT, venv="/srv/v"),
    Case("pdm", f"pdm install -g -p {PROJECT}", env={"PATH": V_FIRST},
         files=PYPROJECT, venv="/srv/v"),
    Case("pdm", f"pdm lock -g -p {PROJECT}", files=PYPROJECT),
)
PIPENV = (
    Case("pipenv", "pipenv install --system --skip-lock", env=PIP_ON, files=PIPFILE, cwd=PROJECT),
    Case("pipenv", "pipenv install --system --skip-lock", files=PIPFILE, cwd=PROJECT),
    Case("pipenv", "pipenv install --system --skip-lock", "alice", PIP_ON, PIPFILE, PROJECT),
    Case("pipenv", "pipenv install --skip-lock", env={**PIP_ON, "PIPENV_SYSTEM": "1"}, files=PIPFILE, cwd=PROJECT),
    Case("pipenv", "pipenv install --skip-lock", files=PIPFILE, cwd=PROJECT),
    Case("pipenv", "pipenv install --system --skip-lock pgprobe", env=PIP_ON, files={
        f"{PROJECT}/Pipfile": "[packages]\n"}, cwd=PROJECT, releases=MODERN),
    Case("pipenv", "pipenv install --system --skip-lock --extra-pip-args '--target /opt/t'", files=PIPFILE,
         cwd=PROJECT),
    Case("pipenv", "pipenv install --system --skip-lock", env={**PIP_ON, "PIP_USER": "1"}, files=PIPFILE, cwd=PROJECT),
    Case("pipenv", "pipenv install --system --skip-lock", env={**PIP_ON, "PIP_PREFIX": "/usr"}, files=PIPFILE,
         cwd=PROJECT),
    Case("pipenv", "pipenv install --system --skip-lock", env={"PATH": V_FIRST,
         "VIRTUAL_ENV": "/srv/v"}, files=PIPFILE, cwd=PROJECT, venv="/srv/v"),
    Case("pipenv", "pipenv --python /usr/bin/python3 install --system --skip-lock", env=PIP_ON, files=PIPFILE,
         cwd=PROJECT),
    Case("pipenv", "pipenv --version --system"),
)
_SYNCED = (
    Case("pip-sync", "pip-sync requirements.txt", files=REQUIREMENTS),
    Case("pip-sync", f"pip-sync {SYSTEM} requirements.txt", env=PIP_ON, files=REQUIREMENTS),
    Case("pip-sync", f"pip-sync {SYSTEM}", files=REQUIREMENTS),
    Case("pip-sync", f"pip-sync {SYSTEM}", "alice", PIP_ON, REQUIREMENTS),
    Case("pip-sync", f"pip-sync {SYSTEM} --user requirements.txt", env=PIP_ON, files=REQUIREMENTS),
    Case("pip-sync", f"pip-sync {SYSTEM} --pip-args '--prefix /usr'", files=REQUIREMENTS),
    Case("pip-sync", "pip-sync --python-executable python3 --pip-args '--target /opt/t'", files=REQUIREMENTS),
    Case("pip-sync", "pip-sync", env=PIP_ON, files={
        **REQUIREMENTS, "/srv/pyproject.toml": '[tool.pip-tools]\npython-executable = "python3"\n'}),
    Case("pip-sync", f"pip-sync --no-config {SYSTEM}", env={**PIP_ON, "PIP_USER": "1"}, files=REQUIREMENTS),
    Case("pip-sync", f"pip-sync -n {SYSTEM}", env=PIP_ON, files=REQUIREMENTS),
    Case("pip-sync", "/opt/tools/pip-sync/bin/python -m piptools sync --python-executable python3", env=PIP_ON,
         files=REQUIREMENTS),
)
# With Debian 11's pip it refuses to work; on Debian 13 it stops where pip will not uninstall Debian's own wheel.
PIP_SYNC = (_SYNCED[0], *(case._replace(releases=("bookworm",)) for case in _SYNCED[1:]))
PIPX = (
    Case("pipx", "pipx install pgprobe"),
    Case("pipx", "pipx install pgprobe", "alice"),
    Case("pipx", "pipx install --global pgprobe"),
    Case("pipx", "pipx install --global pgprobe", env={"PIPX_GLOBAL_BIN_DIR": "/opt/b", "PIPX_GLOBAL_HOME": "/opt/h"}),
    Case("pipx", f"pipx install --global {WHEEL}"),
    Case("pipx", "pipx run --spec pgprobe pgprobe-run", "alice"),
    Case("pipx", "pipx list --global"),
    Case("pipx", "pipx install --python /usr/bin/python3 pgprobe", "alice"),
    Case("pipx", "pipx install pgprobe", env={"PIPX_BIN_DIR": "/opt/b", "PIPX_HOME": "/opt/h"}),
    Case("pipx", "pipx install -f pgprobe --system-site-packages", "alice"),
)
SETUP_PY = (
    Case("setup.py", "python3 setup.py install", cwd=OLD),
    Case("setup.py", "python3 setup.py install", "alice", cwd=OLD),
    Case("setup.py", "python3 setup.py -q install --user", "alice", cwd=OLD),
    Case("setup.py", "python3 setup.py install --user", "alice", {"PYTHONUSERBASE": "/home/alice/b"}, cwd=OLD),
    Case("setup.py", "python3 setup.py develop", cwd=OLD),
    Case("setup.py", "python3 setup.py install", env={"VIRTUAL_ENV": "/srv/v"}, cwd=OLD),
    Case("setup.py", "python3 setup.py install", env={"PYTHONUSERBASE": "/srv/b"}, cwd=OLD),
    Case("setup.py", "python3 setup.py develop", env={"VIRTUAL_ENV": "/srv/v"}, cwd=OLD),
    Case("setup.py", "python3 /srv/old/setup.py build install --prefix /usr/local", cwd=OLD),
    Case("setup.py", "python3 setup.py install --prefix=/usr/", cwd=OLD),
    Case("setup.py", "python3 setup.py install --prefix=/usr", env={"DEB_PYTHON_INSTALL_LAYOUT": "deb"}, cwd=OLD),
    Case("setup.py", "/srv/v/bin/python setup.py install --prefix=/usr", cwd=OLD, venv="/srv/v",
         releases=("bookworm",)),    # the others' setuptools refuses or is not there
    Case("setup.py", "python3 setup.py install --root /stage --single-version-externally-managed", cwd=OLD),
    Case("setup.py", "python3 setup.py install --root=/", cwd=OLD),
    Case("setup.py", "/srv/v/bin/python setup.py install", cwd=OLD, venv="/srv/v"),
    Case("setup.py", "python3 setup.py sdist bdist_wheel", cwd=OLD),
    Case("setup.py", "python3 setup.py --help install", cwd=OLD),
    Case("setup.py", "python3 setup.py --dry-run install", cwd=OLD),
    Case("setup.py", "python3 setup.py install -n", cwd=OLD),
    Case("setup.py", "python3 setup.py build -f install", cwd=OLD),
    Case("setup.py", "python3 setup.py egg_info -d install", cwd=OLD),
    Case("setup.py", "python3 setup.py install --roo /stage --single-version-externally-managed", cwd=OLD),
    Case("setup.py", "python3 setup.py develop --prefix=/root/.local", cwd=OLD, setup=ROOTS_OWN),
    Case("setup.py", "python3 setup.py build develop --pref /home/alice/.local", "alice", cwd=OLD),
    Case("setup.py", "python3 setup.py install --prefix=/root/.local", cwd=OLD, setup=ROOTS_OWN),
    Case("setup.py", "python3 setup.py develop --prefix=/usr/local", cwd=OLD),
    Case("setup.py", "python3 setup.py easy_install --prefix=/root/.local .", cwd=OLD, setup=ROOTS_OWN,
         releases=DEBIANS[:1]),
)
EASY_INSTALL = tuple(Case("easy_install", *rest, files={"/srv/bin/easy_install": EASY_SCRIPT},    # type: ignore[arg-type]
                          setup="chmod +x bin/easy_install", releases=DEBIANS[:1]) for rest in (
    ("/srv/bin/easy_install /srv/old",), ("/srv/bin/easy_install /srv/old", "alice"),
    ("/srv/bin/easy_install --user /srv/old", "alice"), ("/srv/bin/easy_install -q /srv/old",),
    ("/srv/bin/easy_install -m -d /opt/t /srv/old",),
    ("/srv/bin/easy_install --multi-version --install-dir=/opt/t /srv/old",),
    ("/srv/bin/easy_install -O2 --always-copy /srv/old",), ("/srv/bin/easy_install --version",),
    ("/srv/bin/easy_install -n /srv/old",),
    ("/srv/bin/easy_install --prefix=/usr/local /srv/old",),
    ("/srv/bin/easy_install /srv/old", "root", {"VIRTUAL_ENV": "/srv/v"}),
    ("/srv/bin/easy_install --help",), ("python3 /srv/bin/easy_install -Z /srv/old",),
))
GET_PIP = tuple(Case("get-pip.py", f"{line} pgprobe", user, env, {"/srv/get-pip.py": GET_PIP_SCRIPT}, venv=venv,
                     marker=marker)
                for line, user, env, venv, marker in (
    ("python3 get-pip.py", "root", PIP_ON, "", True), ("python3 get-pip.py", "root", {}, "", True),
    ("python3 get-pip.py", "root", {}, "", False), ("python3 get-pip.py --user", "alice", PIP_ON, "", True),
    ("python3 get-pip.py", "alice", PIP_ON, "", True), ("python3 get-pip.py --target /opt/t", "root", {}, "", True),
    ("python3 get-pip.py --prefix /usr", "root", {}, "", True), ("python3 get-pip.py --no-setuptools", "root",
     {**PIP_ON, "PIP_USER": "1"}, "", True), ("/srv/v/bin/python get-pip.py", "root", {}, "/srv/v", True),
    ("python3 get-pip.py --help", "root", PIP_ON, "", True),
    ("python3 -s /srv/get-pip.py --break-system-packages", "root", {}, "", True)))
ENSUREPIP = tuple(Case("ensurepip", line, user, venv=venv) for line, user, venv in (
    ("python3 -m ensurepip", "root", ""), ("python3 -m ensurepip --upgrade", "root", ""),
    ("python3 -m ensurepip --user", "alice", ""), ("python3 -m ensurepip", "alice", ""),
    ("python3 -m ensurepip --default-pip --altinstall", "root", ""), ("python3 -Im ensurepip -U", "root", ""),
    ("python3 -m ensurepip --root /stage", "root", ""), ("/srv/v/bin/python -m ensurepip", "root", "/srv/v"),
    ("/home/alice/v/bin/python -m ensurepip -U", "alice", "/home/alice/v"),
    ("python3 -m ensurepip --version", "root", "")))
CASES = (*UV, *POETRY, *PDM, *PIPENV, *PIP_SYNC, *PIPX, *SETUP_PY, *EASY_INSTALL, *GET_PIP, *ENSUREPIP)
