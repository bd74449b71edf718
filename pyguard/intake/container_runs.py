"""`docker run IMAGE COMMAND`, `kubectl exec POD -- COMMAND` in a shell: whose system the command runs on."""

from __future__ import annotations

from typing import NamedTuple, Optional

ENGINES = frozenset(("docker", "podman", "nerdctl", "docker-compose", "podman-compose", "kubectl", "oc", "lxc",
                     "incus", "multipass", "buildah", "pct", "lxc-attach"))
# Theirs is a whole distribution, as a machine has it
OF_SYSTEMS = frozenset(("lxc", "incus", "multipass", "pct", "lxc-attach"))
# Options of `run` and `exec` that take a value in the next word (docker-run(1), podman-run(1), kubectl(1))
VALUES = frozenset((
    "-v", "--volume", "-w", "--workdir", "-e", "--env", "-p", "--publish", "-u", "--user", "--name", "--network",
    "--net", "--mount", "--platform", "--gpus", "-m", "--memory", "-h", "--hostname", "--env-file", "--ulimit", "-l",
    "--label", "--add-host", "--cap-add", "--cap-drop", "--device", "--security-opt", "--cpus", "--ipc", "--pid",
    "--restart", "--log-driver", "--tmpfs", "--volumes-from", "--link", "--dns", "--runtime", "--userns",
    "--group-add", "--shm-size", "--cidfile", "--pull", "-f", "--file", "--project-name", "-n", "--namespace", "-c",
    "--container", "--context", "--index", "--image", "--memory-swap", "--annotation", "--expose",
    "--stop-signal", "--init-path"))


class Inside(NamedTuple):
    """`image` is empty where only the name of something that runs already is given, `command` where the image's is run.

    `name` is the container's, as far as it is said; `path` is the PATH that the command is given.
    """

    image: str
    command: list[str]
    name: str = ""
    path: str = ""


def command_inside(argv: list[str]) -> Optional[Inside]:
    """What is run in a container; None where it is no such command."""
    words = argv[1:]
    if argv[0].rsplit("/", 1)[-1] == "buildah":    # its run is the others' exec
        words = ["exec", *words[1:]] if words[:1] == ["run"] else []
    if argv[0].rsplit("/", 1)[-1] == "lxc-attach":    # -n NAME -- COMMAND
        rest, _ = _options(words)
        options = words[:len(words) - len(rest)]
        name = next((after for word, after in zip(options, [*options[1:], ""]) if word in ("-n", "--name")), "")
        words = ["exec", name, *rest] if name else []
    if words[:1] == ["compose"]:
        return _read(words[1:], named=False)
    return _read(words, named=argv[0].rsplit("/", 1)[-1] in ("docker", "podman", "nerdctl"))


def started_by(name: str) -> str:
    """The image, where a container's name is as written `$(docker run -d IMAGE ...)` or `$(buildah from IMAGE)`."""
    words = name.strip("$()`\"").split() if name.startswith(("$(", "`")) else []
    if words[:2] == ["buildah", "from"]:
        return words[-1]
    inside = _read(["run", *words[2:]], named=True) if words[1:2] in (["run"], ["create"]) else None
    return inside.image if inside is not None and words[0] in ("docker", "podman", "nerdctl") else ""


def marked_by(argv: list[str]) -> str:
    """`pct exec 101 -- pip3 install --break-system-packages x`: nothing else has the file that this overrides."""
    name = argv[0].rsplit("/", 1)[-1]
    is_told = name in OF_SYSTEMS and any("--break-system-packages" in word for word in argv)
    return f"{name} runs it in a distribution of its own, with an EXTERNALLY-MANAGED file" if is_told else ""


def _read(words: list[str], named: bool) -> Optional[Inside]:
    words, _ = _options(words)
    if words[:1] == ["container"]:
        words = words[1:]
    if not words or words[0] not in (("run", "create", "exec") if named else ("run", "exec")):
        return None
    rest, entry = _options(words[1:])
    image = next((word[8:] for word in words if word.startswith("--image=")), rest[0] if rest and named else "")
    name = rest[0] if rest else ""
    options = words[1:len(words) - len(rest)]
    if words[0] == "exec":
        image = ""
    elif named:
        name = next((value.partition("=")[2] or after for value, after in zip(options, [*options[1:], ""])
                     if value.partition("=")[0] == "--name"), "")
    begin = rest.index("--") + 1 if "--" in rest and not named else 1
    return Inside(image, [*entry, *rest[begin:]] if rest[begin:] else [], name, _path([*options, *rest[1:begin]]))


def _path(options: list[str]) -> str:
    """`--env PATH=...`, `-e PATH=...`, before the container's name or behind it."""
    for word, after in zip(options, [*options[1:], ""]):
        name, equals, value = word.partition("=")
        given = (value if equals else after) if name in ("-e", "--env") else ""
        if given.startswith("PATH="):
            return given[5:]
    return ""


def _options(words: list[str]) -> tuple[list[str], list[str]]:
    """The words after the options, and the program that --entrypoint names."""
    entry: list[str] = []
    index = 0
    while index < len(words) and words[index].startswith("-") and words[index] != "--":
        name, equals, value = words[index].partition("=")
        if name == "--entrypoint":
            entry = [value if equals else words[index + 1]] if equals or index + 1 < len(words) else []
            index += 1 if equals else 2
        else:
            index += 2 if name in VALUES and not equals else 1
    return words[index:], entry
