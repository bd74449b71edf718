"""pyguard's answers about requesters in, grades of the lab's tools out: by entry script, else by package."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

GRADES = ("uses", "at risk", "breaks")
SCRIPT = re.compile(rb"#!.*(python|/sh|bash)")
PROGRAMS = re.compile(r"/(?:usr/)?(?:s?bin|games|libexec)/.")


class Tools:
    """The commands that were measured, each with the requester of pyguard's that it is."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        self.names: dict[str, str] = {row["id"]: row["entry"] or row["deb"] for row in rows}

    def look(self, layers: list[str]) -> None:
        """What is no script among programs is its package to pyguard."""
        for row in self.rows:
            if row["entry"] and not (PROGRAMS.match(row["entry"]) and _is_script(layers, row["entry"])):
                self.names[row["id"]] = row["deb"]

    def graded(self, state: Mapping[str, str], request: Mapping[str, Any]) -> dict[str, list[str]]:
        """Only tools of the user who ran them; root's do not see what another user installed for himself."""
        rows = self.rows
        if request["user"] != "root":
            others = request["tools_considered"] == len(self.rows)
            rows = [] if others else [row for row in self.rows if row["works_as_user"]]
        found: dict[str, list[str]] = {"breaks": [], "at_risk": [], "uses": []}
        for row in rows:
            grade = state.get(self.names[row["id"]], "")
            for name, least in (("breaks", 2), ("at_risk", 1), ("uses", 0)):
                if grade and GRADES.index(grade) >= least:
                    found[name].append(row["id"])
        return found


def _is_script(layers: list[str], path: str) -> bool:
    for _ in range(8):
        place = next((layer + path for layer in layers if os.path.lexists(layer + path)), "")
        if not place:
            return False
        if not os.path.islink(place):
            with open(place, "rb") as file:
                return SCRIPT.match(file.read(64)) is not None
        path = os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(place)))
    return False


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
