"""The outside suites for BPMN, where they lie beside the repository (DMN's has its own test). `make conformance` runs all."""

import importlib
import os
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
SUITE = Path(os.environ.get("JIECHENG_CONFORMANCE", REPOSITORY / "../shared/conformance"))
sys.path.insert(0, str(REPOSITORY / "infra/conformance"))

run = importlib.import_module("conformance")
betsy = importlib.import_module("betsy")

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="the outside suites do not lie beside the repository")


@pytest.mark.parametrize("group", ["betsy", "miwg"])
def test_no_measure_is_below_its_floor(group):
    rows = list(run.GROUPS[group](SUITE))
    assert all(row.total for row in rows)
    assert [(row.measure, row.failed) for row in rows if not row.holds] == []


def test_no_case_is_silently_wrong():
    assert [one for one in betsy.verdicts(SUITE / "betsy") if one.state == "wrong"] == []


def test_the_product_itself_refuses_the_suites_scripts():
    from jiecheng import engine

    for path in (SUITE / "betsy/gateways").glob("*.bpmn"):
        assert "script" in {finding.code for finding in engine.findings([path.read_bytes()])}, path.name


def test_a_group_below_its_floor_fails_the_run(monkeypatch, capsys):
    monkeypatch.setitem(run.FLOORS["betsy"], "supported", 1.01)
    assert run.main(SUITE, ["betsy"]) == 1
    assert "BELOW" in capsys.readouterr().out


def test_a_missing_suite_is_said():
    assert run.main(SUITE / "nowhere", []) == 2
