"""Everything that is wrong with a release before it runs: one small function a rule, all findings in one go."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from jiecheng.definitions.lint import (
    bpmn_io_rules,
    calls,
    dictionary,
    expressions,
    forms,
    instances,
    letters,
    names,
    paths,
    policy,
    registers,
    returns,
    signers,
    tables,
    tasks,
    types,
    variables,
    voting,
)
from jiecheng.definitions.lint.subject import Subject, look_at
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.register import Register
from jiecheng.model.release import Bundle

Rule = Callable[[Subject], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    names.process_heading,
    names.labels,
    names.speaking_ids,
    names.gateway_questions,
    names.gateway_answers,
    names.documentation,
    tasks.user_tasks,
    tasks.outcomes,
    voting.several_decide,
    returns.returns_lead_somewhere,
    signers.added_signers,
    tasks.message_events,
    tasks.timer_events,
    tasks.send_tasks,
    tasks.circulations,
    tasks.limits,
    tasks.service_tasks,
    tasks.rule_tasks,
    calls.mapped,
    calls.nobody_calls,
    calls.called_start,
    calls.called_alike,
    calls.given_twice,
    tasks.unsupported,
    tasks.resolvers,
    paths.unreachable,
    paths.dead_ends,
    paths.scope_ends,
    paths.choices_decided,
    paths.conditions_elsewhere,
    paths.drawn,
    forms.used_forms_exist,
    forms.no_unused_forms,
    forms.named_fields_exist,
    forms.keys_are_unique,
    instances.told_apart,
    instances.forms_have_a_key,
    instances.forms_keep_inside,
    instances.compartments_name_organs,
    instances.items_stay_inside,
    tables.kinds_are_known,
    letters.issued_letters_exist,
    letters.no_unused_letters,
    letters.variants_have_a_base,
    letters.letters_parse,
    letters.words_are_known,
    registers.entries_are_described,
    registers.publications_are_possible,
    expressions.parse,
    expressions.outcomes_exist,
    expressions.outcomes_lead_on,
    expressions.results_used,
    types.types_fit,
    variables.subject_is_known,
    variables.names_are_free,
    tables.asked_tables_exist,
    tables.no_unused_tables,
    tables.tables_parse,
    policy.clauses_exist,
    policy.scenarios_name_rules,
    bpmn_io_rules.recommended,
)


def lint(
    bundle: Bundle, *, resolvers: Collection[str] = (), registers: Mapping[str, Register] | None = None
) -> list[Finding]:
    """All findings, errors before warnings; empty when the release is fit for its scenarios.

    `resolvers`: the names `directory` knows; left empty, resolver names are not checked. `registers`: those that are
    described; left out, what the process writes into registers is not checked.
    """
    try:
        subjects = dictionary.with_inputs(look_at(bundle, resolvers, registers))
    except Invalid as error:
        return list(error.findings) or [Finding("unreadable", f"{bundle.process}.bpmn", error.message)]
    findings = [
        *(finding for subject in subjects for finding in subject.findings),
        *(finding for rule in RULES for subject in subjects for finding in rule(subject)),
    ]
    return sorted(dict.fromkeys(findings), key=lambda finding: finding.severity != "error")
