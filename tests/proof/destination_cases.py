"""Real pip command lines for test_destinations: what is typed, by whom, and what lies around."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

WHEELS = "/srv/wheels"
PROJECT = "/srv/project"
OLD_PROJECT = "/srv/old"
HOME = {"root": "/root", "alice": "/home/alice"}
DEBIANS = ("bullseye", "bookworm", "trixie")
MODERN = ("bookworm", "trixie")


class Case(NamedTuple):
    """One command line. `override` sets PIP_BREAK_SYSTEM_PACKAGES; `venv` is made first, by `user`.

    `upgraded` is the release of an upstream pip that lies in /usr/local, as after `pip install -U pip`.
    """

    line: str
    user: str = "root"
    env: Mapping[str, str] = {}
    files: Mapping[str, str] = {}
    cwd: str = "/srv"
    override: bool = True
    venv: str = ""
    system_site: bool = False
    releases: tuple[str, ...] = DEBIANS
    upgraded: str = ""


FILES = {
    "/srv/requirements.txt": "# what we need\n--no-index\npgprobe == 1.0 \\\n  ; python_version >= '3'\n",
    "/srv/nested/all.txt": "-r ../requirements.txt\n",
    "/srv/constraints.txt": "pgprobe<2\n",
}
NESTED = {"PYTHONUSERBASE": "/opt/base"}
CASES = (
    # plain, in every spelling
    Case("pip install pgprobe"),
    Case("pip install pgprobe", "alice"),
    Case("pip3 install pgprobe==1.0"),
    Case("python3 -m pip install pgprobe"),
    Case("/usr/bin/python3 -m pip install 'pgprobe>=1,<2'"),
    Case("pip --no-cache-dir -q install pgprobe"),
    Case("pip install -qqq --no-cache pgprobe --no-deps"),
    Case("pip install --ignore-installed pgprobe"),
    Case("pip install --upgrade --force-reinstall pgprobe", "alice"),
    # where to
    Case("pip install --user pgprobe"),
    Case("pip install pgprobe --user", "alice"),
    Case("pip install --no-user pgprobe"),
    Case("pip install --target /opt/t pgprobe"),
    Case("pip install -Ut ./rel pgprobe"),
    Case("pip install --targ=/opt/t pgprobe"),
    Case("pip install --target=/usr/lib/python3/dist-packages pgprobe"),
    Case("pip install -t lib pgprobe", "alice", cwd="/home/alice"),
    Case("pip install --prefix /usr pgprobe"),
    Case("pip install --prefix //usr pgprobe"),
    Case("pip install --target //usr/lib/python3/dist-packages pgprobe"),
    Case("pip install --prefix /usr/local pgprobe"),
    Case("pip install --pref /opt/p pgprobe"),
    Case("pip install --prefix=rel pgprobe", cwd="/srv"),
    Case("pip install --prefix ../alice/p pgprobe", "alice", cwd="/home/alice"),
    Case("pip install --root /stage pgprobe"),
    Case("pip install --root /stage --prefix /usr pgprobe"),
    Case("pip install --root=/stage --user pgprobe"),
    Case("pip install --user --target /opt/t pgprobe"),
    Case("pip install --user --prefix /opt/t pgprobe"),
    Case("pip install --target= pgprobe"),
    # what
    Case("pip install -r requirements.txt", files=FILES),
    Case("pip install -r nested/all.txt -c constraints.txt", files=FILES),
    Case("pip install -rrequirements.txt --user", "alice", files=FILES),
    Case("pip install /srv/wheels/pgprobe-1.0-py3-none-any.whl"),
    Case("pip install file:///srv/wheels/pgprobe-1.0-py3-none-any.whl"),
    Case("pip install 'pgprobe @ file:///srv/wheels/pgprobe-1.0-py3-none-any.whl'", "alice"),
    Case("pip install ./project"),
    Case("pip install /srv/project", "alice"),
    Case("pip install -e /srv/project", releases=MODERN),
    Case("pip install --editable ./old", releases=("bullseye",)),
    # variables and configuration files
    Case("pip install --user pgprobe", "alice", {"PYTHONUSERBASE": "/home/alice/base"}),
    Case("pip install pgprobe", "root", NESTED),
    Case("pip install pgprobe", "root", {"VIRTUAL_ENV": "/tmp/nothing"}),
    Case("pip install --prefix /usr/local pgprobe", "root", {"VIRTUAL_ENV": "/tmp/nothing"}),
    Case("pip install --user pgprobe", "alice", {"PYTHONNOUSERSITE": "1"}),
    Case("pip install pgprobe", "root", {"DEB_PYTHON_INSTALL_LAYOUT": "deb"}),
    Case("pip install --prefix /opt/p pgprobe", "root", {"DEB_PYTHON_INSTALL_LAYOUT": "deb"}),
    Case("pip install pgprobe", "root", {"PIP_USER": "1"}),
    Case("pip install pgprobe", "root", {"PIP_USER": "off", "PIP_PREFIX": "/usr"}),
    Case("pip install pgprobe", "alice", {"PIP_TARGET": "/home/alice/t"}),
    Case("pip install pgprobe", "root", {"PIP_NO_USER": "1"}),
    Case("pip install pgprobe", files={"/etc/pip.conf": "[install]\nuser = yes\n"}),
    Case("pip install pgprobe", files={"/usr/pip.conf": "[global]\nprefix = /opt/conf\n"}),
    Case("pip install pgprobe", "alice", files={"/home/alice/.config/pip/pip.conf": "[install]\ntarget = /tmp/conf\n"}),
    Case("pip install pgprobe", "alice", files={"/home/alice/.pip/pip.conf": "[global]\ntarget = /tmp/legacy\n"}),
    Case("pip install pgprobe", "root", {"PIP_CONFIG_FILE": "/srv/own.conf"},
         files={"/srv/own.conf": "[install]\nroot = /stage\n", "/root/.pip/pip.conf": "[install]\nuser = 1\n"}),
    Case("pip install --isolated pgprobe", "root", {"PIP_TARGET": "/opt/t"},
         files={"/etc/pip.conf": "[install]\nno-index = 1\nfind-links = /srv/wheels\n"}, override=False,
         releases=("bullseye",)),
    # environments
    Case("/srv/venv/bin/pip install pgprobe", venv="/srv/venv"),
    Case("/home/alice/v/bin/python -m pip install pgprobe", "alice", venv="/home/alice/v"),
    Case("/home/alice/v/bin/pip install pgprobe", "alice", venv="/home/alice/v", system_site=True),
    Case("/home/alice/v/bin/pip install --user pgprobe", "alice", venv="/home/alice/v", system_site=True),
    Case("/home/alice/v/bin/pip install --user pgprobe", "alice", venv="/home/alice/v"),
    Case("/srv/venv/bin/pip install --prefix /opt/p pgprobe", venv="/srv/venv"),
    Case("/srv/venv/bin/pip install -t /usr/lib/python3/dist-packages pgprobe", venv="/srv/venv"),
    Case("pip --python /srv/venv install pgprobe", venv="/srv/venv"),
    # the EXTERNALLY-MANAGED file, and what pip stops by itself
    Case("pip install pgprobe", override=False),
    Case("pip install --user pgprobe", "alice", override=False),
    Case("pip install --break-system-packages pgprobe", override=False),
    Case("pip install --break pgprobe --user", "alice", override=False),
    Case("pip install --prefix /usr pgprobe", override=False),
    Case("pip install --target= pgprobe", override=False),
    Case("pip install --dry-run pgprobe"),
    Case("pip download -d /tmp/d pgprobe"),
    Case("pip install --help pgprobe"),
    Case("pip help install"),
    Case("pip install --system pgprobe --user"),
    # an upstream pip in /usr/local
    Case("python3 -m pip install pgprobe", upgraded="25.1.1"),
    Case("python3 -m pip install pgprobe", "alice", upgraded="25.1.1"),
    Case("python3 -m pip install --prefix /usr/local pgprobe", upgraded="25.1.1"),
    Case("python3 -m pip install --prefix /usr/local pgprobe", upgraded="26", releases=MODERN),
    Case("python3 -m pip install --prefix /usr pgprobe", upgraded="26", releases=MODERN),
    Case("python3 -m pip install pgprobe", override=False, upgraded="21.3.1", releases=MODERN[:1]),
    Case("python3 -m pip install pgprobe", "alice", {"PIP_USER": "0", "PIP_TARGET": "/home/alice/t"}, upgraded="18.1",
         releases=("bullseye",)),
)
