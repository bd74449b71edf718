"""A plugin's text in, the plugin as pip leaves it in a site directory out."""

from __future__ import annotations

import os
import site
import textwrap
from pathlib import Path

from pyguard.plugins.find import find_plugins
from pyguard.plugins.installed import InstalledPlugins

EXAMPLE = Path(__file__).parent / "example" / "acme_pyguard.py"
PACKAGES = [path for path in site.getsitepackages() if os.path.isdir(path)]


def put(directory: Path, text: str, name: str = "acme", entry: str = "") -> None:
    """A plugin as pip leaves it: its module, and its metadata with the entry point."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{name}_pyguard.py").write_text(textwrap.dedent(text))
    metadata = directory / f"{name}_pyguard-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-pyguard\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[pyguard]\n{name} = {entry or name + '_pyguard'}\n")


def plugins_of(directory: Path, limit: float = 10.0) -> InstalledPlugins:
    return InstalledPlugins(find_plugins([str(directory)]), [str(directory), *PACKAGES], limit)
