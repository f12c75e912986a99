"""Invented papers to draw in tests; all people and codes are made up (CNICs begin with 9)."""

from dataclasses import replace
from decimal import Decimal

from funds.papers.data import Budget, PayeeRow, Signatory, Term, VoucherPaper
from ledger.money import words
from ledger.urdu_words import urdu_words

DIGEST = "54fc1343a6a1631cb20637feed2c7d4552b4b3ab5bf2b8b93c81b99c3562927e"
SIGNATORIES = (
    Signatory("Prepared", "Sadia Noreen", "Assistant (Funds)", "8 Oct 2025", "0fbb8cc89032" + "0" * 52),
    Signatory("Verified", "Imran Gul", "Section Officer (Funds)", "9 Oct 2025", "a5bb0ed5bb8c" + "0" * 52),
    Signatory("Budget agreed", "Nadia Hussain", "Deputy Secretary (Finance)", "9 Oct 2025", "c91d22e07b14" + "0" * 52),
    Signatory(
        "Sanctioned", "Farzana Khalid", "Joint Secretary, for the Committee", "10 Oct 2025", "80b1171545e0" + "0" * 52
    ),
    Signatory(
        "Voucher issued", "Waqas Rafiq", "Drawing and Disbursing Officer", "17 Oct 2025", "55fbe4802751" + "0" * 52
    ),
    Signatory(
        "Committee noted",
        "Muhammad Abdur Rehman Siddiqui",
        "Chairman, Provincial Sub-Committee",
        "18 Oct 2025",
        "1234aa0fbb8c" + "0" * 52,
    ),
    Signatory(
        "Secretary agreed",
        "Dr Shaheen Akhtar",
        "Secretary, Principal Accounting Officer",
        "18 Oct 2025",
        "77aa0c99bb8c" + "0" * 52,
    ),
)


def row(position: int, name: str, net: str, *, relation: str = "", share: str = "", instrument: str = "") -> PayeeRow:
    """A payee line without deduction."""
    return PayeeRow(
        position=position,
        name=name,
        relation=relation,
        cnic=f"90000-{position + 100:07d}-{position % 10}",
        instrument=instrument or f"Cheque {47810 + position:07d}",
        share=share,
        gross=Decimal(net),
        deducted=Decimal("0.00"),
        net=Decimal(net),
    )


HEIRS = (
    row(1, "Zainab Bibi", "150000.00", relation="widow of Muhammad Yaqub", share="9/72"),
    row(2, "Rehmat Bibi", "200000.00", relation="wife of Noor Din, mother of the deceased", share="12/72"),
    row(3, "Tariq Yaqub", "566667.00", relation="son of Muhammad Yaqub", share="34/72"),
    row(
        4,
        "Maryam Yaqub (minor)",
        "283333.00",
        relation="daughter of Muhammad Yaqub",
        share="17/72",
        instrument="Savings certificate, via court",
    ),
)

DIYAT = VoucherPaper(
    government="Government of Pakistan",
    ministry="Ministry of Human Rights",
    fund_name="Diyat, Arsh and Daman Fund",
    fund_note="Public Account · non-lapsable · financial year 2025-26",
    particulars=("Fund DAD", "Drawing office 4417, Islamabad", "Financial year 2025-26"),
    number="DAD-2025-26-00005",
    date="17 Oct 2025",
    sanction_number="DAD/2025-26/007",
    sanction_date="10 Oct 2025",
    head_code="A05270",
    head_name="Grants, others (example code)",
    ddo_code="4417",
    ddo_office="Ministry of Human Rights, Islamabad",
    cost_centre="IB4417",
    cost_note="Fund P, function 036101",
    vendor="30001942",
    vendor_note="Courts, deposits",
    pay_to="Sessions Judge, Rawalpindi",
    pay_to_note="for the heirs of Muhammad Yaqub",
    on_account_of="Diyat, convict Gulzar Ahmed s/o Noor Ahmed",
    on_account_note="Central Jail Rawalpindi · FIR 68/2019, PS Saddar · s.316 PPC · case DAD-2025-0031",
    rows=HEIRS,
    share_total="72/72",
    gross=Decimal("1200000.00"),
    deducted=Decimal("0.00"),
    net=Decimal("1200000.00"),
    words=words(Decimal("1200000.00")),
    budget=Budget(
        Decimal("45000000.00"),
        Decimal("6200000.00"),
        Decimal("1500000.00"),
        Decimal("1200000.00"),
        Decimal("36100000.00"),
    ),
    signatories=SIGNATORIES[:5],
    verify_url="https://mohr.example/v/73b083aebd1c7bb2",
    qr_url="HTTPS://MOHR.EXAMPLE/V/73B083AEBD1C7BB2",
    digest=DIGEST,
    printed="Printed 17 Oct 2025 by W. Rafiq",
)


def of_rows(rows: tuple[PayeeRow, ...], **changes: object) -> VoucherPaper:
    """The sample voucher over other payee lines, with totals and words to match."""
    gross = sum((r.gross for r in rows), Decimal(0))
    deducted = sum((r.deducted for r in rows), Decimal(0))
    net = gross - deducted
    return replace(
        DIYAT, rows=rows, gross=gross, deducted=deducted, net=net, words=words(net), share_total="", **changes
    )


def in_urdu(paper: VoucherPaper, language: str = "both") -> VoucherPaper:
    """The paper with its Urdu, led by English or, as "ur", by Urdu."""
    return replace(paper, language=language, kind="Diyat", words_urdu=urdu_words(paper.net), terms=TERMS)


RELIEF = of_rows(
    (row(1, "Rukhsana Bibi", "20000.00", relation="daughter of Ghulam Rasool", instrument="Cheque 0047790"),),
    fund_name="Human Rights Relief Fund",
    fund_note="Assignment account · lapses on 30 June 2026",
    particulars=("Fund HRRF", "Drawing office 4417, Islamabad", "Financial year 2025-26"),
    number="RF-2025-26-00038",
    sanction_number="MOHR/RF/2025-26/0041",
    pay_to="Rukhsana Bibi",
    pay_to_note="Karachi South",
    on_account_of="Relief grant, torture in custody",
    on_account_note="Case HRRF-2025-0212 · Helpline 1099",
    vendor="—",
    vendor_note="",
    signatories=SIGNATORIES[:2],
    budget=Budget(
        Decimal("4000000.00"), Decimal("740000.00"), Decimal("0.00"), Decimal("20000.00"), Decimal("3240000.00")
    ),
)

LIST = of_rows(
    tuple(
        row(n, f"Payee Number {n} of the List", f"{10000 + n * 7}.50", relation=f"son of Father {n}")
        for n in range(1, 39)
    ),
    number="RF-2025-26-00039",
    pay_to="38 payees, as listed",
    pay_to_note="committee list of 14 Oct 2025",
)

TERMS = tuple(
    Term(english, urdu)
    for english, urdu in {
        "Government of Pakistan": "حکومتِ پاکستان",
        "Ministry of Human Rights": "وزارتِ انسانی حقوق",
        "Diyat, Arsh and Daman Fund": "دیت، ارش اور دمان فنڈ",
        "Diyat": "دیت",
        "Grants, others (example code)": "گرانٹس، دیگر (نمونہ کوڈ)",
        "Ministry of Human Rights, Islamabad": "وزارتِ انسانی حقوق، اسلام آباد",
        "Sessions Judge, Rawalpindi": "سیشن جج، راولپنڈی",
        "Prepared": "تیار کنندہ",
        "Verified": "پڑتال کنندہ",
        "Budget agreed": "بجٹ سے متفق",
        "Sanctioned": "منظور کنندہ",
        "Voucher issued": "اجرا کنندہ",
        "Assistant (Funds)": "اسسٹنٹ (فنڈز)",
        "Section Officer (Funds)": "سیکشن آفیسر (فنڈز)",
        "Deputy Secretary (Finance)": "ڈپٹی سیکریٹری (فنانس)",
        "Joint Secretary, for the Committee": "جوائنٹ سیکریٹری، برائے کمیٹی",
        "Drawing and Disbursing Officer": "افسرِ زر بر آری و تقسیم",
        "Savings certificate, via court": "سیونگ سرٹیفکیٹ، بذریعہ عدالت",
    }.items()
)
NAMES_IN_URDU = ("زینب بی بی", "رحمت بی بی", "طارق یعقوب", "مریم یعقوب (نابالغ)")
BOTH = in_urdu(
    replace(
        DIYAT, rows=tuple(replace(row, name_urdu=name) for row, name in zip(DIYAT.rows, NAMES_IN_URDU, strict=True))
    )
)
URDU = replace(BOTH, language="ur")
