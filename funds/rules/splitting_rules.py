"""What other requests give to the people of one: the SQL behind the band, asked by `splitting.py` and by the database.

A household, as far as the register knows it: the person of a case, who is paid on it, and the heirs of what a court ordered in
it. Money to any of them, or on a case of any of them, counts, and a record merged into another counts for that one.
"""

from beneficiaries.rules.limit_rules import TODAY
from funds.workflow import DEAD, EDITABLE

_DEAD = ", ".join(f"'{state.value}'" for state in DEAD)
_EDITABLE = ", ".join(f"'{state.value}'" for state in EDITABLE)


def _set_on(day: str) -> str:
    """SQL of the days that the pack sets on that day; 0 where it says nothing."""
    return f"""coalesce((SELECT trunc(m.value)::int FROM beneficiaries_limit m WHERE m.code = 'splitting_days'
    AND {day} BETWEEN m.effective_from AND coalesce(m.effective_to, 'infinity') ORDER BY m.effective_from DESC LIMIT 1), 0)"""


def window(day: str) -> str:
    """SQL of the days looked back from that day: as many as are set then or today; 0 where nothing is added up."""
    return f"greatest({_set_on(day)}, {_set_on(TODAY)})"


# Each person of a case, every record that stands for the same human being, and whether the request pays this one. Steps go
# by key from row to row and never compare two lists, so that a list of many thousands takes seconds.
_PEOPLE = """
  mine AS (SELECT DISTINCT case_id, person_id FROM funds_payeeline WHERE disbursement_id = {request}),
  named AS (
    SELECT case_id, person_id AS person, true AS paid FROM mine WHERE person_id IS NOT NULL
    UNION SELECT mine.case_id, c.person_id, false FROM mine JOIN beneficiaries_case c ON c.id = mine.case_id
    UNION SELECT mine.case_id, h.person_id, false FROM mine JOIN beneficiaries_courtorder k ON k.case_id = mine.case_id
      JOIN beneficiaries_obligation o ON o.order_id = k.id JOIN beneficiaries_heir h ON h.obligation_id = o.id
  ),
  known(case_id, person, paid, id) AS (
    SELECT case_id, person, paid, person FROM named
    UNION SELECT k.case_id, k.person, k.paid, other.id FROM known k CROSS JOIN LATERAL (
      SELECT p.id FROM beneficiaries_person p WHERE p.merged_into_id = k.id
      UNION ALL SELECT p.merged_into_id FROM beneficiaries_person p WHERE p.id = k.id AND p.merged_into_id IS NOT NULL
    ) other
  )"""


def people(request: str) -> str:
    """SQL of every record of the people of a request and of their households: they are locked before a sum is read."""
    return f"WITH RECURSIVE {_PEOPLE.format(request=request)} SELECT id FROM known"


# Which lines count together, by what they have in common; each kind is narrowed down by a condition.
_FOUND = """
    SELECT 'payee' AS what, known.person AS key, l.id AS line
      FROM known JOIN funds_payeeline l ON l.person_id = known.id WHERE known.paid {payee}
    UNION SELECT 'household', known.case_id, l.id FROM known JOIN funds_payeeline l ON l.person_id = known.id WHERE true {household}
    UNION SELECT 'household', known.case_id, l.id FROM known JOIN beneficiaries_case c ON c.person_id = known.id
      JOIN funds_payeeline l ON l.case_id = c.id WHERE true {household}
    UNION SELECT what.name, mine.case_id, l.id FROM mine JOIN funds_payeeline l ON l.case_id = mine.case_id
      CROSS JOIN (VALUES ('case'), ('household')) what(name) WHERE true {case}"""


def _found(payee: str, household: str, case: str) -> str:
    return _FOUND.format(payee=payee, household=household, case=case)


def _touched(what: str, key: str) -> str:
    return f"AND ({what}, {key}) IN (SELECT what, key FROM touched)"


def rolling(request: str, day: str) -> str:
    """SQL of the sums that others touch: (what, key, request, rupees), the request's own part among them.

    First what others touch is found, and only that is added up: of a list of a hundred thousand it is little. Another request
    counts from when its rule is chosen, with its own day or that of its recording, whichever is later: no day that
    somebody gives brings two requests apart that were sent together.
    """
    others = f"AND l.disbursement_id <> {request}"
    own = _found(
        _touched("'payee'", "known.person"),
        _touched("'household'", "known.case_id"),
        _touched("what.name", "mine.case_id"),
    )
    return f"""WITH RECURSIVE {_PEOPLE.format(request=request)},
  touched AS MATERIALIZED (SELECT DISTINCT what, key FROM ({_found(others, others, others)}) elsewhere),
  found AS ({own}
  ),
  back AS MATERIALIZED (SELECT {window(day)} AS days),
  parts AS (
    SELECT found.what, found.key, d.id AS disbursement_id, sum(l.amount) AS amount,
      bool_or(d.id <> {request}) OVER (PARTITION BY found.what, found.key) AS touched
    FROM found JOIN funds_payeeline l ON l.id = found.line JOIN funds_disbursement d ON d.id = l.disbursement_id
      LEFT JOIN funds_chosenrule r ON r.disbursement_id = d.id
        AND r.submission = d.submission + CASE WHEN d.state IN ({_EDITABLE}) THEN 1 ELSE 0 END
    WHERE d.id = {request} OR (d.state NOT IN ({_DEAD}) AND (r.id IS NOT NULL OR d.state NOT IN ({_EDITABLE}))
      AND (SELECT days FROM back) > 0
      AND coalesce(greatest(r.chosen_on, (r.recorded_at AT TIME ZONE 'Asia/Karachi')::date), d.drafted_on)
        > {day} - (SELECT days FROM back))
    GROUP BY found.what, found.key, d.id
  )
SELECT what, key, disbursement_id, amount FROM parts WHERE touched"""


def basis(request: str, day: str) -> str:
    """SQL of the sum on which the band is chosen: the request's own amount, or the largest of the sums that others touch."""
    return f"""(SELECT greatest((SELECT amount FROM funds_disbursement WHERE id = {request}), max(total)) FROM (
  SELECT sum(amount) AS total FROM ({rolling(request, day)}) touched GROUP BY what, key) sums)"""
