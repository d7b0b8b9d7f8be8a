"""A made-up district that is large enough: as many streets as the loans need, three people to lend in each.

The rule of the profile lets a street lend three people at a time and a person once in two years, so two hundred loans need
two hundred people of sixty-seven streets.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LENT_AT_ONCE = 3
BUREAUS = ("司法局", "财政局", "住房和建设局", "应急管理局")
HEADS = {
    "organs.csv": "id,name,kind,level,parent,street,code_word,agency_class,valid_from,valid_to",
    "posts.csv": "id,organ,name,rank,valid_from,valid_to",
    "persons.csv": "id,name,account",
    "identities.csv": "id,person,post,main,acting,valid_from,valid_to",
    "bodies.csv": "id,organ,name,secretary,members,quorum,majority,valid_from,valid_to",
    "relations.csv": "kind,source,target,weight,valid_from,valid_to",
    "roles.csv": "account,role",
}
# Of a street's party organ: post, name, rank.
PARTY = (("secretary", "书记", 1), ("deputy", "副书记", 2), ("organization", "组织委员", 3))


@dataclass(frozen=True, slots=True)
class Loan:
    """Who asks, who is asked for, and who has to do with it; accounts, but for the lent person's identity."""

    borrower: str
    lent: str
    lent_identity: str
    section: str
    secretary: str
    organization: str


FILES = "cadres-head"  # the account of the organisation department that files every loan


class District:
    def __init__(self, loans: int) -> None:
        self.rows: dict[str, list[Sequence[object]]] = {name: [] for name in HEADS}
        self.accounts: list[str] = []
        self._organ("district-party", "试验区委", "区委", "区级", "", "", "试委")
        self._organ("district-government", "试验区人民政府", "区政府", "区级", "district-party", "", "试府")
        self._organ("organization-department", "区委组织部", "党委部门", "区级", "district-party", "", "试组")
        self._organ("cadres", "干部科", "内设机构", "区级", "organization-department")
        self._post("cadres-head", "cadres", "干部科科长", 1)
        for number, name in enumerate(BUREAUS):
            self._organ(f"bureau{number}", f"区{name}", "政府部门", "区级", "district-government", "", f"试{number}")
            self._post(f"bureau{number}-personnel", f"bureau{number}", "人事科长", 3)
        self.rows["roles.csv"].append(("cadres-head", "流程负责人"))
        self.loans = [self._loan(number) for number in range(loans)]

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, head in HEADS.items():
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                table = csv.writer(file)
                table.writerow(head.split(","))
                table.writerows(self.rows[name])

    def _loan(self, number: int) -> Loan:
        street, place = divmod(number, LENT_AT_ONCE)
        name = f"street{street}"
        if place == 0:
            self._street(name, f"第{street + 1}街道")
        lent = f"{name}-clerk{place}"
        self._post(lent, f"{name}-community", "科员", 9)
        return Loan(
            borrower=f"bureau{number % len(BUREAUS)}-personnel",
            lent=lent,
            lent_identity=f"i-{lent}",
            section=f"{name}-community-head",
            secretary=f"{name}-general-head",
            organization=f"{name}-organization",
        )

    def _street(self, key: str, name: str) -> None:
        self._organ(f"{key}-party", f"{name}党工委", "街道党工委", "街镇级", "district-party", key, f"{key}工委")
        self._organ(f"{key}-office", f"{name}办事处", "街道办事处", "街镇级", "district-government", key, f"{key}街办")
        self._organ(f"{key}-general", "党政办公室", "内设机构", "街镇级", f"{key}-office", key)
        self._organ(f"{key}-community", "社区管理办公室", "内设机构", "街镇级", f"{key}-office", key)
        for post, title, rank in PARTY:
            self._post(f"{key}-{post}", f"{key}-party", title, rank)
        self._post(f"{key}-general-head", f"{key}-general", "党政办公室主任", 1)
        self._post(f"{key}-community-head", f"{key}-community", "社区管理办公室主任", 1)
        members = ";".join(f"{key}-{post}" for post, _, _ in PARTY)
        body = (f"{key}-meeting", f"{key}-party", "党工委会议", f"{key}-general-head", members, "1/2", "1/2", "", "")
        self.rows["bodies.csv"].append(body)

    def _organ(self, key: str, name: str, kind: str, level: str, parent: str, street: str = "", word: str = "") -> None:
        self.rows["organs.csv"].append((key, name, kind, level, parent, street, word, "", "", ""))

    def _post(self, key: str, organ: str, name: str, rank: int) -> None:
        """A post and the one who holds it, under the same name."""
        self.rows["posts.csv"].append((key, organ, name, rank, "", ""))
        self.rows["persons.csv"].append((f"p-{key}", f"{name}{len(self.accounts)}", key))
        self.rows["identities.csv"].append((f"i-{key}", f"p-{key}", key, "是", "", "", ""))
        self.accounts.append(key)
