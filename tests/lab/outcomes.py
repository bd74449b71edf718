"""pyguard's answers about requesters in, grades of the lab's tools out: by entry script, else by package."""

from __future__ import annotations

import os
import pathlib
import re
from collections.abc import Mapping
from typing import Any

GRADES = ("uses", "at risk", "breaks")
SCRIPT = re.compile(rb"#!.*(python|/sh|bash)")
IMPORTED = re.compile(r"/python3 -c ['\"](?:import|from) ([\w.]+(?:, ?[\w.]+)*)")


class Tools:
    """The commands that were measured, each with the requesters of pyguard's that it is: the first one known counts."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        self.names: dict[str, tuple[str, ...]] = {row["id"]: (row["entry"] or row["deb"],) for row in rows}

    def look(self, layers: list[str]) -> None:
        """What is no script is its package to pyguard; a script may be a link, or lie where programs do not.

        What the measurement imports with an interpreter of its own is the package that brings it.
        """
        owners = _owners(layers, {name for row in self.rows for name in _imported(row["smoke"])})
        for row in self.rows:
            entry = row["entry"]
            script = _script(layers, entry) if entry else ""
            own = tuple(dict.fromkeys(filter(None, (entry, script)))) if script else (row["deb"],)
            brought = (owners[name] for name in _imported(row["smoke"]) if entry and name in owners)
            self.names[row["id"]] = tuple(dict.fromkeys((*own, *brought)))

    @property
    def requesters(self) -> list[str]:
        """All of them."""
        return sorted({name for names in self.names.values() for name in names})

    def graded(self, state: Mapping[str, str], request: Mapping[str, Any]) -> dict[str, list[str]]:
        """Only tools of the user who ran them; root's do not see what another user installed for himself."""
        rows = self.rows
        if request["user"] != "root":
            others = request["tools_considered"] == len(self.rows)
            rows = [] if others else [row for row in self.rows if row["works_as_user"]]
        found: dict[str, list[str]] = {"breaks": [], "at_risk": [], "uses": []}
        for row in rows:
            grade = next((state[name] for name in self.names[row["id"]] if name in state), "")
            for name, least in (("breaks", 2), ("at_risk", 1), ("uses", 0)):
                if grade and GRADES.index(grade) >= least:
                    found[name].append(row["id"])
        return found


def _imported(smoke: str) -> list[str]:
    """Top-level names that `python3 -c 'import a, b.c'` imports, if it is that."""
    found = IMPORTED.search(smoke)
    return [name.strip().partition(".")[0] for name in found[1].split(",")] if found else []


def _owners(layers: list[str], names: set[str]) -> dict[str, str]:
    """Import name -> the package whose list has it (dpkg)."""
    wanted = {f"/usr/lib/python3/dist-packages/{name}": name for name in names}
    found = {}
    for layer in layers:
        for listing in pathlib.Path(f"{layer}/var/lib/dpkg/info").glob("*.list"):
            for path in wanted.keys() & set(listing.read_text().splitlines()):
                found[wanted[path]] = listing.name.removesuffix(".list").partition(":")[0]
    return found


def _script(layers: list[str], path: str) -> str:
    """The script that a path leads to over links; empty where it is none."""
    for _ in range(8):
        place = next((layer + path for layer in layers if os.path.lexists(layer + path)), "")
        if not place:
            return ""
        if not os.path.islink(place):
            with open(place, "rb") as file:
                return path if SCRIPT.match(file.read(64)) else ""
        path = os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(place)))
    return ""


def merge(state: dict[str, str], answer: Mapping[str, Any]) -> None:
    """What a step says about each requester, over what the steps before it said."""
    tried_well = {trial["requester"] for trial in answer["plan"].get("trials", ()) if not trial.get("after")}
    for effect in answer["impact"].get("effects", ()):
        if "grade" in effect:
            name, grade = effect["requester"], effect["grade"]
            known = state.get(name, "")
            if known == "breaks" and name not in tried_well:
                continue
            worst = max((grade, known if known != "breaks" else ""),
                        key=lambda word: GRADES.index(word) if word else -1)
            state[name] = worst
