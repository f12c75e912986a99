"""I11: what verify can see of it: every record lies in the office of the records it hangs on, or in a federal one.

That nobody reaches another office's records is proved by the tests of each route.
"""

from audit.checks.base import Found, count, offenders

_COUNT = """
    SELECT (SELECT count(*) FROM funds_payeeline) + (SELECT count(*) FROM funds_disbursement)
        + (SELECT count(*) FROM beneficiaries_case) + (SELECT count(*) FROM beneficiaries_heir)
"""
_LINES = """
    SELECT format('payee line %%s of request %%s: %%s of another office', p.id, d.number,
        CASE WHEN c.office_id <> d.office_id THEN 'its case ' || c.number || ' is' ELSE 'its payee is' END)
    FROM funds_payeeline p JOIN funds_disbursement d ON d.id = p.disbursement_id
    JOIN beneficiaries_office o ON o.id = d.office_id AND o.level <> 'federal'
    JOIN beneficiaries_case c ON c.id = p.case_id LEFT JOIN beneficiaries_person h ON h.id = p.person_id
    WHERE c.office_id <> d.office_id OR h.office_id <> d.office_id ORDER BY p.id
"""
_REQUESTS = """
    SELECT format('request %%s: its fund %%s is of another office', d.number, f.code)
    FROM funds_disbursement d JOIN funds_fund f ON f.id = d.fund_id
    JOIN beneficiaries_office own ON own.id = d.office_id JOIN beneficiaries_office o ON o.id = f.office_id
    WHERE f.office_id <> d.office_id AND o.level <> 'federal' AND own.level <> 'federal' ORDER BY d.id
"""
_CASES = """
    SELECT format('case %%s: its person %%s is of another office', c.number, p.id)
    FROM beneficiaries_case c JOIN beneficiaries_office o ON o.id = c.office_id AND o.level <> 'federal'
    JOIN beneficiaries_person p ON p.id = c.person_id WHERE p.office_id <> c.office_id ORDER BY c.id
"""
_HEIRS = """
    SELECT format('heir %%s of case %%s: the person is of another office', h.id, c.number)
    FROM beneficiaries_heir h JOIN beneficiaries_obligation b ON b.id = h.obligation_id
    JOIN beneficiaries_courtorder r ON r.id = b.order_id JOIN beneficiaries_case c ON c.id = r.case_id
    JOIN beneficiaries_office o ON o.id = c.office_id AND o.level <> 'federal'
    JOIN beneficiaries_person p ON p.id = h.person_id WHERE p.office_id <> c.office_id ORDER BY h.id
"""


def offices() -> Found:
    """Requests, payee lines, cases and heirs."""
    note = "Only the records are compared here; that no route shows them to another office is proved by tests."
    return Found(count(_COUNT), offenders((_LINES, _REQUESTS, _CASES, _HEIRS)), (note,))
