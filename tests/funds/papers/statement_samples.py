"""An invented annual statement to draw in tests."""

from decimal import Decimal

from funds.papers.statement_data import (
    CLOSING,
    COUNT,
    EXACT,
    HEADING,
    PERCENT,
    STRONG,
    TOTAL,
    KeyFigure,
    Month,
    MonthChart,
    Note,
    SignatureLine,
    StatementPaper,
    Table,
    TableRow,
    TextColumn,
    ValueColumn,
)


def _values(*numbers: int | None) -> tuple[Decimal | None, ...]:
    return tuple(None if number is None else Decimal(number) for number in numbers)


def _row(label: str, note: str = "", *numbers: int | None, style: str = "line") -> TableRow:
    return TableRow(label, (note,), _values(*numbers), style)


YEARS = ("2025-26", "2024-25")
RECEIPTS_PAYMENTS = Table(
    title="Statement of cash receipts and payments",
    label="Rupees",
    texts=(TextColumn("Note", 12, True),),
    columns=tuple(
        ValueColumn(label, year, shaded=year == YEARS[0])
        for year in YEARS
        for label in ("Controlled by the Ministry", "Payments by third parties")
    ),
    rows=(
        _row("Receipts", style=HEADING),
        _row("Federal grant released", "3", 20000000, 0, 15000000, 0),
        _row("Donations, purpose restricted", "4", 2500000, 0, 1000000, 0),
        _row("Provincial contributions paid direct to courts", "5", 0, 6000000, 0, 3500000),
        _row("Profit on the special assignment account", "", 4120350, 0, 3675200, 0),
        _row("Soft loans recovered", "6", 640000, 0, 480000, 0),
        _row("Bail deposits refunded", "7", 300000, 0, 0, 0),
        _row("Total receipts", "", 27560350, 6000000, 20155200, 3500000, style=TOTAL),
        _row("Payments", style=HEADING),
        _row("Diyat, arsh and daman", "8", -14250000, -6000000, -9870000, -3500000),
        _row("Fines paid for prisoners", "8", -1835000, 0, -1120000, 0),
        _row("Soft loans given", "6", -2000000, 0, -1500000, 0),
        _row("Bail deposits placed", "7", -600000, 0, -300000, 0),
        _row("Certificates and legal costs", "", -184600, 0, -152300, 0),
        _row("Total payments", "", -18869600, -6000000, -12942300, -3500000, style=TOTAL),
        _row("Increase in cash", "", 8690750, 0, 7212900, 0, style=STRONG),
        _row("Cash at the beginning of the year", "2", 52212900, 0, 45000000, 0),
        _row("Cash at the end of the year", "2", 60903650, 0, 52212900, 0, style=CLOSING),
    ),
    note="The notes are part of this statement. Amounts in brackets are payments. Third-party amounts never pass "
    "through the fund's bank account; they are shown so that the help given is complete.",
)
BUDGET = Table(
    title="Comparison of budget and actual",
    label="Rupees",
    columns=(
        ValueColumn("Original budget"),
        ValueColumn("Final budget"),
        ValueColumn("Actual", shaded=True),
        ValueColumn("Final less actual"),
        ValueColumn("Used", kind=PERCENT),
    ),
    rows=(
        TableRow("Diyat, arsh and daman", (), _values(16000000, 15000000, 14250000, 750000, 95)),
        TableRow("Fines paid for prisoners", (), _values(2000000, 2000000, 1835000, 165000, 92)),
        TableRow("Soft loans given", (), _values(1500000, 2000000, 2000000, 0, 100)),
        TableRow("Bail deposits placed", (), _values(500000, 1000000, 600000, 400000, 60)),
        TableRow("Certificates and legal costs", (), _values(250000, 250000, 184600, 65400, 74)),
        TableRow("Total payments", (), _values(20250000, 20250000, 18869600, 1380400, 93), TOTAL),
    ),
    note="The final budget moved Rs 10,00,000 from diyat to loans and bail (re-appropriation 3 of 12 Feb 2026).",
)
MONTHS = MonthChart(
    title="Payments by month",
    this_label="2025-26",
    previous_label="2024-25",
    months=tuple(
        Month(name, Decimal(this), Decimal(before))
        for name, this, before in (
            ("Jul", 612000, 410000),
            ("Aug", 980000, 760000),
            ("Sep", 1433000, 990000),
            ("Oct", 1246500, 900000),
            ("Nov", 1889100, 1010000),
            ("Dec", 1130000, 1102300),
            ("Jan", 1568000, 1340000),
            ("Feb", 2025000, 980000),
            ("Mar", 1752000, 1250000),
            ("Apr", 1985000, 1440000),
            ("May", 2611000, 1610000),
            ("Jun", 1638000, 1150000),
        )
    ),
    note="Payments controlled by the Ministry, by date of the voucher.",
)
MOVEMENT = Table(
    title="Movement in the fund balance",
    label="Rupees",
    columns=(ValueColumn("General"), ValueColumn("Donor restricted"), ValueColumn("Total", shaded=True)),
    rows=(
        TableRow("Balance at 1 July 2025", (), _values(49712900, 2500000, 52212900)),
        TableRow("Receipts", (), _values(25060350, 2500000, 27560350)),
        TableRow("Payments", (), _values(-17219600, -1650000, -18869600)),
        TableRow("Balance at 30 June 2026", (), _values(57553650, 3350000, 60903650), CLOSING),
    ),
)
BANK = Table(
    title="Cash and bank",
    label="Rupees",
    columns=(ValueColumn("30 June 2026", shaded=True), ValueColumn("30 June 2025")),
    rows=(
        TableRow("Balance in the bank statement", (), _values(61486983, 52212900)),
        TableRow("Instruments issued, not yet cleared (2)", (), _values(-583333, 0)),
        TableRow("Cash at the end of the year", (), _values(60903650, 52212900), CLOSING),
    ),
)
COMMITMENTS = Table(
    title="Commitments outstanding",
    label="Sanctions without voucher",
    columns=(ValueColumn("30 June 2026", shaded=True), ValueColumn("30 June 2025")),
    rows=(
        TableRow("Four sanctions for diyat", (), _values(3550000, 1200000)),
        TableRow("Total", (), _values(3550000, 1200000), TOTAL),
    ),
)
HELPED = Table(
    title="People helped",
    label="Group",
    columns=(
        ValueColumn("Prisoners released", kind=COUNT),
        ValueColumn("Heirs paid", kind=COUNT),
        ValueColumn("Paid Rs", shaded=True),
    ),
    rows=(
        TableRow("Punjab", (), _values(8, 31, 9800000)),
        TableRow("Sindh", (), _values(4, 14, 5600000)),
        TableRow("Khyber Pakhtunkhwa", (), _values(2, 9, 3469600)),
        TableRow("Balochistan", (), _values(0, 0, 0)),
        TableRow("Total", (), _values(14, 54, 18869600), TOTAL),
    ),
)
_ACCOUNTS = (
    ("A-DIY", "Diyat, arsh and daman", "14250000.00", "0", "Payments, diyat", "14250000.00"),
    ("A-FIN", "Fines", "1835000.00", "0", "Payments, fines", "1835000.00"),
    ("A-ADM", "Certificates and legal costs", "184600.00", "0", "Payments, costs", "184600.00"),
    ("F-BNK", "Bank", "61486983.00", "0", "Cash and bank", "61486983.00"),
    ("F-BAIL", "Bail deposits", "600000.00", "0", "Notes 7", "600000.00"),
    ("F-LOAN", "Soft loans", "2000000.00", "0", "Note 6", "2000000.00"),
    ("G-CHQ", "Instruments issued, uncleared", "0", "583333.00", "Cash and bank", "583333.00"),
    ("H-FUND", "Fund balance", "0", "72212900.00", "Movement in the fund balance", "72212900.00"),
    ("H-DON", "Donations", "0", "2500000.00", "Receipts, donations", "2500000.00"),
    ("H-PRO", "Profit", "0", "4120350.00", "Receipts, profit", "4120350.00"),
    ("H-REC", "Recoveries of earlier years", "0", "940000.00", "Receipts, loans and bail", "940000.00"),
)


def _tie_row(code: str, name: str, debit: str, credit: str, used: str, stated: str) -> TableRow:
    return TableRow(code, (name, used), (Decimal(debit), Decimal(credit), Decimal(stated), Decimal("0.00")))


TIE_OUT = Table(
    title="Agreement with the trial balance of 30 June 2026",
    label="Account",
    texts=(TextColumn("Name", 38), TextColumn("Used in", 34)),
    columns=(
        ValueColumn("Debit Rs"),
        ValueColumn("Credit Rs"),
        ValueColumn("In this statement", shaded=True),
        ValueColumn("Difference", kind=EXACT),
    ),
    rows=(
        *(_tie_row(*account) for account in _ACCOUNTS),
        TableRow("Total", ("", ""), (Decimal("80356583.00"), Decimal("80356583.00"), None, Decimal("0.00")), CLOSING),
    ),
    paisa=True,
    note="Debits equal credits: 8,03,56,583.00. Every figure was recomputed from the journal lines.",
)
NOTES = (
    Note(
        1,
        "Reporting entity",
        ("The Diyat, Arsh and Daman Fund is kept by the Ministry of Human Rights in the Public Account.",),
    ),
    Note(
        2,
        "Basis of preparation",
        (
            "The statement is prepared on the cash basis. A payment counts when its instrument is issued; the "
            "instruments that had not been cleared by the bank on 30 June are shown with the cash and bank. "
            "Amounts are in Pakistani rupees.",
        ),
    ),
    Note(
        3, "Authorisation", ("Authorised for issue on 14 August 2026 by the Secretary, Principal Accounting Officer.",)
    ),
)
STATEMENT = StatementPaper(
    government="Government of Pakistan",
    ministry="Ministry of Human Rights",
    fund_name="Diyat, Arsh and Daman Fund",
    fund_note="Annual statement for the year ended 30 June 2026",
    particulars=("Fund DAD", "Public Account, non-lapsable", "Financial year 2025-26"),
    year="2025-26",
    basis="Cash Basis IPSAS · Rupees",
    key_figures=(
        KeyFigure("Cash at 30 June 2026", "6,09,03,650", "Rs, agreed with the bank"),
        KeyFigure("Paid in the year", "1,88,69,600", "Rs, 93% of final budget"),
        KeyFigure("Prisoners released", "14", "9 in 2024-25"),
        KeyFigure("Outstanding sanctions", "35,50,000", "Rs, 4 cases"),
    ),
    receipts_payments=RECEIPTS_PAYMENTS,
    budget=BUDGET,
    months=MONTHS,
    movement=MOVEMENT,
    bank=BANK,
    commitments=COMMITMENTS,
    notes=NOTES,
    helped=(HELPED,),
    tie_out=(TIE_OUT,),
    signatures=(
        SignatureLine("Drawing and Disbursing Officer", "Waqas Rafiq"),
        SignatureLine("Joint Secretary (Funds)", "Farzana Khalid"),
        SignatureLine("Secretary, Principal Accounting Officer"),
    ),
    version="Version 1, frozen 14 Aug 2026 · log head 3f9c 71aa 0be4 52d8 · "
    "every figure recomputed from journal lines, difference 0.00",
    verify_url="https://mohr.example/s/dad-2025-26",
)
