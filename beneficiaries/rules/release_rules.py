"""What the database itself keeps of releases and referrals, as bodies of PL/pgSQL. SQLSTATE 23B20 to 23B28."""

from ledger.isolation import read_committed

STANDING = """(
  SELECT r.* FROM beneficiaries_releaserecord r
  WHERE r.case_id = {case} AND NOT EXISTS (SELECT FROM beneficiaries_releasewithdrawal w WHERE w.record_id = r.id)
)"""

_OF_NEW = STANDING.format(case="NEW.case_id")

# A court's receipt may come late; the other steps follow each other, each with its paper (domain: rule 18).
RELEASE_RECORD_FITS = f"""
{read_committed("23B20")}
PERFORM 1 FROM beneficiaries_case WHERE id = NEW.case_id AND kind = 'prisoner' FOR NO KEY UPDATE;
IF NOT FOUND THEN
  RAISE EXCEPTION 'Case % is no prisoner''s.', NEW.case_id USING ERRCODE = '23B20';
END IF;
IF EXISTS (SELECT FROM {_OF_NEW} s WHERE s.step = NEW.step
    OR (NEW.step IN ('released', 'died', 'otherwise', 'held') AND s.step IN ('released', 'died', 'otherwise', 'held'))) THEN
  RAISE EXCEPTION 'Case % has a standing record of % already.', NEW.case_id, NEW.step USING ERRCODE = '23B21';
END IF;
wanted := CASE NEW.step WHEN 'court_receipt' THEN 'court_receipt' WHEN 'release_order' THEN 'release_order'
  WHEN 'jail_certificate' THEN 'release_certificate' END;
IF NEW.step <> 'released' AND NOT EXISTS (
  SELECT FROM beneficiaries_paper p JOIN beneficiaries_paperkind k ON k.id = p.kind_id
  WHERE p.id = NEW.paper_id AND p.case_id = NEW.case_id AND (wanted IS NULL OR k.code = wanted)
    AND NOT EXISTS (SELECT FROM beneficiaries_paperwithdrawal w WHERE w.paper_id = p.id)
) THEN
  RAISE EXCEPTION 'The paper of % is not there, of another kind, of another case, or withdrawn.', NEW.step
    USING ERRCODE = '23B22';
END IF;
IF NEW.step IN ('jail_certificate', 'released') AND NOT EXISTS (
    SELECT FROM {_OF_NEW} s WHERE s.step = 'release_order' AND s.happened_on <= NEW.happened_on)
  OR NEW.step = 'released' AND NOT EXISTS (SELECT FROM {_OF_NEW} s WHERE s.step = 'jail_certificate') THEN
  RAISE EXCEPTION 'A prisoner is released by the court''s order and the jail''s certificate.' USING ERRCODE = '23B23';
END IF;
RETURN NEW;
"""

RELEASE_WITHDRAWAL_FITS = f"""
{read_committed("23B24")}
SELECT r.* INTO gone FROM beneficiaries_releaserecord r WHERE r.id = NEW.record_id;
PERFORM 1 FROM beneficiaries_case WHERE id = gone.case_id FOR NO KEY UPDATE;
IF gone.id IS NULL OR EXISTS (SELECT FROM {STANDING.format(case="gone.case_id")} s
    WHERE (gone.step IN ('release_order', 'jail_certificate') AND s.step = 'released')
      OR (gone.step = 'release_order' AND s.step = 'jail_certificate')) THEN
  RAISE EXCEPTION 'A later step rests on record %; withdraw that first.', gone.id USING ERRCODE = '23B24';
END IF;
RETURN NEW;
"""

PAPER_IN_USE = f"""
{read_committed("23B25")}
PERFORM 1 FROM beneficiaries_case c JOIN beneficiaries_paper p ON p.case_id = c.id WHERE p.id = NEW.paper_id
  FOR NO KEY UPDATE OF c;
IF EXISTS (SELECT FROM beneficiaries_releaserecord r WHERE r.paper_id = NEW.paper_id
    AND NOT EXISTS (SELECT FROM beneficiaries_releasewithdrawal w WHERE w.record_id = r.id)) THEN
  RAISE EXCEPTION 'A record of the release rests on paper %; withdraw that first.', NEW.paper_id USING ERRCODE = '23B25';
END IF;
RETURN NEW;
"""

AGREES_DECLARE = [("told", "date"), ("proved", "date"), ("of_case", "bigint")]


def release_agrees(case: str, *, when: str = "true") -> str:
    """Judged at commit: the case says released on the day that its standing record says, and not without one."""
    return f"""
of_case := {case};
IF of_case IS NOT NULL AND {when} THEN
  SELECT released_on INTO told FROM beneficiaries_prisonercase WHERE case_id = of_case;
  SELECT s.happened_on INTO proved FROM {STANDING.format(case="of_case")} s WHERE s.step = 'released';
  IF told IS DISTINCT FROM proved THEN
    RAISE EXCEPTION 'Case % says released on %, its record says %.', of_case, told, proved USING ERRCODE = '23B26';
  END IF;
END IF;
RETURN NULL;
"""


# Cases from before there were records keep what they say until somebody changes it.
RELEASED_ON_IS_PROVED = release_agrees(
    "NEW.case_id",
    when="(TG_OP = 'INSERT' AND NEW.released_on IS NOT NULL"
    " OR TG_OP = 'UPDATE' AND NEW.released_on IS DISTINCT FROM OLD.released_on)",
)

# A referral is decided once; only a wrong "duplicate" or "declined" is taken up again.
REFERRAL_DECIDED_ONCE = f"""
{read_committed("23B28")}
PERFORM 1 FROM beneficiaries_referral WHERE id = NEW.referral_id FOR UPDATE;
SELECT outcome INTO last FROM beneficiaries_referraldecision WHERE referral_id = NEW.referral_id ORDER BY id DESC LIMIT 1;
IF (NEW.outcome = 'reopened') IS DISTINCT FROM (coalesce(last, '') IN ('duplicate', 'declined'))
  OR last = 'accepted' THEN
  RAISE EXCEPTION 'Referral % is % and cannot become %.', NEW.referral_id, coalesce(last, 'new'), NEW.outcome
    USING ERRCODE = '23B28';
END IF;
RETURN NEW;
"""
