"""What the database asks of payees on hold, and of accounts that changed: SQLSTATE 23FC0 to 23FC3.

An account counts as changed where the payee was asked for under another one before. The day is that of the history row in
which the present account first stood after the other one.
"""

from beneficiaries.rules.case_rules import same_people
from beneficiaries.rules.limit_rules import TODAY
from beneficiaries.rules.person_rules import same_person
from ledger.isolation import read_committed
from ledger.ruling import AS_USUAL

# A payment holds it together with others, a new hold alone: the hold waits for what is being paid, and what comes after sees it.
LOCK = "payee_holds"
COOLING = "account_cooling_days"  # the code of the limit, in working days
_INDEX = "split_part({}.iban, '.', 3)"


_OPEN = "NOT EXISTS (SELECT FROM funds_payeeholdend e WHERE e.hold_id = h.id)"


def held(line: str) -> str:
    """SQL: whether a hold stands on the payee of the line, on whichever record of a person that was merged."""
    return f"""({line}.person_id IN ({same_people(f"SELECT h.person_id FROM funds_payeehold h WHERE {_OPEN}")}) OR EXISTS (
  SELECT FROM funds_payeehold h WHERE {_OPEN} AND h.person_id IS NULL AND {line}.person_id IS NULL
    AND h.payee_kind = {line}.payee_kind AND h.payee_name = {line}.payee_name))"""


def _same_payee(row: str, line: str, person: bool) -> str:
    if person:
        return f"{row}.person_id = {line}.person_id"
    return f"{row}.person_id IS NULL AND {row}.payee_kind = {line}.payee_kind AND {row}.payee_name = {line}.payee_name"


def _changes(lines: str, *, person: bool) -> str:
    """Of the transfers among these lines that name a person, or none: (line, when the account changed), where it ever did.

    Each question is asked of one payee's rows, which are few.
    """
    before, after = (_same_payee(row, "l", person) for row in ("o", "h"))
    return f"""SELECT l.id AS line, coalesce((
    SELECT min(h.history_date) FROM funds_historicalpayeeline h WHERE {after} AND h.history_type <> '-'
      AND h.history_id > was.last AND {_INDEX.format("h")} = {_INDEX.format("l")}), now()) AS changed
  FROM funds_payeeline l
  CROSS JOIN LATERAL (SELECT max(o.history_id) AS last FROM funds_historicalpayeeline o
    WHERE {before} AND o.history_type <> '-' AND o.iban <> '' AND {_INDEX.format("o")} <> {_INDEX.format("l")}
      AND o.history_id < coalesce((SELECT max(own.history_id) FROM funds_historicalpayeeline own
        WHERE own.id = l.id AND {_INDEX.format("own")} = {_INDEX.format("l")}), {2**63 - 1})) was
  WHERE l.id IN ({lines}) AND l.method = 'transfer' AND was.last IS NOT NULL
    AND l.person_id IS {"NOT NULL" if person else "NULL"}"""


def cooling(lines: str) -> str:
    """SQL: (line, day of the change, working days since, working days asked for) of the lines, given as a subquery of keys,
    whose account changed too short a time ago and that nobody confirmed. Saturday and Sunday are no working days."""
    return f"""SELECT c.line, (c.changed AT TIME ZONE 'Asia/Karachi')::date AS changed_on, asked.days
FROM ({_changes(lines, person=True)} UNION ALL {_changes(lines, person=False)}) c
CROSS JOIN (SELECT value AS days FROM beneficiaries_limit WHERE code = '{COOLING}'
  AND {TODAY} BETWEEN effective_from AND coalesce(effective_to, 'infinity') ORDER BY effective_from DESC LIMIT 1) asked
WHERE asked.days > (SELECT count(*) FROM generate_series((c.changed AT TIME ZONE 'Asia/Karachi')::date + 1, {TODAY}, '1 day') day
    WHERE extract(isodow FROM day) < 6)
  AND NOT EXISTS (SELECT FROM funds_accountconfirmation k WHERE k.line_id = c.line)"""


PAYEE_NOT_HELD = f"""
{read_committed("23FC0")}
{AS_USUAL}
PERFORM pg_advisory_xact_lock_shared(hashtext('{LOCK}'), 0);
SELECT l.payee_name INTO payee FROM fresh n JOIN funds_payeeline l ON l.id = n.line_id WHERE {held("l")} LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION '% is on hold: nothing is paid to this payee.', payee USING ERRCODE = '23FC0';
END IF;
RETURN NULL;
"""

ACCOUNT_HAS_COOLED = f"""
{AS_USUAL}
SELECT l.payee_name INTO payee FROM ({cooling("SELECT line_id FROM fresh WHERE method = 'transfer'")}) c
  JOIN funds_payeeline l ON l.id = c.line LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'The account of % changed a moment ago and nobody confirmed it.', payee USING ERRCODE = '23FC2';
END IF;
RETURN NULL;
"""

HELD_ONCE = f"""
{read_committed("23FC1")}
PERFORM pg_advisory_xact_lock(hashtext('{LOCK}'), 0);
IF NEW.placed_by_id IS NULL OR NEW.placed_at <> now() OR EXISTS (
  SELECT FROM funds_payeehold h WHERE h.person_id IS NOT DISTINCT FROM NEW.person_id AND h.payee_kind = NEW.payee_kind
    AND (NEW.person_id IS NOT NULL OR h.payee_name = NEW.payee_name)
    AND NOT EXISTS (SELECT FROM funds_payeeholdend e WHERE e.hold_id = h.id)
) THEN
  RAISE EXCEPTION 'A payee is put on hold by somebody, now, and once.' USING ERRCODE = '23FC1';
END IF;
RETURN NEW;
"""

HOLDER = "(SELECT placed_by_id FROM funds_payeehold WHERE id = NEW.hold_id)"
ENDED_BY_ANOTHER = f"""
IF NEW.ended_at <> now() OR {same_person("NEW.ended_by_id", HOLDER)} IS NOT FALSE THEN
  RAISE EXCEPTION 'A hold is ended by another person than who placed it.' USING ERRCODE = '23FC1';
END IF;
RETURN NEW;
"""

# While the payees of a request may still change, there is nothing to confirm.
CALLED_BACK_BY_ANOTHER = f"""
SELECT * INTO line FROM funds_payeeline WHERE id = NEW.line_id;
SELECT * INTO request FROM funds_disbursement WHERE id = line.disbursement_id;
IF NEW.confirmed_at <> now() OR request.state IS NULL OR request.state NOT IN ('sanctioned', 'vouchered')
  OR line.method <> 'transfer' OR {same_person("NEW.confirmed_by_id", "request.maker_id")} IS NOT FALSE THEN
  RAISE EXCEPTION 'An account is confirmed by another person than who wrote it down, once the payees are fixed.'
    USING ERRCODE = '23FC3';
END IF;
RETURN NEW;
"""
