"""The lists of a working day and their tabs. Keyset pages; a filter is a plain GET, so a list can be bookmarked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import inbox, people
from jiecheng.cases.bulk import bulk_keys
from jiecheng.cases.circulation import count_unread
from jiecheng.cases.house import Tx
from jiecheng.cases.own_drafts import discard_draft, list_drafts
from jiecheng.cases.preference import DENSITIES, PLACES, Look, list_filters, look_of
from jiecheng.cases.question import count_questions
from jiecheng.cases.received import count_unsigned
from jiecheng.cases.supervision_view import SupervisionView, list_duties
from jiecheng.cases.whereabouts import where_now, where_of
from jiecheng.model.ids import IdentityId
from jiecheng.store.work_list import ListFilter, ListRow
from jiecheng.web.posted import PostedForm
from jiecheng.web.visit import Visit, enter

router = APIRouter()
DUE_CHOICES = [("", "全部"), ("overdue", "已超期"), ("today", "今日到期"), ("week", "7 天内到期")]
Columns = Sequence[tuple[str, str]]
OPEN_COLUMNS: Columns = [
    ("title", "标题"), ("step", "办理环节"), ("initiator", "发起人"), ("since", "收到时间"), ("due", "办理期限"),
]  # fmt: skip
DONE_COLUMNS: Columns = [
    ("title", "标题"), ("step", "办理环节"), ("decision", "我的决定"), ("when", "办理时间"), ("state", "后来怎样"),
]  # fmt: skip
STARTED_COLUMNS: Columns = [
    ("title", "标题"), ("state", "状态"), ("where", "现在到哪里"), ("holder", "谁在办"), ("since", "何时收到"),
    ("due", "期限"), ("started", "发起时间"),
]  # fmt: skip


@router.get("/inbox")
def show_open(request: Request, process: str = "", due: str = "", text: str = "", after: str = "") -> Response:
    with enter(request) as visit:
        _foresee_frame(visit)
        page = inbox.list_open(visit.tx, visit.actor, ListFilter(process, due, text.strip()), after)
        counts = inbox.counts(visit.tx, visit.actor)
        waiting = inbox.list_waiting(visit.tx, visit.actor)
        duties = list_duties(visit.tx, visit.actor) if counts.supervisions else ()
        stamp = _stamp(visit, (*page.rows, *waiting), counts, duties)
        if request.headers.get("if-none-match") == stamp:
            return Response(status_code=304, headers={"etag": stamp})
        above = "和".join(name for name, one in (("督办", duties), ("流程草稿", counts.drafts)) if one)
        overdue = f"其中 {counts.overdue} 件已超期。" if counts.overdue else ""
        answer = visit.page(
            "inbox_open.html",
            page=page,
            title={"today": "今日到期", "overdue": "超期"}.get(due, "待办"),
            advice=f"共 {at_most(counts.open)} 件，按办理期限从近到远排列。{overdue}",
            empty=(
                ("没有别的待办", f"除了上面的{above}，现在没有需要您办理的事。有新的待办时，这里会自动出现。")
                if above
                else ("没有待办", "现在没有需要您办理的事。有新的待办时，这里会自动出现。")
            ),
            due_choices=DUE_CHOICES,
            bulk=bulk_keys(visit.tx, page.rows),
            stand_ins=inbox.standing_in_for(visit.tx, visit.actor),
            waiting=waiting,
            duties=duties,
            owed=counts.supervisions,
            drafts=counts.drafts,
            **_frame(visit, OPEN_COLUMNS, due or "open"),
        )
        answer.headers["etag"] = stamp
        return answer


@router.get("/inbox/lent")
def show_lent(
    request: Request, whom: str = "", process: str = "", due: str = "", text: str = "", after: str = ""
) -> Response:
    """我代办的: work of others in whose place this person stands now."""
    with enter(request) as visit:
        page = inbox.list_lent(visit.tx, visit.actor, ListFilter(process, due, text.strip(), whom=whom), after)
        principals = inbox.principals(visit.tx, visit.actor)
        return visit.page(
            "inbox_lent.html",
            page=page,
            title="我代办的",
            advice=f"您正在代{'、'.join(name for _, name in principals)}办理，记录上写两个人的名字。"
            if principals
            else "别人请您代办的事在这里。",
            empty=("没有代办的事", "现在没有人请您代办，或者还没有要办的。"),
            due_choices=DUE_CHOICES,
            principals=principals,
            names=dict(principals),
            bulk=bulk_keys(visit.tx, page.rows),
            **_frame(visit, OPEN_COLUMNS, "lent"),
        )


@router.get("/inbox/done")
def show_decided(request: Request, process: str = "", text: str = "", after: str = "") -> Response:
    with enter(request) as visit:
        page = inbox.list_decided(visit.tx, visit.actor, ListFilter(process=process, text=text.strip()), after)
        return visit.page(
            "inbox_done.html",
            page=page,
            title="已办",
            advice="您办理过的事，最近的在前面；右边看得到办件后来的进展。",
            empty=("还没有办理过", "办理完的待办会出现在这里。"),
            where=where_of(visit.tx, visit.actor, [row.case for row in page.rows]),
            person=lambda identity: people.label(visit.tx, identity).split("（")[0],
            **_frame(visit, DONE_COLUMNS, "done"),
        )


@router.get("/inbox/started")
def show_started(request: Request, text: str = "", after: str = "") -> Response:
    with enter(request) as visit:
        page = inbox.list_started(visit.tx, visit.actor, text.strip(), after)
        shown = _frame(visit, STARTED_COLUMNS, "started")
        return visit.page(
            "inbox_started.html",
            page=page,
            title="我发起",
            advice="您发起的办件，最近的在前面；每件走到哪一步、谁在办，都在这里。",
            empty=("还没有发起过办件", "需要办事时，按右上的“发起办件”。"),
            where=where_now(visit.tx, visit.actor, page.rows),
            **{**shown, "processes": ()},
        )


@router.get("/inbox/drafts")
def show_drafts(request: Request) -> Response:
    with enter(request) as visit:
        rows = list_drafts(visit.tx, visit.actor)
        return visit.page("inbox_drafts.html", rows=rows, tabs=tabs(visit, "drafts"))


@router.post("/inbox/drafts/discard")
def discard(request: Request, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        discard_draft(visit.tx, visit.actor, posted.one("_subject"), IdentityId(posted.one("_holder")))
        return visit.go("/inbox/drafts", "草稿已丢弃。")


@router.get("/notices")
def show_notices(request: Request, after: str = "") -> Response:
    with enter(request) as visit:
        page = inbox.list_notices(visit.tx, visit.actor, after)
        answer = visit.page("notices.html", page=page, query=query_of(request))
        inbox.read_notices(visit.tx, visit.actor)
        return answer


def tabs(visit: Visit, current: str) -> Sequence[tuple[str, str, str, bool]]:
    """Name, address, count in words ("" for none), whether this is the one."""
    counts = inbox.counts(visit.tx, visit.actor)
    unread = counts.unread + count_unsigned(visit.tx, visit.actor) + count_unread(visit.tx, visit.actor)
    drafts = inbox.count_drafts(visit.tx, visit.actor)
    rows: Sequence[tuple[str, str, int, str]] = (
        ("待办", "/inbox", counts.open, "open"), ("今日到期", "/inbox?due=today", counts.today, "today"),
        ("超期", "/inbox?due=overdue", counts.overdue, "overdue"), ("待阅", "/inbox/unread", unread, "unread"),
        ("待答复", "/inbox/questions", count_questions(visit.tx, visit.actor), "questions"),
        ("已办", "/inbox/done", 0, "done"), ("我发起", "/inbox/started", 0, "started"),
        ("草稿", "/inbox/drafts", drafts, "drafts"),
    )  # fmt: skip
    lent = inbox.count_lent(visit.tx, visit.actor)
    if lent or current == "lent" or inbox.principals(visit.tx, visit.actor):
        rows = (rows[0], ("我代办的", "/inbox/lent", lent, "lent"), *rows[1:])
    return [(name, path, at_most(count) if count else "", key == current) for name, path, count, key in rows]


def at_most(count: int) -> str:
    """Nobody counts a list of a hundred thousand for a number beside its name."""
    return str(count) if count < inbox.MOST_COUNTED else f"{inbox.MOST_COUNTED} 以上"


def filters(request: Request, tx: Tx) -> Mapping[str, object]:
    """What the filter row of a list shows."""
    names = process_names(tx)
    return {
        "query": query_of(request),
        "here": request.url.path,
        "processes": sorted(names.items(), key=lambda item: item[1]),
        "process_names": names,
    }


def kept(visit: Visit) -> Mapping[str, object]:
    """What this person keeps of this list: saved conditions, density, hidden columns."""
    place = visit.request.url.path
    look = look_of(visit.tx, visit.actor, place)
    saved = list_filters(visit.tx, visit.actor, place)
    return {"look": look, "saved": saved, "densities": DENSITIES, "keeps": place in PLACES}


def _frame(visit: Visit, columns: Columns, tab: str) -> dict[str, object]:
    """Everything around the rows of a list that has tabs."""
    around = {**filters(visit.request, visit.tx), **kept(visit)}
    look = around["look"]
    assert isinstance(look, Look)
    shown = [(key, label) for key, label in columns if key not in look.hidden]
    return {**around, "all_columns": columns, "columns": shown, "tabs": tabs(visit, tab), "shows": dict(shown)}


def _foresee_frame(visit: Visit) -> None:
    """All that stands around the rows comes with the rows."""
    with visit.tx.db.ahead():
        kept(visit)
        tabs(visit, "open")
        inbox.list_waiting(visit.tx, visit.actor)
        inbox.principals(visit.tx, visit.actor)


def _stamp(visit: Visit, rows: Sequence[ListRow], counts: inbox.Counts, duties: Sequence[SupervisionView]) -> str:
    """Changes when the list, its counts or the way it is looked at do; for a page that asks again by itself."""
    look = look_of(visit.tx, visit.actor, "/inbox")
    seen = (visit.actor.identity, visit.tx.today, look.density, sorted(look.hidden), counts)
    owed = [(row.id, row.state, row.due_at) for row in duties]
    content = (seen, owed, [(row.item, row.state, row.due_at, row.title) for row in rows])
    return f'"{hashlib.sha256(repr(content).encode()).hexdigest()[:24]}"'


def query_of(request: Request) -> Mapping[str, str]:
    return {name: value for name, value in request.query_params.items() if value}


def process_names(tx: Tx) -> Mapping[str, str]:
    """Process id -> name, as the newest release calls it."""
    return {process: tx.release(newest).definition.name for process, newest in tx.latest_releases().items()}
