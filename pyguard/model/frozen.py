"""A class with annotations in, a frozen value class out: dataclasses' own, at a tenth of what they cost to make.

A refusal stands in front of every `pip install`, and making its fifty classes with `dataclasses` took a quarter of
its time: that module imports inspect, and compiles six functions a class. To type checkers, `dataclasses.fields`,
`is_dataclass` and `dataclasses.replace` there is no difference. No inheritance, no `__post_init__`, no InitVar.
A class of which many objects are made gets an `__init__` of its own then, which takes a third of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

MANY = 200    # objects after which an `__init__` is compiled: a refusal makes fewer, a check of a repository thousands

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    class _Factory:
        """A default that is made anew for each object."""

        def __init__(self, make):
            self.make = make

    class _Fields:
        """`__dataclass_fields__`, made when somebody asks: dataclasses' functions do, a refusal does not."""

        def __get__(self, instance, owner):
            import dataclasses

            body = {name: dataclasses.field(default_factory=value.make) if isinstance(value, _Factory) else value
                    for name, value in owner._defaults.items()}
            twin = type(owner.__name__, (), {**body, "__module__": owner.__module__})
            twin.__annotations__ = owner.__annotations__
            owner.__dataclass_fields__ = dataclasses.dataclass(twin).__dataclass_fields__
            return owner.__dataclass_fields__

    def field(*, default_factory):
        """As `dataclasses.field`, for the one argument that is used here."""
        return _Factory(default_factory)

    def replace(value, /, **changes):
        """As `dataclasses.replace`."""
        return type(value)(**{**value.__dict__, **changes})

    def dataclass(*, frozen):
        """As `dataclasses.dataclass(frozen=True)`."""
        assert frozen
        return _make

    def _make(cls):
        names = tuple(cls.__annotations__)
        defaults = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
        if list(defaults) != list(names[len(names) - len(defaults):]):
            raise TypeError(f"{cls.__name__}: a field without a default follows one that has one")
        cls._names, cls._defaults, cls._made = names, defaults, 0
        cls.__match_args__ = names
        for name, value in defaults.items():
            if isinstance(value, _Factory):
                delattr(cls, name)
        for function in (__init__, _default, __eq__, __hash__, __repr__, __setattr__, __delattr__):
            setattr(cls, function.__name__, function)
        cls.__dataclass_fields__ = _Fields()
        return cls

    def __init__(self, *arguments, **named):
        cls = type(self)
        cls._made += 1
        if cls._made == MANY:
            cls.__init__ = _compile(cls)
        names = cls._names
        state = dict(zip(names, arguments))
        if named:
            for name in named:
                if name in state or name not in names:
                    raise TypeError(f"{type(self).__name__}() got an unexpected argument {name!r}")
            state.update(named)
        if len(arguments) > len(names):
            raise TypeError(f"{type(self).__name__}() takes {len(names)} arguments, {len(arguments)} were given")
        if len(state) < len(names):
            for name in names:
                if name not in state:
                    state[name] = _default(self, name)
        self.__dict__.update(state)

    def _compile(cls):
        """The `__init__` that dataclasses would make of it."""
        known = {f"of_{name}": value.make if isinstance(value, _Factory) else value
                 for name, value in cls._defaults.items()}
        known["_absent"] = object()
        made = [name for name, value in cls._defaults.items() if isinstance(value, _Factory)]
        given = [f"{name}=" + ("_absent" if name in made else f"of_{name}") if name in cls._defaults else name
                 for name in cls._names]
        body = [f"{name} = of_{name}() if {name} is _absent else {name}" for name in made]
        body += ["_all = self.__dict__", *(f"_all[{name!r}] = {name}" for name in cls._names)]
        exec(f"def __init__(self, {', '.join(given)}):\n    " + "\n    ".join(body), known)
        return known["__init__"]

    def _default(self, name):
        try:
            value = self._defaults[name]
        except KeyError:
            raise TypeError(f"{type(self).__name__}() is missing the argument {name!r}") from None
        return value.make() if isinstance(value, _Factory) else value

    def __eq__(self, other):
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self.__dict__ == other.__dict__

    def __hash__(self):
        state = self.__dict__
        return hash(tuple(state[name] for name in self._names))

    def __repr__(self):
        state = self.__dict__
        return f"{type(self).__qualname__}({', '.join(f'{name}={state[name]!r}' for name in self._names)})"

    def __setattr__(self, name, value):
        raise AttributeError(f"cannot assign to {name!r}: {type(self).__name__} is frozen")

    def __delattr__(self, name):
        raise AttributeError(f"cannot delete {name!r}: {type(self).__name__} is frozen")


def is_frozen(value: Any) -> bool:
    """Whether an object or a class is of these; `dataclasses.is_dataclass` costs what this module saves."""
    return hasattr(value if isinstance(value, type) else type(value), "_names")


def names_of(value: Any) -> tuple[str, ...]:
    """The fields of an object or a class of these, in order."""
    return tuple(value._names)


def is_default(value: Any, name: str) -> bool:
    """Whether a field holds what it holds when nothing is said."""
    kind = type(value)
    return name in kind._defaults and getattr(value, name) == kind._default(value, name)


__all__ = ["dataclass", "field", "is_default", "is_frozen", "names_of", "replace"]
