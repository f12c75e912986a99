"""Bail deposits: an asset until the court gives them back or keeps them; the register is what the account holds."""

from decimal import Decimal

import pytest
from django.test import Client

from funds import bail, receiving
from funds.models import Forfeiture, PayeeLine
from funds.owing import bail_deposits, outstanding
from ledger import balances
from ledger.errors import BadInput, NotAllowed, WrongState
from tests.funds.owing_world import OCTOBER, back, deposit, with_second
from tests.world import World

pytestmark = pytest.mark.django_db


def held(here: World, account: str) -> Decimal:
    return balances.balance(here.fund.code, account)


def kept(here: World, line: PayeeLine, amount: str = "30000") -> Forfeiture:
    return bail.ask_forfeiture(
        line=line.pk, amount=amount, forfeited_on=OCTOBER, order_number="Crl.M. 12/2025",
        paper=line.case.papers.first().pk, reason="Did not appear, s.514", by=here["fund_manager"],
    )  # fmt: skip


def tied(here: World) -> bool:
    return all(tie.holds for tie in bail_deposits.ties("bail_deposit", [here.fund], by=here["auditor"]))


def test_a_deposit_is_given_back_in_part_and_kept_in_part(small_world: World) -> None:
    here, line = small_world, deposit(small_world)
    assert held(here, "F-BAIL") == 90000 and tied(here)
    free = held(here, "X10")
    made = back(here, line, "50000")
    assert (made.kind, made.head) == ("refund", "F-BAIL")
    assert (held(here, "F-BAIL"), held(here, "X10")) == (40000, free + 50000)  # free again
    asked = kept(here, line)
    with pytest.raises(WrongState, match="waits"):
        kept(here, line, "1")
    with pytest.raises(NotAllowed, match="You recorded"):
        bail.agree_forfeiture(forfeiture=asked.pk, by=here["fund_manager"])
    assert held(here, "A-FIN") == 0
    bail.agree_forfeiture(forfeiture=asked.pk, by=here["approver"])
    assert (held(here, "F-BAIL"), held(here, "A-FIN"), held(here, "X10")) == (10000, 30000, free + 50000)
    assert outstanding.of_line(line) == 10000 and tied(here)
    with pytest.raises(BadInput, match="holds Rs 10,000"):
        kept(here, line, "10000.01")
    with pytest.raises(BadInput, match="At most Rs 10,000"):
        back(here, line, "10001")
    row = bail_deposits.get_deposit(line.pk, by=here["auditor"])
    assert (row.returned, row.forfeited, row.outstanding, bail_deposits.state_of(row)) == (50000, 30000, 10000, "held")
    back(here, line, "10000")
    assert bail_deposits.state_of(bail_deposits.get_deposit(line.pk, by=here["auditor"])) == "settled" and tied(here)


def test_a_cancelled_refund_counts_no_more(small_world: World) -> None:
    here, line = with_second(small_world), deposit(small_world)
    made = back(here, line, "90000")
    receiving.ask_cancellation(receipt=made.number, reason="Another deposit", by=here["fund_manager"])
    receiving.agree_cancellation(receipt=made.number, by=here["second_manager"])
    assert outstanding.of_line(line) == 90000 and tied(here)
    assert back(here, line, "90000", reference=made.reference).serial == made.serial + 1


def test_what_was_not_paid_is_not_kept_and_a_foreign_paper_is_no_order(small_world: World) -> None:
    here, line = small_world, deposit(small_world)
    with pytest.raises(BadInput) as caught:
        bail.ask_forfeiture(
            line=line.pk, amount="1", forfeited_on=OCTOBER, order_number="1", paper=here.relief_case().papers.get().pk,
            reason="s.514", by=here["fund_manager"],
        )  # fmt: skip
    assert list(caught.value.fields) == ["paper"]
    with pytest.raises(NotAllowed):
        bail.ask_forfeiture(
            line=line.pk, amount="1", forfeited_on=OCTOBER, order_number="1", paper=1, reason="x", by=here["ddo"]
        )
    asked = kept(here, line)
    bail.decline_forfeiture(forfeiture=asked.pk, remark="The order was set aside", by=here["approver"])
    with pytest.raises(WrongState):
        bail.agree_forfeiture(forfeiture=asked.pk, by=here["approver"])
    assert held(here, "F-BAIL") == 90000


def test_the_pages(small_world: World) -> None:
    here, client, line = small_world, Client(), deposit(small_world)
    client.force_login(here["fund_manager"])
    page = client.get("/deposits/?fund=TEST&state=held").content.decode()
    assert "Gulzar Ahmed" in page and "90,000.00" in page and "The register equals the account" in page
    one = client.get(f"/deposits/{line.pk}/").content.decode()
    assert "Sessions Court Rawalpindi" in one and "refunds/new?voucher=TEST" in one
    sent = {"amount": "40,000", "forfeited_on": "2025-10-20", "order_number": "12", "paper": line.case.papers.first().pk,
            "reason": "Did not appear"}  # fmt: skip
    assert client.post(f"/deposits/{line.pk}/forfeit", sent | {"amount": "90,001"}).status_code == 422
    assert client.post(f"/deposits/{line.pk}/forfeit", sent).status_code == 303
    client.force_login(here["approver"])
    asked = Forfeiture.objects.get()
    assert "Agree: charge it" in client.get(f"/deposits/{line.pk}/").content.decode()
    assert client.post(f"/forfeitures/{asked.pk}/agree", {"remark": ""}).status_code == 303
    assert "40,000.00 forfeited" in client.get("/deposits/").content.decode()
    assert b"40000.00" in b"".join(client.get("/deposits/file.csv").streaming_content)
