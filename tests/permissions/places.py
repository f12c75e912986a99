"""The world of test_permissions.py: one object of each kind, in the state in which the act of its row is possible."""

from typing import Any

from django.contrib.auth.models import User

from beneficiaries.models import DiyatValue, OfficerLimit, Pair, Person, PriorPayment, ScreeningHit
from beneficiaries.offices import limits
from beneficiaries.owed import diyat_values, prior_payments
from beneficiaries.people import merging
from beneficiaries.screened import watch_lists
from funds import closing, complaints, payment_runs, payments, vouchers
from funds.budget import budget_releases, reappropriations
from funds.budget.budget_releases import Share
from funds.chain import conflicts, rule_book
from funds.chain.rule_book import NewStep
from funds.models import ApprovalRule, BudgetRelease, Complaint, ComplaintCategory, EligibilityRule, Reappropriation
from funds.requests import payee_holds
from funds.runs.choosing import Wanted
from funds.signing import schedules
from ledger.clock import today
from ledger.models import Reopening
from ledger.roles import Role
from tests import world
from tests.beneficiaries import lists
from tests.beneficiaries.papers import samples
from tests.certificates import shared, signs
from tests.funds import divided
from tests.permissions import cheque_states
from tests.permissions.absent import of_absence
from tests.permissions.background_states import bundled, in_the_background
from tests.permissions.listed import of_lists
from tests.permissions.money_back import of_money_back
from tests.permissions.sittings import of_committees
from tests.standing import standing


@standing
def places() -> dict[str, tuple[Any, ...]]:
    """What stands in the addresses by the names of the rows, and under "sent" what forms and bodies name."""
    here = world.build()
    obligation = here.obligation()
    named = {
        **of_money(here),
        **of_runs(here),
        **in_the_background(here),
        **of_people(here),
        **of_proposals(here),
        **of_money_back(here),
        **of_committees(here),
        **of_checks(here),
        **of_budget(here),
        **of_lists(here),
        "court": here.court.pk,
        "district": here.district.pk,
        "finance": here["finance_officer"].pk,
        "obligation": obligation.pk,
        "officer": here["verifier"].officer.pk,
        "order": obligation.order_id,
        "paper": obligation.order.case.papers.get().pk,
        "prison": here.prison.pk,
        "referral": here.referral().pk,
    }
    named |= bundled(here)
    named |= of_absence(here, submitted=named["submitted"])
    transfer = here.transfer()
    return (
        {name: (value,) for name, value in named.items()}
        | addresses(named)
        | {
            "case": (obligation.order.case_id,),
            "transfer": (transfer.pk, transfer.lines.get().pk),
        }
    )


def addresses(named: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Places that are more than one key, or go by another name."""
    return {
        "": (),
        "chain_rule": (named["rule_number"],),
        "first_rule": (1,),
        "sent": (named,),
        "committee": ("SITS",),
        "paid_case": (named["case"],),
        "request": (named["draft"],),
        "release_record": (named["record"],),
        "step": (named["case"], "died"),
        "csv": ("csv",),
        "fund": ("TEST",),
        "fund_file": ("TEST", "csv"),
        "parts": ("PARTS",),
        "cheque_book": ("TEST", named["book"]),
        "cheque_book_file": ("TEST", named["book"], "csv"),
        "spoilt_leaf": ("TEST", named["spoilt"]),
        "move": ("PARTS", named["move"]),
        "letter": ("PARTS", named["letter"]),
        "account": ("TEST", "F-BNK"),
        "account_file": ("TEST", "F-BNK", "csv"),
        "entry": ("TEST", named["entry"]),
        "entry_file": ("TEST", named["entry"], "csv"),
        "statement": ("TEST", "2025-26"),
        "file": ("TEST", "2025-26", "json"),
        "month": ("TEST", "2025-07"),
        "year": ("TEST", "2024-25"),
        "reopening": ("TEST", named["reopening"]),
        "versions": ("TEST", "2024-25", 1, 1),
    }


def of_money(here: world.World) -> dict[str, Any]:
    """Requests at several stages, the voucher and payment of one for a prisoner, and the record of the way out."""
    paid, ended = here.paid(here.diyat()), here.cleared()
    payments.acknowledge(instrument=ended[0].pk, received_by="Zainab Bibi", by=here["case_officer"])
    voucher, line = paid[0].voucher, paid[0].line
    vouchers.print_voucher(number=voucher.number, by=here["ddo"])
    leaf = cheque_states.leaves_of(here)
    draft, submitted, sanctioned = here.draft(), here.submitted(), here.sanctioned()
    vouchered = here.vouchered().sanction.disbursement
    with signs(shared()):
        schedule = schedules.sign_schedule(vouchers=[here.vouchered().number], by=here["ddo"])
    return {
        "book": leaf["leaf"]["unused"]["book"],
        "spoilt": leaf["spoilt"]["marked"]["pk"],
        "acknowledged": ended[0].line.disbursement_id,
        "case": line.case_id,
        "digest": submitted.digest,
        "diyat": line.obligation_id,
        "draft": draft.pk,
        "draft_case": draft.lines.get().case_id,
        "entry": paid[0].entry_id,
        "heir": line.heir_id,
        "instrument": paid[0].pk,
        "line": vouchered.lines.get().pk,
        "paid": line.disbursement_id,
        "record": here.confirm(line.case, "court_receipt")[0].pk,
        "sanction": sanctioned.sanction.number,
        "sanctioned": sanctioned.pk,
        "schedule": schedule.number,
        "signed": schedule.lines.get().voucher.number,
        "submitted": submitted.pk,
        "token": voucher.token,
        "voucher": voucher.number,
        "vouchered": vouchered.pk,
    }


def of_runs(here: world.World) -> dict[str, Any]:
    """A draft run, and a payee on hold, both by somebody who is nobody of the table."""
    other = world.make_user("payer", here.office, Role.DDO)
    here.vouchered(here.transfer())
    run = payment_runs.draft(wanted=Wanted(here.fund), execution_on=today(), by=other)
    hold = payee_holds.place_on_person(person=here.person("Held Back"), reason="The court asks for it", by=other)
    return {"run": run.pk, "hold": hold.pk}


def of_people(here: world.World) -> dict[str, Any]:
    """A person, a pair that waits, a record merged away, a conflict, and what others paid."""
    alike, merged = pairs(here)
    prior, value = paid_before(here)
    person = here.person()
    declared = conflicts.declare(by=here["verifier"], person=person.pk, ground="other", reason="My aunt")
    return {
        "conflict": declared.pk,
        "diyat_value": value.pk,
        "merged": merged.pk,
        "pair": alike.pk,
        "person": person.pk,
        "prior_payment": prior.pk,
    }


def of_proposals(here: world.World) -> dict[str, Any]:
    """What waits for a second person."""
    reopening = asked_by_another(here)
    version, limit = proposals(here)
    return {
        "limit": limit.pk,
        "limited": limit.officer_id,
        "reopening": reopening.pk,
        "rule_number": version.number,
        "version": version.pk,
    }


def of_checks(here: world.World) -> dict[str, Any]:
    """A hit, a rule of eligibility, and complaints."""
    hit, rule, (complaint, assigned, answered) = checked(here)
    return {
        "answered": answered.pk,
        "assigned": assigned.pk,
        "complaint": complaint.pk,
        "hit": hit.pk,
        "list": hit.entry.added_in_id,
        "rule": rule.pk,
    }


def of_budget(here: world.World) -> dict[str, Any]:
    letter, move = parts(here)
    return {"letter": letter.pk, "move": move.pk}


def parts(here: world.World) -> tuple[BudgetRelease, Reappropriation]:
    """A lapsable fund divided among heads, a release with its letter, a move that a second fund manager asked for."""
    fund = divided.fund_of(here, lapsable=True)
    (letter,) = budget_releases.record_release(
        fund=fund, quarter=1, shares=[Share("GRANTS", "1000")], reference="R 1", file_number="F.1",
        by=here["fund_manager"], on=world.DAY, content=samples.pdf("Release order"),
    )  # fmt: skip
    move = reappropriations.ask(
        fund=fund, from_head="GRANTS", to_head="LEGAL", amount="100", order_number="F.3", reason="More cases",
        by=world.make_user("third_manager", here.office, Role.FUND_MANAGER), on=world.DAY,
    )  # fmt: skip
    return letter, move


def paid_before(here: world.World) -> tuple[PriorPayment, DiyatValue]:
    """What a family paid of a fine, and a notified value of diyat."""
    prior = prior_payments.record_prior_payment(
        obligation=here.obligation("50000", "fine").pk, amount="5000", paid_on=world.DAY, payer="The family",
        by=here["case_officer"],
    )  # fmt: skip
    value = diyat_values.record_value(
        year="2025-26", amount="9828670", notification="S.R.O. 1(I)/2025", notified_on=world.DAY, source="Gazette",
        by=here["fund_manager"], content=samples.pdf("Notification"),
    )  # fmt: skip
    return prior, value


def pairs(here: world.World) -> tuple[Pair, Person]:
    """A pair that waits, and a record that was merged away."""
    given: dict[str, Any] = {"relative_name": "Sher Zaman", "cnic": None}
    waiting = [here.person(name, **given) for name in ("Sughra Bibi", "Sugra Bibi")]
    one = [here.person(name, **given) for name in ("Nusrat Begum", "Nusrat Bibi")]
    merging.merge(
        pair=Pair.objects.get(first=one[0], second=one[1]).pk, keep=one[0].pk, reason="One card", by=here["verifier"]
    )
    return Pair.objects.get(first=waiting[0], second=waiting[1]), one[1]


def checked(here: world.World) -> tuple[ScreeningHit, EligibilityRule, list[Complaint]]:
    """A hit of the watch list, a rule that no draft meets, and complaints: new, assigned, answered."""
    here.person("Fazlur Rehman Sodagar", gender="M", relation="son")
    watch_lists.load(lists.un(lists.FAZAL), file_name="list.xml", by=here["fund_manager"])
    ComplaintCategory.objects.create(
        code="delay", name="Delay", days=21, effective_from=world.START, source="House rules"
    )
    told = {"category": "delay", "channel": "letter", "text": "No answer for a year", "by": here["case_officer"]}
    rows = [complaints.register(**told) for _ in range(3)]
    officer = here["finance_officer"]
    for row in rows[1:]:
        complaints.assign(complaint=row.pk, officer=officer.pk, text="Look into it", by=here["verifier"])
    complaints.reply(complaint=rows[2].pk, outcome="upheld", text="It was late", by=officer)
    rule = EligibilityRule.objects.create(
        code="age", title="Of age", condition="age_at_least", parameters={"years": 18}, when_unknown="stop",
        override_role="approver", source="House rules", effective_from=world.START,
    )  # fmt: skip
    return ScreeningHit.objects.get(), rule, rows


def proposals(here: world.World) -> tuple[ApprovalRule, OfficerLimit]:
    """A version of a rule and a limit that wait, both proposed by a manager who is nobody of the table."""
    other = User.objects.get(username="second_manager")
    version = rule_book.propose(
        title="Gifts",
        maximum="500",
        fund=here.fund,
        steps=[NewStep("approver", "Sanctioned")],
        reason="Order 1",
        by=other,
    )
    officer = world.make_user("second_approver", here.office, Role.APPROVER).officer
    return version, limits.propose(officer=officer.pk, amount="700", reason="Order 2", by=other)


def asked_by_another(here: world.World) -> Reopening:
    """The year before is closed, and a second fund manager asked for it, so that the first one may agree."""
    why = "Compared by hand"
    closing.close_year(fund=here.fund, label="2024-25", by=here["fund_manager"], override=why)
    other = world.make_user("second_manager", here.office, Role.FUND_MANAGER)
    return closing.ask_year(fund=here.fund, label="2024-25", by=other, reason="A receipt was missed")
