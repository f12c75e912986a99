"""Rules on eligibility, screening and complaints that the database itself keeps, as bodies of PL/pgSQL."""

from beneficiaries.private.sealed import same_value
from beneficiaries.rules.person_rules import holds
from funds.workflow import EDITABLE, State
from ledger.isolation import read_committed
from ledger.ruling import AS_USUAL, BY_KEY_AGAIN, WHOLE_LISTS

_EDITABLE = ", ".join(f"'{state.value}'" for state in EDITABLE)

# What the service asks in words: each rule in force has an answer for each case, and none of them stops the request.
RULES_ARE_MET = f"""
IF NEW.state <> '{State.SUBMITTED}' OR OLD.state = NEW.state THEN
  RETURN NEW;
END IF;
{WHOLE_LISTS}
SELECT wanted.case_id, wanted.title INTO of_case, lacking
  FROM (SELECT line.case_id, r.id AS rule_id, r.title, r.when_unknown
    FROM (SELECT DISTINCT case_id FROM funds_payeeline WHERE disbursement_id = NEW.id) line
    CROSS JOIN funds_eligibilityrule r
    WHERE (r.fund_id IS NULL OR r.fund_id = NEW.fund_id) AND r.kind IN ('', NEW.kind)
      AND NEW.waiting_since BETWEEN r.effective_from AND coalesce(r.effective_to, 'infinity')) wanted
  LEFT JOIN (SELECT * FROM funds_eligibilityfinding WHERE disbursement_id = NEW.id AND submission = NEW.submission) f
    ON f.case_id = wanted.case_id AND f.rule_id = wanted.rule_id
  WHERE f.id IS NULL OR NOT (f.verdict = 'met' OR f.override_id IS NOT NULL
    OR (f.verdict = 'not_known' AND wanted.when_unknown = 'warn'))
  LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Request % does not meet a rule: %, case %.', NEW.number, lacking,
    (SELECT number FROM beneficiaries_case WHERE id = of_case) USING ERRCODE = '23F25';
END IF;
{BY_KEY_AGAIN}
RETURN NEW;
"""

FINDING_IS_OF_ITS_REQUEST = f"""
{AS_USUAL}
PERFORM 1 FROM funds_disbursement WHERE id IN (SELECT disbursement_id FROM fresh) ORDER BY id FOR UPDATE;
SELECT coalesce(d.number, n.disbursement_id::text) INTO request
  FROM fresh n LEFT JOIN funds_disbursement d ON d.id = n.disbursement_id
  WHERE coalesce(d.state, '') NOT IN ({_EDITABLE}) OR n.submission <> d.submission + 1
    OR NOT EXISTS (SELECT FROM funds_payeeline line WHERE line.disbursement_id = d.id AND line.case_id = n.case_id)
    OR (n.override_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM funds_eligibilityoverride o WHERE o.id = n.override_id AND o.disbursement_id = d.id
        AND o.case_id = n.case_id AND o.rule_id = n.rule_id AND o.said = n.said)) LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'What was found of request % is kept when it is submitted, with overrides of its own.', request
    USING ERRCODE = '23F26';
END IF;
RETURN NULL;
"""

OVERRIDE_IS_BY_ANOTHER = f"""
SELECT * INTO request FROM funds_disbursement WHERE id = NEW.disbursement_id FOR UPDATE;
IF request.state NOT IN ({_EDITABLE}) OR request.maker_id = NEW.overridden_by_id
  OR NOT EXISTS (SELECT FROM funds_payeeline WHERE disbursement_id = request.id AND case_id = NEW.case_id)
  OR NOT {holds("NEW.overridden_by_id", "(SELECT override_role FROM funds_eligibilityrule WHERE id = NEW.rule_id)")}
  OR EXISTS (
    SELECT FROM beneficiaries_officer o
      LEFT JOIN beneficiaries_case c ON c.id = NEW.case_id LEFT JOIN beneficiaries_person p ON p.id = c.person_id
      WHERE o.user_id = NEW.overridden_by_id AND ({same_value("p.cnic", "o.cnic")} OR EXISTS (
        SELECT FROM funds_payeeline l WHERE l.disbursement_id = request.id AND {same_value("l.cnic", "o.cnic")}))) THEN
  RAISE EXCEPTION 'A rule is overridden for a draft, by the role the rule names, never by the maker of request % or a payee.',
    request.number USING ERRCODE = '23F27';
END IF;
RETURN NEW;
"""

# No money to a payee, or to the guardian who takes it, while a hit on the watch list as it is now is open, on whichever of
# their records. Whoever drafted the request cannot have cleared it. While a list is being loaded, payments wait for it.
PAYEE_IS_SCREENED = f"""
{read_committed("23F28")}
PERFORM pg_advisory_xact_lock_shared(hashtext('watch_list'), 0);
{AS_USUAL}
WITH RECURSIVE paid AS (
  SELECT line.id, line.person_id, line.payee_name, line.method, d.office_id, d.maker_id FROM fresh n
    JOIN funds_payeeline line ON line.id = n.line_id JOIN funds_disbursement d ON d.id = line.disbursement_id
), known (line, maker_id, id) AS (
  SELECT id, maker_id, person_id FROM paid WHERE person_id IS NOT NULL
  UNION SELECT paid.id, maker_id, p.guardian_id FROM paid JOIN beneficiaries_person p ON p.id = paid.person_id
    WHERE paid.method = 'guardian_order' AND p.guardian_id IS NOT NULL
), every (line, maker_id, id) AS (
  SELECT * FROM known
  UNION SELECT e.line, e.maker_id, other.id FROM every e CROSS JOIN LATERAL (
    SELECT p.id FROM beneficiaries_person p WHERE p.merged_into_id = e.id
    UNION ALL SELECT p.merged_into_id FROM beneficiaries_person p WHERE p.id = e.id AND p.merged_into_id IS NOT NULL
  ) other
), hits AS (
  SELECT h.id, h.entry_id, every.maker_id, p.name FROM every JOIN beneficiaries_screeninghit h ON h.person_id = every.id
    JOIN beneficiaries_person p ON p.id = h.person_id
  UNION ALL SELECT h.id, h.entry_id, paid.maker_id, h.payee FROM paid JOIN beneficiaries_screeninghit h
    ON paid.person_id IS NULL AND h.person_id IS NULL AND h.payee = paid.payee_name AND h.office_id = paid.office_id
)
SELECT format('%s and %s', hits.name, e.name) INTO listed FROM hits JOIN beneficiaries_watchentry e ON e.id = hits.entry_id
  WHERE NOT EXISTS (SELECT FROM beneficiaries_watchentryend WHERE entry_id = hits.entry_id)
    AND NOT EXISTS (SELECT FROM beneficiaries_hitjudgement j WHERE j.outcome = 'cleared' AND j.judged_by_id <> hits.maker_id
      AND j.id = (SELECT max(id) FROM beneficiaries_hitjudgement WHERE hit_id = hits.id))
  LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'A hit on the watch list is open: %.', listed USING ERRCODE = '23F28';
END IF;
RETURN NULL;
"""

# Steps follow each other, and nobody whom it is about looks into it.
COMPLAINT_STEP_IS_FAIR = f"""
{read_committed("23F29")}
SELECT * INTO complaint FROM funds_complaint WHERE id = NEW.complaint_id;
PERFORM pg_advisory_xact_lock(hashtext('funds_complaint'), NEW.complaint_id::int);
IF complaint.id IS NULL OR EXISTS (
  SELECT FROM (VALUES (NEW.taken_by_id), (NEW.assigned_to_id)) AS person (id) WHERE id = complaint.about_officer_id
    OR id = (SELECT decided_by_id FROM funds_decision WHERE id = complaint.decision_id)
) THEN
  RAISE EXCEPTION 'Complaint % is not looked into by whom it is about.', complaint.number USING ERRCODE = '23F29';
END IF;
SELECT act, assigned_to_id INTO last, assigned FROM funds_complaintstep
  WHERE complaint_id = NEW.complaint_id AND act <> 'noted' ORDER BY id DESC LIMIT 1;
IF (last IS NOT DISTINCT FROM 'replied') <> (NEW.act = 'reopened') AND NEW.act <> 'noted' THEN
  RAISE EXCEPTION 'Complaint % is not in a state for that.', complaint.number USING ERRCODE = '23F29';
END IF;
IF NEW.act = 'replied' AND assigned IS DISTINCT FROM NEW.taken_by_id THEN
  RAISE EXCEPTION 'Complaint % is answered by the officer it is assigned to.', complaint.number USING ERRCODE = '23F29';
END IF;
RETURN NEW;
"""
