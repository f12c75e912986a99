"""Invented sanction orders and note sheets to draw in tests."""

from dataclasses import replace
from decimal import Decimal

from funds.papers.data import PayeeRow
from funds.papers.notes_data import Note, NoteSheet, Turn
from funds.papers.order_data import OrderPaper, Room
from ledger.money import words
from tests.funds.papers.samples import DIGEST, DIYAT, HEIRS, LIST, SIGNATORIES

AMOUNT = Decimal("1200000.00")
ORDER = OrderPaper(
    government="Government of Pakistan",
    ministry="Ministry of Human Rights",
    fund_name="Diyat, Arsh and Daman Fund",
    fund_note="Public Account · non-lapsable · financial year 2025-26",
    particulars=("Ministry of Human Rights", "Fund DAD", "Request DAD/2025-26/R-002"),
    number="DAD/2025-26/007",
    date="10 Oct 2025",
    dispatch="DP-MOHR-2025-00031",
    diary="DY-MOHR-2025-00044",
    request="DAD/2025-26/R-002",
    year="2025-26",
    to="The Accountant General Pakistan Revenues, Islamabad",
    subject="Diyat: Balance of diyat, 4 heirs of Muhammad Yaqub",
    authority="Joint Secretary, for the Committee",
    authority_note="Chain of approval: “DAD, up to Rs 20 lakh”; authority up to Rs 20,00,000.00",
    meeting="",
    amount=AMOUNT,
    words=words(AMOUNT),
    purpose="Case MOHR-2025-00012 · Gulzar Ahmed, son of Noor Ahmed · FIR 68/2019, PS Saddar",
    pay_to="Sessions Judge, Rawalpindi",
    pay_to_note="for the heirs of Muhammad Yaqub",
    lines=4,
    minors=(4,),
    share_total="72/72",
    fund="DAD",
    fund_class="P",
    head_code="A05270",
    head_name="Grants, others (example code)",
    function_code="036101",
    cost_centre="IB4417",
    ddo_code="4417",
    room=Room(Decimal("45000000.00"), Decimal("6200000.00"), Decimal("1500000.00"), AMOUNT, Decimal("36100000.00")),
    conditions=(
        "The money is paid by account-payee cheque or direct credit in the payee's own name, never in cash or to a bearer.",
        "The share of a minor is paid through the court or into a savings certificate.",
    ),
    copies=("The Drawing and Disbursing Officer, DDO code 4417", "Regional Directorate Lahore", "Office copy"),
    signatories=SIGNATORIES[:4],
    content="80b1171545e0" + "0" * 52,
    digest=DIGEST,
)
ROWS = tuple(replace(row, cnic=f"{row.cnic[:5]}-*******-{row.cnic[-1]}") for row in HEIRS)
assert DIYAT.net == AMOUNT


def listed(rows: tuple[PayeeRow, ...] = LIST.rows, **changes: object) -> tuple[OrderPaper, tuple[PayeeRow, ...]]:
    """The order over other payees, with figures and words to match."""
    total = sum((row.net for row in rows), Decimal(0))
    room = replace(ORDER.room, this=total, free=ORDER.room.free + AMOUNT - total)
    given = {"amount": total, "words": words(total), "lines": len(rows), "room": room, "share_total": ""}
    return replace(ORDER, **given | changes), rows  # type: ignore[arg-type]


NOTES = NoteSheet(
    government="Government of Pakistan",
    ministry="Ministry of Human Rights",
    fund_name="Diyat, Arsh and Daman Fund",
    fund_note="Public Account · non-lapsable · financial year 2025-26",
    particulars=("Regional Directorate Lahore", "Fund DAD", "Diyat"),
    file="DY-MOHR-2025-00044",
    request="DAD/2025-26/R-002",
    subject="Balance of diyat, 4 heirs of Muhammad Yaqub",
    amount="Rs 12,00,000.00",
    state="Sanctioned",
    notes=(
        Note(1, "Submitted for sanction", "Rs 13,00,000.00 is asked.", "Sadia Noreen", "Assistant (Funds)",
             "8 Oct 2025, 10:02", "Verifier"),
        Note(2, "Returned", "The order says twelve lakh.", "Imran Gul", "Section Officer (Funds)", "9 Oct 2025, 11:40",
             "Sadia Noreen"),
        Note(3, "Submitted again after correction", "What was changed is told below.", "Sadia Noreen",
             "Assistant (Funds)", "9 Oct 2025, 12:15", "Verifier",
             (Turn("Amount", "Rs 13,00,000.00", "Rs 12,00,000.00"), Turn("Account of T. Yaqub", "nothing", "PK36 HABB **** 0123"))),
        Note(4, "Sanctioned", "Sanction no. DAD/2025-26/007.", "Farzana Khalid", "Joint Secretary", "10 Oct 2025, 16:30",
             "the Drawing and Disbursing Officer"),
    ),
)  # fmt: skip
