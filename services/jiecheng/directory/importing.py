"""Tables as a `Directory`: every fault of every row is collected, none is guessed away, and all or nothing comes out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from jiecheng.directory.lookup import STREET_OFFICE_KINDS, STREET_PARTY_KINDS
from jiecheng.directory.rows import COLUMNS, NOUNS, Book, Row
from jiecheng.directory.tables import Rows
from jiecheng.model.actor import Role
from jiecheng.model.directory import (
    Directory,
    Identity,
    Level,
    MeetingBody,
    Organ,
    OrganKind,
    Person,
    Post,
    Relation,
)
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import BodyId, IdentityId, OrganId, PersonId, PostId

RELATION_KINDS = ("派出", "驻在", "业务指导", "党组织隶属", "考核", "编制")
AGENCY_CLASSES = ("垂管", "部门派驻", "街镇所属", "窗口进驻")
SEPARATED_ROLES = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.SECURITY_AUDITOR})


def read_tables(tables: Mapping[str, Rows]) -> Directory:
    """The directory of organs.csv, posts.csv, persons.csv, identities.csv and, where given, relations.csv, bodies.csv.

    Invalid with one finding per fault: place "identities.csv:17:person", and a sentence that names file, row, column.
    """
    book = Book()
    for name in ("organs.csv", "posts.csv", "persons.csv", "identities.csv"):
        if name not in tables:
            book.fault(name, 1, "", "missing", f"缺少 {name}。")
    rows = {name: list(book.rows(name, tables[name])) for name in COLUMNS if name in tables and name != "roles.csv"}
    book.ids = {name: frozenset(row.cells.get("id", "") for row in rows.get(name, ())) for name in NOUNS}
    directory = _build(rows)
    _check_streets(rows.get("organs.csv", ()))
    _check_circles(rows.get("organs.csv", ()), directory)
    _check_accounts(rows.get("persons.csv", ()))
    if book.findings:
        raise Invalid(f"组织机构表有 {len(book.findings)} 处错误，没有导入任何内容。", findings=book.findings)
    return directory


def read_roles(rows: Rows, directory: Directory) -> Mapping[str, frozenset[Role]]:
    """Roles per account from roles.csv; the three separated administrators never share an account."""
    book = Book()
    accounts = {person.account for person in directory.persons.values() if person.account}
    held: dict[str, set[Role]] = {}
    for row in book.rows("roles.csv", rows):
        account, role = row.text("account"), row.choice("role", Role)
        if account and account not in accounts:
            row.fault("account", "unknown", f"没有账号为 {account} 的人员")
        mine = held.setdefault(account, set())
        if role in SEPARATED_ROLES and mine & SEPARATED_ROLES - {role}:
            row.fault("role", "separated", f"{role} 与同一账号的 {'、'.join(mine & SEPARATED_ROLES)} 不能兼任")
        mine.add(role)
    if book.findings:
        raise Invalid(f"角色表有 {len(book.findings)} 处错误，没有导入任何内容。", findings=book.findings)
    return {account: frozenset(roles) for account, roles in held.items()}


def _build(rows: Mapping[str, list[Row]]) -> Directory:
    organs = [_organ(row) for row in rows.get("organs.csv", ())]
    posts = [_post(row) for row in rows.get("posts.csv", ())]
    identities = [_identity(row) for row in rows.get("identities.csv", ())]
    bodies = [_body(row) for row in rows.get("bodies.csv", ())]
    persons = [_person(row) for row in rows.get("persons.csv", ())]
    return Directory(
        organs={organ.id: organ for organ in organs},
        relations=tuple(_relation(row) for row in rows.get("relations.csv", ())),
        posts={post.id: post for post in posts},
        persons={person.id: person for person in persons},
        identities={identity.id: identity for identity in identities},
        bodies={body.id: body for body in bodies},
    )


def _organ(row: Row) -> Organ:
    first, last = row.days()
    parent = row.reference("parent", "organs.csv", row.optional("parent"))
    return Organ(
        id=OrganId(row.text("id")),
        name=row.text("name"),
        kind=row.choice("kind", OrganKind),
        level=row.choice("level", Level),
        parent=OrganId(parent) if parent else None,
        street=row.optional("street"),
        code_word=row.optional("code_word"),
        agency_class=row.word("agency_class", AGENCY_CLASSES, row.optional("agency_class")),
        valid_from=first,
        valid_to=last,
    )


def _relation(row: Row) -> Relation:
    return Relation(
        row.word("kind", RELATION_KINDS, row.text("kind")),
        OrganId(row.reference("source", "organs.csv", row.text("source"))),
        OrganId(row.reference("target", "organs.csv", row.text("target"))),
        row.optional("weight"),
        *row.days(),
    )


def _post(row: Row) -> Post:
    organ = OrganId(row.reference("organ", "organs.csv", row.text("organ")))
    return Post(PostId(row.text("id")), organ, row.text("name"), row.rank(), *row.days())


def _person(row: Row) -> Person:
    return Person(PersonId(row.text("id")), row.text("name"), row.optional("account"))


def _identity(row: Row) -> Identity:
    return Identity(
        IdentityId(row.text("id")),
        PersonId(row.reference("person", "persons.csv", row.text("person"))),
        PostId(row.reference("post", "posts.csv", row.text("post"))),
        row.yes("main", True),
        row.yes("acting", False),
        *row.days(),
    )


def _body(row: Row) -> MeetingBody:
    members = [code for code in re.split(r"[\s;；、,，]+", row.text("members")) if code]
    return MeetingBody(
        BodyId(row.text("id")),
        OrganId(row.reference("organ", "organs.csv", row.text("organ"))),
        row.text("name"),
        PostId(row.reference("secretary", "posts.csv", row.text("secretary"))),
        tuple(PostId(row.reference("members", "posts.csv", code)) for code in members),
        row.share("quorum"),
        row.share("majority"),
        *row.days(),
    )


def _check_streets(rows: Sequence[Row]) -> None:
    # From the rows, not from the directory: of two rows with one id the directory holds the last.
    kinds: dict[str, set[str]] = {}
    for row in rows:
        kinds.setdefault(row.optional("street"), set()).add(row.optional("kind"))
    reported: set[str] = set()
    for row in rows:
        street = row.optional("street")
        if not street or street in reported:
            continue
        reported.add(street)
        wanted = (("党(工)委", STREET_PARTY_KINDS), ("办事处（镇政府）", STREET_OFFICE_KINDS))
        if missing := [word for word, needed in wanted if not kinds[street] & needed]:
            row.fault("street", "street", f"街镇代码 {street} 下没有{'、'.join(missing)}，请补上或改正代码")


def _check_circles(rows: Iterable[Row], directory: Directory) -> None:
    for row in rows:
        seen: set[OrganId] = set()
        organ = directory.organs.get(OrganId(row.optional("id")))
        while organ and organ.parent and organ.id not in seen:
            seen.add(organ.id)
            organ = directory.organs.get(organ.parent)
        if organ and organ.id in seen and organ.id == row.optional("id"):
            row.fault("parent", "circle", "上级机关绕了一圈又回到自己")


def _check_accounts(rows: Iterable[Row]) -> None:
    listed = list(rows)
    times = Counter(row.optional("account") for row in listed)
    for row in listed:
        account = row.optional("account")
        if account and times[account] > 1:
            row.fault("account", "duplicate", f"账号 {account} 用了 {times[account]} 次，一个账号只属于一个人")
