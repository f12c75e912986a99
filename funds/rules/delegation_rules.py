"""What the database asks of delegations: two people, no backdating, never onwards, and only what the giver may. 23F65, 23F66.

For whom it was signed counts as having signed (`duty_rules.signed_for`), here and where money is handed out.
"""

from beneficiaries.rules.limit_rules import TODAY, limit_of
from beneficiaries.rules.person_rules import agreed_by_another, same_person
from funds.rules.duty_rules import counts, is_payee, signed_for, stands_apart
from ledger.isolation import read_committed

# One change of the delegations at a time, so that two that would make a chain see each other.
LOCK = "delegations"
_HELD = f"""{read_committed("23F65")}
PERFORM pg_advisory_xact_lock(hashtext('{LOCK}'), 0);"""

DELEGATION_IS_GIVEN = f"""
SELECT * INTO giver FROM beneficiaries_officer WHERE id = NEW.giver_id;
SELECT * INTO taker FROM beneficiaries_officer WHERE id = NEW.taker_id;
IF giver.id IS NULL OR taker.id IS NULL OR {same_person("giver.user_id", "taker.user_id")} THEN
  RAISE EXCEPTION 'Nobody signs for themselves.' USING ERRCODE = '23F65';
END IF;
IF NEW.given_at <> now() OR NEW.starts_on < {TODAY} OR NEW.giver_post <> giver.designation THEN
  RAISE EXCEPTION 'A delegation begins today or later, for the post that the giver holds.' USING ERRCODE = '23F65';
END IF;
RETURN NEW;
"""

DELEGATION_IS_AGREED = f"""
{_HELD}
SELECT * INTO power FROM funds_delegation WHERE id = NEW.delegation_id;
SELECT user_id INTO giver FROM beneficiaries_officer WHERE id = power.giver_id;
SELECT user_id INTO taker FROM beneficiaries_officer WHERE id = power.taker_id;
{agreed_by_another("23F65", "giver", "taker")}
IF power.ends_on < {TODAY} THEN
  RAISE EXCEPTION 'The delegation ended on %, before anybody agreed.', power.ends_on USING ERRCODE = '23F65';
END IF;
IF EXISTS (
  SELECT FROM funds_delegation d JOIN funds_delegationdecision c ON c.delegation_id = d.id AND c.outcome = 'agreed'
  JOIN beneficiaries_officer gave ON gave.id = d.giver_id JOIN beneficiaries_officer took ON took.id = d.taker_id
  WHERE d.starts_on <= power.ends_on AND d.ends_on >= power.starts_on
    AND NOT EXISTS (SELECT FROM funds_delegationend e WHERE e.delegation_id = d.id)
    AND ({same_person("gave.user_id", "taker")} OR {same_person("took.user_id", "giver")})
) THEN
  RAISE EXCEPTION 'A power that was given is not given onwards on the same days.' USING ERRCODE = '23F65';
END IF;
RETURN NEW;
"""

# Locked against the decision that would rest on it at the same moment.
DELEGATION_ENDS = f"""
SELECT * INTO power FROM funds_delegation WHERE id = NEW.delegation_id FOR UPDATE;
IF NEW.ended_at <> now() OR power.ends_on < {TODAY} OR NOT EXISTS (
  SELECT FROM funds_delegationdecision c WHERE c.delegation_id = power.id AND c.outcome = 'agreed'
) THEN
  RAISE EXCEPTION 'Only a delegation that was agreed and has days left is ended.' USING ERRCODE = '23F65';
END IF;
RETURN NEW;
"""


def agreed_on(power: str, day: str) -> str:
    """SQL: whether the delegation was agreed to and in its days on this day; its end is asked apart."""
    return f"""({day} BETWEEN {power}.starts_on AND {power}.ends_on AND EXISTS (
    SELECT FROM funds_delegationdecision consent WHERE consent.delegation_id = {power}.id AND consent.outcome = 'agreed'
      AND (consent.decided_at AT TIME ZONE 'Asia/Karachi')::date <= {day}))"""


def reach(decision: str, post: str = "holder.designation", day: str = "") -> str:
    """SQL of the most, in rupees, that whoever signed this decision may sanction on `day` (of the decision, if none is given):
    the own limit in the post, or under a delegation the smaller of its ceiling and the giver's limit, nothing without one."""
    on = day or f"{decision}.decided_on"
    given = f"""(SELECT least(held.ceiling, coalesce({limit_of("gave.user_id", on, "held.giver_post")}, 0))
    FROM funds_delegation held JOIN beneficiaries_officer gave ON gave.id = held.giver_id
    WHERE held.id = {decision}.delegation_id)"""
    own = limit_of(f"{decision}.decided_by_id", on, post)
    return f"(CASE WHEN {decision}.delegation_id IS NULL THEN {own} ELSE {given} END)"


# What a decision under a delegation adds to DECISION_IS_DUE: the power itself, and that the giver were free to sign too.
POWER_IS_GIVEN = f"""
IF NEW.outcome = 'recused' AND NEW.delegation_id IS NOT NULL THEN
  RAISE EXCEPTION 'Everybody stands apart for themselves only.' USING ERRCODE = '23F66';
END IF;
SELECT * INTO request FROM funds_disbursement WHERE id = NEW.disbursement_id FOR UPDATE;
IF NEW.outcome <> 'recused' AND EXISTS (
  SELECT FROM funds_decision d WHERE d.disbursement_id = request.id AND d.submission = NEW.submission
    AND (d.step_id <> NEW.step_id OR {counts("d")}) AND {signed_for("d", "NEW.decided_by_id")}
) THEN
  RAISE EXCEPTION 'Somebody signed request % for this officer already.', request.number USING ERRCODE = '23F66';
END IF;
IF NEW.delegation_id IS NULL THEN
  RETURN NEW;
END IF;
SELECT * INTO power FROM funds_delegation WHERE id = NEW.delegation_id FOR SHARE;
SELECT * INTO giver FROM beneficiaries_officer WHERE id = power.giver_id;
SELECT * INTO due FROM funds_approvalstep WHERE id = NEW.step_id;
SELECT basis INTO much FROM funds_chosenrule WHERE disbursement_id = request.id AND submission = NEW.submission;
IF power.id IS NULL OR NOT {agreed_on("power", "NEW.decided_on")} OR NOT {agreed_on("power", TODAY)}
  OR EXISTS (SELECT FROM funds_delegationend e WHERE e.delegation_id = power.id) THEN
  RAISE EXCEPTION 'Delegation % is not in force.', power.id USING ERRCODE = '23F66';
END IF;
IF NEW.decided_by_id <> (SELECT user_id FROM beneficiaries_officer WHERE id = power.taker_id) THEN
  RAISE EXCEPTION 'Delegation % is another officer''s.', power.id USING ERRCODE = '23F66';
END IF;
IF giver.designation <> power.giver_post OR (power.fund_id IS NOT NULL AND power.fund_id <> request.fund_id) THEN
  RAISE EXCEPTION 'This step of request % is not among what delegation % gives.', request.number, power.id
    USING ERRCODE = '23F66';
END IF;
IF coalesce(much, request.amount) > power.ceiling THEN
  RAISE EXCEPTION 'Request % is above the ceiling of delegation %.', request.number, power.id USING ERRCODE = '23F66';
END IF;
IF {same_person("giver.user_id", "request.maker_id")} OR {is_payee("giver.user_id")} OR {stands_apart("giver.user_id")}
  OR EXISTS (
    SELECT FROM funds_decision d WHERE d.disbursement_id = request.id AND d.submission = NEW.submission
      AND d.outcome <> 'recused' AND (d.step_id <> NEW.step_id OR {counts("d")})
      AND ({same_person("d.decided_by_id", "giver.user_id")} OR {signed_for("d", "giver.user_id")})
) THEN
  RAISE EXCEPTION 'Whoever gave delegation % may not decide on request % either.', power.id, request.number
    USING ERRCODE = '23F66';
END IF;
RETURN NEW;
"""
