"""The annual statement as a paper: figures of statements.py put into the tables that papers/statement.py draws."""

from datetime import date
from decimal import Decimal

from django.conf import settings

from beneficiaries.models import Person
from funds.books import editions
from funds.papers.statement import draw_statement
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
from funds.statements import Item, Statement
from ledger.clock import today
from ledger.money import figures, grouped

ZERO = Decimal("0.00")
SEXES = {choice.value: str(choice.label) for choice in Person.Gender}


def draw(statement: Statement) -> bytes:
    """The statement as a PDF file. Raises: MissingGlyph for a name that cannot be printed."""
    return draw_statement(paper(statement))


def paper(statement: Statement) -> StatementPaper:
    """Everything the paper says, in rupees."""
    fund, now = statement.fund, statement.now
    return StatementPaper(
        government=settings.PAPER_GOVERNMENT,
        ministry=settings.PAPER_MINISTRY,
        fund_name=fund.name,
        fund_note=_span_words(statement),
        particulars=(f"Fund {fund.code}", fund.bank_name, fund.nature),
        year=statement.title,
        basis="Cash basis · Rupees",
        key_figures=_key_figures(statement),
        receipts_payments=_receipts_payments(statement),
        budget=_budget(statement),
        months=_months(statement),
        movement=_movement(statement),
        bank=_bank(statement),
        commitments=_commitments(statement),
        notes=_notes(statement),
        helped=_helped(statement),
        tie_out=_tie_out(statement),
        signatures=(
            SignatureLine("Drawing and Disbursing Officer"),
            SignatureLine("Joint Secretary (Funds)"),
            SignatureLine("Secretary, Principal Accounting Officer"),
        ),
        version=f"{_standing(statement)} · {_ties_word(statement)} · people helped: {now.people}",
    )


def _span_words(statement: Statement) -> str:
    one_year = statement.from_year == statement.to_year
    return f"Annual statement for the {'year' if one_year else 'years'} ended {_day(statement.now.end)}"


def _standing(statement: Statement) -> str:
    """Final or provisional; what is no frozen version also says when it was drawn."""
    words = editions.standing(statement).text
    return words if statement.edition else f"{words} · drawn from the journal on {today():%-d %b %Y}"


def _ties_word(statement: Statement) -> str:
    difference = sum((abs(tie.difference) for tie in statement.ties), ZERO)
    return f"{len(statement.ties)} figures tied to the trial balance, difference {grouped(difference)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _used(actual: Decimal, final: Decimal) -> Decimal | None:
    return (100 * actual / final).quantize(Decimal(1)) if final else None


def _key_figures(statement: Statement) -> tuple[KeyFigure, ...]:
    now, before = statement.now, statement.before
    used = _used(now.paid, now.final)
    return (
        KeyFigure(f"Cash at {_day(now.end)}", grouped(now.closing), "Rs, book balance"),
        KeyFigure("Paid", grouped(now.paid), f"Rs, {used}% of final budget" if used is not None else "Rs"),
        KeyFigure("People helped", str(now.people), f"{before.people} in the span before"),
        KeyFigure("Outstanding sanctions", grouped(now.committed), "Rs, committed"),
    )


def _years(statement: Statement) -> tuple[ValueColumn, ValueColumn]:
    return ValueColumn(statement.title, shaded=True), ValueColumn(_previous_title(statement))


def _previous_title(statement: Statement) -> str:
    first, last = statement.before.start.year, statement.before.end.year
    one = f"{first}-{(first + 1) % 100:02d}"
    return one if last == first + 1 else f"{one} to {last - 1}-{last % 100:02d}"


def _row(label: str, now: Decimal, before: Decimal, *, note: str = "", style: str = "line") -> TableRow:
    return TableRow(label, (note,), (now, before), style)


def _item_rows(items: tuple[Item, ...], *, sign: int, note: str) -> list[TableRow]:
    return [_row(item.label, sign * item.amount, sign * item.previous, note=note) for item in items]


def _receipts_payments(statement: Statement) -> Table:
    now, before = statement.now, statement.before
    rows = [
        TableRow("Receipts", style=HEADING),
        *_item_rows(statement.receipts, sign=1, note="3"),
        _row("Total receipts", now.received, before.received, style=TOTAL),
        TableRow("Payments", style=HEADING),
        *_item_rows(statement.payments, sign=-1, note="4"),
        _row("Total payments", -now.paid, -before.paid, style=TOTAL),
        _row("Increase in cash", now.received - now.paid, before.received - before.paid, style=STRONG),
        _row("Cash at the beginning", now.opening, before.opening, note="2"),
        _row("Cash at the end", now.closing, before.closing, note="2", style=CLOSING),
    ]
    return Table(
        title="Statement of cash receipts and payments",
        label="Rupees",
        texts=(TextColumn("Note", 12, centred=True),),
        columns=_years(statement),
        rows=tuple(rows),
        note="The notes are part of this statement. Amounts in brackets are payments.",
    )


def _budget(statement: Statement) -> Table:
    now = statement.now
    values = (now.original, now.final, now.paid, now.final - now.paid, _used(now.paid, now.final))
    kinds = [TableRow(item.label, (), (None, None, item.amount, None, None)) for item in statement.payments]
    return Table(
        title="Comparison of budget and actual",
        label="Rupees",
        columns=(
            ValueColumn("Original budget"),
            ValueColumn("Final budget"),
            ValueColumn("Actual", shaded=True),
            ValueColumn("Final less actual"),
            ValueColumn("Used", kind=PERCENT),
        ),
        rows=(*kinds, TableRow("Total payments", (), values, TOTAL)),
        note="The budget of this fund is given in one sum; actual payments are on the cash basis.",
    )


def _months(statement: Statement) -> MonthChart | None:
    """The twelve months of one year beside those of the year before; a longer span has no chart."""
    if len(statement.months) != 12:
        return None
    pairs = zip(statement.months, statement.months_before, strict=True)
    return MonthChart(
        title="Payments by month",
        this_label=statement.title,
        previous_label=_previous_title(statement),
        months=tuple(
            Month(f"{date(2000, int(label[5:]), 1):%b}", amount, previous) for (label, amount), (_, previous) in pairs
        ),
    )


def _movement(statement: Statement) -> Table:
    now, before = statement.now, statement.before
    return Table(
        title="Movement in the fund",
        label="Rupees",
        columns=_years(statement),
        rows=(
            TableRow(f"Balance at {_day(now.start)}", (), (now.opening, before.opening)),
            TableRow("Receipts", (), (now.received, before.received)),
            TableRow("Payments", (), (-now.paid, -before.paid)),
            TableRow(f"Balance at {_day(now.end)}", (), (now.closing, before.closing), CLOSING),
        ),
    )


def _bank(statement: Statement) -> Table:
    return Table(
        title="Cash and bank",
        label="Rupees",
        columns=(ValueColumn(_day(statement.now.end), shaded=True),),
        rows=(
            TableRow("Bank account in the books (F-BNK)", (), (statement.bank,)),
            TableRow("Instruments issued, not yet cleared (G-CHQ)", (), (-statement.uncleared,)),
            TableRow("Cash at the end", (), (statement.now.closing,), CLOSING),
        ),
        note=(
            f"Of this, {figures(statement.unclaimed)} is unclaimed and owed back to the Treasury."
            if statement.unclaimed
            else ""
        ),
    )


def _commitments(statement: Statement) -> Table:
    now, before = statement.now, statement.before
    return Table(
        title="Outstanding commitments",
        label="Rupees",
        columns=_years(statement),
        rows=(TableRow("Sanctioned, voucher not yet issued (X20)", (), (now.committed, before.committed), STRONG),),
    )


def _notes(statement: Statement) -> tuple[Note, ...]:
    fund = statement.fund
    lapse = (
        "Budget not committed by 30 June lapses."
        if fund.lapsable
        else "The fund does not lapse; its balance is carried forward."
    )
    return (
        Note(1, "Reporting entity", (f"{fund.name} of the {settings.PAPER_MINISTRY}. {fund.purpose}. {lapse}",)),
        Note(
            2,
            "Basis and cash",
            (
                "Cash basis. A payment counts on the day its cheque, transfer or other instrument is issued; one that is "
                "returned or goes stale is taken back on the day that is recorded. Cash is the bank account less "
                "instruments issued and not yet cleared.",
            ),
        ),
        Note(
            3,
            "Receipts",
            ("Releases by the Government, donations, profit, recoveries and refunds, as numbered receipts.",),
        ),
        Note(
            4, "Payments", ("By the account each voucher is charged to. Bail deposits and soft loans are refundable.",)
        ),
        Note(
            5,
            "People helped",
            (
                "A victim, or a prisoner for whom diyat, arsh, daman, fine or bail was paid, counts once, however many "
                "heirs or instalments there are.",
            ),
        ),
    )


def _helped(statement: Statement) -> tuple[Table, ...]:
    if not statement.groups:
        return ()
    provinces = sorted({group.province for group in statement.groups})
    sexes = [sex for sex in SEXES if any(group.sex == sex for group in statement.groups)]
    cells = {(group.province, group.sex): group for group in statement.groups}

    def row(province: str) -> TableRow:
        found = [cells.get((province, sex)) for sex in sexes]
        counts = [Decimal(group.people) if group else ZERO for group in found]
        return TableRow(
            province, (), (*counts, sum(counts, ZERO), sum((group.amount for group in found if group), ZERO))
        )

    rows = [row(province) for province in provinces]
    totals = tuple(sum((line.values[at] or ZERO for line in rows), ZERO) for at in range(len(sexes) + 2))
    return (
        Table(
            title="People helped, by province and sex",
            label="Province",
            columns=(
                *(ValueColumn(SEXES[sex], kind=COUNT) for sex in sexes),
                ValueColumn("People", kind=COUNT),
                ValueColumn("Rupees paid"),
            ),
            rows=(*rows, TableRow("Total", (), totals, TOTAL)),
        ),
    )


def _tie_out(statement: Statement) -> tuple[Table, ...]:
    ties = tuple(
        TableRow(tie.figure, (tie.accounts,), (tie.stated, tie.ledger, tie.difference)) for tie in statement.ties
    )
    accounts = tuple(
        TableRow(row.name, (row.code,), (row.debit or None, row.credit or None))
        for row in statement.trial.rows
        if row.debit or row.credit
    )
    totals = (statement.trial.debit_total, statement.trial.credit_total)
    return (
        Table(
            title="Tie-out to the trial balance",
            label="Figure of this statement",
            texts=(TextColumn("Accounts", 52),),
            columns=(ValueColumn("Stated"), ValueColumn("Trial balance"), ValueColumn("Difference", kind=EXACT)),
            rows=ties,
            paisa=True,
        ),
        Table(
            title=f"Trial balance at {_day(statement.now.end)}",
            label="Account",
            texts=(TextColumn("Code", 22),),
            columns=(ValueColumn("Debit"), ValueColumn("Credit")),
            rows=(*accounts, TableRow("Total", ("",), totals, CLOSING)),
            paisa=True,
        ),
    )
