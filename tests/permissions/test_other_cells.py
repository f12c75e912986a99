"""The cells of every sheet but that of requests, by page and by API."""

from typing import Any

import pytest
from django.urls import reverse

from funds.models import Instrument
from funds.permission.sheets import SHEETS
from funds.permission.table import Act, Answer, Sheet, Stage
from ledger.roles import Role
from tests.permissions.doors import Door, undone, watched
from tests.permissions.money_back import MONEY_BACK
from tests.permissions.pressed_away import AWAY
from tests.permissions.pressed_cheques import CHEQUES
from tests.permissions.pressed_meetings import MEETINGS
from tests.permissions.pressed_received import RECEIVED
from tests.permissions.pressed_runs import RUNS
from tests.permissions.presses import Press, Sent, answered, begun
from tests.permissions.proposals import Proposals, every_proposal
from tests.permissions.states import States, every_state

__all__ = ["every_proposal", "every_state"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]

WHY = "Compared by hand"
STEP = {"role": "approver", "act": "Sanctioned"}
STEP_FORM = {"role_0": "approver", "act_0": "Sanctioned", "signatures_0": "1", "days_0": "3"}
VERSION = {"title": "Again", "maximum": "400", "reason": "Order 3"}
RECEIPT = {"kind": "donation", "amount": "500.00", "received_from": "A donor", "reference": "D 1"}
BUDGET = {"kind": "supplementary", "amount": "500.00", "reference": "B 2"}
MOVE = {"from_head": "GRANTS", "to_head": "LEGAL", "amount": "5.00", "order_number": "F.9", "reason": "More"}
RELEASE = {"quarter": 2, "reference": "R 2", "file_number": "F.1"}
SURRENDER = {"budget_head": "GRANTS", "amount": "5.00", "reference": "S 1"}
CONFLICT = {"ground": "other", "reason": "My aunt"}
TABLES = (
    "funds_disbursement",
    "funds_approvalrule",
    "funds_ruledecision",
    "beneficiaries_officerlimit",
    "beneficiaries_officerlimitdecision",
    "funds_receipt",
    "funds_moneyback",
    "funds_receiptcancellation",
    "funds_receiptcancellationdecision",
    "funds_forfeiture",
    "funds_forfeituredecision",
    "funds_allocation",
    "funds_budgetrelease",
    "funds_reappropriation",
    "funds_reappropriationdecision",
    "funds_surrender",
    "funds_conflict",
    "funds_conflictend",
    "funds_acknowledgement",
    "ledger_journalentry",
    "beneficiaries_absence",
    "funds_delegation",
    "funds_delegationdecision",
    "funds_delegationend",
    "funds_freeze",
    "funds_freezedecision",
    "funds_freezelift",
    "funds_freezeliftdecision",
    "funds_committee",
    "funds_committeeversion",
    "funds_committeedecision",
    "funds_meeting",
    "funds_agendaitem",
    "funds_calledoff",
    "funds_minutes",
    "funds_minutessignature",
    "funds_adoption",
    "funds_heldup",
    "funds_decision",
    "funds_sanction",
    "funds_listimport",
    "funds_signedschedule",
    "funds_scheduleline",
    "funds_listinspection",
    "beneficiaries_absenceend",
    "beneficiaries_paperwaiver",
    "beneficiaries_referraldecision",
    "beneficiaries_case",
    "funds_complaintstep",
    "funds_reminder",
    "funds_chequebook",
    "funds_chequeend",
    "funds_leafmark",
    "funds_cosignature",
    "funds_leafprint",
    "funds_treasuryreturn",
    "funds_rundownload",
    "funds_statusfile",
    "funds_payeehold",
    "funds_payeeholdend",
    "funds_accountconfirmation",
    "funds_job",
    "funds_jobcancel",
    "funds_messageevent",
    "beneficiaries_contactwish",
)
FIGURES = (
    "SELECT (SELECT string_agg(concat_ws('|', id, outcome), ';') FROM ledger_reopening)"
    ", (SELECT count(*) FROM ledger_period WHERE closed_at IS NOT NULL)"
    ", (SELECT string_agg(concat_ws('|', id, state), ';') FROM funds_instrument)"
    ", (SELECT string_agg(concat_ws('|', id, state), ';') FROM funds_paymentrun)"
    ", (SELECT string_agg(concat_ws('|', id, state), ';') FROM funds_runline)"
) + "".join(f", (SELECT count(*) FROM {table})" for table in TABLES)


def of_calendar(what: str, act: str) -> Press:
    """A month or a year, closed or asked for."""
    sent = {"override": WHY} if act == "close" else {"reason": WHY}
    if act == "close":
        path, word = f"/{'periods' if what == 'month' else 'years'}/close", what
    else:
        path, word = "/reopenings", "label"
    more = {"what": what} if act == "reopen" else {}
    return (
        lambda key: (reverse(f"{what}_{act}", args=[key["code"], key["label"]]), sent),
        lambda key: (path, {"fund": key["code"], word: key["label"]} | more | sent),
    )


def on_payment(act: str, **sent: str) -> Press:
    return (
        lambda key: (reverse(f"instrument_{act}", args=[key["pk"]]), sent),
        lambda key: (f"/instruments/{key['pk']}/{act}", sent),
    )


def at_fund(page: str, code: str, path: str, sent: dict[str, Any], form: dict[str, Any] | None = None) -> Press:
    return begun(lambda key: (reverse(page, args=[code]), form or sent), path, lambda key: {"fund": code} | sent)


def _drafted_form(key: dict[str, Any]) -> Sent:
    line = {"lines-1-amount": "1000", "lines-1-method": "cheque"}
    head = {"what": "TEST:relief_grant", "pick": f"c{key['case']}", "title": "Relief", "pay_to": "Zainab Bibi"}
    return reverse("disbursement_new"), head | line


def _drafted_body(key: dict[str, Any]) -> dict[str, Any]:
    line = {"case": key["case"], "person": key["person"], "amount": "1000.00"}
    return {"fund": "TEST", "kind": "relief_grant", "title": "Relief", "pay_to": "Zainab Bibi", "lines": [line]}


TAKEN = {"received_by": "Zainab Bibi"}
PRESSES: dict[tuple[str, str], Press] = {
    ("payment", "clear"): on_payment("clear", on="2025-09-26"),
    ("payment", "fail"): on_payment("fail", state="returned", reason="Name differs"),
    # The page takes receipts for the payments that are ticked.
    ("payment", "acknowledge"): (
        lambda key: (reverse("instruments_acknowledge", args=[key["request"]]), TAKEN | {"instrument": key["pk"]}),
        lambda key: (f"/instruments/{key['pk']}/acknowledge", TAKEN),
    ),
    ("rule", "next"): (
        lambda key: (reverse("rule_version_new", args=[key["number"]]), VERSION | STEP_FORM),
        lambda key: ("/approval-rules", VERSION | {"number": key["number"], "steps": [STEP]}),
    ),
    ("rule", "agree"): answered("rule_version_agree", "/approval-rules/{pk}/agree"),
    ("rule", "decline"): answered("rule_version_decline", "/approval-rules/{pk}/decline"),
    ("limit", "agree"): answered("limit_agree", "/limits/{pk}/agree"),
    ("limit", "decline"): answered("limit_decline", "/limits/{pk}/decline"),
    ("move", "agree"): answered("reappropriation_agree", "/reappropriations/{pk}/agree", fund="PARTS"),
    ("move", "decline"): answered("reappropriation_decline", "/reappropriations/{pk}/decline", fund="PARTS"),
    ("conflict", "end"): (
        lambda key: (reverse("conflict_end", args=[key["pk"]]), {"reason": "Divorced"}),
        lambda key: (f"/conflicts/{key['pk']}/end", {"reason": "Divorced"}),
    ),
    ("reopening", "agree"): answered("reopening_agree", "/reopenings/{pk}/agree", fund="TEST"),
    ("reopening", "decline"): answered("reopening_decline", "/reopenings/{pk}/decline", fund="TEST"),
    **{(what, act): of_calendar(what, act) for what in ("month", "year") for act in ("close", "reopen")},
    ("free", "draft"): begun(_drafted_form, "/disbursements", _drafted_body),
    ("free", "rule"): begun(
        lambda key: (reverse("approval_rule_new"), VERSION | STEP_FORM | {"kind": "daman"}),
        "/approval-rules",
        lambda key: VERSION | {"kind": "daman", "steps": [STEP]},
    ),
    ("free", "limit"): begun(
        lambda key: (reverse("limit_new", args=[key["officer"]]), {"amount": "900", "reason": "Order 4"}),
        "/limits",
        lambda key: {"officer": key["officer"], "amount": "900", "reason": "Order 4"},
    ),
    ("free", "schedule"): begun(
        lambda key: (reverse("schedule_new"), {"vouchers": key["voucher"]}),
        "/schedules",
        lambda key: {"vouchers": [key["voucher"]]},
    ),
    ("free", "receipt"): at_fund("receipt_new", "TEST", "/receipts", RECEIPT),
    ("free", "allocation"): at_fund("allocation_new", "TEST", "/allocations", BUDGET),
    ("free", "release"): at_fund(
        "budget_release_new",
        "PARTS",
        "/budget-releases",
        RELEASE | {"shares": [{"head": "GRANTS", "amount": "5.00"}]},
        RELEASE | {"amount-GRANTS": "5.00"},
    ),
    ("free", "move"): at_fund("reappropriation_new", "PARTS", "/reappropriations", MOVE),
    ("free", "surrender"): at_fund("surrender_new", "PARTS", "/surrenders", SURRENDER),
    ("free", "conflict"): begun(
        lambda key: (
            f"{reverse('conflict_new')}?person={key['person']}",
            CONFLICT | {"about": f"person:{key['person']}"},
        ),
        "/conflicts",
        lambda key: CONFLICT | {"person": key["person"]},
    ),
    ("free", "bundle"): begun(lambda key: (reverse("bundle_new"), {}), "/bundles", lambda key: {}),
    ("free", "contact"): begun(
        lambda key: (reverse("person_contact", args=[key["person"]]), {"language": "en"}),
        "/people/{person}/contact",
        lambda key: {"language": "en"},
    ),
    ("bundle", "cancel"): (
        lambda key: (reverse("job_cancel", args=[key["of"].get(key["role"], key["pk"])]), {}),
        lambda key: (f"/bundles/{key['of'].get(key['role'], key['pk'])}/cancel", {}),
    ),
    ("message", "resend"): (
        lambda key: (reverse("message_resend", args=[key["pk"]]), {}),
        lambda key: (f"/messages/{key['pk']}/resend", {}),
    ),
    **AWAY,
    **CHEQUES,
    **MONEY_BACK,
    **MEETINGS,
    **RECEIVED,
    **RUNS,
}


def test_every_act_of_every_sheet_is_pressed() -> None:
    assert {(sheet.key, act.key) for sheet in SHEETS for act in sheet.acts if sheet.key != "request"} == set(PRESSES)


def cells(keys: dict[str, dict[str, Any]]) -> list[tuple[Sheet, Act, Stage]]:
    return [
        (sheet, act, stage) for sheet in SHEETS if sheet.key in keys for act in sheet.acts for stage in sheet.stages
    ]


def walked(door: Door, role: Role, keys: dict[str, dict[str, Any]]) -> dict[Any, Any]:
    """The cells that answer otherwise than published, or that change something though they refuse."""
    before, found = watched(FIGURES), {}
    for sheet, act, stage in cells(keys):
        told = act.answer(stage, role)
        key = keys[sheet.key][stage.key] | {"role": role.value}
        address, sent = PRESSES[sheet.key, act.key][door.name == "api"](key)
        with undone():
            status = door.send(address, sent)
            changed = watched(FIGURES) != before
        if not door.as_told(told, status) or changed is not (told is Answer.YES):
            found[sheet.key, act.key, stage.key] = (str(told), status, changed)
    return found


@pytest.mark.parametrize("door", ["page", "api"])
@pytest.mark.parametrize("role", Role)
def test_every_other_cell_answers_as_published(role: Role, door: str, every_proposal: Proposals, bare: None) -> None:
    found = walked(Door(door, every_proposal.secrets, role.value), role, every_proposal.keys)
    assert not found, found


@pytest.mark.parametrize("door", ["page", "api"])
@pytest.mark.parametrize("role", Role)
def test_every_payment_answers_as_published(role: Role, door: str, every_state: States, bare: None) -> None:
    requests = dict(Instrument.objects.values_list("pk", "line__disbursement"))
    seen = every_state.here["second_verifier"].officer.pk
    keys = {
        "payment": {
            state: {"pk": pk, "request": requests[pk], "witness": seen} for state, pk in every_state.paid.items()
        }
    }
    found = walked(Door(door, every_state.secrets, role.value), role, keys)
    assert not found, found
