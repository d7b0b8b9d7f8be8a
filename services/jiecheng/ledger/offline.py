"""The verifier: checks sealed entries and openings against the format of services/decisions/0009-ledger.md.

Owns the digests of format 1 (genesis, chain, commitment) and the one place where they are checked: `jiecheng.ledger`
calls it, and an auditor runs this very file alone: `python offline.py export.jsonl [seq:sha256:sm3]`. Hence only the
standard library, no import of the house, and nothing newer than Python 3.8. Never canonicalises: it hashes the leaf
as it is stored.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

VERSION = 1
FORMAT = "jiecheng-ledger-export"
SALT_BYTES = 16
GENESIS_DOMAIN = b"jiecheng.ledger.v1.genesis"
ENTRY_DOMAIN = b"jiecheng.ledger.v1.entry"
COMMITMENT_DOMAIN = b"jiecheng.ledger.v1.commitment"
LEAF_FIELDS = frozenset({"v", "case", "seq", "type", "at", "release", "clause", "public", "personal"})

LIMITS = (
    "单凭这条链查不出三件事：末尾整段被截去、整个办件被删除、从某条起到末尾全部重算；"
    "这些要用检查点和外部锚定的链头来核对。"
)

# What went wrong, and what a sealed value is, for whoever reads the result; a form's own fields the export names itself.
KINDS = {
    "malformed": "格式不对",
    "foreign": "别的办件的记录",
    "missing": "缺记录",
    "out_of_order": "次序不对",
    "changed": "内容被改动",
    "opening": "明文与封存的不符",
    "head": "链头不符",
}
PATHS = {
    "actor.identity": "办理人（身份）", "actor.name": "办理人姓名", "actor.post": "办理人职务",
    "actor.for": "替谁办理（身份）", "actor.for_name": "替谁办理", "opinion": "意见", "reason": "原因",
    "title": "标题", "result": "规则判定的结果", "inputs": "规则判定时看到的", "words": "所写的话",
    "public": "内部办理的内容", "task.reason": "为什么由他办", "task.candidates": "承办人",
    "notice.text": "通知的内容", "notice.identities": "通知给谁", "notice.reason": "为什么通知他",
    "meeting.sentence": "表决结果", "meeting.must_stand_aside": "应回避的人", "document.title": "文书的标题",
    "attachment.name": "附件的名称", "circulation.readers": "收阅人",
}  # fmt: skip
_PARTS = {
    "meeting.votes.": "一位成员的表决",
    "form.": "表单上填的一栏",
    "register.": "登记到台账的一栏",
    "variables.": "流程记下的数据",
}

_DIGEST = re.compile(r"[0-9a-f]{64}")
_SALT = re.compile(r"[0-9a-f]{32}")


class Entry(Protocol):
    """A row of the ledger; `jiecheng.model.history.LedgerEntry` and the line of an export both fit."""

    @property
    def case(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def leaf(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def sm3(self) -> str: ...


class Opened(Protocol):
    """What opens one commitment; `jiecheng.model.history.Opening` and the line of an export both fit."""

    @property
    def case(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def path(self) -> str: ...
    @property
    def salt(self) -> str: ...
    @property
    def value(self) -> str: ...


# No slots in this file: the keyword is newer than the Pythons an auditor may have.
@dataclass(frozen=True)
class Head:
    """Both chain digests (hex) after entry `seq`; seq 0 is the genesis of the case."""

    seq: int
    sha256: str
    sm3: str


@dataclass(frozen=True)
class Fault:
    """`kind`: malformed | foreign | missing | out_of_order | changed | opening | head. `seq`: the entry it touches."""

    seq: int
    kind: str
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """`opened`: personal values that fit their commitments; `closed`: commitments without a value to check. `number`: as
    the first record seals it."""

    case: int
    ok: bool
    count: int
    faults: tuple[Fault, ...]
    head: Head
    opened: int = 0
    closed: int = 0
    anchored: Head | None = None
    number: str = ""

    @property
    def called(self) -> str:
        return self.number or f"办件（内部编号 {self.case}）"

    @property
    def sentence(self) -> str:
        """What was found and what a chain alone cannot find, for people."""
        if self.faults:
            result = f"{self.called} 核验不通过（{len(self.faults)} 处），最先出错的是第 {self.faults[0].seq} 条："
            result += self.faults[0].sentence
        else:
            result = f"{self.called} 共 {self.count} 条记录，首尾相接，未发现改动、抽走、插入或调换。"
        result += f"个人信息核对相符 {self.opened} 项"
        result += f"，另有 {self.closed} 项没有明文（已依规删除或未随附），不影响链条。" if self.closed else "。"
        if self.ok and self.anchored:
            result += f"第 {self.anchored.seq} 条及以前与给定的链头一致；其后新增的部分，"
        return result + LIMITS


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


try:
    # Looked up once and copied: OpenSSL takes twice as long to find the algorithm as to compute it.
    _NATIVE_SM3: Any = hashlib.new("sm3")
except ValueError:
    _NATIVE_SM3 = None


def has_native_sm3() -> bool:
    """True when the OpenSSL below Python computes SM3 (GB/T 32905-2016)."""
    return _NATIVE_SM3 is not None


def sm3(data: bytes) -> bytes:
    """SM3 by OpenSSL, or slowly by ourselves where OpenSSL was built without it."""
    if _NATIVE_SM3 is None:
        return pure_sm3(data)
    hasher = _NATIVE_SM3.copy()
    hasher.update(data)
    digest: bytes = hasher.digest()
    return digest


_WORD = 0xFFFFFFFF
_SM3_START = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)


def _left(word: int, bits: int) -> int:
    bits %= 32
    return ((word << bits) | (word >> (32 - bits))) & _WORD


def pure_sm3(data: bytes) -> bytes:
    """SM3 after GB/T 32905-2016, section 5."""
    padded = data + b"\x80" + b"\x00" * ((55 - len(data)) % 64) + struct.pack(">Q", len(data) * 8)
    state: tuple[int, ...] = _SM3_START
    for start in range(0, len(padded), 64):
        state = _compress(state, struct.unpack(">16I", padded[start : start + 64]))
    return struct.pack(">8I", *state)


def _compress(state: tuple[int, ...], block: tuple[int, ...]) -> tuple[int, ...]:
    words = list(block)
    for j in range(16, 68):
        mixed = words[j - 16] ^ words[j - 9] ^ _left(words[j - 3], 15)
        mixed ^= _left(mixed, 15) ^ _left(mixed, 23)
        words.append(mixed ^ _left(words[j - 13], 7) ^ words[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        early = j < 16
        ss1 = _left((_left(a, 12) + e + _left(0x79CC4519 if early else 0x7A879D8A, j)) & _WORD, 7)
        ff = a ^ b ^ c if early else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if early else (e & f) | (~e & g)
        tt1 = (ff + d + (ss1 ^ _left(a, 12)) + (words[j] ^ words[j + 4])) & _WORD
        tt2 = (gg + h + ss1 + words[j]) & _WORD
        a, b, c, d = tt1, a, _left(b, 9), c
        e, f, g, h = tt2 ^ _left(tt2, 9) ^ _left(tt2, 17), e, _left(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h)))  # noqa: B905  # newer than 3.8


def genesis(case: int) -> Head:
    """The head before the first entry; it ties the chain to its case."""
    start = GENESIS_DOMAIN + b"\x00" + str(case).encode()
    return Head(0, sha256(start).hex(), sm3(start).hex())


def link(previous: Head, leaf: str) -> Head:
    """The head after `leaf`: each chain hashes its own digest before and the bytes of the leaf."""
    text = leaf.encode("utf-8")

    def digest(hasher: Callable[[bytes], bytes], before: str) -> str:
        return hasher(ENTRY_DOMAIN + b"\x00" + bytes.fromhex(before) + text).hex()

    return Head(previous.seq + 1, digest(sha256, previous.sha256), digest(sm3, previous.sm3))


def commitment(case: int, seq: int, path: str, salt: bytes, value: str) -> str:
    """SHA-256 and SM3 (hex, one after the other) over place, salt and canonical value text."""
    place = b"%b\x00%d\x00%d\x00%b\x00" % (COMMITMENT_DOMAIN, case, seq, path.encode("utf-8"))
    data = place + salt + value.encode("utf-8")
    return hashlib.sha256(data).hexdigest() + sm3(data).hex()


def check(
    case: int,
    entries: Iterable[Entry],
    openings: Iterable[Opened] = (),
    expected_head: Head | None = None,
    words: Mapping[str, str] = {},
) -> Verdict:
    """Walk `entries` in the order given (the stored order) and check `openings` against their leaves.

    `expected_head` is a head remembered elsewhere (checkpoint, anchor): the chain must still hold it at that seq.
    `words`: what a form or a register calls a path; for the sentences only.
    """
    walk = _Walk(case, words)
    for entry in entries:
        walk.take(entry)
    faults = [*walk.faults, *walk.wrong_openings(openings)]
    if expected_head and walk.heads.get(expected_head.seq) != expected_head:
        faults.append(_head_fault(walk, expected_head))
    faults.sort(key=lambda fault: fault.seq)
    promised = sum(len(personal) for personal in walk.personal.values())
    return Verdict(
        case=case,
        ok=not faults,
        count=walk.count,
        faults=tuple(faults),
        head=walk.head,
        opened=len(walk.opened),
        closed=promised - len(walk.told),
        anchored=expected_head,
        number=walk.number,
    )


def _head_fault(walk: _Walk, expected: Head) -> Fault:
    if expected.seq > walk.head.seq:
        lost = walk.head.seq + 1
        return Fault(lost, "head", f"给定的链头在第 {expected.seq} 条，这里只到第 {lost - 1} 条：末尾被截去。")
    return Fault(expected.seq, "head", f"第 {expected.seq} 条的链值与给定的链头不同：该条或更早的记录被重写过。")


class _Walk:
    """One pass over the entries of a case; after a fault it goes on from what is stored, to find independent faults."""

    def __init__(self, case: int, words: Mapping[str, str]) -> None:
        self.case = case
        self.words = words
        self.number = ""
        self.count = 0
        self.expected = 1
        self.head = genesis(case)
        self.heads = {0: self.head}
        self.faults: list[Fault] = []
        self.personal: dict[int, Mapping[str, str]] = {}
        self.opened: set[tuple[int, str]] = set()
        self.told: set[tuple[int, str]] = set()  # a text came for it, the right one or another

    def take(self, entry: Entry) -> None:
        self.count += 1
        place = f"第 {entry.seq} 条"
        if entry.case != self.case:
            self._fault(self.expected, "foreign", f"此处夹进了另一件办件（内部编号 {entry.case}）的{place}记录。")
            return
        if entry.seq < self.expected:
            self._fault(entry.seq, "out_of_order", f"{place}重复或错位：按顺序此处应为第 {self.expected} 条。")
            return
        leaf = read_leaf(entry.leaf)
        followed = entry.seq == self.expected
        if not followed:
            self._fault(self.expected, "missing", f"缺第 {self.expected} 条（其后直接是{place}）：被抽走或挪了位置。")
        if leaf is None or not (_DIGEST.fullmatch(entry.sha256) and _DIGEST.fullmatch(entry.sm3)):
            self._fault(entry.seq, "malformed", f"{place}不是第 {VERSION} 版格式的记录。")
        elif (leaf["case"], leaf["seq"]) != (entry.case, entry.seq):
            self._fault(
                entry.seq,
                "changed",
                f"{place}正文里写的是内部编号 {leaf['case']} 的办件第 {leaf['seq']} 条，编号被改过。",
            )
        elif followed and link(self.head, entry.leaf) != Head(entry.seq, entry.sha256, entry.sm3):
            self._fault(entry.seq, "changed", f"{place}的链值算不出来：{place}的内容或链值，或前一条的链值，被改动过。")
        self._go_on(entry, leaf)

    def _go_on(self, entry: Entry, leaf: Mapping[str, Any] | None) -> None:
        self.expected = entry.seq + 1
        # A malformed digest cannot be continued from; zeros make the next entry bad too, which it is.
        whole = _DIGEST.fullmatch(entry.sha256) and _DIGEST.fullmatch(entry.sm3)
        self.head = Head(entry.seq, entry.sha256, entry.sm3) if whole else Head(entry.seq, "0" * 64, "0" * 64)
        self.heads[entry.seq] = self.head
        if leaf is not None:
            self.personal[entry.seq] = leaf["personal"]
            self.number = self.number or str(leaf["public"].get("number", "") if entry.seq == 1 else "")

    def wrong_openings(self, openings: Iterable[Opened]) -> Iterator[Fault]:
        for opening in openings:
            place = f"第 {opening.seq} 条「{path_in_words(opening.path, self.words)}」"
            promised = self.personal.get(opening.seq, {}).get(opening.path)
            if opening.case != self.case or promised is None:
                yield Fault(opening.seq, "opening", f"{place}的明文在记录里没有对应的承诺，不属于这条记录。")
            elif not _opens(opening, promised):
                self.told.add((opening.seq, opening.path))
                yield Fault(opening.seq, "opening", f"{place}的明文或盐值与承诺不符：被改动过。")
            else:
                self.told.add((opening.seq, opening.path))
                self.opened.add((opening.seq, opening.path))

    def _fault(self, seq: int, kind: str, sentence: str) -> None:
        self.faults.append(Fault(seq, kind, sentence))


def path_in_words(path: str, words: Mapping[str, str]) -> str:
    """What people call it; where nobody has a word for it, what kind of thing it is, and the name that the file has."""
    found = words.get(path) or PATHS.get(path)
    if found:
        return found
    part = next((said for start, said in _PARTS.items() if path.startswith(start)), "一项内容")
    return f"{part}（文件里的名称 {path}）"


def _opens(opening: Opened, promised: str) -> bool:
    # Lower-case hex only: otherwise a changed letter of the salt could go unnoticed.
    if not _SALT.fullmatch(opening.salt):
        return False
    try:
        salt = bytes.fromhex(opening.salt)
        return commitment(opening.case, opening.seq, opening.path, salt, opening.value) == promised
    except UnicodeEncodeError:
        return False


def read_leaf(text: str) -> Mapping[str, Any] | None:
    """The leaf as JSON, or None when it is no leaf of this version."""
    try:
        text.encode("utf-8")
        leaf = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(leaf, dict) or leaf.keys() != LEAF_FIELDS or leaf["v"] != VERSION:
        return None
    whole = isinstance(leaf["personal"], dict) and isinstance(leaf["public"], dict)
    return leaf if whole and all(isinstance(leaf[name], int) for name in ("case", "seq")) else None


@dataclass(frozen=True)
class ExportedEntry:
    case: int
    seq: int
    leaf: str
    sha256: str
    sm3: str


@dataclass(frozen=True)
class ExportedOpening:
    case: int
    seq: int
    path: str
    salt: str
    value: str


@dataclass(frozen=True)
class Export:
    """An export as read: `head` is the exporter's claim, good against a torn file, no proof against the exporter. `words`:
    what its paths are called; nothing is proved by them either."""

    case: int
    entries: tuple[ExportedEntry, ...]
    openings: tuple[ExportedOpening, ...]
    head: Head
    words: Mapping[str, str]


def read_export(text: str) -> Export:
    """Read JSON lines; ValueError with a Chinese sentence that names the line."""
    lines = [line for line in text.split("\n") if line]
    entries: list[ExportedEntry] = []
    openings: list[ExportedOpening] = []
    case, head, words = _read_header(lines[0] if lines else "")
    for number, line in enumerate(lines[1:], start=2):
        row = _json_object(line, number)
        if row.keys() == {"entry"}:
            entries.append(ExportedEntry(**_fields(row["entry"], ExportedEntry, number)))
        elif row.keys() == {"opening"}:
            openings.append(ExportedOpening(**_fields(row["opening"], ExportedOpening, number)))
        else:
            raise ValueError(f"第 {number} 行既不是记录也不是明文，文件被改过或不完整。")
    return Export(case, tuple(entries), tuple(openings), head, words)


def _read_header(line: str) -> tuple[int, Head, Mapping[str, str]]:
    header = _json_object(line, 1)
    words = header.pop("words", {})  # older exports have none
    whole = isinstance(words, dict) and all(isinstance(one, str) for one in words.values())
    if header.keys() != {"format", "v", "case", "head"} or header["format"] != FORMAT or not whole:
        raise ValueError("第 1 行不是街程台账导出文件的文件头。")
    if header["v"] != VERSION or type(header["case"]) is not int:
        raise ValueError(f"文件头的版本是 {header['v']}，本核验器只认第 {VERSION} 版。")
    return header["case"], Head(**_fields(header["head"], Head, 1)), words


def _json_object(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise ValueError(f"第 {number} 行读不懂，文件被改过或不完整。")
    return row


def _fields(value: object, kind: type, number: int) -> dict[str, Any]:
    names: Mapping[str, object] = kind.__dataclass_fields__  # type: ignore[attr-defined]
    numbers = {"case", "seq"}
    if not isinstance(value, dict) or value.keys() != names.keys():
        raise ValueError(f"第 {number} 行的字段不全或多余。")
    if any(type(item) is not (int if name in numbers else str) for name, item in value.items()):
        raise ValueError(f"第 {number} 行有字段的类型不对。")
    return value


def check_export(text: str, expected_head: Head | None = None) -> Verdict:
    """Check an exported file as a whole; its own claimed head counts when no better one is given."""
    export = read_export(text)
    verdict = check(export.case, export.entries, export.openings, expected_head or export.head, export.words)
    return verdict if expected_head else _without_anchor(verdict)


def _without_anchor(verdict: Verdict) -> Verdict:
    # The file's own head proves nothing about the exporter: the sentence must not speak of a given head.
    return Verdict(**{**verdict.__dict__, "anchored": None})


def main(arguments: Sequence[str]) -> int:
    """0: nothing found; 1: faults; 2: the file or the call cannot be read."""
    write = sys.stdout.write
    if len(arguments) not in (1, 2):
        write("用法：python3 本程序 导出文件.jsonl [链头，写作 序号:sha256:sm3]\n")
        return 2
    if not has_native_sm3():
        write("本机 Python 的 OpenSSL 不带 SM3，改用本文件自带的 SM3 实现，结果相同，只是慢些。\n")
    try:
        with open(arguments[0], encoding="utf-8", newline="") as file:
            text = file.read()
        verdict = check_export(text, _head_argument(arguments[1]) if len(arguments) > 1 else None)
    except (OSError, ValueError) as error:
        write(f"无法核验：{error}\n")
        return 2
    for fault in verdict.faults:
        write(f"{KINDS[fault.kind]}：{fault.sentence}\n")
    write(f"{'通过' if verdict.ok else '不通过'}：{verdict.sentence}\n")
    write(f"链头：{verdict.head.seq}:{verdict.head.sha256}:{verdict.head.sm3}\n")
    return 0 if verdict.ok else 1


def _head_argument(text: str) -> Head:
    parts = text.split(":")
    if len(parts) != 3 or not parts[0].isdigit() or not all(_DIGEST.fullmatch(part) for part in parts[1:]):
        raise ValueError("链头要写作 序号:sha256:sm3，例如 12:ab…:cd…。")
    return Head(int(parts[0]), parts[1], parts[2])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
