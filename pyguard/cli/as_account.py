"""Root lets a function run in a child process that has become a user for good, and hears its answer."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from ..errors import PyguardError

LIMIT = 16 * 1024 * 1024


def run_as(uid: int, gid: int, home: str, do: Callable[[], Any]) -> Any:
    """The function's answer, which has to be plain data. Raises PyguardError with what went wrong there.

    The child can write only what that user can: a link or a directory of theirs leads it nowhere else.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            os.setgroups([gid])
            os.setgid(gid)
            os.setuid(uid)
            os.chdir(home)
            os.umask(0o077)
            answer = {"value": do()}
            code = 0
        except PyguardError as error:
            answer = {"error": error.message, "hint": error.hint}
        except OSError as error:
            answer = {"error": str(error), "hint": ""}
        except BaseException as error:    # the answer is the only way out of the child
            answer = {"error": f"{type(error).__name__}: {error}", "hint": ""}
        _answer(writing, answer, code)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        text = file.read(LIMIT)
    os.waitpid(child, 0)
    try:
        found = json.loads(text)
    except ValueError:
        raise PyguardError("user-part-died", f"what was done as uid {uid} ended without an answer",
                           hint="run it again: what was interrupted is taken back first") from None
    if "error" in found:
        raise PyguardError("user-part-failed", found["error"], hint=found["hint"])
    return found["value"]


def _answer(writing: int, answer: dict[str, Any], code: int) -> None:
    with os.fdopen(writing, "w", encoding="utf-8") as file:
        json.dump(answer, file)
    os._exit(code)
