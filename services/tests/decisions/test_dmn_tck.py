"""The outside suite for DMN, when it lies beside the repository. The product is judged on more cases than these."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
SUITE = Path(os.environ.get("JIECHENG_DMN_TCK", REPOSITORY / "../shared/conformance/dmn-tck"))


def harness() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dmn_tck_harness", Path(__file__).with_name("tck.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not SUITE.is_dir(), reason="the DMN TCK does not lie beside the repository")
@pytest.mark.parametrize(("level", "share"), [("compliance-level-2", 1.0), ("compliance-level-3", 0.97)])
def test_conformance_stays_where_it_is(level: str, share: float) -> None:
    outcomes = [outcome for path in sorted((SUITE / level).glob("*/*.xml")) for outcome in harness().run_file(path)]
    solid = [outcome for outcome in outcomes if not outcome.expects_null]
    failed = [f"{outcome.folder} {outcome.case}" for outcome in outcomes if not outcome.passed]
    assert len(outcomes) > 100
    assert 1 - len(failed) / len(outcomes) >= share, failed[:20]
    assert sum(outcome.passed for outcome in solid) / len(solid) >= share
