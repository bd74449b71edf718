"""Throw-away Debian roots with real tools from the package index: a release and tools in, a root with them out."""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Iterator

from tests import rootcache
from tests.rootfs import Root, build, hand_in_network

PACKAGES = ("python3-pip", "python3-setuptools", "python3-venv")
TOOLS = "/opt/tools"
# Tool -> what is installed into its own environment, and the programs that are linked into /opt/tools/bin.
WANTED = {
    "uv": (("uv",), ("uv",)),
    "pipx": (("pipx",), ("pipx",)),
    "poetry": (("poetry",), ("poetry",)),
    "pipenv": (("pipenv",), ("pipenv",)),
    "pdm": (("pdm", "hishel<2"), ("pdm",)),
    "pip-sync": (("pip-tools",), ("pip-sync",)),
    "easy_install": (("setuptools==51.3.3",), ("easy_install",)),    # the last with main()
}


@contextlib.contextmanager
def tool_root(release: str, *tools: str, network: bool = False) -> Iterator[Root]:
    """A root with each tool in a venv below /opt/tools, made once and cached; skips as `rootfs.overlay` does.

    Tools that every Debian has (setup.py, ensurepip) need nothing more.
    """
    rootcache.require_means()
    below = [rootcache.package_layer(release, PACKAGES, build), rootcache.base_layer(release)]
    lower = [*(tool_layer(release, tool, below) for tool in tools if tool in WANTED), *below]
    with rootcache.mounted(lower) as path:
        if network:
            hand_in_network(path)
        yield Root(path, release, network)


def tool_layer(release: str, tool: str, below: list[str]) -> str:
    """A cached layer with one tool."""
    wanted, programs = WANTED[tool]
    links = " && ".join(f"ln -s ../{tool}/bin/{program} {TOOLS}/bin/{program}" for program in programs)
    script = (f"mkdir -p {TOOLS}/bin && python3 -m venv {TOOLS}/{tool} && "
              f"{TOOLS}/{tool}/bin/pip --no-cache-dir -q install {shlex.join(wanted)} && {links} && "
              f"{TOOLS}/{tool}/bin/pip list >{TOOLS}/{tool}.versions")
    return rootcache.make_layer(f"{release}-{rootcache.RECIPE}-tool-{tool}", below, script, build)


def version_of(root: Root, tool: str) -> str:
    """The release of a tool that lies in the root."""
    with open(os.path.join(root.path + TOOLS, f"{tool}.versions"), encoding="utf-8") as file:
        table = dict(line.split()[:2] for line in file if len(line.split()) >= 2)
    return table[WANTED[tool][0][0]]
