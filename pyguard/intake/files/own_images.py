"""`docker run IMAGE pip ...`, where a Dockerfile of the repository builds the image: what it ends with holds there."""

from __future__ import annotations

from ...model.late_pattern import late
from ..circumstances import Active, FoundCommand, Reading
from .repository import Repository

STARTED = late(r"(docker|podman|nerdctl)\s+(run|create|container)\b")


def with_own_images(reading: Reading, path: str, repository: Repository) -> Reading:
    """The same commands, those in the repository's own images with what the images have."""
    if not any(map(_is_started, reading.commands)):
        return reading
    return reading._replace(commands=tuple(
        _within(each, path, repository) if _is_started(each) else each for each in reading.commands))


def _is_started(found: FoundCommand) -> bool:
    host = found.circumstances.host
    return bool(host.name) and STARTED.match(host.named_by) is not None


def _within(found: FoundCommand, path: str, repository: Repository) -> FoundCommand:
    from .dockerfile import image_state  # who starts no image does not read Dockerfiles

    holds = found.circumstances
    state = image_state(holds.host.name, holds.host.named_by, path, repository)
    if state.host == holds.host:
        return found
    active = state.active if holds.active == Active() else holds.active
    return found.within(host=state.host, active=active, manager=holds.manager or state.manager)
