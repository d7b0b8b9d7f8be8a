"""Organs, posts, identities and meeting bodies as of a day; resolvers that say who gets the work and why.

Pure: the day is handed in. Never decides who may do something (`permissions`) and counts no votes (`voting`).
"""

from jiecheng.directory.bodies import body_at, members
from jiecheng.directory.describe import Option, describe_identity, describe_organ, options
from jiecheng.directory.lookup import Index, index
from jiecheng.directory.resolvers import RESOLVERS, resolve

__all__ = [
    "RESOLVERS",
    "Index",
    "Option",
    "body_at",
    "describe_identity",
    "describe_organ",
    "index",
    "members",
    "options",
    "resolve",
]
