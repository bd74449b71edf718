"""Kinds of damage to a real Debian: what each does to a root, and the rule that has to name it.

Kinds of one group are done to one root together: none hides another. What is done is done by the program that does
it in real life where that needs no network (pip, update-alternatives, cp, ln, rm).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from typing import NamedTuple

from tests.rootcache import RELEASES
from tests.rootfs import Root
from tests.wheelhouse import make_wheel

SITE = "/usr/lib/python3/dist-packages"
PACKAGES = ("apt-listchanges", "certbot", "libssl-dev", "openssh-client", "python3-pip", "python3-requests",
            "python3-six", "unattended-upgrades")
TOOLS = ("certbot --version", "apt-listchanges --help", "unattended-upgrade --help", "pip --version",
         "python3 -c 'import apt_pkg, requests, six, random, enum, re'", "ssh -V",
         "rm -f /tmp/k; ssh-keygen -q -t ed25519 -N '' -f /tmp/k && rm -f /tmp/k /tmp/k.pub")
USERS = ("alice", "bob", "carol")
CONDA_BASE = "conda-base-changed"


class Kind(NamedTuple):
    """`mentions`: words of the finding that tell this damage from others of the same rule."""

    name: str
    rule: str
    mentions: str
    do: Callable[[Root, str], None]
    group: str = "a"
    releases: tuple[str, ...] = tuple(RELEASES)


def local(version: str) -> str:
    return f"/usr/local/lib/python{version}/dist-packages"


def user_site(user: str, version: str) -> str:
    return f"/home/{user}/.local/lib/python{version}/site-packages" if user != "root" else \
        f"/root/.local/lib/python{version}/site-packages"


def prepare(root: Root) -> None:
    """Three users with homes of their own."""
    for user in USERS[1:]:
        root.run(["useradd", "--create-home", "--shell", "/bin/bash", user], check=True)


def pip(root: Root, *arguments: str, user: str = "root") -> None:
    allowed = [] if root.release == "bullseye" else ["--break-system-packages"]
    root.run([f"/usr/bin/python{RELEASES[root.release]}", "-m", "pip", "-q", *arguments[:1], *allowed, "--no-index",
              *arguments[1:]], user=user, check=True,
             env={"PIP_ROOT_USER_ACTION": "ignore", "PIP_NO_WARN_SCRIPT_LOCATION": "1"})


def wheel(root: Root, name: str, version: str, **files: str) -> str:
    made = make_wheel(root.path + "/srv/wheels", name, version, dict(files) or None)
    return made.replace(root.path, "")


def append(root: Root, path: str, text: str) -> None:
    with open(root.path + path, "a", encoding="utf-8") as file:
        file.write(text)


def give(root: Root, user: str, path: str, text: str, mode: int = 0o644) -> None:
    """A file of the user's, in directories of the user's."""
    root.write(path, text, mode, user)
    home = root.account(user)[5]
    root.run(["chown", "-R", f"{user}:", f"{home}/{path[len(home) + 1:].split('/')[0]}"], check=True)


def link(root: Root, path: str, target: str) -> None:
    if os.path.lexists(root.path + path):
        os.unlink(root.path + path)
    os.symlink(target, root.path + path)


def library(root: Root, path: str, soname: str, *sources: str) -> None:
    """A shared library without the versions that Debian's own has."""
    os.makedirs(os.path.dirname(root.path + path), exist_ok=True)
    empty = ["-x", "c", "/dev/null", "-x", "none"]
    subprocess.run(["gcc", "-shared", "-fPIC", *empty, f"-Wl,-soname,{soname}", *sources, "-o",
                    root.path + path], check=True)


def libcrypto(root: Root) -> str:
    """The name that this release's ssh asks for."""
    return "libcrypto.so.1.1" if root.release == "bullseye" else "libcrypto.so.3"


def old_crypto(root: Root, directory: str) -> None:
    script = root.path + "/srv/old.map"
    with open(script, "w", encoding="utf-8") as file:
        file.write("OPENSSL_0_9_8 { global: *; };\n")
    library(root, f"{directory}/{libcrypto(root)}", libcrypto(root), f"-Wl,--version-script={script}")


def conda(root: Root, prefix: str, version: str) -> None:
    """What conda leaves of a base: its records, a Python of its own, commands."""
    for name in ("python3", "ssh", "curl"):
        root.write(f"{prefix}/bin/{name}", "#!/bin/sh\nexit 0\n", 0o755)
    root.write(f"{prefix}/conda-meta/conda-23.1.0-py{version.replace('.', '')}_0.json", "{}")
    root.write(f"{prefix}/conda-meta/history", "")
    shutil.copy2(root.path + f"/usr/bin/python{version}", root.path + f"{prefix}/bin/python{version}")
    link(root, f"{prefix}/bin/python", f"python{version}")
    root.write(f"{prefix}/lib/python{version}/os.py", "")
    root.write(f"{prefix}/lib/python{version}/site-packages/requests-9.dist-info/METADATA",
               "Name: requests\nVersion: 9\n")
    root.write(f"{prefix}/lib/python{version}/site-packages/requests-9.dist-info/INSTALLER", "pip\n")


def new_pip(root: Root, version: str) -> None:
    pip(root, "install", "--ignore-installed", wheel(root, "pip", "99.0", **{
        "pip/__init__.py": "__version__ = '99.0'\n", "pip/__main__.py": "print('99.0')\n"}))


def alternative(root: Root, version: str) -> None:
    root.write("/opt/python3.99", "#!/bin/sh\nexit 1\n", 0o755)
    root.run(["update-alternatives", "--install", "/usr/bin/python3", "python3", "/opt/python3.99", "1"], check=True)


def egg(root: Root, version: str) -> None:
    """As setuptools' `develop` and `easy_install` leave it: moved to the front of sys.path."""
    root.write("/opt/egg/enum.py", "raise ImportError('a back-port')\n")
    root.write(f"{local(version)}/easy-install.pth",
               "import sys; sys.__plen = len(sys.path)\n/opt/egg\nimport sys; new=sys.path[sys.__plen:]; "
               "del sys.path[sys.__plen:]; p=getattr(sys,'__egginsert',0); sys.path[p:p]=new; "
               "sys.__egginsert = p+len(new)\n")


KINDS = (
    Kind("pip install into /usr/local", "os-distribution-shadowed", "python3-six's",
         lambda root, v: pip(root, "install", "--ignore-installed", wheel(root, "six", "99"))),
    Kind("pip install --user", "os-distribution-shadowed", "/home/alice/.local",
         lambda root, v: pip(root, "install", "--ignore-installed", "--user", wheel(root, "urllib3", "99"),
                             user="alice")),
    Kind("pip install --user by root", "os-distribution-shadowed", "/root/.local",
         lambda root, v: pip(root, "install", "--ignore-installed", "--user", wheel(root, "chardet", "99"))),
    Kind("a second user's site", "os-distribution-shadowed", "/home/bob/.local",
         lambda root, v: give(root, "bob", f"{user_site('bob', v)}/requests/__init__.py", "raise ImportError\n")),
    Kind("a third user's site", "os-distribution-shadowed", "/home/carol/.local",
         lambda root, v: give(root, "carol", f"{user_site('carol', v)}/acme.py", "")),
    Kind("cp into /usr/local", "os-distribution-shadowed", "idna",
         lambda root, v: root.write(f"{local(v)}/idna.py", "raise ImportError('copied')\n")),
    Kind("a .pth file", "os-distribution-shadowed", "/opt/project",
         lambda root, v: (root.write("/opt/project/josepy.py", ""),
                          root.write(f"{local(v)}/project.pth", "/opt/project\n"))[0]),
    Kind("PYTHONPATH for everybody", "python-variables-exported", "/etc/environment",
         lambda root, v: (root.write("/opt/shared/configargparse.py", "raise ImportError\n"),
                          append(root, "/etc/environment", "PYTHONPATH=/opt/shared\n"))[0]),
    Kind("what PYTHONPATH brings in", "os-distribution-shadowed", "/opt/shared", lambda root, v: None),
    Kind("enum34 on PYTHONPATH", "stdlib-module-shadowed", "/opt/old",
         lambda root, v: (root.write("/opt/old/random.py", "raise ImportError\n"),
                          give(root, "bob", "/home/bob/.profile", "PYTHONPATH=/opt/old; export PYTHONPATH\n"))[0]),
    Kind("PYTHONHOME", "python-variables-exported", "PYTHONHOME",
         lambda root, v: give(root, "alice", "/home/alice/.bash_profile", "export PYTHONHOME=/opt/nowhere\n")),
    Kind("a module of an OS package deleted", "os-files-damaged", "python3-requests",
         lambda root, v: os.unlink(f"{root.path}{SITE}/requests/api.py")),
    Kind("an OS package's tree deleted", "os-files-damaged", "python3-certifi",
         lambda root, v: shutil.rmtree(f"{root.path}{SITE}/certifi")),
    Kind("pip install --target over OS files", "os-files-damaged", "python3-acme",
         lambda root, v: pip(root, "install", "--upgrade", "--target", SITE, "--no-deps",
                             wheel(root, "acme", "99", **{"acme/__init__.py": "", "acme/client.py": "x = 1\n"}))),
    Kind("what --target adds to the OS's directory", "os-directory-polluted", "acme-99", lambda root, v: None),
    Kind("a module of the standard library edited", "os-files-damaged", "colorsys.py",
         lambda root, v: append(root, f"/usr/lib/python{v}/colorsys.py", "raise ImportError('edited')\n")),
    Kind("a stranger among the OS's modules", "os-directory-polluted", "helper.py",
         lambda root, v: root.write(f"{SITE}/helper.py", "")),
    Kind("EXTERNALLY-MANAGED deleted", "externally-managed-removed", "is gone",
         lambda root, v: os.unlink(f"{root.path}/usr/lib/python{v}/EXTERNALLY-MANAGED"),
         releases=("bookworm", "trixie")),
    Kind("pip.conf for everybody", "break-system-packages-persisted", "/etc/pip.conf:2",
         lambda root, v: root.write("/etc/pip.conf", "[global]\nbreak-system-packages = true\n")),
    Kind("a user's pip.conf", "break-system-packages-persisted", "/home/alice/.config/pip/pip.conf:2",
         lambda root, v: give(root, "alice", "/home/alice/.config/pip/pip.conf",
                              "[install]\nbreak-system-packages = yes\n")),
    Kind("a variable that switches the guard off", "break-system-packages-persisted", "/etc/profile.d/pip.sh:1",
         lambda root, v: root.write("/etc/profile.d/pip.sh", "export PIP_BREAK_SYSTEM_PACKAGES=1\n")),
    Kind("a target in pip.conf", "pip-redirected", "target",
         lambda root, v: give(root, "carol", "/home/carol/.pip/pip.conf", f"[install]\ntarget = {SITE}\n")),
    Kind("python3 turned by a link", "system-interpreter-replaced", "/opt/python3.98",
         lambda root, v: link(root, "/usr/bin/python3", "/opt/python3.98")),
    Kind("pip install of enum34", "stdlib-name-taken", "enum",
         lambda root, v: pip(root, "install", "--ignore-installed",
                             wheel(root, "enum34", "1.1.10", **{"enum/__init__.py": ""}))),
    Kind("pip install of another pip", "pip-replaced", "99.0", new_pip),
    Kind("a module beside scripts", "module-beside-scripts", "/usr/bin/six.pyc",
         lambda root, v: root.write("/usr/bin/six.pyc", "no byte code")),
    Kind("LD_LIBRARY_PATH", "native-library-shadowed", "/etc/profile.d/vendor.sh:1",
         lambda root, v: (old_crypto(root, "/opt/vendor/lib"),
                          root.write("/etc/profile.d/vendor.sh", "export LD_LIBRARY_PATH=/opt/vendor/lib\n"))[0]),
    Kind("a directory for the loader", "native-library-shadowed", "/etc/ld.so.conf.d/000-vendor.conf:1",
         lambda root, v: (old_crypto(root, "/opt/loader/lib"),
                          root.write("/etc/ld.so.conf.d/000-vendor.conf", "/opt/loader/lib\n"),
                          root.run(["ldconfig"], check=True))[0]),
    Kind("conda first on PATH", "path-reordered", "/opt/conda/bin",
         lambda root, v: (conda(root, "/opt/conda", v),
                          root.write("/etc/profile.d/zconda.sh", "export PATH=/opt/conda/bin:$PATH\n"))[0]),
    Kind("conda's base activated", "conda-base-activated", "/home/carol/.bashrc",
         lambda root, v: append(root, "/home/carol/.bashrc",
                                "# >>> conda initialize >>>\n:\n# <<< conda initialize <<<\n")),
    Kind("conda's base changed by pip", CONDA_BASE, "requests", lambda root, v: None),
    Kind("the user site leaks into conda", "user-site-leaks", "/opt/conda", lambda root, v: None),
    Kind("a directory for a Python that is gone", "site-directory-orphaned", "python3.7",
         lambda root, v: root.write("/usr/local/lib/python3.7/dist-packages/old/__init__.py", "")),
    Kind("a script whose interpreter is gone", "script-without-interpreter", "/home/bob/.local/bin/http",
         lambda root, v: give(root, "bob", "/home/bob/.local/bin/http", "#!/usr/bin/python3.7\n", 0o755)),
    Kind("a script in front of an OS command", "command-shadowed", "/usr/local/bin/certbot",
         lambda root, v: root.write("/usr/local/bin/certbot", "#!/usr/bin/python3\nraise SystemExit(1)\n", 0o755)),
    Kind("another python3 on PATH", "command-shadowed", "/usr/local/bin/python3",
         lambda root, v: root.write("/usr/local/bin/python3", "#!/bin/sh\nexit 1\n", 0o755)),
    Kind("python3 turned by an alternative", "system-interpreter-replaced", "update-alternatives", alternative, "b"),
    Kind("EXTERNALLY-MANAGED edited", "externally-managed-removed", "was edited",
         lambda root, v: root.write(f"/usr/lib/python{v}/EXTERNALLY-MANAGED", "[externally-managed]\n"), "b",
         ("bookworm", "trixie")),
    Kind("an egg in front of the standard library", "stdlib-module-shadowed", "/opt/egg", egg, "b"),
    Kind("LD_PRELOAD", "native-library-shadowed", "LD_PRELOAD",
         lambda root, v: (library(root, "/opt/hook/libgone.so.1", "libgone.so.1"),
                          library(root, "/opt/hook/hook.so", "hook.so", "-Wl,--no-as-needed",
                                  f"{root.path}/opt/hook/libgone.so.1"),
                          os.unlink(f"{root.path}/opt/hook/libgone.so.1"),
                          give(root, "bob", "/home/bob/.bashrc", "export LD_PRELOAD=/opt/hook/hook.so\n"))[0], "b"),
    Kind("a whole package of the standard library deleted", "os-files-damaged", "stdlib",
         lambda root, v: shutil.rmtree(f"{root.path}/usr/lib/python{v}/wsgiref"), "b"),
    Kind("uv's configuration", "break-system-packages-persisted", "/home/alice/.config/uv/uv.toml:2",
         lambda root, v: give(root, "alice", "/home/alice/.config/uv/uv.toml",
                              "[pip]\nbreak-system-packages = true\n"), "b"),
    Kind("python3 deleted", "system-interpreter-replaced", "is not there",
         lambda root, v: os.unlink(f"{root.path}/usr/bin/python3"), "c"),
    Kind("pip's own tree deleted", "os-files-damaged", "python3-pip",
         lambda root, v: shutil.rmtree(f"{root.path}{SITE}/pip"), "c"),
)
GROUPS = tuple(sorted({kind.group for kind in KINDS}))
