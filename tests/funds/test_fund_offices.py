"""A fund's money is in the hands of its own office: another office asks it for money and does no more."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.test import Client

from beneficiaries.models import Office
from funds import approvals, budgets, disbursements, payments, vouchers
from funds.chain import chain_view
from funds.models import Allocation, Disbursement, Fund, Receipt, Sanction, Voucher
from funds.requests import inbox, overview
from ledger.errors import NotAllowed
from ledger.roles import Role
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: world.World) -> world.World:
    """The small world, with an officer of every role at the directorate too."""
    made = small_world
    for role in (Role.VERIFIER, Role.FINANCE_OFFICER, Role.APPROVER, Role.DDO, Role.RECONCILER, Role.FUND_MANAGER):
        made.users[f"quetta_{role.value}"] = world.make_user(f"quetta_{role.value}", made.quetta_office, role)
    return made


def receive(here: world.World, by: str, fund: Fund | None = None) -> Receipt:
    return budgets.record_receipt(
        fund=fund or here.fund,
        kind="donation",
        amount="1000",
        received_from="A donor",
        reference=f"By {by}",
        by=here[by],
        on=world.DAY,
    )


def allot(here: world.World, by: str) -> Allocation:
    return budgets.record_allocation(
        fund=here.fund, kind="supplementary", amount="1000", reference="More", by=here[by], on=world.DAY
    )


@pytest.mark.parametrize("act", [receive, allot])
def test_another_offices_manager_records_nothing_in_a_federal_fund(
    here: world.World, act: Callable[[world.World, str], object]
) -> None:
    receipts, allocations = Receipt.objects.count(), Allocation.objects.count()
    with pytest.raises(NotAllowed, match="Ministry of Human Rights"):
        act(here, "quetta_fund_manager")
    assert (Receipt.objects.count(), Allocation.objects.count()) == (receipts, allocations)
    act(here, "fund_manager")


def test_a_manager_works_in_the_own_offices_fund_and_the_ministry_in_all(here: world.World) -> None:
    own = world.make_fund(here["quetta_fund_manager"], here.quetta_office, code="QTA-F")
    assert receive(here, "quetta_fund_manager", own).fund == own
    assert receive(here, "fund_manager", own).fund == own


def test_a_fund_is_opened_for_the_own_office(here: world.World) -> None:
    lahore = Office.objects.create(code="LHR", name="Regional Directorate Lahore", level=Office.Level.REGIONAL)
    with pytest.raises(NotAllowed, match="Lahore"):
        world.make_fund(here["quetta_fund_manager"], lahore, code="LHR-F")


def asked(here: world.World, signed: int = 0, by: str = "") -> Disbursement:
    """A request of the directorate to the ministry's fund, signed by the first officers of its chain."""
    row = here.draft(by=here["quetta"])
    disbursements.submit(disbursement=row.pk, by=here["quetta"], on=world.DAY)
    for role in ("quetta_verifier", "finance_officer", "approver")[:signed]:
        approvals.approve(disbursement=row.pk, by=here[role], on=world.DAY)
    return row


@pytest.mark.parametrize(("signed", "role"), [(1, "finance_officer"), (2, "approver")])
def test_the_asking_office_verifies_and_the_funds_office_agrees_and_sanctions(
    here: world.World, signed: int, role: str
) -> None:
    row = asked(here, signed)
    for act, given in ((approvals.approve, {}), (approvals.reject, {"ground": "other"})):
        with pytest.raises(NotAllowed, match="Ministry of Human Rights"):
            act(disbursement=row.pk, by=here[f"quetta_{role}"], on=world.DAY, reason="It is fine", **given)
    assert not inbox.mine(here[f"quetta_{role}"]).exists()
    assert inbox.mine(here[role]).get() == row
    approvals.approve(disbursement=row.pk, by=here[role], on=world.DAY)
    assert Sanction.objects.exists() == (role == "approver")


def test_another_offices_ddo_and_reconciler_do_not_move_the_funds_money(here: world.World) -> None:
    row = asked(here, 3)
    with pytest.raises(NotAllowed, match="Ministry of Human Rights"):
        vouchers.issue_voucher(disbursement=row.pk, by=here["quetta_ddo"], on=world.DAY)
    assert not Voucher.objects.exists()
    vouchers.issue_voucher(disbursement=row.pk, by=here["ddo"], on=world.DAY)
    issue: dict[str, Any] = {"disbursement": row.pk, "line": row.lines.get().pk, "number": "1", "on": world.DAY}
    with pytest.raises(NotAllowed, match="Ministry of Human Rights"):
        payments.issue_instrument(**issue, by=here["quetta_ddo"])
    paid = payments.issue_instrument(**issue, by=here["ddo"])
    with pytest.raises(NotAllowed, match="Ministry of Human Rights"):
        payments.clear_instrument(instrument=paid.pk, by=here["quetta_reconciler"], on=world.DAY)
    with pytest.raises(NotAllowed, match="Ministry of Human Rights"):
        payments.fail_instrument(
            instrument=paid.pk, state="stopped", reason="Lost", by=here["quetta_ddo"], on=world.DAY
        )
    with pytest.raises(NotAllowed, match="Ministry of Human Rights"):
        disbursements.cancel(disbursement=row.pk, by=here["quetta_ddo"], reason="Not needed", on=world.DAY)
    assert payments.clear_instrument(instrument=paid.pk, by=here["reconciler"], on=world.DAY).state == "cleared"


def next_of(here: world.World, row: Disbursement, name: str) -> chain_view.Move:
    move = chain_view.next_move(overview.load(row, viewer=again(here, name)))
    assert move is not None
    return move


def again(here: world.World, name: str) -> User:
    """The user as a new request finds them."""
    return User.objects.get(pk=here[name].pk)


def test_lists_and_next_moves_tell_another_office_of_nothing_it_may_do(here: world.World) -> None:
    row = asked(here, 3)

    def told(lists: Callable[[User], QuerySet[Any]], role: str) -> None:
        """In the list, in the count and on the page it is the fund's own officer's, never the other office's."""
        row.refresh_from_db()
        assert lists(again(here, role)).count() == 1 == inbox.waiting_for(again(here, role))
        assert lists(again(here, f"quetta_{role}")).count() == 0 == inbox.waiting_for(again(here, f"quetta_{role}"))
        assert next_of(here, row, role).mine and not next_of(here, row, f"quetta_{role}").mine

    told(inbox.to_voucher, "ddo")
    assert next_of(here, row, "quetta_ddo").lead.startswith("With Ddo Khan since")
    vouchers.issue_voucher(disbursement=row.pk, by=here["ddo"], on=world.DAY)
    told(inbox.to_pay, "ddo")
    payments.issue_instrument(disbursement=row.pk, line=row.lines.get().pk, number="1", on=world.DAY, by=here["ddo"])
    told(inbox.outstanding, "reconciler")


def test_another_offices_approver_cancels_no_sanction(here: world.World) -> None:
    row = asked(here, 3)
    with pytest.raises(NotAllowed, match="Ministry of Human Rights"):
        disbursements.cancel(disbursement=row.pk, by=here["quetta_approver"], reason="Not needed", on=world.DAY)


def test_the_page_offers_another_offices_manager_nothing_to_record(here: world.World, client: Client) -> None:
    client.force_login(here["quetta_fund_manager"])
    assert "/receipts/new" not in client.get("/funds/TEST/").content.decode()
    client.force_login(here["fund_manager"])
    assert "/receipts/new" in client.get("/funds/TEST/").content.decode()
