"""What the database asks of a request's claims: each rupee of an order once, and a reason where policy wants one.

The questions are written once: the rules here ask them of the row that moves, `funds/requests/claims.py` asks them
beforehand, to say all that is missing in words. SQLSTATE 23F20 to 23F24.
"""

from beneficiaries.rules.case_rules import same_people
from funds.workflow import DEAD, State
from ledger.isolation import read_committed
from ledger.ruling import AS_USUAL


def _listed(*states: State) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


_LIVE = f"NOT IN ({_listed(*DEAD)})"
_SUBMITTED = f"NOT IN ({_listed(State.DRAFT, State.RETURNED, *DEAD)})"
_ON = "BETWEEN {row}.effective_from AND coalesce({row}.effective_to, 'infinity')"

# All funds draw on one balance: what is live anywhere, and what others paid, never exceeds what the court ordered. The row of
# the order is locked before the sum is read, so two officers at once cannot both fit; under another isolation level the sum
# would be an old one. A case that somebody sets aside meanwhile is waited for.
ASKED_ONCE = f"""
IF TG_OP = 'UPDATE' AND (NEW.amount, NEW.case_id, NEW.obligation_id) IS NOT DISTINCT FROM
    (OLD.amount, OLD.case_id, OLD.obligation_id) THEN
  RETURN NEW;
END IF;
PERFORM 1 FROM beneficiaries_case WHERE id = NEW.case_id FOR KEY SHARE;
IF NOT EXISTS (SELECT FROM beneficiaries_case WHERE id = NEW.case_id AND set_aside_on IS NULL) THEN
  RAISE EXCEPTION 'Case % was set aside.', NEW.case_id USING ERRCODE = '23F20';
END IF;
IF NEW.obligation_id IS NULL THEN
  RETURN NEW;
END IF;
{read_committed("23F20")}
SELECT * INTO owed FROM beneficiaries_obligation WHERE id = NEW.obligation_id FOR UPDATE;
SELECT coalesce(sum(l.amount), 0) INTO asked FROM funds_payeeline l JOIN funds_disbursement d ON d.id = l.disbursement_id
  WHERE l.obligation_id = NEW.obligation_id AND l.id <> NEW.id AND d.state {_LIVE};
IF owed.id IS NULL OR owed.kind = 'surety_bond' OR asked + NEW.amount > owed.amount_ordered - owed.paid_before THEN
  RAISE EXCEPTION 'Obligation % leaves % to ask for, not %.', NEW.obligation_id,
    CASE WHEN owed.kind = 'surety_bond' THEN 0 ELSE owed.amount_ordered - owed.paid_before - asked END, NEW.amount
    USING ERRCODE = '23F20';
END IF;
RETURN NEW;
"""


def over_asked(request: str) -> str:
    """The sums that this request pays and of which more is asked than is owed since others paid: (case, number, too much)."""
    return f"""
SELECT c.id, c.number, asked.total - (o.amount_ordered - o.paid_before) AS too_much
  FROM (SELECT DISTINCT obligation_id FROM funds_payeeline WHERE disbursement_id = {request}) mine
  JOIN beneficiaries_obligation o ON o.id = mine.obligation_id JOIN beneficiaries_courtorder k ON k.id = o.order_id
  JOIN beneficiaries_case c ON c.id = k.case_id
  JOIN LATERAL (SELECT sum(l.amount) AS total FROM funds_payeeline l JOIN funds_disbursement d ON d.id = l.disbursement_id
    WHERE l.obligation_id = o.id AND d.state {_LIVE}) asked ON true
  WHERE asked.total > o.amount_ordered - o.paid_before"""


def _refuse_over_asked(request: str, leave: str) -> str:
    return f"""
PERFORM 1 FROM beneficiaries_obligation WHERE id IN (
  SELECT obligation_id FROM funds_payeeline WHERE disbursement_id = {request}) ORDER BY id FOR UPDATE;
SELECT number INTO lacking FROM ({over_asked(request)} LIMIT 1) found;
IF FOUND THEN
  RAISE EXCEPTION 'More is asked in case % than is owed: others have paid.', lacking USING ERRCODE = '23F21';
END IF;
{leave}
"""


OWED_WHEN_MOVED = f"""
IF NEW.state NOT IN ({_listed(State.SUBMITTED, State.SANCTIONED, State.VOUCHERED)}) OR OLD.state = NEW.state THEN
  RETURN NEW;
END IF;
{_refuse_over_asked("NEW.id", "RETURN NEW;")}
"""
OWED_WHEN_PAID = f"""
{AS_USUAL}
FOR paying IN SELECT DISTINCT line.disbursement_id FROM fresh n JOIN funds_payeeline line ON line.id = n.line_id ORDER BY 1
LOOP
{_refuse_over_asked("paying", "")}
END LOOP;
RETURN NULL;
"""


def unexplained(request: str, day: str) -> str:
    """The cases whose person other requests help within the years that policy looks back, without a reason: (case, number)."""
    return f"""
SELECT DISTINCT c.id, c.number
  FROM (SELECT value FROM beneficiaries_limit m WHERE m.code = 'earlier_help_years' AND {day} {_ON.format(row="m")}
    ORDER BY m.effective_from DESC LIMIT 1) years
  CROSS JOIN (SELECT DISTINCT case_id FROM funds_payeeline WHERE disbursement_id = {request}) mine
  JOIN beneficiaries_case c ON c.id = mine.case_id
  JOIN LATERAL (
    SELECT l.disbursement_id, l.case_id, l.obligation_id FROM funds_payeeline l
      WHERE l.person_id IN ({same_people("SELECT c.person_id")}) AND l.heir_id IS NULL
    UNION ALL
    SELECT l.disbursement_id, l.case_id, l.obligation_id FROM beneficiaries_case k JOIN funds_payeeline l ON l.case_id = k.id
      WHERE k.person_id = c.person_id
  ) other ON other.disbursement_id <> {request} AND (other.case_id <> c.id OR other.obligation_id IS NULL)
  JOIN funds_disbursement d ON d.id = other.disbursement_id AND d.state {_SUBMITTED}
    AND d.drafted_on >= ({day} - make_interval(months => trunc(years.value * 12)::int))::date
  WHERE NOT EXISTS (SELECT FROM beneficiaries_helpreason r WHERE r.case_id = c.id AND d.id = ANY(r.requests))"""


def above_ceiling(request: str, day: str) -> str:
    """The cases whose grants exceed the ceiling of their violation and every permit: (case, number, ceiling, asked)."""
    return f"""
SELECT c.id, c.number, v.amount, asked.total
  FROM (SELECT DISTINCT l.case_id FROM funds_payeeline l JOIN funds_disbursement d ON d.id = l.disbursement_id
    WHERE d.id = {request} AND d.kind = 'relief_grant') mine
  JOIN beneficiaries_case c ON c.id = mine.case_id JOIN beneficiaries_reliefcase r ON r.case_id = c.id
  JOIN LATERAL (SELECT amount FROM beneficiaries_violationceiling m WHERE m.violation = r.violation
    AND {day} {_ON.format(row="m")} ORDER BY m.effective_from DESC LIMIT 1) v ON true
  JOIN LATERAL (SELECT sum(l.amount) AS total FROM funds_payeeline l JOIN funds_disbursement d ON d.id = l.disbursement_id
    WHERE l.case_id = c.id AND d.kind = 'relief_grant' AND d.state {_LIVE}) asked ON true
  WHERE asked.total > greatest(v.amount,
    coalesce((SELECT max(p.up_to) FROM beneficiaries_ceilingpermit p WHERE p.case_id = c.id), 0))"""


def diyat_without_its_order(request: str) -> str:
    """The cases with a diyat below the value of the year of its decision, and no paper of the court: (case, number)."""
    year = "extract(year FROM k.decided_on - interval '6 months')::int"  # the fiscal year begins in July
    return f"""
SELECT DISTINCT c.id, c.number
  FROM funds_payeeline l JOIN beneficiaries_obligation o ON o.id = l.obligation_id AND o.kind = 'diyat'
  JOIN beneficiaries_courtorder k ON k.id = o.order_id JOIN beneficiaries_case c ON c.id = k.case_id
  LEFT JOIN beneficiaries_jointaward j ON j.id = o.award_id
  JOIN beneficiaries_diyatvalue v ON v.year = {year} || '-' || lpad(mod({year} + 1, 100)::text, 2, '0')
  WHERE l.disbursement_id = {request} AND coalesce(j.total, o.amount_ordered) < v.amount AND NOT EXISTS (
    SELECT FROM beneficiaries_paper p JOIN beneficiaries_paperkind n ON n.id = p.kind_id
    WHERE p.case_id = c.id AND n.code IN ('judgment', 'court_order') AND (p.order_id IS NULL OR p.order_id = k.id)
      AND NOT EXISTS (SELECT FROM beneficiaries_paperwithdrawal w WHERE w.paper_id = p.id))"""


def _when_submitted(question: str, words: str, code: str, before: str = "") -> str:
    return f"""
IF NEW.state <> '{State.SUBMITTED}' OR OLD.state = NEW.state THEN
  RETURN NEW;
END IF;
{before}
SELECT number INTO lacking FROM ({question}) found LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION '{words}', lacking USING ERRCODE = '{code}';
END IF;
RETURN NEW;
"""


# Two requests for one person that are submitted at once follow each other here, so the second sees the first.
_ONE_BY_ONE = """PERFORM 1 FROM beneficiaries_person WHERE id IN (
  SELECT c.person_id FROM funds_payeeline l JOIN beneficiaries_case c ON c.id = l.case_id WHERE l.disbursement_id = NEW.id
) ORDER BY id FOR NO KEY UPDATE;"""
HELP_IS_EXPLAINED = _when_submitted(
    unexplained("NEW.id", "NEW.waiting_since"),
    "Other help to the person of case % needs a reason.",
    "23F22",
    _ONE_BY_ONE,
)
WITHIN_CEILING = _when_submitted(
    above_ceiling("NEW.id", "NEW.waiting_since"), "The grants of case % exceed the ceiling.", "23F23"
)
DIYAT_HAS_ITS_ORDER = _when_submitted(
    diyat_without_its_order("NEW.id"),
    "The diyat of case % is below the notified value and lacks the court''s paper.",
    "23F24",
)
