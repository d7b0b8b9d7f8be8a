"""How the library is used: nothing of it is changed, it sees no Python, and exactly the proven version is installed."""

import sys
from importlib.metadata import version

import pytest
from engine_drawing import Case, Drawing, instances, timer

from jiecheng import engine
from jiecheng.engine.environment import FeelEnvironment
from jiecheng.model.errors import Invalid


def picture():
    found = {}
    for name, module in list(sys.modules.items()):
        if not name.startswith("SpiffWorkflow") or module is None:
            continue
        for key, value in vars(module).items():
            found[name, key] = id(value)
            if isinstance(value, type) and value.__module__.startswith("SpiffWorkflow"):
                for attribute, inner in vars(value).items():
                    if attribute not in ("__dict__", "__weakref__", "__doc__"):
                        found[name, key, attribute] = id(inner)
    return found


def test_no_module_or_class_of_the_library_is_changed_by_running():
    drawing = (
        Drawing(startEvent="s", userTask="late", endEvent="e")
        .node("userTask", "cs", instances())
        .boundary("cs", "t", timer())
        .chain("s", "cs", "e")
        .chain("t", "late", "e")
    )
    before = picture()
    case = Case(drawing, {"approvers": [1, 2]}).do("cs").fire("t").do("late")
    assert case.done
    after = picture()
    assert len(before) > 1_000
    assert [key for key in before if before[key] != after.get(key)] == []


def test_the_proven_version_is_installed():
    # About twenty of its private methods are overridden: run the random suites before raising this.
    assert version("SpiffWorkflow") == "3.2.0"


@pytest.mark.parametrize("text", ["__import__('os').getcwd()", "[x for x in (1,)]", "len(approvers)", "().__class__"])
def test_python_in_a_condition_never_runs(text):
    drawing = (
        Drawing(startEvent="s", exclusiveGateway="g", userTask="a b", endEvent="e")
        .flow("s", "g")
        .flow("g", "a", text)
        .flow("g", "b", default=True)
        .chain("a", "e")
        .chain("b", "e")
    )
    if not engine.findings([drawing.xml()]):
        assert Case(drawing, {"approvers": [1]}).open == ["b"]


def test_scripts_and_services_have_no_way_in():
    environment = FeelEnvironment()
    with pytest.raises(Invalid):
        environment.execute("x = 1", {})
    with pytest.raises(Invalid):
        environment.call_service({})


def test_a_snapshot_of_another_process_is_refused():
    one = Case(Drawing(startEvent="s", userTask="a", endEvent="e").chain("s", "a", "e"))
    other = Case(Drawing(startEvent="s", userTask="b", endEvent="e").chain("s", "b", "e"))
    with pytest.raises(Invalid, match="版本"):
        engine.waits(other.executable, one.snapshot, {})


def test_variables_never_travel_in_the_snapshot():
    case = Case(Drawing(startEvent="s", userTask="a b", endEvent="e").chain("s", "a", "b", "e"), {"big": "x" * 5_000})
    case.do("a", note="secret")
    assert case.size < 600
    assert "secret" not in str(case.snapshot)
