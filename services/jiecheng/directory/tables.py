"""Bytes of a CSV or XLSX file as rows with the numbers a spreadsheet shows; knows nothing of organs.

Bounded before it is parsed: an upload comes from outside.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from jiecheng.model.errors import Finding, Invalid

Rows = Sequence[tuple[int, Mapping[str, str]]]

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 80 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 60


def parse_csv(content: bytes) -> Rows:
    """Rows of a CSV file in UTF-8 (with or without BOM) or GB18030; blank lines are left out but counted."""
    _require_size(len(content), LARGEST_FILE)
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        return _with_headers(reader)
    except csv.Error as error:
        raise Invalid(f"第 {reader.line_num} 行起读不成 CSV（{error}），请检查引号是否成对。") from error


def parse_xlsx(content: bytes) -> Rows:
    """Rows of the first sheet of an XLSX file; dates become ISO text, formulas their stored results."""
    _require_size(len(content), LARGEST_FILE)
    _require_sound_archive(content)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        cells = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1)
        return _with_headers([_text(cell) for cell in row] for row in cells)
    except Invalid:
        raise
    except Exception as error:  # the library raises whatever a broken sheet makes it trip over
        raise Invalid("这个 XLSX 文件读不出来，请用表格软件另存一份再上传。") from error


def _with_headers(lines: Iterable[Sequence[str]]) -> Rows:
    rows: list[tuple[int, Mapping[str, str]]] = []
    findings: list[Finding] = []
    headers: list[str] | None = None
    for number, cells in _trimmed(lines):
        if headers is None:
            headers = _headers(number, cells)
        elif len(cells) > len(headers):
            findings.append(
                Finding("columns", str(number), f"第 {number} 行比表头多出 {len(cells) - len(headers)} 格。")
            )
        else:
            padded = [*cells, *[""] * (len(headers) - len(cells))]
            rows.append((number, dict(zip(headers, padded, strict=True))))
    if headers is None:
        raise Invalid("表是空的：第一行应当是表头。")
    if findings:
        raise Invalid("表里有的行比表头长，请检查逗号和引号。", findings=findings)
    return rows


def _trimmed(lines: Iterable[Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(lines, start=1):
        if number > MOST_ROWS + 1:
            raise Invalid(f"一张表最多 {MOST_ROWS} 行，请分批导入。")
        cells = [cell.strip() for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells


def _headers(number: int, cells: list[str]) -> list[str]:
    if len(cells) > MOST_COLUMNS:
        raise Invalid(f"一张表最多 {MOST_COLUMNS} 列。")
    empty = [str(place) for place, cell in enumerate(cells, start=1) if not cell]
    if empty:
        raise Invalid(f"第 {number} 行表头的第 {'、'.join(empty)} 列没有名称。")
    twice = sorted({cell for cell in cells if cells.count(cell) > 1})
    if twice:
        raise Invalid(f"第 {number} 行表头里「{'、'.join(twice)}」出现了两次。")
    return cells


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break  # UTF-16, or no text at all
        return text
    raise Invalid("文件不是 UTF-8 或 GB18030 编码的文本，请另存为「CSV UTF-8」再上传。")


def _require_size(size: int, limit: int) -> None:
    if size > limit:
        raise Invalid(f"文件有 {size // 1024 // 1024} MB，超过 {limit // 1024 // 1024} MB 的上限，请分批导入。")


def _require_sound_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _require_size(sum(member.file_size for member in archive.infolist()), LARGEST_UNPACKED)
            # Office files never hold a document type; one that does wants entities expanded.
            unsound = any(b"<!DOCTYPE" in archive.read(name) for name in archive.namelist() if name.endswith(".xml"))
    except Invalid:
        raise
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Invalid("这不是 XLSX 文件，请用表格软件另存为 XLSX 或 CSV 再上传。") from error
    if unsound:
        raise Invalid("这个 XLSX 文件里有不该有的内容（DOCTYPE），不予读取。")


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "是" if cell else "否"
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
    return str(cell)
