"""Rules of this app that the database itself keeps, as bodies of PL/pgSQL."""

import pgtrigger

from beneficiaries.sealed import differs
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

# Requests are measured against it, so what a court ordered is never raised after money was asked for it.
ORDERED_SUM_STAYS = """
IF (NEW.order_id, NEW.kind, NEW.amount_ordered, NEW.paid_before) IS DISTINCT FROM
   (OLD.order_id, OLD.kind, OLD.amount_ordered, OLD.paid_before) THEN
  RAISE EXCEPTION 'Obligation % stays as the court ordered it; another order is another obligation.', OLD.id
    USING ERRCODE = '23B02';
END IF;
RETURN NEW;
"""

# Only an adult of sound mind waives, once (PPC s.330, s.310): a minor's share is protected whatever others agree.
WAIVER_IS_LAWFUL = """
PERFORM 1 FROM beneficiaries_heir WHERE id = NEW.heir_id FOR UPDATE;
SELECT act INTO last FROM beneficiaries_heirwaiver WHERE heir_id = NEW.heir_id ORDER BY id DESC LIMIT 1;
IF NEW.act IS NOT DISTINCT FROM coalesce(last, 'set_aside') THEN
  RAISE EXCEPTION 'The share of heir % is in that state already.', NEW.heir_id USING ERRCODE = '23B03';
END IF;
SELECT CASE WHEN p.born_on IS NULL THEN p.is_minor ELSE p.born_on + interval '18 years' > NEW.decided_on END, h.unsound_mind
  INTO minor, unsound
  FROM beneficiaries_heir h JOIN beneficiaries_person p ON p.id = h.person_id WHERE h.id = NEW.heir_id;
IF NEW.act = 'waived' AND (minor OR unsound) THEN
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
PAIR_DECISION_FITS = """
SELECT * INTO pair FROM beneficiaries_pair WHERE id = NEW.pair_id FOR UPDATE;
SELECT act INTO last FROM beneficiaries_pairdecision WHERE pair_id = NEW.pair_id ORDER BY id DESC LIMIT 1;
IF (NEW.act = 'parted') <> (coalesce(last, '') = 'merged') THEN
  RAISE EXCEPTION 'The people of pair % are % already.', pair.id, coalesce(last, 'apart') USING ERRCODE = '23B09';
END IF;
IF NEW.kept_id IS NOT NULL AND (least(NEW.kept_id, NEW.gone_id), greatest(NEW.kept_id, NEW.gone_id))
  IS DISTINCT FROM (pair.first_id, pair.second_id) THEN
  RAISE EXCEPTION 'The decision names others than pair %.', pair.id USING ERRCODE = '23B09';
END IF;
RETURN NEW;
"""
