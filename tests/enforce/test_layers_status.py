"""What `pyguard hook status` says of an interpreter: each layer by what is on disk, whole or not."""

from __future__ import annotations

from pathlib import Path

from pyguard.enforce.layers import Layer, inspect_layers
from pyguard.enforce.startup_hook import CONFIGURATION, CUSTOMIZE, MODULES, STARTERS
from pyguard.host import Host
from pyguard.installation import SHARED_SITE
from pyguard.model.facts import EnvironmentKind, Interpreter
from pyguard.model.frozen import replace

KEY, STATE, SITE = "usr-3.11", "/var/lib/pyguard", "/usr/local/lib/python3.11/dist-packages"
PYTHON = Interpreter("/usr/bin/python3", EnvironmentKind.SYSTEM, stdlib="/usr/lib/python3.11", prefix="/usr",
                     version="3.11.2")


def write(root: Path, path: str, text: str = "") -> None:
    (root / path[1:]).parent.mkdir(parents=True, exist_ok=True)
    (root / path[1:]).write_text(text)


def inspect(root: Path) -> dict[str, Layer]:
    return {layer.name: layer for layer in inspect_layers(Host(str(root)), PYTHON, KEY, [STATE])}


def install(root: Path, starters: tuple[str, ...] = STARTERS) -> None:
    """As `pyguard hook install --system` leaves it."""
    paths = [f"{SITE}/{name}" for name in (*MODULES, CONFIGURATION, *starters)]
    for path in paths:
        write(root, path, "engine=/opt/python\nengine=-I\nengine=/opt/main.py\n" if path.endswith(".conf") else "")
    for path in ("/opt/python", "/opt/main.py"):
        write(root, path)
    write(root, f"{STATE}/hooks/startup-{KEY}.manifest", "".join(f"f\tsum\t-\t{path}\n" for path in paths))
    write(root, f"{STATE}/notices/{KEY}.shield", "/usr/bin/cloud-init\n/usr/bin/dnf\nend\n")


def test_nothing_is_in_place(tmp_path: Path) -> None:
    assert {name: layer.state for name, layer in inspect(tmp_path).items()} == {
        "startup hook for everyone": "off", "EXTERNALLY-MANAGED": "off", "site pip.conf": "off"}


def test_each_scope_names_the_command_that_puts_it_there(tmp_path: Path) -> None:
    layers = inspect_layers(Host(str(tmp_path)), PYTHON, KEY, [STATE, "/home/alice/.local/state/pyguard"])
    assert {layer.name: layer.detail for layer in layers if layer.name.startswith("startup hook")} == {
        "startup hook for everyone": "pyguard hook install --system", "startup hook for you": "pyguard hook install"}
    install(tmp_path)
    (tmp_path / f"{SITE[1:]}/{MODULES[0]}").unlink()
    assert inspect(tmp_path)["startup hook for everyone"].detail.endswith("missing: pyguard hook install --system")


def test_what_is_in_place_says_what_it_catches_and_what_not(tmp_path: Path) -> None:
    install(tmp_path)
    found = inspect(tmp_path)
    hook = found["startup hook for everyone"]
    assert (hook.state, hook.where) == ("on", SITE) and "sudo pip" in hook.detail and "not python -S" in hook.detail
    assert found["shield"].state == "on" and found["shield"].detail.startswith("2 scripts")


def test_what_is_not_whole_says_so(tmp_path: Path) -> None:
    install(tmp_path)
    (tmp_path / f"{SITE[1:]}/_pyguard_boot.py").unlink()
    assert inspect(tmp_path)["startup hook for everyone"].state == "damaged"
    install(tmp_path)
    (tmp_path / "opt/main.py").unlink()
    hook = inspect(tmp_path)["startup hook for everyone"]
    assert hook.state == "damaged" and "nothing is refused" in hook.detail
    write(tmp_path, f"{STATE}/notices/{KEY}.shield", "end\n")
    assert inspect(tmp_path)["shield"].state == "off"


def test_a_hook_that_sitecustomize_starts_is_whole_without_the_other_starters(tmp_path: Path) -> None:
    install(tmp_path, CUSTOMIZE)
    assert inspect(tmp_path)["startup hook for everyone"].state == "on"
    (tmp_path / SITE[1:] / CUSTOMIZE[0]).unlink()
    assert inspect(tmp_path)["startup hook for everyone"].state == "damaged"


def test_a_hook_that_an_os_package_brought_is_on_whether_on_record_or_not(tmp_path: Path) -> None:
    for name in (*MODULES, *STARTERS, CONFIGURATION):
        write(tmp_path, f"{SHARED_SITE}/{name}", "engine=/opt/python\n" if name == CONFIGURATION else "")
    write(tmp_path, "/opt/python")
    for record in ("", f"d\t-\t-\t{STATE}\n"):
        if record:
            write(tmp_path, f"{STATE}/hooks/startup-{KEY}.manifest", record)
        hook = inspect(tmp_path)["startup hook for everyone"]
        assert (hook.state, hook.where) == ("on", SHARED_SITE)
        assert "of the OS package" in hook.detail and "/etc/pyguard/disabled" in hook.detail
    (tmp_path / SHARED_SITE[1:] / STARTERS[0]).unlink()
    assert inspect(tmp_path)["startup hook for everyone"].state == "damaged"


def test_the_shared_directory_is_no_other_pythons(tmp_path: Path) -> None:
    write(tmp_path, f"{SHARED_SITE}/{MODULES[0]}")
    other = replace(PYTHON, prefix="/usr/local")
    found = {layer.name: layer for layer in inspect_layers(Host(str(tmp_path)), other, "usr-local-3.11", [STATE])}
    assert found["startup hook for everyone"].state == "off"
    write(tmp_path, f"{STATE}/hooks/startup-usr-3.12.manifest", f"f\tsum\t-\t{SHARED_SITE}/{MODULES[0]}\n")
    assert inspect(tmp_path)["startup hook for everyone"].state == "off"
