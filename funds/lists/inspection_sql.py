"""The questions of `inspection.py`, each asked of all lines of a request at once. A private value is compared by its index."""

from funds.workflow import DEAD, State

_NOT_YET = ", ".join(f"'{state.value}'" for state in (State.DRAFT, State.RETURNED, *DEAD))

TOTALS = """
SELECT count(*), sum(amount), min(amount), percentile_disc(0.5) WITHIN GROUP (ORDER BY amount), max(amount),
  count(*) FILTER (WHERE mod(amount, 1000) = 0)
FROM funds_payeeline WHERE disbursement_id = %(request)s"""

BY_DISTRICT = """
SELECT coalesce(d.name, 'No person'), count(*), sum(l.amount) FROM funds_payeeline l
  LEFT JOIN beneficiaries_person p ON p.id = l.person_id LEFT JOIN beneficiaries_district d ON d.id = p.district_id
  WHERE l.disbursement_id = %(request)s GROUP BY 1 ORDER BY 3 DESC, 1"""

BY_METHOD = """
SELECT method, count(*), sum(amount) FROM funds_payeeline WHERE disbursement_id = %(request)s GROUP BY 1 ORDER BY 3 DESC, 1"""

COMMON = """
SELECT amount, count(*) FROM funds_payeeline WHERE disbursement_id = %(request)s
  GROUP BY 1 ORDER BY 2 DESC, 1 DESC LIMIT %(most)s"""

# Robust: one wild amount moves neither the median nor the median distance. Where most are paid the same, that distance is 0.
OUTLIERS = """
WITH mine AS (SELECT payee_name, amount, position FROM funds_payeeline WHERE disbursement_id = %(request)s),
  middle AS (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY amount) AS amount FROM mine),
  spread AS (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY abs(mine.amount - middle.amount)) AS amount FROM mine, middle)
SELECT mine.payee_name, mine.amount, mine.position, count(*) OVER () FROM mine, middle, spread
  WHERE abs(mine.amount - middle.amount) > greatest(5 * spread.amount, middle.amount / 2)
  ORDER BY abs(mine.amount - middle.amount) DESC, mine.position LIMIT %(most)s"""


def _shared(name: str, key: str, where: str) -> str:
    """Groups of lines with one `key`: name, lines, rupees, first positions, how many such groups, how many lines in them."""
    return f"""
WITH groups AS (
  SELECT {name} AS name, count(*) AS number, sum(l.amount) AS total, (array_agg(l.position ORDER BY l.position))[1:5] AS first
    FROM funds_payeeline l LEFT JOIN beneficiaries_person p ON p.id = l.person_id
    WHERE l.disbursement_id = %(request)s AND {where} GROUP BY {key} HAVING count(*) > 1)
SELECT name, number, total, first, count(*) OVER (), sum(number) OVER () FROM groups
  ORDER BY number DESC, total DESC, first LIMIT %(most)s"""


SHARED = (
    (
        "same_person",
        "One person on several lines",
        _shared("min(l.payee_name)", "l.person_id", "l.person_id IS NOT NULL"),
    ),
    (
        "same_iban",
        "One account for several payees",
        _shared("min(l.payee_name)", "split_part(l.iban, '.', 3)", "l.iban <> ''"),
    ),
    (
        "same_phone",
        "One telephone for several payees",
        _shared("min(l.payee_name)", "split_part(p.phone, '.', 3)", "p.phone <> ''"),
    ),
    (
        "same_names",
        "The same name and father's name",
        _shared(
            "min(l.payee_name || ', ' || p.relative_name)", "lower(p.name), lower(p.relative_name)", "p.id IS NOT NULL"
        ),
    ),
)

# A record that was merged counts for the one that stands.
PAID_BEFORE = f"""
WITH mine AS (SELECT person_id, array_agg(position ORDER BY position) AS places FROM funds_payeeline
    WHERE disbursement_id = %(request)s AND person_id IS NOT NULL GROUP BY person_id),
  known AS (SELECT person_id AS id, person_id AS person FROM mine
    UNION SELECT p.id, mine.person_id FROM mine JOIN beneficiaries_person p ON p.merged_into_id = mine.person_id),
  groups AS (
  SELECT min(o.payee_name || ', ' || f.code) AS name, count(DISTINCT o.id) AS number, sum(o.amount) AS total,
    (min(mine.places))[1:5] AS first
  FROM known JOIN mine ON mine.person_id = known.person JOIN funds_payeeline o ON o.person_id = known.id
    JOIN funds_disbursement d ON d.id = o.disbursement_id JOIN funds_fund f ON f.id = d.fund_id
  WHERE d.id <> %(request)s AND d.state NOT IN ({_NOT_YET}) AND d.drafted_on >= %(since)s
  GROUP BY known.person)
SELECT name, number, total, first, count(*) OVER (), sum(number) OVER () FROM groups
  ORDER BY total DESC, first LIMIT %(most)s"""
