"""What went wrong, said once: the error family. Imports nothing of pyguard."""

from __future__ import annotations


class PyguardError(Exception):
    """A failure with a reference for the record, one sentence for people, and the way out.

    `reference` is kebab-case and stable; `context` says where (a file, a line, an option);
    `hint` is what the user can do about it. Printing is `render`'s business.
    """

    exit_code = 1

    def __init__(self, reference: str, message: str, context: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.reference = reference
        self.message = message
        self.context = context
        self.hint = hint


class UsageError(PyguardError):
    """The command line asks for something that does not exist (exit 2)."""

    exit_code = 2


class CollectError(PyguardError):
    """A fact about the host could not be read; the caller usually turns it into a `Gap`."""


class IntakeError(PyguardError):
    """A request could not be understood: an unreadable requirements file, a broken pip.conf."""


class ForeignUsageError(IntakeError):
    """A command line that the guarded tool itself refuses: hand it over, its error stands."""


class StepFailed(PyguardError):
    """A step of a repair or a redirect failed; nothing after it was run (exit 12)."""

    exit_code = 12
