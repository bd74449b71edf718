"""All interpreters of a machine, each once, none started."""

from __future__ import annotations

import os
from pathlib import Path

from pyguard.facts.enumerate import find_interpreters
from pyguard.host import Host


def add(root: Path, path: str, link: str = "", text: str = "\x7fELF") -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    if link:
        file.symlink_to(link)
    else:
        file.write_text(text)
        file.chmod(0o755)


def test_every_place_is_looked_at(tmp_path):
    add(tmp_path, "usr/bin/python3.11")
    add(tmp_path, "usr/bin/python3", "python3.11")
    add(tmp_path, "usr/bin/python3.11-config")
    add(tmp_path, "usr/bin/python3-not-one")
    (tmp_path / "bin").symlink_to("usr/bin")
    add(tmp_path, "usr/libexec/platform-python3.6")
    add(tmp_path, "usr/libexec/platform-python", "platform-python3.6")
    add(tmp_path, "usr/local/bin/python3.12")
    add(tmp_path, "home/me/.pyenv/versions/3.9.1/bin/python3.9")
    add(tmp_path, "home/me/.pyenv/versions/miniconda3/envs/inner/bin/python3.10")
    add(tmp_path, "home/me/.pyenv/shims/python3", text="#!/usr/bin/env bash\n")
    add(tmp_path, "home/me/.asdf/installs/python/3.8.1/bin/python3.8")
    add(tmp_path, "home/me/.local/share/mise/installs/python/3.7.1/bin/python3.7")
    add(tmp_path, "home/me/.local/bin/mise")
    add(tmp_path, "home/me/.local/share/mise/shims/python", "/home/me/.local/bin/mise")
    add(tmp_path, "home/me/.local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu/bin/python3.13")
    add(tmp_path, "home/me/miniconda3/bin/python3.12")
    add(tmp_path, "home/me/miniconda3/envs/science/bin/python3.10")
    add(tmp_path, "home/me/.conda/environments.txt", text="/srv/env\n\nrelative\n/gone\n")
    add(tmp_path, "srv/env/bin/python3.9")
    add(tmp_path, "opt/tool/bin/python3.9")
    add(tmp_path, "opt/rh/rh-python38/root/usr/bin/python3.8")
    add(tmp_path, "srv/venv/bin/python", "/usr/bin/python3")
    add(tmp_path, "srv/venv/pyvenv.cfg", text="home = /usr/bin\n")
    environment = {"HOME": "/home/me", "VIRTUAL_ENV": "/srv/venv",
                   "PATH": ":relative:/home/me/.pyenv/shims:/bin:/usr/bin"}
    assert set(find_interpreters(Host(str(tmp_path)), environment)) == {
        "/bin/python3", "/usr/libexec/platform-python", "/usr/local/bin/python3.12",
        "/home/me/.pyenv/versions/3.9.1/bin/python3.9",
        "/home/me/.pyenv/versions/miniconda3/envs/inner/bin/python3.10",
        "/home/me/.asdf/installs/python/3.8.1/bin/python3.8",
        "/home/me/.local/share/mise/installs/python/3.7.1/bin/python3.7",
        "/home/me/.local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu/bin/python3.13",
        "/home/me/miniconda3/bin/python3.12", "/home/me/miniconda3/envs/science/bin/python3.10",
        "/srv/env/bin/python3.9", "/opt/tool/bin/python3.9", "/opt/rh/rh-python38/root/usr/bin/python3.8",
        "/srv/venv/bin/python"}


def test_path_comes_first_and_broken_things_are_left_out(tmp_path):
    add(tmp_path, "a/python3.9")
    add(tmp_path, "b/python3", "/a/python3.9")
    add(tmp_path, "c/python3", "python3")
    add(tmp_path, "d/python3", "nowhere")
    (tmp_path / "e/python3").mkdir(parents=True)
    add(tmp_path, "f/python3")
    (tmp_path / "f/python3").chmod(0o644)
    assert find_interpreters(Host(str(tmp_path)), {"PATH": "/c:/d:/e:/f:/b:/a"}) == ("/b/python3",)


def test_an_empty_machine(tmp_path):
    assert find_interpreters(Host(str(tmp_path)), {}) == ()


def test_the_real_ones_are_among_them(zoo, real):
    found = {os.path.realpath(path) for path in find_interpreters(zoo.host, dict(os.environ))}
    assert {os.path.realpath(path) for path in real.values()} <= found
