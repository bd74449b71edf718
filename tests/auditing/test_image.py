"""Images as `docker save` and OCI layouts have them: layers, whiteouts, and what must not lead out of the directory."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from pyguard.auditing.image import unpack_image
from pyguard.cli.audit import run
from pyguard.errors import PyguardError
from tests.auditing.trees import pristine


def layer(*members: tuple[str, str, str]) -> bytes:
    """(type, name, text or target) each: f file, d directory, l link, h hard link."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for kind, name, text in members:
            member = tarfile.TarInfo(name)
            member.type = {"f": tarfile.REGTYPE, "d": tarfile.DIRTYPE, "l": tarfile.SYMTYPE, "h": tarfile.LNKTYPE,
                           "p": tarfile.FIFOTYPE}[kind]
            member.mode = 0o755 if kind == "d" else 0o644
            if kind in "lh":
                member.linkname = text
            member.size = len(text.encode()) if kind == "f" else 0
            tar.addfile(member, io.BytesIO(text.encode()) if kind == "f" else None)
    return data.getvalue()


def docker_save(path: Path, *layers: bytes) -> str:
    with tarfile.open(path, "w") as tar:
        names = [f"{number}/layer.tar" for number in range(len(layers))]
        for name, data in ((*zip(names, layers), ("manifest.json", json.dumps(
                [{"Config": "c.json", "RepoTags": ["x:1"], "Layers": names}]).encode()))):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return str(path)


def oci(path: Path, *layers: bytes) -> str:
    blobs = {}

    def blob(data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        blobs[f"blobs/sha256/{digest}"] = data
        return f"sha256:{digest}"

    manifest = blob(json.dumps({"layers": [{"digest": blob(data)} for data in layers]}).encode())
    blobs["index.json"] = json.dumps({"manifests": [{"digest": manifest}]}).encode()
    with tarfile.open(path, "w:gz") as tar:
        for name, data in blobs.items():
            member = tarfile.TarInfo("./" + name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return str(path)


@pytest.mark.parametrize("form", [docker_save, oci], ids=["docker", "oci"])
def test_layers_and_whiteouts(form, tmp_path: Path) -> None:    # type: ignore[no-untyped-def]
    archive = form(tmp_path / "image.tar",
                   layer(("d", "etc", ""), ("f", "etc/a", "1"), ("f", "etc/b", "1"), ("d", "old", ""),
                         ("f", "old/x", "")),
                   layer(("f", "etc/a", "2"), ("f", "etc/.wh.b", ""), ("d", "old", ""), ("f", "old/.wh..wh..opq", ""),
                         ("f", "old/y", ""), ("h", "etc/c", "etc/a"), ("p", "etc/fifo", "")))
    out = tmp_path / "out"
    out.mkdir()
    unpack_image(archive, str(out))
    assert sorted(path.name for path in (out / "etc").iterdir()) == ["a", "c"]
    assert (out / "etc/a").read_text() == (out / "etc/c").read_text() == "2"
    assert [path.name for path in (out / "old").iterdir()] == ["y"]


def test_nothing_gets_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    archive = docker_save(tmp_path / "image.tar", layer(
        ("l", "way", str(outside)), ("f", "way/evil", "x"), ("f", "../evil", "x"), ("f", "/etc/absolute", "x"),
        ("l", "up", "../../outside"), ("f", "up/evil", "x"), ("h", "stolen", "../outside/kept"),
        ("h", "through", "up/kept"), ("f", "way/.wh.kept", "")))
    out = tmp_path / "out"
    out.mkdir()
    unpack_image(archive, str(out))
    assert [path.name for path in outside.iterdir()] == ["kept"]
    assert not (tmp_path / "evil").exists() and (out / "etc/absolute").read_text() == "x"
    assert not (out / "stolen").exists() and not (out / "through").exists()


@pytest.mark.parametrize("name", [".wh...", ".wh..", ".wh.", "etc/.wh...", "etc/.wh..", "etc/.wh.", "here/.wh...",
                                  "./.wh...", "/.wh..."])
def test_a_whiteout_hides_one_name_of_its_directory(name: str, tmp_path: Path) -> None:
    """What is left without the prefix can be `.`, `..` or nothing: no file has that name."""
    out = tmp_path / "box/out"
    out.mkdir(parents=True)
    (tmp_path / "box/kept").write_text("kept")
    archive = docker_save(tmp_path / "image.tar", layer(("d", "etc", ""), ("f", "etc/a", "1"), ("l", "here", ".")),
                          layer(("f", name, ""), ("f", "etc/b", "1")))
    unpack_image(archive, str(out))
    assert (tmp_path / "box/kept").read_text() == "kept"
    assert sorted(path.name for path in (out / "etc").iterdir()) == ["a", "b"]


@pytest.mark.parametrize("way", ["../next", "/../next", "up", "up/next"])
def test_a_link_reaches_no_directory_beside_it(way: str, tmp_path: Path) -> None:
    """The other one's name may begin as this one's does."""
    (tmp_path / "out-next").mkdir()
    (tmp_path / "out-next/kept").write_text("kept")
    out = tmp_path / "out"
    out.mkdir()
    archive = docker_save(tmp_path / "image.tar", layer(
        ("l", "up", "../out-next"), ("l", "next", str(tmp_path / "out-next")), ("h", "stolen", f"{way}/kept"),
        ("f", f"{way}/.wh.kept", ""), ("f", f"{way}/.wh..wh..opq", "")))
    unpack_image(archive, str(out))
    assert (tmp_path / "out-next/kept").read_text() == "kept" and (tmp_path / "out-next/kept").stat().st_nlink == 1
    assert not (out / "stolen").exists()


def test_a_hard_link_through_an_absolute_link_stays_in_the_image(tmp_path: Path) -> None:
    archive = docker_save(tmp_path / "image.tar", layer(("d", "usr/lib", ""), ("f", "usr/lib/x", "1"),
                                                        ("l", "lib", "/usr/lib"), ("h", "y", "lib/x")))
    out = tmp_path / "out"
    out.mkdir()
    unpack_image(archive, str(out))
    assert (out / "y").read_text() == "1"


def test_a_file_over_a_merged_directory(tmp_path: Path) -> None:
    """A later layer says lib/x, and /lib is a link into /usr."""
    archive = docker_save(tmp_path / "image.tar", layer(("d", "usr/lib", ""), ("l", "lib", "usr/lib")),
                          layer(("f", "lib/x", "1")))
    out = tmp_path / "out"
    out.mkdir()
    unpack_image(archive, str(out))
    assert (out / "usr/lib/x").read_text() == "1" and (out / "lib").is_symlink()


@pytest.mark.parametrize("text", [b"", b"no tar", layer(("f", "x", "1"))], ids=["empty", "text", "tar"])
def test_what_is_no_image(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "image.tar").write_bytes(text)
    (tmp_path / "out").mkdir()
    with pytest.raises(PyguardError, match="cannot be read as an image"):
        unpack_image(str(tmp_path / "image.tar"), str(tmp_path / "out"))


def test_an_audit_of_an_image(tmp_path: Path) -> None:
    pristine(tmp_path / "root")
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        tar.add(tmp_path / "root", arcname=".")
    whole = docker_save(tmp_path / "image.tar", data.getvalue())
    damaged = docker_save(tmp_path / "damaged.tar", data.getvalue(),
                          layer(("f", "usr/lib/python3.11/.wh.EXTERNALLY-MANAGED", "")))
    stdout = io.StringIO()
    for archive, code in ((whole, 0), (damaged, 10)):
        assert run(["--image", archive], environ={"HOME": "/root"}, cwd="/", uid=0, stdout=stdout,
                   stderr=io.StringIO()) == code
    assert "externally-managed-removed" in stdout.getvalue() and "damaged.tar" in stdout.getvalue()
