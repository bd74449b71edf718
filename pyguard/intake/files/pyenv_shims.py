"""pyenv's shims on PATH: where no version was chosen, they run what comes after them, the distribution's Python.

`pyenv install` alone chooses none: pyenv's global version is `system` until somebody says another (pyenv's README).
"""

from __future__ import annotations

from ...model.late_pattern import late

INSTALLS = late(r"\bpyenv\s+install\b")
CHOOSES = late(r"\bpyenv\s+(?:global|local|shell|virtualenv|activate)\b|PYENV_VERSION|\.python-version|/versions\b")
SHIMS = late(r"(?:^|/)shims/?$|(?:^|[/.])pyenv(?:/bin)?/?$|PYENV_ROOT\}?(?:/bin)?/?$")
# OS packages with a program of the name `python`, which distributions have not had of themselves since 2020
HAVE_PYTHON = frozenset(("python", "python2", "python2.7", "python-minimal", "python-is-python3",
                         "python-unversioned-command"))


def chooses_none(text: str) -> bool:
    """Whether a file has pyenv install versions, and says nowhere which of them is meant."""
    return INSTALLS.search(text) is not None and CHOOSES.search(text) is None


def without_shims(path: str) -> str:
    """A value of PATH without pyenv's own entries."""
    return ":".join(entry for entry in path.split(":") if not SHIMS.search(entry)) or "$PATH"
