"""A small conda channel on disk: packages as names, versions and files in, an indexed directory out.

Its `python` runs for real: a link to the interpreter of the tests and a pyvenv.cfg, so that the prefix is the
environment's own. Every other package is a module with its metadata.
"""

from __future__ import annotations

import bz2
import hashlib
import io
import json
import os
import sys
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
SUBDIR = "linux-64" if os.uname().machine == "x86_64" else "linux-aarch64"
LINK = "link "    # the beginning of a text that stands for a symbolic link


class Channel:
    """Add packages, then write."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.records: dict[str, dict[str, Any]] = {}
        (directory / SUBDIR).mkdir(parents=True)
        (directory / "noarch").mkdir()

    @property
    def url(self) -> str:
        """What `-c` takes."""
        return self.directory.as_uri()

    def add(self, name: str, version: str, depends: Sequence[str] = (), files: Mapping[str, str] | None = None,
            build: str = "0") -> None:
        """A package with these files; their text, or `link TARGET`."""
        index = {"name": name, "version": version, "build": build, "build_number": 0, "depends": list(depends),
                 "subdir": SUBDIR, "arch": None, "platform": None, "timestamp": 1700000000000}
        data = _pack(index, files or {})
        file_name = f"{name}-{version}-{build}.tar.bz2"
        (self.directory / SUBDIR / file_name).write_bytes(data)
        self.records[file_name] = {**index, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
                                   "md5": hashlib.md5(data, usedforsecurity=False).hexdigest()}

    def add_distribution(self, name: str, version: str, package: str = "", depends: Sequence[str] = ()) -> None:
        """A distribution as conda packages one: an importable module and its dist-info."""
        module = name.replace("-", "_").replace(".", "_")
        site = f"lib/python{MINOR}/site-packages"
        info = f"{site}/{module}-{version}.dist-info"
        self.add(package or name, version, ["python", *depends], {
            f"{site}/{module}/__init__.py": f"__version__ = {version!r}\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{info}/RECORD": f"{module}/__init__.py,,\n", f"{info}/INSTALLER": "conda\n"})

    def add_python(self, minor: str = MINOR) -> None:
        """The tests' own interpreter, for its minor version or another, and pip as it stands there."""
        python = os.path.realpath(sys.executable)
        self.add("python", f"{minor}.0", (), {
            "bin/python": LINK + python, "bin/python3": "link python",
            "pyvenv.cfg": f"home = {os.path.dirname(python)}\ninclude-system-site-packages = false\n",
            f"lib/python{MINOR}/site-packages/README.txt": "packages\n"})
        import pip

        origin = Path(pip.__file__).parent
        files = {f"lib/python{MINOR}/site-packages/pip/{path.relative_to(origin)}": path.read_text(encoding="utf-8")
                 for path in origin.rglob("*") if path.suffix in (".py", ".pem", ".txt", ".json", ".typed")}
        files["bin/pip"] = "#!/bin/sh\nexec \"$(dirname \"$0\")/python\" -m pip \"$@\"\n"
        info = f"lib/python{MINOR}/site-packages/pip-{pip.__version__}.dist-info"
        files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: pip\nVersion: {pip.__version__}\n"
        self.add("pip", pip.__version__, ["python"], files)

    def write(self) -> None:
        """Index both directories."""
        for subdir, packages in ((SUBDIR, self.records), ("noarch", {})):
            (self.directory / subdir / "repodata.json").write_text(json.dumps(
                {"info": {"subdir": subdir}, "packages": packages, "packages.conda": {}, "repodata_version": 1}))


def _pack(index: Mapping[str, Any], files: Mapping[str, str]) -> bytes:
    paths = []
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in files.items():
            data = text.encode()
            member = tarfile.TarInfo(name)
            if text.startswith(LINK):
                member.type, member.linkname = tarfile.SYMTYPE, text[len(LINK):]
                archive.addfile(member)
            else:
                member.size, member.mode = len(data), 0o755 if name.startswith("bin/") else 0o644
                archive.addfile(member, io.BytesIO(data))
            paths.append({"_path": name, "path_type": "softlink" if text.startswith(LINK) else "hardlink",
                          "sha256": hashlib.sha256(b"" if text.startswith(LINK) else data).hexdigest(),
                          "size_in_bytes": 0 if text.startswith(LINK) else len(data)})
        for name, value in (("index.json", dict(index)), ("paths.json", {"paths": paths, "paths_version": 1}),
                            ("about.json", {})):
            _add(archive, f"info/{name}", json.dumps(value))
        _add(archive, "info/files", "".join(f"{name}\n" for name in files))
    return bz2.compress(buffer.getvalue(), 1)


def _add(archive: tarfile.TarFile, name: str, text: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(text.encode())
    archive.addfile(member, io.BytesIO(text.encode()))
