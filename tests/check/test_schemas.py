"""Every format of a real run, and of a report full of odd characters, against the schema of who reads it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
import xmlschema

from pyguard.cli.check import render, run
from pyguard.cli.check_options import FORMATS
from pyguard.model.report import CheckReport, Confidence
from tests.check.fixtures import bundles, lay_out, read_bundle
from tests.render.test_check_formats import REPORT

SCHEMAS = Path(__file__).parent / "schemas"
OWN = Path(__file__).resolve().parents[2] / "pyguard" / "data" / "check-report-1.schema.json"
# What GitLab's documentation of Code Quality reports asks of an entry.
GITLAB = {"type": "array", "items": {
    "type": "object", "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
        "description": {"type": "string", "minLength": 1}, "check_name": {"type": "string", "minLength": 1},
        "fingerprint": {"type": "string", "minLength": 1},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {"type": "object", "required": ["path", "lines"], "properties": {
            "path": {"type": "string", "pattern": "^(?!\\./)"},
            "lines": {"type": "object", "required": ["begin"],
                      "properties": {"begin": {"type": "integer", "minimum": 1}}}}}}}}
CHECKSTYLE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="checkstyle"><xs:complexType><xs:sequence>
<xs:element name="file" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
<xs:element name="error" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
<xs:attribute name="line" type="xs:positiveInteger" use="required"/>
<xs:attribute name="column" type="xs:positiveInteger"/>
<xs:attribute name="severity" use="required"><xs:simpleType><xs:restriction base="xs:string">
<xs:enumeration value="info"/><xs:enumeration value="warning"/><xs:enumeration value="error"/>
</xs:restriction></xs:simpleType></xs:attribute>
<xs:attribute name="message" type="xs:string" use="required"/>
<xs:attribute name="source" type="xs:string"/>
</xs:complexType></xs:element></xs:sequence><xs:attribute name="name" type="xs:string" use="required"/>
</xs:complexType></xs:element></xs:sequence><xs:attribute name="version" type="xs:string" use="required"/>
</xs:complexType></xs:element></xs:schema>"""


def by_json(schema: Any) -> Callable[[str], None]:
    validate = fastjsonschema.compile(schema)
    return lambda text: validate(json.loads(text))


VALIDATE: dict[str, Callable[[str], None]] = {
    "json": by_json(json.loads(OWN.read_text(encoding="utf-8"))),
    "sarif": by_json(json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))),
    "gitlab": by_json(GITLAB),
    "junit": xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate,
    "checkstyle": xmlschema.XMLSchema(CHECKSTYLE).validate,
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("repository")
    for path in bundles():
        lay_out(read_bundle(path), top / path.stem)
    (top / "broken.sh").write_bytes(b"#!/bin/sh\nsudo pip install x\0\n")
    (top / ".gitlab-ci.yml").write_text("a: [pip install\n", encoding="utf-8")
    return top


@pytest.mark.parametrize("form", sorted(VALIDATE))
def test_a_real_run(form: str, repository: Path) -> None:
    out = io.StringIO()
    code = run(["--format", form, "--docs", "--confidence", "possible"], environ={}, cwd=str(repository), uid=0,
               stdout=out, stderr=io.StringIO())
    assert code == 10
    assert len(out.getvalue()) > 10_000
    VALIDATE[form](out.getvalue())


@pytest.mark.parametrize("form", sorted(VALIDATE))
@pytest.mark.parametrize("report", [REPORT, CheckReport()], ids=["nasty", "empty"])
def test_odd_characters_and_nothing_at_all(form: str, report: CheckReport) -> None:
    VALIDATE[form]("".join(render(report, form, Confidence.POSSIBLE, False)))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_what_was_not_checked(form: str, repository: Path) -> None:
    out = io.StringIO()
    run(["--format", form, ".gitlab-ci.yml", "broken.sh"], environ={}, cwd=str(repository), uid=0, stdout=out,
        stderr=io.StringIO())
    assert "a binary file" in out.getvalue()
    assert "not YAML" in out.getvalue()


def test_the_schema_is_printed() -> None:
    out = io.StringIO()
    assert run(["--json-schema"], environ={}, cwd="/", uid=0, stdout=out, stderr=io.StringIO()) == 0
    assert json.loads(out.getvalue()) == json.loads(OWN.read_text(encoding="utf-8"))
