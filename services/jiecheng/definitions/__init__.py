"""Reads, judges, hashes, compares and draws a release's files. Pure: texts in, values out; runs nothing, opens nothing."""

from jiecheng.definitions import picture, profiles
from jiecheng.definitions.bundle import bundle_hash, read_bundle
from jiecheng.definitions.changed import changed_elements
from jiecheng.definitions.coverage import Coverage, RowCoverage, coverage, row_coverage
from jiecheng.definitions.difference import difference
from jiecheng.definitions.draft_files import bundle_of as draft_bundle
from jiecheng.definitions.draft_files import files_of, means_the_same, new_diagram, new_table
from jiecheng.definitions.draft_files import require_fit as require_fit_draft
from jiecheng.definitions.lint import lint
from jiecheng.definitions.migration import Suggestion, mapping_of, migration_plan
from jiecheng.definitions.moddle import moddle_descriptor
from jiecheng.definitions.named import Meaning, PanelWords, field_names, panel_words
from jiecheng.definitions.process import read_process
from jiecheng.definitions.published import Frozen, FrozenRow, freeze, version_difference
from jiecheng.definitions.registers import REGISTERS, coverage_findings, read_registers, registers_of
from jiecheng.definitions.renamed import OldSentence, Renamed, renamed_steps
from jiecheng.definitions.safe_xml import parse_xml
from jiecheng.definitions.slices import read_clauses, slice_findings
from jiecheng.definitions.titles import file_titles
from jiecheng.definitions.traceability import PolicyRule, Proof, Trace, read_rules, trace
from jiecheng.definitions.working_days import Counted, counted_in_working_days

__all__ = [
    "REGISTERS",
    "Counted",
    "Coverage",
    "Frozen",
    "FrozenRow",
    "Meaning",
    "OldSentence",
    "PanelWords",
    "PolicyRule",
    "Proof",
    "Renamed",
    "RowCoverage",
    "Suggestion",
    "Trace",
    "bundle_hash",
    "changed_elements",
    "counted_in_working_days",
    "coverage",
    "coverage_findings",
    "difference",
    "draft_bundle",
    "field_names",
    "file_titles",
    "files_of",
    "freeze",
    "lint",
    "mapping_of",
    "means_the_same",
    "migration_plan",
    "moddle_descriptor",
    "new_diagram",
    "new_table",
    "panel_words",
    "parse_xml",
    "picture",
    "profiles",
    "read_bundle",
    "read_clauses",
    "read_process",
    "read_registers",
    "read_rules",
    "registers_of",
    "renamed_steps",
    "require_fit_draft",
    "row_coverage",
    "slice_findings",
    "trace",
    "version_difference",
]
