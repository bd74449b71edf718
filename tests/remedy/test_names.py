"""Names of new environments over a thousand requests: valid for every tool, none twice."""

from __future__ import annotations

import random
import re

from pyguard.facts.package_names import CONDA, DATA
from pyguard.model.request import SourceKind, WantedDistribution
from pyguard.remedy.names import suggest_name
from tests.builders import a_request, a_wanted, some_facts
from tests.conda.requests import REQUESTS, read_request

VALID = re.compile(r"[a-z0-9_][a-z0-9._-]{0,80}$")    # and none of conda's PREFIX_NAME_DISALLOWED_CHARS (/ : # blank)
ODD = ("base", "root", "ROOT", "a" * 200, "..", "-", "_", "é", "x y", "con", "A.B_C", "0", "x" * 39 + "-y", "汉", "a/b",
       "")


def some_requests() -> list[tuple[WantedDistribution, ...]]:
    with open(f"{DATA}/{CONDA}", encoding="utf-8") as file:
        names = [line.split()[0] for line in file]
    chosen = random.Random(7).sample(names, 700)
    found = [(a_wanted(name),) for name in chosen]
    found += [(a_wanted(odd, name=odd),) for odd in ODD]
    found += [(a_wanted(".", name="", source=SourceKind.DIRECTORY, editable=True),)] * 40
    found += [(a_wanted("numpy"), a_wanted(name)) for name in chosen[:60]]
    return [*found, *(read_request(words).wanted for words in REQUESTS)]


def test_a_thousand_requests() -> None:
    taken: list[str] = []
    requests = some_requests()
    assert len(requests) >= 1000
    for number, wanted in enumerate(requests):
        request = a_request(*wanted, cwd=("/", "/srv/My Project", "/home/alice/x", "/home/alice/b:c#d")[number % 4])
        name = suggest_name(some_facts(prefixes=tuple(f"/opt/conda/envs/{one}" for one in taken)), request)
        assert VALID.match(name) and name not in ("base", "root"), name
        taken.append(name)
    assert len({name.lower() for name in taken}) == len(taken)


def test_an_editable_install_is_a_development_environment() -> None:
    checkout = a_wanted(".", name="simple-math", source=SourceKind.DIRECTORY, editable=True)
    assert suggest_name(some_facts(), a_request(checkout)) == "dev_env"
    taken = some_facts(prefixes=("/opt/conda/envs/dev_env",))
    assert suggest_name(taken, a_request(checkout)) == "simple-math-dev_env"
