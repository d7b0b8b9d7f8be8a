"""`jiecheng verify`: checks the chains of the case histories, in the database or in an exported file; changes nothing."""

from __future__ import annotations

from pathlib import Path

from jiecheng import ledger, store
from jiecheng.cli import database
from jiecheng.cli.terminal import complain, say
from jiecheng.cli.trouble import Trouble
from jiecheng.ledger.offline import LIMITS, check_export
from jiecheng.model.ids import CaseId
from jiecheng.settings import Settings

FAULTS_SHOWN = 20


def verify_file(path: Path) -> int:
    """An export, as an auditor holds it; the file needs nothing of ours (`ledger/offline.py` runs alone too)."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise Trouble(f"读不到文件 {path}（{problem.strerror}）。请检查路径。") from problem
    except UnicodeDecodeError as problem:
        raise Trouble(f"{path} 不是 UTF-8 文本，不像导出的历史。请用系统导出的 .jsonl 文件。") from problem
    try:
        verdict = check_export(text)
    except ValueError as problem:
        raise Trouble(f"{path} 读不成导出的历史：{problem}") from problem
    (say if verdict.ok else complain)(verdict.sentence)
    return 0 if verdict.ok else 1


def verify_database(settings: Settings, only: str | None) -> int:
    """One case, by number or id, or all of them; each against the head that its case row holds."""
    with database.attached(settings) as url:
        books = store.Database(url, pool=1)
        try:
            return verify_books(books, only)
        finally:
            books.dispose()


def verify_books(books: store.Database, only: str | None) -> int:
    with books.transaction() as tx:
        heads = [head for head in store.history.heads(tx) if only in (None, head[1], str(head[0]))]
    if only and not heads:
        raise Trouble(f"没有文号或编号为“{only}”的办件。")
    faulty = entries = 0
    for case, number, seq, sha256, sm3 in heads:
        verdict = verdict_of(books, case, ledger.Head(seq, sha256, sm3))
        entries += verdict.count
        faulty += not verdict.ok
        if not verdict.ok and faulty <= FAULTS_SHOWN:
            complain(f"{number or case}：第 {verdict.faults[0].seq} 条记录起不可信。{verdict.faults[0].sentence}")
    if faulty:
        complain(
            f"核验不通过：{len(heads)} 件中有 {faulty} 件的历史被动过。请保留现场，对照备份和导出件，并报安全审计员。"
        )
        return 1
    say(f"核验通过：{len(heads)} 件、{entries} 条记录，首尾相接，与各办件登记的末条一致。")
    say(LIMITS)
    return 0


def verdict_of(books: store.Database, case: CaseId, head: ledger.Head) -> ledger.Verdict:
    """One transaction a case. A case that has grown since its head was read still passes through that head."""
    with books.transaction() as tx:
        entries = store.history.entries_of(tx, case)
        openings = store.history.openings_of(tx, case)
    return ledger.verify(case, entries, openings, expected_head=head if head.seq else None)
