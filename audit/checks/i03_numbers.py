"""I3: numbers of sanctions, vouchers, receipts and schedules run 1..n for each fund and year, those of registers by office.

None is used twice, none vanishes.
"""

from audit.checks.base import Found, count, offenders
from funds.models import Disbursement, Receipt, Sanction, SignedSchedule, Voucher

# Table, prefix and width of each numbered series, written out here so that funds.numbers is checked against it.
_SERIES = (
    (Disbursement._meta.db_table, "request", "{f}/{y}/R-", 3),
    (Sanction._meta.db_table, "sanction", "{f}/{y}/", 3),
    (Voucher._meta.db_table, "voucher", "{f}-{y}-", 5),
    (Receipt._meta.db_table, "receipt", "{f}-{y}-RC-", 4),
    (SignedSchedule._meta.db_table, "schedule", "{f}-{y}-SC-", 4),
)


def _gaps(table: str, name: str) -> str:
    return f"""
        SELECT format('{name} %%s: follows serial %%s of %%s %%s', number, before, fund, year) FROM (
            SELECT t.number, t.serial, f.code AS fund, y.label AS year,
                coalesce(lag(t.serial) OVER (PARTITION BY t.fund_id, t.year_id ORDER BY t.serial, t.id), 0) AS before
            FROM {table} t JOIN funds_fund f ON f.id = t.fund_id JOIN ledger_fiscalyear y ON y.id = t.year_id
        ) series WHERE serial <> before + 1 ORDER BY fund, year, serial
    """


def _shape(table: str, name: str, prefix: str, width: int) -> str:
    start = prefix.replace("{f}", "' || f.code || '").replace("{y}", "' || y.label || '")
    digits = f"lpad(t.serial::text, greatest({width}, length(t.serial::text)), '0')"
    return f"""
        SELECT format('{name} %%s (%%s): its number is not made of fund, year and serial %%s', t.number, t.id, t.serial)
        FROM {table} t JOIN funds_fund f ON f.id = t.fund_id JOIN ledger_fiscalyear y ON y.id = t.year_id
        WHERE t.number <> '{start}' || {digits} OR y.book_id <> f.book_id ORDER BY t.id
    """


def _twice(table: str, name: str) -> str:
    return f"SELECT format('{name} %%s: used %%s times', number, count(*)) FROM {table} GROUP BY number HAVING count(*) > 1"


_CHEQUES = """
    SELECT format('%%s %%s of %%s: used %%s times', i.method, i.number, f.code, count(*))
    FROM funds_instrument i JOIN funds_fund f ON f.id = i.fund_id
    GROUP BY i.method, i.number, f.code HAVING count(*) > 1 ORDER BY 1
"""
# A removed last number leaves no gap; its journal entry does not go with it.
_VANISHED = """
    SELECT format('entry %%s: the %%s %%s it booked is not there', e.id, e.kind, e.reference)
    FROM ledger_journalentry e JOIN funds_fund f ON f.book_id = e.book_id
    WHERE e.reverses_id IS NULL AND CASE
        WHEN e.kind = 'sanction' THEN NOT EXISTS (SELECT FROM funds_sanction s WHERE s.entry_id = e.id)
        WHEN e.kind = 'voucher' THEN NOT EXISTS (
            SELECT FROM funds_voucher v WHERE v.number = e.reference AND v.fund_id = f.id)
        WHEN e.kind = 'payment' THEN NOT EXISTS (SELECT FROM funds_instrument i WHERE i.entry_id = e.id)
        WHEN e.key LIKE 'receipt:%%' THEN NOT EXISTS (
            SELECT FROM funds_receipt r WHERE r.number = e.reference AND r.fund_id = f.id)
        ELSE false END ORDER BY e.id
"""
_REGISTER = "beneficiaries_registerentry"
_ENTRIES = f"""
    SELECT format('%%s %%s: follows serial %%s', register, number, before) FROM (
        SELECT register, number, serial, year, office_id,
            coalesce(lag(serial) OVER (PARTITION BY register, office_id, year ORDER BY serial, id), 0) AS before
        FROM {_REGISTER}
    ) series WHERE serial <> before + 1 ORDER BY register, office_id, year, serial
"""
_ENTRY_SHAPE = f"""
    SELECT format('%%s %%s (%%s): its number is not made of office, year and serial %%s', e.register, e.number, e.id, e.serial)
    FROM {_REGISTER} e JOIN beneficiaries_office o ON o.id = e.office_id
    WHERE e.number <> CASE e.register WHEN 'diary' THEN 'DY-' ELSE 'DP-' END || o.code || '-' || e.year || '-'
        || lpad(e.serial::text, greatest(5, length(e.serial::text)), '0')
        OR e.year <> extract(year FROM e.entered_on) ORDER BY e.id
"""
# Orders and vouchers say their dispatch number; what went out before there were registers has none.
_FILED = f"""
    SELECT format('sanction order %%s: nothing went out under %%s', s.number, o.snapshot ->> 'dispatch')
    FROM funds_sanctionorder o JOIN funds_sanction s ON s.disbursement_id = o.disbursement_id
    WHERE NOT EXISTS (SELECT FROM funds_filing f JOIN {_REGISTER} e ON e.id = f.entry_id
        WHERE f.disbursement_id = o.disbursement_id AND e.kind = 'order' AND e.number = o.snapshot ->> 'dispatch'
            AND e.reference = s.number) ORDER BY s.id
"""
# The year of minutes is that of the day on which the committee met.
_MINUTES = """
    SELECT format('minutes %%s: follows serial %%s, or its number is not made of committee, year and serial', number, before)
    FROM (SELECT a.number, a.serial, a.year, k.code, a.committee_id,
            coalesce(lag(a.serial) OVER (PARTITION BY a.committee_id, a.year ORDER BY a.serial, a.id), 0) AS before
        FROM funds_adoption a JOIN funds_committee k ON k.id = a.committee_id) series
    WHERE serial <> before + 1 OR number <> code || '/' || year || '/M-'
        || lpad(serial::text, greatest(3, length(serial::text)), '0') ORDER BY committee_id, year, serial
"""
_COUNTED = [*(series[0] for series in _SERIES), "funds_instrument", "funds_adoption", _REGISTER]
_COUNT = "SELECT " + " + ".join(f"(SELECT count(*) FROM {table})" for table in _COUNTED)
_QUESTIONS = (
    *(_gaps(table, name) for table, name, _, _ in _SERIES),
    *(_shape(*series) for series in _SERIES),
    *(_twice(table, name) for table, name, _, _ in _SERIES),
    _ENTRIES,
    _ENTRY_SHAPE,
    _twice(_REGISTER, "register entry"),
    _FILED,
    _MINUTES,
    _CHEQUES,
    _VANISHED,
)


def numbers() -> Found:
    """Every series of every fund, office and year, and every number that the journal names."""
    return Found(count(_COUNT), offenders(_QUESTIONS))
