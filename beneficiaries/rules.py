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
