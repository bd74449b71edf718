"""`docker run IMAGE COMMAND`, `kubectl exec POD -- COMMAND` in a shell: whose system the command runs on."""

from __future__ import annotations

from typing import NamedTuple, Optional

ENGINES = frozenset(("docker", "podman", "nerdctl", "docker-compose", "podman-compose", "kubectl", "oc", "lxc",
                     "incus", "multipass"))
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
    """`image` is empty where only the `name` of something that runs already is given."""

    image: str
    command: list[str]
    name: str = ""


def started(argv: list[str]) -> Optional[tuple[str, str]]:
    """`docker run --name NAME IMAGE`, `docker create …`: the container's name, and its image."""
    words = [word for word in argv[1:] if word != "container"]
    if words[:1] not in (["run"], ["create"]):
        return None
    rest, _ = _options(words[1:])
    name = next((word[7:] if word.startswith("--name=") else following for word, following in zip(
        words, [*words[1:], ""]) if word.partition("=")[0] == "--name"), "")
    return (name, rest[0]) if name and rest else None


def command_inside(argv: list[str]) -> Optional[Inside]:
    """What is run in a container; None where it is no such command, or the image's own is run."""
    words = argv[1:]
    if words[:1] == ["compose"]:
        return _read(words[1:], named=False)
    return _read(words, named=argv[0].rsplit("/", 1)[-1] in ("docker", "podman", "nerdctl"))


def _read(words: list[str], named: bool) -> Optional[Inside]:
    words, _ = _options(words)
    if words[:1] == ["container"]:
        words = words[1:]
    if not words or words[0] not in ("run", "exec"):
        return None
    rest, entry = _options(words[1:])
    image = next((word[8:] for word in words if word.startswith("--image=")), rest[0] if rest and named else "")
    name = rest[0] if words[0] == "exec" and rest and named else ""
    image = "" if words[0] == "exec" else image
    command = rest[rest.index("--") + 1:] if "--" in rest else rest[1:]
    return Inside(image, [*entry, *command], name) if command else None


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
