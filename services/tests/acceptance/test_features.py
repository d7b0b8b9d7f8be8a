"""Every scenario of every process, over the case service."""

from __future__ import annotations

from pathlib import Path

from pytest_bdd import scenarios

scenarios(str(Path(__file__).parents[3] / "features"))
