"""What the database asks of absences. SQLSTATE 23B40 and 23B41.

An absence takes nothing from anybody: who is away may sign all the same. So the rules only keep the record straight.
"""

from ledger.isolation import read_committed

ABSENCE_IS_RECORDED = f"""
{read_committed("23B40")}
SELECT id INTO holder FROM beneficiaries_officer WHERE id = NEW.officer_id FOR UPDATE;
IF EXISTS (
  SELECT FROM beneficiaries_absence a LEFT JOIN beneficiaries_absenceend e ON e.absence_id = a.id
  WHERE a.officer_id = NEW.officer_id AND a.starts_on <= NEW.ends_on AND coalesce(e.back_on - 1, a.ends_on) >= NEW.starts_on
) THEN
  RAISE EXCEPTION 'The officer is recorded as away on a day of these already.' USING ERRCODE = '23B40';
END IF;
RETURN NEW;
"""

# The first day back: the first day itself where the officer never left.
ABSENCE_ENDS_EARLY = """
SELECT * INTO away FROM beneficiaries_absence WHERE id = NEW.absence_id;
PERFORM 1 FROM beneficiaries_officer WHERE id = away.officer_id FOR UPDATE;
IF (NEW.back_on BETWEEN away.starts_on AND away.ends_on) IS NOT TRUE THEN
  RAISE EXCEPTION 'The officer is back on a day of the absence, not on %.', NEW.back_on USING ERRCODE = '23B41';
END IF;
RETURN NEW;
"""
