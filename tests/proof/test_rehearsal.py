"""What counts as rehearsed: a wheel that breaks its tools is found broken, or it is said that nothing was learned."""

from __future__ import annotations

import os
import subprocess
import zipfile
from collections.abc import Callable, Iterator

import pytest

from tests import rootcache, rootfs
from tests.engine import COMMAND
from tests.lab.inside import View, opened
from tests.rootfs import Root
from tests.wheels import make_wheel

pytestmark = pytest.mark.proof
PACKAGES = ("certbot", "python3-pip", "python3-venv")
BREAKS, FAILED = 10, 1
CERTBOT = "/usr/bin/certbot"
SLOW = "/usr/lib/python3/dist-packages/certbot/__init__.py"
NAME = "requests-99-py3-none-any.whl"
KEPT = "/var/cache/pyguard/rehearsed"
BROKEN = "raise ImportError('broken by requests 99')\n"
SYSTEM, USER = ("install", "--break-system-packages"), ("install", "--break-system-packages", "--user")


@pytest.fixture(scope="module")
def certbots() -> Iterator[list[str]]:
    """Layers of a root with certbot and pyguard, which has read all imports already."""
    rootcache.require_means()
    layers = [rootcache.package_layer("bookworm", PACKAGES, rootfs.build), rootcache.base_layer("bookworm")]
    with opened(":".join(layers), None) as inside:
        yield inside.lower


@pytest.fixture
def root(certbots: list[str]) -> Iterator[Root]:
    with rootcache.mounted(certbots) as path:
        yield Root(path, "bookworm", network=False)


def bad_wheel(root: Root, text: str = BROKEN, more: bytes = b"") -> str:
    """A requests 99 of these lines, with so much beside them; its path in the root."""
    path = make_wheel(f"{root.path}/srv/made", "requests", "99")
    with zipfile.ZipFile(path) as made, zipfile.ZipFile(f"{root.path}/srv/{NAME}", "w", zipfile.ZIP_STORED) as wheel:
        for name in made.namelist():
            wheel.writestr(name, text if name == "requests/__init__.py" else made.read(name))
        if more:
            wheel.writestr("requests/more.bin", more)
    return f"/srv/{NAME}"


def install(root: Root, *words: str, user: str = "root", options: tuple[str, ...] = ("--for", CERTBOT),
            **environ: str) -> subprocess.CompletedProcess[str]:
    """What a rehearsal of `pip WORDS` says of certbot. In a chroot nobody but root would have a private view."""
    argv = [COMMAND, "rehearse", *options, "--", "pip", *words, "--no-index", "--no-deps", f"/srv/{NAME}"]
    return View(root, user, False).run(argv, environ)


def finds_it_broken(done: subprocess.CompletedProcess[str]) -> bool:
    return done.returncode == BREAKS and "broken by requests 99" in done.stdout


def claims_nothing(done: subprocess.CompletedProcess[str], because: str) -> bool:
    return (done.returncode == FAILED and because in done.stdout and "not rehearsed" in done.stdout
            and "went well" not in done.stdout and "internal error" not in done.stderr)


def test_a_wheel_for_which_there_was_no_room_is_not_rehearsed(root: Root) -> None:
    bad_wheel(root, more=bytes(3_000_000))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=1777", "tmpfs", f"{root.path}/mnt"], check=True)
    try:
        done = install(root, *SYSTEM, TMPDIR="/mnt")
    finally:
        subprocess.run(["umount", f"{root.path}/mnt"], check=True)
    assert claims_nothing(done, "No space left"), (done.stdout, done.stderr)
    done = install(root, *SYSTEM)
    assert finds_it_broken(done), (done.stdout, done.stderr)


def test_a_kept_wheel_that_was_cut_off_is_fetched_again(root: Root) -> None:
    bad_wheel(root)
    assert finds_it_broken(install(root, *SYSTEM))
    for wheel in root.run(["sh", "-c", "ls /var/cache/pyguard/wheels/*/*.whl"]).stdout.split():
        with open(root.path + wheel, "r+b") as file:
            file.truncate(200)
    root.run(["rm", "-f", KEPT])
    done = install(root, *SYSTEM)
    assert finds_it_broken(done), (done.stdout, done.stderr)


@pytest.mark.core
@pytest.mark.parametrize(("name", "broken"), [("certbot", True), ("letsencrypt", True), ("certbto", False)])
def test_who_is_named_is_tried_and_a_name_that_is_nobodys_is_said(root: Root, name: str, broken: bool) -> None:
    bad_wheel(root)
    done = install(root, *SYSTEM, options=("--for", name))
    if broken:
        assert finds_it_broken(done)
    else:
        assert done.returncode == FAILED and f"not known: {name}: " in done.stdout


def with_tmpdir(root: Root) -> dict[str, str]:
    root.run(["install", "-d", "-o", "alice", "/home/alice/tmp"], check=True)
    return {"TMPDIR": "/home/alice/tmp"}


def with_home_in_tmp(root: Root) -> dict[str, str]:
    root.run(["install", "-d", "-o", "alice", "/tmp/ah"], check=True)
    return {"HOME": "/tmp/ah"}


def with_linked_home(root: Root) -> dict[str, str]:
    root.run(["sh", "-c", "mv /home /var/home && ln -s var/home /home"], check=True)
    return {"HOME": "/home/alice"}


def with_a_linked_site(root: Root) -> dict[str, str]:
    root.run(["sh", "-c", "mkdir -p /srv/python /home/alice/.local; ln -s /srv/python /home/alice/.local/lib; "
              "chown -R alice /home/alice/.local /srv/python"], check=True)
    return {}


@pytest.mark.parametrize("prepare", [lambda root: {}, with_tmpdir, with_home_in_tmp, with_linked_home,
                                     with_a_linked_site])
def test_what_alice_installs_for_herself_is_there_in_the_view(root: Root,
                                                              prepare: Callable[[Root], dict[str, str]]) -> None:
    bad_wheel(root)
    done = install(root, *USER, user="alice", **prepare(root))
    assert finds_it_broken(done), (done.stdout, done.stderr)


@pytest.mark.parametrize(("words", "before"), [
    (USER, "true"), (USER, "mkdir -p /root/.local/lib/python3.11/site-packages; chmod -R go= /root"),
    (SYSTEM, "chmod -R go= /usr/local/lib/python3.11")])
def test_what_only_root_may_look_into_is_there_in_the_view(root: Root, words: tuple[str, ...], before: str) -> None:
    bad_wheel(root)
    root.run(["sh", "-c", before], check=True)
    done = install(root, *words)
    assert finds_it_broken(done), (done.stdout, done.stderr)


def test_nothing_else_of_a_closed_directory_is_in_the_view(root: Root) -> None:
    root.write("/root/secret", "of root's\n")
    bad_wheel(root, "import os\nraise ImportError('seen: %s' % os.listdir('/root'))\n")
    done = install(root, *USER)
    assert "seen: ['.local']" in done.stdout, (done.stdout, done.stderr)


def test_what_took_too_long_is_not_learned_and_not_kept(root: Root) -> None:
    bad_wheel(root)
    with open(root.path + CERTBOT, encoding="utf-8") as file:
        text = file.read()
    root.write(CERTBOT, text.replace("\n", "\nimport time; time.sleep(7)\n", 1), 0o755)
    root.write(SLOW, "import time; time.sleep(7)\n")
    done = install(root, *SYSTEM, options=("--for", CERTBOT, "--timeout", "1"))
    assert "went well" not in done.stdout, done.stdout
    assert done.returncode == FAILED and "did not end in" in done.stdout, (done.stdout, done.stderr)
    done = install(root, *SYSTEM, options=("--for", CERTBOT, "--timeout", "60"))
    assert finds_it_broken(done), (done.stdout, done.stderr)


def test_what_is_not_known_before_it_is_built_is_not_rehearsed(root: Root) -> None:
    root.write("/srv/project/setup.py", "import setuptools\nsetuptools.setup(name='requests', version='99')\n")
    done = View(root, "root", False).run([COMMAND, "rehearse", "--", "pip", *SYSTEM, "--no-index", "/srv/project"], {})
    assert done.returncode == FAILED and "not rehearsed" in done.stdout, (done.stdout, done.stderr)


def test_a_wheel_with_damaged_data_is_a_gap(root: Root) -> None:
    path = root.path + bad_wheel(root)
    os.unlink(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel, \
            zipfile.ZipFile(f"{root.path}/srv/made/{NAME}") as made:
        wheel.writestr("requests/__init__.py", "".join(map(str, range(9000))))
        for name in made.namelist():
            if name != "requests/__init__.py":
                wheel.writestr(name, made.read(name))
    with open(path, "r+b") as file:
        file.seek(400)
        file.write(b"\xff" * 900)
    done = install(root, *SYSTEM)
    assert claims_nothing(done, "not a readable wheel"), (done.stdout, done.stderr)


def test_with_a_full_cache_it_is_rehearsed_all_the_same(root: Root) -> None:
    bad_wheel(root, more=bytes(3_000_000))
    os.makedirs(f"{root.path}/var/cache/pyguard/wheels", exist_ok=True)
    script = f"""mount -t tmpfs -o size=1m,mode=755 tmpfs /var/cache/pyguard/wheels
        {COMMAND} rehearse --for {CERTBOT} -- pip {" ".join(SYSTEM)} --no-index --no-deps /srv/{NAME}; code=$?
        ls -A /var/cache/pyguard/wheels; exit $code"""
    done = View(root, "root", False).run(["sh", "-c", script], {})
    assert finds_it_broken(done) and ".whl" not in done.stdout, (done.stdout, done.stderr)
    assert done.stdout.endswith("requesters\n"), done.stdout    # and nothing is left there


@pytest.mark.parametrize("user", ["root", "alice"])
def test_nothing_below_sys_can_be_written_to(root: Root, user: str) -> None:
    bad_wheel(root, "import os\nos.mkdir('/sys/fs/cgroup/made')\n")
    account = root.account(user)
    script = f"""mount -t tmpfs -o mode=1777 tmpfs /sys/fs/cgroup || exit 125
        setpriv --reuid={account[2]} --regid={account[3]} --clear-groups env HOME={account[5]} {COMMAND} rehearse \
            --for {CERTBOT} -- pip {" ".join(USER)} --no-index --no-deps /srv/{NAME}
        ls -A /sys/fs/cgroup"""
    done = View(root, "root", False).run(["sh", "-c", script], {})
    assert "Read-only file system: '/sys/fs/cgroup/made'" in done.stdout, (done.stdout, done.stderr)
    assert not done.stdout.endswith("made\n")


def test_a_rehearsal_that_is_told_to_end_leaves_nothing(root: Root) -> None:
    bad_wheel(root, "import time\ntime.sleep(600)\n")
    script = f"""{COMMAND} rehearse --for {CERTBOT} -- pip {" ".join(SYSTEM)} --no-index --no-deps /srv/{NAME} & one=$!
        while [ ! -e /tmp/pyguard-scratch-*/tree/usr ]; do sleep 0.2; kill -0 $one || exit 3; done; sleep 2
        kill -TERM $one; wait $one; echo $?; ls -A /tmp"""
    done = View(root, "root", False).run(["sh", "-c", script], {})
    assert done.stdout.split()[0] == "143" and "pyguard" not in done.stdout, (done.stdout, done.stderr)
