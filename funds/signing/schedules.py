"""Schedules: many vouchers of one fund signed at once, so that signing does not dominate where there are many."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.offices.scope import acts_for, officer_of
from beneficiaries.papers import store
from funds.models import Disbursement, Fund, ScheduleLine, SignedSchedule, Voucher
from funds.numbers import next_number, year_of
from funds.papers.schedule import SchedulePaper, ScheduleRow, draw_schedule
from funds.readers import seen
from funds.signing.originals import content_of, digest_of, said_of_schedule, sign
from funds.vouchers import DAY, payee_count, verify_digest, visible_vouchers
from funds.workflow import State
from ledger.clock import today
from ledger.errors import BadInput, NotFound, WrongState
from ledger.roles import Role, require_role

SIGNERS = (Role.DDO,)
MOST = 1_000  # vouchers on one schedule


def visible_schedules(user: User) -> QuerySet[SignedSchedule]:
    """The schedules of funds whose office the user acts for."""
    return seen(
        SignedSchedule.objects.select_related("fund__office", "year", "signed_by"), by=user, path="fund__office"
    )


def get_schedule(number: str, *, by: User) -> SignedSchedule:
    """Raises: NotFound."""
    found = visible_schedules(by).filter(number=number).first()
    if found is None:
        raise NotFound("There is no such schedule of vouchers in your office.")
    return found


def waiting(user: User, fund: Fund) -> QuerySet[Voucher]:
    """Vouchers of the fund that are to be signed: not paid yet, neither printed nor on a schedule; first issued first."""
    rows = visible_vouchers(user).filter(fund=fund, sanction__disbursement__state=State.VOUCHERED)
    return rows.filter(prints__isnull=True, scheduled__isnull=True).order_by("year__label", "serial")


@transaction.atomic
def sign_schedule(*, vouchers: Sequence[str], by: User) -> SignedSchedule:
    """One signed list of these vouchers, by their numbers: amount and digest of each, under the next number of fund and year.

    Their originals are printed without a signature of their own. Writes the schedule, its lines and the signed file.
    Raises: NotAllowed, NotFound, BadInput, WrongState.
    """
    require_role(by, *SIGNERS, action="sign a schedule of vouchers")
    rows = _asked(vouchers, by)
    fund = rows[0].fund
    if any(row.fund_id != fund.pk for row in rows):
        _bad("A schedule has vouchers of one fund. Take those of another to a schedule of their own.")
    if not acts_for(fund.office, by=by):
        raise NotFound(f"The vouchers of {fund.code} are signed by {fund.office}.")
    _lock(rows)
    _require_standing(rows)
    if settings.SIGNING is None:
        raise WrongState("Nothing signs here: no certificate is set. The administrator sets SIGNING_CERTIFICATE.")
    day = today()
    year = year_of(fund, day)
    serial, number = next_number(SignedSchedule, fund=fund, year=year)
    lines = [(row.number, row.amount, row.digest) for row in rows]
    paper = _paper(rows, number, digest_of(lines), f"{day:{DAY}}", by)
    signed = sign(draw_schedule(paper), settings.SIGNING, said_of_schedule(number, lines))
    store.keep(signed.content, signed.facts["sha256"])
    made = SignedSchedule.objects.create(
        fund=fund,
        year=year,
        serial=serial,
        number=number,
        count=len(rows),
        amount=paper.amount,
        digest=paper.digest,
        signed_by=by,
        **signed.facts,
    )
    ScheduleLine.objects.bulk_create(
        ScheduleLine(schedule=made, position=place, voucher=row, amount=row.amount, digest=row.digest)
        for place, row in enumerate(rows, 1)
    )
    return made


def _asked(numbers: Sequence[str], by: User) -> list[Voucher]:
    if not 1 <= len(numbers) <= MOST:
        _bad(f"A schedule has 1 to {MOST:,} vouchers; {len(numbers):,} were chosen.")
    rows = list(
        visible_vouchers(by).select_related("fund__office").filter(number__in=numbers).order_by("year__label", "serial")
    )
    if unknown := sorted(set(numbers) - {row.number for row in rows}):
        raise NotFound(f"There is no voucher {unknown[0][:40]} in your office.")
    return rows


def _bad(text: str) -> None:
    raise BadInput(text, fields={"vouchers": text})


def _lock(rows: list[Voucher]) -> None:
    """None of them is cancelled or printed meanwhile."""
    keys = [row.sanction.disbursement_id for row in rows]
    list(Disbursement.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def _require_standing(rows: list[Voucher]) -> None:
    keys = [row.pk for row in rows]
    found = Voucher.objects.filter(pk__in=keys)
    refused = (
        (found.filter(sanction__disbursement__cancellation__isnull=False), "was cancelled"),
        (found.filter(scheduled__isnull=False), "is on a schedule already"),
        (found.filter(prints__signature__isnull=False), "was signed when it was printed"),
    )
    for bad, why in refused:
        row = bad.first()
        if row is not None:
            raise WrongState(f"{row.number} {why}. Leave it out.", ids=(row.pk,))
    for row in rows:
        if not verify_digest(row):
            raise WrongState(
                f"The paper of {row.number} is not the one that was issued. Tell the auditor.", ids=(row.pk,)
            )


def _paper(rows: list[Voucher], number: str, digest: str, date: str, by: User) -> SchedulePaper:
    fund = rows[0].fund
    return SchedulePaper(
        government=settings.PAPER_GOVERNMENT,
        ministry=settings.PAPER_MINISTRY,
        fund_name=fund.name,
        fund_note=fund.nature,
        particulars=(fund.office.name, f"Fund {fund.code}", f"DDO {fund.ddo_code}"),
        number=number,
        date=date,
        signed_for=f"{by.get_full_name()}, {officer_of(by).designation}",
        rows=tuple(
            ScheduleRow(
                row.number, f"{row.issued_on:{DAY}}", row.snapshot["pay_to"], payee_count(row), row.amount, row.digest
            )
            for row in rows
        ),
        digest=digest,
    )


def signed_file(schedule: SignedSchedule) -> bytes:
    """The schedule as it was signed. Raises: WrongState where its file is not as kept."""
    return content_of(schedule, f"Schedule {schedule.number}")
