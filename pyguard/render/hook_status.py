"""Layers of interpreters become lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from ..model.facts import Interpreter
from .words import printable

WIDTH = 26


class Shown(Protocol):
    """What a layer has to say."""

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def where(self) -> str: ...
    @property
    def detail(self) -> str: ...


def render_layers(found: Iterable[tuple[Interpreter, Sequence[Shown]]]) -> str:
    """A paragraph an interpreter, a line a layer; safe to send to a terminal."""
    lines: list[str] = []
    for interpreter, layers in found:
        lines.append(f"{interpreter.path} (Python {interpreter.version or interpreter.minor})")
        lines += _rows(layers)
    if not lines:
        lines = ["no interpreter here runs the operating system's tools"]
    return "".join(printable(line) + "\n" for line in lines)


def render_shells(found: Mapping[str, Sequence[Shown]]) -> str:
    """A paragraph a directory of shims."""
    lines = [line for place, layers in found.items() for line in (f"shells, by {place}", *_rows(layers))]
    return "".join(printable(line) + "\n" for line in lines)


def _rows(layers: Sequence[Shown]) -> list[str]:
    lines = []
    for layer in layers:
        where = f" {layer.where}" if layer.where else ""
        lines += [f"  {layer.name:<{WIDTH}} {layer.state}{where}", f"  {'':<{WIDTH}}   {layer.detail}"]
    return lines


class Carrier(NamedTuple):
    """A way to call pip and what became of the question: caught, not caught, free (no guard needed) or absent."""

    name: str
    state: str
    detail: str


def render_doctor(carriers: Sequence[Carrier], beyond: Sequence[str]) -> str:
    """A line a way, then what nothing here can catch; safe to send to a terminal."""
    width = max((len(carrier.name) for carrier in carriers), default=0)
    lines = [f"  {carrier.name:<{width}}  {carrier.state}{': ' if carrier.detail else ''}{carrier.detail}"
             for carrier in carriers]
    lines += ["not caught by any of this; pyguard audit looks for what it left, imports of it are warned about:",
              *(f"  {line}" for line in beyond)]
    return "".join(printable(line) + "\n" for line in ["what is caught on this machine:", *lines])
