"""What the database asks of signed papers, as bodies of PL/pgSQL.

SQLSTATE 23FA0 for the signature of a voucher, 23FA1 for a line of a schedule, 23FA2 for a schedule that does not add up, 23FA3 for
one by somebody who may not sign it.
"""

from beneficiaries.rules.person_rules import holds
from ledger.roles import Role

_BY_DDO = holds("NEW.signed_by_id", f"'{Role.DDO.value}'")

# Copies are not signed, and who pays has the original printed and signed.
SIGNATURE_IS_OF_THE_ORIGINAL = f"""
SELECT * INTO printing FROM funds_voucherprint WHERE id = NEW.printing_id;
IF printing.copy IS DISTINCT FROM 0 OR printing.printed_by_id IS DISTINCT FROM NEW.signed_by_id OR NEW.signed_at <> now()
  OR NOT {_BY_DDO} THEN
  RAISE EXCEPTION 'Only an original is signed, when it is printed, for whoever prints it.' USING ERRCODE = '23FA0';
END IF;
RETURN NEW;
"""

# By who pays, at the office that keeps the fund or a federal one, now.
SCHEDULE_IS_BY_ITS_KEEPER = f"""
IF NEW.signed_at <> now() OR NOT {_BY_DDO} OR NOT EXISTS (
  SELECT FROM beneficiaries_officer o JOIN beneficiaries_office own ON own.id = o.office_id
  JOIN funds_fund f ON f.id = NEW.fund_id
  WHERE o.user_id = NEW.signed_by_id AND (own.level = 'federal' OR own.id = f.office_id)
) THEN
  RAISE EXCEPTION 'A schedule is signed by who pays at the office that keeps the fund.' USING ERRCODE = '23FA3';
END IF;
RETURN NEW;
"""

# A schedule says of each voucher what the voucher says, and of none that was cancelled.
LINE_IS_ITS_VOUCHER = """
SELECT * INTO voucher FROM funds_voucher WHERE id = NEW.voucher_id;
IF NEW.amount IS DISTINCT FROM voucher.amount OR NEW.digest IS DISTINCT FROM voucher.digest
  OR voucher.fund_id IS DISTINCT FROM (SELECT fund_id FROM funds_signedschedule WHERE id = NEW.schedule_id)
  OR EXISTS (SELECT FROM funds_sanction s JOIN funds_cancellation c ON c.disbursement_id = s.disbursement_id
    WHERE s.id = voucher.sanction_id) THEN
  RAISE EXCEPTION 'A line of the schedule is not a standing voucher of its fund.' USING ERRCODE = '23FA1';
END IF;
RETURN NEW;
"""


def schedule_adds_up(schedule: str) -> str:
    """Judged at commit, so that no line is added later."""
    return f"""
IF NOT EXISTS (
  SELECT FROM funds_signedschedule s WHERE s.id = {schedule} AND (s.count, s.amount) = (
    SELECT count(*), sum(l.amount) FROM funds_scheduleline l WHERE l.schedule_id = s.id)
) THEN
  RAISE EXCEPTION 'The schedule is not the sum of its lines.' USING ERRCODE = '23FA2';
END IF;
RETURN NULL;
"""
