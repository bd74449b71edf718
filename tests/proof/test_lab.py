"""What pyguard says will break is what breaks: requests rehearsed, then carried out, tools run before and after."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import rootcache, rootfs
from tests.checkout import CHECKOUT
from tests.lab import system
from tests.lab.inside import Inside, opened
from tests.lab.replay import Tool, broken, foreseen, working

PACKAGES = ("certbot", "cloud-init", "mkdocs", "cookiecutter", "twine", "httpie", "yamllint", "flake8", "isort",
            "python3-flask", "speedtest-cli", "ssh-import-id")
TOOLS = (
    Tool("/usr/bin/certbot", "certbot certificates --config-dir /tmp/a --work-dir /tmp/a --logs-dir /tmp/a",
         "No certificates"),
    Tool("/usr/bin/cloud-init", "cloud-init features"),
    Tool("/usr/bin/mkdocs", "mkdocs new /tmp/m && cd /tmp/m && mkdocs build", "built"),
    Tool("/usr/bin/cookiecutter", "cookiecutter --help", "sage"),
    Tool("/usr/bin/twine", "twine upload --help", "sage"),
    Tool("/usr/bin/http", "http --ignore-stdin --offline --print=HB POST example.test a=b", "Host"),
    Tool("/usr/bin/yamllint", "printf -- '---\\na: 1\\n' >/tmp/y.yml; yamllint /tmp/y.yml"),
    Tool("/usr/bin/flake8", "printf 'import os\\nprint(os.name)\\n' >/tmp/p.py; flake8 /tmp/p.py"),
    Tool("/usr/bin/isort", "printf 'import os\\n' >/tmp/i.py; isort /tmp/i.py"),
    Tool("/usr/bin/flask", "flask --help", "sage"),
    Tool("/usr/bin/speedtest-cli", "speedtest-cli --version", "speedtest"),
    Tool("/usr/bin/ssh-import-id", "ssh-import-id --help", "sage"),
)
INSTALL = ("pip", "install", "--break-system-packages")
REQUESTS = {
    "cryptography==42.0.8": {"/usr/bin/certbot"},
    "jinja2==2.11.3": {"/usr/bin/cookiecutter", "/usr/bin/flask", "/usr/bin/mkdocs"},
    "urllib3==2.2.1": {"/usr/bin/http", "/usr/bin/twine"},
}
LAB = CHECKOUT.parent / "shared" / "lab"
TWELVE = 12


@pytest.fixture(scope="module")
def small() -> Iterator[Inside]:
    rootcache.require_means()
    layers = [rootcache.package_layer("bookworm", PACKAGES, rootfs.build), rootcache.base_layer("bookworm")]
    with opened(":".join(layers), None) as inside:
        yield inside


@pytest.fixture(scope="module")
def tools(small: Inside) -> list[Tool]:
    """All of them work as things are."""
    found = working(small, TOOLS)
    assert found == list(TOOLS)
    return found


@pytest.mark.proof
@pytest.mark.core
@pytest.mark.parametrize("wanted", REQUESTS)
def test_what_breaks_was_foreseen(small: Inside, tools: list[Tool], wanted: str) -> None:
    really = broken(small, [[*INSTALL, wanted]], tools)
    assert really == REQUESTS[wanted]
    assert foreseen(small, [*INSTALL, wanted], tools).get("breaks", set()) == really


HOSTILE = """
import os, signal, socket, time
for path in ("/usr/bin/hostile", "/etc/hostile", "/home/alice/hostile", "/var/tmp/hostile", "/opt/hostile"):
    try:
        with open(path, "w") as file:
            file.write("x")
    except OSError:
        pass
try:
    socket.create_connection(("192.0.2.1", 80), 1)
except OSError:
    pass
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        time.sleep(600)
os.kill(os.getppid(), signal.SIGKILL)
time.sleep(600)
"""
OURS = ("/var/cache/pyguard", "/proc", "/dev", "/sys", "/run", "/tmp")


@pytest.mark.proof
@pytest.mark.core
def test_a_hostile_wheel_changes_nothing(small: Inside, tmp_path: Path) -> None:
    wheel = tmp_path / "jinja2-99-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("jinja2/__init__.py", HOSTILE)
        archive.writestr("jinja2-99.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("jinja2-99.dist-info/METADATA", "Metadata-Version: 2.1\nName: jinja2\nVersion: 99\n")
        archive.writestr("jinja2-99.dist-info/RECORD", "")
    with small.overlay("root") as view:
        (Path(view.root.path) / "srv" / wheel.name).write_bytes(wheel.read_bytes())
        argv = [*INSTALL, f"/srv/{wheel.name}"]
        view.explain(argv, "resolved", {})
        before = view.root.tree()
        view.patience = 3
        answer = json.loads(view.explain(argv, "rehearsed", {}, ["/usr/bin/flask"]))
        after = view.root.tree()
    assert answer["plan"]["basis"] == "rehearsed"
    assert {path: what for path, what in rootfs.changes(before, after).items() if not path.startswith(OURS)} == {}
    assert [effect["grade"] for effect in answer["impact"]["effects"]
            if effect.get("requester") == "/usr/bin/flask" and "grade" in effect] == ["breaks"]


def touches_nothing(row: dict[str, Any]) -> bool:
    """Measured: nothing broke, and nothing that an OS package provides is imported from elsewhere than before."""
    apart = row["destination"] in ("target", "venv") and not row["smoke_env"]    # on nobody's path
    return not row["broken"] and all(step["rc"] == 0 for step in row["steps"]) and (
        apart or not (row["shadowed"] or row["shadowed_modules"] or row["shadowed_commands"]))


@pytest.mark.proof
@pytest.mark.full
def test_what_touches_nothing_passes_under_shadow_only() -> None:
    if not (LAB / "requests.json").exists():
        pytest.skip(f"needs the ground truth in {LAB}")
    requests = [row for row in json.loads((LAB / "requests.json").read_text()) if touches_nothing(row)]
    assert len(requests) > 5
    levels = {}
    with opened(":".join(system.layers(system.packages(str(LAB / "base-packages.txt")))), None) as inside:
        for row in requests:
            with inside.overlay(row["user"]) as view:
                view.root.write("/etc/pyguard/policy.toml", 'global-installs = "shadow-only"\n')
                for step in row["steps"]:
                    if "install" in step["argv"] or "uninstall" in step["argv"]:
                        answer = json.loads(view.explain(step["argv"], "declared", row["smoke_env"]))
                        levels[" ".join((row["id"], *step["argv"]))] = answer["verdict"].get("level", "allow")
                    view.carry_out(step["argv"], {})
    assert set(levels.values()) <= {"allow", "warn"}, levels


@pytest.mark.proof
@pytest.mark.full
def test_the_whole_lab_replayed() -> None:
    """At least twelve requests with every tool, installed for real: recall and precision of "breaks"."""
    if not (LAB / "requests.json").exists():
        pytest.skip(f"needs the ground truth in {LAB}")
    rows = {row["id"]: row for row in json.loads((LAB / "tools.json").read_text())}
    requests = [row for row in json.loads((LAB / "requests.json").read_text())
                if row["user"] == "root" and row["location"].startswith("/usr") and len(row["steps"]) == 1]
    requests.sort(key=lambda row: (-len(row["broken"]), row["id"]))
    tools = [Tool(row["entry"], row["smoke"], row["expect"] or "") for row in rows.values() if row["entry"]]
    hits = alarms = missed = 0
    with opened(":".join(system.layers(system.packages(str(LAB / "base-packages.txt")))), None) as inside:
        tools = working(inside, tools)
        for request in requests[:TWELVE]:
            argv, variables = request["steps"][0]["argv"], request["smoke_env"]
            latent = {rows[item["tool"]]["entry"] for item in request["latent"] or ()}
            really = broken(inside, [argv], tools, variables=variables)
            said = foreseen(inside, argv, tools, variables=variables).get("breaks", set()) - (latent - really)
            said &= {tool.requester for tool in tools}
            hits, alarms, missed = hits + len(said & really), alarms + len(said - really), missed + len(really - said)
    assert hits / (hits + missed) >= 0.97, (hits, missed)
    assert hits / (hits + alarms) >= 0.97, (hits, alarms)
