"""Money that came back: deposits given back and kept, loans paid back late, a gift for a purpose, a receipt typed twice."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial

from beneficiaries import documents
from beneficiaries.documents import NewPaper
from beneficiaries.owed.loans import record_loan_terms
from config.demo import sheets
from config.demo.invent import MONEY
from config.demo.scenario import Scenario
from config.demo.stage import Stage
from funds import bail, receiving
from funds.budgets import record_receipt
from funds.models import Forfeiture, PayeeLine, Receipt
from funds.receipts.printing import print_receipt

# Voucher, day, rupees, from whom, reference.
BACK = (
    ("HRRV-2022-23-00001", date(2025, 9, 15), 30_300, "Ghazala Bibi", "Slip 5511 of 15 Sep 2025"),
    ("HRRV-2023-24-00001", date(2025, 10, 6), 18_900, "Tasleem Batool", "Slip 5540 of 6 Oct 2025"),
    ("LAJA-2025-26-00006", date(2025, 12, 8), 50_000, "Sessions Court Karachi South", "Challan 212 of 8 Dec 2025"),
)
# Voucher, what was agreed in the year of the loan, months, agreement.
TERMS = (
    ("HRRV-2022-23-00001", date(2022, 9, 12), date(2022, 11, 1), 24, "Agreement 3 of 2022"),
    ("HRRV-2023-24-00001", date(2024, 3, 11), date(2024, 5, 1), 36, "Agreement 1 of 2024"),
)
KEPT = ("LAJA-2021-22-00001", date(2025, 11, 17), 60_000, "Crl. Misc. 88 of 2025")
GIFT = ("LAJA", date(2025, 11, 24), 100_000, "Bar Association, Lahore", "Letter 14 of 24 Nov 2025")
PURPOSE = "Lawyers for women who await trial in Kot Lakhpat jail"
TWICE = "Letter 14 of 24 November"


def scenarios(today: date) -> list[Scenario]:
    """Each after the payment it comes back from; what a court keeps is charged on the day of the consent, today."""
    found = [_scenario(f"terms:{row[0]}", row[2], _agree, row) for row in TERMS]
    found += [_scenario(f"back:{row[4]}", row[1], _receive, row) for row in BACK]
    found.append(_scenario(f"kept:{KEPT[3]}", today, _keep, KEPT))
    found.append(_scenario(f"back:{GIFT[4]}", GIFT[1], _gift, GIFT))
    found.append(_scenario(f"back:{TWICE}", date(2025, 11, 25), _twice, GIFT))
    return found


def _scenario(key: str, day: date, act: Callable[..., None], row: Iterable[object]) -> Scenario:
    return Scenario(key, day, MONEY, 0, partial(act, *row))


def done() -> set[str]:
    """The keys of the scenarios whose rows are there."""
    lines = PayeeLine.objects.filter(case__loan_terms__isnull=False)
    vouchers = lines.values_list("disbursement__sanction__voucher__number", flat=True)
    keys = {f"back:{reference}" for reference in Receipt.objects.values_list("reference", flat=True)}
    keys |= {f"kept:{number}" for number in Forfeiture.objects.values_list("order_number", flat=True)}
    return keys | {f"terms:{number}" for number in vouchers}


def _line(voucher: str) -> PayeeLine:
    return PayeeLine.objects.get(disbursement__sanction__voucher__number=voucher)


def _agree(voucher: str, on: date, first: date, months: int, reference: str, stage: Stage, key: str) -> None:
    case = _line(voucher).case
    record_loan_terms(
        case=case.pk, amount=_line(voucher).amount, agreed_on=on, first_due_on=first, months=months, reference=reference,
        charge_percent="1", guarantor="A brother", by=case.created_by,
    )  # fmt: skip


def _receive(voucher: str, day: date, rupees: int, payer: str, reference: str, stage: Stage, key: str) -> None:
    by = stage.users["salman"]
    made = receiving.record_refund(
        voucher=voucher, amount=rupees, received_from=payer, reference=reference, by=by, on=day
    )
    print_receipt(number=made.number, by=by)


def _keep(voucher: str, day: date, rupees: int, order: str, stage: Stage, key: str) -> None:
    """The accused did not appear; the court's order is attached, and a second person agrees."""
    line = _line(voucher)
    order_paper = NewPaper("court_order", sheets.sheet(), "order.pdf")
    documents.attach(case=line.case_id, papers=[order_paper], by=line.case.created_by)
    asked = bail.ask_forfeiture(
        line=line.pk, amount=rupees, forfeited_on=day, order_number=order, paper=line.case.papers.latest("pk").pk,
        reason="The accused did not appear on 3 November 2025; the deposit is forfeited under s.514 CrPC",
        by=stage.users["salman"],
    )  # fmt: skip
    bail.agree_forfeiture(forfeiture=asked.pk, by=stage.users["nadia"], remark="I have read the order")


def _gift(
    fund: str, day: date, rupees: int, giver: str, reference: str, stage: Stage, key: str, purpose: str = PURPOSE
) -> None:
    record_receipt(
        fund=stage.fund(fund), kind="donation", amount=rupees, received_from=giver, reference=reference, purpose=purpose,
        by=stage.users["salman"], on=day,
    )  # fmt: skip


def _twice(fund: str, day: date, rupees: int, giver: str, reference: str, stage: Stage, key: str) -> None:
    """The same gift once more under a reference typed otherwise: cancelled by two people."""
    _gift(fund, day, rupees, giver, TWICE, stage, key)
    number = Receipt.objects.get(reference=TWICE).number
    receiving.ask_cancellation(receipt=number, reason=f"It is the gift of {reference} again", by=stage.users["salman"])
    receiving.agree_cancellation(receipt=number, by=stage.users["nadia"], remark="One letter, one credit in the bank")
