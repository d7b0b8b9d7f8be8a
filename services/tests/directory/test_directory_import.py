"""Tables become a directory whole or not at all, and every fault names its file, row and column."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from jiecheng.directory import differences, parse_csv, parse_xlsx, read_roles, read_tables
from jiecheng.model.actor import Role
from jiecheng.model.directory import Directory
from jiecheng.model.errors import Invalid


def read(tables: dict[str, str]) -> Directory:
    return read_tables({name: parse_csv(text.encode()) for name, text in tables.items()})


def faults(tables: dict[str, str]) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read(tables)
    return {finding.place: finding.message for finding in caught.value.findings}


def test_a_sound_set_of_tables_is_read_with_its_dates(tables: dict[str, str]) -> None:
    directory = read(tables)
    assert len(directory.identities) == 10
    assert directory.identities["i-general-old"].valid_to == date(2025, 12, 31)  # type: ignore[index]
    assert directory.bodies["px-meeting"].members == ("s1", "s2", "o1", "s3")  # type: ignore[index]


def test_two_organs_of_one_id_in_two_streets_are_both_answered() -> None:
    table = "id,name,kind,level,street\na,甲,镇党委,镇街级,x\na,乙,镇政府,镇街级,y\n"
    found = faults({"organs.csv": table})
    assert "编号 a 已经用过" in found["organs.csv:3:id"]
    assert "街镇代码 x 下没有办事处（镇政府）" in found["organs.csv:2:street"]
    assert "街镇代码 y 下没有党(工)委" in found["organs.csv:3:street"]


@pytest.mark.parametrize(
    ("table", "old", "new", "place", "message"),
    [
        ("identities.csv", "i-hr,p3", "i-hr,p-099", "identities.csv:4:person", "没有编号为 p-099 的人员"),
        ("identities.csv", "p3,j-hr", "p3,j-xx", "identities.csv:4:post", "没有编号为 j-xx 的岗位"),
        ("identities.csv", "i-hr,", "i-head,", "identities.csv:4:id", "编号 i-head 已经用过"),
        ("identities.csv", "2025-12-31", "2025-02-30", "identities.csv:9:valid_to", "「2025-02-30」不是日期"),
        ("identities.csv", "mayor,是,,,", "mayor,是,,2026-02-01,2026-01-01", "identities.csv:2:valid_to", "早于启用日期"),
        ("identities.csv", "i-mayor,p1,mayor,是", "i-mayor,p1,mayor,大概", "identities.csv:2:main", "应写作 是 或 否"),
        ("organs.csv", "政府部门", "政府部委", "organs.csv:3:kind", "没有「政府部委」"),
        ("organs.csv", "区政府,区级,,", "区政府,区级,justice,", "organs.csv:2:parent", "绕了一圈"),
        ("organs.csv", "justice,pengxi", "justice,pengxj", "organs.csv:8:street", "街镇代码 pengxj 下没有党(工)委、办事处（镇政府）"),
        ("posts.csv", "局长,1", "局长,first", "posts.csv:3:rank", "1 到 99 的整数"),
        ("persons.csv", "zhou", "lin", "persons.csv:2:account", "账号 lin 用了 2 次"),
        ("persons.csv", "p1,林甲", "p1,", "persons.csv:2:name", "不能为空"),
        ("bodies.csv", "s1;s2", "s1;s7", "bodies.csv:2:members", "没有编号为 s7 的岗位"),
        ("bodies.csv", "id,organ", "id,organ,colour", "bodies.csv:1:colour", "表头「colour」不认识"),
        ("posts.csv", "id,organ,name,rank", "id,organ,title,rank", "posts.csv:1:name", "缺少必需的列 name（岗位名称）"),
    ],
)  # fmt: skip
def test_one_wrong_cell_is_named_by_file_row_and_column(
    tables: dict[str, str], table: str, old: str, new: str, place: str, message: str
) -> None:
    assert old in tables[table]
    tables[table] = tables[table].replace(old, new, 1)
    found = faults(tables)
    assert message in found[place]
    if place.split(":")[1] != "1":
        assert found[place].startswith("{} 第 {} 行 {}：".format(*place.split(":")))


def test_all_faults_are_collected_at_once(tables: dict[str, str]) -> None:
    tables["identities.csv"] = tables["identities.csv"].replace("p3", "p-099").replace("mayor,是", "none,是")
    tables["posts.csv"] = tables["posts.csv"].replace("j-clerk,justice-hr", "j-clerk,nowhere")
    assert set(faults(tables)) == {"identities.csv:4:person", "identities.csv:2:post", "posts.csv:5:organ"}


def test_a_missing_table_is_said(tables: dict[str, str]) -> None:
    del tables["persons.csv"]
    assert faults(tables)["persons.csv:1:"] == "缺少 persons.csv。"


def test_chinese_headers_and_gb18030_read_the_same(tables: dict[str, str]) -> None:
    rest = tables["persons.csv"].split("\n", 1)[1]
    chinese = ("人员编号,姓名,账号\n" + rest).encode("gb18030")
    rows = {name: parse_csv(text.encode("utf-8-sig")) for name, text in tables.items()}
    assert read_tables(rows | {"persons.csv": parse_csv(chinese)}) == read(tables)


def test_a_fault_under_a_chinese_header_is_named_as_the_person_sees_it(tables: dict[str, str]) -> None:
    tables["persons.csv"] = "人员编号,姓名,账号\np1,,lin\n"
    assert faults(tables)["persons.csv:2:name"] == "persons.csv 第 2 行 姓名：不能为空"


def test_rows_keep_their_spreadsheet_numbers_over_blank_lines_and_broken_cells() -> None:
    rows = parse_csv('id,name\n\np1,"林\n甲"\n,,\np2,周乙\n'.encode())
    assert [number for number, _ in rows] == [3, 5]
    assert rows[0][1] == {"id": "p1", "name": "林\n甲"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "表是空的"),
        (b"id,id\n1,2\n", "出现了两次"),
        (b"id,,name\n", "没有名称"),
        (b"id\n1,2\n", "比表头长"),
        (b'id\n"open\n', "引号是否成对"),
        ("id\n1\n".encode("utf-16"), "不是 UTF-8 或 GB18030"),
        (b"id\n" + b"1\n" * 100_002, "最多 100000 行"),
        (b"x" * (10 * 1024 * 1024 + 1), "上限"),
    ],
)
def test_a_broken_csv_is_refused_with_advice(content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        parse_csv(content)


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_an_xlsx_reads_like_its_csv() -> None:
    content = workbook([["id", "rank", "valid_from", "main"], ["p1", 3, datetime(2026, 1, 2), True], [], ["p2", 1.0]])  # noqa: DTZ001
    assert parse_xlsx(content) == [
        (2, {"id": "p1", "rank": "3", "valid_from": "2026-01-02", "main": "是"}),
        (4, {"id": "p2", "rank": "1", "valid_from": "", "main": ""}),
    ]


def test_an_xlsx_bomb_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\x00" * (81 * 1024 * 1024))
    with pytest.raises(Invalid, match="上限"):
        parse_xlsx(buffer.getvalue())


def test_an_xlsx_with_a_document_type_is_refused() -> None:
    buffer = io.BytesIO(workbook([["id"], ["p1"]]))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/extra.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>')
    with pytest.raises(Invalid, match="DOCTYPE"):
        parse_xlsx(buffer.getvalue())


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\x00" * 18], ids=["empty", "text", "empty zip"])
def test_what_is_no_xlsx_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="XLSX"):
        parse_xlsx(content)


def test_roles_belong_to_known_accounts_and_the_three_administrators_exclude_each_other(directory: Directory) -> None:
    sound = parse_csv("account,role\nlin,系统管理员\nzhou,安全审计员\nlin,业务审计员\n".encode())
    assert read_roles(sound, directory)["lin"] == {Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR}
    broken = parse_csv("account,role\nlin,系统管理员\nlin,安全审计员\nnobody,业务审计员\nzhou,船长\n".encode())
    with pytest.raises(Invalid) as caught:
        read_roles(broken, directory)
    assert [finding.place for finding in caught.value.findings] == [
        "roles.csv:3:role",
        "roles.csv:4:account",
        "roles.csv:5:role",
    ]


def test_differences_name_what_came_went_and_changed(tables: dict[str, str], directory: Directory) -> None:
    assert differences(directory, directory) == ()
    tables["identities.csv"] = tables["identities.csv"].replace(
        "i-clerk,p7,g9,是,,2026-01-01,", "i-clerk,p7,g9,是,,2026-01-01,2026-06-30"
    )
    tables["identities.csv"] += "i-new,p8,s3,否,,,\n"
    tables["organs.csv"] = tables["organs.csv"].replace("区司法局", "区司法行政局")
    assert differences(directory, read(tables)) == (
        "更改机关 justice（区司法行政局）：名称由「区司法局」改为「区司法行政局」",
        "新增任职 i-new：韩辛 任 彭溪街道党工委组织委员",
        "更改任职 i-clerk（冯庚 任 党政办公室科员）：停用日期由「9999-12-31」改为「2026-06-30」",
    )
