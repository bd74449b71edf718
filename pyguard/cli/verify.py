"""The question `pip pyguard-verify` of `pyguard doctor`, and the line that answers it."""

from __future__ import annotations

from typing import TextIO

QUESTION = "pyguard-verify"    # no command of pip's: where nobody catches it, pip says so and exits 1
ANSWER = "pyguard: caught by the "


def answer(carrier: str, interpreter: str, stdout: TextIO) -> None:
    """Say which of pyguard's parts stood in the way of the command."""
    where = f" of {interpreter}" if interpreter else ""
    stdout.write(f"{ANSWER}{carrier}{where}: an install would have been judged here\n")
    stdout.flush()


def read_answer(said: str) -> str:
    """`shim` or `startup hook`; an empty string where nothing was caught."""
    for line in said.splitlines():
        if line.startswith(ANSWER):
            return line[len(ANSWER):].split(":")[0].split(" of ")[0]
    return ""
