"""Organs, posts, identities and meeting bodies as of a day; resolvers that say who gets the work and why.

Pure: the day is handed in. Never decides who may do something (`permissions`) and counts no votes (`voting`).
"""

from jiecheng.directory.bodies import body_at, members
from jiecheng.directory.describe import Option, describe_identity, describe_organ, options
from jiecheng.directory.differences import differences
from jiecheng.directory.importing import read_roles, read_tables
from jiecheng.directory.lookup import Index, index
from jiecheng.directory.resolvers import RESOLVERS, resolve
from jiecheng.directory.tables import Rows, parse_csv, parse_xlsx

__all__ = [
    "RESOLVERS",
    "Index",
    "Option",
    "Rows",
    "body_at",
    "describe_identity",
    "describe_organ",
    "differences",
    "index",
    "members",
    "options",
    "parse_csv",
    "parse_xlsx",
    "read_roles",
    "read_tables",
    "resolve",
]
