"""What the database asks of freezes: two people begin one and two end it early; while it lasts nothing is sanctioned or paid.

SQLSTATE 23F67 for an act in a freeze, 23F68 for the freeze itself.
"""

from beneficiaries.rules.limit_rules import TODAY
from beneficiaries.rules.person_rules import agreed_by_another
from ledger.isolation import read_committed

# Acts hold it together, a consent alone: a freeze waits for what is being sanctioned, and what comes after sees it.
LOCK = "freezes"
_GATE = f"""{read_committed("23F67")}
PERFORM pg_advisory_xact_lock_shared(hashtext('{LOCK}'), 0);"""
_HELD = f"""{read_committed("23F68")}
PERFORM pg_advisory_xact_lock(hashtext('{LOCK}'), 0);"""


def last_day(row: str) -> str:
    """SQL of the last day of a freeze: the day before it was lifted, else its own end."""
    return f"""coalesce((SELECT (x.decided_at AT TIME ZONE 'Asia/Karachi')::date - 1 FROM funds_freezelift l
    JOIN funds_freezeliftdecision x ON x.lift_id = l.id AND x.outcome = 'agreed' WHERE l.freeze_id = {row}.id), {row}.ends_on)"""


def frozen(fund: str, what: str, *days: str) -> str:
    """SQL: whether an agreed freeze of this fund, or of all, stops these acts on one of the days."""
    within = " OR ".join(f"{day} BETWEEN f.starts_on AND {last_day('f')}" for day in days)
    return f"""EXISTS (SELECT FROM funds_freeze f JOIN funds_freezedecision c ON c.freeze_id = f.id AND c.outcome = 'agreed'
  WHERE (f.fund_id IS NULL OR f.fund_id = {fund}) AND f.what IN ('all', '{what}') AND ({within}))"""


def not_frozen(fund: str, what: str, day: str) -> str:
    """Body of the rule on a table whose rows are such acts: neither on their own day nor today."""
    return f"""
{_GATE}
IF {frozen(fund, what, day, TODAY)} THEN
  RAISE EXCEPTION 'The fund is frozen: no {what} now.' USING ERRCODE = '23F67';
END IF;
RETURN NEW;
"""


DECISION_NOT_FROZEN = f"""
{_GATE}
SELECT * INTO due FROM funds_approvalstep WHERE id = NEW.step_id;
SELECT fund_id INTO fund FROM funds_disbursement WHERE id = NEW.disbursement_id;
IF NEW.outcome = 'approved' AND due.last AND {frozen("fund", "sanctions", "NEW.decided_on", TODAY)} THEN
  RAISE EXCEPTION 'The fund is frozen: no sanctions now.' USING ERRCODE = '23F67';
END IF;
RETURN NEW;
"""

FREEZE_IS_PROPOSED = f"""
IF NEW.proposed_by_id IS NULL OR NEW.proposed_at <> now() OR NEW.starts_on < {TODAY} THEN
  RAISE EXCEPTION 'A freeze is proposed by somebody, from today on.' USING ERRCODE = '23F68';
END IF;
RETURN NEW;
"""


def _agreed(table: str, key: str, last: str) -> str:
    """Body of the consent to a row of `table`, by another person; `last` is the last day on which it makes sense."""
    return f"""
{_HELD}
SELECT * INTO proposal FROM {table} WHERE id = NEW.{key};
{agreed_by_another("23F68", "proposal.proposed_by_id")}
IF {last} < {TODAY} THEN
  RAISE EXCEPTION 'Nobody agrees to a freeze, or to lift one, after it is over.' USING ERRCODE = '23F68';
END IF;
RETURN NEW;
"""


FREEZE_IS_AGREED = _agreed("funds_freeze", "freeze_id", "proposal.ends_on")
LIFT_IS_AGREED = _agreed(
    "funds_freezelift", "lift_id", "(SELECT ends_on FROM funds_freeze WHERE id = proposal.freeze_id)"
)

LIFT_IS_PROPOSED = f"""
{_HELD}
IF NEW.proposed_by_id IS NULL OR NEW.proposed_at <> now() OR NOT EXISTS (
  SELECT FROM funds_freeze f JOIN funds_freezedecision c ON c.freeze_id = f.id AND c.outcome = 'agreed'
  WHERE f.id = NEW.freeze_id AND {last_day("f")} >= {TODAY}
) OR EXISTS (
  SELECT FROM funds_freezelift l LEFT JOIN funds_freezeliftdecision x ON x.lift_id = l.id
  WHERE l.freeze_id = NEW.freeze_id AND (x.id IS NULL OR x.outcome = 'agreed')
) THEN
  RAISE EXCEPTION 'Only a freeze that still lasts is lifted, once.' USING ERRCODE = '23F68';
END IF;
RETURN NEW;
"""
