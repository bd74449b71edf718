"""What bootstrap.sh lets pip know: where distributions come from and what is trusted, never where to write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import CHECKOUT

SCRIPT = '. "$1"; work=$2; first_pip=there; settle_index "$3"; settle_trust; ' \
         'printf "trust=%s\\0" "$trust"; run_pip sh -c "env -0" sh'
OURS = {"PIP_CONFIG_FILE": "/dev/null", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_NO_INDEX": "1"}
ELSEWHERE = ("target", "prefix", "root", "user", "editable", "requirement", "constraint", "no-deps", "platform", "log")
PLACES = {"user": "home/.config/pip/pip.conf", "legacy": "home/.pip/pip.conf", "site": "xdg/pip/pip.conf",
          "chosen": "chosen.conf"}


def run_shell(tmp_path: Path, variables: dict[str, str], **files: str) -> subprocess.CompletedProcess[str]:
    """settle_index, settle_trust and run_pip, for pip's configuration files by place."""
    (tmp_path / "work").mkdir()
    for name, text in files.items():
        path = tmp_path / PLACES[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    environ = {"PATH": "/usr/bin:/bin", "HOME": f"{tmp_path}/home", "XDG_CONFIG_DIRS": f"{tmp_path}/xdg",
               "PIP_NO_INDEX": "1", **variables}
    return subprocess.run(["sh", "-eu", "-c", SCRIPT, "sh", str(CHECKOUT / "hooks/bootstrap.sh"),
                           str(tmp_path / "work"), sys.executable],
                          capture_output=True, text=True, env=environ, check=False)


def told(tmp_path: Path, variables: dict[str, str], **files: str) -> dict[str, str]:
    """`trust`, and the variables that pip gets beside those that it always gets; of /etc/pip.conf, too."""
    done = run_shell(tmp_path, variables, **files)
    assert done.returncode == 0, done.stderr
    found = dict(line.split("=", 1) for line in done.stdout.split("\0") if line.startswith(("PIP_", "trust=")))
    assert {name: found.pop(name, "") for name in OURS} == OURS
    return found


def writes(found: dict[str, str]) -> set[str]:
    """The options among them that say what is installed besides, or where to."""
    return {name[4:].lower().replace("_", "-") for name in found} & set(ELSEWHERE)


@pytest.mark.parametrize("section", ["global", "install"])
def test_a_configuration_file_says_where_from_and_never_where_to(tmp_path: Path, section: str) -> None:
    elsewhere = "".join(f"{name} = x\n" for name in ELSEWHERE)
    found = told(tmp_path, {}, user=f"[{section}]\n{elsewhere}index_url = https://it's/simple\ncert = /a.pem\n"
                                    "extra-index-url =\n    https://b/simple\n    https://c/simple\n"
                                    "default-timeout = 9\ntrusted-host = it\nproxy = http://p:1\nfind-links = /d\n")
    assert {**found, "trust": "default", "PIP_INDEX_URL": "https://it's/simple", "PIP_CERT": "/a.pem",
            "PIP_EXTRA_INDEX_URL": "\nhttps://b/simple\nhttps://c/simple", "PIP_TIMEOUT": "9", "PIP_TRUSTED_HOST": "it",
            "PIP_PROXY": "http://p:1", "PIP_FIND_LINKS": "/d"} == found
    assert not writes(found)


def test_no_variable_says_where_to_either(tmp_path: Path) -> None:
    elsewhere = {f"PIP_{name.upper().replace('-', '_')}": "x" for name in ELSEWHERE}
    found = told(tmp_path, {**elsewhere, "PIP_CERT": "/a.pem", "PIP_Target": "x", "PIP_INDEX_URL": "https://a"},
                 user="[global]\nindex-url = https://b\n")
    assert (found["PIP_CERT"], found["PIP_INDEX_URL"]) == ("/a.pem", "https://a")
    assert not writes(found)


@pytest.mark.parametrize(("variables", "winner"), [
    ({}, "user"), ({"PIP_INDEX_URL": ""}, "user"), ({"PIP_INDEX_URL": "https://env"}, "env"),
    ({"PIP_CONFIG_FILE": "chosen.conf"}, "chosen"), ({"PIP_CONFIG_FILE": "nowhere.conf"}, "user")])
def test_the_order_is_that_of_pip(tmp_path: Path, variables: dict[str, str], winner: str) -> None:
    if "PIP_CONFIG_FILE" in variables:
        variables = {"PIP_CONFIG_FILE": f"{tmp_path}/{variables['PIP_CONFIG_FILE']}"}
    files = {name: f"[global]\nindex-url = https://{name}\n" for name in PLACES}
    assert told(tmp_path, variables, **files)["PIP_INDEX_URL"] == f"https://{winner}"


def test_the_section_of_the_command_wins_and_others_do_not_count(tmp_path: Path) -> None:
    found = told(tmp_path, {}, site="[install]\nindex-url = https://a\n[download]\nproxy = http://x\n",
                 user="[global]\nindex-url = https://b\n")
    assert found["PIP_INDEX_URL"] == "https://a" and found.get("PIP_PROXY") != "http://x"


def test_configuration_that_is_switched_off_stays_off(tmp_path: Path) -> None:
    found = told(tmp_path, {"PIP_CONFIG_FILE": "/dev/null"}, user="[global]\nindex-url = https://b\n")
    assert found == {"trust": found["trust"]}


def test_a_file_that_pip_cannot_read_is_named(tmp_path: Path) -> None:
    done = run_shell(tmp_path, {}, user="index-url = https://b\n")
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"pyguard: {tmp_path}/home/.config/pip/pip.conf cannot be read")
