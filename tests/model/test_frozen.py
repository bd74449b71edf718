"""The model's own value classes are dataclasses to everybody who asks, and frozen."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from pyguard.model import frozen
from pyguard.model.facts import Facts, OperatingSystem, Owner, OwnerKind, Reason, ShellEnvironment
from pyguard.model.impact import Impact
from pyguard.model.settings import Settings

OWNER = Owner(OwnerKind.OS, "python3-six", "1.16.0-4")


@dataclasses.dataclass(frozen=True)
class Twin:
    """Owner as dataclasses makes it."""

    kind: OwnerKind
    name: str = ""
    version: str = ""


def test_it_behaves_as_dataclasses_own() -> None:
    twin = Twin(OWNER.kind, OWNER.name, version=OWNER.version)
    assert repr(OWNER) == repr(twin).replace("Twin", "Owner")
    assert [(field.name, field.default) for field in dataclasses.fields(OWNER)] == \
        [(field.name, field.default) for field in dataclasses.fields(twin)]
    assert hash(OWNER) == hash(twin)
    assert Owner.__match_args__ == getattr(Twin, "__match_args__", ("kind", "name", "version"))    # since 3.10
    assert dataclasses.is_dataclass(Owner) and dataclasses.asdict(OWNER) == dataclasses.asdict(twin)
    assert OWNER == Owner(version="1.16.0-4", kind=OwnerKind.OS, name="python3-six") != twin
    for replace in (dataclasses.replace, frozen.replace):
        assert replace(OWNER, name="other") == Owner(OwnerKind.OS, "other", "1.16.0-4")
    assert copy.deepcopy(OWNER) == pickle.loads(pickle.dumps(OWNER)) == OWNER


def test_defaults_that_are_made_anew() -> None:
    one, other = Facts(OperatingSystem("debian"), None), Facts(OperatingSystem("debian"), None)    # type: ignore[arg-type]
    assert one.environment == other.environment == ShellEnvironment()
    assert one.environment is not other.environment
    assert {field.name: field.default for field in dataclasses.fields(Impact)} == \
        {"effects": (), "gaps": (), "happened": False}
    assert len(dataclasses.fields(Settings)) == len(Settings.__match_args__)


@pytest.mark.parametrize(("arguments", "named"), [
    ((), {}), (("a",), {}), (("a", "b", "c"), {}), (("a", "b"), {"about": "c"}), (("a",), {"because": "b", "more": 1})])
def test_wrong_arguments_are_refused(arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Reason(*arguments, **named)


def test_nothing_can_be_changed() -> None:
    with pytest.raises(AttributeError):
        OWNER.name = "other"    # type: ignore[misc]
    with pytest.raises(AttributeError):
        del OWNER.name


def test_the_order_of_defaults_is_checked() -> None:
    with pytest.raises(TypeError, match="follows one that has one"):
        frozen.dataclass(frozen=True)(type("Odd", (), {"__annotations__": {"a": "int", "b": "int"}, "a": 1}))
