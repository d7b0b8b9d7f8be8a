"""The quick encoder writes, byte for byte, what the reference implementation of RFC 8785 writes."""

from decimal import Decimal

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from jiecheng.ledger.canonical import canonical_text, dump, parse, plain

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
NUMBERS = st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)


@given(VALUES)
@example({"\U00010000": 1, "\uffff": 2})  # sorted by UTF-16 units, not by code points
@example({"a": [2**53 - 1, 2**53, -(2**53)], "b": Decimal("12.50"), "$c": True})
@example('\x00\x1f\x7f\u2028"\\/\b\f\n\r\t')
@example({"number": "1234567890123456", "identity": "彭溪街道"})
def test_every_value_reads_as_the_reference_writes_it(value):
    assert canonical_text(value).encode() == rfc8785.dumps(plain(value))
    assert parse(canonical_text(value)) == value


@pytest.mark.parametrize("document", ["\ud800", ["\udfff"], {"\ud800": 1}, 2**53, [-(2**60)], {"seq": 2**53}])
def test_what_json_cannot_say_is_refused_as_by_the_reference(document):
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        rfc8785.dumps(document)
    with pytest.raises(ValueError, match="expected text and numbers"):
        dump(document)
