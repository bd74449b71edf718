"""What published actions run of a script that a step hands to them: data, and where each of them runs it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ...model.late_pattern import late
from ..circumstances import HostName, User
from ..shell.run import ShellRun
from ..shell.state import State
from .dockerfile import image_state
from .repository import Repository
from .script_steps import run_apart
from .yaml_nodes import line_of, source_of, text_of

DISTRO = late(r"([a-z]+?)(?:_?(latest|rolling|[\d.]+))?$")
CODENAMES = {"jessie": "debian", "stretch": "debian", "buster": "debian", "bullseye": "debian", "bookworm": "debian",
             "trixie": "debian"}


class Handed(NamedTuple):
    """The inputs that are scripts, and those that name the image they run in; with neither image nor `remote`, it is
    the job's own machine."""

    scripts: tuple[str, ...]
    images: tuple[str, ...] = ()
    remote: bool = False


HANDED = {
    "nick-fields/retry": Handed(("command", "on_retry_command")),
    "nick-invision/retry": Handed(("command", "on_retry_command")),
    "Wandalen/wretry.action": Handed(("command",)),
    "coactions/setup-xvfb": Handed(("run",)),
    "GabrielBB/xvfb-action": Handed(("run",)),
    "aganders3/headless-gui": Handed(("run",)),
    "addnab/docker-run-action": Handed(("run",), ("image",)),
    "uraimo/run-on-arch-action": Handed(("install", "run"), ("base_image", "distro")),
    "pguyot/arm-runner-action": Handed(("commands",), ("base_image",)),
    "cross-platform-actions/action": Handed(("run",), remote=True),
}
IN_IMAGE = "docker://"
OVER_SSH = late(r"[\w.-]+/[\w.-]*ssh[\w.-]*$", re.I)    # appleboy/ssh-action and the many others
SSH = Handed(("script", "command", "commands", "cmd", "run"), remote=True)


def handed_to(uses: str) -> Handed:
    """What a step with that `uses` hands over; nothing to most."""
    name = uses.partition("@")[0]
    return HANDED.get(name, SSH if OVER_SSH.match(name) else Handed(()))


def run_elsewhere(handed: Handed, inputs: dict[str, Any], shell: ShellRun, path: str, lines: list[str],
                  repository: Repository) -> None:
    """The scripts of a step whose action runs them in an image, or on another host."""
    name = next((each for each in handed.images if text_of(inputs.get(each))), "")
    if name:
        image = text_of(inputs[name]).split()[-1]    # base_image: --platform=linux/riscv64 ubuntu:22.04
        image = _of_distro(image) if name == "distro" else image
        state = image_state(image, f"{name}: {image}, line {line_of(inputs[name])}", path, repository)
    else:
        state = State(HostName(), User.UNKNOWN)
    run_apart([inputs.get(each) for each in handed.scripts], state, shell, lines, path)


def run_image(uses: Any, inputs: dict[str, Any], shell: ShellRun, path: str, lines: list[str],
              repository: Repository) -> None:
    """`uses: docker://IMAGE`: its arguments after its entrypoint, in a container of their own."""
    image = text_of(uses)[len(IN_IMAGE):]
    state = image_state(image, f"uses: {text_of(uses)}, line {line_of(uses)}", path, repository)
    source = source_of(inputs.get("args"), lines, path)
    if source is not None:
        source.fixed = source.locate(0, 0)
        source.text = f"{text_of(inputs.get('entrypoint'))} {source.text}"
        shell.run_script(source, state)


def _of_distro(name: str) -> str:
    """`ubuntu22.04`, `bookworm`, `alpine_latest` as the image that is meant."""
    match = DISTRO.match(name)
    if match is None or re.search(r"[${]", name):
        return name
    system, release = match.group(1), match.group(2) or "latest"
    return f"{CODENAMES[system]}:{system}" if system in CODENAMES else f"{system}:{release}"
