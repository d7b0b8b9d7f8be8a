from engine_drawing import Case, Drawing, message, timer


def loan():
    inner = (
        Drawing(startEvent="ss", eventBasedGateway="eg", endEvent="se")
        .node("intermediateCatchEvent", "back", message("m_ask"))
        .node("intermediateCatchEvent", "renew", message("m_recall"))
        .chain("ss", "eg", "back", "se")
        .chain("eg", "renew", "se")
    )
    return (
        Drawing(
            startEvent="s",
            userTask="apply review late_note remind overdue close",
            endEvent="e refused",
            exclusiveGateway="g again",
            intermediateThrowEvent="noted",
            sendTask="tell",
        )
        .rule("limits", "limit")
        .node("subProcess", "on_loan", inner.body())
        .boundary("on_loan", "soon", timer("=soon", "timeDate"), interrupting=False)
        .boundary("on_loan", "over", timer("=due", "timeDate"))
        .boundary("review", "slow", timer("P3D"), interrupting=False)
        .chain("s", "apply", "limits", "review", "g")
        .flow("g", "refused", 'outcome = "no"')
        .flow("g", "apply", 'outcome = "return"')
        .flow("g", "tell", default=True)
        .chain("tell", "noted", "on_loan", "again")
        .flow("again", "on_loan", "renewed = true")
        .flow("again", "close", default=True)
        .chain("close", "e")
        .chain("slow", "late_note", "e")
        .chain("soon", "remind", "e")
        .chain("over", "overdue", "e")
    )


def test_loan_runs():
    c = Case(loan(), {"soon": "2026-06-01", "due": "2026-07-01"}, {"limits": lambda v: {"days": 30}})
    assert c.open == ["apply"]
    c.do("apply")
    assert c.open == ["review", "slow"] and c.variables["limit"] == {"days": 30}
    c.fire("slow")
    assert c.open == ["late_note", "review"]
    c.do("review", outcome="return")
    assert c.open == ["apply", "late_note"]
    c.do("apply").do("late_note").do("review", outcome="yes")
    assert c.open == ["eg", "over", "soon"], c.open
    assert c.subscription("soon") == ("timeDate", "2026-06-01")
    c.fire("soon")
    assert c.open == ["eg", "over", "remind"]
    c.fire("renew", renewed=True, soon="2026-08-01", due="2026-09-01")
    assert c.open == ["eg", "over", "remind", "soon"]
    assert c.subscription("over") == ("timeDate", "2026-09-01")
    c.fire("over")
    assert c.open == ["overdue", "remind"]
    c.do("remind").do("overdue")
    assert c.done
