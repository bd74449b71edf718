"""A plugin's frontends as `Frontend`s: what is asked of them is asked of the child that the plugin lives in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, Union, overload

from ..codec import CodecError, decode
from ..errors import ForeignUsageError, PyguardError
from ..host import Host
from ..intake.frontends.around import Around
from ..intake.frontends.interface import Frontend
from ..model.facts import Interpreter
from ..model.request import Request
from .find import Found

if TYPE_CHECKING:
    from .installed import InstalledPlugins

T = TypeVar("T")


class PluginFrontend:
    """See `Frontend`. Raises PyguardError (facts-incomplete) where the plugin fails: nothing passes then."""

    def __init__(self, plugins: InstalledPlugins, found: Found, name: str, programs: tuple[str, ...],
                 modules: tuple[str, ...]) -> None:
        self.plugins, self.found = plugins, found
        self.NAME, self.PROGRAMS, self.MODULES = name, programs, modules

    def changes_nothing(self, argv: Sequence[str], environ: Mapping[str, str]) -> bool:
        """See `Frontend`."""
        return self._ask(bool, "changes_nothing", tuple(argv), dict(environ))

    def choose_interpreter(self, host: Host, argv: Sequence[str], around: Around) -> str:
        """See `Frontend`."""
        return self._ask(str, "choose_interpreter", host, tuple(argv), around)

    def leaves_environment(self, host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> bool:
        """See `Frontend`."""
        return self._ask(bool, "leaves_environment", host, tuple(argv), around, interpreter)

    def parse_request(self, host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> Request:
        """See `Frontend`."""
        return self._ask(Request, "parse_request", host, tuple(argv), around, interpreter)

    def _ask(self, kind: type[T], method: str, *arguments: Any) -> T:
        answer = self.plugins.ask_once(self.found, "frontend", self.NAME, method, *arguments)
        try:
            if answer.error:
                raise CodecError("bad-plugin", answer.error)
            if "foreign" in answer.value:
                raise ForeignUsageError("foreign-usage", str(answer.value["foreign"]))
            return decode(kind, answer.value["answer"], method)
        except (CodecError, LookupError, TypeError) as error:
            raise PyguardError("facts-incomplete", f"plugin {self.found.name}: {error}") from error


class Frontends(Sequence[Frontend]):
    """All of them; made when somebody looks, for most commands are pip's own."""

    def __init__(self, plugins: InstalledPlugins) -> None:
        self.plugins = plugins

    def _all(self) -> tuple[Frontend, ...]:
        return tuple(PluginFrontend(self.plugins, each.found, *frontend)
                     for each in self.plugins.describe() for frontend in each.frontends)

    def __iter__(self) -> Iterator[Frontend]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, index: int) -> Frontend: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Frontend]: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[Frontend, Sequence[Frontend]]:
        return self._all()[index]
