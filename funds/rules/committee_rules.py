"""What the database asks of committees, their meetings, minutes and numbers. SQLSTATE 23F60 to 23F64.

23F60: who sits on a committee. 23F61: agenda and minutes. 23F62: signatures. 23F63: the number. 23F64: a decision on the
step of a committee. A committee's rows are written one act at a time, under one lock (`LOCK`).
"""

from beneficiaries.rules.limit_rules import TODAY
from beneficiaries.rules.person_rules import agreed_by_another, same_person
from funds.rules.duty_rules import lacks_quorum, waits_since
from ledger.isolation import read_committed

LOCK = "committee"


def _held(committee: str, code: str) -> str:
    return f"{read_committed(code)}\nPERFORM pg_advisory_xact_lock(hashtext('{LOCK}'), ({committee})::int);"


def version_on(committee: str, day: str) -> str:
    """SQL: the key of the version in force on the day; NULL where none is."""
    return f"""(SELECT v.id FROM funds_committeeversion v
  JOIN funds_committeedecision c ON c.version_id = v.id AND c.outcome = 'agreed'
  WHERE v.committee_id = {committee} AND v.effective_from <= {day} ORDER BY v.version DESC LIMIT 1)"""


def limit_on(committee: str, day: str) -> str:
    """SQL: what the committee may sanction on the day, in rupees; NULL where it may sanction nothing."""
    return f"(SELECT own.sanction_limit FROM funds_committeeversion own WHERE own.id = {version_on(committee, day)})"


def year_of(day: str) -> str:
    """SQL: the fiscal year of a day, as '2025-26'."""
    first = f"extract(year FROM {day} - interval '6 months')::int"
    return f"({first} || '-' || lpad((({first} + 1) % 100)::text, 2, '0'))"


# One proposal waits at a time; a committee's first version may be dated back, for nothing was decided under an earlier one.
VERSION_FOLLOWS = f"""
{_held("NEW.committee_id", "23F60")}
SELECT coalesce(max(version), 0) INTO last FROM funds_committeeversion WHERE committee_id = NEW.committee_id;
IF NEW.version <> last + 1 OR EXISTS (SELECT FROM funds_committeeversion v WHERE v.committee_id = NEW.committee_id
  AND NOT EXISTS (SELECT FROM funds_committeedecision c WHERE c.version_id = v.id)) THEN
  RAISE EXCEPTION 'Version % does not follow %, or one waits already.', NEW.version, last USING ERRCODE = '23F60';
END IF;
RETURN NEW;
"""

SEAT_OF_A_PROPOSAL = """
IF NOT EXISTS (
  SELECT FROM funds_committeeversion v JOIN funds_committee k ON k.id = v.committee_id
  JOIN beneficiaries_officer o ON o.id = NEW.officer_id JOIN beneficiaries_office its ON its.id = o.office_id
  WHERE v.id = NEW.version_id AND v.proposed_at = now() AND (its.id = k.office_id OR its.level = 'federal')
) OR EXISTS (SELECT FROM funds_committeedecision c WHERE c.version_id = NEW.version_id) THEN
  RAISE EXCEPTION 'Members are named with their version, from its own office or a federal one.' USING ERRCODE = '23F60';
END IF;
RETURN NEW;
"""

COMMITTEE_IS_AGREED = f"""
SELECT * INTO proposal FROM funds_committeeversion WHERE id = NEW.version_id;
{_held("proposal.committee_id", "23F60")}
{agreed_by_another("23F60", "proposal.proposed_by_id")}
IF EXISTS (
  SELECT FROM funds_committeemember m JOIN beneficiaries_officer o ON o.id = m.officer_id
  WHERE m.version_id = proposal.id AND {same_person("o.user_id", "NEW.decided_by_id")}) THEN
  RAISE EXCEPTION 'No member agrees to a committee.' USING ERRCODE = '23F60';
END IF;
IF proposal.version > 1 AND proposal.effective_from < {TODAY} THEN
  RAISE EXCEPTION 'The version would begin on %, which has passed.', proposal.effective_from USING ERRCODE = '23F60';
END IF;
SELECT count(*) INTO voters FROM funds_committeemember WHERE version_id = proposal.id AND votes;
IF voters < proposal.quorum OR NOT EXISTS (SELECT FROM funds_committeemember WHERE version_id = proposal.id AND part = 'chair')
  OR NOT EXISTS (SELECT FROM funds_committeemember WHERE version_id = proposal.id AND part = 'secretary') THEN
  RAISE EXCEPTION 'A committee has a chair, a secretary and at least as many who vote as its quorum.' USING ERRCODE = '23F60';
END IF;
RETURN NEW;
"""

MEETING_IS_CALLED = f"""
{_held("NEW.committee_id", "23F61")}
IF NOT EXISTS (SELECT FROM funds_committeemember m JOIN beneficiaries_officer o ON o.id = m.officer_id
  WHERE m.version_id = {version_on("NEW.committee_id", TODAY)} AND m.part = 'secretary' AND o.user_id = NEW.called_by_id) THEN
  RAISE EXCEPTION 'The secretary of a committee calls its meetings.' USING ERRCODE = '23F61';
END IF;
RETURN NEW;
"""

CALLED_OFF_IN_TIME = f"""
{_held("(SELECT committee_id FROM funds_meeting WHERE id = NEW.meeting_id)", "23F61")}
IF EXISTS (SELECT FROM funds_adoption WHERE meeting_id = NEW.meeting_id) THEN
  RAISE EXCEPTION 'A meeting whose minutes are adopted is not called off.' USING ERRCODE = '23F61';
END IF;
RETURN NEW;
"""

ITEM_WAITS = f"""
{_held("(SELECT committee_id FROM funds_meeting WHERE id = NEW.meeting_id)", "23F61")}
SELECT * INTO request FROM funds_disbursement WHERE id = NEW.disbursement_id FOR UPDATE;
SELECT * INTO due FROM funds_approvalstep WHERE id = NEW.step_id;
IF request.id IS NULL OR due.id IS NULL
  OR request.state <> 'submitted' OR due.disbursement_id <> request.id OR due.submission <> request.submission
  OR due.position <> request.position OR NEW.digest <> request.digest
  OR due.committee_id IS DISTINCT FROM (SELECT committee_id FROM funds_meeting WHERE id = NEW.meeting_id) THEN
  RAISE EXCEPTION 'Request % does not wait for this committee.', request.number USING ERRCODE = '23F61';
END IF;
SELECT coalesce(max(position), 0) INTO last FROM funds_agendaitem WHERE meeting_id = NEW.meeting_id;
IF NEW.position <> last + 1 OR EXISTS (SELECT FROM funds_calledoff WHERE meeting_id = NEW.meeting_id)
  OR NEW.id <= (SELECT max(id) FROM funds_agendaitem WHERE step_id = due.id)
  OR EXISTS (SELECT FROM funds_minutes WHERE meeting_id = NEW.meeting_id) THEN
  RAISE EXCEPTION 'The agenda is closed, or item % does not follow %.', NEW.position, last USING ERRCODE = '23F61';
END IF;
IF EXISTS (SELECT FROM funds_agendaitem a WHERE a.step_id = due.id AND a.meeting_id <> NEW.meeting_id
  AND NOT EXISTS (SELECT FROM funds_calledoff o WHERE o.meeting_id = a.meeting_id)
  AND NOT EXISTS (SELECT FROM funds_adoption o WHERE o.meeting_id = a.meeting_id)) THEN
  RAISE EXCEPTION 'Request % is before another meeting.', request.number USING ERRCODE = '23F61';
END IF;
RETURN NEW;
"""

MINUTES_FOLLOW = f"""
SELECT * INTO met FROM funds_meeting WHERE id = NEW.meeting_id;
{_held("met.committee_id", "23F61")}
SELECT coalesce(max(version), 0) INTO last FROM funds_minutes WHERE meeting_id = met.id;
IF NEW.version <> last + 1 OR NEW.digest = '' OR NEW.held_on > {TODAY}
  OR NEW.under_id IS DISTINCT FROM {version_on("met.committee_id", "NEW.held_on")}
  OR EXISTS (SELECT FROM funds_calledoff WHERE meeting_id = met.id) OR EXISTS (SELECT FROM funds_adoption WHERE meeting_id = met.id)
  OR NOT EXISTS (SELECT FROM funds_committeemember m JOIN beneficiaries_officer o ON o.id = m.officer_id
    WHERE m.version_id IN (NEW.under_id, {version_on("met.committee_id", TODAY)})
      AND m.part = 'secretary' AND o.user_id = NEW.recorded_by_id) THEN
  RAISE EXCEPTION 'These are no minutes that the secretary could write of this meeting now.' USING ERRCODE = '23F61';
END IF;
RETURN NEW;
"""

# What minutes say is written with them, in their transaction, and never after somebody signed.
_WITH_ITS_MINUTES = """
SELECT * INTO written FROM funds_minutes WHERE id = {minutes};
IF written.id IS NULL OR written.recorded_at <> now()
  OR EXISTS (SELECT FROM funds_minutessignature WHERE minutes_id = written.id) THEN
  RAISE EXCEPTION 'Minutes that circulate are not changed; a correction is a new version.' USING ERRCODE = '23F61';
END IF;
"""

PRESENT_IN_OFFICE = f"""
{_WITH_ITS_MINUTES.format(minutes="NEW.minutes_id")}
IF NOT EXISTS (SELECT FROM funds_committeemember WHERE id = NEW.member_id AND version_id = written.under_id) THEN
  RAISE EXCEPTION 'Who was there was no member in office on %.', written.held_on USING ERRCODE = '23F61';
END IF;
RETURN NEW;
"""

ITEM_OF_ITS_MEETING = f"""
{_WITH_ITS_MINUTES.format(minutes="NEW.minutes_id")}
SELECT * INTO listed FROM funds_agendaitem WHERE id = NEW.item_id;
IF listed.id IS NULL OR listed.meeting_id <> written.meeting_id
  OR NEW.outcome <> 'gone' AND EXISTS (SELECT FROM funds_disbursement request
    WHERE request.id = listed.disbursement_id AND written.held_on < {waits_since("request")})
  OR NEW.back_to >= (SELECT position FROM funds_approvalstep WHERE id = listed.step_id)
  OR (NEW.outcome IN ('returned', 'rejected')) <> (NEW.ground_id IS NOT NULL)
  OR (NEW.ground_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM funds_decisionground g WHERE g.id = NEW.ground_id AND g.outcome = NEW.outcome
      AND written.held_on BETWEEN g.effective_from AND coalesce(g.effective_to, 'infinity'))) THEN
  RAISE EXCEPTION 'The item is not of this meeting, came after it, or gives no ground that counts.' USING ERRCODE = '23F61';
END IF;
RETURN NEW;
"""

RECUSED_WAS_THERE = f"""
{_WITH_ITS_MINUTES.format(minutes="(SELECT minutes_id FROM funds_minutesitem WHERE id = NEW.item_id)")}
IF NOT EXISTS (SELECT FROM funds_presence p JOIN funds_committeemember m ON m.id = p.member_id
    WHERE p.minutes_id = written.id AND m.id = NEW.member_id AND m.votes)
  OR NOT EXISTS (SELECT FROM funds_decisionground g WHERE g.id = NEW.ground_id AND g.outcome = 'recused'
    AND written.held_on BETWEEN g.effective_from AND coalesce(g.effective_to, 'infinity')) THEN
  RAISE EXCEPTION 'Who takes no part in an item was there, votes, and gives a ground that counts.' USING ERRCODE = '23F61';
END IF;
RETURN NEW;
"""

SIGNED_BY_WHO_WAS_THERE = f"""
SELECT * INTO written FROM funds_minutes WHERE id = NEW.minutes_id;
{_held("(SELECT committee_id FROM funds_meeting WHERE id = written.meeting_id)", "23F62")}
SELECT * INTO seat FROM funds_committeemember WHERE id = NEW.member_id;
IF NOT seat.votes OR NOT EXISTS (SELECT FROM funds_presence WHERE minutes_id = written.id AND member_id = seat.id)
  OR NEW.signed_by_id <> (SELECT user_id FROM beneficiaries_officer WHERE id = seat.officer_id) THEN
  RAISE EXCEPTION 'Minutes are signed by members who were there and vote.' USING ERRCODE = '23F62';
END IF;
IF NEW.digest <> written.digest OR EXISTS (SELECT FROM funds_calledoff WHERE meeting_id = written.meeting_id)
  OR EXISTS (SELECT FROM funds_minutes later WHERE later.meeting_id = written.meeting_id AND later.version > written.version)
  OR (SELECT count(*) FROM funds_minutesitem WHERE minutes_id = written.id)
    <> (SELECT count(*) FROM funds_agendaitem WHERE meeting_id = written.meeting_id) THEN
  RAISE EXCEPTION 'These are not the last minutes of the meeting, or not whole.' USING ERRCODE = '23F62';
END IF;
RETURN NEW;
"""

MINUTES_ARE_ADOPTED = f"""
SELECT * INTO written FROM funds_minutes WHERE id = NEW.minutes_id;
SELECT * INTO met FROM funds_meeting WHERE id = written.meeting_id;
{_held("met.committee_id", "23F63")}
SELECT coalesce(max(serial), 0) INTO last FROM funds_adoption WHERE committee_id = met.committee_id AND year = NEW.year;
IF NEW.meeting_id <> met.id OR NEW.committee_id <> met.committee_id OR NEW.year <> {year_of("written.held_on")}
  OR NEW.serial <> last + 1 OR NEW.number <> (SELECT code FROM funds_committee WHERE id = met.committee_id)
    || '/' || NEW.year || '/M-' || lpad(NEW.serial::text, greatest(3, length(NEW.serial::text)), '0') THEN
  RAISE EXCEPTION 'Number % does not follow % of its committee and year.', NEW.number, last USING ERRCODE = '23F63';
END IF;
IF NEW.adopted_on NOT BETWEEN written.held_on AND {TODAY}
  OR EXISTS (SELECT FROM funds_minutes later WHERE later.meeting_id = met.id AND later.version > written.version)
  OR NOT EXISTS (SELECT FROM funds_minutessignature s JOIN funds_committeemember m ON m.id = s.member_id
    WHERE s.minutes_id = written.id AND m.part = 'chair')
  OR (SELECT count(*) FROM funds_minutessignature WHERE minutes_id = written.id)
    < (SELECT quorum FROM funds_committeeversion WHERE id = written.under_id) THEN
  RAISE EXCEPTION 'Minutes are adopted when the chair and a quorum signed them.' USING ERRCODE = '23F63';
END IF;
RETURN NEW;
"""

# A committee's member decides by the own signature under adopted minutes, or recuses alone. Minutes are carried out once: when
# the request went on or back and another step was decided since, it needs a new meeting.
DECIDED_IN_A_MEETING = f"""
SELECT * INTO due FROM funds_approvalstep WHERE id = NEW.step_id;
IF due.committee_id IS NULL AND NEW.minutes_item_id IS NOT NULL THEN
  RAISE EXCEPTION 'Step % belongs to no committee.', due.position USING ERRCODE = '23F64';
END IF;
IF due.committee_id IS NOT NULL AND (NEW.delegation_id IS NOT NULL OR NOT (CASE
WHEN NEW.minutes_item_id IS NULL THEN NEW.outcome = 'recused' AND EXISTS (
  SELECT FROM funds_committeemember m JOIN beneficiaries_officer o ON o.id = m.officer_id
  WHERE m.version_id = {version_on("due.committee_id", "NEW.decided_on")} AND o.user_id = NEW.decided_by_id)
ELSE EXISTS (
  SELECT FROM funds_minutesitem i JOIN funds_agendaitem a ON a.id = i.item_id JOIN funds_minutes m ON m.id = i.minutes_id
  JOIN funds_adoption adopted ON adopted.minutes_id = m.id
  JOIN funds_minutessignature s ON s.minutes_id = m.id AND s.signed_by_id = NEW.decided_by_id
  LEFT JOIN funds_itemrecusal apart ON apart.item_id = i.id AND apart.member_id = s.member_id
  WHERE i.id = NEW.minutes_item_id AND a.step_id = due.id AND a.digest = NEW.digest AND NEW.decided_on >= adopted.adopted_on
    AND CASE WHEN apart.id IS NULL THEN (i.outcome, i.back_to, i.ground_id) IS NOT DISTINCT FROM
        (NEW.outcome, NEW.back_to, NEW.ground_id) ELSE NEW.outcome = 'recused' AND apart.ground_id = NEW.ground_id END
    AND NOT EXISTS (SELECT FROM funds_agendaitem later WHERE later.step_id = due.id AND later.id > a.id)
    AND NOT EXISTS (SELECT FROM funds_decision made JOIN funds_decision since ON since.disbursement_id = made.disbursement_id
      AND since.submission = made.submission AND since.step_id <> made.step_id AND since.id > made.id
      WHERE made.minutes_item_id = i.id AND made.outcome <> 'recused')
) END)) THEN
  RAISE EXCEPTION 'Step % waits for a committee: a member decides by signing its adopted minutes.', due.position
    USING ERRCODE = '23F64';
END IF;
RETURN NEW;
"""

# Each committee of the chain had its quorum; one that sanctions has a limit of its own, on the day and today.
DECIDED_BY_COMMITTEES = f"""
SELECT k.name INTO who FROM funds_disbursement d
  JOIN funds_approvalstep s ON s.disbursement_id = d.id AND s.submission = d.submission
  JOIN funds_committee k ON k.id = s.committee_id
  WHERE d.id = NEW.disbursement_id AND {lacks_quorum("s", "d.digest")} LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Fewer members of % approved than its quorum.', who USING ERRCODE = '23F64';
END IF;
SELECT k.name INTO who FROM funds_disbursement d
  JOIN funds_approvalstep s ON s.disbursement_id = d.id AND s.submission = d.submission AND s.last
  JOIN funds_committee k ON k.id = s.committee_id
  LEFT JOIN funds_chosenrule r ON r.disbursement_id = d.id AND r.submission = d.submission
  WHERE d.id = NEW.disbursement_id
    AND (coalesce({limit_on("k.id", "NEW.sanctioned_on")}, 0) < coalesce(r.basis, d.amount)
      OR coalesce({limit_on("k.id", TODAY)}, 0) < coalesce(r.basis, d.amount));
IF FOUND THEN
  RAISE EXCEPTION 'The sanction is above the limit of %.', who USING ERRCODE = '23F53';
END IF;
RETURN NEW;
"""
