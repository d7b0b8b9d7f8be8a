"""A process as the rest of the house sees it: read from BPMN once per release, never from XML again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jiecheng.model.form import FormUse
from jiecheng.model.ids import ElementId, ProcessId
from jiecheng.model.voting import MeetingRule, Mode, VotingRule

RELEASES_OWN = ProcessId("")  # where a node lies that is drawn in the release's own diagram, and what most nodes call


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who works. `resolver` names one of directory's resolvers; each parameter is FEEL when it begins with "=", else text.

    `exclude` lists FEEL expressions or the words "initiator" and "subject" whose identities never get the work.
    """

    resolver: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeOption:
    """A decision button. `opinion_required`: the person must say why."""

    value: str
    label: str
    opinion_required: bool = False
    style: str = "primary"  # primary | danger | secondary


@dataclass(frozen=True, slots=True)
class Output:
    """After the step: case variable `target` := FEEL `source` over the step's data, the case's variables and directory facts."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Input:
    """The called process starts with variable `target` := `source`, FEEL over the variables around the call activity."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Due:
    """`working_days`: FEEL or a number; `basis`: a clause id or a sentence that says where the limit comes from.

    `supervise`: long after it a supervision opens by itself, with so many working days for the answer.
    """

    working_days: str
    basis: str = ""
    supervise: str = ""


RETURN_INITIATOR, RETURN_PREVIOUS = "initiator", "previous"  # words that stand for a step
RETURN_WAYS = ("step", "direct")


@dataclass(frozen=True, slots=True)
class Returns:
    """Where who holds a step may return it to (退回): step ids and the words above; `back`: the ways it may come back."""

    to: tuple[str, ...]
    back: tuple[str, ...] = ("step",)


SIGNER_WAYS = ("before", "after", "parallel")  # as a diagram writes them
SIGNERS_VOTE = "vote"


@dataclass(frozen=True, slots=True)
class AddSigner:
    """Who holds the step may add signers (加签). `ways`: some of `SIGNER_WAYS`; `within`: organ | street | district;
    `votes`: one added in parallel to a joint step becomes a member of its vote."""

    ways: tuple[str, ...]
    within: str
    votes: bool = False


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """Written when the node is passed: the case's row in `register` gets this status and these columns (FEEL each).

    `key`: FEEL or text that tells several rows of one case apart, e.g. the street.
    """

    register: str
    status: str
    columns: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """A service task that publishes `register` as its next version; `effective`: FEEL for the day it takes effect."""

    register: str
    effective: str


@dataclass(frozen=True, slots=True)
class DocumentUse:
    """The paper a service task issues: its letter, the word in its number, FEEL for the issuing organ's id and for the
    organs that receive it (one or a list)."""

    letter: str
    number_kind: str
    issuer: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Circulate:
    """Who is shown the case when the node is passed: FEEL for people or organs, and for what they are told.

    `post`: of an organ those who hold it, instead of its clerks; `basis`: the rule it rests on.
    """

    to: str
    text: str = ""
    post: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Turns:
    """A sequential multi-instance activity: the variable with its list, and what an instance calls its item."""

    collection: str
    item: str


@dataclass(frozen=True, slots=True)
class InstanceUse:
    """How the instances of a multi-instance activity are told apart: FEEL for a key and for what people call it."""

    key: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Rows a decision may look at: entries of `register` whose column `where` equals FEEL `equals`, bound to `target`."""

    register: str
    where: str
    equals: str
    target: str


@dataclass(frozen=True, slots=True)
class FlowNode:
    """One BPMN flow node. Fields below `lane` are empty where they make no sense for `kind`."""

    id: ElementId
    kind: str  # BPMN's tag: userTask, exclusiveGateway, startEvent …
    name: str
    documentation: str = ""
    lane: str = ""
    scope: ElementId | None = None  # the sub-process around it
    clauses: tuple[str, ...] = ()  # rule ids: jc:clauses="L2 X5"
    event: str = ""  # none | timer | message | signal | error | terminate | …
    attached_to: ElementId | None = None  # boundary events
    interrupting: bool = True
    assignment: Assignment | None = None  # user task: who works; message catch: who may send; send task: who is told
    forms: tuple[FormUse, ...] = ()  # user task, start event, message catch
    mode: Mode = Mode.SINGLE
    meeting: MeetingRule | None = None
    voting: VotingRule | None = None  # several people decide, each with an item of his own; who has a veto says `veto`
    veto: str = ""  # FEEL for the ids of those whose disagreement alone decides, or the word "all"
    result_variable: str = ""  # user task: gets the outcome; business rule task: gets the decision's result
    outcomes: tuple[OutcomeOption, ...] = ()
    inputs: tuple[Input, ...] = ()  # call activity: all the called process gets; its outputs are all that comes back
    outputs: tuple[Output, ...] = ()
    due: Due | None = None
    withdrawable: bool = False  # the applicant may withdraw the case while this waits
    returns: Returns | None = None  # where who holds it may return it to
    transferable: str = ""  # organ | street | district: how far who holds it may hand it on
    retractable: str = ""  # unread | unhandled: how long who decided it may take the decision back (撤回)
    add_signer: AddSigner | None = None  # how who holds it may add signers
    holdable: bool = False  # who holds this step may hold the case (挂起)
    decision: str = ""  # business rule task: DMN decision id
    facts: tuple[Facts, ...] = ()
    message: str = ""  # message name
    notice: str = ""  # send task: FEEL text of the notice
    job: str = ""  # service task: the topic of its work, e.g. issue_document
    document: DocumentUse | None = None  # service task: what it issues
    circulate: Circulate | None = None  # user task, end event: shows the case to readers when it is passed
    publication: Publication | None = None  # service task: which register it publishes
    register_entries: tuple[RegisterEntry, ...] = ()
    several: bool = False  # a multi-instance activity
    turns: Turns | None = None  # its instances come one after the other
    instance: InstanceUse | None = None
    calls: ProcessId = RELEASES_OWN  # call activity: the process it calls
    process: ProcessId = RELEASES_OWN  # the called process it is drawn in, "" for the release's own
    compartment: str = ""  # FEEL for the organ whose people alone read what happens here; inherited by what is inside


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    id: str
    source: ElementId
    target: ElementId
    name: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class CalledProcess:
    """A further diagram of the release: its nodes and flows are among those of the whole."""

    id: ProcessId
    name: str
    documentation: str
    start: ElementId


@dataclass(frozen=True, slots=True)
class ProcessDefinition:
    """`title`: FEEL for a case's title. `number_kind`: the word in 借调〔2026〕12号. `starters`: who may start it.

    `nodes` and `flows` are those of the process and, behind them, of all processes it calls.
    """

    id: ProcessId
    name: str
    documentation: str
    title: str
    number_kind: str
    nodes: Mapping[ElementId, FlowNode]
    flows: Mapping[str, SequenceFlow]
    start: ElementId
    starters: Assignment | None
    reversed_by: ProcessId = (
        RELEASES_OWN  # the process that undoes a finished case of this one (撤销已办结), "" for none
    )
    alike: str = ""  # FEEL: equal in two open cases of this process that are probably one too many
    decisions: tuple[str, ...] = ()  # DMN decision ids the diagrams refer to
    called: Mapping[ProcessId, CalledProcess] = field(default_factory=dict)
    has_doors: bool = field(init=False)  # whether anything in it happens behind closed doors (内部办理)
    registers: tuple[str, ...] = field(init=False)  # all that it writes, publishes or looks into, by name

    def __post_init__(self) -> None:
        object.__setattr__(self, "has_doors", any(node.compartment for node in self.nodes.values()))
        nodes = self.nodes.values()
        named = {one.register for node in nodes for one in node.register_entries}
        named |= {one.register for node in nodes for one in node.facts}
        named |= {node.publication.register for node in nodes if node.publication is not None}
        object.__setattr__(self, "registers", tuple(sorted(named)))

    @property
    def initiator_steps(self) -> tuple[FlowNode, ...]:
        """The steps that the initiator himself works on."""
        steps = (node for node in self.nodes.values() if node.kind == "userTask" and node.assignment is not None)
        return tuple(node for node in steps if node.assignment and node.assignment.resolver == "initiator")

    def around(self, element: ElementId, calls: Sequence[ElementId] = ()) -> Iterator[FlowNode]:
        """The node, the sub-processes around it, the call activity that called its process and so on, innermost first.

        `calls`: the call activities it went through, innermost first; left out, the first one drawn stands for all that
        call its process: the linter holds them in the same instances and behind the same doors.
        """
        through = list(calls)
        node, seen = self.nodes.get(element), set[ElementId]()
        while node is not None and node.id not in seen:
            yield node
            seen.add(node.id)
            if node.scope:
                node = self.nodes.get(node.scope)
            elif node.process:
                callers = self.callers(node.process)
                node = self.nodes.get(through.pop(0)) if through else callers[0] if callers else None
            else:
                node = None

    def callers(self, process: ProcessId) -> Sequence[FlowNode]:
        """The call activities that call a process."""
        return [node for node in self.nodes.values() if node.calls == process] if process else []

    def is_told_apart(self, node: FlowNode) -> bool:
        """Whether what happens inside the node may happen beside itself: several instances, or one of several calls."""
        return node.several or len(self.callers(node.calls)) > 1

    def several_around(self, element: ElementId) -> FlowNode | None:
        """The nearest multi-instance activity that the node is, or lies in."""
        return next((node for node in self.around(element) if node.several), None)

    def walls_around(self, element: ElementId) -> FlowNode | None:
        """The nearest node with a compartment that the node is, or lies in."""
        return next((node for node in self.around(element) if node.compartment), None)
