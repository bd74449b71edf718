"""Model objects to plain data and back, by annotation. Unknown keys are errors.

A member of a union of the model's classes carries its class name under `is`; enums are written by value,
levels by lower-case name; empty and default fields are left out, so that recorded files stay
readable in a diff.
"""

from __future__ import annotations

import enum
import typing
from typing import Any, TypeVar

from .errors import PyguardError
from .model.frozen import is_default, is_frozen, names_of

T = TypeVar("T")


class CodecError(PyguardError):
    """Recorded data does not have the shape of the model."""


def encode(value: Any) -> Any:
    """Plain data (dict, list, str, int, bool, None) for a model object."""
    if isinstance(value, enum.IntEnum):
        return value.name.lower()
    if isinstance(value, enum.Enum):
        return value.value
    if is_frozen(value):
        data = {"is": type(value).__name__} if type(value).__name__ in _effect_names() else {}
        data.update({name: encode(getattr(value, name)) for name in names_of(value) if not is_default(value, name)})
        return data
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    return value


def decode(kind: type[T], data: Any, where: str = "") -> T:
    """A model object of that class; raises CodecError naming the place (`facts.sites[2].rank`)."""
    return typing.cast(T, _decode(kind, data, where or kind.__name__))


def _decode(kind: Any, data: Any, where: str) -> Any:
    origin = typing.get_origin(kind)
    if origin is typing.Union:
        return _decode_union(kind, data, where)
    if origin is tuple:
        return _decode_tuple(typing.get_args(kind), data, where)
    if is_frozen(kind):
        return _decode_frozen(kind, data, where)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _decode_enum(kind, data, where)
    plain = str if not isinstance(kind, type) else kind    # NewType: NormalizedName
    if not isinstance(data, plain) or (plain is int and isinstance(data, bool)):
        raise CodecError("bad-record", f"{where}: expected {plain.__name__}, found {data!r}")
    return data


def _decode_union(kind: Any, data: Any, where: str) -> Any:
    members = typing.get_args(kind)
    if type(None) in members:
        if data is None:
            return None
        rest = [member for member in members if member is not type(None)]
        return _decode(rest[0], data, where)
    name = data.get("is") if isinstance(data, dict) else None
    for member in members:
        if member.__name__ == name:
            return _decode(member, {key: data[key] for key in data if key != "is"}, where)
    raise CodecError("bad-record", f"{where}: no effect is called {name!r}")


def _decode_tuple(members: tuple[Any, ...], data: Any, where: str) -> Any:
    if not isinstance(data, list):
        raise CodecError("bad-record", f"{where}: expected a list, found {data!r}")
    if len(members) == 2 and members[1] is Ellipsis:
        return tuple(_decode(members[0], item, f"{where}[{index}]") for index, item in enumerate(data))
    if len(members) != len(data):
        raise CodecError("bad-record", f"{where}: expected {len(members)} items, found {len(data)}")
    return tuple(_decode(member, item, f"{where}[{index}]")
                 for index, (member, item) in enumerate(zip(members, data)))


def _decode_frozen(kind: Any, data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        raise CodecError("bad-record", f"{where}: expected a table, found {data!r}")
    hints = _hints(kind)
    unknown = sorted(set(data) - set(hints) - {"is"})
    if unknown:
        raise CodecError("bad-record", f"{where}: unknown key {unknown[0]!r}")
    values = {name: _decode(hints[name], data[name], f"{where}.{name}") for name in hints if name in data}
    try:
        return kind(**values)
    except TypeError as error:
        raise CodecError("bad-record", f"{where}: {error}") from error


def _decode_enum(kind: Any, data: Any, where: str) -> Any:
    for member in kind:
        if data == (member.name.lower() if isinstance(member, enum.IntEnum) else member.value):
            return member
    raise CodecError("bad-record", f"{where}: {data!r} is no {kind.__name__}")


_HINTS: dict[Any, dict[str, Any]] = {}    # a cache of what never changes


def _hints(kind: Any) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = typing.get_type_hints(kind)
    return _HINTS[kind]


def _effect_names() -> frozenset[str]:
    from .model import impact

    return frozenset(member.__name__ for member in typing.get_args(impact.Effect))
