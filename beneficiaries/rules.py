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

PAPER_OF_ITS_CASE = """
IF (NEW.order_id IS NOT NULL AND NEW.case_id IS DISTINCT FROM
    (SELECT case_id FROM beneficiaries_courtorder WHERE id = NEW.order_id))
  OR (NEW.obligation_id IS NOT NULL AND NEW.case_id IS DISTINCT FROM
    (SELECT o.case_id FROM beneficiaries_courtorder o JOIN beneficiaries_obligation b ON b.order_id = o.id
     WHERE b.id = NEW.obligation_id)) THEN
  RAISE EXCEPTION 'The order or obligation of the paper belongs to another case.' USING ERRCODE = '23B03';
END IF;
RETURN NEW;
"""
