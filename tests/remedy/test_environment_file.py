"""environment.yml: YAML that says exactly what was meant, whatever is in it."""

from __future__ import annotations

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from pyguard.model.conda import CondaSetup
from pyguard.model.request import SourceKind
from pyguard.remedy.environment_file import render_environment_file
from pyguard.remedy.translate import Translation, translate
from tests.builders import a_request, a_wanted, some_facts

TEXT = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=20)


@given(name=TEXT, specs=st.lists(TEXT, max_size=4).map(tuple), left=st.lists(TEXT, max_size=4))
@example(name="a\n", specs=("b\n",), left=["A\n"])
def test_it_reads_back(name: str, specs: tuple[str, ...], left: list[str]) -> None:
    wanted = tuple(a_wanted(text, name="x", specifier="") for text in left)
    table = yaml.safe_load(render_environment_file(name, some_facts(), a_request(),
                                                   Translation("3.11", specs, wanted)))
    assert table["name"] == name and table["channels"] == ["conda-forge"]
    assert table["dependencies"][:1 + len(specs)] == ["python=3.11", *specs]
    assert table["dependencies"][1 + len(specs):] == (["pip", {"pip": left}] if left else [])


def test_paths_are_absolute_and_configured_channels_are_kept() -> None:
    local = a_wanted("./math[dev]", name="math", source=SourceKind.DIRECTORY, url="/home/alice/math", extras=("dev",))
    editable = a_wanted(".", name="math", source=SourceKind.DIRECTORY, url="/home/alice/math", editable=True)
    constraint = a_wanted("numpy<2", name="numpy", specifier="<2", origin="limits.txt:1")
    request = a_request(a_wanted("numpy>=1", name="numpy", specifier=">=1"), local, editable, constraints=(constraint,))
    facts = some_facts(conda=CondaSetup(("mine", "conda-forge"), (("numpy", "numpy"),)))
    table = yaml.safe_load(render_environment_file("x", facts, request, translate(facts, request)))
    assert table == {"name": "x", "channels": ["mine", "conda-forge"], "dependencies": [
        "python=3.11", "numpy <2.0a0,>=1", "pip",
        {"pip": ["-c /home/alice/limits.txt", "/home/alice/math[dev]", "-e /home/alice/math"]}]}
