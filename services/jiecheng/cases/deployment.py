"""Makes a database ready for work: releases from the folders, working days, the demo district and its accounts.

Everything here may run at every start: what is there already stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jiecheng import calendar, definitions, directory, store
from jiecheng.cases.accounts import hash_password
from jiecheng.cases.house import House, Tx
from jiecheng.cases.profile import choose_profile
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.cases.search import fill_missing
from jiecheng.model.directory import Directory
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.ids import PersonId
from jiecheng.model.register import Register
from jiecheng.model.release import Bundle

DEMO_PASSWORD = "jiecheng-demo"  # noqa: S105 - the demo's password is printed at every start
_TABLES = ("organs", "relations", "posts", "persons", "identities", "bodies")
DISTRICT = Path("infra/demo/district")
GATE_REPORT = Path("build/gate.json")  # written by `make test`
_CALENDAR_YEARS = range(2020, 2028)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    account: str
    password: str
    name: str
    title: str
    on_tour: bool = False


def prepare(url: str, root: Path, demo: bool, profile: str = "") -> Sequence[DemoAccount]:
    """Deploy the folders under `root`; with `demo` also the demo district, when the organisation is empty.
    `profile`: the city's policy to follow from now on, "" for the one in force.

    Returns the accounts to print. Raises Invalid with findings when a folder holds something that must not run.
    """
    house = House(url, pool=2)
    try:
        with house.transaction() as tx:
            fill_calendar(tx)
            if profile:
                choose_profile(tx, profile)
            gates = folder_gates(root)
            define_registers(tx, root)
            for bundle in read_bundles(root):
                gate = gates.get(definitions.bundle_hash(bundle), {})
                deploy_release(tx, bundle, Publication("folders", gate))
            if demo and not store.account.has_accounts(tx.db):
                load_district(tx, root / DISTRICT)
            accounts = demo_accounts(tx, root / DISTRICT) if demo else ()
        fill_missing(house)
        return accounts
    finally:
        house.close()


def folder_gates(root: Path) -> Mapping[str, Mapping[str, object]]:
    """Content hash -> the gate report that the last whole run of the scenarios in these folders left behind."""
    try:
        found = json.loads((root / GATE_REPORT).read_text("utf-8"))
        return {
            one["content"]: {
                "passed": True,
                "content": one["content"],
                "sentence": one["sentence"],
                "scenario_count": one["scenarios"],
                "finished_at": found["finished_at"],
            }
            for one in found["processes"]
            if all(one["outcomes"].values()) and not one["missing"] and not one["missing_rows"]
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def define_registers(tx: Tx, root: Path) -> None:
    """Take over bpmn/registers.yaml: what has changed becomes the next description of its register, the old ones stay."""
    registers, wrong = read_registers(root)
    if wrong:
        raise Invalid(wrong[0].message, findings=wrong)
    known = store.register.definitions(tx.db)
    for register in registers.values():
        # Compared as text: the order of the columns counts.
        if json.dumps(known.get(register.name)) != json.dumps(register.content):
            store.register.define(tx.db, register.name, register.content, "folders")


def read_registers(root: Path) -> tuple[Mapping[str, Register], Sequence[Finding]]:
    file = root / definitions.REGISTERS
    return definitions.read_registers(file.read_text("utf-8") if file.is_file() else "")


def read_bundles(root: Path) -> Sequence[Bundle]:
    """One bundle per folder under bpmn/."""
    clauses, wrong = definitions.read_clauses((root / "bpmn" / "clauses.yaml").read_text("utf-8"))
    if wrong:
        raise Invalid(wrong[0].message, findings=wrong)
    return [
        definitions.read_bundle(
            folder.name,
            _texts(folder, (".bpmn", ".dmn")),
            _texts(root / "forms" / folder.name, (".form", ".letter")),
            _texts(root / "features" / folder.name, (".feature",)),
            clauses,
        )
        for folder in sorted((root / "bpmn").iterdir())
        if folder.is_dir()
    ]


def fill_calendar(tx: Tx) -> None:
    if store.calendar.is_empty(tx.db):
        for year in _CALENDAR_YEARS:
            days = calendar.official_days(year)
            store.calendar.add(tx.db, [(day.date, day.working, day.status, day.name) for day in days])
        tx.house.forget_calendar()


def read_directory(folder: Path) -> Directory:
    """The organisation in a folder of CSV or XLSX files. Raises Invalid with row-exact findings."""
    return directory.read_tables({f"{name}.csv": rows for name in _TABLES if (rows := _rows(folder, name)) is not None})


def load_district(tx: Tx, folder: Path) -> None:
    """The fictional district: organisation, roles, and an account with the demo password for whoever logs in."""
    known = read_directory(folder)
    store.directory.replace(tx.db, known)
    # One hash for all: thirty accounts at 50 ms each would be seconds of the first start, for one public password.
    secret = hash_password(DEMO_PASSWORD)
    people = {person.account: person.id for person in known.persons.values() if person.account}
    for account, person in people.items():
        store.account.put_account(tx.db, account, PersonId(person), secret)
    rows = _rows(folder, "roles")
    if rows is not None:
        for account, roles in directory.read_roles(rows, known).items():
            store.account.put_roles(tx.db, people[account], roles)


def demo_accounts(tx: Tx, district: Path) -> Sequence[DemoAccount]:
    """All demo accounts: first those of the tour, in its order and with what to do there, then everybody else."""
    index = tx.organisation
    known = index.directory
    tour = {row["account"]: row["what"] for _, row in _rows(district, "tour") or ()}
    found = []
    for person in known.persons.values():
        if not person.account or store.account.account(tx.db, person.account) is None:
            continue
        posts = [index.title(one) for one in index.identities_of_person.get(person.id, ())]
        roles = sorted(store.account.roles(tx.db, person.id))
        title = tour.get(person.account) or "、".join([*roles, *posts])
        found.append(DemoAccount(person.account, DEMO_PASSWORD, person.name, title, person.account in tour))
    order = {account: place for place, account in enumerate(tour)}
    return sorted(found, key=lambda one: order.get(one.account, len(order)))


def _texts(folder: Path, endings: tuple[str, ...]) -> Mapping[str, str]:
    if not folder.is_dir():
        return {}
    return {file.name: file.read_text("utf-8") for file in sorted(folder.iterdir()) if file.name.endswith(endings)}


def _rows(folder: Path, name: str) -> directory.Rows | None:
    for ending, parse in ((".csv", directory.parse_csv), (".xlsx", directory.parse_xlsx)):
        file = folder / f"{name}{ending}"
        if file.is_file():
            return parse(file.read_bytes())
    return None
