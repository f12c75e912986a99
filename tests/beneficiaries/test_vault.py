"""Private values are sealed: another text each time, one index for one value, and nothing opens what was altered."""

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.private.vault import SEALED, Keyring, VaultError, is_sealed, key_id

pytestmark = pytest.mark.once
FIRST, SECOND, INDEX = (bytes([number]) * 31 + b"x" for number in (1, 2, 3))
RING = Keyring((FIRST,), INDEX)


@given(st.text(min_size=1))
def test_what_is_sealed_opens_and_shows_nothing(value: str) -> None:
    sealed = RING.seal("cnic", value)
    assert RING.open("cnic", sealed) == value
    assert is_sealed(sealed) and re.fullmatch(SEALED, sealed)
    assert sealed != RING.seal("cnic", value)


@given(st.text(min_size=1), st.text(min_size=1))
def test_the_index_is_the_same_for_the_same_value_alone(one: str, other: str) -> None:
    assert (RING.index("cnic", one) == RING.index("cnic", other)) == (one == other)
    assert RING.index("cnic", one) == RING.seal("cnic", one).split(".")[2] != RING.index("iban", one)


def test_index_needs_its_key() -> None:
    assert RING.index("cnic", "4220103976408") != Keyring((FIRST,), SECOND).index("cnic", "4220103976408")


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old = RING.seal("cnic", "4220103976408")
    both = Keyring((SECOND, FIRST), INDEX)
    assert both.open("cnic", old) == "4220103976408"
    new = both.seal("cnic", "4220103976408")
    assert new.split(".")[1] == key_id(SECOND) != old.split(".")[1]
    with pytest.raises(VaultError, match=f"key {key_id(SECOND)}, which is not among DATA_KEYS"):
        RING.open("cnic", new)


def test_another_index_key_is_noticed() -> None:
    sealed = RING.seal("cnic", "4220103976408")
    with pytest.raises(VaultError, match="DATA_INDEX_KEY is not"):
        Keyring((FIRST,), SECOND).open("cnic", sealed)


def _moved(one: str, other: str, part: int) -> str:
    """The first value with one part of the other's."""
    parts, others = one.split("."), other.split(".")
    parts[part] = others[part]
    return ".".join(parts)


@pytest.mark.parametrize("part", [2, 3])
def test_an_index_or_body_of_another_value_is_refused(part: int) -> None:
    mine, theirs = RING.seal("cnic", "4220103976408"), RING.seal("cnic", "3420108912318")
    with pytest.raises(VaultError, match="altered"):
        RING.open("cnic", _moved(mine, theirs, part))


def test_a_value_of_another_kind_is_refused() -> None:
    with pytest.raises(VaultError, match="altered"):
        RING.open("iban", RING.seal("cnic", "4220103976408"))


@given(st.integers(0, 200), st.integers(1, 127))
def test_any_altered_letter_is_refused(place: int, step: int) -> None:
    sealed = RING.seal("cnic", "4220103976408")
    at = place % len(sealed)
    with pytest.raises(VaultError) as refusal:
        RING.open("cnic", sealed[:at] + chr((ord(sealed[at]) + step) % 128) + sealed[at + 1 :])
    assert "4220103976408" not in str(refusal.value)


@pytest.mark.parametrize("text", ["4220103976408", "e1.", "e1.a.b.c", "", "e1.00000000." + "a" * 43 + "." + "b" * 38])
def test_clear_text_is_not_taken_for_a_value(text: str) -> None:
    with pytest.raises(VaultError) as refusal:
        RING.open("cnic", text)
    assert "4220103976408" not in str(refusal.value)


def test_bytes_are_sealed_too() -> None:
    raw = os.urandom(300)
    assert RING.open_bytes("answer", RING.seal_bytes("answer", raw)) == raw
