"""Attachments: what they are by content, their versions, taking one away, names that deceive, and the virus scanner."""

import io
import socket
import struct
import threading
import zipfile
from contextlib import contextmanager

import pytest

from jiecheng import cases, store
from jiecheng.cases.attachment import RemoveAttachment
from jiecheng.cases.clockwork import Desk
from jiecheng.cases.file_kind import clean_name, media_type_of
from jiecheng.model.errors import Invalid, NotFound, Refused
from jiecheng.model.ids import IdentityId
from jiecheng.scanner import NotScanned, Scanner, read_scanner, scan

ADMINISTRATOR = IdentityId("i-lumuqing")
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"


def zipped(*names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("函.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("章.PNG", b"\x89PNG\r\n\x1a\n...", "image/png"),
        ("表.docx", zipped("word/document.xml"), "wordprocessingml"),
        ("表.xlsx", zipped("xl/workbook.xml"), "spreadsheetml"),
        ("文.ofd", zipped("OFD.xml"), "application/ofd"),
        ("旧.doc", COMPOUND + "WordDocument".encode("utf-16-le"), "application/msword"),
        ("旧.et", COMPOUND + "Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
        ("说明.txt", "两行\n文字".encode(), "text/plain"),
    ],
)
def test_what_a_file_is_its_content_says(name, content, kind):
    assert kind in media_type_of(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("函.pdf", b"MZ\x90\0"),
        ("表.docx", zipped("xl/workbook.xml")),
        ("表.docx", zipped("evil.exe")),
        ("表.docx", b"PK\x03\x04 no archive"),
        ("旧.xls", COMPOUND + "WordDocument".encode("utf-16-le")),
        ("页.html", b"<html><script>"),
        ("图.svg", b"<svg onload='x'/>"),
        ("说明.txt", b"\xff\xfe\0binary"),
        ("无", b"%PDF-1.7"),
        ("空.pdf", b""),
    ],
)
def test_what_only_claims_to_be_something_is_not_taken(name, content):
    with pytest.raises(Invalid, match=name):
        media_type_of(name, content)


def test_too_large_says_how_large_and_what_to_do():
    with pytest.raises(Invalid, match=r"「函.pdf」有 21.0 MB，超过 20 MB 的上限。请压缩或拆分"):
        media_type_of("函.pdf", b"%PDF-" + b"0" * (21 * 1024 * 1024))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\fakepath\\函.pdf", "函.pdf"),
        ("../../etc/passwd", "passwd"),
        ("合同\u202efdp.exe", "合同fdp.exe"),  # right-to-left override
        ("甲\u200b乙\u2066丙\x00\n.pdf", "甲乙丙.pdf"),
        ("　 表 格 .pdf ", "表 格 .pdf"),
        ("\u202e", "附件"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_are_shown_as_what_they_are(name, shown):
    assert clean_name(name) == shown


def add(office, case, item=None, name="说明.txt", content=b"one", who=None, replaces=None):
    actor = office.actor(who or office.LENT)
    command = cases.AddAttachment(actor, case, name, content, "", item, replaces)
    return office.do(cases.add_attachment, command)


def files(office, case):
    return [(row.name, row.version, row.replaced_by) for row in office.case(case).attachments]


def events(office, case):
    with office.house.transaction() as tx:
        return [one for one in cases.history.events_of(tx, case) if one.type.startswith("attachment")]


@pytest.fixture
def waiting(office):
    case = office.start().case
    return case, office.items(office.LENT)[0]


def test_a_new_version_keeps_the_old_one_and_both_hashes(office, waiting):
    case, item = waiting
    first = add(office, case, item)
    second = add(office, case, item, "说明（修改）.txt", b"two", replaces=first)
    assert files(office, case) == [("说明.txt", 1, second), ("说明（修改）.txt", 2, None)]
    with office.house.transaction() as tx:
        assert cases.read_attachment(tx, office.actor(office.LENT), first)[1] == b"one"
    added, replaced = events(office, case)
    assert replaced.type == "attachment_replaced"
    assert replaced.public["replaced_sha256"] == added.public["sha256"] != replaced.public["sha256"]
    with pytest.raises(Refused, match="已经换过"):
        add(office, case, item, content=b"three", replaces=first)


def test_only_who_uploaded_it_replaces_or_removes_it(office, waiting):
    case, item = waiting
    file = add(office, case, item)
    with pytest.raises(Refused, match="只有上传的人可以换"):
        add(office, case, None, content=b"two", who=office.BORROWER, replaces=file)
    with pytest.raises(Refused, match="只有上传的人可以删除"):
        office.do(cases.remove_attachment, RemoveAttachment(office.actor(office.BORROWER), file))
    with pytest.raises(NotFound):
        office.do(cases.remove_attachment, RemoveAttachment(office.actor(office.STRANGER), file))


def test_a_mistake_goes_while_the_step_is_open_and_pressed_twice_it_goes_once(office, waiting):
    case, item = waiting
    file = add(office, case, item, "他人身份证.txt", b"secret")
    command = RemoveAttachment(office.actor(office.LENT), file, "key-1")
    first = office.do(cases.remove_attachment, command)
    assert office.do(cases.remove_attachment, command) == first
    assert files(office, case) == []
    assert [one.type for one in events(office, case)] == ["attachment_added", "attachment_removed"]
    with office.house.transaction() as tx:
        kept = tx.db.connection.exec_driver_sql("SELECT content, sha256 FROM attachments").one()
        assert (bytes(kept.content), len(kept.sha256)) == (b"", 64)
        texts = tx.db.connection.exec_driver_sql("SELECT folded FROM search_rows").scalars().all()
    assert not any("他人身份证" in one for one in texts)


def test_after_the_decision_it_stays(office, waiting):
    case, item = waiting
    file = add(office, case, item)
    loose = add(office, case, None, "另一份.txt")
    office.decide(office.LENT, "agree", item=item)
    for one in (file, loose):
        with pytest.raises(Refused, match="不能删除"):
            office.do(cases.remove_attachment, RemoveAttachment(office.actor(office.LENT), one))
    assert len(files(office, case)) == 2


def test_removing_a_version_brings_the_one_before_back(office, waiting):
    case, item = waiting
    first = add(office, case, item)
    second = add(office, case, item, content=b"two", replaces=first)
    office.do(cases.remove_attachment, RemoveAttachment(office.actor(office.LENT), second))
    assert files(office, case) == [("说明.txt", 1, None)]


def test_the_same_file_sent_twice_is_there_once_and_two_at_once_replace_once(office, waiting):
    case, item = waiting
    first = add(office, case, item)
    assert add(office, case, item) == first
    came = []

    def replace(content):
        try:
            came.append(add(office, case, item, content=content, replaces=first))
        except Refused:
            came.append(None)

    threads = [threading.Thread(target=replace, args=(content,)) for content in (b"two", b"three")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert came.count(None) == 1
    assert len(files(office, case)) == 2


# The scanner.


@contextmanager
def clamd(path, answer=None):
    """Speaks as clamd does: INSTREAM, pieces with their length, a verdict."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        listening.listen()

        def serve():
            while True:
                try:
                    wire, _ = listening.accept()
                except OSError:
                    return
                with wire, wire.makefile("rwb") as file:
                    assert file.read(10) == b"zINSTREAM\0"
                    content = b""
                    while size := struct.unpack("!I", file.read(4))[0]:
                        content += file.read(size)
                    bad = b"stream: Eicar-Test-Signature FOUND\0" if b"EICAR" in content else b"stream: OK\0"
                    file.write(answer or bad)

        threading.Thread(target=serve, daemon=True).start()
        yield Scanner("clamd", str(path))
        listening.shutdown(socket.SHUT_RDWR)


def test_clamd_is_asked_by_its_socket(tmp_path):
    with clamd(tmp_path / "c") as scanner:
        assert scan(scanner, b"clean" * 50_000) == ""
        assert scan(scanner, EICAR) == "Eicar-Test-Signature"
    with clamd(tmp_path / "d", b"INSTREAM size limit exceeded. ERROR\0") as scanner, pytest.raises(NotScanned):
        scan(scanner, b"x")
    with pytest.raises(NotScanned):
        scan(Scanner("clamd", str(tmp_path / "nobody")), b"x")


def test_a_command_is_asked_by_its_exit_code():
    assert scan(Scanner("command", "grep -v -q EICAR"), b"clean\n") == ""
    assert scan(Scanner("command", "sh -c 'grep -q EICAR && echo bad && exit 1; exit 0'"), EICAR) == "bad"
    with pytest.raises(NotScanned, match="退出码 3"):
        scan(Scanner("command", "sh -c 'exit 3'"), b"x")


def test_the_setting_is_read_or_named():
    assert read_scanner("") is None
    assert read_scanner("clamd:127.0.0.1:3310") == Scanner("clamd", "127.0.0.1:3310")
    with pytest.raises(Invalid, match="JIECHENG_SCANNER"):
        read_scanner("norton")


def test_a_file_waits_for_the_scanner_and_a_bad_one_is_closed_with_an_incident(office, house, waiting, tmp_path):
    case, item = waiting
    lent = office.actor(office.LENT)
    with clamd(tmp_path / "c") as house.scanner:
        good, bad = add(office, case, item), add(office, case, item, "附表.txt", EICAR)
        with house.transaction() as tx, pytest.raises(Refused, match="正在检查病毒"):
            cases.read_attachment(tx, lent, good)
        office.run_flows()
    with house.transaction() as tx:
        assert cases.read_attachment(tx, lent, good)[1] == b"one"
        with pytest.raises(Refused, match="没有通过病毒检查"):
            cases.read_attachment(tx, lent, bad)
        (incident,) = cases.incident.list_incidents(tx, cases.accounts.actor_of(tx, ADMINISTRATOR))
        notices = cases.inbox.list_notices(tx, lent).rows
    assert "附表.txt" in incident.message
    assert any("请换一份重新上传" in row.text for row in notices)
    assert "attachment_refused" in [one.type for one in events(office, case)]
    done = office.do(
        cases.resolve_incident, cases.ResolveIncident(office.actor(ADMINISTRATOR), incident.id, "已请本人重传")
    )
    assert done == "处理情况已记录。"


def test_a_scanner_that_is_away_is_asked_again(office, house, waiting, clock, tmp_path):
    case, item = waiting
    house.scanner = Scanner("clamd", str(tmp_path / "later"))
    file = add(office, case, item)
    desk = Desk(house)
    (entry,) = desk.claim_outbox("test")
    with pytest.raises(NotScanned):
        desk.deliver(entry, "test")
    desk.fail(entry, "test", "NotScanned")
    clock.move(minutes=10)
    with clamd(tmp_path / "later") as house.scanner:
        office.run_flows()
    with house.transaction() as tx:
        assert store.attachment.get(tx.db, file).scan == "clean"
