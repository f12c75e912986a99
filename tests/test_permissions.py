"""Who may ask for what: one table of every address. An address that is missing from it fails the tests.

Each address is asked for by every role. GET must answer exactly the roles of its row; POST likewise, and a role outside it
is refused with 403 before anything else is looked at. An auditor reads everything and changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from config.api import api
from ledger.roles import Role
from tests import permission_places
from tests.beneficiaries import lists
from tests.beneficiaries.papers import samples

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ALL = frozenset(Role)
NOBODY: frozenset[Role] = frozenset()
A, C, V, F, P, D, R, M, X = (
    Role.AUDITOR,
    Role.CASE_OFFICER,
    Role.VERIFIER,
    Role.FINANCE_OFFICER,
    Role.APPROVER,
    Role.DDO,
    Role.RECONCILER,
    Role.FUND_MANAGER,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True, slots=True)
class Row:
    """The roles an address answers: `get` to read (None: it is no page), `post` to change (None: it takes no changes)."""

    get: frozenset[Role] | None
    post: frozenset[Role] | None = None
    args: str = ""
    sent: dict[str, str] = field(default_factory=dict)  # a form without a slip, where the slip would be told first


def roles(*held: Role) -> frozenset[Role]:
    return frozenset(held)


ON_CASES = roles(C, V, F, P, D, A)
ON_MONEY = roles(F, P, D, R, M, A)
ON_CHECKS = roles(C, V, F, P, D, M, A)
CLERKS = roles(C, V, F, D, M)
READING_CNIC = roles(C, V, F, D, A)
REJECT = {"decision": "reject", "reject-ground": "other", "reject-reason": "No such person", "seen": "{digest}"}
LOOK = {"reason": "Compared with the card"}
SIGNED = {"received_by": "Zainab Bibi"}
LETTER = {"party": "Central Jail", "subject": "List", "means": "post"}
WAIVED = {"decided_on": "2025-09-26", "reference": "Order 12", "reason": "Statement in court"}
# `args` names a place of the small world: its key fills the address.
TABLE: dict[str, Row] = {
    "home": Row(ALL),
    "search": Row(ALL, ALL),  # sent, so that no CNIC stands in a log; changes nothing
    "help": Row(ALL),
    "accessibility": Row(ALL),
    "keyboard_keys": Row(ALL),
    "components": Row(NOBODY),  # a demonstration server only, else 404
    "healthz": Row(ALL),
    "readyz": Row(ALL),
    "logged_out": Row(ALL),
    "people": Row(ON_CASES),
    "person_new": Row(roles(C), roles(C)),
    "person": Row(ON_CASES, args="person"),
    "duplicates": Row(roles(C, V, A)),
    "duplicate": Row(roles(C, V, A), args="pair"),
    "duplicate_decide": Row(None, roles(V), args="pair", sent={"decision": "different", "reason": "Cards seen"}),
    "person_merged": Row(ON_CASES, args="merged"),
    "person_part": Row(None, roles(V), args="merged", sent={"reason": "Two cards"}),
    "person_edit": Row(roles(C), roles(C), args="person"),
    "person_reveal": Row(None, READING_CNIC, args="person", sent=LOOK | {"what": "cnic"}),
    "relief_case_new": Row(roles(C), roles(C), args="person"),
    "prisoner_case_new": Row(roles(C), roles(C), args="person"),
    "case_list": Row(ON_CASES),
    "case": Row(ON_CASES, args="case"),
    "case_correct": Row(roles(C), roles(C), args="case"),
    "case_set_aside": Row(roles(C), roles(C), args="case"),
    "case_help": Row(ON_CASES, roles(C), args="case"),
    "ceiling_permit": Row(roles(P), roles(P), args="case"),
    "loan_terms_new": Row(roles(C), roles(C), args="case"),
    "joint_obligation_new": Row(roles(C), roles(C), args="order"),
    "obligation_correct": Row(roles(C), roles(C), args="obligation"),
    "prior_payments": Row(ON_CASES, roles(C), args="obligation"),
    "prior_payment_strike": Row(roles(C), roles(C), args="prior_payment"),
    "instalments_new": Row(roles(C), roles(C), args="obligation"),
    "instalments_due": Row(ON_CASES),
    "diyat_values": Row(ON_CASES | {M}),
    "diyat_value_new": Row(roles(M), roles(M)),
    "diyat_value_file": Row(ON_CASES | {M}, args="diyat_value"),
    "order_new": Row(roles(C), roles(C), args="case"),
    "obligation_new": Row(roles(C), roles(C), args="order"),
    "heirs": Row(ON_CASES, args="obligation"),
    "heirs_edit": Row(roles(C), roles(C), args="obligation"),
    "waiver_new": Row(roles(C), roles(C), args="heir"),
    "waiver_set_aside": Row(roles(C), roles(C), args="heir"),
    "due_at_majority": Row(roles(C, A)),
    "paper_new": Row(roles(C), roles(C), args="case"),
    "paper_waive": Row(roles(V), roles(V), args="case"),
    "paper_file": Row(ON_CASES, args="paper"),
    "paper_withdraw": Row(roles(C), roles(C), args="paper"),
    "referrals": Row(ON_CASES),
    "referral": Row(ON_CASES, args="referral"),
    "referral_import": Row(roles(C), roles(C)),
    "referral_template": Row(roles(C)),
    "referral_accept": Row(roles(C), roles(C), args="referral"),
    "referral_duplicate": Row(roles(C), roles(C), args="referral"),
    "referral_decline": Row(roles(C), roles(C), args="referral"),
    "referral_reopen": Row(roles(C), roles(C), args="referral"),
    "release_board": Row(ON_CASES),
    "release_figures": Row(ON_CASES),
    "release_way": Row(ON_CASES, args="paid_case"),
    "release_step": Row(roles(C), roles(C), args="step"),
    "release_withdraw": Row(roles(C), roles(C), args="release_record"),
    "income_new": Row(roles(C), roles(C), args="person"),
    "residence_new": Row(roles(C), roles(C), args="person"),
    "screening": Row(ON_CHECKS),
    "screening_hit": Row(ON_CHECKS, args="hit"),
    "screening_judge": Row(None, roles(V), args="hit"),  # the role that the setting in force names
    "watch_list": Row(ON_CHECKS),
    "watch_list_load": Row(roles(M), roles(M)),
    "watch_list_version": Row(ON_CHECKS, args="list"),
    "eligibility": Row(ON_CHECKS),
    "disbursement_eligibility": Row(ALL - roles(X), args="request"),
    "eligibility_override": Row(roles(V, F, P, M), roles(V, F, P, M), args="request"),
    "complaint_list": Row(ON_CHECKS),
    "complaint_new": Row(roles(C, V), roles(C, V)),
    "complaint": Row(ON_CHECKS, args="complaint"),
    "complaint_assign": Row(None, roles(V, P, M), args="complaint"),
    "complaint_note": Row(None, roles(C, V, F, P, M), args="complaint"),
    "complaint_reply": Row(None, roles(C, V, F, P, M), args="complaint"),
    "complaint_reopen": Row(None, roles(C, V, P, M), args="complaint"),
    "duties": Row(roles(M, A, X)),
    "conflict_list": Row(ALL),
    "conflict_new": Row(ALL - {A, X}, ALL - {A, X}),
    "limit_list": Row(roles(F, P, D, M, A, X)),
    "officer_limits": Row(roles(F, P, D, M, A, X), args="limited"),
    "limit_new": Row(roles(M, X), roles(M, X), args="limited"),
    "limit_agree": Row(None, roles(M, P), args="limit"),
    "limit_decline": Row(None, roles(M, P), args="limit", sent={"remark": "Too high"}),  # or by who proposed it
    "staff": Row(roles(X)),
    "officer_new": Row(roles(X), roles(X)),
    "officer": Row(roles(X), args="officer"),
    "officer_edit": Row(roles(X), roles(X), args="officer"),
    "officer_close": Row(None, roles(X), args="officer"),
    "officer_open": Row(None, roles(X), args="officer"),
    "officer_password": Row(None, roles(X), args="officer"),
    "disbursement_list": Row(ALL),
    "disbursement_new": Row(roles(C), roles(C)),
    "list_import": Row(roles(C), roles(C)),
    "list_template": Row(roles(C)),
    "list_errors": Row(None, roles(C)),
    "list_waive": Row(roles(V), roles(V), args="request"),
    "inspection": Row(ALL, args="request"),
    "inspection_look": Row(None, roles(V, F, P, A), args="long", sent={"size": "3"}),
    "disbursement": Row(ALL, args="request"),
    "disbursement_edit": Row(roles(C), roles(C), args="request"),
    "line_account": Row(READING_CNIC, READING_CNIC, args="transfer", sent=LOOK),
    "disbursement_submit": Row(None, roles(C), args="request"),
    "disbursement_decide": Row(None, roles(V), args="submitted", sent=REJECT),  # the step that waits is the verifier's
    "disbursement_cancel": Row(None, roles(C), args="request", sent={"reason": "Withdrawn"}),
    "voucher_issue": Row(None, roles(D), args="sanctioned"),
    "instrument_issue": Row(None, roles(D), args="vouchered", sent={"number-{line}": "4711"}),
    "instruments_clear": Row(None, roles(R), args="paid", sent={"instrument": "{instrument}"}),
    "instruments_acknowledge": Row(None, roles(C, D), args="paid", sent=SIGNED | {"instrument": "{instrument}"}),
    "release_record": Row(None, roles(C), args="paid", sent={"case": "{case}", "reference": "Order 1"}),
    "disbursement_close": Row(None, roles(C), args="acknowledged"),
    "instrument_clear": Row(None, roles(R), args="instrument"),
    "instrument_fail": Row(None, roles(D, R), args="instrument", sent={"state": "returned", "reason": "Name differs"}),
    "instrument_acknowledge": Row(None, roles(C, D), args="instrument", sent=SIGNED),
    "voucher_list": Row(ALL),
    "voucher": Row(ALL, args="voucher"),
    "voucher_pdf": Row(ALL, ALL, args="voucher"),
    "payments": Row(ALL),
    "sanction_list": Row(ALL),
    "sanction_list_file": Row(ALL, args="csv"),
    "sanction_order": Row(ALL, args="sanction"),
    "notes": Row(ALL, args="request"),
    "note_sheet": Row(ALL, args="request"),
    "diary": Row(ALL),
    "diary_file": Row(ALL, args="csv"),
    "diary_new": Row(CLERKS, CLERKS),
    "dispatch": Row(ALL),
    "dispatch_file": Row(ALL, args="csv"),
    "dispatch_new": Row(CLERKS, CLERKS),
    "fund_list": Row(ON_MONEY),
    "fund": Row(ON_MONEY, args="fund"),
    "receipt_new": Row(roles(M), roles(M), args="fund"),
    "allocation_new": Row(roles(M), roles(M), args="fund"),
    "fund_budget": Row(ON_MONEY, args="fund"),
    "fund_budget_file": Row(ON_MONEY, args="fund_file"),
    "budget_release_new": Row(roles(M), roles(M), args="parts"),
    "budget_release_file": Row(ON_MONEY, args="letter"),
    "reappropriation_new": Row(roles(M), roles(M), args="parts"),
    "reappropriation_agree": Row(None, roles(M, P), args="move"),
    "reappropriation_decline": Row(None, roles(M, P), args="move", sent={"remark": "Too late"}),
    "surrender_new": Row(roles(M), roles(M), args="parts"),
    "approval_rules": Row(ALL - roles(X)),
    "approval_rule_new": Row(roles(M), roles(M)),
    "approval_rule": Row(ALL - roles(X), args="chain_rule"),
    "rule_version_new": Row(roles(M), roles(M), args="first_rule"),
    "rule_version_agree": Row(None, roles(M, P), args="version"),
    "rule_version_decline": Row(None, roles(M, P), args="version", sent={"remark": "Too low"}),
    "trial_balance": Row(ON_MONEY, args="fund"),
    "trial_balance_file": Row(ON_MONEY, args="fund_file"),
    "chart_of_accounts": Row(ON_MONEY, args="fund"),
    "chart_of_accounts_file": Row(ON_MONEY, args="fund_file"),
    "comparison": Row(ON_MONEY, args="fund"),
    "comparison_file": Row(ON_MONEY, args="fund_file"),
    "account_ledger": Row(ON_MONEY, args="account"),
    "account_ledger_file": Row(ON_MONEY, args="account_file"),
    "day_book": Row(ON_MONEY, args="fund"),
    "day_book_file": Row(ON_MONEY, args="fund_file"),
    "journal_entry": Row(ON_MONEY, args="entry"),
    "journal_entry_file": Row(ON_MONEY, args="entry_file"),
    "journal_file": Row(ON_MONEY, args="fund_file"),
    "period_calendar": Row(ON_MONEY, args="fund"),
    "period_calendar_file": Row(ON_MONEY, args="fund_file"),
    "period_month": Row(ON_MONEY, args="month"),
    "month_close": Row(None, roles(M), args="month"),
    "month_reopen": Row(None, roles(M), args="month"),
    "period_year": Row(ON_MONEY, args="year"),
    "year_close": Row(None, roles(M), args="year"),
    "year_reopen": Row(None, roles(M), args="year"),
    "reopening_agree": Row(None, roles(M, P), args="reopening"),
    "reopening_decline": Row(None, roles(M, P), args="reopening", sent={"remark": "Too late"}),
    "statements": Row(ON_MONEY),
    "statement_versions": Row(ON_MONEY, args="year"),
    "statement_changes": Row(ON_MONEY, args="versions"),
    "statement": Row(ON_MONEY, args="statement"),
    "statement_file": Row(ON_MONEY, args="file"),
    "public_check": Row(ALL, ALL),  # looks a voucher up by the number on its paper; changes nothing
    "public_voucher": Row(ALL, args="token"),
    "audit": Row(roles(A, P, M)),
    "verify": Row(None, roles(A)),
    "refused_attempts": Row(roles(A, P, M)),
    "shown_values": Row(roles(A, P, M)),
    "trail": Row(ALL, args="request"),
}
# Everybody's own account: signing in and out, the own password; and the mark of the site, which leads on to a file.
OWN = {"login", "logout", "password_change", "favicon"}
# What an auditor may send: it records that the records were read or compared, and changes none of them.
READS_ONLY = {"verify", "search", "public_check", "person_reveal", "line_account", "voucher_pdf", "inspection_look"}


def addresses(resolver: Any = None, space: str = "") -> Iterator[str]:
    """The name of every address of the service, with its namespace."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
        elif pattern.name:
            yield f"{space}{pattern.name}"


places = permission_places.places


def send(client: Client, name: str, places: dict[str, tuple[Any, ...]]) -> int:
    """The status of the answer to the row's form."""
    row, values = TABLE[name], places["sent"][0]
    sent = {key.format(**values): value.format(**values) for key, value in row.sent.items()}
    return client.post(reverse(name, args=places[row.args]), sent).status_code


@pytest.fixture
def sign_in() -> Callable[[str], Client]:
    from django.contrib.auth.models import User

    def client(username: str) -> Client:
        made = Client()
        made.force_login(User.objects.get(username=username))
        return made

    return client


def test_every_address_is_in_the_table() -> None:
    pages = {name for name in addresses() if not name.startswith("api:")}
    assert pages - OWN - set(TABLE) == set(), "write down who may ask for these"
    assert set(TABLE) - pages == set(), "these are gone"


@pytest.mark.parametrize("role", Role)
def test_pages_answer_exactly_the_roles_of_the_table(
    role: Role, places: dict[str, tuple[Any, ...]], sign_in: Callable[[str], Client]
) -> None:
    client, found = sign_in(role.value), {}
    for name, row in TABLE.items():
        status = client.get(reverse(name, args=places[row.args])).status_code
        wanted = (405,) if row.get is None else (200,) if role in row.get else (403, 404)
        if status not in wanted:
            found[name] = status
    assert not found, f"{role} got {found}"


@pytest.mark.parametrize("role", Role)
def test_changes_are_refused_to_every_role_outside_the_table(
    role: Role, places: dict[str, tuple[Any, ...]], sign_in: Callable[[str], Client]
) -> None:
    client, found = sign_in(role.value), {}
    for name, row in TABLE.items():
        if row.post is None or role not in row.post:
            status, wanted = send(client, name, places), 405 if row.post is None else 403
            if status != wanted:
                found[name] = (status, wanted)
    assert not found, f"{role} got {found}"


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.post])
def test_changes_are_open_to_the_roles_of_the_table(
    name: str, places: dict[str, tuple[Any, ...]], sign_in: Callable[[str], Client]
) -> None:
    """An empty form is a slip (422) or already enough (303, 200); that a role may ask is what counts here."""
    row = TABLE[name]
    for role in sorted(row.post or ()):
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before")
        status = send(sign_in(role.value), name, places)
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO before")
        # Drafting begins with a fund: an empty form names none, so it is not found.
        wanted = (404,) if name == "disbursement_new" else (200, 303, 409, 422)
        assert status in wanted, (role, status)


def test_auditor_changes_nothing() -> None:
    """By the table; that the table is true is what the tests above prove."""
    assert {name for name, row in TABLE.items() if row.post and A in row.post} == READS_ONLY


def test_visitors_without_an_account_reach_no_record(places: dict[str, tuple[Any, ...]]) -> None:
    public = {
        "help",
        "accessibility",
        "keyboard_keys",
        "healthz",
        "readyz",
        "logged_out",
        "public_check",
        "public_voucher",
    }
    client, found = Client(), {}
    for name, row in TABLE.items():
        address = reverse(name, args=places[row.args])
        statuses = client.get(address).status_code, client.post(address).status_code
        if not all(status in (302, 403, 405) for status in statuses) and name not in public:
            found[name] = statuses
    assert found == {}


# The API takes changes by POST only. Bodies are whole, so that the answer is about the role.
API: dict[str, tuple[frozenset[Role], str, dict[str, Any]]] = {
    "/people": (roles(C), "/people", {
        "name": "Zainab Bibi", "relation": "daughter", "relative_name": "Noor", "gender": "F", "district": "{district}",
    }),
    "/people/find": (ON_CASES, "/people/find", {"cnic": "42201-0397640-8"}),
    "/people/alike": (ON_CASES, "/people/alike", {
        "name": "Zainab", "relative_name": "Noor", "gender": "F", "district": "{district}",
    }),
    "/duplicates/{pair}/decide": (roles(V), "/duplicates/{pair}/decide", {"act": "different", "reason": "Cards seen"}),
    "/people/{person}/part": (roles(V), "/people/{merged}/part", {"reason": "Two cards"}),
    "/people/{person}/reveal": (READING_CNIC, "/people/{person}/reveal", LOOK | {"what": "cnic"}),
    "/disbursements/{disbursement}/lines/{line}/reveal": (
        READING_CNIC, "/disbursements/{vouchered}/lines/{line}/reveal", LOOK,
    ),
    "/cases/relief": (roles(C), "/cases/relief", {
        "person": "{person}", "violation": "torture", "happened_on": "2025-06-01", "referral": "helpline",
        "district": "{district}", "recommended_amount": "20000.00",
    }),
    "/cases/prisoner": (roles(C), "/cases/prisoner", {
        "person": "{person}", "prison": "{prison}", "prisoner_number": "123", "sections": "s.316 PPC",
    }),
    "/cases/relief/{case}/correct": (roles(C), "/cases/relief/{draft_case}/correct", {
        "violation": "torture", "happened_on": "2025-06-01", "referral": "helpline", "district": "{district}",
        "recommended_amount": "20000.00", "reason": "Spelling",
    }),
    "/cases/prisoner/{case}/correct": (roles(C), "/cases/prisoner/{case}/correct", {
        "prison": "{prison}", "prisoner_number": "123", "sections": "s.316 PPC", "reason": "Spelling",
    }),
    "/cases/{case}/set-aside": (roles(C), "/cases/{case}/set-aside", {"reason": "Opened twice"}),
    "/cases/{case}/earlier-help": (roles(C), "/cases/{case}/earlier-help", {"reason": "Another loss"}),
    "/cases/{case}/ceiling-permits": (roles(P), "/cases/{case}/ceiling-permits", {
        "up_to": "90000.00", "reason": "Three children",
    }),
    "/cases/{case}/loan-terms": (roles(C), "/cases/{case}/loan-terms", {
        "amount": "5000.00", "agreed_on": "2025-09-26", "first_due_on": "2025-11-01", "months": 5, "reference": "L 1",
    }),
    "/orders/{order}/joint-obligations": (roles(C), "/orders/{order}/joint-obligations", {
        "total": "5000.00", "convicts": 3, "owed_to": "The heirs of Yaqub",
    }),
    "/obligations/{obligation}/correct": (roles(C), "/obligations/{obligation}/correct", {"reason": "Read again"}),
    "/obligations/{obligation}/prior-payments": (roles(C), "/obligations/{obligation}/prior-payments", {
        "amount": "10.00", "paid_on": "2025-09-26", "payer": "The family",
    }),
    "/prior-payments/{payment}/strike": (roles(C), "/prior-payments/{prior_payment}/strike", {"reason": "Another case"}),
    "/obligations/{obligation}/instalments": (roles(C), "/obligations/{obligation}/instalments", {
        "decided_on": "2025-09-26", "reference": "Order 3",
        "instalments": [{"due_on": "2026-01-01", "amount": "1200000.00"}],
    }),
    "/diyat-values": (roles(M), "/diyat-values", {
        "year": "2024-25", "amount": "8103955.00", "notification": "S.R.O. 2(I)/2024", "notified_on": "2024-10-02",
        "source": "Gazette",
    }),
    "/cases/{case}/orders": (roles(C), "/cases/{case}/orders", {
        "court": "{court}", "number": "SC 1/2015", "decided_on": "2019-03-14",
    }),
    "/cases/{case}/papers": (roles(C), "/cases/{case}/papers", {"kind": "other", "file": samples.pdf("By a role")}),
    "/cases/{case}/waivers": (roles(V), "/cases/{case}/waivers", {"kind": "judgment", "reason": "Lost"}),
    "/cases/{case}/release": (roles(C), "/cases/{case}/release", {"step": "died", "reference": "L 1", "reason": "Ill"}),
    "/release-records/{record}/withdraw": (roles(C), "/release-records/{record}/withdraw", {"reason": "Wrong day"}),
    "/referrals": (roles(C), "/referrals", {
        "reference": "R 9", "kind": "relief", "source": "ngo", "name": "Zainab", "gender": "F", "district": "Islamabad",
        "violation": "torture", "happened_on": "2025-06-01",
    }),
    "/referrals/{referral}/accept": (roles(C), "/referrals/{referral}/accept", {"recommended_amount": "5000"}),
    "/referrals/{referral}/decline": (roles(C), "/referrals/{referral}/decline", {"reason": "Not ours"}),
    "/referrals/{referral}/duplicate": (roles(C), "/referrals/{referral}/duplicate", {"reason": "Twice", "case": "{case}"}),
    "/referrals/{referral}/reopen": (roles(C), "/referrals/{referral}/reopen", {"reason": "A mistake"}),
    "/papers/{paper}/withdraw": (roles(C), "/papers/{paper}/withdraw", {"reason": "Too dark"}),
    "/orders/{order}/obligations": (roles(C), "/orders/{order}/obligations", {"kind": "diyat", "amount_ordered": "5000.00"}),
    "/people/{person}/income": (roles(C), "/people/{person}/income", {
        "monthly_income": "25000.00", "source": "Certificate 12",
    }),
    "/people/{person}/residence": (roles(C), "/people/{person}/residence", {
        "province": "ICT", "resident_since": "2020-01-01", "source": "Certificate 12",
    }),
    "/watch-lists": (roles(M), "/watch-lists", {"file": lists.un(lists.BILAL, dated="2025-10-01"), "source": "UN"}),
    "/screening-hits/{hit}/judgements": (roles(V), "/screening-hits/{hit}/judgements", {
        "outcome": "cleared", "reason": "Another father",
    }),
    "/disbursements/{disbursement}/overrides": (roles(P), "/disbursements/{draft}/overrides", {
        "case": "{draft_case}", "rule": "{rule}", "reason": "Born before the register began",
    }),
    "/disbursements/import": (roles(C), "/disbursements/import", {
        "fund": "TEST", "kind": "relief_grant",
        "file": b"name,cnic,father_name,district,amount\nAsma Bibi,42201-1111111-2,Noor Ahmed,Islamabad,5000\n",
    }),
    "/disbursements/{disbursement}/waive": (roles(V), "/disbursements/{bare}/waive", {"kind": "application", "reason": "List"}),
    "/disbursements/{disbursement}/samples": (roles(V, F, P, A), "/disbursements/{long}/samples", {"size": 3}),
    "/conflicts": (ALL - {A, X}, "/conflicts", {"ground": "other", "reason": "My aunt", "person": "{person}"}),
    "/diary": (CLERKS, "/diary", LETTER),
    "/dispatch": (CLERKS, "/dispatch", LETTER),
    "/complaints": (roles(C, V), "/complaints", {"category": "delay", "channel": "letter", "text": "No answer"}),
    "/complaints/{complaint}/assign": (roles(V, P, M), "/complaints/{complaint}/assign", {
        "officer": "{finance}", "text": "Look into it",
    }),
    "/complaints/{complaint}/notes": (roles(C, V, F, P, M), "/complaints/{complaint}/notes", {"text": "Called"}),
    "/complaints/{complaint}/reply": (roles(F), "/complaints/{assigned}/reply", {
        "outcome": "upheld", "text": "It was late",
    }),
    "/complaints/{complaint}/reopen": (roles(C, V, P, M), "/complaints/{answered}/reopen", {"text": "A new letter"}),
    "/obligations/{obligation}/heirs": (roles(C), "/obligations/{obligation}/heirs", {
        "heirs": [{"person": "{person}", "kinship": "widow", "share": "1/1"}],
    }),
    "/heirs/{heir}/waiver": (roles(C), "/heirs/{heir}/waiver", WAIVED),
    "/heirs/{heir}/waiver/set-aside": (roles(C), "/heirs/{heir}/waiver/set-aside", WAIVED),
    "/disbursements": (roles(C), "/disbursements", {
        "fund": "TEST", "kind": "diyat", "title": "Diyat", "pay_to": "Judge",
        "heirs_of": {"obligation": "{diyat}", "total": "1000.00"},
    }),
    "/disbursements/{disbursement}/revise": (roles(C), "/disbursements/{draft}/revise", {
        "title": "Diyat", "pay_to": "Judge", "heirs_of": {"obligation": "{diyat}", "total": "1000.00"},
    }),
    "/disbursements/{disbursement}/submit": (roles(C), "/disbursements/{draft}/submit", {}),
    "/disbursements/{disbursement}/cancel": (roles(C), "/disbursements/{draft}/cancel", {"reason": "Withdrawn"}),
    "/disbursements/{disbursement}/release": (roles(C), "/disbursements/{paid}/release", {
        "case": "{case}", "reference": "Order 1",
    }),
    "/disbursements/{disbursement}/close": (roles(C), "/disbursements/{acknowledged}/close", {}),
    "/disbursements/{disbursement}/decisions": (roles(V), "/disbursements/{submitted}/decisions", {
        "action": "reject", "reason": "No such person", "seen_digest": "{digest}",
    }),
    "/vouchers": (roles(D), "/vouchers", {"disbursement": "{sanctioned}"}),
    "/vouchers/{number}/print": (ALL, "/vouchers/{voucher}/print", {}),
    "/instruments": (roles(D), "/instruments", {"disbursement": "{vouchered}", "line": "{line}", "number": "4711"}),
    "/instruments/{instrument}/clear": (roles(R), "/instruments/{instrument}/clear", {}),
    "/instruments/{instrument}/fail": (roles(D, R), "/instruments/{instrument}/fail", {
        "state": "returned", "reason": "Name differs",
    }),
    "/instruments/{instrument}/acknowledge": (roles(C, D), "/instruments/{instrument}/acknowledge", SIGNED),
    "/receipts": (roles(M), "/receipts", {
        "fund": "TEST", "kind": "donation", "amount": "500.00", "received_from": "A donor", "reference": "D 1",
    }),
    "/allocations": (roles(M), "/allocations", {
        "fund": "TEST", "kind": "supplementary", "amount": "500.00", "reference": "B 2",
    }),
    "/budget-releases": (roles(M), "/budget-releases", {
        "fund": "PARTS", "quarter": 2, "shares": [{"head": "GRANTS", "amount": "500.00"}], "reference": "R 2",
        "file_number": "F.1",
    }),
    "/reappropriations": (roles(M), "/reappropriations", {
        "fund": "PARTS", "from_head": "GRANTS", "to_head": "LEGAL", "amount": "5.00", "order_number": "F.4", "reason": "More",
    }),
    "/reappropriations/{reappropriation}/agree": (roles(M, P), "/reappropriations/{move}/agree", {}),
    "/reappropriations/{reappropriation}/decline": (roles(M, P), "/reappropriations/{move}/decline", {"remark": "Too late"}),
    "/surrenders": (roles(M), "/surrenders", {
        "fund": "PARTS", "budget_head": "GRANTS", "amount": "5.00", "reference": "S 1",
    }),
    "/periods/close": (roles(M), "/periods/close", {"fund": "TEST", "month": "2025-07", "override": "By hand"}),
    "/years/close": (roles(M), "/years/close", {"fund": "TEST", "year": "2025-26", "override": "By hand"}),
    "/approval-rules": (roles(M), "/approval-rules", {
        "title": "Fines", "maximum": "900.00", "kind": "fine", "reason": "Order 3",
        "steps": [{"role": "approver", "act": "Sanctioned"}],
    }),
    "/approval-rules/{version}/agree": (roles(M, P), "/approval-rules/{version}/agree", {}),
    "/approval-rules/{version}/decline": (roles(M, P), "/approval-rules/{version}/decline", {"remark": "Too low"}),
    "/limits": (roles(M, X), "/limits", {"officer": "{limited}", "amount": "900", "reason": "Order 4"}),
    "/limits/{limit}/agree": (roles(M, P), "/limits/{limit}/agree", {}),
    "/limits/{limit}/decline": (roles(M, P), "/limits/{limit}/decline", {"remark": "Too high"}),
    "/reopenings": (roles(M), "/reopenings", {
        "fund": "TEST", "what": "month", "label": "2025-07", "reason": "A receipt was missed",
    }),
    "/reopenings/{reopening}/agree": (roles(M, P), "/reopenings/{reopening}/agree", {}),
    "/reopenings/{reopening}/decline": (roles(M, P), "/reopenings/{reopening}/decline", {"remark": "Too late"}),
}  # fmt: skip


def filled(body: Any, values: dict[str, Any]) -> Any:
    """The body with its places filled; what stands for a key becomes its number."""
    if isinstance(body, dict):
        return {key: filled(value, values) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(value, values) for value in body]
    return values[body[1:-1]] if isinstance(body, str) and body[:1] == "{" else body


def asked(client: Client, address: str, body: dict[str, Any]) -> Any:
    """The body as JSON, or as a form where it holds a file; a session's form brings its token."""
    if not isinstance(body.get("file"), bytes):
        return client.post(address, body, "application/json")
    return client.post(address, body | {"file": SimpleUploadedFile("scan.pdf", body["file"])})


def operations() -> set[tuple[str, str]]:
    """Path and method of everything the API takes that may change something."""
    paths = api.get_openapi_schema(path_prefix="")["paths"]
    return {
        (path, method) for path, methods in paths.items() for method in methods if method not in ("get", "parameters")
    }


def test_every_change_of_the_api_is_in_the_table() -> None:
    assert operations() == {(path, "post") for path in API}


@pytest.mark.parametrize("role", Role)
def test_api_refuses_changes_to_every_role_outside_the_table(
    role: Role, places: dict[str, tuple[Any, ...]], sign_in: Callable[[str], Client]
) -> None:
    client, found, values = sign_in(role.value), {}, places["sent"][0]
    for name, (allowed, path, body) in API.items():
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before")
        answer = asked(client, f"/api/v1{path.format(**values)}", filled(body, values))
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO before")
        # Whoever may ask may still be told 409 or 422: the small world is not set up for each act to succeed.
        if answer.status_code >= 500 or (answer.status_code == 403) == (role in allowed):
            found[name] = (answer.status_code, answer.content[:200])
    assert not found, f"{role} got {found}"
