"""Every change of the API: which roles may ask for it, where, and with which body."""

from typing import Any

from ledger.roles import Role
from tests.beneficiaries import lists
from tests.beneficiaries.papers import samples
from tests.permissions.rows import (
    ALL,
    CLERKS,
    ON_CASES,
    ON_MONEY,
    READING,
    READING_CNIC,
    A,
    C,
    D,
    F,
    M,
    P,
    R,
    V,
    X,
    roles,
)

LOOK = {"reason": "Compared with the card"}
SIGNED = {"received_by": "Zainab Bibi"}
LETTER = {"party": "Central Jail", "subject": "List", "means": "post"}
WAIVED = {"decided_on": "2025-09-26", "reference": "Order 12", "reason": "Statement in court"}
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
    "/conflicts/{conflict}/end": (roles(M), "/conflicts/{conflict}/end", {"reason": "Divorced"}),
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
    "/schedules": (roles(D), "/schedules", {"vouchers": ["{voucher}"]}),
    "/vouchers/{number}/print": (READING, "/vouchers/{voucher}/print", {}),
    "/bundles": (READING, "/bundles", {}),
    "/bundles/{job}/cancel": (roles(A), "/bundles/{bundle}/cancel", {}),
    "/messages/{message}/resend": (roles(C, D), "/messages/{message}/resend", {}),
    "/people/{person}/contact": (roles(C, V), "/people/{person}/contact", {"language": "en"}),
    "/instruments": (roles(D), "/instruments", {"disbursement": "{vouchered}", "line": "{line}", "number": "4711"}),
    "/instruments/{instrument}/clear": (roles(R), "/instruments/{instrument}/clear", {}),
    "/instruments/{instrument}/fail": (roles(D, R), "/instruments/{instrument}/fail", {
        "state": "returned", "reason": "Name differs",
    }),
    "/instruments/{instrument}/acknowledge": (roles(C, D), "/instruments/{instrument}/acknowledge", SIGNED),
    "/instruments/{instrument}/sign": (roles(D, M), "/instruments/{instrument}/sign", {}),
    "/instruments/{instrument}/leaf": (roles(D), "/instruments/{instrument}/leaf", {}),
    "/instruments/{instrument}/paper": (roles(D, R), "/instruments/{instrument}/paper", {"kind": "destroyed"}),
    "/treasury-returns": (roles(M), "/treasury-returns", {"fund": "TEST", "amount": "5.00", "reference": "Challan 1"}),
    "/cheque-books": (roles(M), "/cheque-books", {
        "fund": "TEST", "first": "B01", "last": "B25", "received_from": "Civic Centre branch",
    }),
    "/funds/{fund}/cheque-books/{book}/marks": (roles(D), "/funds/TEST/cheque-books/{book}/marks", {
        "number": "9811", "kind": "void", "reason": "Torn",
    }),
    "/funds/{fund}/leaves/{mark}/destroy": (roles(D, R), "/funds/TEST/leaves/{spoilt}/destroy", {"witness": "{officer}"}),
    "/runs": (roles(F, D), "/runs", {"fund": "TEST", "execution_on": "2099-01-01"}),
    "/runs/{run}/drop": (roles(F, D), "/runs/{run}/drop", {"lines": []}),
    "/runs/{run}/propose": (roles(F, D), "/runs/{run}/propose", {}),
    "/runs/{run}/take-back": (roles(F, D), "/runs/{run}/take-back", {"reason": "Look again"}),
    "/runs/{run}/release": (roles(D), "/runs/{run}/release", {}),
    "/runs/{run}/cancel": (roles(F, D), "/runs/{run}/cancel", {"reason": "Not now"}),
    "/runs/{run}/send": (roles(D), "/runs/{run}/send", {}),
    "/runs/{run}/copy": (roles(D), "/runs/{run}/copy", {}),
    "/runs/{run}/answer": (roles(D, R), "/runs/{run}/answer", {"file": b"<Document/>"}),
    "/payee-holds": (roles(F, D), "/payee-holds", {"person": "{person}", "reason": "The court asks for it"}),
    "/payee-holds/{hold}/end": (roles(F, D), "/payee-holds/{hold}/end", {"reason": "Settled"}),
    "/payee-lines/{line}/confirm-account": (roles(F, D), "/payee-lines/{line}/confirm-account", {
        "spoke_to": "Zainab Bibi", "reference": "Note 1",
    }),
    "/receipts": (roles(M), "/receipts", {
        "fund": "TEST", "kind": "donation", "amount": "500.00", "received_from": "A donor", "reference": "D 1",
    }),
    "/receipts/{number}/print": (ON_MONEY, "/receipts/{receipt}/print", {}),
    "/receipts/{number}/cancel": (roles(M), "/receipts/{receipt}/cancel", {"reason": "Twice"}),
    "/receipts/{number}/cancel/agree": (roles(M, P), "/receipts/{wrong}/cancel/agree", {}),
    "/receipts/{number}/cancel/decline": (roles(M, P), "/receipts/{wrong}/cancel/decline", {"remark": "It is right"}),
    "/refunds": (roles(M), "/refunds", {
        "voucher": "{paid_voucher}", "amount": "5.00", "received_from": "The court", "reference": "CD 9", "on": "2025-10-20",
    }),
    "/bail-deposits/{deposit}/forfeit": (roles(M), "/bail-deposits/{deposit}/forfeit", {
        "amount": "10.00", "forfeited_on": "2025-10-20", "order_number": "12", "paper": 1, "reason": "s.514",
    }),
    "/forfeitures/{forfeiture}/agree": (roles(M, P), "/forfeitures/{forfeiture}/agree", {}),
    "/forfeitures/{forfeiture}/decline": (roles(M, P), "/forfeitures/{forfeiture}/decline", {"remark": "Set aside"}),
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
    "/committees": (roles(M), "/committees", {
        "code": "MORE", "name": "More", "office": "MOHR", "quorum": 2, "reason": "Order 3",
        "members": [{"username": "chair_of", "part": "chair"}],
    }),
    "/committees/{code}/versions": (roles(M), "/committees/SITS/versions", {"quorum": 2, "reason": "Order 3", "members": []}),
    "/committees/versions/{version}/agree": (roles(M, P), "/committees/versions/{seated}/agree", {}),
    "/committees/versions/{version}/decline": (roles(M, P), "/committees/versions/{seated}/decline", {"remark": "No"}),
    "/committees/{code}/meetings": (roles(P), "/committees/SITS/meetings", {"day": "2025-09-26", "place": "Room"}),
    "/meetings/{meeting}/agenda": (roles(P), "/meetings/{meeting}/agenda", {"requests": ["{submitted}"]}),
    "/meetings/{meeting}/call-off": (roles(P), "/meetings/{meeting}/call-off", {"reason": "No room"}),
    "/meetings/{meeting}/minutes": (roles(P), "/meetings/{meeting}/minutes", {
        "held_on": "2025-09-26", "present": ["chair_of", "approver"], "items": [],
    }),
    "/meetings/{meeting}/sign": (roles(P), "/meetings/{minuted}/sign", {"seen": "x"}),
    "/meetings/{meeting}/carry-out": (roles(P), "/meetings/{minuted}/carry-out", {}),
    "/limits": (roles(M, X), "/limits", {"officer": "{limited}", "amount": "900", "reason": "Order 4"}),
    "/absences": (roles(V, M, X), "/absences", {  # the verifier's own; others record theirs
        "officer": "{officer}", "starts_on": "2099-01-01", "ends_on": "2099-01-02", "reason": "Leave",
    }),
    "/absences/{absence}/end": (roles(M, X), "/absences/{absence}/end", {"back_on": "2025-01-01", "reason": "Back"}),
    "/daily-mail": (ALL, "/daily-mail", {"email": "", "wanted": "no"}),
    "/delegations": (roles(V, F, P), "/delegations", {
        "taker": "{officer}", "starts_on": "2020-01-01", "ends_on": "2020-01-01", "ceiling": "500", "reason": "Leave",
    }),
    "/delegations/{delegation}/agree": (roles(M, P), "/delegations/{delegation}/agree", {}),
    "/delegations/{delegation}/decline": (roles(M, P), "/delegations/{delegation}/decline", {"remark": "Not now"}),
    "/delegations/{delegation}/end": (roles(M, P), "/delegations/{delegation}/end", {"reason": "Back"}),
    "/escalations/{escalation}/remind": (roles(M, P), "/escalations/{escalation}/remind", {"text": "Please decide"}),
    "/freezes": (roles(M, A), "/freezes", {
        "fund": "TEST", "what": "all", "cause": "audit", "starts_on": "2099-01-01", "ends_on": "2099-01-02",
        "reason": "Audit of the year",
    }),
    "/freezes/{freeze}/agree": (roles(M, P), "/freezes/{freeze}/agree", {}),
    "/freezes/{freeze}/decline": (roles(M, P), "/freezes/{freeze}/decline", {"remark": "Not now"}),
    "/freezes/{freeze}/lift": (roles(M, A), "/freezes/{freeze}/lift", {"reason": "Done"}),
    "/freezes/{freeze}/lift/agree": (roles(M, P), "/freezes/{freeze}/lift/agree", {}),
    "/freezes/{freeze}/lift/decline": (roles(M, P), "/freezes/{freeze}/lift/decline", {"remark": "Not now"}),
    "/limits/{limit}/agree": (roles(M, P), "/limits/{limit}/agree", {}),
    "/limits/{limit}/decline": (roles(M, P), "/limits/{limit}/decline", {"remark": "Too high"}),
    "/reopenings": (roles(M), "/reopenings", {
        "fund": "TEST", "what": "month", "label": "2025-07", "reason": "A receipt was missed",
    }),
    "/reopenings/{reopening}/agree": (roles(M, P), "/reopenings/{reopening}/agree", {}),
    "/reopenings/{reopening}/decline": (roles(M, P), "/reopenings/{reopening}/decline", {"remark": "Too late"}),
}  # fmt: skip
