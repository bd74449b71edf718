"""Which variables are kept, and that no working directory is ever searched for programs."""

from __future__ import annotations

from pyguard.facts.shell_environment import find_program, shell_environment
from pyguard.host import Host


def test_only_what_matters_is_kept():
    found = shell_environment({
        "HOME": "/h", "PATH": "/a::/b:.", "PYTHONPATH": "/x", "PIP_INDEX_URL": "u",
        "LD_PRELOAD": "l",
        "VIRTUAL_ENV": "v", "CONDA_PREFIX": "c",
        "UV_INDEX": "i", "XDG_DATA_HOME": "d", "SUDO_USER": "s",
        "EDITOR": "vi", "UV_PUBLISH_TOKEN": "secret",
        "UV_INDEX_X_PASSWORD": "secret", "AWS_SECRET": "secret"})
    assert found.home == "/h" and found.path == ("/a", "/b", ".")
    assert [name for name, _ in found.variables] == [
        "CONDA_PREFIX", "HOME", "LD_PRELOAD", "PATH", "PIP_INDEX_URL", "PYTHONPATH", "SUDO_USER", "UV_INDEX",
        "VIRTUAL_ENV", "XDG_DATA_HOME"]
    assert found.get("PYTHONPATH") == "/x" and found.get("EDITOR") == ""
    assert shell_environment({}).path == ()


def test_programs_are_found_in_order(tmp_path):
    for name, mode in (("a/tool", 0o644), ("b/tool", 0o755), ("c/tool", 0o755)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch(mode=mode)
    (tmp_path / "d").mkdir()
    (tmp_path / "d/tool").symlink_to("tool")
    host = Host(str(tmp_path))
    assert find_program(host, "tool", ["/none", "/d", "/a", "/b", "/c"]) == "/b/tool"
    assert find_program(host, "tool", ["/b", "/c"], skip=["/b/"]) == "/c/tool"
    assert find_program(host, "tool", ["/a"]) == ""


def test_the_working_directory_is_never_searched(tmp_path, monkeypatch):
    (tmp_path / "tool").touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    assert find_program(Host(), "tool", ["", ".", "./", "../" + tmp_path.name]) == ""
    assert find_program(Host(), "tool", [str(tmp_path)]) == str(tmp_path / "tool")
