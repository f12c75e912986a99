"""Part of I4: a prisoner is released as recorded, on papers that are there and count; a referral is accepted into one case."""

from audit.checks.base import count, offenders

_COUNT = "SELECT (SELECT count(*) FROM beneficiaries_releaserecord) + (SELECT count(*) FROM beneficiaries_referral)"
_STANDING = """beneficiaries_releaserecord r JOIN beneficiaries_case c ON c.id = r.case_id
    LEFT JOIN beneficiaries_releasewithdrawal w ON w.record_id = r.id WHERE w.id IS NULL"""
# Cases from before there were records have none, so only those that have one are compared.
_SAID = f"""
    SELECT format('case %%s: it says released on %%s, its record says %%s', c.number, p.released_on, s.happened_on)
    FROM beneficiaries_case c JOIN beneficiaries_prisonercase p ON p.case_id = c.id
    LEFT JOIN (SELECT r.case_id, r.happened_on FROM {_STANDING} AND r.step = 'released') s ON s.case_id = c.id
    WHERE p.released_on IS DISTINCT FROM s.happened_on
        AND EXISTS (SELECT FROM beneficiaries_releaserecord r WHERE r.case_id = c.id AND r.step = 'released') ORDER BY c.id
"""
_UNPROVED = f"""
    SELECT format('case %%s: its release rests on no %%s', c.number, need.step)
    FROM {_STANDING.replace(" WHERE", " CROSS JOIN (VALUES ('release_order'), ('jail_certificate')) AS need (step) WHERE")}
        AND r.step = 'released' AND NOT EXISTS (SELECT FROM beneficiaries_releaserecord o WHERE o.case_id = r.case_id
            AND o.step = need.step AND NOT EXISTS (SELECT FROM beneficiaries_releasewithdrawal g WHERE g.record_id = o.id))
    ORDER BY c.id
"""
_PAPERS = f"""
    SELECT format('case %%s: the paper of its record %%s is withdrawn or of another case', c.number, r.id)
    FROM {_STANDING} AND r.paper_id IS NOT NULL AND (
        EXISTS (SELECT FROM beneficiaries_paperwithdrawal g WHERE g.paper_id = r.paper_id)
        OR r.case_id <> (SELECT p.case_id FROM beneficiaries_paper p WHERE p.id = r.paper_id)) ORDER BY r.id
"""
_ACCEPTED_TWICE = """
    SELECT format('referral %%s: it was accepted %%s times', referral_id, count(*)) FROM beneficiaries_referraldecision
    WHERE outcome = 'accepted' GROUP BY referral_id HAVING count(*) > 1 ORDER BY referral_id
"""


def proved_releases() -> tuple[int, tuple[str, ...]]:
    """How many records and referrals were compared, and what does not hold."""
    return count(_COUNT), offenders((_SAID, _UNPROVED, _PAPERS, _ACCEPTED_TWICE))
