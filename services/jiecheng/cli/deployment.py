"""The one place where the command line meets the case service's deployment: releases from folders, demo district."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account as the terminal shows it."""

    row: tuple[str, str, str, str]  # account, password, name, identity


def prepare(url: str, root: Path, demo: bool) -> Sequence[Account]:
    """Deploy what the folders hold and the database does not; with `demo`, the demo district and its accounts."""
    try:
        deployment = importlib.import_module("jiecheng.cases.deployment")
    except ModuleNotFoundError:
        return ()
    return [Account((one.account, one.password, one.name, one.title)) for one in deployment.prepare(url, root, demo)]
