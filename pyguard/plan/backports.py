"""Distributions that carry a module of the standard library under another name -> the modules they bring.

Back-ports for Pythons that had no such module yet; what is called like its module needs no line.
"""

from __future__ import annotations

BACKPORTS = {
    "enum34": ("enum",),
    "futures": ("concurrent",),
}
