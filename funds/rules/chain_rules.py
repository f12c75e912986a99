"""What the database asks of the rules of chains, of the choice among them, and of who signs. SQLSTATE 23F50 to 23F53.

Which version is in force, and which of several goes first, is written once here (`covering`): `chains.rule_for` asks it, and
so does the rule that a submission carries the chain of its own fund, kind, office and sum.
"""

from beneficiaries.rules.limit_rules import TODAY
from beneficiaries.rules.person_rules import agreed_by_another
from funds.rules.delegation_rules import reach
from funds.rules.duty_rules import counts
from funds.rules.splitting_rules import basis, people
from funds.workflow import EDITABLE, State
from ledger.isolation import read_committed
from ledger.ruling import AS_USUAL

_EDITABLE = ", ".join(f"'{state.value}'" for state in EDITABLE)
# One change of the rules at a time, so that two that would overlap see each other.
LOCK = "approval_rules"


def _held(code: str) -> str:
    return f"{read_committed(code)}\nPERFORM pg_advisory_xact_lock(hashtext('{LOCK}'), 0);"


def in_force(day: str, row: str = "r") -> str:
    """SQL: this version is agreed and in force on the day."""
    return f"""({day} BETWEEN {row}.effective_from AND coalesce({row}.effective_to, 'infinity')
    AND EXISTS (SELECT FROM funds_ruledecision c WHERE c.rule_id = {row}.id AND c.outcome = 'agreed')
    AND NOT EXISTS (SELECT FROM funds_approvalrule later JOIN funds_ruledecision x ON x.rule_id = later.id
      AND x.outcome = 'agreed' WHERE later.number = {row}.number AND later.version > {row}.version
      AND later.effective_from <= {day}))"""


def covering(fund: str, kind: str, office: str, amount: str, day: str) -> str:
    """SQL of the rules in force that cover these, the one that counts first.

    A fund's own goes before one for all funds, then a kind's own, then an office's own; of two equals, which only old data
    can hold, the later one.
    """
    return f"""SELECT r.* FROM funds_approvalrule r WHERE {in_force(day)}
    AND (r.fund_id IS NULL OR r.fund_id = {fund}) AND (r.kind = '' OR r.kind = {kind})
    AND (r.office_id IS NULL OR r.office_id = {office}) AND {amount} BETWEEN r.minimum AND r.maximum
  ORDER BY (r.fund_id IS NULL), (r.kind = ''), (r.office_id IS NULL), r.effective_from DESC, r.id DESC"""


VERSION_FOLLOWS = f"""
{_held("23F50")}
SELECT coalesce(max(version), 0) INTO last FROM funds_approvalrule WHERE number = NEW.number;
SELECT * INTO first FROM funds_approvalrule WHERE number = NEW.number AND version = 1;
IF NEW.version <> last + 1 OR NEW.proposed_by_id IS NULL OR NEW.reason = '' THEN
  RAISE EXCEPTION 'Version % of rule % does not follow %, or nobody says why.', NEW.version, NEW.number, last
    USING ERRCODE = '23F50';
END IF;
IF last > 0 AND (NEW.fund_id, NEW.kind, NEW.office_id) IS DISTINCT FROM (first.fund_id, first.kind, first.office_id) THEN
  RAISE EXCEPTION 'Every version of rule % is for the same fund, kind and office.', NEW.number USING ERRCODE = '23F50';
END IF;
IF EXISTS (SELECT FROM funds_approvalrule r WHERE r.number = NEW.number
  AND NOT EXISTS (SELECT FROM funds_ruledecision c WHERE c.rule_id = r.id)) THEN
  RAISE EXCEPTION 'A version of rule % waits already.', NEW.number USING ERRCODE = '23F50';
END IF;
RETURN NEW;
"""

STEP_OF_A_PROPOSAL = f"""
{_held("23F50")}
SELECT coalesce(max(position), 0) INTO last FROM funds_rulestep WHERE rule_id = NEW.rule_id;
IF NEW.position <> last + 1 OR EXISTS (SELECT FROM funds_ruledecision WHERE rule_id = NEW.rule_id)
  OR NOT EXISTS (SELECT FROM funds_approvalrule WHERE id = NEW.rule_id) THEN
  RAISE EXCEPTION 'Steps are written in order, before their version is decided.' USING ERRCODE = '23F50';
END IF;
RETURN NEW;
"""

# The first rules may be dated back to the policy they follow, as long as nothing was submitted under any.
RULE_IS_AGREED = f"""
{_held("23F51")}
SELECT * INTO proposal FROM funds_approvalrule WHERE id = NEW.rule_id;
{agreed_by_another("23F51", "proposal.proposed_by_id")}
IF proposal.effective_from < {TODAY} AND EXISTS (SELECT FROM funds_approvalstep) THEN
  RAISE EXCEPTION 'The rule would begin on %, which has passed.', proposal.effective_from USING ERRCODE = '23F51';
END IF;
IF (SELECT s.role FROM funds_rulestep s WHERE s.rule_id = proposal.id ORDER BY s.position DESC LIMIT 1)
  IS DISTINCT FROM 'approver' THEN
  RAISE EXCEPTION 'The last step of a rule sanctions, so an approver signs it.' USING ERRCODE = '23F51';
END IF;
SELECT r.title INTO other FROM funds_approvalrule r JOIN funds_ruledecision c ON c.rule_id = r.id AND c.outcome = 'agreed'
  LEFT JOIN LATERAL (SELECT min(later.effective_from) - 1 AS until FROM funds_approvalrule later
    JOIN funds_ruledecision x ON x.rule_id = later.id AND x.outcome = 'agreed'
    WHERE later.number = r.number AND later.version > r.version) replaced ON true
  WHERE r.number <> proposal.number
    AND (r.fund_id, r.kind, r.office_id) IS NOT DISTINCT FROM (proposal.fund_id, proposal.kind, proposal.office_id)
    AND r.minimum <= proposal.maximum AND r.maximum >= proposal.minimum
    AND coalesce(least(r.effective_to, replaced.until), 'infinity') >= greatest(r.effective_from, proposal.effective_from)
    AND r.effective_from <= coalesce(proposal.effective_to, 'infinity')
  LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'It would overlap with “%”.', other USING ERRCODE = '23F51';
END IF;
RETURN NEW;
"""

# The people are locked, so that two sums for one household follow each other. The moment of recording is the database's.
SUM_IS_TRUE = f"""
{read_committed("23F52")}
SELECT * INTO request FROM funds_disbursement WHERE id = NEW.disbursement_id FOR UPDATE;
IF request.id IS NULL OR request.state NOT IN ({_EDITABLE}) OR NEW.submission <> request.submission + 1
  OR NEW.recorded_at <> now() OR NEW.chosen_on NOT BETWEEN request.drafted_on AND {TODAY} THEN
  RAISE EXCEPTION 'The rule of request % is chosen when it is submitted.', request.number USING ERRCODE = '23F52';
END IF;
{AS_USUAL}
PERFORM 1 FROM beneficiaries_person WHERE id IN ({people("request.id")}) ORDER BY id FOR NO KEY UPDATE;
due := {basis("request.id", "NEW.chosen_on")};
IF NEW.basis IS DISTINCT FROM due THEN
  RAISE EXCEPTION 'The band of request % is chosen on %, not on %.', request.number, due, NEW.basis USING ERRCODE = '23F52';
END IF;
RETURN NEW;
"""

STEP_BEFORE_SUBMISSION = f"""
SELECT * INTO request FROM funds_disbursement WHERE id = NEW.disbursement_id FOR UPDATE;
IF request.id IS NULL OR request.state NOT IN ({_EDITABLE}) OR NEW.submission <> request.submission + 1 THEN
  RAISE EXCEPTION 'The chain of request % is written when it is submitted.', request.number USING ERRCODE = '23F52';
END IF;
RETURN NEW;
"""

# Whatever day a submission is dated, the rules of the day count on which it is recorded.
CHAIN_OF_ITS_RULE = f"""
IF NEW.state <> '{State.SUBMITTED}' OR OLD.state = NEW.state THEN
  RETURN NEW;
END IF;
SELECT * INTO chosen FROM funds_chosenrule WHERE disbursement_id = NEW.id AND submission = NEW.submission;
IF chosen.id IS NULL OR chosen.chosen_on IS DISTINCT FROM NEW.waiting_since OR chosen.basis < NEW.amount
  OR chosen.rule_id IS DISTINCT FROM (
    SELECT id FROM ({covering("NEW.fund_id", "NEW.kind", "NEW.office_id", "chosen.basis", TODAY)} LIMIT 1) first
) THEN
  RAISE EXCEPTION 'Request % does not carry the rule of its fund, kind, office and sum.', NEW.number USING ERRCODE = '23F52';
END IF;
IF EXISTS (
  (SELECT position, role, act, post, committee_id, signatures, days, position = max(position) OVER () FROM funds_rulestep
    WHERE rule_id = chosen.rule_id
   EXCEPT SELECT position, role, act, post, committee_id, signatures, days, last FROM funds_approvalstep
    WHERE disbursement_id = NEW.id AND submission = NEW.submission)
  UNION ALL
  (SELECT position, role, act, post, committee_id, signatures, days, last FROM funds_approvalstep
    WHERE disbursement_id = NEW.id AND submission = NEW.submission
   EXCEPT SELECT position, role, act, post, committee_id, signatures, days, position = max(position) OVER ()
    FROM funds_rulestep
    WHERE rule_id = chosen.rule_id)
) THEN
  RAISE EXCEPTION 'The chain of request % is not that of its rule.', NEW.number USING ERRCODE = '23F52';
END IF;
RETURN NEW;
"""

# Everybody who signs the last step sanctions, each within the own limit, or within the power that was given, as it was on the
# day they signed and as it is today: no day that somebody gives brings back a limit that was taken away. A committee has
# one limit for all, see committee_rules.py.
WITHIN_LIMITS = f"""
SELECT u.username INTO who FROM funds_disbursement d
  JOIN funds_approvalstep s ON s.disbursement_id = d.id AND s.submission = d.submission AND s.last
    AND s.committee_id IS NULL
  JOIN funds_decision c ON c.step_id = s.id AND {counts("c")} JOIN auth_user u ON u.id = c.decided_by_id
  LEFT JOIN funds_chosenrule r ON r.disbursement_id = d.id AND r.submission = d.submission
  WHERE d.id = NEW.disbursement_id
    AND least(coalesce({reach("c")}, 0), coalesce({reach("c", day=TODAY)}, 0)) < coalesce(r.basis, d.amount) LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'The sanction is above the limit of %.', who USING ERRCODE = '23F53';
END IF;
RETURN NEW;
"""
