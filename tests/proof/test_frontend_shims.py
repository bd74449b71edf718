"""The shim before every tool, on a whole Debian: refused with exit 11 and nothing changed, or untouched."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.proof.frontend_cases import OLD, PYPROJECT, WHEEL
from tests.proof.test_shim import OWN
from tests.rootfs import Root, changes
from tests.tool_roots import TOOLS, tool_root
from tests.wheelhouse import make_old_project, make_wheel

pytestmark = [pytest.mark.proof, pytest.mark.core]
SHIMS = "/usr/local/lib/pyguard/shims"
SEARCH_PATH = f"{SHIMS}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:{TOOLS}/bin"
RECORDER = "#!/bin/sh\necho \"conda $*\"\n"
# poetry writes an ordinary user's to ~/.local/lib/python3.11/dist-packages, where no Python looks: that passes.
ROOTS_ALONE = ("POETRY_VIRTUALENVS_CREATE=false poetry -C /srv/app install",)
REFUSED = (
    "uv pip install --system --break-system-packages pgprobe", "uv pip install --prefix /usr pgprobe",
    "uv pip sync --system /srv/requirements.txt", "uv pip install -p /usr/bin/python3 -q pgprobe",
    *ROOTS_ALONE, "pdm install -g -p /srv/app",
    "pipenv install --system pgprobe", "PIPENV_SYSTEM=1 pipenv install pgprobe",
    "pip-sync --python-executable /usr/bin/python3 /srv/requirements.txt",
)
HARMLESS = (
    "uv --version", "uv pip list --system", "uv pip install --dry-run --system pgprobe", "uv run --no-project true",
    "poetry --version", "poetry -C /srv/app check", "pdm --version", "pdm config", "pipenv --version", "pipx --version",
    "pipx list", "pip-sync --version", "conda list -n base", "conda activate x", "conda install -n work x",
)


@pytest.fixture(scope="module")
def root() -> Iterator[Root]:
    with tool_root("bookworm", "uv", "poetry", "pdm", "pipenv", "pip-sync", "pipx") as made:
        make_wheel(made.path + "/srv/wheels", "pgprobe", "1.0")
        make_old_project(made.path + OLD, "pgprobe", "1.0")
        made.write("/srv/requirements.txt", f"{WHEEL}\n")
        made.write("/usr/local/bin/conda", RECORDER, 0o755)
        for path, text in PYPROJECT.items():
            made.write(path, text)
        made.run(["chmod", "-R", "a+rwX", "/srv"], check=True)
        yield made


def call(root: Root, line: str, user: str, shims: bool = True) -> tuple[int, str, str]:
    path = SEARCH_PATH if shims else SEARCH_PATH.partition(":")[2]
    done = root.run(["sh", "-c", line], user=user, cwd="/srv", env={
        "PATH": path, "UV_OFFLINE": "1", "UV_FIND_LINKS": "/srv/wheels", "PDM_CHECK_UPDATE": "0"})
    return done.returncode, done.stdout, done.stderr


def test_each_tool(root: Root, installed_pyguard: Callable[[Root], list[str]]) -> None:
    command = installed_pyguard(root)
    plain = {(line, user): call(root, line, user, shims=False) for line in HARMLESS for user in ("root", "alice")}
    root.run([*command, "hook", "rehash", "--system"], env={"PATH": SEARCH_PATH}, check=True)
    for name in ("uv", "poetry", "pdm", "pipenv", "pip-sync", "pipx"):    # they lie where no system's tool does
        root.run(["ln", "-sf", ".pyguard-shim", f"{SHIMS}/{name}"], check=True)
    before = root.tree("/")
    for user in ("root", "alice"):
        for line in REFUSED if user == "root" else [line for line in REFUSED if line not in ROOTS_ALONE]:
            code, out, said = call(root, line, user)
            assert (code, out) == (11, ""), (user, line, said)
            assert f"pyguard: refused: {line.split()[1 if '=' in line.split()[0] else 0]} " in said, said
    found = changes(before, root.tree("/"))
    above = {path.rpartition("/")[0] for path in OWN}    # whose times show that pyguard keeps something there
    assert not [path for path in found if path not in above and not path.startswith(OWN)], found
    for (line, user), expected in plain.items():
        code, out, said = call(root, line, user)
        assert (code, out) == expected[:2], (user, line, said, expected)
        assert "pyguard" not in said
    code, _, said = call(root, "PYGUARD_ALLOW='a test' uv pip install --system --break-system-packages pgprobe", "root")
    assert code == 0 and "on the record" in said
    log = root.run([*command, "log"], check=True).stdout
    assert "override root uv pip install" in log and "refused root poetry -C /srv/app install" in log
