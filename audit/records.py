"""All that is on record about one request, read in a fixed number of queries whatever the number of its payees."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Q, Sum

from audit.events import NOBODY, Booked, Who
from audit.models import RefusedAttempt
from beneficiaries.models import (
    Case,
    CeilingPermit,
    CourtOrder,
    Disclosure,
    Heir,
    HeirWaiver,
    HelpReason,
    HitJudgement,
    InstalmentPlan,
    LoanTerms,
    MeansEvidence,
    Obligation,
    Officer,
    Paper,
    PaperWaiver,
    PaperWithdrawal,
    Person,
    PriorPayment,
    PriorPaymentStruck,
    PrisonerCase,
    ReleaseRecord,
    ReliefCase,
    ScreeningHit,
)
from funds.budgets import standing
from funds.chain.duties import conflicts_with
from funds.models import (
    AccountConfirmation,
    Acknowledgement,
    AgendaItem,
    ApprovalStep,
    Cancellation,
    ChainVoid,
    ChequeEnd,
    Complaint,
    ComplaintStep,
    Conflict,
    CoSignature,
    Decision,
    Disbursement,
    EligibilityFinding,
    EligibilityOverride,
    Instrument,
    LeafPrint,
    LineStatus,
    MinutesItem,
    PayeeHold,
    PayeeLine,
    PaymentRun,
    Receipt,
    Sanction,
    Voucher,
    VoucherPrint,
)
from ledger.models import JournalEntry, JournalLine, Side
from ledger.roles import Role

# A trail is read by people. Past this many rows of one kind the first are shown, and the page says so.
MOST = 2000


@dataclass(slots=True)
class Records:
    """The rows of one request. Histories are in the order they were written."""

    request: Disbursement
    lines: list[PayeeLine]
    steps: list[ApprovalStep]
    agenda: list[AgendaItem]
    put_off: list[MinutesItem]
    decisions: list[Decision]
    conflicts: list[Conflict]
    voids: list[ChainVoid]
    sanction: Sanction | None
    voucher: Voucher | None
    prints: list[VoucherPrint]
    cancellation: Cancellation | None
    instruments: list[Instrument]
    receipts: list[Acknowledgement]
    cheque_acts: list[Any]
    refused: list[RefusedAttempt]
    looks: list[Disclosure]
    histories: dict[str, list[Any]]
    entries: list[JournalEntry]
    money_in: list[Receipt]
    share_waivers: list[HeirWaiver]
    papers: list[Paper]
    withdrawals: list[PaperWithdrawal]
    paper_waivers: list[PaperWaiver]
    releases: list[ReleaseRecord]
    case_acts: list[Any]
    findings: list[EligibilityFinding]
    overrides: list[EligibilityOverride]
    hits: list[ScreeningHit]
    judgements: list[HitJudgement]
    means: list[MeansEvidence]
    complaints: list[Complaint]
    complaint_steps: list[ComplaintStep]
    holds: list[PayeeHold]
    confirmations: list[AccountConfirmation]
    runs: list[PaymentRun]
    bank_said: list[LineStatus]
    booked: dict[int, list[Booked]] = field(default_factory=dict)
    names: dict[tuple[str, int], str] = field(default_factory=dict)
    users: dict[int, Who] = field(default_factory=dict)
    cut: list[str] = field(default_factory=list)

    def who(self, user: int | None) -> Who:
        """A person by key, with the post held now."""
        return self.users.get(user or 0, NOBODY)

    def stamped(self, row: Any) -> Who:
        """The person of a history row, with the roles held when it was written."""
        known = self.users.get(row.history_user_id or 0)
        labels = [str(Role(name).label).lower() for name in row.roles.split(",") if name in Role.values]
        name = known.name if known else row.username or NOBODY.name
        return Who(row.history_user_id, name, ", ".join(labels) or (known.post if known else ""))


def read(request: Disbursement) -> Records:
    """Everything about the request. The caller has checked that the reader may see it."""
    cut: list[str] = []
    lines = _first(PayeeLine.objects.filter(disbursement=request).order_by("position"), "payee lines", cut)
    histories = _histories(request, cut)
    cases = PayeeLine.history.model.objects.filter(disbursement_id=request.pk).values("case_id")  # type: ignore[attr-defined]
    instruments = _first(
        Instrument.objects.filter(line__disbursement=request).select_related("line", "replaces").order_by("pk"),
        "instruments",
        cut,
    )
    sanction = Sanction.objects.filter(disbursement=request).first()
    voucher = Voucher.objects.filter(sanction=sanction).defer("snapshot").first() if sanction else None
    cancellation = Cancellation.objects.filter(disbursement=request).first()
    found = Records(
        request=request,
        lines=lines,
        steps=list(ApprovalStep.objects.filter(disbursement=request)),
        decisions=list(
            Decision.objects.filter(disbursement=request).select_related("step__committee", "ground").order_by("pk")
        ),
        conflicts=list(conflicts_with(request.pk).order_by("pk")),
        voids=list(ChainVoid.objects.filter(disbursement=request).order_by("pk")),
        sanction=sanction,
        voucher=voucher,
        prints=_first(VoucherPrint.objects.filter(voucher=voucher).order_by("pk"), "printings", cut),
        cancellation=cancellation,
        instruments=instruments,
        receipts=_first(
            Acknowledgement.objects.filter(instrument__line__disbursement=request).order_by("pk"), "receipts", cut
        ),
        cheque_acts=_cheque_acts(request, cut),
        refused=_first(RefusedAttempt.objects.filter(disbursement=request).order_by("pk"), "refused attempts", cut),
        looks=_first(_looks(request, lines), "looks at private values", cut),
        histories=histories,
        entries=_entries(request, sanction, voucher, instruments),
        money_in=list(_money_in(request, sanction)),
        share_waivers=_first(
            HeirWaiver.objects.filter(heir__obligation__payee_lines__disbursement=request)
            .distinct()
            .select_related("heir__person")
            .order_by("pk"),
            "waivers of shares",
            cut,
        ),
        papers=_first(_about(Paper).filter(case__in=cases), "papers", cut),
        withdrawals=_first(
            PaperWithdrawal.objects.filter(paper__case__in=cases).select_related("paper__kind", "paper__case"),
            "withdrawn papers",
            cut,
        ),
        paper_waivers=_first(_about(PaperWaiver).filter(case__in=cases), "waivers of papers", cut),
        releases=_first(
            ReleaseRecord.objects.filter(case__in=cases).select_related("case", "paper", "withdrawal").order_by("pk"),
            "records of releases",
            cut,
        ),
        case_acts=_case_acts(cases, cut),
        **_met(request),
        **_checked(request, cases, cut),
        **_in_runs(request, cut),
        cut=cut,
    )
    found.booked = _booked(found)
    found.users = _people(found)
    found.names = _names(found)
    return found


def _met(request: Disbursement) -> dict[str, Any]:
    """The agendas the request came on, and the items of adopted minutes that put it off."""
    agenda = AgendaItem.objects.filter(disbursement=request).select_related("meeting__committee", "meeting__called_off")
    put_off = MinutesItem.objects.filter(
        item__disbursement=request, outcome=MinutesItem.Outcome.DEFERRED, minutes__adoption__isnull=False
    )
    put_off = put_off.select_related("minutes__adoption__minutes", "minutes__meeting__committee", "item")
    return {"agenda": list(agenda.order_by("pk")), "put_off": list(put_off.order_by("pk"))}


def _cheque_acts(request: Disbursement, cut: list[str]) -> list[Any]:
    """Second signatures, printings and ended papers of the request's cheques."""
    of = {"instrument__line__disbursement": request}
    return [
        *_first(CoSignature.objects.filter(**of), "second signatures", cut),
        *_first(LeafPrint.objects.filter(**of), "printings of cheques", cut),
        *_first(ChequeEnd.objects.filter(**of).select_related("witness"), "papers of cheques", cut),
    ]


def _case_acts(cases: Any, cut: list[str]) -> list[Any]:
    """Reasons, permits, payments by others, instalments and loans of the cases: rows that are only added."""
    of_case = ((HelpReason, "reasons for further help"), (CeilingPermit, "permits"), (LoanTerms, "loans"))
    found = [
        row for model, name in of_case for row in _first(model.objects.filter(case__in=cases).order_by("pk"), name, cut)
    ]
    for model, path, name in (
        (PriorPayment, "obligation", "payments by others"),
        (PriorPaymentStruck, "payment__obligation", "payments struck out"),
        (InstalmentPlan, "obligation", "instalment plans"),
    ):
        rows: Any = model.objects.filter(**{f"{path}__order__case__in": cases}).select_related(path).order_by("pk")
        found += _first(rows, name, cut)
    return found


def _looks(request: Disbursement, lines: list[PayeeLine]) -> Any:
    """Looks at the accounts of its lines, and at the values of its payees since it was drafted."""
    people = {line.person_id for line in lines}
    wanted = Q(line__in=[line.pk for line in lines]) | Q(person__in=people, at__gte=request.created_at)
    return Disclosure.objects.filter(wanted).order_by("pk")


def _checked(request: Disbursement, cases: Any, cut: list[str]) -> dict[str, Any]:
    """Eligibility, hits of the watch list, means and complaints; none about an officer by name, whom it may not tell."""
    past: Any = PayeeLine.history.model.objects.filter(disbursement_id=request.pk)  # type: ignore[attr-defined]
    people = Q(person__in=past.values("person_id")) | Q(person__in=Case.objects.filter(pk__in=cases).values("person"))
    organisations = Q(person=None, payee__in=past.filter(person_id=None).values("payee_name"))
    hits = ScreeningHit.objects.filter(people | organisations).select_related("person", "entry").order_by("pk")
    judged = HitJudgement.objects.filter(hit__in=hits.values("pk")).select_related("hit__person", "hit__entry")
    told = Complaint.objects.filter(Q(case__in=cases) | Q(decision__disbursement=request), about_officer=None)
    rules = EligibilityFinding.objects.filter(disbursement=request).select_related("rule", "case")
    overridden = EligibilityOverride.objects.filter(disbursement=request).select_related("rule", "case")
    steps = ComplaintStep.objects.filter(complaint__in=told.values("pk")).select_related("complaint")
    means = MeansEvidence.objects.filter(people).select_related("person", "province")
    return {
        "findings": _first(rules.order_by("submission", "pk"), "answers of rules", cut),
        "overrides": _first(overridden.order_by("pk"), "overrides", cut),
        "hits": _first(hits, "hits of the watch list", cut),
        "judgements": _first(judged.order_by("pk"), "judgements", cut),
        "means": _first(means.order_by("pk"), "evidence of means", cut),
        "complaints": _first(told.select_related("category").order_by("pk"), "complaints", cut),
        "complaint_steps": _first(steps.order_by("pk"), "steps of complaints", cut),
    }


def _in_runs(request: Disbursement, cut: list[str]) -> dict[str, Any]:
    """Holds on its payees, confirmed accounts, the runs its lines went in, and what the bank said of them."""
    lines = PayeeLine.objects.filter(disbursement=request)
    named = Q(payee_name__in=lines.filter(person=None).values("payee_name"), person=None)
    holds = PayeeHold.objects.filter(Q(person__in=lines.values("person")) | named).select_related("end")
    confirmed = AccountConfirmation.objects.filter(line__disbursement=request).select_related("line")
    runs = PaymentRun.objects.filter(lines__line__disbursement=request).distinct()
    said = LineStatus.objects.filter(run_line__line__disbursement=request).select_related("file", "run_line")
    return {
        "holds": _first(holds.order_by("pk"), "holds", cut),
        "confirmations": _first(confirmed.order_by("pk"), "confirmed accounts", cut),
        "runs": _first(runs.order_by("pk"), "payment runs", cut),
        "bank_said": _first(said.order_by("pk"), "answers of the bank", cut),
    }


def _about(model: Any) -> Any:
    return model.objects.select_related("kind", "case").order_by("pk")


def _first(rows: Any, name: str, cut: list[str]) -> list[Any]:
    found = list(rows[: MOST + 1])
    if len(found) > MOST:
        cut.append(f"Of the {name} only the first {MOST} are shown.")
    return found[:MOST]


def _histories(request: Disbursement, cut: list[str]) -> dict[str, list[Any]]:
    """History rows by model: of the request, its lines and instruments, and of the cases and people behind the lines."""
    past: Any = PayeeLine.history.model.objects.filter(disbursement_id=request.pk)  # type: ignore[attr-defined]
    cases = past.values("case_id")
    orders = CourtOrder.objects.filter(case__in=cases).values("pk")
    obligations = Obligation.objects.filter(order__in=orders).values("pk")
    heirs: Any = Heir.history.model.objects.filter(obligation_id__in=obligations)  # type: ignore[attr-defined]
    people = Q(id__in=past.values("person_id")) | Q(id__in=heirs.values("person_id"))
    wanted: tuple[tuple[Any, Q], ...] = (
        (Disbursement, Q(id=request.pk)),
        (PayeeLine, Q(disbursement_id=request.pk)),
        (Instrument, Q(line_id__in=past.values("id"))),
        (Case, Q(id__in=cases)),
        (ReliefCase, Q(case_id__in=cases)),
        (PrisonerCase, Q(case_id__in=cases)),
        (CourtOrder, Q(case_id__in=cases)),
        (Obligation, Q(id__in=obligations)),
        (Heir, Q(obligation_id__in=obligations)),
        (Person, people | Q(id__in=Case.objects.filter(pk__in=cases).values("person_id"))),
    )
    return {
        model._meta.model_name: _first(
            model.history.model.objects.filter(where).order_by("history_id"),
            f"changes of {model._meta.verbose_name_plural}",
            cut,
        )
        for model, where in wanted
    }


def _entries(
    request: Disbursement, sanction: Sanction | None, voucher: Voucher | None, instruments: Sequence[Instrument]
) -> list[JournalEntry]:
    if sanction is None:
        return []
    keys = [f"sanction:{sanction.number}"]
    if voucher is not None:
        keys += [f"{act}:{voucher.number}{part}" for act in ("voucher", "cancellation") for part in ("", ":budget")]
    keys += [f"{act}:{row.pk}" for row in instruments for act in ("clearing", "unclaimed")]
    ids = [row.entry_id for row in instruments]
    mine = JournalEntry.objects.filter(book_id=request.fund.book_id).filter(Q(key__in=keys) | Q(pk__in=ids))
    found = list(mine.order_by("pk"))
    undone = JournalEntry.objects.filter(reverses__in=[entry.pk for entry in found])
    return [*found, *undone.order_by("pk")]


def _booked(found: Records) -> dict[int, list[Booked]]:
    """Lines by entry, those of one account and side added up: four heirs are one line of the trail."""
    rows = (
        JournalLine.objects.filter(entry__in=[entry.pk for entry in found.entries])
        .order_by()
        .values_list("entry_id", "account__code", "account__name", "side")
        .annotate(total=Sum("amount"), parties=Count("pk"))
        .order_by("entry_id", "-side", "account__code")
    )
    booked: dict[int, list[Booked]] = defaultdict(list)
    for entry, code, name, side, total, parties in rows:
        text = f"{code} {name}" + (f", {parties} payees" if parties > 1 else "")
        amount = Decimal(getattr(total, "amount", total))
        debit, credit = (amount, None) if side == Side.DEBIT else (None, amount)
        booked[entry].append(Booked(text, debit, credit))
    return booked


def _money_in(request: Disbursement, sanction: Sanction | None) -> Iterable[Receipt]:
    """What the fund had received by the sanction, the latest first."""
    rows = Receipt.objects.filter(fund_id=request.fund_id).order_by("-received_on", "-pk")
    rows = standing(rows)
    return rows.filter(received_on__lte=sanction.sanctioned_on)[:50] if sanction else rows.none()


def actor_of(row: Any) -> int | None:
    """Who did what a row of `case_acts` tells."""
    key: int | None = row.permitted_by_id if isinstance(row, CeilingPermit) else row.recorded_by_id
    return key


def _people(found: Records) -> dict[int, Who]:
    keys = {row.history_user_id for rows in found.histories.values() for row in rows}
    keys |= {row.issued_by_id for row in found.instruments} | {row.recorded_by_id for row in found.receipts}
    keys |= {row.decided_by_id for row in found.decisions} | {row.printed_by_id for row in found.prints}
    keys |= {row.user_id for row in found.refused} | {found.request.maker_id}
    keys |= {row.recorded_by_id for row in found.share_waivers}
    keys |= {row.ending.ended_by_id for row in found.conflicts if row.ended}
    keys |= {row.declared_by_id for row in found.conflicts} | {row.caused_by_id for row in found.voids}
    keys |= {row.shown_to_id for row in found.looks}
    keys |= {found.voucher.issued_by_id} if found.voucher else set()
    keys |= {found.cancellation.cancelled_by_id} if found.cancellation else set()
    keys |= {entry.recorded_by_id for entry in found.entries} | {row.added_by_id for row in found.papers}
    keys |= {actor_of(row) for row in found.case_acts} | {row.recorded_by_id for row in found.cheque_acts}
    keys |= {row.withdrawn_by_id for row in found.withdrawals} | {row.waived_by_id for row in found.paper_waivers}
    keys |= {row.recorded_by_id for row in found.releases}
    keys |= {row.withdrawal.withdrawn_by_id for row in found.releases if hasattr(row, "withdrawal")}
    keys |= {row.overridden_by_id for row in found.overrides} | {row.judged_by_id for row in found.judgements}
    keys |= {row.recorded_by_id for row in found.means} | {row.registered_by_id for row in found.complaints}
    keys |= {row.taken_by_id for row in found.complaint_steps} | {row.added_by_id for row in found.agenda}
    keys |= {row.meeting.called_by_id for row in found.agenda} | {row.minutes.recorded_by_id for row in found.put_off}
    keys |= {row.meeting.called_off.by_id for row in found.agenda if hasattr(row.meeting, "called_off")}
    keys |= {row.placed_by_id for row in found.holds} | {row.confirmed_by_id for row in found.confirmations}
    keys |= {row.end.ended_by_id for row in found.holds if hasattr(row, "end")}
    keys |= {key for row in found.runs for key in (row.drafted_by_id, row.released_by_id)}
    keys |= {row.file.taken_by_id for row in found.bank_said}
    posts = dict(Officer.objects.filter(user__in=keys - {None}).values_list("user_id", "designation"))
    users = User.objects.filter(pk__in=keys - {None})
    return {
        user.pk: Who(user.pk, user.get_full_name() or user.get_username(), posts.get(user.pk, "")) for user in users
    }


def _names(found: Records) -> dict[tuple[str, int], str]:
    """Names of what history rows point at, without asking the database again for most of them."""
    names: dict[tuple[str, int], str] = {("user", key): who.name for key, who in found.users.items()}
    names |= {("person", row.id): row.name for row in found.histories["person"]}
    names |= {("case", row.id): row.number for row in found.histories["case"]}
    names |= {("fund", found.request.fund_id): found.request.fund.code}
    names |= {("office", found.request.office_id): found.request.office.name}
    names |= {("instrument", row.pk): row.number for row in found.instruments}
    return names
