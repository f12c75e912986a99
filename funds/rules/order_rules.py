"""Rules on sanction orders and on what stands in the registers, as bodies of PL/pgSQL. SQLSTATE 23F42 to 23F44."""

# The frozen order says what was sanctioned, under a dispatch number of its own request.
ORDER_MATCHES_SANCTION = """
SELECT * INTO sanction FROM funds_sanction WHERE disbursement_id = NEW.disbursement_id;
IF sanction.id IS NULL OR NEW.snapshot ->> 'number' IS DISTINCT FROM sanction.number
  OR (NEW.snapshot ->> 'amount')::numeric IS DISTINCT FROM sanction.amount
  OR NEW.snapshot ->> 'content' IS DISTINCT FROM sanction.digest OR NEW.snapshot ->> 'digest' IS DISTINCT FROM NEW.digest
  OR NOT EXISTS (
    SELECT FROM funds_filing f JOIN beneficiaries_registerentry e ON e.id = f.entry_id
    WHERE f.disbursement_id = NEW.disbursement_id AND e.kind = 'order' AND e.number = NEW.snapshot ->> 'dispatch') THEN
  RAISE EXCEPTION 'The order is not that of sanction %.', coalesce(sanction.number, 'none') USING ERRCODE = '23F42';
END IF;
RETURN NEW;
"""

# Judged at commit, because the order names the sanction's number.
SANCTION_HAS_ITS_ORDER = """
IF NOT EXISTS (SELECT FROM funds_sanctionorder WHERE disbursement_id = NEW.disbursement_id) THEN
  RAISE EXCEPTION 'Sanction % has no order.', NEW.number USING ERRCODE = '23F43';
END IF;
RETURN NULL;
"""

# A request's paper lies under a number of the office that keeps its fund, a complaint's under one of its own office.
FILING_FITS = """
SELECT * INTO entry FROM beneficiaries_registerentry WHERE id = NEW.entry_id;
SELECT coalesce((SELECT f.office_id FROM funds_disbursement d JOIN funds_fund f ON f.id = d.fund_id
    WHERE d.id = NEW.disbursement_id), (SELECT office_id FROM funds_complaint WHERE id = NEW.complaint_id)) INTO keeper;
IF entry.id IS NULL OR entry.office_id IS DISTINCT FROM keeper OR (entry.kind = 'complaint') <> (NEW.complaint_id IS NOT NULL)
  OR (entry.kind = 'request') <> (NEW.submission IS NOT NULL)
  OR (entry.kind IN ('request', 'order', 'voucher')) <> (NEW.disbursement_id IS NOT NULL) THEN
  RAISE EXCEPTION 'Nothing of this kind lies under %.', entry.number USING ERRCODE = '23F44';
END IF;
RETURN NEW;
"""
