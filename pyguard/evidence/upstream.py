"""Installed distributions in, what upstream declared for the very same version out: asked of the index, kept for good.

Distributions strip requirements from installed metadata. The index has them without the wheel (PEP 658), and
pip asks for no more than that where both know it. What an index does not have stays a gap.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..facts.cache import read_cached, write_cached
from ..model.facts import Distribution, Gap
from ..model.names import canonicalize_name
from ..model.versions import parse_version
from ..plan.ask_pip import Ask, clean_environment, for_python

FORMAT = "1"
NAME = "upstream"
QUESTION = ("-I", "-m", "pip", "install", "--dry-run", "--no-deps", "--ignore-installed", "--quiet", "--report", "-",
            "--only-binary", ":all:", "--no-input", "--disable-pip-version-check")
ABSENT = re.compile(r"No matching distribution found for ([A-Za-z0-9._-]+)==")
MOST_QUESTIONS = 25    # each drops one that the index does not have
Requires = dict[str, tuple[str, ...]]


class Upstream:
    """What is known so far; `None` for what the index has not."""

    def __init__(self, cache: Sequence[str], uid: int) -> None:
        self.cache, self.uid = cache, uid
        text = read_cached(cache, NAME, FORMAT, uid)
        self.known: dict[str, Any] = json.loads(text) if text is not None else {}

    def requires(self, items: Iterable[Distribution], python: str, minor: str, environ: Mapping[str, str],
                 ask: Ask) -> tuple[Requires, tuple[Gap, ...]]:
        """By normalized name; a gap for each that could not be had."""
        wanted = {f"{item.name}=={item.version}": item for item in items if parse_version(item.version) is not None}
        fresh = [text for text in wanted if text not in self.known]
        reason = self._ask(fresh, python, minor, environ, ask) if fresh else ""
        found = {str(item.name): tuple(self.known[text]) for text, item in wanted.items() if self.known.get(text)}
        missing = [text for text in wanted if self.known.get(text) is None]
        gaps = (Gap("what upstream requires", f"not to be had for {', '.join(sorted(missing))}"
                    + (f": {reason}" if reason else "")),) if missing else ()
        return found, gaps

    def _ask(self, fresh: list[str], python: str, minor: str, environ: Mapping[str, str], ask: Ask) -> str:
        """Why some remain unknown; what is learned is kept."""
        waiting, reason = list(fresh), ""
        own = {name: value for name, value in clean_environment(environ).items() if name != "PIP_CONSTRAINT"}
        for _ in range(MOST_QUESTIONS):
            if not waiting:
                break
            answer = ask([python, *QUESTION, *for_python(minor), *waiting], own, "/")
            if answer.code == 0:
                self._learn(answer.stdout)
                for text in waiting:
                    self.known.setdefault(text, None)
                break
            absent = {canonicalize_name(name) for name in ABSENT.findall(answer.stderr)}
            left = [text for text in waiting if canonicalize_name(text.partition("==")[0]) not in absent]
            if len(left) == len(waiting):
                lines = [line for line in answer.stderr.splitlines() if line.strip()]
                reason = lines[-1] if lines else "pip could not be asked"
                break
            for text in set(waiting) - set(left):
                self.known[text] = None
            waiting = left
        write_cached(self.cache, NAME, FORMAT, json.dumps(self.known, separators=(",", ":")), self.uid)
        return reason

    def _learn(self, report: str) -> None:
        try:
            rows = json.loads(report)["install"]
        except (ValueError, KeyError, TypeError):
            return
        for row in rows:
            metadata = row.get("metadata", {})
            name = canonicalize_name(str(metadata.get("name", "")))
            self.known[f"{name}=={metadata.get('version', '')}"] = list(metadata.get("requires_dist", ()))
