"""What the database asks of an escalation: the step waits, its days are over, and it is told as it stands. SQLSTATE 23F69."""

from beneficiaries.rules.limit_rules import TODAY

ESCALATION_IS_DUE = f"""
SELECT * INTO request FROM funds_disbursement WHERE id = NEW.disbursement_id;
SELECT * INTO step FROM funds_approvalstep WHERE id = NEW.step_id;
IF request.state <> 'submitted' OR step.disbursement_id <> request.id OR step.submission <> request.submission
  OR step.position <> request.position OR NEW.waiting_since IS DISTINCT FROM request.waiting_since
  OR NEW.due_on <> request.waiting_since + step.days::int OR NEW.due_on >= {TODAY} OR NEW.escalated_on <> {TODAY} THEN
  RAISE EXCEPTION 'The step of request % that waits is not past its days.', request.number USING ERRCODE = '23F69';
END IF;
RETURN NEW;
"""
