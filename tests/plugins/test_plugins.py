"""Plugins: what they add, that they take nothing away, and that each way to fail is a gap and not a silent pass."""

from __future__ import annotations

import os
import site
import subprocess
import sys
import textwrap
import time

import pytest

from pyguard.decide import decide
from pyguard.model.settings import InstallPolicy, Settings
from pyguard.model.verdict import Allowance, Level
from pyguard.plan.declared import declare
from pyguard.plugins.find import find_plugins, own_directories, requirement_of
from pyguard.plugins.installed import InstalledPlugins
from tests.builders import a_request, a_requester, a_wanted, some_facts
from tests.plugins.installing import EXAMPLE, PACKAGES, plugins_of, put

LENIENT = Settings(user_installs=InstallPolicy.SHADOW_ONLY, global_installs=InstallPolicy.SHADOW_ONLY)
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")    # pytest-xdist has threads
RULE = """
    from pyguard.model.verdict import Finding, Level
    class Rule:
        ID, LEVEL, SINCE = "acme-rule", Level.BLOCK, "1"
        def check(self, facts, impact):
            {check}
    def pyguard_rules():
        return [Rule()]
"""


def verdict_with(plugins: InstalledPlugins | None, settings: Settings, name: str = "cowsay", **fields):
    facts = some_facts(**fields)
    request = a_request(a_wanted(f"{name}==1.0"))
    return decide(facts, request, declare(request, facts), settings, plugins.contribute if plugins else None)


def test_nothing_is_imported_to_find_out_that_there_is_none(tmp_path):
    assert find_plugins([str(tmp_path)]) == ()
    code = "import sys, pyguard.plugins as p; p.open_plugins(); print({'pluggy', 'json', 'select'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_own_directories_are_those_of_this_process_and_no_others(tmp_path):
    assert own_directories() == tuple(path for path in PACKAGES if "site-packages" in path)[:1]
    assert own_directories(str(tmp_path)) == ()
    assert site.getusersitepackages() not in own_directories()


def test_the_example_adds_a_finding_and_a_remedy(tmp_path):
    put(tmp_path, EXAMPLE.read_text())
    decision = verdict_with(plugins_of(tmp_path), Settings())
    found = [finding for finding in decision.verdict.findings if finding.rule == "acme-unreviewed-name"]
    assert [(finding.level, finding.subject) for finding in found] == [(Level.WARN, "cowsay")]
    assert decision.remedies[0].id == "acme:environment"
    assert decision.remedies[0].steps[0].argv == ("acme-env", "create", "cowsay")
    assert decision.verdict.level is Level.BLOCK


def test_the_policy_sets_the_level_of_a_plugins_rule_and_may_allow_its_subject(tmp_path):
    put(tmp_path, EXAMPLE.read_text())
    plugins = plugins_of(tmp_path)
    assert plugins.rule_levels() == {"acme-unreviewed-name": Level.WARN}
    stricter = Settings(levels=(("acme-unreviewed-name", Level.BLOCK),), user_installs=InstallPolicy.ALLOW)
    assert verdict_with(plugins, stricter).verdict.level is Level.BLOCK
    allowed = Settings(levels=stricter.levels, user_installs=InstallPolicy.ALLOW, today="2026-01-01", allowances=(
        Allowance("acme-unreviewed-name", "cowsay", "reviewed", "2026-12-31"),))
    assert verdict_with(plugins, allowed).verdict.level is Level.ALLOW


def test_a_plugin_cannot_make_a_verdict_milder(tmp_path):
    put(tmp_path, """
        import pyguard.policy.evaluate, pyguard.decide, pyguard.model.verdict as v
        pyguard.policy.evaluate.RULES = ()
        pyguard.decide.evaluate = lambda *a, **k: v.Verdict(v.Level.ALLOW)
        class Rule:
            ID, LEVEL, SINCE = "acme-rule", v.Level.ALLOW, "1"
            def check(self, facts, impact):
                object.__setattr__(facts, "requesters", ())
                object.__setattr__(impact, "effects", ())
                yield v.Finding("acme-rule", v.Level.ALLOW, "all is well",
                                allowance=v.Allowance("protected-interpreter-install", "", "x", "9999-01-01"))
        def pyguard_rules():
            return [Rule()]
        """)
    without, with_it = verdict_with(None, Settings()), verdict_with(plugins_of(tmp_path), Settings())
    assert with_it.verdict.level is without.verdict.level is Level.BLOCK
    assert with_it.verdict.findings[:-1] == without.verdict.findings
    assert with_it.verdict.findings[-1].allowance is None and with_it.impact.effects == without.impact.effects


@pytest.mark.parametrize("text, said", [
    ("def pyguard_rulez(): return []", "there is no hook pyguard_rulez; the hooks are"),
    ("import pluggy\n@pluggy.HookimplMarker('pyguard')\ndef pyguard_rule(): return []", "no hook pyguard_rule;"),
    ("def nothing(): return []", "it has none of the hooks pyguard_"),
    ("def pyguard_rules(facts): return []", "facts"),
    ("1 / 0", "ZeroDivisionError: division by zero (acme_pyguard.py, line 1)"),
    ("import acme_missing", "ModuleNotFoundError: No module named 'acme_missing' (acme_pyguard.py, line 1)"),
    ("def pyguard_rules(): return None", "pyguard_rules returned None where a list is expected"),
    ("def pyguard_rules(): return 'abc'", "returned 'abc' where a list"),
    ("def pyguard_rules(): return [42]", "pyguard_rules returned 42, which has no ID"),
    ("def pyguard_rules(): raise SystemExit(0)", "SystemExit: 0"),
    ("import os\ndef pyguard_rules(): os._exit(0)", "it ended its process, or crashed"),
    ("import faulthandler, os\ndef pyguard_rules(): faulthandler.disable(); os.kill(os.getpid(), 11)",
     "it ended its process, or crashed"),
    (RULE.format(check="raise KeyError('x')"), "KeyError: 'x' (acme_pyguard.py, line 6)"),
    (RULE.format(check="return ['no finding']"), "which is no Finding of that rule"),
    (RULE.format(check="return [Finding('os-files-changed', Level.BLOCK, 'x')]"), "which is no Finding of that rule"),
    (RULE.format(check="return [Finding('acme-rule', 99, 'x')]"), "which is no Finding of that rule"),
    (RULE.format(check="return [Finding('acme-rule', Level.BLOCK, 42)]"), "findings[0].summary: expected str"),
    (RULE.format(check="return 5"), "TypeError: 'int' object is not iterable"),
    (RULE.format(check="return []").replace("acme-rule", "facts-incomplete"), "is no id for a rule"),
    (RULE.format(check="return []").replace("acme-rule", "Acme Rule"), "is no id for a rule"),
    (RULE.format(check="return []").replace("return [Rule()]", "return [Rule(), Rule()]"), "two of its rules"),
    ("class P:\n  def propose(self, facts, request): return ['rm -rf /']\ndef pyguard_remedies(): return [P()]",
     "'rm -rf /' is no Remedy"),
])
@pytest.mark.parametrize("settings", [Settings(), LENIENT], ids=["default", "shadow-only"])
def test_a_plugin_that_fails_is_a_gap_that_refuses(text, said, settings, tmp_path):
    put(tmp_path, text)
    decision = verdict_with(plugins_of(tmp_path), settings)
    gaps = [gap for gap in decision.facts.gaps if gap.subject == "plugin acme"]
    assert len(gaps) == 1 and said in gaps[0].reason, decision.facts.gaps
    assert decision.verdict.level is Level.BLOCK
    assert any(finding.rule == "facts-incomplete" and finding.subject == "plugin acme"
               for finding in decision.verdict.findings)


@pytest.mark.parametrize("where", ["import time\ntime.sleep(60)", "def pyguard_rules():\n    while True: pass",
                                   RULE.format(check="import time; time.sleep(60)"),
                                   "from signal import *\npthread_sigmask(SIG_BLOCK, valid_signals())\nwhile 1: pass"])
def test_a_plugin_that_hangs_is_ended_and_is_a_gap(where, tmp_path, monkeypatch):
    put(tmp_path, where)
    started = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: started.append(fork()) or started[-1])
    began = time.monotonic()
    plugins = plugins_of(tmp_path, limit=0.5)
    assert dict(plugins.rule_levels()).keys() <= {"acme-rule"}
    decision = verdict_with(plugins, LENIENT)
    assert [gap.reason for gap in decision.facts.gaps] == ["it gave no answer within 0.5 s"]
    assert decision.verdict.level is Level.BLOCK and time.monotonic() - began < 3
    for pid in started:
        with pytest.raises(ChildProcessError):    # it is gone, and was waited for
            os.waitpid(pid, os.WNOHANG)
    assert started


def test_one_that_fails_does_not_silence_another(tmp_path):
    put(tmp_path, "1 / 0")
    put(tmp_path, EXAMPLE.read_text(), "good")
    decision = verdict_with(plugins_of(tmp_path), Settings())
    assert [gap.subject for gap in decision.facts.gaps] == ["plugin acme"]
    assert "acme-unreviewed-name" in {finding.rule for finding in decision.verdict.findings}


def test_two_plugins_with_one_rule(tmp_path):
    for name in ("one", "two"):
        put(tmp_path, RULE.format(check="return [Finding('acme-rule', Level.BLOCK, 'x')]"), name)
    plugins = plugins_of(tmp_path)
    assert [each.error for each in plugins.describe()] == ["", "the rule acme-rule is one of one's"]
    assert "plugin two" in {gap.subject for gap in verdict_with(plugins, Settings()).facts.gaps}


def test_what_a_plugin_prints_goes_nowhere(tmp_path, capfd):
    put(tmp_path, "import os\nos.write(1, b'hello')\nos.system('echo hello; echo hello >&2')\n" + textwrap.dedent(
        RULE.format(check="os.write(2, b'hello'); return []")))
    assert not verdict_with(plugins_of(tmp_path), Settings()).facts.gaps
    assert capfd.readouterr() == ("", "")


def test_a_request_longer_than_a_pipe_holds_reaches_it(tmp_path):
    put(tmp_path, RULE.format(check="return [Finding('acme-rule', Level.BLOCK, facts.requesters[-1].name)]"))
    many = tuple(a_requester(f"package-{number}" * 9) for number in range(20_000))
    decision = verdict_with(plugins_of(tmp_path), Settings(), requesters=many)
    assert decision.verdict.findings[-1].summary == many[-1].name


@pytest.mark.parametrize("entry_points, said", [
    (b"[pyguard]\nacme\n", "is not understood"), (b"[pyguard]\nacme = \xff\n", "is not understood"),
    (b"[pyguard]\nacme = acme_pyguard:nothing\n", "has no attribute 'nothing'"),
    (b"[pyguard]\nacme =\n", "Empty module name"),
])
def test_entry_points_that_cannot_be_used(entry_points, said, tmp_path):
    put(tmp_path, "def pyguard_rules(): return []")
    (tmp_path / "acme_pyguard-1.0.dist-info" / "entry_points.txt").write_bytes(entry_points)
    decision = verdict_with(plugins_of(tmp_path), LENIENT)
    assert said in decision.facts.gaps[0].reason and decision.verdict.level is Level.BLOCK


def test_other_groups_and_an_object_in_a_module(tmp_path):
    put(tmp_path, "class Hooks:\n    @staticmethod\n    def pyguard_rules(): return []", entry="acme_pyguard:Hooks")
    put(tmp_path, "", "other")
    (tmp_path / "other_pyguard-1.0.dist-info" / "entry_points.txt").write_text("[console_scripts]\nx = y:pyguard\n")
    described = plugins_of(tmp_path).describe()
    assert [(each.found.name, each.hooks, each.error) for each in described] == [("acme", ("pyguard_rules",), "")]


def test_nothing_is_imported_from_where_somebody_else_can_write(tmp_path, monkeypatch):
    put(tmp_path / "own", "import acme_helper\ndef pyguard_rules(): return []")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "acme_helper.py").write_text("")
    (tmp_path / "foreign" / "acme_pyguard.py").write_text("def pyguard_rules(): return []")
    for place in ("", str(tmp_path / "foreign")):
        monkeypatch.syspath_prepend(place)
    monkeypatch.chdir(tmp_path / "foreign")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "foreign"))
    assert "No module named 'acme_helper'" in plugins_of(tmp_path / "own").describe()[0].error
    (tmp_path / "own" / "editable.pth").write_text(f"{tmp_path}/foreign\n")    # pip install --editable leaves this
    assert plugins_of(tmp_path / "own").describe()[0].error == ""


@pytest.mark.parametrize("origin, line", [
    (None, "acme_pyguard==1.0"), ('{"url": "file:///x/y.whl"}', "acme_pyguard @ file:///x/y.whl"),
    ('{"url": "file:///x", "dir_info": {"editable": true}}', "-e file:///x"), ("[]", "acme_pyguard==1.0")])
def test_what_an_installer_carries_over(origin, line, tmp_path):
    put(tmp_path, "")
    if origin:
        (tmp_path / "acme_pyguard-1.0.dist-info" / "direct_url.json").write_text(origin)
    assert [requirement_of(found) for found in find_plugins([str(tmp_path)])] == [line]
