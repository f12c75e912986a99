"""What other requests give to the people of one: the SQL behind the band, asked by `splitting.py` and by the database.

A household, as far as the register knows it: the person of a case, who is paid on it, and the heirs of what a court ordered in
it. Money to any of them, or on a case of any of them, counts, and a record merged into another counts for that one.
"""

from funds.workflow import DEAD, State

_NOT_YET = ", ".join(f"'{state.value}'" for state in (State.DRAFT, State.RETURNED, *DEAD))


def window(day: str) -> str:
    """SQL of the days looked back on that day; 0 where the pack says nothing."""
    return f"""coalesce((SELECT trunc(m.value)::int FROM beneficiaries_limit m WHERE m.code = 'splitting_days'
    AND {day} BETWEEN m.effective_from AND coalesce(m.effective_to, 'infinity') ORDER BY m.effective_from DESC LIMIT 1), 0)"""


_MEMBERS = """
  named AS (
    SELECT c.id AS case_id, c.person_id AS person FROM beneficiaries_case c JOIN mine ON mine.case_id = c.id
    UNION SELECT case_id, person_id FROM mine WHERE person_id IS NOT NULL
    UNION SELECT k.case_id, h.person_id FROM mine JOIN beneficiaries_courtorder k ON k.case_id = mine.case_id
      JOIN beneficiaries_obligation o ON o.order_id = k.id JOIN beneficiaries_heir h ON h.obligation_id = o.id
  ),
  up(id, person) AS (
    SELECT DISTINCT person, person FROM named
    UNION SELECT up.id, p.merged_into_id FROM up JOIN beneficiaries_person p ON p.id = up.person
      WHERE p.merged_into_id IS NOT NULL
  ),
  kept AS (SELECT up.id, up.person FROM up JOIN beneficiaries_person p ON p.id = up.person WHERE p.merged_into_id IS NULL),
  alias(person, id) AS (
    SELECT DISTINCT person, person FROM kept
    UNION SELECT alias.person, p.id FROM alias JOIN beneficiaries_person p ON p.merged_into_id = alias.id
  )"""


def people(request: str) -> str:
    """SQL of every record of the people of a request and of their households: they are locked before a sum is read."""
    return f"""WITH RECURSIVE
  mine AS (SELECT DISTINCT case_id, person_id FROM funds_payeeline WHERE disbursement_id = {request}),{_MEMBERS}
SELECT id FROM alias ORDER BY id"""


def rolling(request: str, day: str) -> str:
    """SQL of the sums that others touch: (what, key, request, rupees), the request's own part among them."""
    return f"""WITH RECURSIVE
  mine AS (SELECT DISTINCT case_id, person_id FROM funds_payeeline WHERE disbursement_id = {request}),{_MEMBERS},
  paid AS (
    SELECT alias.person, l.id AS line, l.case_id, l.disbursement_id, true AS in_hand
      FROM alias JOIN funds_payeeline l ON l.person_id = alias.id
    UNION ALL SELECT alias.person, l.id, l.case_id, l.disbursement_id, false
      FROM alias JOIN beneficiaries_case k ON k.person_id = alias.id JOIN funds_payeeline l ON l.case_id = k.id
    UNION ALL SELECT NULL, l.id, l.case_id, l.disbursement_id, false
      FROM (SELECT DISTINCT case_id FROM mine) own JOIN funds_payeeline l ON l.case_id = own.case_id
  ),
  counted AS (
    SELECT paid.* FROM paid JOIN funds_disbursement d ON d.id = paid.disbursement_id
      LEFT JOIN funds_chosenrule r ON r.disbursement_id = d.id AND r.submission = d.submission
    WHERE d.id = {request} OR d.state NOT IN ({_NOT_YET})
      AND coalesce(r.chosen_on, d.drafted_on) > {day} - {window(day)}
  ),
  found AS (
    SELECT 'payee' AS what, counted.person AS key, counted.line FROM counted WHERE counted.in_hand
      AND counted.person IN (SELECT kept.person FROM kept JOIN mine ON mine.person_id = kept.id)
    UNION SELECT 'case', mine.case_id, counted.line FROM (SELECT DISTINCT case_id FROM mine) mine
      JOIN counted ON counted.case_id = mine.case_id
    UNION SELECT 'household', named.case_id, counted.line FROM named JOIN kept ON kept.id = named.person
      JOIN counted ON counted.person = kept.person
    UNION SELECT 'household', mine.case_id, counted.line FROM (SELECT DISTINCT case_id FROM mine) mine
      JOIN counted ON counted.case_id = mine.case_id
  ),
  parts AS (
    SELECT found.what, found.key, l.disbursement_id, sum(l.amount) AS amount
    FROM found JOIN funds_payeeline l ON l.id = found.line GROUP BY 1, 2, 3
  )
SELECT parts.* FROM parts WHERE EXISTS (
  SELECT FROM parts o WHERE o.what = parts.what AND o.key = parts.key AND o.disbursement_id <> {request})"""


def basis(request: str, day: str) -> str:
    """SQL of the sum on which the band is chosen: the request's own amount, or the largest of the sums that others touch."""
    return f"""(SELECT greatest((SELECT amount FROM funds_disbursement WHERE id = {request}), max(total)) FROM (
  SELECT sum(amount) AS total FROM ({rolling(request, day)}) touched GROUP BY what, key) sums)"""
