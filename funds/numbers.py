"""Numbers of requests, sanctions, vouchers, receipts and payment runs: one series per fund and year, without gaps."""

from datetime import date

from django.db import connection
from django.db.models import Max, Model
from psycopg2 import sql

from beneficiaries.offices.row_scope import everywhere
from funds.models import Disbursement, Fund, PaymentRun, Receipt, Sanction, SignedSchedule, Voucher
from ledger.chart import fiscal_label
from ledger.errors import BadInput
from ledger.locks import hold
from ledger.models import FiscalYear

FORMATS: dict[type[Model], str] = {
    Disbursement: "{fund}/{year}/R-{serial:03d}",
    Sanction: "{fund}/{year}/{serial:03d}",
    Voucher: "{fund}-{year}-{serial:05d}",
    Receipt: "{fund}-{year}-RC-{serial:04d}",
    SignedSchedule: "{fund}-{year}-SC-{serial:04d}",
    PaymentRun: "{fund}-{year}-PR-{serial:05d}",
}


def year_of(fund: Fund, day: date) -> FiscalYear:
    """The fund's fiscal year of that day. Raises: BadInput where none is open."""
    label = fiscal_label(day)
    year = FiscalYear.objects.filter(book_id=fund.book_id, label=label).first()
    if year is None:
        detail = f"The fund {fund.code} has no year {label}. The fund manager opens it first."
        raise BadInput(detail, fields={"on": detail})
    return year


@everywhere()
def next_number(model: type[Model], *, fund: Fund, year: FiscalYear) -> tuple[int, str]:
    """The next serial and the number made of it. Locks the series until the transaction ends, so that a rollback
    gives the number back and no gap stays (I3). One series counts the requests of all offices."""
    hold(f"{model._meta.db_table}:{fund.pk}", year.pk)
    last = model._default_manager.filter(fund=fund, year=year).aggregate(last=Max("serial"))["last"] or 0
    return last + 1, FORMATS[model].format(fund=fund.code, year=year.label, serial=last + 1)


_MISSING = """
    SELECT f.code, y.label, n FROM (
        SELECT fund_id, year_id, max(serial) AS last FROM {table}
        GROUP BY fund_id, year_id HAVING max(serial) <> count(*)
    ) s JOIN funds_fund f ON f.id = s.fund_id JOIN ledger_fiscalyear y ON y.id = s.year_id
    CROSS JOIN generate_series(1, s.last) AS n
    WHERE NOT EXISTS (SELECT FROM {table} x WHERE x.fund_id = s.fund_id AND x.year_id = s.year_id AND x.serial = n)
    ORDER BY 1, 2, 3 LIMIT 100
"""


def missing_numbers(model: type[Model]) -> list[str]:
    """Numbers that are not there though a later one of their fund and year is; always empty, and shown as such."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_MISSING).format(table=sql.Identifier(model._meta.db_table)))
        rows = cursor.fetchall()
    return [FORMATS[model].format(fund=fund, year=year, serial=serial) for fund, year, serial in rows]
