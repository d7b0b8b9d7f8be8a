"""A register (台账、清单) as it is described: its columns, its tabs, what the public may see. Rows are written by processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

EFFECTIVE = "effective_from"


class ColumnKind(StrEnum):
    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    LINK = "link"
    ID = "id"  # of an organ or a person: for rules and compartments, shown to nobody


@dataclass(frozen=True, slots=True)
class Column:
    """`personal`: says something about a person, never published; `public`: published with the register."""

    key: str
    title: str
    kind: ColumnKind = ColumnKind.TEXT
    public: bool = True
    personal: bool = False

    @property
    def shown(self) -> bool:
        return self.kind is not ColumnKind.ID


@dataclass(frozen=True, slots=True)
class Tab:
    """`statuses`: any of them, all when empty. `within_days`: only rows whose deadline lies before so many days from now."""

    label: str
    statuses: tuple[str, ...] = ()
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """How many rows of each category a document counts; holds in its `profiles`, everywhere when there are none."""

    counts: Mapping[str, int]
    basis: str = ""
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """`subject`: the column that names a row in sentences. `deadline`: the date column that can be overdue, until column
    `settled` is filled. `in_force`: statuses that count and that a version holds, all when empty. `pending`: statuses
    in which a row is decided and does not hold yet."""

    name: str
    title: str
    columns: Mapping[str, Column]
    tabs: Mapping[str, Tab]
    public: bool = False
    versioned: bool = False
    note: str = ""
    subject: str = ""
    deadline: str = ""
    settled: str = ""
    category: str = ""
    expected: Expected | None = None
    in_force: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    content: Mapping[str, object] = field(default_factory=dict, compare=False)  # as written, for the record

    @property
    def headings(self) -> Mapping[str, str]:
        """The columns that people see: key -> heading."""
        return {key: column.title for key, column in self.columns.items() if column.shown}

    def shown_value(self, status: str, key: str, value: object) -> object:
        """A value as its row may show it: the day from which a row shall hold is not one from which it holds."""
        if key != EFFECTIVE or status not in self.pending or not value:
            return value
        return f"尚未生效（拟 {value}）"

    @property
    def published(self) -> tuple[Column, ...]:
        """What a version keeps: nothing personal, and of a public register nothing that is not public."""
        return tuple(
            column
            for column in self.columns.values()
            if not column.personal and (column.public or not self.public) and column.shown
        )
