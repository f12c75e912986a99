"""Rules of this app that the database itself keeps, as bodies of PL/pgSQL; SQLSTATE 23F.. arrives as IntegrityError."""

import pgtrigger

from beneficiaries.private.sealed import same_value
from beneficiaries.rules.limit_rules import TODAY
from beneficiaries.rules.person_rules import same_person
from funds.rules.duty_rules import REFUSE_DRIFT, REFUSE_STAFF, refuse_hands, refuse_role
from funds.workflow import EDITABLE, State, legal_pairs
from ledger.isolation import read_committed
from ledger.roles import Role
from ledger.ruling import AS_USUAL, Rule


def no_delete() -> Rule:
    """Rows of this table end in a state, they are never deleted."""
    return Rule(
        name="no_delete",
        operation=pgtrigger.Delete | pgtrigger.Truncate,
        when=pgtrigger.Before,
        level=pgtrigger.Statement,
        func="RAISE EXCEPTION 'Rows of % are never deleted; cancel instead.', TG_TABLE_NAME USING ERRCODE = '23F01';",
    )


def serial_follows(table: str) -> Rule:
    """A new number is the last one plus one for its fund and year (I3); the unique key settles a race."""
    return Rule(
        name="serial_follows",
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        declare=[("last", "bigint")],
        func=f"""
SELECT coalesce(max(serial), 0) INTO last FROM {table} WHERE fund_id = NEW.fund_id AND year_id = NEW.year_id;
IF NEW.serial <> last + 1 THEN
  RAISE EXCEPTION 'Number % does not follow %: numbers have no gaps.', NEW.serial, last USING ERRCODE = '23F02';
END IF;
RETURN NEW;
""",
    )


# A statement is frozen only with its year's closing, and its versions have no gap.
VERSION_FOLLOWS = """
SELECT coalesce(max(version), 0) INTO last FROM funds_statementversion WHERE fund_id = NEW.fund_id AND year_id = NEW.year_id;
IF NEW.version <> last + 1 THEN
  RAISE EXCEPTION 'Version % does not follow %.', NEW.version, last USING ERRCODE = '23F02';
END IF;
IF NOT EXISTS (
  SELECT FROM ledger_fiscalyear y JOIN funds_fund f ON f.book_id = y.book_id
  WHERE y.id = NEW.year_id AND f.id = NEW.fund_id AND y.closed_at IS NOT NULL
) THEN
  RAISE EXCEPTION 'A statement is frozen when its year is closed.' USING ERRCODE = '23F15';
END IF;
RETURN NEW;
"""

STARTS_AS_DRAFT = """
IF NEW.state <> 'draft' OR NEW.submission <> 0 OR NEW.position <> 0 THEN
  RAISE EXCEPTION 'A request starts as a draft.' USING ERRCODE = '23F03';
END IF;
RETURN NEW;
"""


def legal_moves() -> str:
    """Only moves of workflow.MOVES; content is frozen outside draft and returned; each stage needs its evidence."""
    pairs = ", ".join(f"('{before}', '{after}')" for before, after in legal_pairs())
    editable = ", ".join(f"'{state.value}'" for state in EDITABLE)
    return f"""
IF NEW.state <> OLD.state THEN
  {read_committed("23F04")}
END IF;
IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN ({pairs}) THEN
  RAISE EXCEPTION 'A request that is % cannot become %.', OLD.state, NEW.state USING ERRCODE = '23F04';
END IF;
IF NEW.state = '{State.SUBMITTED}' AND OLD.state = NEW.state
  AND (NEW.waiting_since BETWEEN OLD.waiting_since AND {TODAY}) IS NOT TRUE THEN
  RAISE EXCEPTION 'Request % waits since an earlier day, or a day to come.', OLD.number USING ERRCODE = '23F04';
END IF;
IF OLD.state NOT IN ({editable}) AND
  (NEW.fund_id, NEW.year_id, NEW.office_id, NEW.kind, NEW.title, NEW.pay_to, NEW.amount, NEW.digest, NEW.submission)
  IS DISTINCT FROM
  (OLD.fund_id, OLD.year_id, OLD.office_id, OLD.kind, OLD.title, OLD.pay_to, OLD.amount, OLD.digest, OLD.submission)
THEN
  RAISE EXCEPTION 'Request % is %, so its content is frozen.', OLD.number, OLD.state USING ERRCODE = '23F05';
END IF;
IF (NEW.number, NEW.serial, NEW.maker_id, NEW.fund_id, NEW.drafted_on) IS DISTINCT FROM
  (OLD.number, OLD.serial, OLD.maker_id, OLD.fund_id, OLD.drafted_on) THEN
  RAISE EXCEPTION 'Number, fund, maker and date of request % stay as they are.', OLD.number USING ERRCODE = '23F05';
END IF;
IF NEW.state = '{State.SUBMITTED}' AND OLD.state <> NEW.state AND (
  NEW.digest = '' OR NEW.submission <> OLD.submission + 1 OR NEW.amount IS DISTINCT FROM
  (SELECT sum(amount) FROM funds_payeeline WHERE disbursement_id = NEW.id)
) THEN
  RAISE EXCEPTION 'Request % is not the sum of its lines.', OLD.number USING ERRCODE = '23F06';
END IF;
IF NEW.state IN ('{State.RETURNED}', '{State.REJECTED}') AND OLD.state <> NEW.state AND NOT EXISTS (
  SELECT FROM funds_decision d WHERE d.disbursement_id = NEW.id AND d.submission = OLD.submission
    AND d.outcome = NEW.state AND d.back_to = 0
) AND NOT EXISTS (
  SELECT FROM funds_chainvoid v WHERE v.disbursement_id = NEW.id AND v.submission = OLD.submission
    AND NEW.state = '{State.RETURNED}'
) THEN
  RAISE EXCEPTION 'Request % is not % without a decision or a note of what changed.', OLD.number, NEW.state
    USING ERRCODE = '23F59';
END IF;
IF NEW.state = '{State.SANCTIONED}' AND OLD.state <> NEW.state
  AND NOT EXISTS (SELECT FROM funds_sanction WHERE disbursement_id = NEW.id) THEN
  RAISE EXCEPTION 'Request % has no sanction.', OLD.number USING ERRCODE = '23F07';
END IF;
IF NEW.state = '{State.VOUCHERED}' AND OLD.state <> NEW.state AND NOT EXISTS (
  SELECT FROM funds_voucher v JOIN funds_sanction s ON s.id = v.sanction_id WHERE s.disbursement_id = NEW.id
) THEN
  RAISE EXCEPTION 'Request % has no voucher.', OLD.number USING ERRCODE = '23F07';
END IF;
IF NEW.state = '{State.CANCELLED}' AND OLD.state <> NEW.state AND (
  NOT EXISTS (SELECT FROM funds_cancellation WHERE disbursement_id = NEW.id AND stage = OLD.state)
  OR EXISTS (SELECT FROM funds_payeeline l JOIN funds_instrument i ON i.line_id = l.id
    WHERE l.disbursement_id = NEW.id AND i.state IN ('issued', 'cleared'))
) THEN
  RAISE EXCEPTION 'Request % is not cancelled without a reason, or with money on its way.', OLD.number USING ERRCODE = '23F07';
END IF;
RETURN NEW;
"""


# A prisoner's case ends with the court's order and the jail's certificate, or with what is on paper instead (domain: rule 18).
CLOSES_WITH_RELEASE = """
IF NEW.state = 'closed' AND OLD.state <> NEW.state AND EXISTS (
  SELECT FROM funds_payeeline l JOIN beneficiaries_prisonercase p ON p.case_id = l.case_id
  WHERE l.disbursement_id = NEW.id AND p.released_on IS NULL AND NOT EXISTS (
    SELECT FROM beneficiaries_releaserecord r WHERE r.case_id = p.case_id AND r.step IN ('released', 'died', 'otherwise', 'held')
      AND NOT EXISTS (SELECT FROM beneficiaries_releasewithdrawal w WHERE w.record_id = r.id))
) THEN
  RAISE EXCEPTION 'A prisoner of request % is still inside.', NEW.number USING ERRCODE = '23B27';
END IF;
RETURN NEW;
"""

# A key is changed under frozen lines as well: the text may be sealed anew as long as it is the same value. The request is
# locked, so that no submission passes between; and what the rule was chosen for stays until it is submitted.
FROZEN_WITH_REQUEST = f"""
IF TG_OP = 'UPDATE' THEN
  same := NEW;
  same.cnic := OLD.cnic;
  same.iban := OLD.iban;
  IF same IS NOT DISTINCT FROM OLD AND {same_value("NEW.cnic", "OLD.cnic")} AND {same_value("NEW.iban", "OLD.iban")} THEN
    RETURN NEW;
  END IF;
END IF;
SELECT * INTO request FROM funds_disbursement WHERE id = coalesce(NEW.disbursement_id, OLD.disbursement_id) FOR SHARE;
IF request.id IS NULL OR request.state NOT IN ({", ".join(f"'{state.value}'" for state in EDITABLE)}) OR EXISTS (
  SELECT FROM funds_chosenrule c WHERE c.disbursement_id = request.id AND c.submission = request.submission + 1) THEN
  RAISE EXCEPTION 'The request is % or has its rule, so its payees are frozen.', request.state USING ERRCODE = '23F05';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
IF TG_OP = 'UPDATE' AND NEW.disbursement_id <> OLD.disbursement_id THEN
  RAISE EXCEPTION 'A payee line stays with its request.' USING ERRCODE = '23F05';
END IF;
RETURN NEW;
"""

# A share waived before the court is not paid; a minor, or an heir of unsound mind, is never paid in hand.
HEIR_IS_CARED_FOR = """
IF NEW.heir_id IS NOT NULL AND 'waived' =
  (SELECT act FROM beneficiaries_heirwaiver WHERE heir_id = NEW.heir_id ORDER BY id DESC LIMIT 1) THEN
  RAISE EXCEPTION 'Heir % waived the share.', NEW.heir_id USING ERRCODE = '23F18';
END IF;
IF NEW.method NOT IN ('certificate', 'court_deposit', 'guardian_order') AND (
  EXISTS (SELECT FROM beneficiaries_heir WHERE id = NEW.heir_id AND unsound_mind) OR
  EXISTS (SELECT FROM beneficiaries_person p WHERE p.id = NEW.person_id AND CASE WHEN p.born_on IS NULL THEN p.is_minor
    ELSE p.born_on + interval '18 years' > (now() AT TIME ZONE 'Asia/Karachi')::date END)
) THEN
  RAISE EXCEPTION '% is a minor or of unsound mind and is not paid by %.', NEW.payee_name, NEW.method USING ERRCODE = '23F19';
END IF;
RETURN NEW;
"""

VOUCHER_MATCHES_SANCTION = f"""
{read_committed("23F12")}
SELECT * INTO sanction FROM funds_sanction WHERE id = NEW.sanction_id;
SELECT * INTO request FROM funds_disbursement WHERE id = sanction.disbursement_id FOR UPDATE;
IF sanction.id IS NULL OR request.id IS NULL OR request.state <> 'sanctioned' OR NEW.amount <> sanction.amount
  OR NEW.fund_id <> sanction.fund_id OR sanction.digest <> request.digest
  OR NEW.issued_on NOT BETWEEN sanction.sanctioned_on AND {TODAY} THEN
  RAISE EXCEPTION 'The voucher differs from sanction %.', sanction.number USING ERRCODE = '23F12';
END IF;
IF NEW.snapshot -> 'listed' IS NOT NULL AND (NEW.snapshot -> 'listed' ->> 'content' IS DISTINCT FROM sanction.digest
  OR (NEW.snapshot -> 'listed' ->> 'count')::int IS DISTINCT FROM (
    SELECT count(*) FROM funds_payeeline WHERE disbursement_id = request.id)) THEN
  RAISE EXCEPTION 'The voucher says other payees than sanction %.', sanction.number USING ERRCODE = '23F12';
END IF;
{refuse_hands("NEW.issued_by_id")}{refuse_role("NEW.issued_by_id", Role.DDO)}{REFUSE_STAFF}{REFUSE_DRIFT}
RETURN NEW;
"""

# Asked once for all instruments of a statement: what the request must fulfil is the same for each of its lines.
INSTRUMENT_PAYS_ITS_LINE = f"""
{read_committed("23F13")}
{AS_USUAL}
PERFORM 1 FROM funds_disbursement WHERE id IN (
  SELECT s.disbursement_id FROM fresh n JOIN funds_voucher v ON v.id = n.voucher_id JOIN funds_sanction s ON s.id = v.sanction_id
) ORDER BY id FOR UPDATE;
SELECT d.number INTO wrong FROM fresh n LEFT JOIN funds_voucher v ON v.id = n.voucher_id
  LEFT JOIN funds_sanction s ON s.id = v.sanction_id LEFT JOIN funds_disbursement d ON d.id = s.disbursement_id
  LEFT JOIN funds_payeeline line ON line.id = n.line_id AND line.disbursement_id = d.id
  WHERE d.state IS DISTINCT FROM 'vouchered' OR n.state <> 'issued' OR n.amount IS DISTINCT FROM line.amount
    OR n.method IS DISTINCT FROM line.method OR n.fund_id IS DISTINCT FROM d.fund_id
    OR n.issued_on NOT BETWEEN v.issued_on AND {TODAY} LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'The instrument does not pay a waiting line of request %.', wrong USING ERRCODE = '23F13';
END IF;
FOR request IN SELECT * FROM funds_disbursement WHERE id IN (
  SELECT line.disbursement_id FROM fresh n JOIN funds_payeeline line ON line.id = n.line_id) ORDER BY id
LOOP
  FOR hand IN SELECT DISTINCT n.issued_by_id FROM fresh n JOIN funds_payeeline line ON line.id = n.line_id
    WHERE line.disbursement_id = request.id
  LOOP
{refuse_hands("hand")}{refuse_role("hand", Role.DDO)}
  END LOOP;
{REFUSE_STAFF}{REFUSE_DRIFT}
END LOOP;
RETURN NULL;
"""

INSTRUMENT_FACTS_STAY = f"""
IF NEW.cleared_by_id IS DISTINCT FROM OLD.cleared_by_id AND (OLD.state <> 'issued' OR NEW.state <> 'cleared') THEN
  RAISE EXCEPTION 'Who saw instrument % cleared is recorded once.', OLD.number USING ERRCODE = '23F14';
END IF;
IF NEW.state = 'cleared' AND OLD.state <> NEW.state THEN
  SELECT d.* INTO request FROM funds_payeeline line JOIN funds_disbursement d ON d.id = line.disbursement_id
    WHERE line.id = NEW.line_id;
  IF NEW.cleared_by_id IS NULL OR {same_person("NEW.cleared_by_id", "NEW.issued_by_id")} THEN
    RAISE EXCEPTION 'Instrument % is cleared by whoever did not issue it.', NEW.number USING ERRCODE = '23F10';
  END IF;
{refuse_hands("NEW.cleared_by_id")}{refuse_role("NEW.cleared_by_id", Role.RECONCILER)}END IF;
IF (NEW.fund_id, NEW.voucher_id, NEW.line_id, NEW.method, NEW.number, NEW.amount, NEW.issued_on, NEW.expires_on,
    NEW.issued_by_id, NEW.replaces_id, NEW.entry_id, NEW.place, NEW.account_head, NEW.court_case, NEW.matures_on) IS DISTINCT FROM
   (OLD.fund_id, OLD.voucher_id, OLD.line_id, OLD.method, OLD.number, OLD.amount, OLD.issued_on, OLD.expires_on,
    OLD.issued_by_id, OLD.replaces_id, OLD.entry_id, OLD.place, OLD.account_head, OLD.court_case, OLD.matures_on) THEN
  RAISE EXCEPTION 'Instrument % is recorded; only its state moves.', OLD.number USING ERRCODE = '23F14';
END IF;
IF NEW.state <> OLD.state AND OLD.state <> 'issued' THEN
  RAISE EXCEPTION 'Instrument % is % for good.', OLD.number, OLD.state USING ERRCODE = '23F14';
END IF;
RETURN NEW;
"""

# What the service asks in words: each required paper lies in its case, or a verifier waived it.
PAPERS_ARE_IN = f"""
IF NEW.state <> '{State.SUBMITTED}' OR OLD.state = NEW.state THEN
  RETURN NEW;
END IF;
SELECT format('%s of case %s', k.name, c.number) INTO lacking
  FROM funds_payeeline line JOIN beneficiaries_case c ON c.id = line.case_id
  LEFT JOIN beneficiaries_obligation o ON o.id = line.obligation_id
  JOIN beneficiaries_requiredpaper r ON (r.cause = c.kind OR r.cause = o.kind)
    AND NEW.waiting_since BETWEEN r.effective_from AND coalesce(r.effective_to, 'infinity')
  JOIN beneficiaries_paperkind k ON k.id = r.kind_id
  WHERE line.disbursement_id = NEW.id AND NOT EXISTS (
    SELECT FROM beneficiaries_paper p WHERE p.case_id = c.id AND p.kind_id = r.kind_id
      AND NOT EXISTS (SELECT FROM beneficiaries_paperwithdrawal w WHERE w.paper_id = p.id)
  ) AND NOT EXISTS (SELECT FROM beneficiaries_paperwaiver w WHERE w.case_id = c.id AND w.kind_id = r.kind_id)
  LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Request % lacks a paper: %.', NEW.number, lacking USING ERRCODE = '23F16';
END IF;
RETURN NEW;
"""

PAPERS_OF_ITS_CASES = f"""
{AS_USUAL}
PERFORM 1 FROM funds_disbursement WHERE id IN (SELECT disbursement_id FROM fresh) ORDER BY id FOR UPDATE;
SELECT d.number INTO request FROM fresh n JOIN funds_disbursement d ON d.id = n.disbursement_id
  WHERE d.state NOT IN ({", ".join(f"'{state.value}'" for state in EDITABLE)}) OR n.submission <> d.submission + 1 LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'The papers of request % are bound when it is submitted.', request USING ERRCODE = '23F17';
END IF;
SELECT n.paper_id INTO wrong FROM fresh n LEFT JOIN beneficiaries_paper p ON p.id = n.paper_id
  LEFT JOIN beneficiaries_paperwithdrawal w ON w.paper_id = n.paper_id
  WHERE w.id IS NOT NULL OR NOT EXISTS (
    SELECT FROM funds_payeeline line WHERE line.case_id = p.case_id AND line.disbursement_id = n.disbursement_id) LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Paper % is of no case of its request, or was withdrawn.', wrong USING ERRCODE = '23F17';
END IF;
RETURN NULL;
"""
