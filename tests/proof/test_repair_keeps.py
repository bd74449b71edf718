"""What a repair leaves to whom it belongs, on a real Debian: diverted files, shared ones, lines with more on them."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.proof.test_audit import broken_tools, findings, made
from tests.rootfs import Root

pytestmark = pytest.mark.proof
Install = Callable[[Root], list[str]]
SITE = "/usr/lib/python3/dist-packages"
SIX = f"{SITE}/six.py"
LOCAL = "/usr/local/lib/python3.11/dist-packages"
ONE_LINERS = (
    "[ -d /opt/dev ] && export PYTHONPATH=/opt/dev",
    "if [ -d /opt/dev ]; then export PYTHONPATH=/opt/dev; fi",
    "export V=1 PYTHONPATH=/opt/dev",
    "set -a; PYTHONPATH=/opt/dev",
    "f() { export PYTHONPATH=/opt/dev; }; f",
    "case x in x) export PYTHONPATH=/opt/dev;; esac",
    "export PYTHONPATH+=:/opt/dev",
    'export PYTHONPATH="/opt/dev${PYTHONPATH:+:$PYTHONPATH}"',
    "D=/opt; export PYTHONPATH=$D/dev",
)


def write(root: Root, path: str, text: str) -> None:
    place = root.path + path
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "w", encoding="utf-8") as file:
        file.write(text)


@pytest.mark.core
def test_what_is_diverted_shared_or_closed(installed_pyguard: Install) -> None:
    with made("bookworm", installed_pyguard) as root:
        root.run(["dpkg-divert", "--local", "--rename", "--divert", f"{SIX}.distrib", "--add", SIX], check=True)
        assert [finding["summary"] for finding in findings(root)] == [f"python3-six 1.16.0-4: {SIX} is gone"]
        done = root.run(["pyguard", "repair", "--yes"])
        assert done.returncode == 10 and f"sudo dpkg-divert --rename --remove {SIX}" in done.stdout, done.stdout
        root.run(["sh", "-c", f"cat {SIX}.distrib - >{SIX} <<'E'\n# patched\nE"], check=True)
        assert findings(root) == [] and broken_tools(root) == []
        for name, files in (("ns_a", ("certifi.py", "shared.py")), ("ns_b", ("google/b.py", "shared.py"))):
            for file in files:
                write(root, f"{LOCAL}/{file}", "")
            write(root, f"{LOCAL}/{name}-1.dist-info/METADATA", f"Name: {name}\nVersion: 1\n")
            write(root, f"{LOCAL}/{name}-1.dist-info/RECORD", "".join(f"{file},,\n" for file in (
                *files, f"{name}-1.dist-info/METADATA", f"{name}-1.dist-info/RECORD")))
        done = root.run(["pyguard", "repair", "--level", "warn", "--yes"])
        assert f"{LOCAL}/shared.py of ns-a 1\n    it is ns-b's as well, and stays" in done.stdout, done.stdout
        assert done.returncode == 0, done.stdout + done.stderr
        root.run(["python3", "-c", "import shared, google.b, six, certifi; assert certifi.where()"], check=True)
        os.chmod(root.path + f"{SITE}/requests/api.py", 0o600)
        [finding] = findings(root)
        assert str(finding["summary"]).endswith(f"{SITE}/requests/api.py cannot be read by everybody")
        assert root.run(["pyguard", "repair", "--yes"]).returncode == 0
        assert os.stat(root.path + f"{SITE}/requests/api.py").st_mode & 0o777 == 0o644
        assert findings(root) == [] and broken_tools(root) == []


@pytest.mark.core
def test_whatever_a_login_shell_makes_of_a_line(installed_pyguard: Install) -> None:
    with made("bookworm", installed_pyguard) as root:
        write(root, "/opt/dev/six.py", "")
        for line in ONE_LINERS:
            write(root, "/etc/profile.d/zz.sh", f"{line}\n")
            where = root.run(["bash", "-lc", "python3 -c 'import six; print(six.__file__)'"], check=True).stdout
            assert where == "/opt/dev/six.py\n", line
            assert {"os-distribution-shadowed", "python-variables-exported"} <= {
                finding["rule"] for finding in findings(root)}, line
            done = root.run(["pyguard", "repair", "--yes"])
            alone = line.startswith("export PYTHONPATH")
            assert done.returncode == (0 if alone else 10), done.stdout + done.stderr
            assert alone or "take PYTHONPATH out of it by hand" in done.stdout
            assert root.run(["bash", "-lec", ":"]).stderr == ""
