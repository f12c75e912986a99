"""Receipts, bail deposits and soft loans in the tables of addresses and of acts: what stands, and how it is pressed."""

from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse

from funds import bail, budgets, receiving
from funds.models import PayeeLine, Receipt
from funds.receipts import printing
from tests.funds import owing_world
from tests.permissions.presses import Press, answered, begun
from tests.world import DAY, World

KEPT = {"amount": "10.00", "forfeited_on": "2025-10-20", "order_number": "12", "reason": "Did not appear"}
BACK = {"amount": "5.00", "received_from": "The court", "reference": "CD 9", "on": "2025-10-20"}


def donation(here: World) -> Receipt:
    return budgets.record_receipt(
        fund=here.fund, kind="donation", amount="3", received_from="A donor", reference=f"G {next(here.numbers)}",
        by=here["fund_manager"], on=DAY,
    )  # fmt: skip


def of_money_back(here: World) -> dict[str, Any]:
    """A receipt that was printed, one that a second manager wants cancelled, a deposit of which a court kept a part, a loan."""
    other = User.objects.get(username="second_manager")
    receipt, wrong = donation(here), donation(here)
    printing.print_receipt(number=receipt.number, by=here["fund_manager"])
    receiving.ask_cancellation(receipt=wrong.number, reason="Twice", by=other)
    deposit = owing_world.deposit(here)
    return {
        "deposit": owing_world.deposit(here).pk,
        "forfeiture": asked(here, deposit, other).pk,
        "lent": owing_world.loan(here).pk,
        "order_paper": paper_of(deposit),
        "paid_voucher": deposit.disbursement.sanction.voucher.number,
        "receipt": receipt.number,
        "wrong": wrong.number,
    }


def paper_of(line: PayeeLine) -> int:
    return line.case.papers.order_by("pk")[0].pk


def asked(here: World, line: PayeeLine, by: User) -> Any:
    given = KEPT | {"forfeited_on": owing_world.OCTOBER, "paper": paper_of(line)}
    return bail.ask_forfeiture(line=line.pk, by=by, **given)  # type: ignore[arg-type]


def states(here: World) -> dict[str, dict[str, Any]]:
    """Asked for by the second manager and answered by the second approver."""
    asker, second = here["second_manager"], here["second_approver"]
    receipts = {stage: donation(here).number for stage in ("stands", "waits", "agreed")}
    for stage in ("waits", "agreed"):
        receiving.ask_cancellation(receipt=receipts[stage], reason="Twice", by=asker)
    receiving.agree_cancellation(receipt=receipts["agreed"], by=second)
    kept = {stage: asked(here, owing_world.deposit(here), asker).pk for stage in ("waits", "agreed", "declined")}
    bail.agree_forfeiture(forfeiture=kept["agreed"], by=second)
    bail.decline_forfeiture(forfeiture=kept["declined"], by=second, remark="Set aside")
    return {
        "receipt": {stage: {"pk": number} for stage, number in receipts.items()},
        "forfeiture": {stage: {"pk": pk} for stage, pk in kept.items()},
    }


def begins(here: World) -> dict[str, Any]:
    """What a refund and a forfeiture name."""
    line = owing_world.deposit(here)
    voucher = line.disbursement.sanction.voucher.number
    return {"deposit": line.pk, "order_paper": paper_of(line), "paid_voucher": voucher}


def back(key: dict[str, Any]) -> dict[str, Any]:
    return BACK | {"voucher": key["paid_voucher"]}


def kept(key: dict[str, Any]) -> dict[str, Any]:
    return KEPT | {"paper": key["order_paper"]}


MONEY_BACK: dict[tuple[str, str], Press] = {
    ("receipt", "ask"): answered("receipt_cancel", "/receipts/{pk}/cancel", sent={"reason": "Twice"}),
    ("receipt", "agree"): answered("receipt_cancel_agree", "/receipts/{pk}/cancel/agree"),
    ("receipt", "decline"): answered("receipt_cancel_decline", "/receipts/{pk}/cancel/decline"),
    ("forfeiture", "agree"): answered("forfeiture_agree", "/forfeitures/{pk}/agree"),
    ("forfeiture", "decline"): answered("forfeiture_decline", "/forfeitures/{pk}/decline"),
    ("free", "refund"): begun(lambda key: (reverse("refund_new"), back(key) | {"position": "1"}), "/refunds", back),
    ("free", "forfeiture"): begun(
        lambda key: (reverse("forfeiture_new", args=[key["deposit"]]), kept(key)),
        "/bail-deposits/{deposit}/forfeit",
        kept,
    ),
}
