"""The whole job through the services: request, chain, voucher, payment, receipts, release, close."""

from decimal import Decimal

import pytest

from funds import payments
from funds.budget.position import position
from ledger import balances
from tests import world


@pytest.mark.django_db
def test_diyat_to_four_heirs_from_draft_to_closed() -> None:
    here = world.build()
    request = here.diyat()
    instruments = here.cleared(request)
    for instrument in instruments:
        payments.acknowledge(instrument=instrument.pk, received_by="Sessions Judge", by=here["case_officer"])
    case = request.lines.first().case
    here.confirm(case)
    payments.record_release(
        disbursement=request.pk, case=case.pk, reference="Order 12/2025, jail certificate 3", by=here["case_officer"]
    )
    payments.close(disbursement=request.pk, by=here["case_officer"])
    request.refresh_from_db()
    assert request.state == "closed"
    assert [str(row.amount) for row in request.lines.all()] == ["150000.00", "200000.00", "566667.00", "283333.00"]
    room = position(here.fund, "2025-26")
    assert (room.spent, room.committed, room.free) == (Decimal(1200000), 0, Decimal(8800000))
    trial = balances.trial_balance(here.fund.book.code)
    assert trial.debit_total == trial.credit_total
