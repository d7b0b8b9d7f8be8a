"""The decision algebra: rule and votes in, outcome and one Chinese sentence out.

Owns how a step's votes become a result. Each mode is one function (`count_single`, `count_meeting`); a further
mode joins as one more function beside them. Knows no persons, no posts and no clock: members are ids that the
caller has already reduced to one per person.
"""

from jiecheng.voting.meeting import count_meeting
from jiecheng.voting.rule import read_rule
from jiecheng.voting.several import count_votes
from jiecheng.voting.single import count_single

__all__ = ["count_meeting", "count_single", "count_votes", "read_rule"]
