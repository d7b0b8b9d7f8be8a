"""The number of a case as people write it: 借调〔2026〕12号, whatever brackets, digits or blanks came from the keyboard."""

from __future__ import annotations

import re
import unicodedata

# Word, year, number; between them anything that is neither letter nor digit.
_WRITTEN = re.compile(r"\W*(.*?[^\W\d_])[\W_]*(\d{4})[\W_]+(?:第\s*)?0*(\d+)\s*号?\W*")


def as_written(text: str) -> str:
    """The number in the one form in which numbers are kept; any other text as it is, without blanks around it."""
    narrow = unicodedata.normalize("NFKC", text).strip()
    found = _WRITTEN.fullmatch(narrow)
    return f"{found[1].strip()}〔{found[2]}〕{found[3]}号" if found else text.strip()
