"""Separation of duties as the database keeps it: fragments of SQL and bodies of PL/pgSQL; SQLSTATE 23F.. as in request_rules.py."""

from beneficiaries.private.sealed import differs, same_value
from beneficiaries.rules.limit_rules import TODAY
from beneficiaries.rules.person_rules import holds, same_person
from funds.workflow import KEEPERS
from ledger.isolation import read_committed
from ledger.roles import Role
from ledger.ruling import AS_USUAL

_KEEPERS = ", ".join(f"'{role.value}'" for role in sorted(KEEPERS))


def counts(decision: str) -> str:
    """SQL: whether a decision is an approval that no later return to its step, or to one before it, has set aside."""
    return f"""({decision}.outcome = 'approved' AND NOT EXISTS (
  SELECT FROM funds_decision back JOIN funds_approvalstep its ON its.id = {decision}.step_id
  WHERE back.disbursement_id = {decision}.disbursement_id AND back.submission = {decision}.submission
    AND back.outcome = 'returned' AND back.id > {decision}.id AND back.back_to <= its.position))"""


def lacks_quorum(step: str, digest: str) -> str:
    """SQL: no minutes hold enough approvals of their members that count on this committee's step."""
    return f"""NOT EXISTS (
  SELECT FROM funds_decision d JOIN funds_minutesitem i ON i.id = d.minutes_item_id
  JOIN funds_minutes m ON m.id = i.minutes_id JOIN funds_committeeversion v ON v.id = m.under_id
  WHERE d.step_id = {step}.id AND {counts("d")} AND d.digest = {digest}
  GROUP BY m.id, v.quorum HAVING count(*) >= v.quorum)"""


def waits_since(request: str) -> str:
    """SQL: the first day on which the step that waits can be decided: the last move, never before the submission."""
    return f"""greatest({request}.waiting_since, (SELECT chosen_on FROM funds_chosenrule
    WHERE disbursement_id = {request}.id AND submission = {request}.submission))"""


def signed_for(decision: str, user: str) -> str:
    """SQL: whether the decision was signed for this person."""
    return f"""EXISTS (SELECT FROM funds_delegation held JOIN beneficiaries_officer gave ON gave.id = held.giver_id
    WHERE held.id = {decision}.delegation_id AND {same_person("gave.user_id", user)})"""


def is_payee(user: str) -> str:
    """SQL: whether the person is a payee of the request at hand."""
    return f"""EXISTS (SELECT FROM funds_payeeline line JOIN beneficiaries_officer officer
  ON {same_value("officer.cnic", "line.cnic")} WHERE line.disbursement_id = request.id AND officer.user_id = {user})"""


def stands_apart(user: str) -> str:
    """SQL: whether the person recused from the request at hand, or declared a conflict with it, its cases or its people."""
    return f"""(EXISTS (
  SELECT FROM funds_decision said WHERE said.disbursement_id = request.id AND said.outcome = 'recused'
    AND {same_person("said.decided_by_id", user)}
) OR EXISTS (
  SELECT FROM funds_conflict said WHERE {same_person("said.declared_by_id", user)}
    AND NOT EXISTS (SELECT FROM funds_conflictend e WHERE e.conflict_id = said.id) AND (
    said.disbursement_id = request.id
    OR said.case_id IN (SELECT case_id FROM funds_payeeline WHERE disbursement_id = request.id)
    OR EXISTS (SELECT FROM funds_payeeline line JOIN beneficiaries_case c ON c.id = line.case_id
      JOIN beneficiaries_person known ON known.id = said.person_id
      WHERE line.disbursement_id = request.id
        AND (line.person_id IN (known.id, known.merged_into_id) OR c.person_id IN (known.id, known.merged_into_id))))
))"""


# A paper that lay in its case was withdrawn, or the register names a payee otherwise than the line does.
HAS_DRIFTED = f"""(EXISTS (
  SELECT FROM funds_submittedpaper bound JOIN beneficiaries_paperwithdrawal gone ON gone.paper_id = bound.paper_id
  WHERE bound.disbursement_id = request.id AND bound.submission = request.submission
) OR EXISTS (
  SELECT FROM funds_payeeline line JOIN beneficiaries_person known ON known.id = line.person_id
  WHERE line.disbursement_id = request.id AND line.payee_kind = 'person' AND known.merged_into_id IS NULL
    AND (line.payee_name <> known.name OR {differs("line.cnic", "coalesce(known.cnic, '')")})
))"""

REFUSE_DRIFT = f"""
IF {HAS_DRIFTED} THEN
  RAISE EXCEPTION 'A paper or a payee of request % is not what was submitted.', request.number USING ERRCODE = '23F57';
END IF;
"""

_STAFF = f"""EXISTS (SELECT FROM beneficiaries_officer o WHERE o.{{column}} <> ''
  AND {same_value("o.{column}", "{line}.{column}")})"""


def is_staff(line: str) -> str:
    """SQL: whether a payee line names the CNIC or the account of somebody who has an account here."""
    return f"({' OR '.join(_STAFF.format(column=column, line=line) for column in ('cnic', 'iban'))})"


NOT_STAFF = f"""
IF TG_OP = 'UPDATE' AND {same_value("NEW.cnic", "OLD.cnic")} AND {same_value("NEW.iban", "OLD.iban")} THEN
  RETURN NEW;
END IF;
IF {is_staff("NEW")} THEN
  RAISE EXCEPTION 'Line % pays a member of the staff.', NEW.position USING ERRCODE = '23F58';
END IF;
RETURN NEW;
"""

REFUSE_STAFF = f"""
IF EXISTS (SELECT FROM funds_payeeline line WHERE line.disbursement_id = request.id AND {is_staff("line")}) THEN
  RAISE EXCEPTION 'Request % pays a member of the staff.', request.number USING ERRCODE = '23F58';
END IF;
"""


def refuse_hands(user: str) -> str:
    """Whoever hands out the money, or confirms that it went, neither asked for it, nor decided on it, nor receives it."""
    return f"""
IF {same_person(user, "request.maker_id")} OR EXISTS (
  SELECT FROM funds_decision d WHERE d.disbursement_id = request.id AND d.outcome <> 'recused'
    AND ({same_person("d.decided_by_id", user)} OR {signed_for("d", user)})
) OR {is_payee(user)} THEN
  RAISE EXCEPTION 'The officer took another part in request %.', request.number USING ERRCODE = '23F10';
END IF;
IF {stands_apart(user)} THEN
  RAISE EXCEPTION 'The officer stands apart from request %.', request.number USING ERRCODE = '23F56';
END IF;
"""


def refuse_role(user: str, role: Role) -> str:
    """Only this role hands out the money of the request at hand, or confirms that it went."""
    return f"""
IF NOT {holds(user, f"'{role.value}'")} THEN
  RAISE EXCEPTION 'Only the {role.label.lower()} does this for request %.', request.number USING ERRCODE = '23F78';
END IF;
"""


# The keys of decisions say which came first (`counts`), so one that is written later has a greater one. Whose turn it is, is
# asked of the signatures as well: the place in the request is a column like others.
DECISION_IS_DUE = f"""
{read_committed("23F08")}
SELECT * INTO request FROM funds_disbursement WHERE id = NEW.disbursement_id FOR UPDATE;
SELECT * INTO due FROM funds_approvalstep WHERE id = NEW.step_id;
IF request.id IS NULL OR due.id IS NULL
  OR request.state <> 'submitted' OR due.disbursement_id <> request.id OR due.submission <> request.submission
  OR NEW.submission <> request.submission OR due.position <> request.position OR NEW.back_to >= due.position THEN
  RAISE EXCEPTION 'This step of request % is not the one that waits.', request.number USING ERRCODE = '23F08';
END IF;
IF NEW.outcome = 'approved' AND EXISTS (
  SELECT FROM funds_approvalstep s WHERE s.disbursement_id = request.id AND s.submission = request.submission
    AND s.position < due.position AND CASE WHEN s.committee_id IS NULL THEN s.signatures > (
      SELECT count(*) FROM funds_decision d WHERE d.step_id = s.id AND {counts("d")})
    ELSE {lacks_quorum("s", "request.digest")} END
) THEN
  RAISE EXCEPTION 'A step of request % before this one lacks signatures.', request.number USING ERRCODE = '23F08';
END IF;
IF (NEW.decided_on BETWEEN {waits_since("request")} AND {TODAY}) IS NOT TRUE THEN
  RAISE EXCEPTION 'This step of request % waits since %, so it is not decided on %.', request.number, request.waiting_since,
    NEW.decided_on USING ERRCODE = '23F08';
END IF;
IF NEW.digest <> request.digest OR NEW.digest = '' THEN
  RAISE EXCEPTION 'The decision is on another content than request % has.', request.number USING ERRCODE = '23F09';
END IF;
IF NEW.outcome <> 'approved' AND NOT EXISTS (
  SELECT FROM funds_decisionground g WHERE g.id = NEW.ground_id AND g.outcome = NEW.outcome
    AND NEW.decided_on BETWEEN g.effective_from AND coalesce(g.effective_to, 'infinity')) THEN
  RAISE EXCEPTION 'The decision on request % gives no ground that counts.', request.number USING ERRCODE = '23F55';
END IF;
IF {same_person("NEW.decided_by_id", "request.maker_id")} THEN
  RAISE EXCEPTION 'The maker of request % cannot decide on it.', request.number USING ERRCODE = '23F10';
END IF;
IF NEW.outcome = 'recused' THEN
  RETURN NEW;
END IF;
IF NEW.id <= (SELECT max(id) FROM funds_decision WHERE disbursement_id = request.id AND outcome <> 'recused') THEN
  RAISE EXCEPTION 'A decision on request % has the number of an earlier one.', request.number USING ERRCODE = '23F08';
END IF;
IF {is_payee("NEW.decided_by_id")} THEN
  RAISE EXCEPTION 'A payee of request % cannot decide on it.', request.number USING ERRCODE = '23F10';
END IF;
IF {stands_apart("NEW.decided_by_id")} THEN
  RAISE EXCEPTION 'The officer stands apart from request %.', request.number USING ERRCODE = '23F56';
END IF;
IF EXISTS (
  SELECT FROM funds_decision d WHERE d.disbursement_id = request.id AND d.submission = request.submission
    AND (d.step_id <> due.id OR {counts("d")}) AND {same_person("d.decided_by_id", "NEW.decided_by_id")}
) THEN
  RAISE EXCEPTION 'One person decides on one step of request %, once.', request.number USING ERRCODE = '23F10';
END IF;
IF (due.committee_id IS NULL
    AND due.signatures <= (SELECT count(*) FROM funds_decision d WHERE d.step_id = due.id AND {counts("d")})) OR EXISTS (
  SELECT FROM funds_decision d WHERE d.step_id = due.id AND d.outcome IN ('returned', 'rejected') AND d.back_to = 0
    AND (d.minutes_item_id = NEW.minutes_item_id) IS NOT TRUE
) THEN
  RAISE EXCEPTION 'This step of request % is decided.', request.number USING ERRCODE = '23F08';
END IF;
IF NEW.outcome = 'approved' THEN{REFUSE_DRIFT}END IF;
RETURN NEW;
"""

# A step is for a role, for a post where it names one, and for the office that keeps the fund where its money is agreed to.
# Under a delegation the post of whoever gave it counts. A committee asks for its members instead (committee_rules.py).
SIGNS_IN_POST = f"""
SELECT * INTO due FROM funds_approvalstep WHERE id = NEW.step_id;
IF due.committee_id IS NOT NULL THEN
  RETURN NEW;
END IF;
SELECT * INTO officer FROM beneficiaries_officer WHERE user_id = coalesce(
  (SELECT gave.user_id FROM funds_delegation d JOIN beneficiaries_officer gave ON gave.id = d.giver_id
    WHERE d.id = NEW.delegation_id), NEW.decided_by_id);
IF officer.id IS NULL OR NOT {holds("officer.user_id", "due.role")} OR due.post NOT IN ('', officer.designation)
  OR NOT EXISTS (SELECT FROM auth_user u WHERE u.id = NEW.decided_by_id AND u.is_active)
  OR NOT EXISTS (
    SELECT FROM funds_disbursement d JOIN funds_fund f ON f.id = d.fund_id
    JOIN beneficiaries_office own ON own.id = officer.office_id
    WHERE d.id = NEW.disbursement_id AND (own.level = 'federal' OR own.id = f.office_id
      OR (own.id = d.office_id AND due.role NOT IN ({_KEEPERS})))
) THEN
  RAISE EXCEPTION 'Step % is not for this officer''s role, post or office.', due.position USING ERRCODE = '23F77';
END IF;
RETURN NEW;
"""

CHAIN_IS_COMPLETE = f"""
{read_committed("23F11")}
SELECT * INTO request FROM funds_disbursement WHERE id = NEW.disbursement_id FOR UPDATE;
SELECT count(*) INTO missing FROM funds_approvalstep step
  WHERE step.disbursement_id = request.id AND step.submission = request.submission AND step.signatures > (
    SELECT count(*) FROM funds_decision d
    WHERE d.step_id = step.id AND {counts("d")} AND d.digest = request.digest);
IF missing > 0 OR NOT EXISTS (
  SELECT FROM funds_approvalstep step JOIN funds_decision d ON d.step_id = step.id
  WHERE step.disbursement_id = request.id AND step.submission = request.submission
    AND step.last AND {counts("d")} AND d.decided_by_id = NEW.sanctioned_by_id AND d.decided_on = NEW.sanctioned_on
) THEN
  RAISE EXCEPTION 'Request % lacks % approval(s): of each step, and of the sanction''s officer and day on the last.',
    request.number, greatest(missing, 1) USING ERRCODE = '23F11';
END IF;
IF request.state <> 'submitted' OR NEW.amount <> request.amount OR NEW.fund_id <> request.fund_id
  OR NEW.digest <> request.digest THEN
  RAISE EXCEPTION 'The sanction differs from request %.', request.number USING ERRCODE = '23F09';
END IF;
RETURN NEW;
"""

# A note of what changed belongs to the submission it ends, and is written while that one waits.
VOID_IS_OF_ITS_SUBMISSION = """
SELECT * INTO request FROM funds_disbursement WHERE id = NEW.disbursement_id FOR UPDATE;
IF request.id IS NULL OR request.state <> 'submitted' OR NEW.submission <> request.submission THEN
  RAISE EXCEPTION 'Request % has no chain that could be void.', request.number USING ERRCODE = '23F59';
END IF;
RETURN NEW;
"""

WAIVERS_OF_ITS_CASES = f"""
{AS_USUAL}
PERFORM 1 FROM funds_disbursement WHERE id IN (SELECT disbursement_id FROM fresh) ORDER BY id FOR UPDATE;
SELECT n.waiver_id INTO wrong FROM fresh n LEFT JOIN funds_disbursement d ON d.id = n.disbursement_id
  LEFT JOIN beneficiaries_paperwaiver w ON w.id = n.waiver_id
  WHERE coalesce(d.state, '') NOT IN ('draft', 'returned') OR n.submission <> d.submission + 1 OR NOT EXISTS (
    SELECT FROM funds_payeeline line WHERE line.case_id = w.case_id AND line.disbursement_id = d.id) LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Waiver % is of no case of its request, or comes too late.', wrong USING ERRCODE = '23F17';
END IF;
RETURN NULL;
"""

# Questions of the report: each row is one text, and there should be none. A person is told by the CNIC of the post.
_PARTS = """
    SELECT d.id, d.maker_id AS account, 'drafted it' AS part FROM funds_disbursement d
    UNION ALL SELECT c.disbursement_id, c.decided_by_id, 'decided on it' FROM funds_decision c WHERE c.outcome <> 'recused'
    UNION ALL SELECT c.disbursement_id, o.user_id, 'decided on it' FROM funds_decision c
      JOIN funds_delegation g ON g.id = c.delegation_id JOIN beneficiaries_officer o ON o.id = g.giver_id
    UNION ALL SELECT s.disbursement_id, v.issued_by_id, 'handed out its money'
      FROM funds_voucher v JOIN funds_sanction s ON s.id = v.sanction_id
    UNION ALL SELECT l.disbursement_id, i.issued_by_id, 'handed out its money'
      FROM funds_instrument i JOIN funds_payeeline l ON l.id = i.line_id
    UNION ALL SELECT l.disbursement_id, i.cleared_by_id, 'confirmed that its money went'
      FROM funds_instrument i JOIN funds_payeeline l ON l.id = i.line_id WHERE i.cleared_by_id IS NOT NULL
    UNION ALL SELECT l.disbursement_id, o.user_id, 'is a payee of it'
      FROM funds_payeeline l JOIN beneficiaries_officer o ON o.cnic <> '' AND """ + same_value("o.cnic", "l.cnic")
TWO_PARTS = f"""
SELECT format('request %%s: %%s %%s', d.number, min(u.username), string_agg(DISTINCT p.part, ' and '))
FROM ({_PARTS}) p JOIN funds_disbursement d ON d.id = p.id JOIN auth_user u ON u.id = p.account
LEFT JOIN beneficiaries_officer o ON o.user_id = p.account
GROUP BY d.id, d.number, coalesce(split_part(o.cnic, '.', 3), p.account::text) HAVING count(DISTINCT p.part) > 1 ORDER BY d.id
"""
STAFF_PAID = f"""
SELECT format('request %%s: line %%s pays a member of the staff, %%s', d.number, line.position, line.payee_name)
FROM funds_payeeline line JOIN funds_disbursement d ON d.id = line.disbursement_id
WHERE d.state NOT IN ('rejected', 'cancelled') AND {is_staff("line")} ORDER BY d.id, line.position
"""
DECIDED_APART = f"""
SELECT format('request %%s: %%s %%s it after standing apart from it', request.number, made.name, made.outcome)
FROM funds_decision made JOIN funds_disbursement request ON request.id = made.disbursement_id
WHERE made.outcome <> 'recused' AND (EXISTS (
  SELECT FROM funds_decision said WHERE said.disbursement_id = request.id AND said.outcome = 'recused' AND said.id < made.id
    AND {same_person("said.decided_by_id", "made.decided_by_id")}
) OR EXISTS (
  SELECT FROM funds_conflict said WHERE said.disbursement_id = request.id AND said.recorded_at < made.recorded_at
    AND NOT EXISTS (SELECT FROM funds_conflictend e WHERE e.conflict_id = said.id AND e.recorded_at < made.recorded_at)
    AND {same_person("said.declared_by_id", "made.decided_by_id")}
)) ORDER BY made.id
"""
