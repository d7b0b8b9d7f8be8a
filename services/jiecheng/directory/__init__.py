"""Organs, posts, identities and meeting bodies as of a day; resolvers that say who gets the work and why.

Pure: the day is handed in. Never decides who may do something (`permissions`) and counts no votes (`voting`).
"""

from jiecheng.directory.below import people_below
from jiecheng.directory.bodies import body_at, members
from jiecheng.directory.changes import KINDS as CHANGE_KINDS
from jiecheng.directory.changes import Change, Changed, apply_change
from jiecheng.directory.describe import (
    Option,
    all_streets,
    describe_identity,
    describe_organ,
    house_name,
    house_of,
    options,
)
from jiecheng.directory.differences import differences
from jiecheng.directory.importing import read_roles, read_tables
from jiecheng.directory.lookup import Index, index
from jiecheng.directory.resolvers import RESOLVERS, resolve
from jiecheng.directory.tables import Rows, parse_csv, parse_xlsx
from jiecheng.directory.within import organs_of_person, organs_within, people_within

__all__ = [
    "CHANGE_KINDS",
    "RESOLVERS",
    "Change",
    "Changed",
    "Index",
    "Option",
    "Rows",
    "all_streets",
    "apply_change",
    "body_at",
    "describe_identity",
    "describe_organ",
    "differences",
    "house_name",
    "house_of",
    "index",
    "members",
    "options",
    "organs_of_person",
    "organs_within",
    "parse_csv",
    "parse_xlsx",
    "people_below",
    "people_within",
    "read_roles",
    "read_tables",
    "resolve",
]
