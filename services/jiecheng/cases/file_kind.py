"""What an uploaded file is, by its content, and how its name may be shown. Values in, values out.

Libraries that guess types know neither OFD nor WPS and take any ZIP for a Word document; the dozen kinds taken here are
told apart by what stands in them.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile

from jiecheng.model.errors import Invalid

MAX_BYTES = 20 * 1024 * 1024
LONGEST_NAME = 120
ALLOWED = "PDF、OFD、Word、Excel、WPS 文档，PNG、JPEG 图片和 TXT 文本"
# Browsers show these by themselves, and nothing in them runs in our name.
SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg"})
_OFFICE = "application/vnd.openxmlformats-officedocument"
_PLAIN: tuple[tuple[bytes, frozenset[str], str], ...] = (
    (b"%PDF-", frozenset({"pdf"}), "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", frozenset({"png"}), "image/png"),
    (b"\xff\xd8\xff", frozenset({"jpg", "jpeg"}), "image/jpeg"),
)
# A container says what it is by a part that every such document has.
_ZIPPED = {
    "docx": ("word/document.xml", f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", f"{_OFFICE}.spreadsheetml.sheet"),
    "ofd": ("OFD.xml", "application/ofd"),
}
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = {
    "doc": (("WordDocument",), "application/msword"),
    "wps": (("WordDocument",), "application/msword"),
    "xls": (("Workbook", "Book"), "application/vnd.ms-excel"),
    "et": (("Workbook", "Book"), "application/vnd.ms-excel"),
}
_MOST_PARTS = 20_000


def media_type_of(name: str, content: bytes) -> str:
    """The type the content shows, which must agree with the name's ending."""
    if not content:
        raise _wrong(f"文件「{clean_name(name)}」是空的，请重新选择。")
    if len(content) > MAX_BYTES:
        megabytes = len(content) / 1024 / 1024
        raise _wrong(f"文件「{clean_name(name)}」有 {megabytes:.1f} MB，超过 20 MB 的上限。请压缩或拆分后再上传。")
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    found = _found(ending, content)
    if not found:
        raise _wrong(f"文件「{clean_name(name)}」不能上传：不接受这种文件，或者内容与扩展名不符。可以上传：{ALLOWED}。")
    return found


def clean_name(name: str) -> str:
    """The bare file name: without folders, control characters and marks that turn the direction of writing."""
    bare = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in bare if unicodedata.category(char)[0] not in "CZ" or char == " ")
    return " ".join(kept.split())[-LONGEST_NAME:].strip() or "附件"


def _found(ending: str, content: bytes) -> str:
    for start, endings, media_type in _PLAIN:
        if ending in endings:
            return media_type if content.startswith(start) else ""
    if ending in _ZIPPED:
        part, media_type = _ZIPPED[ending]
        return media_type if part in _parts(content) else ""
    if ending in _STREAMS:
        streams, media_type = _STREAMS[ending]
        # Names of streams stand in the container's directory, two bytes a character.
        named = any(one.encode("utf-16-le") in content for one in streams)
        return media_type if content.startswith(_COMPOUND) and named else ""
    return "text/plain; charset=utf-8" if ending == "txt" and _is_text(content) else ""


def _parts(content: bytes) -> set[str]:
    """The names in a ZIP; only its directory is read, nothing is unpacked."""
    if not content.startswith(b"PK\x03\x04"):
        return set()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as found:
            names = found.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return set()
    return set(names) if len(names) <= _MOST_PARTS else set()


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(char in "\r\n\t" or unicodedata.category(char)[0] != "C" for char in text.removeprefix("\ufeff"))


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"attachment": [sentence]})
