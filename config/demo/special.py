"""Cases that need more than the usual: a joint diyat, instalments, a loan beside a grant, other help, more than the ceiling."""

from collections.abc import Callable
from datetime import date
from typing import Any

from beneficiaries import cases
from beneficiaries.casework import ceilings, earlier_help
from beneficiaries.heirs import waivers
from beneficiaries.models import Obligation
from beneficiaries.owed import instalments, loans, orders, prior_payments
from config.demo import sheets
from config.demo.course import submit
from config.demo.diyat import HARIPUR, LAHORE
from config.demo.invent import SPECIAL
from config.demo.people import convict, heirs, register, victim
from config.demo.scenario import Scenario
from config.demo.stage import Calendar, Stage
from funds.disbursements import create_draft
from funds.models import Disbursement, PayeeLine
from funds.requests.payees import Payee, heirs_payees
from ledger.roles import Role

TWO_CONVICTS = "SC 311/2017"
HELPED_BEFORE = "demo:other:2024-10-12"  # a list of the provincial fund


def _to_court(
    obligation: Obligation, amount: Any, on: Calendar, key: str, fund: Any, kind: str, title: str
) -> Disbursement:
    """A draft of a deposit in the court that ordered the sum, or of a fine into its treasury."""
    order, fine = obligation.order, kind == "fine"
    payee = Payee(
        case=order.case,
        amount=amount,
        obligation=obligation,
        payee_kind=PayeeLine.PayeeKind.TREASURY if fine else PayeeLine.PayeeKind.COURT,
        payee_name=f"District Treasury {order.court.district}" if fine else str(order.court),
        method=PayeeLine.Method.CHALLAN if fine else PayeeLine.Method.COURT_DEPOSIT,
    )
    return create_draft(
        fund=fund, kind=kind, title=title, pay_to=payee.payee_name, payees=[payee], by=order.case.created_by,
        on=on.drafted, key=key,
    )  # fmt: skip


def _joint_diyat(stage: Stage, key: str) -> None:
    """Two convicts owe one diyat; the widow forgave the first of them, which leaves the second's part as it was."""
    on, inventor = Calendar.of(date(2025, 10, 7)), stage.inventor
    parts: list[Obligation] = []
    harmed = inventor.man("Sher Zaman").name
    for name in ("Noor Rehman", "Wali Rehman"):
        jail = stage.prisons[HARIPUR]
        by = stage.case_officer(jail.district.province.code)
        case = cases.open_prisoner_case(
            person=register(stage, inventor.man(name), jail.district, by=by), prison=jail, by=by,
            prisoner_number=f"2019/{len(parts) + 4100}", sections="s.316, s.34 PPC", sentence_served_on=date(2025, 5, 30),
            sentence_certificate=f"JC 2019/{len(parts) + 4100}", fir=("Saddar Haripur", "88", 2017), opened_on=date(2025, 9, 17),
        )  # fmt: skip
        sheets.attach(stage, case, [case.kind, "diyat"])
        order = cases.record_order(
            case=case, court=stage.courts["Sessions Court Haripur"], number=TWO_CONVICTS, decided_on=date(2023, 11, 20),
            judgment_on=date(2019, 4, 2), by=by,
        )  # fmt: skip
        parts.append(
            orders.record_joint_obligation(
                order=order, total="3500001", convicts=2, owed_to=f"the heirs of {harmed}", by=by
            )
        )
    heirs(stage, parts[0], "four heirs", harmed, names=("Bakht Bibi", "Gul Bibi", "Asad Zaman", "Hina Zaman"))
    family = [(heir.person, heir.kinship, heir.part) for heir in parts[0].heirs.order_by("pk")]
    cases.record_heirs(obligation=parts[1], heirs=family, by=by)
    waivers.record_waiver(
        heir=parts[0].heirs.order_by("pk")[0].pk, decided_on=date(2025, 9, 29), reference="Statement of 29 Sep 2025",
        reason="She forgave the elder brother before the court", by=by,
    )  # fmt: skip
    request = create_draft(
        fund=stage.fund("DAD"), kind="diyat", title=f"Part of diyat, 4 heirs of {harmed}",
        pay_to="Sessions Judge, Haripur", payees=heirs_payees(parts[1], total=parts[1].balance), by=by, on=on.drafted, key=key,
    )  # fmt: skip
    submit(stage, request, on)


def _instalments(stage: Stage, key: str) -> None:
    """A court allowed six instalments; the family paid one, the fund is asked for the next two."""
    on = Calendar.of(date(2025, 10, 6))
    owed = convict(
        stage, stage.inventor.man("Sajid Mehmood"), prison=LAHORE, court="Sessions Court Lahore", kind="daman", ordered=360_000,
        paid_before=0, owed_to="Rashid Minhas", day=on.drafted, sections="s.337-F PPC", decided=date(2022, 2, 15),
    )  # fmt: skip
    by = owed.order.case.created_by
    instalments.record_plan(
        obligation=owed.pk, decided_on=date(2025, 6, 3), reference="Order 214", by=by,
        instalments=instalments.equal_parts(owed.balance, date(2025, 7, 1), 6, every=2),
    )  # fmt: skip
    prior_payments.record_prior_payment(
        obligation=owed.pk, amount=60_000, paid_on=date(2025, 7, 1), payer="The family", receipt="CD 77/2025", by=by
    )
    owed.refresh_from_db()
    fund, title = stage.fund("DAD"), "Two instalments of daman, Sajid Mehmood"
    submit(stage, _to_court(owed, 120_000, on, key, fund, "daman", title), on)


def _loan_beside(stage: Stage, key: str) -> None:
    """A fine that one fund pays in part and another lends the rest of; a bond stands beside it."""
    on = Calendar.of(date(2025, 10, 9))
    owed = convict(
        stage, stage.inventor.man("Habib Jalib"), prison=LAHORE, court="Sessions Court Lahore", kind="fine", ordered=95_000,
        paid_before=0, owed_to="the State", day=on.drafted, sections="s.302(c) PPC", decided=date(2021, 9, 7),
    )  # fmt: skip
    by, case = owed.order.case.created_by, owed.order.case
    uncle = register(stage, stage.inventor.man("Ghulam Jalib"), case.person.district, by=by)
    orders.record_obligation(order=owed.order, kind="surety_bond", amount_ordered=200_000, surety=uncle, by=by)
    loans.record_loan_terms(
        case=case.pk, amount=35_000, agreed_on=date(2025, 10, 6), first_due_on=date(2026, 1, 5), months=14, charge_percent="1",
        reference="HRRV agreement 12 of 6 Oct 2025", guarantor=str(uncle), obligation=owed.pk, by=by,
    )  # fmt: skip
    title = f"Fine in part, {case.person}"
    submit(stage, _to_court(owed, 60_000, on, key, stage.fund("LAJA"), "fine", title), on)


def _helped_again(stage: Stage, key: str) -> None:
    """The province helped a family in 2024; the ministry helps again, for another loss, and says why."""
    on = Calendar.of(date(2025, 11, 6))  # a year after the money of 2024
    line = Disbursement.objects.get(key=HELPED_BEFORE).lines.select_related("person__district").order_by("position")[2]
    person, by = line.person, stage.users["bilal"]
    assert person is not None
    case = cases.open_relief_case(
        person=person, violation="kidnapping", happened_on=date(2025, 8, 19), district=person.district, referral="court",
        referral_reference="Const. P. 812/2025", report="The elder son was taken from the bazaar; FIR and order seen.",
        recommended_amount=30_000, fir=("City Quetta", "412", 2025), by=by, opened_on=date(2025, 9, 22),
    )  # fmt: skip
    sheets.attach(stage, case, [case.kind])
    earlier_help.record_reason(
        case=case.pk, by=by, on=on.drafted,
        reason="The grant of 2024 was for the loss of the house; this is the kidnapping of the son a year later.",
    )  # fmt: skip
    safe = person.is_minor
    payee = Payee(
        case=case, amount=30_000, person=person,
        method=PayeeLine.Method.CERTIFICATE if safe else PayeeLine.Method.CHEQUE,
    )  # fmt: skip
    request = create_draft(
        fund=stage.fund("HRRF"), kind="relief_grant", title=f"Relief grant, {person}", pay_to=person.name, payees=[payee],
        by=by, on=on.drafted, key=key,
    )  # fmt: skip
    submit(stage, request, on)


def _above_the_ceiling(stage: Stage, key: str) -> None:
    """A grave case for which an approving authority permits more than the ceiling."""
    on = Calendar.of(date(2025, 10, 8))
    payee = victim(
        stage, stage.inventor.woman("Shamim Akhtar"), amount=75_000, day=on.drafted, home="Lahore", violation="killing",
        method="cheque",
    )  # fmt: skip
    by = payee.case.created_by
    ceilings.permit_more(
        case=payee.case.pk, up_to=75_000, by=stage.officer(Role.APPROVER, "MOHR", post="Joint Secretary (HR)"),
        reason="Sole earner killed; five children under twelve, two of them in treatment",
    )  # fmt: skip
    request = create_draft(
        fund=stage.fund("HRRF"), kind="relief_grant", title=f"Relief grant, {payee.person}", pay_to=str(payee.person),
        payees=[payee], by=by, on=on.drafted, key=key,
    )  # fmt: skip
    submit(stage, request, on)


ROWS: tuple[tuple[str, date, Callable[[Stage, str], None]], ...] = (
    ("instalments", date(2025, 10, 6), _instalments),
    ("joint-diyat", date(2025, 10, 7), _joint_diyat),
    ("above-the-ceiling", date(2025, 10, 8), _above_the_ceiling),
    ("loan-beside", date(2025, 10, 9), _loan_beside),
    ("helped-again", date(2025, 11, 6), _helped_again),
)


def scenarios() -> list[Scenario]:
    """One scenario each."""
    return [Scenario(f"special:{name}", day, SPECIAL, number, play) for number, (name, day, play) in enumerate(ROWS)]
