"""A caller's shells -> the files they read when they start, with the line that puts the shims first on PATH."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from ..enforce.shell_start import Start
from ..host import Host
from ..installation import is_packaged
from .caller import SYSTEM_SHIMS

PROFILE = "/etc/profile.d/pyguard.sh"
FISH = "/etc/fish/conf.d/pyguard.fish"
PACKAGED_FISH = "/usr/share/fish/vendor_conf.d/pyguard.fish"    # fish(1): where packages put theirs


def start_files(host: Host, environ: Mapping[str, str], uid: int, shims: str) -> list[Start]:
    """For everyone, files of pyguard's own where the system has a directory for them; else the user's own files."""
    if shims == SYSTEM_SHIMS:
        fish_file = PACKAGED_FISH if is_packaged() else FISH
        return [start for start, needs in (
            (Start("sh and bash", PROFILE, profile_line(shims), False), "/etc/profile.d"),
            (Start("fish", fish_file, source_line("fish", shims), False), "/etc/fish")) if host.is_dir(needs)]
    home, login = environ.get("HOME", "").rstrip("/"), login_shell(host, environ, uid)
    dot_zsh = environ.get("ZDOTDIR", "") or home
    fish = (environ.get("XDG_CONFIG_HOME", "") or f"{home}/.config") + "/fish"
    found = (
        (Start("bash", f"{home}/.bashrc", source_line("bash", shims), True), f"{home}/.bashrc"),
        (Start("zsh", f"{dot_zsh}/.zshrc", source_line("zsh", shims), True), f"{dot_zsh}/.zshrc"),
        (Start("fish", f"{fish}/conf.d/pyguard.fish", source_line("fish", shims), False), fish),
    )
    return [start for start, sign in found if start.path.startswith("/") and
            (login == start.shell or host.exists(sign))]


def shell_record(system: bool) -> str:
    """The name of the record: root may have shims for everyone and shims of its own."""
    return "shell" if system else "shell-own"


def login_shell(host: Host, environ: Mapping[str, str], uid: int) -> str:
    """The name of the user's shell: the password database's word, else SHELL's."""
    try:
        lines = host.read_text("/etc/passwd").splitlines()
    except OSError:
        lines = []    # an image without users
    named = next((line.split(":")[6] for line in lines if line.split(":")[2:3] == [str(uid)] and line.count(":") == 6),
                 "")
    return (named or environ.get("SHELL", "")).rsplit("/", 1)[-1]


def source_line(shell: str, shims: str) -> str:
    """What a shell is to read at its start; nothing happens once the file is gone."""
    file = f"{shims}/.pyguard-init.{shell}"
    if shell == "fish":
        quoted = "'" + file.replace("\\", "\\\\").replace("'", "\\'") + "'"
        return f"test -r {quoted}; and source {quoted}"
    return f"if [ -r {shlex.quote(file)} ]; then . {shlex.quote(file)}; fi"


def profile_line(shims: str) -> str:
    """/etc/profile is read by every Bourne shell; bash can do more with its own lines."""
    bash, sh = (shlex.quote(f"{shims}/.pyguard-init.{shell}") for shell in ("bash", "sh"))
    return f'if [ -n "${{BASH_VERSION-}}" ] && [ -r {bash} ]; then . {bash}\nelif [ -r {sh} ]; then . {sh}\nfi'
