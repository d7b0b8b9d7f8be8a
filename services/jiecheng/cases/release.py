"""Releases: deployed from folders by 系统部署, listed and shown to process owners; a release is never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache

from jiecheng import decisions, definitions, directory, engine, forms, permissions, store
from jiecheng.cases.deployed import read_clause
from jiecheng.cases.house import Tx
from jiecheng.cases.people import label
from jiecheng.cases.picture import plain_picture
from jiecheng.definitions.picture import Drawing
from jiecheng.model.actor import Actor
from jiecheng.model.definition import ProcessDefinition
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.form import FormUse, Right
from jiecheng.model.ids import IdentityId, ReleaseHash
from jiecheng.model.register import Register
from jiecheng.model.release import Bundle, Clause, Release

DEPLOYER = "系统部署"


@dataclass(frozen=True, slots=True)
class Publication:
    """How a release came about. `approved_by`: identity, or 系统部署; `drafted_by`: identities with blanks between."""

    source: str  # folders | studio
    gate: Mapping[str, object]
    approved_by: str = DEPLOYER
    drafted_by: str = ""


@dataclass(frozen=True, slots=True)
class TableView:
    """A decision table to be read: headings and cells as written."""

    decision: str
    name: str
    hit_policy: str
    inputs: Sequence[str]
    outputs: Sequence[str]
    annotations: Sequence[str]
    rows: Sequence[Sequence[str]]  # number, inputs, outputs, annotations


@dataclass(frozen=True, slots=True)
class ReleaseView:
    release: Release
    definition: ProcessDefinition
    picture: Drawing
    forms: Mapping[str, forms.FormView]
    tables: Sequence[TableView]
    features: Mapping[str, str]
    clauses: Sequence[Clause]
    difference: Sequence[str]  # to the release before it, in words
    is_latest: bool
    approved_by: str = ""  # as people call them
    drafted_by: Sequence[str] = ()


def findings(bundle: Bundle, registers: Mapping[str, Register] | None = None) -> list[Finding]:
    """Everything that is wrong with a bundle: what the linter says and what the engine will not execute.

    `registers`: those of the deployment; left out, what the process writes into registers is not checked.
    """
    described = None if registers is None else tuple((name, json.dumps(one.content)) for name, one in registers.items())
    return list(_findings(_Content((definitions.bundle_hash(bundle), described), bundle, registers)))


@dataclass(frozen=True, slots=True)
class _Content:
    """`identity` says whether it is the same content: what is saved, gated and published is looked at three times."""

    identity: tuple[object, ...]
    bundle: Bundle = field(compare=False)
    registers: Mapping[str, Register] | None = field(compare=False)


@lru_cache(maxsize=16)
def _findings(content: _Content) -> Sequence[Finding]:
    return (
        *definitions.lint(content.bundle, resolvers=directory.RESOLVERS, registers=content.registers),
        *engine.findings([one.encode("utf-8") for one in content.bundle.diagrams]),
    )


def deploy_release(tx: Tx, bundle: Bundle, publication: Publication) -> Release | None:
    """Publish the bundle as the next release of its process; None when this very content is a release already.

    Raises Invalid with the findings when the bundle has an error.
    """
    if store.release.exists(tx.db, definitions.bundle_hash(bundle)):
        return None
    errors = [one for one in findings(bundle, tx.registers) if one.severity == "error"]
    if errors:
        raise Invalid(f"流程「{bundle.process}」有 {len(errors)} 处错误，不能发布。", findings=errors)
    return publish(tx, bundle, publication)


def publish(tx: Tx, bundle: Bundle, publication: Publication) -> Release:
    """The next release of its process, as it is: whoever calls has looked at its findings, or copies what was published."""
    content = definitions.bundle_hash(bundle)
    definition = definitions.read_process(bundle.bpmn, bundle.called)
    store.release.add(
        tx.db,
        {
            "hash": content, "process": bundle.process, "name": definition.name,
            "version": store.release.last_version(tx.db, bundle.process) + 1, "bundle": asdict(bundle),
            "published_at": tx.now, "published_by": publication.approved_by, "source": publication.source,
            "drafted_by": publication.drafted_by, "gate": dict(publication.gate),
        },
    )  # fmt: skip
    return store.release.get(tx.db, content)


def list_releases(tx: Tx, actor: Actor) -> Sequence[tuple[Release, ProcessDefinition]]:
    permissions.require_release_read(actor)
    return [(one, tx.release(one.hash).definition) for one in store.release.list_all(tx.db)]


def show_release(tx: Tx, actor: Actor, release: ReleaseHash) -> ReleaseView:
    permissions.require_release_read(actor)
    deployed = tx.release(release)
    bundle = deployed.release.bundle
    siblings = [one for one in store.release.list_all(tx.db) if one.process == bundle.process]
    before = next((one for one in siblings if one.version < deployed.release.version), None)
    return ReleaseView(
        release=deployed.release,
        definition=deployed.definition,
        picture=plain_picture(tx, deployed),
        forms={
            name: forms.view(form, FormUse(name, Right.READ), {}, errors={}, context={}, lookup=forms.NO_LOOKUP)
            for name, form in deployed.forms.items()
        },
        tables=tables_of(deployed.tables),
        features=bundle.features,
        clauses=[read_clause(name, words) for name, words in bundle.clauses.items()],
        difference=definitions.difference(before.bundle, bundle, tx.profile) if before else (),
        is_latest=siblings[0].hash == release,
        approved_by=label(tx, IdentityId(deployed.release.published_by)),
        drafted_by=[label(tx, IdentityId(one)) for one in deployed.release.drafted_by.split()],
    )


def tables_of(model: decisions.DecisionModel) -> Sequence[TableView]:
    return [
        TableView(
            decision=one.id,
            name=one.label or one.name,
            hit_policy=f"{table.hit_policy} {table.aggregation}".strip(),
            inputs=[column.label or column.expression for column in table.inputs],
            outputs=[column.label or column.name for column in table.outputs],
            annotations=table.annotation_names,
            rows=[[str(rule.number), *rule.tests, *rule.outputs, *rule.annotations] for rule in table.rules],
        )
        for one in model.decisions.values()
        if isinstance(table := one.logic, decisions.DecisionTable)
    ]
