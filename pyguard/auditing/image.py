"""A `docker save` or OCI archive in, a directory with its file system out; no container engine, nothing of it is run.

Formats: Docker Image Specification 1.2 (manifest.json), OCI Image Layout (index.json, blobs/), whiteouts as the
OCI layer specification has them. Modes are kept, owners are the caller; devices are left out.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import tarfile
from typing import IO, Any

from ..errors import PyguardError
from ..host import resolve_below

WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
MOST = 64 * 1024 * 1024          # of a JSON document
MOST_BYTES = 64 * 1024 ** 3      # of all files together
DOCKER = "manifest.json"
INDEX = "index.json"


def unpack_image(archive: str, directory: str) -> None:
    """All layers of the first image, one over the other. Raises PyguardError for what is no image."""
    try:
        with tarfile.open(archive, "r:*") as image:
            names = {os.path.normpath(member.name): member for member in image if member.isreg()}
            left = [MOST_BYTES]
            for name in _layers(image, names):
                if name not in names:
                    raise _not_an_image(archive, f"its layer {name} is missing")
                with _open(image, names[name]) as file, tarfile.open(fileobj=file, mode="r|*") as layer:
                    for member in layer:
                        _place(layer, member, directory, left)
    except (tarfile.TarError, OSError, ValueError, KeyError, IndexError, TypeError, EOFError) as error:
        raise _not_an_image(archive, str(error)) from error


def _not_an_image(archive: str, why: str) -> PyguardError:
    return PyguardError("no-image", f"{archive} cannot be read as an image: {why}", archive,
                        "docker save IMAGE -o FILE, or an OCI layout as a tar archive")


def _layers(image: tarfile.TarFile, names: dict[str, tarfile.TarInfo]) -> list[str]:
    """Their names in the archive, the lowest first."""
    if DOCKER in names:
        return [os.path.normpath(name) for name in _read(image, names[DOCKER])[0]["Layers"]]
    document = _read(image, names[INDEX])
    for _ in range(4):    # an index may name an index
        if "layers" in document:
            return [_blob(layer["digest"]) for layer in document["layers"]]
        document = _read(image, names[_blob(document["manifests"][0]["digest"])])
    raise ValueError("no manifest with layers")


def _blob(digest: str) -> str:
    algorithm, _, value = digest.partition(":")
    if not (algorithm.isalnum() and value.isalnum()):
        raise ValueError(f"{digest!r} is no digest")
    return f"blobs/{algorithm}/{value}"


def _read(image: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    with _open(image, member) as file:
        return json.loads(file.read(MOST))


def _open(image: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    found = image.extractfile(member)
    if found is None:
        raise ValueError(f"{member.name} is no file")
    return found


def _place(layer: tarfile.TarFile, member: tarfile.TarInfo, directory: str, left: list[int]) -> None:
    """One member: no path leads out, neither by `..` nor through a link that an earlier member made."""
    parts = [part for part in member.name.split("/") if part not in ("", ".")]
    if not parts or ".." in parts:
        return
    parent = _parent(directory, parts[:-1])
    name = parts[-1]
    if name == OPAQUE:
        for entry in os.listdir(parent):
            _remove(os.path.join(parent, entry))
        return
    if name.startswith(WHITEOUT):
        hidden = name[len(WHITEOUT):]
        if hidden not in ("", ".", ".."):    # those are the directory itself, or the one above
            _remove(os.path.join(parent, hidden))
        return
    path = os.path.join(parent, name)
    if not (member.isdir() and os.path.isdir(path) and not os.path.islink(path)):
        _remove(path)
    if member.isdir():
        os.makedirs(path, exist_ok=True)
    elif member.issym():
        os.symlink(member.linkname, path)
    elif member.islnk():
        _link(directory, member.linkname, path)
        return
    elif member.isreg():
        _write(layer, member, path, left)
    else:
        return    # devices and FIFOs say nothing about Python
    _describe(member, path)


def _parent(directory: str, parts: list[str]) -> str:
    """The directory, made where it is missing; what is no real directory is taken away first."""
    path = directory
    for part in parts:
        path = os.path.join(path, part)
        if os.path.islink(path) or (os.path.lexists(path) and not os.path.isdir(path)):
            if os.path.islink(path):
                path = _inside(directory, path)
                continue
            os.unlink(path)
        os.makedirs(path, exist_ok=True)
    return path


def _inside(directory: str, path: str) -> str:
    """Where a link leads when `directory` is the root, as a layer over `/lib -> usr/lib` means it."""
    place = directory + resolve_below(directory, path[len(directory):], follow=True)
    os.makedirs(place, exist_ok=True)
    return place


def _link(directory: str, target: str, path: str) -> None:
    source = directory + resolve_below(directory, target, follow=False)
    if os.path.islink(source) or os.path.isfile(source):
        os.link(source, path, follow_symlinks=False)


def _write(layer: tarfile.TarFile, member: tarfile.TarInfo, path: str, left: list[int]) -> None:
    left[0] -= member.size
    if left[0] < 0:
        raise ValueError(f"its files are more than {MOST_BYTES} bytes")
    content = layer.extractfile(member)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        if content is not None:
            shutil.copyfileobj(content, file, 1024 * 1024)


def _describe(member: tarfile.TarInfo, path: str) -> None:
    if os.access(path, os.F_OK) and not member.issym():
        mode = stat.S_IMODE(member.mode) & 0o7777
        os.chmod(path, mode | (0o700 if member.isdir() else 0o400))    # whoever looks at it has to be able to read it


def _remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)
