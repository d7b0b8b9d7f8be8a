"""What belongs to a release, and the hash that names it."""

from __future__ import annotations

import re

import pytest

from jiecheng.definitions import bundle_hash, read_bundle
from jiecheng.model.errors import Invalid


def test_the_bundle_holds_the_files_of_the_process(files) -> None:
    bundle = files.bundle()
    assert bundle.process == "seal_use"
    assert set(bundle.dmn) == {"seal_level.dmn"}
    assert set(bundle.forms) == {"application.form", "opinion.form"}
    assert set(bundle.features) == {"approval.feature"}


def test_only_clauses_that_are_referred_to_come_along_with_all_their_wordings(files) -> None:
    bundle = files.bundle()
    assert set(bundle.clauses) == {"Z1", "Z1-嘉兴", "Z2"}
    assert bundle.clauses["Z1"]["profiles"] == "静安、西安"


def test_the_hash_is_sha256_in_hex_and_says_nothing_about_order(files) -> None:
    bundle = files.bundle()
    turned = files.but(forms=dict(reversed(files.forms.items()))).bundle()
    assert re.fullmatch("[0-9a-f]{64}", bundle_hash(bundle))
    assert bundle_hash(turned) == bundle_hash(bundle)


def test_the_hash_does_not_depend_on_line_ends_or_a_byte_order_mark(files) -> None:
    windows = {name: "\ufeff" + text.replace("\n", "\r\n") for name, text in files.forms.items()}
    assert bundle_hash(files.but(forms=windows).bundle()) == bundle_hash(files.bundle())


@pytest.mark.parametrize("part", ["forms", "dmn", "features", "clauses", "process"])
def test_every_part_enters_the_hash(files, part: str) -> None:
    if part == "clauses":
        changed = files.but(clauses={**files.clauses, "Z1": {**files.clauses["Z1"], "words": "别的话"}})
    elif part == "process":
        changed = files.with_text("盖章完毕", "盖章结束")
    else:
        name, text = next(iter(getattr(files, part).items()))
        changed = files.but(**{part: {**getattr(files, part), name: text + " "}})
    assert bundle_hash(changed.bundle()) != bundle_hash(files.bundle())


def test_a_clause_of_another_process_does_not_change_the_hash(files) -> None:
    changed = files.but(clauses={**files.clauses, "Z9": {"words": "改了", "document": "x", "authority": "惯例"}})
    assert bundle_hash(changed.bundle()) == bundle_hash(files.bundle())


def test_a_missing_diagram_is_refused_by_its_name() -> None:
    with pytest.raises(Invalid, match=r"seal_use\.bpmn"):
        read_bundle("seal_use", {}, {}, {}, {})


@pytest.mark.parametrize("name", ["notes.txt", "sub/x.dmn"])
def test_strangers_in_the_folder_are_refused(files, name: str) -> None:
    with pytest.raises(Invalid, match=re.escape(name)):
        read_bundle("seal_use", {"seal_use.bpmn": files.bpmn, name: ""}, {}, {}, {})
