"""A small world for tests: a ministry and a directorate, every role, a fund with money, an approval rule, people.

Everything goes through the product's own services, except users, offices and reference data.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group, User
from simple_history.utils import bulk_create_with_history

from beneficiaries import cases, documents, registry
from beneficiaries.models import (
    Case,
    Court,
    District,
    IncompatibleRoles,
    Obligation,
    Office,
    Officer,
    OfficerLimit,
    OfficerLimitDecision,
    Paper,
    PaperKind,
    Person,
    Prison,
    Province,
    Referral,
    ReleaseAlarm,
    ReleaseRecord,
    RequiredPaper,
)
from beneficiaries.referral import referrals
from funds import approvals, budgets, disbursements, particulars, payments, vouchers
from funds.chain import chains
from funds.cheque_books import books, endings
from funds.models import (
    ApprovalRule,
    ChequeEnd,
    ChequeExpiry,
    DecisionGround,
    Disbursement,
    Fund,
    Instrument,
    LeafLayout,
    PayeeLine,
    PaymentKind,
    RuleDecision,
    RuleStep,
    Voucher,
)
from funds.particulars import Particulars
from funds.release import releases
from funds.requests.payees import Payee, heirs_payees
from ledger.chart import fiscal_label, open_year
from ledger.clock import today
from ledger.roles import Role
from tests.beneficiaries.papers import samples

START = date(2025, 7, 1)
DAY = date(2025, 9, 26)
ALL_KINDS = [kind.value for kind in PaymentKind]
PACK = Path(__file__).resolve().parent.parent / "config" / "pack"
# What a case of each kind needs here.
NEEDED = {"relief": "application", "prisoner": "judgment"}
PASSWORD = "correct horse battery"  # everybody's


@dataclass
class World:
    """`users` by role at the ministry (`case_officer` ...); `quetta` is another office's case officer."""

    office: Office
    quetta_office: Office
    district: District
    prison: Prison
    court: Court
    fund: Fund
    rule: ApprovalRule
    users: dict[str, User] = field(default_factory=dict)
    numbers: count = field(default_factory=lambda: count(1))

    def __getitem__(self, role: str) -> User:
        return self.users[role]

    def person(self, name: str = "Zainab Bibi", *, by: User | None = None, **given: object) -> Person:
        values = {"relation": "daughter", "relative_name": "Noor Ahmed", "gender": "F"} | given
        values.setdefault("cnic", f"90001{next(self.numbers):07d}2")
        values.setdefault("distinct_because", "Invented for a test")  # most tests mean nothing by a name
        return registry.register_person(name=name, district=self.district, by=by or self["case_officer"], **values)

    def paper(self, case: Case, kind: str = "", *, text: str = "Invented for tests", by: User | None = None) -> Paper:
        """A PDF of one page in the case; by default the paper that its kind of case needs."""
        new = documents.NewPaper(kind or NEEDED[case.kind], samples.pdf(text), "scan.pdf")
        return documents.attach(case=case.pk, papers=[new], by=by or case.created_by)[0]

    def relief_case(self, person: Person | None = None, *, by: User | None = None) -> Case:
        """A victim's case with the papers it needs."""
        case = self.bare_case(person, by=by)
        self.paper(case)
        return case

    def bare_case(self, person: Person | None = None, *, by: User | None = None) -> Case:
        """A victim's case without a paper; a further one of the same person is about an earlier year."""
        victim = person or self.person(by=by)
        return cases.open_relief_case(
            person=victim,
            violation="torture",
            happened_on=date(2025 - victim.cases.count(), 6, 1),
            referral="helpline",
            district=self.district,
            recommended_amount="20000",
            by=by or self["case_officer"],
            opened_on=DAY,
        )

    def obligation(self, amount: str = "1200000", kind: str = "diyat") -> Obligation:
        """A prisoner's case with one court order, one sum it ordered, and the papers it needs."""
        convict = self.person("Gulzar Ahmed", relation="son", gender="M")
        case = cases.open_prisoner_case(
            person=convict,
            prison=self.prison,
            prisoner_number=f"P-{convict.pk}",
            sections="s.316 PPC",
            by=self["case_officer"],
            fir=("Saddar", str(convict.pk), 2019),
            opened_on=DAY,
        )
        self.paper(case)
        order = cases.record_order(
            case=case,
            court=self.court,
            number=f"SC {convict.pk}/2015",
            decided_on=date(2019, 3, 14),
            by=self["case_officer"],
        )
        return cases.record_obligation(order=order, kind=kind, amount_ordered=amount, by=self["case_officer"])

    def four_heirs(self, obligation: Obligation) -> None:
        """Widow 9/72, mother 12/72, son 34/72, minor daughter 17/72 (docs/accounting.md, example 7b)."""
        shares = (("Zainab Bibi", "widow", 9), ("Rehmat Bibi", "mother", 12), ("Tariq Yaqub", "son", 34))
        heirs = [(self.person(name), kinship, Fraction(part, 72)) for name, kinship, part in shares]
        heirs.append((self.person("Maryam Yaqub", is_minor=True), "daughter", Fraction(17, 72)))
        cases.record_heirs(obligation=obligation, heirs=heirs, by=self["case_officer"])

    def draft(
        self,
        amount: str = "20000",
        *,
        by: User | None = None,
        fund: Fund | None = None,
        kind: str = "relief_grant",
        person: Person | None = None,
    ) -> Disbursement:
        """A draft relief grant to one person, or another kind that a victim's case allows."""
        maker = by or self["case_officer"]
        case = self.relief_case(person, by=maker)
        payee = Payee(case=case, amount=amount, person=case.person)
        return disbursements.create_draft(
            fund=fund or self.fund,
            kind=kind,
            title=f"Relief grant, {case.person}",
            pay_to=str(case.person),
            payees=[payee],
            by=maker,
            on=DAY,
        )

    def transfer(self, iban: str = "PK66HABB0000000000000002") -> Disbursement:
        """A draft relief grant that is paid into an account."""
        case = self.relief_case()
        payee = Payee(case=case, amount="20000", person=case.person, method="transfer", iban=iban)
        return disbursements.create_draft(
            fund=self.fund,
            kind="relief_grant",
            title=f"Relief grant, {case.person}",
            pay_to=str(case.person),
            payees=[payee],
            by=self["case_officer"],
            on=DAY,
        )

    def diyat(self) -> Disbursement:
        """A draft of Rs 12,00,000 to four heirs, one of them a minor."""
        obligation = self.obligation()
        self.four_heirs(obligation)
        return disbursements.create_draft(
            fund=self.fund,
            kind="diyat",
            title="Balance of diyat, 4 heirs of Muhammad Yaqub",
            pay_to="Sessions Judge, Rawalpindi",
            payees=heirs_payees(obligation, total="1200000"),
            by=self["case_officer"],
            on=DAY,
        )

    def submitted(self, request: Disbursement | None = None) -> Disbursement:
        draft = request or self.draft()
        return disbursements.submit(disbursement=draft.pk, by=draft.maker, on=DAY)

    def at_sanction(self, request: Disbursement | None = None) -> Disbursement:
        """Submitted, verified and agreed by finance: only the sanction is missing."""
        row = self.submitted(request)
        for role in ("verifier", "finance_officer"):
            row = approvals.approve(disbursement=row.pk, by=self[role], on=DAY)
        return row

    def sanctioned(self, request: Disbursement | None = None) -> Disbursement:
        return approvals.approve(disbursement=self.at_sanction(request).pk, by=self["approver"], on=DAY)

    def vouchered(self, request: Disbursement | None = None) -> Voucher:
        return vouchers.issue_voucher(disbursement=self.sanctioned(request).pk, by=self["ddo"], on=DAY)

    def paid(self, request: Disbursement | None = None) -> list[Instrument]:
        """Vouchered, and an instrument issued for every line."""
        paid = self.vouchered(request).sanction.disbursement
        return [
            payments.issue_instrument(
                disbursement=paid.pk,
                line=line.pk,
                number=f"00{next(self.numbers):05d}",
                said=said_of(line),
                by=self["ddo"],
                on=DAY,
            )
            for line in paid.lines.order_by("position")
        ]

    def destroyed(self, failed: Instrument, *, by: str = "ddo", on: date | None = None) -> ChequeEnd:
        """The paper of a failed cheque is destroyed, so that another may be issued."""
        row = Instrument.objects.get(pk=failed.pk)
        return endings.end_cheque(
            instrument=failed.pk, kind="destroyed", witness=self["verifier"].officer.pk,
            stop_reference="NBP stop 1" * (row.state == "stopped"), by=self[by], on=on or row.state_on,
        )  # fmt: skip

    def sent(self, **given: str) -> dict[str, str]:
        """A referral as a sender writes it, under a reference of its own."""
        number = next(self.numbers)
        told = {
            "kind": "relief",
            "source": "helpline",
            "reference": f"1099/{number}",
            "name": "Rabia Bano",
            "gender": "F",
        }
        told |= {"district": self.district.name, "violation": "torture", "happened_on": "2025-06-01"}
        told |= {"relation": "daughter", "relative_name": "Noor Ahmed", "cnic": f"90003-{number:07d}-2"}
        return told | given

    def referral(self, *, by: User | None = None, **given: str) -> Referral:
        return referrals.receive(given=self.sent(**given), by=by or self["case_officer"])

    def confirm(self, case: Case, *steps: str, on: date = DAY) -> list[ReleaseRecord]:
        """Court's receipt, release order, jail's certificate, or those named: attached and recorded."""
        made = []
        for step in steps or ("court_receipt", "release_order", "jail_certificate"):
            paper = self.paper(case, ReleaseRecord.PAPERS[step], text=step)
            made.append(
                releases.record(
                    case=case.pk, step=step, reference=f"{step} 1", by=self["case_officer"], on=on, paper=paper.pk
                )
            )
        return made

    def cleared(self, request: Disbursement | None = None) -> list[Instrument]:
        return [
            payments.clear_instrument(instrument=row.pk, by=self["reconciler"], on=DAY) for row in self.paid(request)
        ]


def said_of(line: PayeeLine) -> Particulars:
    """What the line's method asks beside the number."""
    values = {"place": "Sessions Court Rawalpindi", "account_head": "G12140", "court_case": "SC 1/2015"}
    known = values | {"matures_on": date(2035, 9, 26)}
    return Particulars(**{name: known[name] for name in particulars.NEEDED.get(line.method, {})})


def by_method(here: World, method: str) -> Disbursement:
    """A draft relief grant to one person, paid by this method."""
    case = here.relief_case()
    iban = "PK66HABB0000000000000002" if method == "transfer" else ""
    payee = Payee(case=case, amount="20000", person=case.person, method=method, iban=iban)
    return disbursements.create_draft(
        fund=here.fund,
        kind="relief_grant",
        title="Grant",
        pay_to="Payee",
        payees=[payee],
        by=here["case_officer"],
        on=DAY,
    )


def build(*, money: str = "10000000", lapsable: bool = False, code: str = "TEST") -> World:
    """The world, its fund holding `money` rupees free to sanction since 1 July 2025."""
    province = Province.objects.create(code="ICT", name="Islamabad")
    district = District.objects.create(name="Islamabad", province=province)
    office = Office.objects.create(code="MOHR", name="Ministry of Human Rights", level=Office.Level.FEDERAL)
    quetta = Office.objects.create(code="QTA", name="Regional Directorate Quetta", level=Office.Level.REGIONAL)
    make_required()
    make_dated()
    users = {role.value: make_user(role.value, office, role) for role in Role}
    users["quetta"] = make_user("quetta", quetta, Role.CASE_OFFICER)
    users["second_verifier"] = make_user("second_verifier", office, Role.VERIFIER)
    return World(
        office,
        quetta,
        district,
        Prison.objects.create(name="Central Jail Rawalpindi", district=district),
        Court.objects.create(name="Sessions Court Rawalpindi", district=district),
        make_fund(users["fund_manager"], office, code=code, lapsable=lapsable, money=money),
        make_rule(),
        users,
    )


def make_required() -> None:
    """Kinds of papers, and one that each kind of case needs."""
    kinds = {
        "application": "Application",
        "judgment": "Certified judgment",
        "other": "Other paper",
        "court_receipt": "Court's receipt",
        "release_order": "Release order",
        "release_certificate": "Jail's release certificate",
    }
    ReleaseAlarm.objects.create(days=30, effective_from=date(2020, 7, 1), source="House rules")
    for code, name in kinds.items():
        PaperKind.objects.create(code=code, name=name)
    for cause, code in NEEDED.items():
        kind = PaperKind.objects.get(code=code)
        RequiredPaper.objects.create(cause=cause, kind=kind, effective_from=date(2020, 7, 1), source="House rules")


def make_dated() -> None:
    """The register of incompatible roles and the grounds of decisions, how long a cheque is good and how it is
    laid out, as the pack has them."""
    for model, name in (
        (IncompatibleRoles, "incompatible_roles"),
        (DecisionGround, "decision_grounds"),
        (ChequeExpiry, "cheque_expiry"),
        (LeafLayout, "leaf_layouts"),
    ):
        rows = json.loads((PACK / f"{name}.json").read_text())["rows"]
        made = [model(**row | {"effective_to": row["effective_to"] or None}) for row in rows]
        bulk_create_with_history(made, model)


def make_user(username: str, office: Office, *roles: Role, limit: str = "5000000", cnic: str = "") -> User:
    """An active user with a post; the CNIC is invented from the primary key."""
    user = User.objects.create_user(username, password=PASSWORD, first_name=username.title(), last_name="Khan")
    user.groups.set(Group.objects.get_or_create(name=role.value)[0] for role in roles)
    officer = Officer.objects.create(
        user=user,
        office=office,
        designation=username.replace("_", " ").title(),
        cnic=cnic or f"90009{user.pk:07d}1",
    )
    if Role.APPROVER in roles and User.objects.count() > 2:
        give_limit(officer, limit, on=date(2020, 7, 1))
    return user


def two_others(*but: User) -> tuple[User, User]:
    """Two people who are none of these: one proposes, the other agrees."""
    one, other = User.objects.exclude(pk__in=[user.pk for user in but]).order_by("pk")[:2]
    return one, other


def give_limit(officer: Officer, amount: str, *, on: date | None = None) -> OfficerLimit:
    """A limit that two others agreed to, from today on; only the first may be of an earlier day."""
    one, other = two_others(officer.user)
    made = OfficerLimit.objects.create(
        officer=officer, designation=officer.designation, grade=officer.grade, amount=Decimal(amount),
        effective_from=on or today(), reason="Order 1", proposed_by=one,
    )  # fmt: skip
    OfficerLimitDecision.objects.create(limit=made, outcome="agreed", decided_by=other)
    return made


def make_fund(by: User, office: Office, *, code: str = "TEST", lapsable: bool = False, money: str = "10000000") -> Fund:
    """A fund of all kinds with the years 2024-25 to 2026-27 open, a budget and a release for 2025-26."""
    fund = bare_fund(by, office, code=code, lapsable=lapsable)
    budgets.record_allocation(fund=fund, kind="original", amount=money, reference="Budget 2025-26", by=by, on=START)
    budgets.record_receipt(
        fund=fund,
        kind="government_release",
        amount=money,
        received_from="Finance Division",
        reference="Release 1",
        by=by,
        on=START,
    )
    return fund


def bare_fund(by: User, office: Office, *, code: str, lapsable: bool = False) -> Fund:
    """The same without a budget and money."""
    fund = budgets.open_fund(
        by=by,
        code=code,
        name=f"{code} Fund",
        office=office,
        lapsable=lapsable,
        fund_class=Fund.Class.PUBLIC,
        kinds=ALL_KINDS,
        purpose="Tests",
        bank_name="National Bank",
        bank_account="PK31NBPA0000000000000001",
        ddo_code="4417",
        cost_centre="IB4417",
        function_code="036101",
    )
    for label in sorted({"2024-25", "2025-26", "2026-27", fiscal_label(today())}):
        open_year(book=fund.book, label=label, by=by)
    books.register_book(
        fund=code, first="0000001", last="0009999", received_from="Civic Centre branch", by=by, on=START
    )
    return fund


def with_chain(request: Disbursement) -> None:
    """The rule and the steps of the next submission, for tests that then submit by SQL."""
    row = Disbursement.objects.get(pk=request.pk)
    row.submission += 1
    chains.freeze(chains.choose(row, on=DAY), row)


THREE_STEPS = ((Role.VERIFIER, "Verified"), (Role.FINANCE_OFFICER, "Budget agreed"), (Role.APPROVER, "Sanctioned"))


def make_rule(
    title: str = "All requests",
    maximum: str = "9999999999",
    *,
    steps: Sequence[tuple[str, ...]] = THREE_STEPS,
    number: int = 1,
    **given: Any,
) -> ApprovalRule:
    """Verified, budget agreed, sanctioned: for every fund and kind, agreed to by two people; or another rule.

    Rows as the services write them; `steps`: role, act, post, signatures.
    """
    names = ("role", "act", "post", "signatures")
    return make_rule_of(
        title, [dict(zip(names, step, strict=False)) for step in steps], maximum, number=number, **given
    )


def make_rule_of(
    title: str, steps: Sequence[dict[str, Any]], maximum: str = "9999999999", *, number: int = 1, **given: Any
) -> ApprovalRule:
    """The same with steps by the names of their fields."""
    one, other = two_others()
    version = ApprovalRule.objects.filter(number=number).count() + 1
    values = {"effective_from": date(2020, 7, 1), "minimum": Decimal("0.01")} | given
    rule = ApprovalRule.objects.create(
        title=title,
        maximum=Decimal(maximum),
        number=number,
        version=version,
        reason="Order 1",
        proposed_by=one,
        **values,
    )
    for position, step in enumerate(steps, 1):
        RuleStep.objects.create(rule=rule, position=position, **step)
    RuleDecision.objects.create(rule=rule, outcome="agreed", decided_by=other)
    return rule
