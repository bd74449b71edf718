"""Under `shadow-only` a real pip installs what was judged, nothing is built to judge it, and nothing else passes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rootfs import Root
from tests.wheels import make_wheel

pytestmark = [pytest.mark.proof, pytest.mark.core]
Install = Callable[[Root], list[str]]
REFUSED = 11
POLICY = 'global-installs = "shadow-only"\nuser-installs = "shadow-only"\n'
# An index that has a newer release from the second time on that it is asked: the one who judges sees 1.0.
INDEX = """
import hashlib, http.server, sys
asked = []
class Index(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_GET(self):
        if not self.path.startswith("/simple/"):
            return super().do_GET()
        names = ["pgthing-%s-py3-none-any.whl" % version for version in (("1.0",) if not asked else ("1.0", "2.0"))]
        asked.append(self.path)
        digests = [hashlib.sha256(open("/srv/" + name, "rb").read()).hexdigest() for name in names]
        page = "".join('<a href="/%s#sha256=%s">%s</a>' % (name, digest, name) for name, digest in zip(names, digests))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
with open(sys.argv[1], "w") as file:
    file.write(str(server.server_port))
server.serve_forever()
"""
SERVED = """cd /srv && p=$(mktemp) && python3 -S /srv/index.py "$p" &
p=; until p=$(cat /tmp/tmp.* 2>/dev/null) && [ -n "$p" ]; do sleep 0.05; done
export PIP_INDEX_URL="http://127.0.0.1:$p/simple/" PIP_DISABLE_PIP_VERSION_CHECK=1
{} install -q -i "$PIP_INDEX_URL" --break-system-packages pgthing || exit
python3 -S -c 'import sys; sys.path.insert(0, "/usr/lib/python3/dist-packages"); from pip._internal.cli.main import main
main(["install", "--dry-run", "--ignore-installed", "--break-system-packages", "pgthing"])'
"""
BUILDS = "open('/tmp/built', 'a').write('x')\nfrom setuptools import setup\nsetup(name='project', version='1')\n"


def in_turns(*ways: str) -> list[object]:
    """Each way as root and as somebody; the core has one of them each, in turn."""
    return [pytest.param(way, user, marks=[] if (number + turn) % 2 == 0 else pytest.mark.full)
            for number, way in enumerate(ways) for turn, user in enumerate(("root", "alice"))]


def ready(new_root: Callable[..., Root], installed_pyguard: Install, *more: str) -> Root:
    root = new_root("bookworm", ("certbot", "python3-pip", "python3-setuptools", "python3-wheel", *more))
    command = installed_pyguard(root)
    root.run([*command, "hook", "install", "--system"], check=True)
    root.write("/etc/pyguard/policy.toml", POLICY)
    return root


@pytest.mark.parametrize(("way", "user"), in_turns("pyguard pip --", "python3 -m pip", "/usr/bin/pip",
                                                   "pyguard pip -- --isolated", "python3 -m pip --isolated"))
def test_what_was_judged_is_what_is_installed(way: str, user: str, new_root: Callable[..., Root],
                                              installed_pyguard: Install) -> None:
    root = ready(new_root, installed_pyguard)
    root.write("/srv/index.py", INDEX)
    for version in ("1.0", "2.0"):
        make_wheel(root.path + "/srv", "pgthing", version)
    done = root.run(["sh", "-c", SERVED.replace("{}", way)], user=user)
    assert done.returncode == 0, done.stderr
    assert "Would install pgthing-2.0" in done.stdout
    seen = root.run(["python3", "-B", "-c", "import pgthing; print(pgthing.version)"], user=user, check=True)
    assert seen.stdout == "1.0\n"


@pytest.mark.parametrize("words", ["/srv/project", "-e /srv/project", "/srv/project-1.tar.gz", "-r /srv/wants.txt",
                                   "/srv/leads-1.0-py3-none-any.whl", "--no-binary :all: --find-links /srv project"])
def test_nothing_is_built_for_an_answer(words: str, new_root: Callable[..., Root],
                                        installed_pyguard: Install) -> None:
    """Not even where a wheel asks for a directory (PEP 508 allows it, PyPI does not)."""
    root = ready(new_root, installed_pyguard)
    root.write("/srv/project/setup.py", BUILDS)
    root.write("/srv/wants.txt", "--find-links /srv\n--no-binary project\nproject\n")
    make_wheel(root.path + "/srv", "leads", "1.0", requires=("project @ file:///srv/project",))
    pack = "cd /srv && cp -r project project-1 && tar czf project-1.tar.gz project-1; chown -R alice ."
    root.run(["sh", "-c", pack], check=True)
    command = ["install", "--no-index", "--no-build-isolation", "--break-system-packages", *words.split()]
    done = root.run(["pyguard", "pip", "--", *command], user="alice")
    assert done.returncode == REFUSED and "pyguard: refused: " in done.stderr, done.stderr
    assert root.run(["cat", "/tmp/built"]).returncode != 0
    plain = root.run(["sh", "-c", "PYGUARD_ALLOW=proof exec pyguard pip -- \"$@\"", "sh", *command], user="alice")
    assert plain.returncode == 0 and root.run(["cat", "/tmp/built"]).stdout != "", plain.stderr    # it would have been


@pytest.mark.parametrize(("environ", "config"), [({"PIP_NO_BINARY": "project"}, ""),
                                                 ({}, "[install]\nno-binary = project\n")])
def test_a_source_that_is_configured_is_not_judged_by_a_wheel(environ: dict[str, str], config: str,
                                                              new_root: Callable[..., Root],
                                                              installed_pyguard: Install) -> None:
    root = ready(new_root, installed_pyguard)
    root.write("/srv/project-1/setup.py", BUILDS)
    root.write("/etc/pip.conf", config)
    make_wheel(root.path + "/srv", "project", "1")
    root.run(["sh", "-c", "cd /srv && tar czf project-1.tar.gz project-1"], check=True)
    for way in (["pyguard", "pip", "--"], ["python3", "-m", "pip"]):
        done = root.run([*way, "install", "--break-system-packages", "--no-index", "--find-links", "/srv",
                         "--no-build-isolation", "project"], env=environ)
        assert done.returncode == REFUSED and "pyguard: refused: " in done.stderr, done.stderr
    assert root.run(["cat", "/tmp/built"]).returncode != 0


@pytest.mark.parametrize(("way", "user"), in_turns(
    "pyguard pip -- --python /usr/bin/python3", "PIP_PYTHON=/usr/bin/python3 pyguard pip --",
    "/srv/v/bin/python -m pip --python /usr/bin/python3", "PIP_PYTHON=/usr/bin/python3 python3 -m pip",
    "PATH=/srv/v/bin:$PATH pyguard pip -- --python /usr/bin/python3"))
def test_a_pip_that_starts_itself_anew(way: str, user: str, new_root: Callable[..., Root],
                                       installed_pyguard: Install) -> None:
    """It installs what was judged, and for the answer no more is built or imported than elsewhere."""
    root = ready(new_root, installed_pyguard, "python3-venv")
    root.run(["python3", "-m", "venv", "/srv/v"], check=True)
    root.write("/srv/project/setup.py", BUILDS)
    for name in ("pip", "runpy", "subprocess", "importlib"):
        root.write(f"/srv/there/{name}.py", "open('/tmp/imported', 'w')\n")
    make_wheel(root.path + "/srv", "leads", "1.0", requires=("project @ file:///srv/project",))
    make_wheel(root.path + "/srv", "pgthing", "1.0")
    root.run(["chown", "-R", "alice", "/srv/project"], check=True)
    install = f"{way} install -q --break-system-packages --no-index --no-build-isolation --find-links /srv "
    cwd = "/" if " -m pip" in way else "/srv/there"    # -m imports from there by itself
    done = root.run(["sh", "-c", install + "leads"], user=user, cwd=cwd)
    assert done.returncode == REFUSED and "pyguard: refused: " in done.stderr, done.stderr
    for path in ("/tmp/built", "/tmp/imported"):
        assert root.run(["cat", path]).returncode != 0
    done = root.run(["sh", "-c", install + "pgthing"], user=user, cwd="/")
    assert done.returncode == 0, done.stderr
    assert root.run(["/usr/bin/python3", "-B", "-c", "import pgthing"], user=user).returncode == 0


@pytest.mark.parametrize(("member", "text", "command"), [
    (".dist-info/entry_points.txt", "[console_scripts]\n{} = conw:main\n", "certbot"),
    (".dist-info/entry_points.txt", "[gui_scripts]\n{} = conw:main\n", "certbot"),
    (".data/scripts/{}", "#!/bin/sh\n", "certbot"), (".data/data/sbin/{}", "#!/bin/sh\n", "ldconfig"),
    (".dist-info/entry_points.txt", "[console_scripts]\n{} = conw:main\n", "gpgv")])    # no Python program
def test_a_command_of_the_operating_system_is_not_taken(member: str, text: str, command: str,
                                                        new_root: Callable[..., Root],
                                                        installed_pyguard: Install) -> None:
    """Whatever the wheel is called; a command of a name that is free passes."""
    root = ready(new_root, installed_pyguard)
    for name in (command, "conw"):
        make_wheel(f"{root.path}/srv/{name}", "conw", "1.0", more={member.format(name): text.format(name)})
    before = root.run(["sh", "-c", f"command -v {command}"], check=True).stdout
    for name, code in ((command, REFUSED), ("conw", 0)):
        done = root.run(["pyguard", "pip", "--", "install", "-q", "--break-system-packages", "--no-index",
                         "--find-links", f"/srv/{name}", "conw"])
        assert done.returncode == code, done.stderr
        assert code == 0 or f"/{command}" in done.stderr
    assert root.run(["sh", "-c", f"command -v {command}"], check=True).stdout == before


def test_roots_own_configuration_is_gone_by(new_root: Callable[..., Root], installed_pyguard: Install) -> None:
    """pip is asked as nobody, who cannot read it."""
    root = ready(new_root, installed_pyguard)
    for place, modules in (("public", ("pgthing",)), ("private", ("six",))):
        make_wheel(f"{root.path}/srv/{place}", "pgthing", "1.0", modules)
    root.write("/etc/pip.conf", "[global]\nno-index = true\nfind-links = /srv/public\n")
    root.write("/root/.config/pip/pip.conf", "[global]\nfind-links = /srv/private\n")
    root.write("/root/r.txt", "pgthing\n")
    root.run(["chmod", "700", "/root"], check=True)
    for way in (["pyguard", "pip", "--"], ["python3", "-m", "pip"]):
        done = root.run([*way, "install", "--break-system-packages", "pgthing"])
        assert done.returncode == REFUSED and "six" in done.stderr, done.stderr
    done = root.run(["pyguard", "pip", "--", "install", "--break-system-packages", "-r", "/root/r.txt"])
    assert done.returncode == REFUSED and "/root/r.txt is for root alone" in " ".join(done.stderr.split()), done.stderr
    root.write("/root/.config/pip/pip.conf", "[install]\nfind-links = /srv/public\n")
    done = root.run(["pyguard", "pip", "--", "install", "-q", "--break-system-packages", "pgthing"])
    assert done.returncode == 0, done.stderr


def test_pipes_and_loud_installs(new_root: Callable[..., Root], installed_pyguard: Install) -> None:
    """What comes through a pipe is left to pip: not known, so refused where that counts and with an override."""
    root = ready(new_root, installed_pyguard)
    make_wheel(root.path + "/srv", "pgthing", "1.0")
    root.write("/srv/r.txt", "six\n")
    options = "--break-system-packages --no-index --find-links /srv"
    for line, environ, code in (
        (f"pyguard pip -- install {options} -r <(echo pgthing)", {}, REFUSED),
        (f"python3 -m pip install {options} -r <(echo pgthing)", {}, REFUSED),
        (f"pyguard pip -- install {options} pgthing -r /dev/stdin </srv/r.txt", {}, REFUSED),
        (f"PYGUARD_ALLOW=proof pyguard pip -- install {options} -r <(echo pgthing)", {}, 0),
        (f"python3 -m pip install {options} -t /tmp/lib -r <(echo pgthing)", {}, 0),
        (f"pyguard pip -- install --ignore-installed {options} -vv pgthing", {}, 0),
        (f"python3 -m pip install --ignore-installed {options} pgthing", {"PIP_VERBOSE": "3"}, 0),
    ):
        done = root.run(["bash", "-c", line], env=environ)
        assert done.returncode == code, (line, done.stderr)
        if code == REFUSED:
            assert "can be read once" in " ".join(done.stderr.split()), done.stderr
        else:
            assert "Successfully installed pgthing-1.0" in done.stdout
    root.write("/etc/pyguard/policy.toml", 'global-installs = "allow"\n')
    done = root.run(["bash", "-c", f"pyguard pip -- install --ignore-installed {options} -r <(echo pgthing)"])
    assert done.returncode == 0, done.stderr


def test_what_lies_in_the_directory_is_not_imported(new_root: Callable[..., Root],
                                                    installed_pyguard: Install) -> None:
    """The question is put from where the command was typed, which may be anybody's directory."""
    root = ready(new_root, installed_pyguard)
    for name in ("pip", "runpy", "subprocess", "gc"):
        root.write(f"/srv/there/{name}.py", "open('/tmp/imported', 'w')\n")
    make_wheel(root.path + "/srv", "pgthing", "1.0")
    done = root.run(["pyguard", "pip", "--", "install", "-q", "--break-system-packages", "--no-index", "--find-links",
                     "/srv", "pgthing"], user="alice", cwd="/srv/there")
    assert done.returncode == 0, done.stderr
    assert root.run(["cat", "/tmp/imported"]).returncode != 0
