"""A command on a host becomes a Decision: the one road that shims, the startup hook and `explain` all take."""

from .chain import judge
from .identify import Caller, Command, identify, is_free

__all__ = ["Caller", "Command", "identify", "is_free", "judge"]
