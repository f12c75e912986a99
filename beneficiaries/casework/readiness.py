"""What is missing before money can be asked for in a case: facts, papers, orders, heirs, ceilings, other help. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from beneficiaries.casework import ceilings, earlier_help, required_papers
from beneficiaries.casework.money import Owed, obligations_of
from beneficiaries.casework.required_papers import MISSING as LACKING
from beneficiaries.casework.required_papers import Need
from beneficiaries.models import Case, Heir, Obligation
from beneficiaries.offices.policies import NOT_FOUND, NOT_YET, ROUNDED
from beneficiaries.owed import diyat_values, instalments
from ledger.money import figures

DONE, CHECK, MISSING = "done", "check", "missing"  # MISSING stops a request when it is submitted; CHECK asks for a look
FACTS, PAPERS, ORDER, HEIRS, CEILING, HELP, DIYAT = "facts", "papers", "order", "heirs", "ceiling", "help", "diyat"


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the checklist. `mend` names the page where it is mended, `key` what that page is about; '' for none."""

    part: str
    state: str
    title: str
    detail: str = ""
    mend: str = ""
    key: int = 0
    query: str = ""


def points(case: Case, *, on: date, owed: list[Owed] | None = None, needs: list[Need] | None = None) -> list[Point]:
    """The whole checklist of a case on a day. `owed` and `needs` spare reading them again."""
    if case.set_aside_on is not None:
        return [Point(FACTS, MISSING, "The case was set aside", case.set_aside_reason)]
    owed = obligations_of(case) if owed is None else owed
    needs = required_papers.checklist(case, on=on) if needs is None else needs
    return [
        *_facts(case),
        *_papers(case, needs),
        *(_orders(case, owed) if case.kind == Case.Kind.PRISONER else ()),
        *_heirs(owed),
        *_diyat(case),
        *_ceiling(case, on),
        *_help(case, on),
    ]


def missing(rows: Iterable[Point]) -> list[Point]:
    """What stops a request."""
    return [row for row in rows if row.state == MISSING]


def _facts(case: Case) -> Iterable[Point]:
    gaps = []
    if not case.fir_number:
        gaps.append("the FIR")
    if case.kind == Case.Kind.RELIEF:
        row = case.relief
        if row.referral != "own" and not row.referral_reference:
            gaps.append(f"the reference of {row.get_referral_display()}")
        if not row.report:
            gaps.append("the verification report")
    else:
        if case.prisoner.sentence_served_on is None:
            gaps.append("the day the sentence was served")
        elif not case.prisoner.sentence_certificate:
            gaps.append("the jail's certificate of the sentence")
        if case.prisoner.released_on:
            day = f"{case.prisoner.released_on:%-d %b %Y}"
            yield Point(FACTS, CHECK, f"Released on {day}", "Is the money still owed? Compare the release order.")
    if gaps:
        yield Point(FACTS, CHECK, "Facts are not recorded", f"{_listed(gaps)}.", "case_correct", case.pk)
    else:
        yield Point(FACTS, DONE, "The facts are recorded")


def _listed(words: list[str]) -> str:
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


def _papers(case: Case, needs: list[Need]) -> Iterable[Point]:
    for need in needs:
        if need.state == LACKING:
            told = f"Required for {', '.join(need.causes).lower()}"
            yield Point(PAPERS, MISSING, f"Paper: {need.kind}", told, "paper_new", case.pk, f"kind={need.kind.code}")
    if needs and not any(need.state == LACKING for need in needs):
        yield Point(PAPERS, DONE, "Every required paper is in or waived", f"{len(needs)} asked for")


def _orders(case: Case, owed: list[Owed]) -> Iterable[Point]:
    orders = {row.obligation.order_id for row in owed} or set(case.orders.values_list("pk", flat=True))
    payable = [row for row in owed if not row.obligation.is_contingent]
    if not orders:
        yield Point(ORDER, MISSING, "No court order", "It says what is owed.", "order_new", case.pk)
    elif not payable:
        told = "A surety bond alone is never paid." if owed else "Record each sum the court ordered."
        yield Point(ORDER, MISSING, "No sum is recorded", told, "obligation_new", max(orders))
    else:
        yield Point(ORDER, DONE, "The court order and its sums are recorded", _counted(len(payable), "sum"))
    for row in payable:
        yield from _sum(row)
        yield from _late(row)


def _sum(row: Owed) -> Iterable[Point]:
    obligation = row.obligation
    label = obligation.get_kind_display()
    if obligation.kind == Obligation.Kind.FINE and obligation.default_days is None:
        told = "The order says how many days are served if the fine is not paid (ss.64 to 67 PPC)."
        yield Point(ORDER, CHECK, f"{label}: no term in default", told, "obligation_correct", obligation.pk)
    if any(paid.payer == paid.UNNAMED and not hasattr(paid, "struck") for paid in obligation.prior_payments.all()):
        told = f"{figures(obligation.paid_before)}: record who paid, when and by which receipt."
        yield Point(ORDER, CHECK, f"{label}: paid before by whom?", told, "prior_payments", obligation.pk)
    if row.left < 0:
        told = f"{figures(-row.left)} more is asked or paid than the order leaves. Cancel or change a request."
        yield Point(ORDER, MISSING, f"{label}: asked beyond the order", told, "prior_payments", obligation.pk)


def _late(row: Owed) -> Iterable[Point]:
    plan = instalments.schedule(row)
    if plan is not None and plan.is_late:
        told = f"{figures(plan.due_now)} by the plan of {plan.plan}."
        yield Point(ORDER, CHECK, f"{row.obligation.get_kind_display()}: instalments are late", told)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _heirs(owed: list[Owed]) -> Iterable[Point]:
    for row in owed:
        if row.obligation.kind != Obligation.Kind.DIYAT:
            continue
        heirs: list[Heir] = list(row.obligation.heirs.all())
        if not heirs:
            told = f"Whose the {figures(row.obligation.amount_ordered)} is; without them the court alone can be paid."
            yield Point(HEIRS, CHECK, "No heir is recorded", told, "heirs_edit", row.obligation.pk)
        else:
            yield Point(HEIRS, DONE, "Heirs and shares are recorded", _counted(len(heirs), "heir"))


def _diyat(case: Case) -> Iterable[Point]:
    for row in diyat_values.compared(case):
        amount, value = figures(row.obligation.whole), row.value
        if value.row is None:
            word = {NOT_YET: "not yet notified", NOT_FOUND: "not on record"}[value.state]
            told = f"{amount} cannot be compared with it here; compare the gazette."
            yield Point(DIYAT, CHECK, f"The value of {value.year} is {word}", told, "diyat_values")
            continue
        about = "about " if value.state == ROUNDED else ""
        told = (
            f"{amount} ordered, {about}{figures(value.row.amount)} notified for {value.year}, the year of the decision."
        )
        if row.lacks_the_order:
            more = " Attach the court's judgment or order itself; a waived paper is not enough."
            yield Point(
                DIYAT, MISSING, "Diyat below the notified value", told + more, "paper_new", case.pk, "kind=judgment"
            )
        elif row.below:
            yield Point(
                DIYAT, CHECK, "Diyat below the notified value", f"{told} The court's order is attached.", "diyat_values"
            )
        else:
            yield Point(DIYAT, DONE, "Diyat is not below the notified value", told)


def _ceiling(case: Case, on: date) -> Iterable[Point]:
    if case.kind != Case.Kind.RELIEF:
        return
    now, wanted = ceilings.ceiling(case, on=on), case.relief.recommended_amount
    violation = case.relief.get_violation_display().lower()
    if now is None:
        yield Point(CEILING, CHECK, f"No ceiling is on record for {violation}", "The pack holds the ceilings.")
        return
    rule = f"{figures(now.rule.amount)} for {violation} since {now.rule.effective_from:%-d %b %Y}"
    told = rule if now.rule.verified else f"{rule}, unverified"
    asked = max(now.asked, wanted)
    if now.exceeded_by(asked):
        more = f"{figures(asked)} is recommended or asked; the ceiling is {told}. An approving authority permits more."
        yield Point(CEILING, MISSING, "Above the ceiling", more, "ceiling_permit", case.pk)
    elif now.permit and asked > now.rule.amount:
        by = now.permit.permitted_by.get_full_name()
        yield Point(CEILING, CHECK, f"Above the ceiling, by leave of {by}", f"{told}. {now.permit.reason}")
    else:
        yield Point(CEILING, DONE, "Within the ceiling", told)


def _help(case: Case, on: date) -> Iterable[Point]:
    first, rule = earlier_help.window(on=on)
    if rule is None:
        yield Point(
            HELP, CHECK, "Other help is not looked for", "The pack says for how many years; no row holds today."
        )
        return
    rows = earlier_help.helps(case, on=on)
    open_ = [row for row in rows if not row.explained]
    others = [row for row in open_ if not row.same_case]
    since = f"since {first:%-d %b %Y}" + ("" if rule.verified else " (the years are unverified)")
    if others:
        told = f"{_summed(others)} {since}. Say why the person is helped again."
        yield Point(HELP, MISSING, "Other help needs a reason", told, "case_help", case.pk)
    elif open_:
        told = f"{_summed(open_)}. A further request for this case needs a reason."
        yield Point(HELP, CHECK, "This case is helped already", told, "case_help", case.pk)
    elif rows:
        told = f"{_counted(len(rows), 'request')} {since}"
        yield Point(HELP, CHECK, "Helped before, with a reason", told, "case_help", case.pk)
    else:
        yield Point(HELP, DONE, "No other help in any fund", f"looked for {since}")


def _summed(rows: list[earlier_help.Help]) -> str:
    total = figures(sum((row.amount for row in rows), Decimal(0)))
    return f"{total} from {', '.join(sorted({row.fund for row in rows}))}"
