"""A script that says that it is for CentOS 6: the releases whose yum needs /usr/bin/python to be their Python 2."""

from __future__ import annotations

import os
import re

from ...model.late_pattern import late

IN_NAME = late(r"(?:centos|rhel|(?<![a-z])el)[-_.]?([5-7])(?!\d)", re.I)
IN_TEXT = late(r"\bepel-release-(?:latest-)?([5-7])\b|"
               r"^#.*\b(?:CentOS|RHEL|Red ?Hat(?: Enterprise Linux)?|Scientific Linux)(?: Linux)?(?: release)? ?([5-7])"
               r"(?![\d])", re.M)
WORDS = ("epel-release-", "CentOS", "RHEL", "Red", "Scientific")


def release_of(path: str, text: str) -> str:
    """`centos:6` for such a script, by its name, its comments or the EPEL that it installs; else an empty text."""
    match = IN_NAME.search(os.path.basename(path)) or (
        IN_TEXT.search(text) if any(word in text for word in WORDS) else None)
    version = next((each for each in match.groups() if each), "") if match is not None else ""
    return f"centos:{version}" if version else ""
