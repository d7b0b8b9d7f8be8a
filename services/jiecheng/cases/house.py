"""The house a command works in: database, clock, and what is read once and kept (releases, organisation, calendar).

A `Tx` is one transaction with all of that at hand; every command takes one and is over when it commits.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Generic, TypeVar

from jiecheng import calendar, definitions, directory, store
from jiecheng.cases.deployed import Deployed, load_release
from jiecheng.cases.vault import Vault
from jiecheng.definitions.picture import Drawing
from jiecheng.model.ids import CaseId, ProcessId, ReleaseHash
from jiecheng.model.register import Register
from jiecheng.scanner import Scanner

BEIJING = calendar.SHANGHAI
RECENT_CASES = 2_000  # some kilobytes each
RECENT_PICTURES = 100
Key = TypeVar("Key")
Kept = TypeVar("Kept")
# Where the page build puts the open fonts that letters are set in.
FONTS = Path(__file__).parents[1] / "web" / "static" / "fonts"


class Recent(Generic[Key, Kept]):
    """The last so many values that were asked for. Threads share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, otherwise: Kept) -> Kept:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key, otherwise)

    def put(self, key: Key, value: Kept) -> None:
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


class House:
    """One per process. Threads share it; what it keeps is immutable and replaced whole."""

    def __init__(
        self,
        url: str,
        clock: store.Clock = store.utc_now,
        *,
        pool: int = 10,
        fonts: Path = FONTS,
        vault: Vault | None = None,
    ) -> None:
        self.clock = clock
        self.vault = vault or Vault()
        self.scanner: Scanner | None = None  # set at assembly, where the installation has one
        self.fonts = fonts
        self.database = store.Database(url, pool=pool)
        # Case -> the elements it passed, and up to which event: a picture need not read the whole history again.
        self.passed: Recent[CaseId, tuple[frozenset[str], int]] = Recent(RECENT_CASES)
        # Case -> how many lines its timeline has, and up to which event.
        self.lines: Recent[CaseId, tuple[int, int]] = Recent(RECENT_CASES)
        # Release, states of elements, walked flows -> the drawing: tens of milliseconds and tens of kilobytes each.
        self.pictures: Recent[tuple[ReleaseHash, frozenset[tuple[str, str]], frozenset[str]], Drawing | None] = Recent(
            RECENT_PICTURES
        )
        self._releases: dict[ReleaseHash, Deployed] = {}
        self._directory: tuple[int, directory.Index] | None = None
        self._registers: tuple[int, Mapping[str, Register]] | None = None
        self._calendar: tuple[int, calendar.Calendar] | None = None
        self.days_ahead: tuple[calendar.Calendar, date, tuple[str, ...]] | None = None  # the working days after a day
        self._lock = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        with self.database.transaction(self.clock) as open_transaction:
            yield Tx(self, open_transaction)

    def close(self) -> None:
        self.database.dispose()

    def release(self, db: store.Transaction, release: ReleaseHash) -> Deployed:
        """The release, parsed once in this process. Releases are immutable, so nothing here grows stale."""
        found = self._releases.get(release)
        if found is None:
            loaded = load_release(store.release.get(db, release))
            with self._lock:
                found = self._releases.setdefault(release, loaded)
        return found

    def organisation(self, db: store.Transaction) -> directory.Index:
        version = store.directory.version(db)
        kept = self._directory
        if kept is None or kept[0] != version:
            kept = (version, directory.index(store.directory.load(db)))
            self._directory = kept
        return kept[1]

    def registers(self, db: store.Transaction) -> Mapping[str, Register]:
        revisions = store.register.revisions(db)
        kept = self._registers
        if kept is None or kept[0] != revisions:
            kept = (revisions, definitions.registers_of(store.register.definitions(db))[0])
            self._registers = kept
        return kept[1]

    def working_days(self, db: store.Transaction) -> calendar.Calendar:
        version = store.calendar.version(db)
        kept = self._calendar
        if kept is None or kept[0] != version:
            kept = (version, _calendar_of(store.calendar.load(db), store.calendar.load_local(db)))
            self._calendar = kept
        return kept[1]

    def forget_calendar(self) -> None:
        self._calendar = None


def _calendar_of(
    published: Sequence[store.calendar.DayRow], local: Sequence[store.calendar.LocalRow]
) -> calendar.Calendar:
    """What the district decided for itself lies over what was published."""
    return calendar.calendar_of(
        (calendar.Day(day, working, calendar.DayStatus(status), name) for day, working, status, name in published),
        (calendar.Day(day, working, name=name) for day, working, name in local),
    )


@dataclass(slots=True)
class Tx:
    """One transaction in the house. `db` goes to `store`; everything in it happens at the one moment `now`."""

    house: House
    db: store.Transaction
    _organisation: directory.Index | None = None
    _today: date | None = None

    @property
    def now(self) -> datetime:
        return self.db.now

    @property
    def today(self) -> date:
        """The day it is in Beijing."""
        if self._today is None:
            self._today = self.db.now.astimezone(BEIJING).date()
        return self._today

    @property
    def organisation(self) -> directory.Index:
        # One look at the version per transaction: a command sees one organisation from beginning to end.
        if self._organisation is None:
            self._organisation = self.house.organisation(self.db)
        return self._organisation

    @property
    def working_days(self) -> calendar.Calendar:
        return self.house.working_days(self.db)

    def release(self, release: ReleaseHash) -> Deployed:
        return self.house.release(self.db, release)

    def latest_releases(self) -> Mapping[ProcessId, ReleaseHash]:
        return store.release.latest_hashes(self.db)

    @property
    def registers(self) -> Mapping[str, Register]:
        """How the registers of this deployment are described, in the order of their names."""
        return self.house.registers(self.db)

    @property
    def profile(self) -> str:
        """The city's policy that holds in this deployment."""
        return store.setting.get(self.db, "profile", "静安")
