"""All sentences of the house as pytest-bdd knows them, for `spelling`. Imports every plugin; asked for only when needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from pytest_bdd.parsers import StepParser
from pytest_bdd.steps import step_function_context_registry

from jiecheng.acceptance import sentences


@dataclass(frozen=True, slots=True)
class KnownSentence:
    type: str | None
    parser: StepParser

    def matches(self, text: str) -> bool:
        return self.parser.is_matching(text)


def known() -> Sequence[KnownSentence]:
    for name in sentences.pytest_plugins:
        import_module(name)
    own = sentences.__name__.rpartition(".")[0]
    return [
        KnownSentence(one.type, one.parser)
        for one in step_function_context_registry.values()
        if one.step_func.__module__.startswith(own)
    ]
