"""Verify finds a signed file that was changed or lost, a signature of something else, and a schedule that was altered."""

from collections.abc import Iterator

import pytest

from beneficiaries.papers import store
from funds import vouchers
from funds.models import SignedSchedule, VoucherSignature
from funds.signing import schedules
from funds.signing.material import Material
from tests import world
from tests.audit.conftest import Corrupt, broken
from tests.certificates import shared, signing

__all__ = ["signing"]
pytestmark = pytest.mark.once


@pytest.fixture
def signed(here: world.World, signing: Material) -> Iterator[VoucherSignature]:
    """An original that was signed, and a schedule of two vouchers; their files are put back as they were."""
    vouchers.print_voucher(number=here.vouchered().number, by=here["ddo"])
    schedules.sign_schedule(vouchers=[here.vouchered().number for _ in range(2)], by=here["ddo"])
    row = VoucherSignature.objects.select_related("printing__voucher").get()
    kept = {each: store.content_of(each) for each in (row.sha256, SignedSchedule.objects.get().sha256)}
    yield row
    for digest, content in kept.items():
        store.place(digest).write_bytes(content)


def test_all_is_well_at_first(signed: VoucherSignature) -> None:
    assert broken() == {} and shared().signer == signed.signer


@pytest.mark.parametrize("of", [VoucherSignature, SignedSchedule])
def test_a_file_that_is_gone_or_changed(signed: VoucherSignature, of: type) -> None:
    path = store.place(of.objects.get().sha256)
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    assert "another content" in broken()["I4"]
    path.unlink()
    assert "its file is not there" in broken()["I4"]


ALTERED = [
    ("UPDATE funds_vouchersignature SET certificate = repeat('0', 64)", "another certificate"),
    ("UPDATE funds_vouchersignature SET drawn_sha256 = repeat('0', 64)", "does not begin with what was drawn"),
    ("UPDATE funds_vouchersignature SET drawn_size = drawn_size - 1", "does not begin with what was drawn"),
    ("UPDATE funds_vouchersignature SET signed_at = signed_at - interval '3 years'", "not trusted when"),
    ("UPDATE funds_voucher SET digest = repeat('0', 64)", "signed as another paper"),
    (
        "UPDATE funds_scheduleline SET amount = amount + 1 WHERE position = 1",
        "it does not hold: it was signed as another",
    ),
    ("UPDATE funds_scheduleline SET digest = repeat('0', 64)", "it does not hold: it was signed as another paper"),
    (
        "UPDATE funds_voucher SET digest = repeat('0', 64) WHERE id IN (SELECT voucher_id FROM funds_scheduleline)",
        "it does not hold: it was signed as another paper",
    ),
    ("DELETE FROM funds_scheduleline WHERE position = 2", "it does not hold: it was signed as another paper"),
    ("UPDATE funds_signedschedule SET number = 'X'", "it does not hold: it was signed as another paper"),
]


@pytest.mark.parametrize(("statement", "told"), ALTERED)
def test_a_record_that_was_altered(signed: VoucherSignature, corrupt: Corrupt, statement: str, told: str) -> None:
    corrupt(statement)
    assert told in broken()["I4"]


def test_a_schedule_that_is_gone_leaves_a_gap(signed: VoucherSignature, corrupt: Corrupt) -> None:
    corrupt("UPDATE funds_signedschedule SET serial = 2")
    assert "follows serial 0" in broken()["I3"]
