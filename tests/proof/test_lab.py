"""What pyguard says will break is what breaks: requests rehearsed, then carried out, tools run before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator

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


@pytest.mark.proof
@pytest.mark.core
@pytest.mark.parametrize("wanted", REQUESTS)
def test_what_breaks_was_foreseen(small: Inside, wanted: str) -> None:
    tools = working(small, TOOLS)
    assert tools == list(TOOLS)
    really = broken(small, [[*INSTALL, wanted]], tools)
    assert really == REQUESTS[wanted]
    assert foreseen(small, [*INSTALL, wanted], tools).get("breaks", set()) == really


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
