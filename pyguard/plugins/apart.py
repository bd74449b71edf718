"""Functions in, their answers out: each runs in a child process with a time limit, and only JSON comes back from it.

A plugin that loops, exits, crashes or changes pyguard's own modules does so to its child alone.
"""

from __future__ import annotations

import json
import os
import pickle
import select
import signal
import time
from collections.abc import Sequence
from typing import Any, Callable, NamedTuple, NoReturn

LIMIT = 10.0                     # seconds for an answer
LARGEST = 64 * 1024 * 1024       # bytes of an answer
HEADER = 10                      # digits of a message's length
CHUNK = 65536
SPARE = 5                        # seconds

Function = Callable[[str, Sequence[Any]], Any]    # a question and what comes with it -> plain data


class Answer(NamedTuple):
    """The plain data a function returned, or why there is none."""

    value: Any = None
    error: str = ""


class Child:
    """A process that answers questions one after the other until its line is closed.

    `prepare` is called in it at the first question and returns the function that answers them all. `quiet`: what
    it prints goes nowhere. It ends by itself some seconds after it should have answered, whoever is left to end it.
    """

    def __init__(self, prepare: Callable[[], Function], limit: float = LIMIT, quiet: bool = True) -> None:
        hears, self.questions = os.pipe()
        self.answers, says = os.pipe()
        self.unsent = self.received = b""
        self.is_over = self.is_closed = False
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.questions)
            os.close(self.answers)
            _serve(prepare, hears, says, limit, quiet)
        os.close(hears)
        os.close(says)
        os.set_blocking(self.questions, False)

    def send(self) -> None:
        """As much of the question as goes into the line."""
        try:
            self.unsent = self.unsent[os.write(self.questions, self.unsent[:CHUNK]):]
        except BrokenPipeError:
            self.is_over = True

    def receive(self) -> None:
        """As much of the answer as is there."""
        part = os.read(self.answers, CHUNK)
        self.received += part
        self.is_over = self.is_over or not part or len(self.received) > LARGEST or self.is_complete

    @property
    def is_complete(self) -> bool:
        """Whether the whole answer is there."""
        return len(self.received) >= HEADER and len(self.received) >= HEADER + int(self.received[:HEADER])

    def answer(self, limit: float) -> Answer:
        """What came; a child that gave none is ended."""
        if self.is_complete:
            text, self.received, self.is_over = self.received[HEADER:], b"", False
            return Answer(**json.loads(text))
        slow = not self.is_over
        self.close()
        return Answer(error=f"it gave no answer within {limit:g} s" if slow else
                      "it ended its process, or crashed, and gave no whole answer")

    def close(self) -> None:
        """End it, with everything that it started."""
        self.is_closed = True
        os.close(self.questions)
        os.close(self.answers)
        for kill, what in ((os.killpg, self.pid), (os.kill, self.pid)):    # the group may not be there yet
            try:
                kill(what, signal.SIGKILL)
            except ProcessLookupError:
                pass
        os.waitpid(self.pid, 0)


def ask_all(children: Sequence[Child], question: str, arguments: Sequence[Any], limit: float) -> list[Answer]:
    """The same question to each, at the same time. A child whose answer is an error of `apart`'s is closed."""
    message = pickle.dumps((question, arguments))
    for child in children:
        child.unsent = b"%*d" % (HEADER, len(message)) + message
    deadline = time.monotonic() + limit
    while True:
        left = deadline - time.monotonic()
        waiting = [child for child in children if not child.is_over]
        if not waiting or left <= 0:
            return [child.answer(limit) for child in children]
        poller = select.poll()
        for child in waiting:
            poller.register(child.answers, select.POLLIN)
            if child.unsent:
                poller.register(child.questions, select.POLLOUT)
        ready = {descriptor for descriptor, _ in poller.poll(left * 1000)}
        for child in waiting:
            if child.questions in ready:
                child.send()
            if child.answers in ready:
                child.receive()


def _serve(prepare: Callable[[], Function], hears: int, says: int, limit: float, quiet: bool) -> NoReturn:
    """The child: it ends here, whatever the function does."""
    code = 1
    try:
        os.setpgid(0, 0)    # what it starts ends with it
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2) if quiet else (0, 1):
            os.dup2(nothing, descriptor)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        function: Any = None
        with os.fdopen(hears, "rb") as questions, os.fdopen(says, "wb") as answers:
            while head := questions.read(HEADER):
                signal.alarm(int(limit) + SPARE)
                question, arguments = pickle.loads(questions.read(int(head)))
                function, text = _outcome(function or prepare, question, arguments, function is None)
                answers.write(b"%*d" % (HEADER, len(text)) + text)
                answers.flush()
                signal.alarm(0)
        code = 0
    finally:
        os._exit(code)


def _outcome(function: Any, question: str, arguments: Sequence[Any], is_first: bool) -> tuple[Any, bytes]:
    """The function for the next question, and the answer to this one."""
    try:
        if is_first:
            function = function()
        return function, json.dumps({"value": function(question, arguments)}).encode()
    except BaseException as error:    # SystemExit too: nothing that a plugin raises goes unsaid
        return None if is_first else function, json.dumps({"error": describe(error)}).encode()


def describe(error: BaseException) -> str:
    """`ValueError: no such thing (acme_rules.py, line 12)`; a message of pyguard's own as it is."""
    from ..errors import PyguardError

    if isinstance(error, PyguardError):
        return error.message
    place, trace = "", error.__traceback__
    while trace is not None:
        file = os.path.basename(trace.tb_frame.f_code.co_filename)
        place = f" ({file}, line {trace.tb_lineno})"
        trace = trace.tb_next
    said = " ".join(str(error).split())
    return f"{type(error).__name__}{': ' if said else ''}{said}{place}"
