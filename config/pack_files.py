"""The files of the pack: their fields, what a row is known by, and which files name rows of others."""

from collections.abc import Mapping
from typing import Any

from beneficiaries.identity import parse_iban
from beneficiaries.models import Limit, Office, ReliefCase, RequiredPaper
from beneficiaries.models.contact import Language as Spoken
from beneficiaries.models.watch_list import CLEARING_ROLES
from config.pack_values import (
    Parse,
    Row,
    amount,
    amount_or_nil,
    bank_code,
    bic,
    day,
    day_of_year,
    figures,
    fiscal_year,
    flag,
    head_code,
    list_of,
    number,
    one_of,
    optional,
    parse_row,
    places,
    score,
    sentence,
    signatures,
    text,
    told,
    urdu,
    whole,
)
from funds.entitlement.conditions import VOCABULARY
from funds.models import BudgetSetting, DecisionGround, EligibilityRule, Fund, Language, OrderText, PaymentKind
from funds.models.eligibility import OVERRIDING_ROLES
from funds.models.messages import Occasion
from funds.models.rules import SIGNING_ROLES
from funds.runs.bank_csv import check_shape
from ledger.roles import Role

STEP: Mapping[str, Parse] = {
    "role": one_of(role for role, _ in SIGNING_ROLES),
    "act": text(40),
    "post": optional(text(80)),
    "signatures": signatures,
    "days": whole,
}


def _step(value: Any) -> Row:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is not a step")
    row, wrong = parse_row(value, STEP)
    if wrong:
        raise ValueError("; ".join(f"{field}: {reason}" for field, reason in wrong.items()))
    return row


_DATED: Mapping[str, Parse] = {
    "effective_from": day,
    "effective_to": optional(day, None),
    "source": text(300),
    "verified": flag,
}
# In the order of loading; the first field, or pair of fields, is what a row is known by.
FILES: Mapping[str, Mapping[str, Parse]] = {
    "provinces": {"code": text(8), "name": text(80)},
    "districts": {"province": text(8), "name": text(80)},
    "prisons": {"name": text(120), "province": text(8), "district": text(80)},
    "courts": {"name": text(120), "province": text(8), "district": text(80)},
    "offices": {
        "code": text(12),
        "name": text(120),
        "level": one_of(Office.Level.values),
        "province": optional(text(8)),
    },
    "paper_kinds": {"code": text(24), "name": text(80)},
    "required_papers": {
        "cause": one_of(cause for cause, _ in RequiredPaper.CAUSES),
        "paper": text(24),
        "effective_from": day,
        "effective_to": optional(day, None),
        "source": text(300),
    },
    "release_alarms": {
        "days": whole,
        "effective_from": day,
        "effective_to": optional(day, None),
        "source": text(300),
    },
    "ceilings": {"violation": one_of(ReliefCase.Violation.values), "amount": amount, **_DATED},
    "limits": {"code": one_of(Limit.Code.values), "value": number, **_DATED},
    "banks": {"code": bank_code, "name": text(80), "bic": optional(bic), **_DATED},
    "bank_layouts": {"code": text(20), "name": text(80), "shape": check_shape, **_DATED},
    "incompatible_roles": {"first": one_of(Role.values), "second": one_of(Role.values), **_DATED},
    "decision_grounds": {
        "outcome": one_of(DecisionGround.Of.values),
        "code": text(24),
        "name": text(80),
        **_DATED,
    },
    "diyat_values": {
        "year": fiscal_year,
        "amount": amount,
        "exact": flag,
        "notification": optional(text(60)),
        "notified_on": optional(day, None),
        "source": text(300),
    },
    "screening_settings": {
        "effective_from": day,
        "name_score": score,
        "clearing_role": one_of(role for role, _ in CLEARING_ROLES),
        "source": text(300),
        "verified": flag,
    },
    "complaint_categories": {
        "code": text(24),
        "name": text(80),
        "days": whole,
        "appeal": flag,
        "effective_from": day,
        "effective_to": optional(day, None),
        "source": text(300),
        "verified": flag,
    },
    "posts": {"designation": text(80), "grade": whole, "sanction_limit": amount_or_nil},
    "funds": {
        "code": text(12),
        "name": text(120),
        "office": text(12),
        "lapsable": flag,
        "fund_class": one_of(Fund.Class.values),
        "kinds": list_of(one_of(PaymentKind.values)),
        "purpose": text(300),
        "donor": optional(text(120)),
        "bank_name": text(80),
        "bank_account": parse_iban,
        "ddo_code": text(10),
        "cost_centre": text(12),
        "function_code": text(12),
    },
    "budget_heads": {
        "fund": text(12),
        "code": head_code,
        "name": text(80),
        "object_code": optional(text(20)),
        "kinds": list_of(one_of(PaymentKind.values)),
        **_DATED,
    },
    "budget_settings": {
        "code": one_of(BudgetSetting.Code.values),
        "fund": optional(text(12)),
        "day_of_year": optional(day_of_year, None),
        **_DATED,
    },
    "cheque_expiry": {"months": whole, "within_year": flag, **_DATED},
    "second_signatures": {"fund": optional(text(12)), "minimum": amount, **_DATED},
    "leaf_layouts": {"bank": text(4), "width_mm": whole, "height_mm": whole, "places": places, **_DATED},
    "escalation_settings": {"fund": optional(text(12)), "to_roles": list_of(one_of(Role.values)), **_DATED},
    "paper_languages": {
        "fund": optional(text(12)),
        "office": optional(text(12)),
        "language": one_of(Language.values),
        **_DATED,
    },
    "urdu_terms": {"english": text(120), "urdu": urdu(120), **_DATED},
    "job_settings": {"keep_days": whole, **_DATED},
    "message_texts": {
        "occasion": one_of(Occasion.values),
        "language": one_of(Spoken.values),
        "text": told,
        **_DATED,
    },
    "approval_rules": {
        "title": text(120),
        "fund": optional(text(12)),
        "kind": optional(one_of(PaymentKind.values)),
        "office": optional(text(12)),
        "minimum": amount,
        "maximum": amount,
        "effective_from": day,
        "effective_to": optional(day, None),
        "steps": list_of(_step),
    },
    "order_texts": {
        "part": one_of(OrderText.Part.values),
        "position": whole,
        "fund": optional(text(12)),
        "kind": optional(one_of(PaymentKind.values)),
        "text": sentence,
        **_DATED,
    },
    "eligibility_rules": {
        "code": text(40),
        "title": text(120),
        "fund": optional(text(12)),
        "kind": optional(one_of(PaymentKind.values)),
        "condition": one_of(VOCABULARY),
        "parameters": figures,
        "when_unknown": one_of(EligibilityRule.Unknown.values),
        "override_role": one_of(role for role, _ in OVERRIDING_ROLES),
        "source": text(300),
        "verified": flag,
        "effective_from": day,
        "effective_to": optional(day, None),
    },
}
KEYS: Mapping[str, tuple[str, ...]] = {
    "provinces": ("code",),
    "districts": ("province", "name"),
    "prisons": ("name",),
    "courts": ("name",),
    "offices": ("code",),
    "paper_kinds": ("code",),
    "required_papers": ("cause", "paper", "effective_from"),
    "release_alarms": ("effective_from",),
    "ceilings": ("violation", "effective_from"),
    "limits": ("code", "effective_from"),
    "banks": ("code", "effective_from"),
    "bank_layouts": ("code", "effective_from"),
    "incompatible_roles": ("first", "second", "effective_from"),
    "decision_grounds": ("outcome", "code", "effective_from"),
    "diyat_values": ("year",),
    "screening_settings": ("effective_from",),
    "complaint_categories": ("code", "effective_from"),
    "posts": ("designation",),
    "funds": ("code",),
    "budget_heads": ("fund", "code"),
    "budget_settings": ("code", "fund", "effective_from"),
    "cheque_expiry": ("effective_from",),
    "second_signatures": ("fund", "effective_from"),
    "leaf_layouts": ("bank", "effective_from"),
    "escalation_settings": ("fund", "effective_from"),
    "paper_languages": ("fund", "office", "effective_from"),
    "urdu_terms": ("english", "effective_from"),
    "job_settings": ("effective_from",),
    "message_texts": ("occasion", "language", "effective_from"),
    "approval_rules": ("title", "effective_from"),
    "order_texts": ("part", "position", "fund", "kind", "effective_from"),
    "eligibility_rules": ("code", "effective_from"),
}
# (file, fields) whose values must be the key of a row of another file.
REFERENCES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("districts", ("province",), "provinces"),
    ("prisons", ("province", "district"), "districts"),
    ("courts", ("province", "district"), "districts"),
    ("offices", ("province",), "provinces"),
    ("required_papers", ("paper",), "paper_kinds"),
    ("funds", ("office",), "offices"),
    ("budget_heads", ("fund",), "funds"),
    ("budget_settings", ("fund",), "funds"),
    ("escalation_settings", ("fund",), "funds"),
    ("paper_languages", ("fund",), "funds"),
    ("paper_languages", ("office",), "offices"),
    ("second_signatures", ("fund",), "funds"),
    ("approval_rules", ("fund",), "funds"),
    ("approval_rules", ("office",), "offices"),
    ("order_texts", ("fund",), "funds"),
    ("eligibility_rules", ("fund",), "funds"),
)
