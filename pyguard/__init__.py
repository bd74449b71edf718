"""A seat belt for the system Python. Nothing is imported here: every pip command pays for it."""

__version__ = "0.1.0"
