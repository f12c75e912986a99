"""Diary and dispatch: a number for what comes in to an office and for what goes out of it, without gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Max, QuerySet

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Office, Referral, RegisterEntry
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import office_of, visible
from ledger.clock import act_date
from ledger.errors import BadInput
from ledger.history import trace
from ledger.locks import hold
from ledger.roles import ALL_BUT_ADMINISTRATORS, Role, require_role
from ledger.texts import shortened

Register, Kind, Means = RegisterEntry.Register, RegisterEntry.Kind, RegisterEntry.Means
CLERKS = (Role.CASE_OFFICER, Role.VERIFIER, Role.FINANCE_OFFICER, Role.DDO, Role.FUND_MANAGER)
READERS = ALL_BUT_ADMINISTRATORS
PREFIXES = {Register.DIARY: "DY", Register.DISPATCH: "DP"}
# How a paper that somebody carries comes or goes; what happens here is entered by the act itself.
BY_HAND = tuple(means for means in Means if means is not Means.SYSTEM)
_MISSING = """
    SELECT s.year, n FROM (
        SELECT year, max(serial) AS last, count(*) AS held FROM beneficiaries_registerentry
        WHERE register = %s AND office_id = %s GROUP BY year HAVING max(serial) <> count(*)
    ) s CROSS JOIN generate_series(1, s.last) AS n
    WHERE NOT EXISTS (SELECT FROM beneficiaries_registerentry e WHERE e.register = %s AND e.office_id = %s
        AND e.year = s.year AND e.serial = n) ORDER BY 1, 2 LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Item:
    """What came in or goes out: `party` from or to whom, `reference` the number on the paper."""

    kind: str
    party: str
    subject: str
    reference: str = ""
    means: str = Means.SYSTEM
    other_office: Office | None = None
    referral: Referral | None = None


def visible_entries(user: User, register: str) -> QuerySet[RegisterEntry]:
    """The lines of one register: of the user's office, those of others where it is the other end, or all from a federal one.

    Raises: NotAllowed for an administrator, because the lines name requests and payees.
    """
    require_role(user, *READERS, action="see the diary and the dispatch register")
    rows = RegisterEntry.objects.filter(register=register).select_related("office", "other_office", "entered_by")
    return visible(rows, to=user) | visible(rows, to=user, path="other_office")


def enter(*, register: str, office: Office, items: Sequence[Item], by: User, on: date) -> list[RegisterEntry]:
    """Gives each item the next number of the office's register, in their order. Part of the act by which it comes or goes.
    A text that is longer than its column ends with “…”; by hand only what fits is taken.

    The series is held until the transaction ends, so a rollback gives the numbers back; whoever calls does it last, after
    every other lock, so that two acts never wait for each other.
    """
    if not items:
        return []
    hold(f"register:{register}:{office.pk}", on.year)
    with everywhere():
        series = RegisterEntry.objects.filter(register=register, office=office, year=on.year)
        last = series.aggregate(last=Max("serial"))["last"] or 0
    rows = [
        RegisterEntry(
            register=register,
            office=office,
            year=on.year,
            serial=serial,
            number=f"{PREFIXES[Register(register)]}-{office.code}-{on.year}-{serial:05d}",
            entered_on=on,
            kind=item.kind,
            party=shortened(item.party, 160),
            subject=shortened(item.subject, 200),
            reference=shortened(item.reference, 60),
            means=item.means,
            other_office=item.other_office if item.other_office != office else None,
            referral=item.referral,
            entered_by=by,
            **trace(),
        )
        for serial, item in enumerate(items, last + 1)
    ]
    return RegisterEntry.objects.bulk_create(rows, batch_size=500)


@everywhere()
def missing(register: str, office: Office) -> list[str]:
    """Numbers of an office's register that are not there though a later one is; always empty, and shown as such."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, [register, office.pk] * 2)
        return [
            f"{PREFIXES[Register(register)]}-{office.code}-{year}-{serial:05d}" for year, serial in cursor.fetchall()
        ]


@transaction.atomic
def record_letter(
    *, register: str, party: str, subject: str, reference: str = "", means: str, by: User, on: date | None = None
) -> RegisterEntry:
    """A letter that came in to, or went out of, the user's own office. Raises: NotAllowed, BadInput naming the field."""
    require_role(by, *CLERKS, action="enter a letter in the register")
    day = act_date(on)
    if means not in BY_HAND:
        detail = f"{means[:20]!r} is no way by which letters come or go. Choose one of the list."
        raise BadInput(detail, fields={"means": detail})
    item = Item(
        Kind.LETTER,
        take("party", parse_text, party, maximum=160),
        take("subject", parse_text, subject, maximum=200),
        take("reference", parse_text, reference, maximum=60) if reference.strip() else "",
        means,
    )
    return enter(register=register, office=office_of(by), items=[item], by=by, on=day)[0]


def enter_referrals(referrals: Sequence[Referral], *, by: User, on: date) -> None:
    """Referrals that came in, each into the diary of the office that looks at it."""
    for office in sorted({row.office for row in referrals}, key=lambda office: office.pk):
        items = [
            Item(
                Kind.REFERRAL,
                row.get_source_display(),
                f"{row.get_kind_display()}: {row.about}",
                row.reference,
                other_office=row.through,
                referral=row,
            )
            for row in referrals
            if row.office_id == office.pk
        ]
        enter(register=Register.DIARY, office=office, items=items, by=by, on=on)
