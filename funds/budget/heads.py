"""Heads of a fund's budget: which one a request draws on, the accounts each has, and dividing a fund among them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.offices.policies import in_force
from beneficiaries.offices.scope import require_office
from funds.models import BudgetHead, BudgetSetting, Fund, PaymentKind
from ledger.chart import STANDARD, Head, add_account, fiscal_bounds, fiscal_label
from ledger.errors import BadInput, WrongState
from ledger.history import acting
from ledger.models import Element, Side
from ledger.roles import Role, require_role

# What a fund received and has not given to a head, or not released: X10 is for what may be sanctioned.
POOL = Head("X05", "Budget received, not released", Element.MEMO, Side.CREDIT, never_negative=True)
BY_HEAD = ("X10", "X20", "X30", "X70", "X71")


def account(base: str, head: BudgetHead | None) -> str:
    """The account of the head: "X10-LEGAL"; of a budget that is not divided, "X10"."""
    return f"{base}-{head.code}" if head else base


def base_of(code: str) -> str:
    """The account of the fund that an account of a head is part of: "X10" of "X10-LEGAL", any other as it is."""
    return code[:3] if code[:3] in BY_HEAD and code[3:4] in ("", "-") else code


def in_force_on(fund: Fund, day: date) -> QuerySet[BudgetHead]:
    """The heads among which the fund's budget is divided on that day; none where it is one."""
    return fund.budget_heads.filter(in_force(day)).order_by("code")


def head_for(fund: Fund, kind: str, on: date) -> BudgetHead | None:
    """The head a payment of this kind draws on; None where the budget is not divided. Raises: WrongState (no head pays it)."""
    return head_among(list(in_force_on(fund, on)), fund, kind)


def head_among(rows: Sequence[BudgetHead], fund: Fund, kind: str) -> BudgetHead | None:
    """The same, of heads that are in force. Raises: WrongState."""
    found = next((row for row in rows if kind in row.kinds), None)
    if rows and found is None:
        label = PaymentKind(kind).label.lower()
        names = ", ".join(row.name for row in rows)
        detail = f"No head of {fund.code} pays {label}. Its heads: {names}. The fund manager adds one first."
        raise WrongState(detail, code="no_head")
    return found


def named(fund: Fund, code: str, *, on: date, field: str = "budget_head") -> BudgetHead | None:
    """The head of that code, or None for "" where the budget is not divided on that day. Raises: BadInput."""
    rows = {row.code: row for row in fund.budget_heads.filter(effective_from__lte=on)}
    if code in rows:
        return rows[code]
    known = ", ".join(row.code for row in in_force_on(fund, on))
    if not code and not known:
        return None
    said = f"{fund.code} has no head {code[:20]!r}." if code else f"The budget of {fund.code} is divided among heads."
    detail = f"{said} Name one of: {known}." if known else f"{said} Its budget is not divided."
    raise BadInput(detail, fields={field: detail})


def release_needed(fund: Fund, on: date) -> bool:
    """Whether money of the fund is spent only when it was released, by the setting in force on that day."""
    rows = BudgetSetting.objects.filter(in_force(on), code=BudgetSetting.Code.RELEASE_NEEDED, fund=fund)
    return rows.exists()


def is_released(fund: Fund, on: date) -> bool:
    """Whether what the fund receives waits for a release: to name its heads, or because a setting asks for one."""
    return release_needed(fund, on) or in_force_on(fund, on).exists()


def lock_budget(fund: Fund) -> None:
    """Changes of one fund's budget follow one another. Sanctions do not wait for it: the floor of X10 settles those."""
    Fund.objects.select_for_update(no_key=True).get(pk=fund.pk)


def pool_of(fund: Fund, *, by: User) -> str:
    """The account of what waits for a release, opened with the first one that needs it."""
    if not fund.book.accounts.filter(code=POOL.code).exists():
        add_account(book=fund.book, head=POOL, by=by)
    return POOL.code


@transaction.atomic
def open_head(
    *, fund: Fund, code: str, name: str, kinds: Sequence[str], effective_from: date, by: User, **particulars: Any
) -> BudgetHead:
    """A head of the fund's budget with its accounts, from a day on. The first ones divide the budget from a 1 July on.

    Raises: NotAllowed, BadInput, WrongState: that year has a budget in one sum, or another head pays one of the kinds.
    """
    require_role(by, Role.FUND_MANAGER, action="open a budget head")
    require_office(fund.office, by=by, action="open a head of its budget")
    lock_budget(fund)
    _refuse_kinds(fund, kinds, effective_from)
    if not fund.budget_heads.filter(effective_from__lte=effective_from).exists():
        _refuse_division(fund, effective_from)
    pool_of(fund, by=by)
    with acting(by, f"Budget head {code} opened"):
        head = BudgetHead.objects.create(
            fund=fund, code=code, name=name, kinds=list(kinds), effective_from=effective_from, **particulars
        )
    for base in (row for row in STANDARD if row.code in BY_HEAD):
        known = Head(account(base.code, head), f"{base.name}, {name}", base.element, base.normal, base.never_negative)
        add_account(book=fund.book, head=known, by=by)
    return head


def _refuse_kinds(fund: Fund, kinds: Iterable[str], day: date) -> None:
    foreign = [kind for kind in kinds if kind not in fund.kinds]
    if foreign:
        detail = f"{fund.code} does not pay {foreign[0]!r}."
        raise BadInput(detail, fields={"kinds": detail})
    for row in fund.budget_heads.all():
        if set(row.kinds) & set(kinds) and (row.effective_to is None or row.effective_to >= day):
            detail = f"Head {row.code} of {fund.code} pays one of these kinds already. End it first."
            raise WrongState(detail, ids=(row.pk,))


def _refuse_division(fund: Fund, day: date) -> None:
    """A year is divided from its first day or not at all, so that its budget adds up under one rule."""
    start, _ = fiscal_bounds(fiscal_label(day))
    if day != start:
        detail = f"A budget is divided from a 1 July on, not from {day:%-d %b %Y}."
        raise BadInput(detail, fields={"effective_from": detail})
    if (
        fund.allocations.filter(year__start__gte=start).exists()
        or fund.sanctions.filter(sanctioned_on__gte=day).exists()
    ):
        later = fiscal_bounds(fiscal_label(day))[1]
        detail = f"{fund.code} has a budget in one sum for {fiscal_label(day)}. Divide it after {later:%-d %b %Y}."
        raise WrongState(detail, code="not_divided")
