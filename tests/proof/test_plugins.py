"""The worked example of a plugin, installed for real beside pyguard on a Debian system: what it can and cannot."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine import CHECKOUT, hand_in_checkout
from tests.rootfs import Root

pytestmark = [pytest.mark.proof, pytest.mark.core]
PYTHON = "/usr/local/lib/pyguard/venv/bin/python"
EXAMPLE = f"{CHECKOUT}/tests/plugins/example"
REFUSED = 11
POLICY = 'user-installs = "shadow-only"\nglobal-installs = "shadow-only"\n'
SPY = "open('/tmp/ran', 'w')\ndef pyguard_rules(): return []\n"
ENTRY = "[pyguard]\nspy = spy_pyguard\n"


def test_the_example_installed_for_real(new_root: Callable[..., Root],
                                        installed_pyguard: Callable[[Root], list[str]]) -> None:
    root = new_root("bookworm")
    installed_pyguard(root)
    hand_in_checkout(root)
    none = root.run(["pyguard", "plugins"], user="alice")
    assert none.returncode == 0 and f"{PYTHON.replace('venv', 'env-')[:20]}" in none.stdout
    root.run([PYTHON, "-I", "-m", "pip", "install", "--no-user", "-q", EXAMPLE], check=True)

    listed = root.run(["pyguard", "plugins"], user="alice", check=True)
    assert listed.stdout.splitlines()[0] == "acme: acme_pyguard 1.0"
    assert "rule: acme-unreviewed-name (warn)" in listed.stdout
    assert "reviewed would be installed for everybody" in root.run(
        ["pyguard", "explain", "acme-unreviewed-name"], check=True).stdout

    refused = root.run(["pyguard", "pip", "--", "install", "cowsay"], user="alice")
    assert refused.returncode == REFUSED and "Instead:  acme-env create cowsay" in refused.stderr
    check_levels(root)
    check_that_nothing_is_loaded_from_elsewhere(root)
    check_that_an_upgrade_keeps_it(root)
    check_that_a_broken_one_refuses(root)


def check_levels(root: Root) -> None:
    """A policy names the plugin's rule; a name that no plugin has is an error with its line."""
    root.write("/etc/pyguard/policy.toml", f'{POLICY}\n[levels]\nacme-unreviewed-name = "block"\n')
    shown = root.run(["pyguard", "explain", "pip", "install", "cowsay"], check=True).stdout
    assert "block acme-unreviewed-name: cowsay is on no list of Acme's" in shown
    root.write("/etc/pyguard/policy.toml", f'{POLICY}\n[levels]\nacme-unreviewed-nam = "block"\n')
    wrong = root.run(["pyguard", "pip", "--", "install", "cowsay"])
    assert wrong.returncode == REFUSED and "/etc/pyguard/policy.toml:5" in wrong.stderr
    root.write("/etc/pyguard/policy.toml", POLICY)


def check_that_nothing_is_loaded_from_elsewhere(root: Root) -> None:
    """PYTHONPATH, the working directory, the user site and the system's own directories are not pyguard's."""
    user_site = "/home/alice/.local/lib/python3.11/site-packages"
    for place in ("/tmp/x", user_site, "/usr/local/lib/python3.11/dist-packages"):
        root.write(f"{place}/spy_pyguard.py", SPY)
        root.write(f"{place}/acme_pyguard.py", SPY)
        root.write(f"{place}/spy-1.0.dist-info/entry_points.txt", ENTRY)
    for user in ("alice", "root"):
        done = root.run(["pyguard", "plugins"], user=user, cwd="/tmp/x", env={"PYTHONPATH": "/tmp/x"}, check=True)
        assert "spy" not in done.stdout and "acme-unreviewed-name" in done.stdout
        done = root.run([PYTHON, "-m", "pyguard", "plugins"], user=user, cwd="/tmp/x", env={"PYTHONPATH": "/tmp/x"},
                        check=True)    # without -I the engine's own path is the caller's, a plugin's is not
        assert "spy" not in done.stdout and "acme-unreviewed-name" in done.stdout
    assert root.run(["ls", "/tmp/ran"]).returncode


def check_that_an_upgrade_keeps_it(root: Root) -> None:
    """The installer makes a new environment; with a plugin that it cannot install again the old one stays."""
    before = root.run(["readlink", "/usr/local/lib/pyguard/venv"], check=True).stdout
    root.run(["mv", EXAMPLE, f"{EXAMPLE}-away"], check=True)
    failed = root.run(["sh", f"{CHECKOUT}/hooks/install.sh", "--system", "--no-demo"], timeout=600)
    assert failed.returncode and "acme_pyguard" in failed.stderr
    assert root.run(["readlink", "/usr/local/lib/pyguard/venv"], check=True).stdout == before
    root.run(["mv", f"{EXAMPLE}-away", EXAMPLE], check=True)
    root.run(["sh", f"{CHECKOUT}/hooks/install.sh", "--system", "--no-demo"], check=True, timeout=600)
    assert root.run(["readlink", "/usr/local/lib/pyguard/venv"], check=True).stdout != before
    assert "acme-unreviewed-name" in root.run(["pyguard", "plugins"], check=True).stdout


def check_that_a_broken_one_refuses(root: Root) -> None:
    """Under a policy that lets harmless installs pass, a plugin that cannot be asked is not harmless."""
    found = root.run(["sh", "-c", "ls -d /usr/local/lib/pyguard/env-*/lib/python3.11/site-packages"], check=True)
    module = f"{found.stdout.strip()}/acme_pyguard.py"
    root.write(module, "def pyguard_rulez(): return []\n")
    listed = root.run(["pyguard", "plugins"], user="alice")
    assert listed.returncode == 1 and "cannot be used: there is no hook pyguard_rulez" in listed.stdout
    refused = root.run(["pyguard", "pip", "--", "install", "cowsay"], user="alice")
    assert refused.returncode == REFUSED and "Traceback" not in refused.stderr
    explained = root.run(["pyguard", "explain", "pip", "install", "cowsay"], user="alice", check=True)
    assert "block facts-incomplete: plugin acme: there is no hook pyguard_rulez" in explained.stdout
