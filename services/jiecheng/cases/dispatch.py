"""What leaves the house about a notice: short words without any content of a case, owed once, sent at least once.

Owns whom it is for, what it says and what becomes of a failure; how it is carried is `channels`. What went out is done in
the outbox and is not sent a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiecheng import calendar, channels, outbox, store
from jiecheng.cases.accounts import identities_of
from jiecheng.cases.channel import CHANNELS, DIGEST, MAIL, NOW, PUBLIC_ADDRESS, choice_of, offered
from jiecheng.cases.house import House, Tx
from jiecheng.model.ids import CaseId, IdentityId, PersonId
from jiecheng.store.incident import Trouble
from jiecheng.store.outbox import OutboxRow

LEASE = timedelta(minutes=2)  # longer than any channel waits for its server
_SUBJECT = "街程提醒"


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as it was put on somebody's page: the key of the debt, who, about which case."""

    key: str
    identity: IdentityId
    case: CaseId | None


@dataclass(frozen=True, slots=True)
class _Carried:
    mail: channels.Mail | None
    robot: channels.Robot | None
    to: str
    parcel: channels.Parcel


def tell_outside(tx: Tx, told: Iterable[Told]) -> None:
    """Owe what people want to hear at once. Where no channel is open this asks nothing of the database."""
    open_now = offered(tx)
    if not open_now:
        return
    rows = list(told)
    numbers = store.dispatch.numbers_of(tx.db, {one.case for one in rows if one.case is not None})
    for one in rows:
        person = _person(tx, one.identity)
        if person is None:
            continue
        choice = choice_of(tx, person)
        ways = choice.channels_for(NOW, topic_of(one.key)) & open_now.keys()
        due = calendar.next_office_hour(tx.working_days, tx.now) if choice.quiet else tx.now
        for way in sorted(ways):
            if due > tx.now:
                # One word in the morning for all that came in the evening.
                _owe(tx, f"quiet:{due.date().isoformat()}:{person}:{way}", way, person, "下班以后您有新的提醒", due)
            else:
                about = f"：{numbers[one.case]}" if one.case is not None else ""
                _owe(tx, f"{one.key}:{person}:{way}", way, person, f"您有 1 件事项需要查看{about}", due)


def tell_digest(tx: Tx, open_items: dict[PersonId, tuple[int, int]]) -> int:
    """Owe the morning's one word to whoever wants it. `open_items`: person -> open items, overdue ones."""
    open_now = offered(tx)
    if not open_now:
        return 0
    unread: dict[PersonId, int] = {}
    for identity, number in store.dispatch.unread_since(tx.db, tx.now - timedelta(days=1)).items():
        person = _person(tx, identity)
        if person is not None:
            unread[person] = unread.get(person, 0) + number
    owed = 0
    for person in {**open_items, **unread}:
        ways = choice_of(tx, person).channels_for(DIGEST) & open_now.keys()
        items, overdue = open_items.get(person, (0, 0))
        late = f"，其中超期 {overdue} 件" if overdue else ""
        fresh = f"；一天来的新通知 {unread[person]} 条" if person in unread else ""
        for way in sorted(ways):
            _owe(
                tx,
                f"digest:{tx.today.isoformat()}:{person}:{way}",
                way,
                person,
                f"今日待办 {items} 件{late}{fresh}",
                tx.now,
            )
            owed += 1
    return owed


def topic_of(key: str) -> str:
    """What kind of notice a debt is, from its key: reminder:17, urge:5:…, anything else."""
    kind = key.partition(":")[0]
    return kind if kind in ("reminder", "urge") else "other"


def send(house: House, entry: int, owner: str) -> None:
    """Carry one. Raises NotSent; when it returns, it is done and stays done."""
    with house.transaction() as tx:
        row = store.outbox.lock(tx.db, entry)
        # A worker that slept through its lease finds it in other hands, or done.
        if row is None or not store.dispatch.keep(tx.db, entry, owner, LEASE):
            return
        carried = _carried(tx, row)
        if isinstance(carried, str):
            store.dispatch.drop(tx.db, entry, owner, carried)
            return
    if carried.mail is not None:
        channels.send_mail(carried.mail, carried.to, carried.parcel)
    elif carried.robot is not None:
        channels.send_robot(carried.robot, carried.parcel)
    with house.transaction() as tx:
        store.outbox.finish(tx.db, entry, owner)


def give_back(house: House, entry: int, owner: str, why: channels.NotSent) -> None:
    """For later; a trial and a refused address are not tried again, and one incident stands for a channel that is down."""
    with house.transaction() as tx:
        row = store.outbox.lock(tx.db, entry)
        if row is None or row.state != "leased":
            return
        trial = bool(row.payload.get("trial"))
        again = None if trial or why.final else outbox.retry_at(row.attempts, tx.now)
        store.outbox.postpone(tx.db, entry, owner, why.message, again)
        if again is not None or trial:
            return
        name = str(row.payload["channel"])
        if why.final:
            _tell_refused(tx, row, why.message)
        elif not any(one.kind == "channel" and one.subject == _number(name) for one in store.incident.list_open(tx.db)):
            message = (
                f"{CHANNELS[name]}通道连续 {row.attempts} 次没有发出，已停止：{why.message}"
                "请系统管理员在“提醒通道”里核对、试发，再重试。"
            )
            store.incident.add(tx.db, None, Trouble("channel", _number(name), "", message))


def send_some(house: House, owner: str, limit: int) -> int:
    """Claim and carry; how many were looked at. When a channel cannot be reached, the rest of it waits its turn."""
    with house.transaction() as tx:
        entries = store.dispatch.claim(tx.db, owner, limit, LEASE)
        ways = {entry: _way(tx, entry) for entry in entries}
    down: dict[str, channels.NotSent] = {}
    for entry in entries:
        try:
            if ways[entry] in down:
                raise down[ways[entry]]
            send(house, entry, owner)
        except channels.NotSent as why:
            if not why.final:
                down[ways[entry]] = why
            give_back(house, entry, owner, why)
    return len(entries)


def revive(tx: Tx, number: int) -> str:
    """All of a channel that was given up, from its incident."""
    found = store.dispatch.revive(tx.db, list(CHANNELS)[number])
    return f"已重新排队 {found} 条提醒，几秒内再次发送。"


def _owe(tx: Tx, key: str, way: str, person: PersonId, words: str, due: datetime) -> None:
    address = store.setting.get(tx.db, PUBLIC_ADDRESS)
    who = f"{tx.organisation.directory.persons[person].name}：" if way != MAIL else ""
    where = f"请登录街程查看：{address}/inbox" if address else "请登录街程查看。"
    payload = {"channel": way, "person": person, "subject": _SUBJECT, "text": f"{who}{words}。{where}"}
    store.outbox.owe(tx.db, key=key, kind=outbox.DISPATCH, case=None, payload=payload, due_at=due)


def _carried(tx: Tx, row: OutboxRow) -> _Carried | str:
    """How this one is carried as things stand now; else why nobody wants it any more."""
    name, person = str(row.payload["channel"]), PersonId(str(row.payload["person"]))
    found = store.channel.every(tx.db).get(name)
    if found is None or not found.enabled:
        return "通道已停用。"
    choice = choice_of(tx, person)
    trial = bool(row.payload.get("trial"))
    if not trial and name not in choice.via:
        return "本人已改为不用这个通道。"
    parcel = channels.Parcel(row.key, str(row.payload["subject"]), str(row.payload["text"]))
    secret = tx.house.vault.unseal(found.secret)
    if found.secret and not secret:
        raise channels.NotSent(
            "保存的密码打不开：流程执行的 JIECHENG_SECRET_KEY 和保存时的不一样。请核对，或重新填写密码。"
        )
    if name != MAIL:
        return _Carried(None, channels.Robot(name, secret), "", parcel)
    known = found.settings
    mail = channels.Mail(
        known["host"], int(known["port"]), known["security"], known["sender"], known["user"], secret, known["trusted"]
    )
    return _Carried(mail, None, str(row.payload["to"]) if trial else choice.mail, parcel)


def _tell_refused(tx: Tx, row: OutboxRow, why: str) -> None:
    held = identities_of(tx, PersonId(str(row.payload["person"])))
    for identity in held[:1]:
        text = f"外发提醒没有送到：{why}请在“提醒方式”里改正。"
        store.notice.add(tx.db, key=f"refused:{row.id}", identity=identity, case=None, text=text)


def _person(tx: Tx, identity: IdentityId) -> PersonId | None:
    found = tx.organisation.directory.identities.get(identity)
    return found.person if found else None


def _way(tx: Tx, entry: int) -> str:
    row = store.outbox.lock(tx.db, entry)
    return str(row.payload["channel"]) if row else ""


def _number(name: str) -> int:
    return list(CHANNELS).index(name)


def people_with_work(tx: Tx) -> dict[PersonId, tuple[Sequence[IdentityId], int, int]]:
    """Person -> identities with open items, items, overdue ones."""
    found: dict[PersonId, tuple[Sequence[IdentityId], int, int]] = {}
    for identity, items, overdue in store.work_item.open_counts(tx.db):
        person = _person(tx, identity)
        if person is not None:
            before = found.get(person, ((), 0, 0))
            found[person] = ((*before[0], identity), before[1] + items, before[2] + overdue)
    return found
