"""Conda's layout and the names that are wanted in, what a conda command for them depends on out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..host import Host
from ..model.conda import CondaSetup
from .conda import CondaLayout
from .conda_index import read_builds
from .package_names import CONDA, look_up

COMMUNITY = "conda-forge"


def read_setup(host: Host, layout: CondaLayout, environment: Mapping[str, str], names: Collection[str], *,
               uid: int, deep: bool) -> CondaSetup:
    """Root goes by configuration that nobody else can write. `names` are normalized."""
    channels = tuple(dict.fromkeys(setting.value for setting in layout.settings.channels
                                   if uid != 0 or setting.trusted))
    pairs = look_up(CONDA, names)
    builds = read_builds(host, layout.pkgs_dirs, channels or (COMMUNITY,), [package for _, package in pairs],
                         uid=uid, deep=deep) if layout.pkgs_dirs else ()
    return CondaSetup(channels, pairs, builds, "CONDA_SHLVL" in environment)
