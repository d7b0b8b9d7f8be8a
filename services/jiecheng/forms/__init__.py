"""Forms: a form-js schema in, checked data and a view tree out.

Owns reading schemas, field rights at a step, the values people type, and what a template needs to show them. Never
stores anything, never knows who the person is: context and directory answers are handed in. HTML is `web`'s.
"""

from jiecheng.forms.components import Form, Option, field_labels, personal_fields
from jiecheng.forms.lookup import NO_LOOKUP, Lookup
from jiecheng.forms.nodes import FieldView, FormView, fields_in
from jiecheng.forms.reading import SCHEMA_VERSION, read_form
from jiecheng.forms.rights import demands, is_edited, read_only, unknown_fields
from jiecheng.forms.scope import describe_pickers
from jiecheng.forms.submission import add_row, parse_fields, remove_row
from jiecheng.forms.validation import Checked, refill, validate
from jiecheng.forms.viewing import view

__all__ = [
    "NO_LOOKUP",
    "SCHEMA_VERSION",
    "Checked",
    "FieldView",
    "Form",
    "FormView",
    "Lookup",
    "Option",
    "add_row",
    "demands",
    "describe_pickers",
    "field_labels",
    "fields_in",
    "is_edited",
    "parse_fields",
    "personal_fields",
    "read_form",
    "read_only",
    "refill",
    "remove_row",
    "unknown_fields",
    "validate",
    "view",
]
