"""Wheels and local projects made by hand, so that no test needs an index: files in, files on disk out."""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
from collections.abc import Mapping

BACKEND = '''\
"""A PEP 517 and 660 backend of the standard library alone: packs what lies beside it."""
import os
import zipfile

NAME = "{name}"
VERSION = "{version}"


def _pack(directory, files):
    info = "%s-%s.dist-info/" % (NAME, VERSION)
    files[info + "METADATA"] = "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n" % (NAME, VERSION)
    files[info + "WHEEL"] = "Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files[info + "entry_points.txt"] = "[console_scripts]\\n%s-run = %s:main\\n" % (NAME, NAME)
    record = "".join("%s,,\\n" % name for name in sorted(files)) + info + "RECORD,,\\n"
    files[info + "RECORD"] = record
    wheel = "%s-%s-py3-none-any.whl" % (NAME, VERSION)
    with zipfile.ZipFile(os.path.join(directory, wheel), "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return wheel


def build_wheel(directory, config_settings=None, metadata_directory=None):
    return _pack(directory, {{NAME + ".py": "def main():\\n    pass\\n"}})


def build_editable(directory, config_settings=None, metadata_directory=None):
    return _pack(directory, {{NAME + ".pth": os.getcwd() + "\\n"}})
'''
PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "{name}"
version = "{version}"
"""


def make_wheel(directory: str, name: str, version: str, files: Mapping[str, str] | None = None,
               requires: tuple[str, ...] = ()) -> str:
    """A pure wheel with the module `name` and the command `name-run`; returns its path."""
    os.makedirs(directory, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    contents = dict(files or {f"{name}.py": "def main():\n    pass\n"})
    contents[f"{info}/METADATA"] = "\n".join((
        "Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}",
        *(f"Requires-Dist: {text}" for text in requires))) + "\n"
    contents[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    contents[f"{info}/entry_points.txt"] = f"[console_scripts]\n{name}-run = {name}:main\n"
    lines = [f"{path},sha256={_digest(text)},{len(text.encode())}" for path, text in contents.items()]
    contents[f"{info}/RECORD"] = "\n".join((*lines, f"{info}/RECORD,,")) + "\n"
    wheel = os.path.join(directory, f"{name}-{version}-py3-none-any.whl")
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in contents.items():
            archive.writestr(path, text)
    return wheel


def make_project(directory: str, name: str, version: str) -> None:
    """A local project that builds without an index, editable or not."""
    os.makedirs(directory, exist_ok=True)
    for file_name, text in ((f"{name}.py", "def main():\n    pass\n"),
                            ("pyproject.toml", PYPROJECT.format(name=name, version=version)),
                            ("backend.py", BACKEND.format(name=name, version=version))):
        with open(os.path.join(directory, file_name), "w", encoding="utf-8") as file:
            file.write(text)


def make_old_project(directory: str, name: str, version: str) -> None:
    """A local project with nothing but a setup.py."""
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, "setup.py"), "w", encoding="utf-8") as file:
        file.write(f"from setuptools import setup\nsetup(name={name!r}, version={version!r}, py_modules=[{name!r}],\n"
                   f"      entry_points={{'console_scripts': ['{name}-run = {name}:main']}})\n")
    with open(os.path.join(directory, f"{name}.py"), "w", encoding="utf-8") as file:
        file.write("def main():\n    pass\n")


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
