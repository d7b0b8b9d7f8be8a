"""Seals history events into a chain per case, and verifies; format 1 is services/decisions/0009-ledger.md.

Pure: salts are drawn by the caller, and nothing here reads a table or a clock.
"""

from jiecheng.ledger.export import export, verify
from jiecheng.ledger.offline import Fault, Head, Verdict
from jiecheng.ledger.seal import ERASED, head_of, seal, to_event

__all__ = ["ERASED", "Fault", "Head", "Verdict", "export", "head_of", "seal", "to_event", "verify"]
