"""Rules of this app that the database itself keeps, as bodies of PL/pgSQL."""

import pgtrigger

from beneficiaries.private.sealed import differs
from beneficiaries.rules.limit_rules import TODAY
from ledger.isolation import read_committed
from ledger.ruling import Rule

# Judged at commit, because the heirs of one obligation arrive one after the other.
SHARES_SUM_TO_ONE = """
SELECT count(DISTINCT share_denominator), sum(share_numerator), min(share_denominator), count(*)
  INTO denominators, total, denominator, heirs
  FROM beneficiaries_heir WHERE obligation_id = coalesce(NEW.obligation_id, OLD.obligation_id);
IF heirs > 0 AND (denominators <> 1 OR total <> denominator) THEN
  RAISE EXCEPTION 'The shares of obligation % add up to %/%, not to the whole.',
    coalesce(NEW.obligation_id, OLD.obligation_id), total, denominator USING ERRCODE = '23B01';
END IF;
RETURN NULL;
"""

_PAID_BY_OTHERS = """(SELECT coalesce(sum(p.amount), 0) FROM beneficiaries_priorpayment p WHERE p.obligation_id = {key}
  AND NOT EXISTS (SELECT FROM beneficiaries_priorpaymentstruck s WHERE s.payment_id = p.id))"""

# Requests are measured against it, so what a court ordered is never raised after money was asked for it. What others paid
# is the sum of its rows and nothing else.
ORDERED_SUM_STAYS = f"""
IF (NEW.order_id, NEW.kind, NEW.amount_ordered, NEW.award_id, NEW.award_place) IS DISTINCT FROM
   (OLD.order_id, OLD.kind, OLD.amount_ordered, OLD.award_id, OLD.award_place)
  OR (NEW.paid_before IS DISTINCT FROM OLD.paid_before
    AND NEW.paid_before IS DISTINCT FROM {_PAID_BY_OTHERS.format(key="OLD.id")}) THEN
  RAISE EXCEPTION 'Obligation % stays as the court ordered it; another order is another obligation.', OLD.id
    USING ERRCODE = '23B02';
END IF;
RETURN NEW;
"""

# A part of a joint award is what the equal split by largest remainder gives its place: ledger.money.split says the same.
OBLIGATION_BEGINS_UNPAID = """
IF NEW.paid_before <> 0 THEN
  RAISE EXCEPTION 'What others paid of an obligation is recorded payment by payment.' USING ERRCODE = '23B11';
END IF;
IF NEW.award_id IS NOT NULL THEN
  SELECT * INTO joint FROM beneficiaries_jointaward WHERE id = NEW.award_id;
  unit := CASE WHEN joint.total = trunc(joint.total) THEN 1 ELSE 0.01 END;
  units := trunc(joint.total / unit);
  IF NEW.award_place > joint.convicts OR NEW.amount_ordered <> unit * (
      div(units, joint.convicts) + CASE WHEN NEW.award_place <= mod(units, joint.convicts) THEN 1 ELSE 0 END)
    OR lower(NEW.owed_to) <> lower(joint.owed_to)
    OR NOT EXISTS (SELECT FROM beneficiaries_courtorder o
      WHERE o.id = NEW.order_id AND o.court_id = joint.court_id AND lower(o.number) = lower(joint.number)) THEN
    RAISE EXCEPTION 'This is not the part of convict % in joint award %.', NEW.award_place, joint.id
      USING ERRCODE = '23B13';
  END IF;
END IF;
RETURN NEW;
"""


def paid_before_is_the_sum(obligation: str) -> str:
    """Judged at commit: the sum stands in the obligation, with its history, once the service has written both."""
    return f"""
SELECT * INTO owed FROM beneficiaries_obligation WHERE id = {obligation};
IF owed.kind = 'surety_bond' OR owed.paid_before <> {_PAID_BY_OTHERS.format(key="owed.id")} THEN
  RAISE EXCEPTION 'Obligation % does not say what others paid of it, or nothing can be paid of it.', owed.id
    USING ERRCODE = '23B12';
END IF;
RETURN NULL;
"""


OF_A_PLAN = [("plan", "beneficiaries_instalmentplan%ROWTYPE"), ("parts", "numeric"), ("disorder", "boolean")]


def instalments_make_the_plan(key: str) -> str:
    """Judged at commit, because the instalments follow their plan; one added later breaks the sum."""
    return f"""
SELECT * INTO plan FROM beneficiaries_instalmentplan WHERE id = {key};
SELECT coalesce(sum(amount), 0), bool_or(late) INTO parts, disorder FROM (
  SELECT amount, number <> row_number() OVER (ORDER BY due_on) AS late
    FROM beneficiaries_instalment WHERE plan_id = plan.id) numbered;
IF parts <> plan.total OR disorder THEN
  RAISE EXCEPTION 'The instalments of plan % make %, not %, or are not numbered by their days.', plan.id, parts, plan.total
    USING ERRCODE = '23B14';
END IF;
RETURN NULL;
"""


LOAN_OF_ITS_CASE = """
IF NEW.obligation_id IS NOT NULL AND NEW.case_id IS DISTINCT FROM
    (SELECT o.case_id FROM beneficiaries_courtorder o JOIN beneficiaries_obligation b ON b.order_id = o.id
     WHERE b.id = NEW.obligation_id) THEN
  RAISE EXCEPTION 'The obligation of the loan belongs to another case.' USING ERRCODE = '23B15';
END IF;
RETURN NEW;
"""

# Two cases of one person on one order would have one sum paid twice (T24). Others in the order are its other convicts.
ORDER_ONCE_PER_PERSON = f"""
{read_committed("23B10")}
IF TG_OP = 'UPDATE' AND (NEW.case_id, NEW.court_id, NEW.number) IS NOT DISTINCT FROM (OLD.case_id, OLD.court_id, OLD.number) THEN
  RETURN NEW;
END IF;
PERFORM 1 FROM beneficiaries_person p JOIN beneficiaries_case c ON c.person_id = p.id
  WHERE c.id = NEW.case_id FOR NO KEY UPDATE OF p;
IF NOT FOUND THEN
  RAISE EXCEPTION 'Case %, to which this order belongs, is not recorded.', NEW.case_id USING ERRCODE = '23B10';
END IF;
SELECT c.number INTO other FROM beneficiaries_courtorder o JOIN beneficiaries_case c ON c.id = o.case_id
  WHERE o.court_id = NEW.court_id AND lower(o.number) = lower(NEW.number) AND c.set_aside_on IS NULL
    AND c.id <> NEW.case_id AND c.person_id = (SELECT person_id FROM beneficiaries_case WHERE id = NEW.case_id) LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'This order is recorded for the same person in case %.', other USING ERRCODE = '23B10';
END IF;
RETURN NEW;
"""

# The copies in a relief case are always the case's own, whatever a statement gives.
PERSON_OF_ITS_CASE = """
SELECT person_id, set_aside_on IS NOT NULL INTO NEW.person_id, NEW.set_aside FROM beneficiaries_case WHERE id = NEW.case_id;
RETURN NEW;
"""

RELIEF_FOLLOWS_ITS_CASE = """
IF (NEW.person_id, NEW.set_aside_on) IS DISTINCT FROM (OLD.person_id, OLD.set_aside_on) THEN
  UPDATE beneficiaries_reliefcase SET person_id = NEW.person_id WHERE case_id = NEW.id;
END IF;
RETURN NULL;
"""

# Only an adult of sound mind waives, once (PPC s.330, s.310): a minor's share is protected whatever others agree, and whatever
# day to come they agree for. Which act came last is told by the keys.
WAIVER_IS_LAWFUL = f"""
{read_committed("23B03")}
PERFORM 1 FROM beneficiaries_heir WHERE id = NEW.heir_id FOR UPDATE;
SELECT act INTO last FROM beneficiaries_heirwaiver WHERE heir_id = NEW.heir_id ORDER BY id DESC LIMIT 1;
IF NEW.act IS NOT DISTINCT FROM coalesce(last, 'set_aside')
  OR NEW.id <= (SELECT max(id) FROM beneficiaries_heirwaiver WHERE heir_id = NEW.heir_id) THEN
  RAISE EXCEPTION 'The share of heir % is in that state already.', NEW.heir_id USING ERRCODE = '23B03';
END IF;
SELECT CASE WHEN p.born_on IS NULL THEN p.is_minor ELSE p.born_on + interval '18 years' > least(NEW.decided_on, {TODAY}) END,
    h.unsound_mind
  INTO minor, unsound
  FROM beneficiaries_heir h JOIN beneficiaries_person p ON p.id = h.person_id WHERE h.id = NEW.heir_id;
IF NEW.act = 'waived' AND (minor OR unsound) IS NOT FALSE THEN
  RAISE EXCEPTION 'Heir % is a minor or of unsound mind and cannot waive.', NEW.heir_id USING ERRCODE = '23B04';
END IF;
RETURN NEW;
"""

PAPER_OF_ITS_CASE = """
IF (NEW.order_id IS NOT NULL AND NEW.case_id IS DISTINCT FROM
    (SELECT case_id FROM beneficiaries_courtorder WHERE id = NEW.order_id))
  OR (NEW.obligation_id IS NOT NULL AND NEW.case_id IS DISTINCT FROM
    (SELECT o.case_id FROM beneficiaries_courtorder o JOIN beneficiaries_obligation b ON b.order_id = o.id
     WHERE b.id = NEW.obligation_id)) THEN
  RAISE EXCEPTION 'The order or obligation of the paper belongs to another case.' USING ERRCODE = '23B05';
END IF;
RETURN NEW;
"""


def same_people(which: str) -> str:
    """SQL: the key of every record of the human beings that `which` selects by key, merged into them or they into it."""
    return f"""
WITH RECURSIVE above (id) AS (
  {which}
  UNION SELECT p.merged_into_id FROM beneficiaries_person p JOIN above a ON p.id = a.id WHERE p.merged_into_id IS NOT NULL
), every (id) AS (
  SELECT id FROM above WHERE id IS NOT NULL
  UNION SELECT p.id FROM beneficiaries_person p JOIN every e ON p.merged_into_id = e.id
) SELECT id FROM every"""


def not_merged(column: str) -> Rule:
    """A table whose `column` names a person: one that was merged into another is not named any more.

    The share lock waits for a merge that is under way, and a merge waits for it.
    """
    return Rule(
        name=f"{column.removesuffix('_id')}_is_not_merged",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        declare=[("kept", "bigint")],
        func=f"""
IF NEW.{column} IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.{column} IS DISTINCT FROM OLD.{column}) THEN
  SELECT merged_into_id INTO kept FROM beneficiaries_person WHERE id = NEW.{column} FOR SHARE;
  IF kept IS NOT NULL THEN
    RAISE EXCEPTION 'Person % was merged into person %. Name that one.', NEW.{column}, kept USING ERRCODE = '23B06';
  END IF;
END IF;
RETURN NEW;
""",
    )


# A record goes into another of its office by a recorded decision, when nothing names it any more; and comes back by one.
MERGED_BY_DECISION = f"""
IF TG_OP = 'INSERT' THEN
  IF NEW.merged_into_id IS NOT NULL THEN
    RAISE EXCEPTION 'A person is registered before being merged.' USING ERRCODE = '23B07';
  END IF;
  RETURN NEW;
END IF;
IF NEW.merged_into_id IS NOT DISTINCT FROM OLD.merged_into_id THEN
  IF OLD.merged_into_id IS NOT NULL AND (
    (NEW.office_id, NEW.name, NEW.name_urdu, NEW.relation, NEW.relative_name, NEW.gender, NEW.born_on, NEW.is_minor,
     NEW.guardian_id, NEW.province_id, NEW.district_id, NEW.cnic_kind, NEW.other_kind) IS DISTINCT FROM
    (OLD.office_id, OLD.name, OLD.name_urdu, OLD.relation, OLD.relative_name, OLD.gender, OLD.born_on, OLD.is_minor,
     OLD.guardian_id, OLD.province_id, OLD.district_id, OLD.cnic_kind, OLD.other_kind)
    OR {differs("NEW.cnic", "OLD.cnic")} OR {differs("NEW.other_id", "OLD.other_id")} OR {differs("NEW.phone", "OLD.phone")}
    OR {differs("NEW.home_address", "OLD.home_address")}
  ) THEN
    RAISE EXCEPTION 'Person % was merged into person % and stays as it is.', OLD.id, OLD.merged_into_id
      USING ERRCODE = '23B08';
  END IF;
  RETURN NEW;
END IF;
SELECT act, kept_id INTO last, kept FROM beneficiaries_pairdecision
  WHERE gone_id = OLD.id ORDER BY id DESC LIMIT 1;
IF NEW.merged_into_id IS NULL THEN
  IF last IS DISTINCT FROM 'parted' THEN
    RAISE EXCEPTION 'No decision takes person % out of person %.', OLD.id, OLD.merged_into_id USING ERRCODE = '23B07';
  END IF;
  RETURN NEW;
END IF;
IF OLD.merged_into_id IS NOT NULL OR last IS DISTINCT FROM 'merged' OR kept IS DISTINCT FROM NEW.merged_into_id THEN
  RAISE EXCEPTION 'No decision merges person % into person %.', OLD.id, NEW.merged_into_id USING ERRCODE = '23B07';
END IF;
PERFORM 1 FROM beneficiaries_person WHERE id = kept AND office_id = NEW.office_id AND merged_into_id IS NULL FOR SHARE;
IF NOT FOUND OR kept = OLD.id THEN
  RAISE EXCEPTION 'Person % is not a record of the same office that stands.', kept USING ERRCODE = '23B07';
END IF;
IF EXISTS (SELECT FROM beneficiaries_case WHERE person_id = OLD.id)
  OR EXISTS (SELECT FROM beneficiaries_heir WHERE person_id = OLD.id)
  OR EXISTS (SELECT FROM beneficiaries_person WHERE guardian_id = OLD.id AND merged_into_id IS NULL) THEN
  RAISE EXCEPTION 'Cases, heirs or wards still name person %.', OLD.id USING ERRCODE = '23B07';
END IF;
RETURN NEW;
"""

# A decision is about the two of its pair; only what was merged is parted, and nothing is merged twice.
PAIR_DECISION_FITS = f"""
{read_committed("23B09")}
SELECT * INTO pair FROM beneficiaries_pair WHERE id = NEW.pair_id FOR UPDATE;
SELECT act INTO last FROM beneficiaries_pairdecision WHERE pair_id = NEW.pair_id ORDER BY id DESC LIMIT 1;
IF (NEW.act = 'parted') <> (coalesce(last, '') = 'merged')
  OR NEW.id <= (SELECT max(id) FROM beneficiaries_pairdecision WHERE pair_id = NEW.pair_id) THEN
  RAISE EXCEPTION 'The people of pair % are % already.', pair.id, coalesce(last, 'apart') USING ERRCODE = '23B09';
END IF;
IF NEW.kept_id IS NOT NULL AND (least(NEW.kept_id, NEW.gone_id), greatest(NEW.kept_id, NEW.gone_id))
  IS DISTINCT FROM (pair.first_id, pair.second_id) THEN
  RAISE EXCEPTION 'The decision names others than pair %.', pair.id USING ERRCODE = '23B09';
END IF;
RETURN NEW;
"""

# Who decided what is told by the account; so an account never becomes another person's.
OFFICER_STAYS_ONE_PERSON = f"""
IF TG_OP = 'DELETE' OR NEW.user_id <> OLD.user_id OR {differs("NEW.cnic", "OLD.cnic")} THEN
  RAISE EXCEPTION 'Account % stays the account of one person.', OLD.user_id USING ERRCODE = '23B36';
END IF;
RETURN NEW;
"""
