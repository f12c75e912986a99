"""Rules of this app that the database itself keeps, as bodies of PL/pgSQL."""

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
