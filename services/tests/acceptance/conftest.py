"""The sentences of the scenarios; each starts from a copy of the demo district."""

from __future__ import annotations

import pytest

SENTENCES = "jiecheng.acceptance.sentences"


def pytest_configure(config: pytest.Config) -> None:
    # Runs that do not name the plugin get it here; a controller of several workers needs `-p` to count their passed nodes.
    if not config.pluginmanager.hasplugin(SENTENCES):
        config.pluginmanager.import_plugin(SENTENCES)


@pytest.fixture
def scratch_url(district_url: str) -> str:
    """A database with everything a scenario starts from."""
    return district_url
