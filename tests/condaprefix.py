"""A conda prefix made for real by py-rattler: small packages in, a channel on disk and an environment from it out."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

SUBDIR = "linux-64"


class CondaPackage(NamedTuple):
    """`files`: path in the package -> text; those of a noarch one begin with site-packages/."""

    name: str
    version: str
    depends: tuple[str, ...]
    files: Mapping[str, str]
    noarch: bool = False


def a_library(name: str, version: str, *depends: str, **modules: str) -> CondaPackage:
    """A pure Python distribution, as conda-forge packs it; its modules besides its own name."""
    files = {f"site-packages/{module}/__init__.py": text for module, text in {name: "", **modules}.items()}
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files[f"site-packages/{name}-{version}.dist-info/METADATA"] = metadata
    files[f"site-packages/{name}-{version}.dist-info/INSTALLER"] = "conda\n"
    return CondaPackage(name, version, ("python >=3.8", *depends), files, noarch=True)


PYTHON = CondaPackage("python", "3.12.4", (), {"bin/python3.12": "\x7fELF", "bin/python": "\x7fELF",
                                               "lib/python3.12/os.py": "", "lib/python3.12/site.py": ""})
CONDA = CondaPackage("conda", "24.7.1", ("python >=3.12,<3.13", "requests >=2.28.0,<3"), {
    "bin/conda": "#!/opt/python\n", "lib/python3.12/site-packages/conda/__init__.py": ""})
BASE = (PYTHON, CONDA, a_library("requests", "2.32.3", "urllib3 >=1.21.1,<3"), a_library("urllib3", "2.2.2"),
        a_library("idle", "1.0"))


def make_prefix(top: Path, packages: Sequence[CondaPackage] = BASE) -> Path:
    """All packages, installed by py-rattler into `top/base`."""
    rattler = pytest.importorskip("rattler", reason="py-rattler is not installed here")
    channel = top / "channel"
    rows = [_pack(channel, package) for package in packages]
    for subdir in (SUBDIR, "noarch"):
        (channel / subdir).mkdir(parents=True, exist_ok=True)
        found = {row["fn"]: row for row in rows if row["subdir"] == subdir}
        (channel / subdir / "repodata.json").write_text(json.dumps({
            "info": {"subdir": subdir}, "packages": found, "packages.conda": {}, "repodata_version": 1}))

    async def install() -> None:
        records = await rattler.solve([rattler.Channel(f"file://{channel}")], [package.name for package in packages],
                                      gateway=rattler.Gateway(), platforms=[SUBDIR, "noarch"])
        await rattler.install(records, target_prefix=top / "base", cache_dir=top / "cache")

    asyncio.run(install())
    return top / "base"


def _pack(channel: Path, package: CondaPackage) -> dict[str, object]:
    """One archive in the first of conda's formats; its row of repodata.json."""
    subdir = "noarch" if package.noarch else SUBDIR
    name = f"{package.name}-{package.version}-0.tar.bz2"
    index = {"name": package.name, "version": package.version, "build": "0", "build_number": 0,
             "depends": list(package.depends), "subdir": subdir, **({"noarch": "python"} if package.noarch else {})}
    paths = [{"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(text.encode()).hexdigest(),
              "size_in_bytes": len(text.encode())} for path, text in package.files.items()]
    members = {**package.files, "info/index.json": json.dumps(index), "info/files": "\n".join(package.files) + "\n",
               "info/paths.json": json.dumps({"paths_version": 1, "paths": paths})}
    if package.noarch:
        members["info/link.json"] = json.dumps({"noarch": {"type": "python"}, "package_metadata_version": 1})
    place = channel / subdir / name
    place.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(place, "w:bz2") as archive:
        for path, text in members.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(text.encode()), 0o755 if path.startswith("bin/") else 0o644
            archive.addfile(entry, io.BytesIO(text.encode()))
    data = place.read_bytes()
    return {**index, "fn": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
