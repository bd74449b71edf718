"""At depth `resolved`: wheels are fetched where a decision rests on them, and only there."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pyguard.decide import decide
from pyguard.host import Host
from pyguard.judge import Caller, resolution
from pyguard.model.facts import Facts, PipBuild
from pyguard.model.plan import Basis, Plan
from pyguard.model.settings import InstallPolicy, Settings
from pyguard.model.verdict import Level
from pyguard.plan.ask_pip import Answer
from pyguard.plan.declared import declare
from tests.builders import OS_SITE, a_request, a_wanted, some_facts
from tests.wheels import make_wheel

LENIENT = Settings(user_installs=InstallPolicy.SHADOW_ONLY, global_installs=InstallPolicy.SHADOW_ONLY)
FACTS = some_facts(pip=PipBuild(OS_SITE + "/pip", "23.0.1"))


class Pip:
    """Answers with wheels that lie in a directory, and counts the downloads."""

    def __init__(self, *wheels: str) -> None:
        self.wheels = wheels
        self.downloads = 0

    def __call__(self, argv: Sequence[str], *_: Any) -> Answer:
        if "download" not in argv:
            return Answer(0, json.dumps({"install": [self._entry(path) for path in self.wheels]}), "")
        self.downloads += 1
        place = argv.index("--dest") + 1
        for source in argv[place + 1:]:
            shutil.copy(source, argv[place])
        return Answer(0, "", "")

    @staticmethod
    def _entry(path: str) -> dict[str, Any]:
        name, version = os.path.basename(path).split("-")[:2]
        digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        return {"metadata": {"name": name, "version": version},
                "download_info": {"url": path, "archive_info": {"hashes": {"sha256": digest}}}}


def ask(pip: Pip, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Level:
    monkeypatch.setattr(resolution, "ask_pip", pip)
    os.makedirs(cache, 0o755, exist_ok=True)
    asked = a_request(a_wanted("cowsay"))

    def conclude(facts: Facts, plan: Plan) -> Any:
        return decide(facts, asked, plan, LENIENT)

    caller = Caller({}, "/", os.geteuid(), [str(cache)])
    found = resolution.Resolution(Host(), asked, FACTS, caller, ("pip",), lambda *_: FACTS, conclude)
    return found.decide(declare(asked, FACTS)).verdict.level


def wheel(tmp_path: Path, name: str, *modules: str) -> str:
    return make_wheel(str(tmp_path / "index"), name, "9", modules)


def test_a_refusal_that_stands_without_its_wheels_fetches_none(tmp_path: Path,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(wheel(tmp_path, "cowsay"), wheel(tmp_path, "cryptography"))
    assert ask(pip, tmp_path / "cache", monkeypatch) is Level.BLOCK
    assert pip.downloads == 0


@pytest.mark.parametrize(("modules", "level"), [(("cow",), Level.ALLOW), (("cryptography",), Level.BLOCK)])
def test_what_would_pass_is_looked_into_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                              modules: tuple[str, ...], level: Level) -> None:
    pip = Pip(wheel(tmp_path, "cowsay", *modules))
    for _ in range(2):
        assert ask(pip, tmp_path / "cache", monkeypatch) is level
    assert pip.downloads == 1


def test_who_asks_sees_what_the_wheels_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(wheel(tmp_path, "cowsay", "cow"), wheel(tmp_path, "cryptography"))
    monkeypatch.setattr(resolution, "ask_pip", pip)
    monkeypatch.setattr("pyguard.judge.deepen.deepen", lambda host, plan, *_: plan)
    asked, seen = a_request(a_wanted("cowsay")), []

    def conclude(facts: Facts, plan: Plan) -> Any:
        seen.append(plan)
        return decide(facts, asked, plan, LENIENT)

    caller = Caller({}, "/", os.geteuid(), [str(tmp_path)])
    found = resolution.Resolution(Host(), asked, FACTS, caller, ("pip",), lambda *_: FACTS, conclude)
    found.decide_with_evidence(declare(asked, FACTS), Basis.RESOLVED, ())
    assert pip.downloads == 1 and seen[0].changes[0].import_names == ("cow",)
