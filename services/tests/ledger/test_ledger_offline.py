"""The one-file verifier: alone on another machine, with nothing but Python."""

from __future__ import annotations

import ast
import hashlib
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiecheng.ledger import export, head_of, offline, seal, verify
from jiecheng.model.history import HistoryEvent, LedgerEntry, Opening
from jiecheng.model.ids import CaseId, ReleaseHash

CASE = CaseId(88)
SCRIPT = Path(offline.__file__)


def case_of(length: int) -> tuple[list[LedgerEntry], list[Opening]]:
    from datetime import UTC, datetime

    entries: list[LedgerEntry] = []
    openings: list[Opening] = []
    draw = random.Random(88)
    for seq in range(1, length + 1):
        at = datetime(2026, 3, 2, 9, seq, tzinfo=UTC)
        public = {"n": seq, "number": "借调〔2026〕12号"} if seq == 1 else {"n": seq}
        personal = {"actor.name": "\u2028何", **({"form.section_opinion.handover": "交给甲"} if seq == 3 else {})}
        event = HistoryEvent(CASE, seq, "task_opened", at, ReleaseHash("0f" * 32), public, personal)
        entry, opened = seal(event, entries[-1] if entries else None, lambda: draw.randbytes(16))
        entries.append(entry)
        openings.extend(opened)
    return entries, openings


ENTRIES, OPENINGS = case_of(4)
EXPORT = export(CASE, ENTRIES, OPENINGS)


def run(folder: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In an empty folder, isolated from every installed package."""
    script = Path(shutil.copy(SCRIPT, folder / "offline.py"))
    file = folder / "export.jsonl"
    file.write_text(text, "utf-8", newline="")
    command = [sys.executable, "-I", "-S", "-X", "utf8", str(script), str(file), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, encoding="utf-8")


def test_an_auditor_verifies_an_export_with_python_alone(tmp_path: Path) -> None:
    answer = run(tmp_path, EXPORT)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "通过：借调〔2026〕12号 共 4 条记录" in answer.stdout
    assert "单凭这条链查不出" in answer.stdout


def test_a_changed_opinion_ends_with_1_and_names_the_entry(tmp_path: Path) -> None:
    third = next(line for line in EXPORT.split("\n") if line.startswith('{"opening"') and '"seq":3' in line)
    answer = run(tmp_path, EXPORT.replace(third, third.replace("何", "韩")))
    assert answer.returncode == 1
    assert "最先出错的是第 3 条" in answer.stdout


@pytest.mark.parametrize(
    ("words", "called"),
    [
        ({"form.section_opinion.handover": "工作怎样交接"}, "「工作怎样交接」"),
        ({}, "「表单上填的一栏（文件里的名称 form.section_opinion.handover）」"),
    ],
)
def test_a_fault_is_told_in_words_with_the_number_of_the_case(
    tmp_path: Path, words: dict[str, str], called: str
) -> None:
    answer = run(tmp_path, export(CASE, ENTRIES, OPENINGS, words).replace("交给甲", "交给乙"))
    assert answer.returncode == 1
    assert "借调〔2026〕12号 核验不通过" in answer.stdout
    assert f"明文与封存的不符：第 3 条{called}的明文或盐值与承诺不符" in answer.stdout
    assert not [kind for kind in offline.KINDS if f"[{kind}]" in answer.stdout]


def test_a_remembered_head_shows_a_tail_cut_by_the_exporter_himself(tmp_path: Path) -> None:
    cut = export(CASE, ENTRIES[:2], OPENINGS[:2])
    head = head_of(ENTRIES[3])
    assert run(tmp_path, cut).returncode == 0
    answer = run(tmp_path, cut, f"{head.seq}:{head.sha256}:{head.sm3}")
    assert answer.returncode == 1
    assert "末尾被截去" in answer.stdout


def test_a_file_torn_on_its_way_is_found(tmp_path: Path) -> None:
    torn = "".join(EXPORT.splitlines(keepends=True)[:3])
    assert run(tmp_path, torn).returncode == 1
    assert run(tmp_path, EXPORT[:-20]).returncode == 2


@pytest.mark.parametrize("text", ["", "{}\n", "no json\n", EXPORT + "[]\n", EXPORT + '{"entry":{}}\n'])
def test_what_is_no_export_is_said_and_not_judged(text: str) -> None:
    with pytest.raises(ValueError, match=r"第 \d+ 行"):
        offline.check_export(text)


def test_a_call_without_a_file_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert offline.main([]) == 2
    assert "用法" in capsys.readouterr().out


def test_a_head_that_is_none_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "export.jsonl"
    file.write_text(EXPORT, "utf-8")
    assert offline.main([str(file), "4:ab:cd"]) == 2
    assert "链头要写作" in capsys.readouterr().out


@settings(max_examples=250, deadline=None)
@given(st.integers(0, len(EXPORT.encode()) - 1), st.integers(0, 7))
def test_no_flipped_bit_of_an_export_passes_unless_it_means_the_same(place: int, bit: int) -> None:
    data = bytearray(EXPORT.encode())
    data[place] ^= 1 << bit
    try:
        text = data.decode("utf-8")
        verdict = offline.check_export(text)
    except ValueError:
        return
    assert not verdict.ok or offline.read_export(text) == offline.read_export(EXPORT)


def test_the_export_and_the_table_get_the_same_verdict() -> None:
    ours = verify(CASE, ENTRIES, OPENINGS)
    assert offline.check_export(EXPORT) == ours


def test_the_verifier_imports_only_the_standard_library() -> None:
    for node in ast.walk(ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 8))):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
        assert all(module.split(".")[0] in sys.stdlib_module_names for module in modules), modules


# GB/T 32905-2016, appendix A
@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_our_own_sm3_gives_the_digests_of_the_standard(message: bytes, digest: str) -> None:
    assert offline.pure_sm3(message).hex() == digest


@pytest.mark.skipif(not offline.has_native_sm3(), reason="this OpenSSL has no SM3 to compare with")
@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_our_own_sm3_agrees_with_openssl(data: bytes) -> None:
    assert offline.pure_sm3(data) == hashlib.new("sm3", data).digest()


def test_without_sm3_in_openssl_it_says_so_and_still_verifies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "export.jsonl"
    file.write_text(EXPORT, "utf-8")

    monkeypatch.setattr(offline, "_NATIVE_SM3", None)
    assert offline.main([str(file)]) == 0
    assert "不带 SM3" in capsys.readouterr().out
