"""A step that is called otherwise: which sentences of the scenarios still look for its old name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from jiecheng.definitions import read_bundle, renamed_steps

ROOT = Path(__file__).parents[3]
OLD, NEW = "街镇集体研究", "街镇开会研究"


def bundle():
    def files(folder: str, *kinds: str) -> dict[str, str]:
        found = sorted((ROOT / folder / "appointment_consent").iterdir())
        return {one.name: one.read_text("utf-8") for one in found if one.suffix in kinds}

    return read_bundle(
        "appointment_consent", files("bpmn", ".bpmn", ".dmn"), files("forms", ".form", ".letter"),
        files("features", ".feature"), {},
    )  # fmt: skip


def test_the_old_name_is_told_with_every_sentence_that_quotes_it() -> None:
    before = bundle()
    after = replace(before, bpmn=before.bpmn.replace(f'name="{OLD}"', f'name="{NEW}"'))
    (found,) = renamed_steps(before, after)
    assert (found.element, found.old, found.new) == ("street_decides", OLD, NEW)
    quoting = sum(f"“{OLD}”" in line for text in before.features.values() for line in text.splitlines())
    assert len(found.sentences) == quoting > 10
    assert all(f"“{OLD}”" in line.text for line in found.sentences)


def test_when_the_sentences_were_changed_too_there_is_nothing_to_tell() -> None:
    before = bundle()
    features = {name: text.replace(f"“{OLD}”", f"“{NEW}”") for name, text in before.features.items()}
    after = replace(before, bpmn=before.bpmn.replace(f'name="{OLD}"', f'name="{NEW}"'), features=features)
    assert renamed_steps(before, after) == []
    assert renamed_steps(before, before) == []
