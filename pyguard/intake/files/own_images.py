"""`docker run IMAGE pip ...`, where a Dockerfile of the repository builds the image: what it ends with holds there."""

from __future__ import annotations

from ...model.late_pattern import late
from ..circumstances import Active, FoundCommand, Reading
from .repository import Repository

# A script that a caller's container runs says first who runs it
STARTED = late(r"(?:^|runs it: )(docker|podman|nerdctl)\s+(run|create|container)\b")
COMPOSED = late(r"(?:^|runs it: )(docker-compose|podman-compose|(docker|podman) compose)\b")


def with_own_images(reading: Reading, path: str, repository: Repository) -> Reading:
    """The same commands, those in the repository's own images with what the images have."""
    if not any(map(_is_started, reading.commands)):
        return reading
    return reading._replace(commands=tuple(
        _within(each, path, repository) if _is_started(each) else each for each in reading.commands))


def _is_started(found: FoundCommand) -> bool:
    host = found.circumstances.host
    return (STARTED if host.name else COMPOSED).search(host.named_by) is not None


def _within(found: FoundCommand, path: str, repository: Repository) -> FoundCommand:
    from .compose_file import service_state  # who starts no image does not read what images are made of
    from .dockerfile import image_state

    holds = found.circumstances
    state = image_state(holds.host.name, holds.host.named_by, path, repository) if holds.host.name \
        else service_state(holds.active.path, repository)
    if state is None or state.host == holds.host:
        return found
    if not holds.host.name:    # that it is a container was all that was known
        return found.within(host=state.host, active=state.active, manager=state.manager)
    active = state.active if holds.active == Active() else holds.active
    return found.within(host=state.host, active=active, manager=holds.manager or state.manager)
