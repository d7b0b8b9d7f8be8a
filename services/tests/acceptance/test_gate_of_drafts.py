"""The gate over a draft, really run: a right one passes, and what is wrong is named where it is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from jiecheng import definitions
from jiecheng.acceptance.gate import Ground, run_gate
from jiecheng.cases import deployment
from jiecheng.cases.gate import GateWork

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
BUNDLES = {bundle.process: bundle for bundle in deployment.read_bundles(ROOT)}
STOP = BUNDLES["loan_stop"]
REGISTERS, _ = deployment.read_registers(ROOT)
OTHERS = [bundle for process, bundle in BUNDLES.items() if process != "loan_stop"]


def gate_of(bundle, url, tell=lambda progress: True):
    return run_gate(GateWork(7, bundle, OTHERS, REGISTERS), Ground(url, ROOT / deployment.DISTRICT), tell)


def scratch_databases(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'jc_scratch%'").fetchall()


def test_a_right_draft_passes_and_leaves_nothing_behind(postgres_url):
    heard = []
    report = gate_of(STOP, postgres_url, lambda progress: heard.append(progress) or True)
    assert report["passed"], report
    assert report["content"] == definitions.bundle_hash(STOP)
    assert report["scenario_count"] == len(report["scenarios"]) >= 4
    assert "都有场景经过" in report["sentence"]
    assert heard[-1]["done"] > 0
    assert heard[-1]["total"] >= 4
    assert scratch_databases(postgres_url) == []


def test_a_step_that_is_not_reached_and_a_sentence_nobody_knows_are_named(postgres_url):
    name, text = next(iter(STOP.features.items()))
    scenario = text.index("场景:")
    wrong = text[:scenario] + text[scenario:].replace("那么 ", "那么 天上下雨\n      那么 ", 1)
    renamed = STOP.bpmn.replace('name="人员已到岗"', 'name="人员回来了"')
    report = gate_of(replace(STOP, bpmn=renamed, features={name: wrong}), postgres_url)
    assert not report["passed"]
    messages = "\n".join(one["message"] for one in report["scenarios"])
    assert "天上下雨」：没有这种句式" in messages
    assert "人员已到岗" in messages


def test_a_node_that_no_scenario_passes_is_named(postgres_url):
    name, text = next(iter(STOP.features.items()))
    places = [at for at in range(len(text)) if text.startswith("    @", at)]
    shorter = text[: places[1]]
    report = gate_of(replace(STOP, features={name: shorter}), postgres_url)
    assert not report["passed"]
    assert report["missing"]
    assert all(one["passed"] for one in report["scenarios"])
    assert report["missing"][0]["name"] in report["sentence"]


def test_errors_of_the_linter_stop_the_gate_before_any_scenario(postgres_url):
    report = gate_of(replace(STOP, bpmn=STOP.bpmn.replace('resolver="head"', 'resolver="nobody"')), postgres_url)
    assert not report["passed"]
    assert "场景没有运行" in report["sentence"]
    assert any(one["place"] == "holder_is_told" for one in report["findings"])


def test_a_draft_without_scenarios_does_not_pass(postgres_url):
    report = gate_of(replace(STOP, features={}), postgres_url)
    assert not report["passed"]
    assert "没有场景" in report["sentence"]


def test_whoever_lost_the_run_stops_it(postgres_url):
    report = gate_of(STOP, postgres_url, lambda progress: not progress["total"])
    assert not report["passed"]
    assert "没有运行" in report["sentence"]
    assert scratch_databases(postgres_url) == []
