"""The search box: one text against people, cases, referrals, requests, sanctions, vouchers, instruments, minutes, registers."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import Resolver404, resolve, reverse

from beneficiaries.cases import visible_cases
from beneficiaries.identity import whole_cnic
from beneficiaries.models import RegisterEntry
from beneficiaries.offices.registers import visible_entries
from beneficiaries.referral import referrals
from beneficiaries.registry import find_people
from beneficiaries.views.cases import find_cases
from beneficiaries.views.people import READERS as READERS_OF_PEOPLE
from funds.committee.agendas import visible_meetings
from funds.disbursements import visible_disbursements
from funds.models import Sanction
from funds.payments import visible_instruments
from funds.vouchers import visible_vouchers
from ledger.money import figures
from ledger.roles import Role, roles_of

SHOWN = 10  # of each kind; more means: write more
LONGEST = 200
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. `exact`: the text is its whole number or CNIC, not a part."""

    label: str
    note: str
    url: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind; `more` where there are more than are shown."""

    title: str
    hits: list[Hit]
    more: bool


def clean(text: str) -> str:
    """The text as it is searched: no control characters, single blanks, at most 200 characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text[:LONGEST]).split())


def page_address(text: str) -> str:
    """The path of a pasted address of a page of ours, or ''."""
    parts = urlsplit(text) if text.startswith((settings.PUBLIC_URL, "/")) else None
    if parts is None or text.startswith("//") or parts.path.startswith("//") or "\\" in text:
        return ""
    try:
        resolve(parts.path)
    except Resolver404:
        return ""
    return parts.path


def find(user: User, text: str) -> list[Group]:
    """Everything that fits, by kind; each kind costs one query. Empty for an administrator, who works with users only."""
    roles = roles_of(user) - {Role.ADMINISTRATOR}
    if len(text) < SHORTEST or not roles:
        return []
    found = [*_requests(user, text), _vouchers(user, text), _instruments(user, text), _minutes(user, text)]
    if text.upper().startswith(("DY-", "DP-")):
        found.append(_entries(user, text))
    if not roles.isdisjoint(READERS_OF_PEOPLE):
        found = [_people(user, text), _cases(user, text), _referrals(user, text), *found]
    return [group for group in found if group.hits]


def only_exact(groups: list[Group]) -> str:
    """The address of the one exact hit, or '' where there is none or more than one."""
    exact = [hit.url for group in groups for hit in group.hits if hit.exact]
    return exact[0] if len(exact) == 1 else ""


def _group(title: str, hits: list[Hit]) -> Group:
    return Group(title, hits[:SHOWN], len(hits) > SHOWN)


def _same(number: str, text: str) -> bool:
    return number.casefold() == text.casefold()


def _people(user: User, text: str) -> Group:
    cnic = whole_cnic(text)
    hits = [
        Hit(person.described, f"{person.masked_cnic or 'no CNIC'} · {person.district}", person.get_absolute_url(),
            bool(cnic))
        for person in find_people(user, text)[: SHOWN + 1]
    ]  # fmt: skip
    return _group("People", hits)


def _cases(user: User, text: str) -> Group:
    """By number, FIR, prisoner number or name, as the list does; a CNIC, which came by POST, finds its person's cases."""
    visible = visible_cases(user)
    cnic = whole_cnic(text)
    rows = visible.filter(person__cnic=cnic) if cnic else find_cases(visible, text)
    hits = [
        Hit(f"{case.number} {case.person}", " · ".join(filter(None, (case.get_kind_display(), case.fir))),
            case.get_absolute_url(), _same(case.number, text))
        for case in rows[: SHOWN + 1]
    ]  # fmt: skip
    return _group("Cases", hits)


def _referrals(user: User, text: str) -> Group:
    """By the sender's own reference, which is exact only where it led to no case, whose page is what is looked for then."""
    hits = [
        Hit(row.described, f"{row} · {referrals.STATES[row.state]}", row.get_absolute_url(),
            _same(row.reference, text) and row.state == referrals.NEW)
        for row in referrals.find(user, text)[: SHOWN + 1]
    ]  # fmt: skip
    return _group("Referrals", hits)


def _requests(user: User, text: str) -> list[Group]:
    rows = visible_disbursements(user).filter(Q(number__icontains=text) | Q(title__icontains=text))
    hits = [
        Hit(f"{row.number} {row.title}", f"{row.get_state_display()} · {figures(row.amount)}", row.get_absolute_url(),
            _same(row.number, text))
        for row in rows[: SHOWN + 1]
    ]  # fmt: skip
    sanctions = Sanction.objects.filter(disbursement__in=visible_disbursements(user).values("pk"))
    sanctions = sanctions.filter(number__icontains=text).select_related("disbursement")
    sanctioned = [
        Hit(f"Sanction {row.number}", f"{row.disbursement.title} · {figures(row.amount)}",
            reverse("disbursement", args=[row.disbursement_id]), _same(row.number, text))
        for row in sanctions[: SHOWN + 1]
    ]  # fmt: skip
    return [_group("Requests", hits), _group("Sanctions", sanctioned)]


def _vouchers(user: User, text: str) -> Group:
    rows = visible_vouchers(user).filter(number__icontains=text)
    hits = [
        Hit(f"Voucher {row.number}", f"{row.sanction.disbursement.title} · {figures(row.amount)}",
            row.get_absolute_url(), _same(row.number, text))
        for row in rows[: SHOWN + 1]
    ]  # fmt: skip
    return _group("Vouchers", hits)


def _instruments(user: User, text: str) -> Group:
    rows = visible_instruments(user).filter(number__icontains=text)
    hits = [
        Hit(str(row), f"{row.fund.code} · {row.line.payee_name} · {figures(row.amount)} · {row.get_state_display()}",
            reverse("disbursement", args=[row.line.disbursement_id]), _same(row.number, text))
        for row in rows[: SHOWN + 1]
    ]  # fmt: skip
    return _group("Cheques and transfers", hits)


def _minutes(user: User, text: str) -> Group:
    rows = visible_meetings(user).filter(adoption__number__icontains=text).order_by("-day", "-pk")
    hits = [
        Hit(f"Minutes {row.adoption.number}", str(row), row.get_absolute_url(), _same(row.adoption.number, text))
        for row in rows[: SHOWN + 1]
    ]  # fmt: skip
    return _group("Minutes of committees", hits)


def _entries(user: User, text: str) -> Group:
    """Lines of diary and dispatch by the beginning of their number; a request's line leads to it."""
    hits = []
    for register in RegisterEntry.Register:
        rows = visible_entries(user, register).filter(number__istartswith=text).select_related("filing")
        for row in rows.order_by("pk")[: SHOWN + 1]:
            of = getattr(row, "filing", None)
            request = of.disbursement_id if of else None
            url = reverse("disbursement", args=[request]) if request else f"{reverse(register)}?q={row.number}"
            hits.append(
                Hit(
                    f"{row.number} {row.subject}",
                    f"{row.get_kind_display()} · {row.party}",
                    url,
                    _same(row.number, text),
                )
            )
    return _group("Diary and dispatch", hits)
