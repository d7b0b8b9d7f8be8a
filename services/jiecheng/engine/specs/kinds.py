# mypy: allow-untyped-calls
"""Which behaviour of ours stands before which class of the library. No class of the library is changed."""

from __future__ import annotations

from functools import cache

from SpiffWorkflow.bpmn.specs import control, defaults
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.specs.base import TaskSpec

from jiecheng.engine.specs.events import BoundarySpec, CatchSpec, EventGateway
from jiecheng.engine.specs.gateways import ActivityJoin, ExclusiveSplit, InclusiveJoin, ParallelJoin, ScopeEnd
from jiecheng.engine.specs.instances import Loop, MultiInstance, SequentialInstances
from jiecheng.engine.specs.node import NodeSpec
from jiecheng.engine.specs.tasks import CallSpec, InsideSpec, JobSpec

# From the special to the general: a class gets every row that fits, the first one first.
BEHAVIOURS: tuple[tuple[type, type[NodeSpec]], ...] = (
    (defaults.SequentialMultiInstanceTask, SequentialInstances),
    (defaults.ParallelMultiInstanceTask, MultiInstance),
    (defaults.StandardLoopTask, Loop),
    (defaults.CallActivity, CallSpec),
    (SubWorkflowTask, InsideSpec),
    (defaults.ServiceTask, JobSpec),
    (defaults.ExclusiveGateway, ExclusiveSplit),
    (defaults.ParallelGateway, ParallelJoin),
    (defaults.InclusiveGateway, InclusiveJoin),
    (defaults.EventBasedGateway, EventGateway),
    (defaults.BoundaryEvent, BoundarySpec),
    (CatchingEvent, CatchSpec),
    (control._EndJoin, ScopeEnd),
    (control.BoundaryEventJoin, ActivityJoin),
)


@cache
def ours(library_class: type[TaskSpec]) -> type[TaskSpec]:
    """The subclass of a library class that has our behaviour."""
    behaviours = tuple(behaviour for base, behaviour in BEHAVIOURS if issubclass(library_class, base))
    return type(library_class.__name__.strip("_"), (*behaviours, NodeSpec, library_class), {})
