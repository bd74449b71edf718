"""Small wheels made by hand: a name and a version in, a file that every pip installs without an index out."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping

NOTHING: Mapping[str, str] = {}


def make_wheel(directory: str, name: str, version: str, modules: tuple[str, ...] = (),
               requires: tuple[str, ...] = (), pure: bool = True, more: Mapping[str, str] = NOTHING) -> str:
    """The wheel's path; it holds one module of the distribution's name unless others are given (PEP 427).

    `more`: other members by name; `.data` and `.dist-info` at its beginning get the wheel's name before them.
    """
    stem = f"{name.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    headers = [("Metadata-Version", "2.1"), ("Name", name), ("Version", version)]
    headers += [("Requires-Dist", line) for line in requires]
    metadata = "".join(f"{key}: {value}\n" for key, value in headers)
    files = {f"{module}/__init__.py": f"version = {version!r}\n" for module in modules or (name.replace("-", "_"),)}
    files.update({stem + name if name.startswith(".d") else name: text for name, text in more.items()})
    files[f"{info}/METADATA"] = metadata
    files[f"{info}/WHEEL"] = ("Wheel-Version: 1.0\nGenerator: hand\n"
                              f"Root-Is-Purelib: {str(pure).lower()}\nTag: py3-none-any\n")
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    os.makedirs(directory, exist_ok=True)
    path = f"{directory}/{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in files.items():
            archive.writestr(member, text)
    return path
