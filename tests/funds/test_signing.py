"""The original of a voucher is signed when it is printed; the signed file is kept, and any change of it shows."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from beneficiaries.papers import store
from funds import disbursements, vouchers
from funds.models import Voucher, VoucherSignature
from funds.signing import originals, pdf
from funds.signing.material import Material
from ledger.errors import WrongState
from tests.beneficiaries.papers import samples
from tests.certificates import OFFICER, certificate, material, new_key, private, signing
from tests.funds.by_sql import no, yes
from tests.world import World

__all__ = ["signing"]
pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def printed(here: World, voucher: Voucher | None = None) -> tuple[Voucher, bytes]:
    row = voucher or here.vouchered()
    return row, vouchers.print_voucher(number=row.number, by=here["ddo"])[1]


def again(voucher: Voucher) -> originals.Standing:
    found = originals.standing(Voucher.objects.get(pk=voucher.pk))
    assert found is not None
    return found


def test_the_original_is_signed_and_its_file_kept(here: World, signing: Material) -> None:
    voucher, handed_out = printed(here)
    row = VoucherSignature.objects.get()
    assert (row.printing.voucher, row.signed_by, row.signer) == (voucher, here["ddo"], OFFICER)
    assert row.sha256 == hashlib.sha256(handed_out).hexdigest() and store.content_of(row.sha256) == handed_out
    drawn = handed_out[: row.drawn_size]
    assert row.drawn_sha256 == hashlib.sha256(drawn).hexdigest() and drawn.endswith(b"%%EOF\n")
    found = again(voucher)
    assert found.good and found.schedule is None and found.finding.reason == originals.said_of(voucher)


def test_copies_are_not_signed(here: World, signing: Material) -> None:
    voucher, _ = printed(here)
    _, copy = printed(here, voucher)
    assert b"/ByteRange" not in copy and VoucherSignature.objects.count() == 1


def test_without_a_certificate_it_prints_unsigned(here: World) -> None:
    voucher, paper = printed(here)
    assert b"/ByteRange" not in paper and originals.standing(voucher) is None


def test_a_certificate_that_ended_signs_nothing_and_nothing_is_counted(here: World, settings: Settings) -> None:
    made = material()
    ended = certificate(OFFICER, private(made), new_key(), days=1, since=3)
    settings.SIGNING = Material((ended,), made.key)
    voucher = here.vouchered()
    with pytest.raises(WrongState, match="has ended"):
        printed(here, voucher)
    assert not voucher.prints.exists()


def test_the_time_stamp_authority_does_not_answer(here: World, settings: Settings) -> None:
    settings.SIGNING = material(time_stamps="http://127.0.0.1:9/")
    voucher = here.vouchered()
    with pytest.raises(WrongState, match="time-stamp authority"):
        printed(here, voucher)
    assert not voucher.prints.exists()


def test_a_changed_file_and_a_lost_one_are_found(here: World, signing: Material) -> None:
    voucher, handed_out = printed(here)
    path = store.place(VoucherSignature.objects.get().sha256)
    assert again(voucher).good
    path.write_bytes(handed_out.replace(b"/Reason", b"/Season"))
    assert "another content" in again(voucher).finding.fault
    path.unlink()
    assert "not there" in again(voucher).finding.fault


def test_a_certificate_nobody_trusts(here: World, signing: Material, settings: Settings) -> None:
    voucher, _ = printed(here)
    settings.SIGNING_ROOTS = material().chain[-1:]
    assert "not trusted" in again(voucher).finding.fault
    settings.SIGNING_ROOTS = ()
    assert "no root certificate" in again(voucher).finding.fault


def test_the_root_of_an_earlier_certificate_still_counts(here: World, signing: Material, settings: Settings) -> None:
    voucher, _ = printed(here)
    new = material()
    settings.SIGNING, settings.SIGNING_ROOTS = new, (new.chain[-1], signing.chain[-1])
    assert again(voucher).good


def test_a_cancelled_voucher_is_printed_and_signed_as_such(here: World, signing: Material) -> None:
    voucher = here.vouchered()
    disbursements.cancel(disbursement=voucher.sanction.disbursement_id, by=here["ddo"], reason="The heir died")
    _, paper = printed(here, voucher)
    assert b"/ByteRange" in paper and again(voucher).good


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_both_kinds_of_key_sign_and_hold(kind: str) -> None:
    made = material(kind)
    out = pdf.sign(samples.pdf("A paper"), made, reason="Why")
    found = pdf.check(out, made.chain[-1:], at=datetime.now(UTC))
    assert (found.fault, found.signer, found.reason, found.fingerprint) == ("", OFFICER, "Why", made.fingerprint)


def test_trust_is_that_of_the_moment(signing: Material) -> None:
    out = pdf.sign(samples.pdf("A paper"), signing, reason="Why")
    for days in (-400, 400):
        assert "not trusted" in pdf.check(out, signing.chain[-1:], at=NOW + timedelta(days=days)).fault


def test_what_is_added_behind_a_signature_shows(signing: Material) -> None:
    out = pdf.sign(samples.pdf("A paper"), signing, reason="Why")
    twice = pdf.sign(out.replace(b"(Signature)", b"(Signaturf)"), signing, reason="Other")
    assert "2 signatures" in pdf.check(twice, signing.chain[-1:], at=NOW).fault
    assert pdf.check(out + b"\n% more\n", signing.chain[-1:], at=NOW).fault


MADE = material()
OUT = pdf.sign(samples.pdf("A paper"), MADE, reason="Why")


@given(place=st.integers(0, len(OUT) - 1), bit=st.integers(0, 7))
@examples(max_examples=60)
def test_any_flipped_bit_that_is_not_padding_shows(place: int, bit: int) -> None:
    """Of the room kept for the signature what is left over is filled with zeros, which say nothing."""
    changed = OUT[:place] + bytes([OUT[place] ^ (1 << bit)]) + OUT[place + 1 :]
    start, end = OUT.index(b"/Contents <") + 11, OUT.index(b">", OUT.index(b"/Contents <"))
    if start <= place < end:
        assert hashlib.sha256(changed).digest() != hashlib.sha256(OUT).digest()
    else:
        assert pdf.check(changed, MADE.chain[-1:], at=datetime.now(UTC)).fault


def test_the_database_takes_the_signature_of_an_original_only(here: World, signing: Material) -> None:
    voucher, _ = printed(here)
    copy = vouchers.print_voucher(number=voucher.number, by=here["ddo"])[0]
    row = VoucherSignature.objects.get()
    other = here.vouchered()
    unsigned = other.prints.create(copy=0, printed_by=here["ddo"])
    fresh = {"sha256": "1" * 64}  # signed_at is that of this very transaction
    yes(row, printing_id=unsigned.pk, **fresh)
    no("23FA0", row, printing_id=copy.pk, **fresh)
    no("23FA0", row, printing_id=unsigned.pk, **fresh | {"signed_by_id": here["approver"].pk})
    no("23FA0", row, printing_id=unsigned.pk, **fresh | {"signed_at": NOW - timedelta(days=1)})
    no("23505", row, **fresh)
    theirs = here.vouchered().prints.create(copy=0, printed_by=here["verifier"])
    no("23FA0", row, printing_id=theirs.pk, **fresh | {"signed_by_id": here["verifier"].pk})
    no("23514", row, printing_id=unsigned.pk, **fresh | {"sha256": "x" * 64})
