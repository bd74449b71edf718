"""Wrappers in front of a command are peeled off: sudo, env, xargs, conda run ...; what they change is kept."""

from __future__ import annotations

import re
from typing import Optional

from ...model.late_pattern import late
from ..circumstances import IN_CONTAINER, Active, Ground, HostName, User
from ..container_runs import ENGINES, command_inside, marked_by, started_by
from .effects import COMPILERS
from .quiet import QUIET, only_asks
from .state import State

PROGRAM = late(r"(?:.*/)?(pip[\d.-]*|python[\d.]*|easy_install[\d.-]*|uv|pip-sync|poetry|pipenv|pdm)$")
ASSIGNMENT = late(r"[A-Za-z_][A-Za-z0-9_]*=")
SUDO_WITH_VALUE = frozenset(("-u", "-g", "-h", "-p", "-C", "-T", "-r", "-t", "-U", "-D", "-R", "--user", "--group",
                             "--host", "--prompt", "--chdir"))
PLAIN = {"nohup": 0, "exec": 0, "command": 0, "builtin": 0, "time": 0, "eatmydata": 0, "retry": 0, "fakeroot": 0,
         "travis_retry": 0, "travis_wait": 0, "unbuffer": 0, "chronic": 0, "setsid": 0, "noglob": 0, "catchsegv": 0,
         "proxychains": 0, "proxychains4": 0, "fakechroot": 0, "unshare": 0, "systemd-run": 0,
         "sshpass": 0, "screen": 0, "tini": 0, "dumb-init": 0, "docker-init": 0, "catatonit": 0, "winpty": 0,
         "ccache": 0, "nice": 0, "ionice": 0, "stdbuf": 0, "timeout": 1, "flock": 1, "xargs": 0, "taskset": 1,
         "setarch": 1, "linux32": 0, "linux64": 0, "parallel": 0, "arch": 0, "then": 0, "do": 0, "else": 0, "@": 0}
VALUES = {"nice": ("-n",), "ionice": ("-c", "-n"), "stdbuf": ("-i", "-o", "-e"), "timeout": ("-s", "-k", "--signal"),
          "xargs": ("-n", "-I", "-L", "-P", "-a", "-d", "-E", "-s", "--max-args", "--max-procs", "--arg-file",
                    "--delimiter"),
          "tini": ("-p", "-e"), "sshpass": ("-p", "-f", "-d", "-P"), "screen": ("-S", "-dmS", "-t", "-c"),
          "systemd-run": ("-p", "--property", "-u", "--unit", "-M"), "exec": ("-a",), "flock": ("-w", "-E")}
RUNNERS = {"poetry": Ground.VENV, "pipenv": Ground.VENV, "pdm": Ground.VENV, "hatch": Ground.VENV, "rye": Ground.VENV,
           "conda": Ground.CONDA, "mamba": Ground.CONDA, "micromamba": Ground.CONDA}
BECOMERS = frozenset(("gosu", "su-exec", "runuser", "setpriv", "chpst", "s6-setuidgid", "setuser"))
# Every name that `_peel_one` asks about: any other command is what it is
WRAPPING = frozenset(("sudo", "doas", "env", "cross-env", "chroot", "arch-chroot", "in-target", "curtin", "nsenter",
                      "systemd-nspawn", "find", "uv", "scl")) | BECOMERS | ENGINES | PLAIN.keys() | RUNNERS.keys()
CLUSTER = late(r"-[A-Za-z]*u$")    # -u, -Hu, -iu
SHELL_OPTION = late(r"-[A-Za-z]*[si]|--(shell|login)$")    # of sudo(8)
LOGIN_OPTION = late(r"-[A-Za-z]*i[A-Za-z]*$|--login$")
NSPAWN_VALUES = ("-D", "--directory", "-i", "--image", "-M", "--machine", "-u", "--user", "-E", "--setenv", "-S",
                 "--slice", "--template", "--root-hash", "--bind", "--bind-ro", "--tmpfs")
ORDINARY = late(r"^(?!root$|0$|\$|\{)\S+$")


class Peeled:
    """The command itself, the state it runs in, and the variables set for it alone."""

    def __init__(self, argv: list[str], state: State) -> None:
        self.argv = argv
        self.state = state
        self.extra: list[tuple[str, str]] = []
        self.through_xargs = False
        self.logs_in = False        # `sudo -i`: a login shell of the account
        self.opens_shell = False    # where no command is left: `sudo -s`, `chroot /mnt`

    def own_state(self) -> State:
        """A state that may be changed for this command only."""
        self.state = self.state.copy()
        return self.state


def peel(argv: list[str], state: State) -> Peeled:
    """Off with every wrapper that is known, and with one unknown word directly before `pip install`."""
    peeled = Peeled(argv, state)
    for _ in range(12):
        if not peeled.argv:
            break
        rest = _peel_one(peeled)
        if rest is None:
            break
        peeled.argv = rest
    if not peeled.argv and peeled.opens_shell:
        peeled.argv = ["sh"]
    return peeled


def _peel_one(peeled: Peeled) -> Optional[list[str]]:
    argv = peeled.argv
    name = argv[0].rsplit("/", 1)[-1].lstrip("@-+")
    if "=" in argv[0] and ASSIGNMENT.match(argv[0]):
        _assign(peeled, argv[0])
        return argv[1:]
    if name not in WRAPPING:
        return _peel_unknown(peeled)
    if name in ("sudo", "doas"):
        return _peel_sudo(peeled)
    if name in ("env", "cross-env"):
        return _peel_env(peeled)
    if name in BECOMERS and not (name == "runuser" and not {"-u", "--user"} & set(argv)):    # else it is a su
        return _peel_becomer(peeled)
    if name in ("chroot", "arch-chroot", "in-target"):
        return _peel_chroot(peeled, name)
    if name == "curtin" and argv[1:2] == ["in-target"]:    # of Ubuntu's installer, `--target=/target --`
        return _peel_chroot(peeled, "in-target", _skip_options(argv[2:], ("-t", "--target")))
    if name in ("nsenter", "systemd-nspawn"):
        return _peel_namespaces(peeled, name)
    if name in ENGINES:
        return _peel_container(peeled)
    if name == "find" and {"-exec", "-execdir", "-ok"} & set(argv):
        return _peel_find(argv)
    if only_asks(argv):
        return None
    if name in PLAIN and argv[0] not in peeled.state.functions:
        peeled.through_xargs = peeled.through_xargs or name == "xargs"
        rest = _skip_options(argv[1:], VALUES.get(name, ()))
        return ["sh", "-c", rest[0]] if name == "parallel" and rest and " " in rest[0] else rest[PLAIN[name]:]
    if name in RUNNERS and "run" in argv[1:3]:
        return _peel_runner(peeled, name)
    if name == "uv" and argv[1:2] == ["run"]:
        return _peel_uv_run(peeled)
    if name == "scl" and argv[1:2] == ["enable"]:
        if COMPILERS.search(" ".join(argv[2:3])) is None:
            peeled.own_state().activate(Active(Ground.PRIVATE, "", " ".join(argv[:3])))
        rest = [word for word in argv[3:] if word != "--"]
        return ["sh", "-c", *rest] if len(rest) == 1 and " " in rest[0] else rest
    return _peel_unknown(peeled)


def _assign(peeled: Peeled, word: str) -> None:
    name, _, value = word.partition("=")
    peeled.extra.append((name, value))
    if name == "PATH":
        state = peeled.own_state()
        if value not in ("$PATH", "${PATH}"):
            state.take_path(value, f"PATH={value}")
    elif name == "PYENV_VERSION":
        peeled.own_state().activate(Active(Ground.PRIVATE, "", "PYENV_VERSION chooses a pyenv Python"))


def _skip_options(words: list[str], with_value: tuple[str, ...] | frozenset[str]) -> list[str]:
    index = 0
    while index < len(words) and words[index].startswith("-"):
        if words[index] == "--":
            return words[index + 1:]
        index += 2 if words[index] in with_value else 1
    return words[index:]


def _peel_sudo(peeled: Peeled) -> list[str]:
    words = peeled.argv[1:]
    state = peeled.own_state()
    before, doubts = state.active, state.doubts
    state.user, state.sudo, state.without_sudo = User.ROOT, True, before
    state.active, state.stack, state.doubts = Active(), [], []
    state.account, state.exported = "root", state.exported - {"BASH_ENV"}
    keeps = any(word.startswith("--preserve-env=") and "PATH" in word for word in words)
    index = 0
    while index < len(words) and words[index].startswith("-") and words[index] != "--":
        word = words[index]
        valued = word in SUDO_WITH_VALUE or CLUSTER.match(word) is not None
        if ((word == "--user" or CLUSTER.match(word)) and index + 1 < len(words)) or word.startswith("--user="):
            user = word[7:] if word.startswith("--user=") else words[index + 1]
            state.account = user
            if ORDINARY.match(user):    # with sudo's PATH, unless the user's own is read
                state.user, state.without_sudo = User.ORDINARY, None
                state.sudo = not _starts_login(words)
        index += 2 if valued else 1
    peeled.opens_shell = any(SHELL_OPTION.match(word) for word in words[:index])
    peeled.logs_in = any(LOGIN_OPTION.match(word) for word in words[:index])
    rest = words[index + 1:] if words[index:index + 1] == ["--"] else words[index:]
    if keeps or _passes_path(rest):
        state.active, state.doubts = before, doubts
    return rest


def _starts_login(words: list[str]) -> bool:
    return any(word == "--login" or re.match(r"-[a-zA-Z]*i", word) for word in words[:4])


def _passes_path(words: list[str]) -> bool:
    """`sudo env "PATH=$PATH" pip ...`: the caller's PATH goes along."""
    for word in words[:6]:
        if word.startswith("PATH="):
            return True
        if word != "env" and not word.startswith("-") and not ASSIGNMENT.match(word):
            return False
    return False


def _peel_env(peeled: Peeled) -> list[str]:
    words = peeled.argv[1:]
    index = 0
    while index < len(words) and words[index].startswith("-"):
        if words[index] in ("-i", "-", "--ignore-environment"):
            peeled.own_state().exported = set()
        index += 2 if words[index] in ("-u", "-C", "--unset", "--chdir") else 1
    return words[index:]


def _peel_becomer(peeled: Peeled) -> list[str]:
    words = peeled.argv[1:]
    state = peeled.own_state()
    if words[:1] == ["-u"] and len(words) > 1:
        words = words[1:]
    elif words and words[0].startswith("-"):
        return _skip_options(words, ("--reuid", "--regid", "-u", "-g"))
    if words:
        state.account = words[0].partition(":")[0]
        state.user = User.ORDINARY if ORDINARY.match(words[0]) else User.UNKNOWN
    return [word for word in words[1:] if word != "--"]


def _peel_chroot(peeled: Peeled, name: str, words: Optional[list[str]] = None) -> list[str]:
    """Another file system, which is a distribution's: nothing that is active here is active there."""
    state = peeled.own_state()
    state.active, state.stack, state.user = Active(), [], User.ROOT
    state.manager = state.manager or f"{name} runs it in a distribution's file system"
    rest = _skip_options(peeled.argv[1:], ("-u", "--userspec", "--groups")) if words is None else words
    peeled.opens_shell = name != "in-target"
    return rest if name == "in-target" else rest[1:]


def _peel_namespaces(peeled: Peeled, name: str) -> list[str]:
    """`systemd-nspawn -D /mnt pip ...` is a chroot; `nsenter -t 1 -m` comes out in the host, from a container."""
    argv, state = peeled.argv, peeled.own_state()
    state.user, peeled.opens_shell = User.ROOT, True
    if name == "systemd-nspawn":
        state.active, state.stack = Active(), []
        state.manager = state.manager or f"{name} runs it in a distribution's file system"
        return _skip_options(argv[1:], NSPAWN_VALUES)
    rest = _skip_options(argv[1:], ("-t", "--target", "-S", "--setuid", "-G", "--setgid"))
    options = argv[1:len(argv) - len(rest)]
    if not any(re.match(r"-[a-zA-Z]*[ma]$|-m/|--(mount|all)", word) for word in options):
        return rest    # the file system stays, and with it the Python
    host = re.search(r"(-[a-zA-Z]*t|--target)[ =]?1( |$)", " ".join(options)) is not None
    state.host, state.sudo, state.os_packages, state.private_versions = HostName(), False, (), set()
    state.active, state.stack = Active() if host else Active(Ground.UNKNOWN, "", f"{name} enters another's files"), []
    state.manager = f"{name} runs it in the host's own file system" if host else ""
    return rest


def _peel_container(peeled: Peeled) -> Optional[list[str]]:
    """Nothing that holds here holds in there; in a container that runs already, nobody knows what does.

    Unless its image was said where it was started, or pip was installed in it.
    """
    inside = command_inside(peeled.argv)
    if inside is None:
        return None
    known = peeled.state.containers
    if inside.image and inside.name:
        known[f"image of {inside.name}"] = inside.image
    if not inside.command:
        return None
    image = inside.image or known.get(f"image of {inside.name}", "") or started_by(inside.name)
    state = peeled.own_state()
    state.active, state.stack, state.sudo, state.os_packages = Active(), [], False, ()
    state.manager = "" if inside.image else known.get(f"pip of {inside.name}", "") or marked_by(peeled.argv)
    state.exported, state.private_versions, state.user = set(), set(), User.ROOT
    state.host = HostName(image, f"{' '.join(peeled.argv[:2])} {image}".strip())
    if not image and not state.manager:
        because = f"{' '.join(peeled.argv[:2])} {IN_CONTAINER}"
        state.activate(Active(Ground.UNKNOWN, inside.name, because))
    if inside.path:
        state.take_path(inside.path, f"--env PATH={inside.path}")
    return inside.command


def _peel_find(argv: list[str]) -> Optional[list[str]]:
    """`find ... -exec pip install -r {} ;`; other commands stay find's own."""
    start = next(index for index, word in enumerate(argv) if word in ("-exec", "-execdir", "-ok")) + 1
    end = next((index for index, word in enumerate(argv[start:], start) if word in (";", "+")), len(argv))
    inner = argv[start:end]
    return inner if any(PROGRAM.match(word) for word in inner[:3]) or "-c" in inner[:3] else None


def _peel_runner(peeled: Peeled, name: str) -> list[str]:
    argv = peeled.argv
    rest = argv[argv.index("run") + 1:]
    environment = ""
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option in ("-n", "--name", "-p", "--prefix") and rest:
            environment = rest.pop(0)
        elif option in ("--cwd", "-C", "-P", "--project", "-e", "--env") and rest:
            rest.pop(0)
    ground = RUNNERS[name]
    if ground is Ground.CONDA and environment in ("", "base", "root"):
        ground = Ground.CONDA_BASE
    peeled.own_state().activate(Active(ground, environment, f"{name} run"))
    return rest


def _peel_uv_run(peeled: Peeled) -> list[str]:
    rest = _skip_options(peeled.argv[2:], ("--with", "--python", "-p", "--project", "--directory", "--extra",
                                           "--group", "--env-file", "--index", "-w", "--package", "--from"))
    peeled.own_state().activate(Active(Ground.VENV, "", "uv run"))
    return rest


def _peel_unknown(peeled: Peeled) -> Optional[list[str]]:
    """`$SUDO pip3 install`, `hide_output pip3 install`: one unknown word in front of an installer."""
    argv = peeled.argv
    if len(argv) < 3 or argv[0] in peeled.state.functions or not PROGRAM.match(argv[1]) or PROGRAM.match(argv[0]):
        return None
    if "$" not in argv[0] and (not {"install", "uninstall", "-m"} & set(argv[2:5]) or argv[0] in QUIET):
        return None
    if re.search(r"sudo", argv[0], re.I):
        state = peeled.own_state()
        state.sudo, state.user, state.active = True, User.ROOT, Active()
    return argv[1:]
