"""The main job on a clean Debian: refused with exit 11 and nothing changed; the first remedy runs as printed.

In a virtual environment and in a named conda environment pyguard is not there: byte for byte the same.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rootfs import Root, changes
from tests.wheels import make_wheel

pytestmark = pytest.mark.proof

REFUSED = 11
HOME = "/home/alice"
OWN = (f"{HOME}/.cache/pyguard", f"{HOME}/.local/state/pyguard", "/var/cache/pyguard", "/var/log/pyguard")
ARTICLE = ["install", "cryptography==42.0", "--user"]
Install = Callable[[Root], list[str]]


def guarded(root: Root, *arguments: str, user: str = "alice", **environ: str):    # type: ignore[no-untyped-def]
    return root.run(["pyguard", "pip", "--", *arguments], user=user, cwd="/", env=dict(environ))


def touched(before: dict, root: Root) -> list[str]:    # type: ignore[type-arg]
    """What changed, but for pyguard's own files and the directories that lead to them."""
    return [path for path in changes(before, root.tree())
            if not path.startswith(OWN) and not any(own.startswith(path) for own in OWN) and path != "/tmp"]


@pytest.mark.parametrize("user", ["root", "alice"])
def test_the_articles_command(user: str, new_root: Callable[..., Root], installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("certbot", "python3-pip", "python3-venv"))
    installed_pyguard(root)
    before = root.tree()
    done = guarded(root, *ARTICLE, user=user)
    assert (done.returncode, done.stdout) == (REFUSED, "")
    assert touched(before, root) == []
    for words in ("refused: pip install cryptography==42.0 --user", "Debian 12's own Python",
                  "Debian's 38.0.4 (python3-cryptography)", "needs python3-cryptography (<< 40): certbot",
                  "conda create -n cryptography-py311 --override-channels -c conda-forge python=3.11 "
                  "cryptography==42.0"):
        assert words in " ".join(done.stderr.split()), done.stderr


@pytest.mark.parametrize("user", ["root", "alice"])
def test_the_first_remedy_runs_as_printed_on_a_minimal_system(user: str, new_root: Callable[..., Root],
                                                              installed_pyguard: Install) -> None:
    root = new_root("bookworm")    # python3 and nothing else: no pip, no ensurepip, no certificates
    installed_pyguard(root)
    done = guarded(root, *ARTICLE, user=user)
    assert done.returncode == REFUSED, done.stderr
    printed = done.stderr.split("Instead:")[1].split("  Or:")[0]
    for line in printed.splitlines():
        if line.strip():
            root.run(["sh", "-c", line.strip()], user=user, check=True)
    home = "/root" if user == "root" else HOME
    root.run([f"{home}/.venvs/cryptography-py311/bin/python", "-c", "import cryptography"], user=user, check=True)


def conda_environment(root: Root, prefix: str) -> None:
    """A real Python in a prefix that conda made: its files, conda-meta/history, and a pip of its own."""
    script = f"""set -e; mkdir -p {prefix}/bin {prefix}/lib {prefix}/conda-meta; : >{prefix}/conda-meta/history
        cp /usr/bin/python3.11 {prefix}/bin/; ln -s python3.11 {prefix}/bin/python
        cp -r /usr/lib/python3.11 {prefix}/lib/
        rm -f {prefix}/lib/python3.11/EXTERNALLY-MANAGED {prefix}/lib/python3.11/sitecustomize.py
        mkdir -p {prefix}/local/lib/python3.11/dist-packages
        cp -r /usr/lib/python3/dist-packages/pip* {prefix}/local/lib/python3.11/dist-packages/
        sed '1s,.*,#!{prefix}/bin/python,' /usr/bin/pip >{prefix}/bin/pip; chmod +x {prefix}/bin/pip"""
    root.run(["sh", "-c", script], user="alice", check=True)


@pytest.mark.parametrize("kind", ["venv", "conda"])
def test_ones_own_environment_is_left_alone(kind: str, new_root: Callable[..., Root],
                                            installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("certbot", "python3-pip", "python3-venv"))
    installed_pyguard(root)
    wheel = make_wheel(root.path + "/srv", "cryptography", "42.0").replace(root.path, "")
    prefix = f"{HOME}/miniforge3/envs/dev" if kind == "conda" else f"{HOME}/dev"
    if kind == "conda":
        conda_environment(root, prefix)
    else:
        root.run(["/usr/bin/python3", "-m", "venv", prefix], user="alice", check=True)
    pip = f"{prefix}/bin/pip"
    install, remove = f"install -q --no-index {wheel}", "uninstall -q -y cryptography"
    for prepare, line in ((remove, f"install --no-index {wheel}"), (install, f"install --no-index {wheel}"),
                          (install, "uninstall -y cryptography"), (remove, "install --no-index nothing-such"),
                          (install, "list"), (install, "--version"), (install, "instal x"),
                          (install, "install --no-such-option")):
        runs = []
        for command in ([pip], ["pyguard", "pip", "--real", pip, "--"]):
            root.run([pip, *prepare.split()], user="alice")
            runs.append(root.run([*command, *line.split()], user="alice"))
        plain, through = runs
        assert (through.returncode, through.stdout, through.stderr) == (plain.returncode, plain.stdout, plain.stderr)


def test_an_override_is_on_record_and_runs_the_real_pip(new_root: Callable[..., Root],
                                                        installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("python3-pip",))
    installed_pyguard(root)
    wheel = make_wheel(root.path + "/srv", "cowsay", "1.0").replace(root.path, "")
    done = guarded(root, "install", "--break-system-packages", "--no-index", wheel, PYGUARD_ALLOW="a test of mine")
    assert done.returncode == 0, done.stderr
    log = root.run(["pyguard", "log"], user="alice").stdout
    assert "override" in log and "(a test of mine)" in log
    assert guarded(root, "install", "--no-index", wheel, PYGUARD_ALLOW="  ").returncode == REFUSED


def test_the_user_site_of_another_python_of_the_same_minor(new_root: Callable[..., Root],
                                                           installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("certbot", "python3-pip", "python3-venv"))
    installed_pyguard(root)
    conda_environment(root, f"{HOME}/miniforge3/envs/dev")
    pip = f"{HOME}/miniforge3/envs/dev/bin/pip"
    done = root.run(["pyguard", "pip", "--real", pip, "--", *ARTICLE], user="alice")
    assert done.returncode == REFUSED and "certbot" in done.stderr
    target = root.run(["pyguard", "pip", "--real", pip, "--", "install", "--upgrade", "--target",
                       "/usr/lib/python3/dist-packages", "cryptography"], user="root")
    assert target.returncode == REFUSED and "over the files of python3-cryptography" in " ".join(target.stderr.split())


@pytest.mark.parametrize(("environ", "arguments"), [
    ({"HOME": ""}, ["install", "x"]), ({"PYTHONNOUSERSITE": "1"}, ["install", "--user", "x"]),
    ({"PIP_USER": "1"}, ["install", "x"]), ({"PIP_TARGET": "/usr/lib/python3/dist-packages"}, ["install", "x"]),
    ({}, ["install", "-r", "/nonexistent"]), ({}, ["install", "-r", "/etc"]),
    ({"PYTHONPATH": "/tmp", "PYTHONHOME": "/tmp"}, ["install", "x"]), ({}, ["install", "-e", "/srv"]),
])
def test_odd_surroundings_do_not_open_a_door(environ: dict[str, str], arguments: list[str],
                                             new_root: Callable[..., Root], installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("certbot", "python3-pip"))
    installed_pyguard(root)
    done = root.run(["pyguard", "pip", "--", *arguments], user="root", env=environ)
    assert done.returncode == REFUSED and "Traceback" not in done.stderr, done.stderr
