"""Writes the pack into the database. Loading again adds what is new; nothing that was used is ever taken away."""

from collections import Counter
from contextlib import nullcontext
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model

from beneficiaries.models import (
    Court,
    District,
    DiyatValue,
    IncompatibleRoles,
    Limit,
    Office,
    PaperKind,
    Prison,
    Province,
    ReleaseAlarm,
    RequiredPaper,
    ScreeningSetting,
    ViolationCeiling,
)
from config.pack import Pack, PackError
from config.pack_values import Row
from config.roles import ensure_groups
from funds.budget.heads import open_head
from funds.budgets import open_fund
from funds.chain import rule_book
from funds.chain.rule_book import NewStep
from funds.models import (
    ApprovalRule,
    Bank,
    BankLayout,
    BudgetSetting,
    ChequeExpiry,
    ComplaintCategory,
    DecisionGround,
    EligibilityRule,
    EscalationSetting,
    Fund,
    JobSetting,
    LeafLayout,
    MessageText,
    OrderText,
    PaperLanguage,
    SecondSignature,
    UrduTerm,
)
from ledger.errors import WrongState
from ledger.history import acting
from ledger.roles import Role, require_role


@transaction.atomic
def load_places(pack: Pack, *, by: User | None = None) -> Counter[str]:
    """Places, offices, kinds of papers and the role groups; what changed in a row is corrected, with history.

    Returns how many rows of each kind were added or changed.
    """
    done: Counter[str] = Counter(groups=len(ensure_groups()))
    with acting(by, "Loaded from the pack") if by else nullcontext():
        provinces = _keep(Province, pack, "provinces", done, lambda row: ((row["code"],), {"name": row["name"]}))
        districts = _keep(
            District,
            pack,
            "districts",
            done,
            lambda row: ((provinces[row["province"],], row["name"]), {}),
            key=("province", "name"),
        )

        def placed(row: Row) -> tuple[tuple[Any, ...], dict[str, Any]]:
            return (row["name"],), {"district": districts[provinces[row["province"],], row["district"]]}

        _keep(Prison, pack, "prisons", done, placed, key=("name",))
        _keep(Court, pack, "courts", done, placed, key=("name",))
        _keep(Office, pack, "offices", done, lambda row: ((row["code"],), _office(row, provinces)))
        _load_papers(pack, done)
        _keep(ReleaseAlarm, pack, "release_alarms", done, _alarm, key=("effective_from",))
        _load_policies(pack, done)
        _load_settings(pack, done)
    return done


def _load_settings(pack: Pack, done: Counter[str]) -> None:
    """What counts as a hit of the watch list, and what may be complained of; a later day ends a category."""

    def setting(row: Row) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (row["effective_from"],), {key: value for key, value in row.items() if key != "effective_from"}

    def category(row: Row) -> tuple[tuple[Any, ...], dict[str, Any]]:
        values = {key: value for key, value in row.items() if key not in ("code", "effective_from")}
        return (row["code"], row["effective_from"]), values

    _keep(ScreeningSetting, pack, "screening_settings", done, setting, key=("effective_from",))
    _keep(ComplaintCategory, pack, "complaint_categories", done, category, key=("code", "effective_from"))


def _load_papers(pack: Pack, done: Counter[str]) -> None:
    """Kinds of papers, and which case needs which from when to when. A later day in effective_to ends a row."""
    kinds = _keep(PaperKind, pack, "paper_kinds", done, lambda row: ((row["code"],), {"name": row["name"]}))

    def required(row: Row) -> tuple[tuple[Any, ...], dict[str, Any]]:
        key = (row["cause"], kinds[row["paper"],], row["effective_from"])
        return key, {"effective_to": row["effective_to"], "source": row["source"]}

    _keep(RequiredPaper, pack, "required_papers", done, required, key=("cause", "kind", "effective_from"))


def _alarm(row: Row) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return (row["effective_from"],), {name: row[name] for name in ("days", "effective_to", "source")}


def _load_policies(pack: Pack, done: Counter[str]) -> None:
    """Ceilings, limits, banks and their layouts, incompatible roles, grounds of decisions, notified values.

    A value that somebody recorded from its notification is left as it is.
    """

    for model, name, key in (
        (ViolationCeiling, "ceilings", ("violation", "effective_from")),
        (Limit, "limits", ("code", "effective_from")),
        (Bank, "banks", ("code", "effective_from")),
        (BankLayout, "bank_layouts", ("code", "effective_from")),
        (IncompatibleRoles, "incompatible_roles", ("first", "second", "effective_from")),
        (DecisionGround, "decision_grounds", ("outcome", "code", "effective_from")),
        (ChequeExpiry, "cheque_expiry", ("effective_from",)),
        (LeafLayout, "leaf_layouts", ("bank", "effective_from")),
    ):
        _keep(model, pack, name, done, _known_by(*key), key=key)
    own = set(DiyatValue.objects.exclude(recorded_by=None).values_list("year", flat=True))
    rows = {**pack.rows, "diyat_values": [row for row in pack["diyat_values"] if row["year"] not in own]}
    _keep(DiyatValue, Pack(rows, pack.as_of), "diyat_values", done, _known_by("year"), key=("year",))


def _known_by(*key: str) -> Any:
    """A row known by these fields, all others being its values."""
    return lambda row: (tuple(row[name] for name in key), {name: row[name] for name in row if name not in key})


def _office(row: Row, provinces: dict[tuple[Any, ...], Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "level": row["level"],
        "province": provinces[row["province"],] if row["province"] else None,
    }


def _keep(
    model: type[Model],
    pack: Pack,
    name: str,
    done: Counter[str],
    split: Any,
    *,
    key: tuple[str, ...] = ("code",),
) -> dict[tuple[Any, ...], Any]:
    """Every row of the file as an object by its key; the ones that are new or differ are saved."""
    foreign = [field.name for field in model._meta.fields if field.is_relation]
    there = {tuple(getattr(row, part) for part in key): row for row in model._default_manager.select_related(*foreign)}
    for given in pack[name]:
        known_by, values = split(given)
        row: Any = there.get(known_by)
        if row is None:
            row = there[known_by] = model(**dict(zip(key, known_by, strict=True)))
        elif all(getattr(row, field) == value for field, value in values.items()):
            continue
        for field, value in values.items():
            setattr(row, field, value)
        row._change_reason = f"Pack of {pack.as_of[name]:%-d %b %Y}"
        row.save()
        done[name] += 1
    return there


@transaction.atomic
def load_funds(pack: Pack, *, by: User, agreed_by: User | None = None) -> Counter[str]:
    """Opens the funds and proposes the approval rules that are not there yet, and says how many of each.

    A rule counts when `agreed_by`, or another second person, agrees to it. What is there stays as it is: a fund is changed
    by its manager, a rule by a row of a later date.
    Raises: NotAllowed, PackError for a rule that was loaded with other values.
    """
    require_role(by, Role.FUND_MANAGER, action="load funds and approval rules")
    done: Counter[str] = Counter()
    offices = {office.code: office for office in Office.objects.all()}
    funds = {fund.code: fund for fund in Fund.objects.all()}
    for given in pack["funds"]:
        if given["code"] not in funds:
            funds[given["code"]] = open_fund(by=by, **given | {"office": offices[given["office"]]})
            done["funds"] += 1
    with acting(by, "Loaded from the pack"):
        done["budget_heads"] += sum(_keep_head(given, funds, by=by) for given in pack["budget_heads"])
        _keep(BudgetSetting, pack, "budget_settings", done, _setting_of(funds), key=("code", "fund", "effective_from"))
        _keep(SecondSignature, pack, "second_signatures", done, _two_sign(funds), key=("fund", "effective_from"))
        _keep(EscalationSetting, pack, "escalation_settings", done, _told_to(funds), key=("fund", "effective_from"))
        _load_paper_words(pack, funds, offices, done)
        _keep(JobSetting, pack, "job_settings", done, _known_by("effective_from"), key=("effective_from",))
        worded = ("occasion", "language", "effective_from")
        _keep(MessageText, pack, "message_texts", done, _known_by(*worded), key=worded)
        for number, given in enumerate(pack["approval_rules"], 1):
            place, why = f"approval_rules.json, row {number}", f"Pack of {pack.as_of['approval_rules']:%-d %b %Y}"
            values = given | {"fund": funds.get(given["fund"]), "office": offices.get(given["office"])}
            done["approval_rules"] += _keep_rule(values, place, why=why, by=by, agreed_by=agreed_by)
        for number, given in enumerate(pack["eligibility_rules"], 1):
            done["eligibility_rules"] += _keep_condition(given, funds, f"eligibility_rules.json, row {number}")
        _load_order_texts(pack, funds, done)
    return done


def _load_paper_words(pack: Pack, funds: dict[str, Fund], offices: dict[str, Office], done: Counter[str]) -> None:
    """In which language vouchers are issued, and the Urdu of what they name; papers issued before keep theirs."""

    def language(row: Row) -> tuple[tuple[Any, ...], dict[str, Any]]:
        fund, office = (funds[row["fund"]] if row["fund"] else None, offices[row["office"]] if row["office"] else None)
        return (fund, office, row["effective_from"]), {
            name: row[name] for name in ("language", "effective_to", "source", "verified")
        }

    def term(row: Row) -> tuple[tuple[Any, ...], dict[str, Any]]:
        values = {name: row[name] for name in ("urdu", "effective_to", "source", "verified")}
        return (row["english"], row["effective_from"]), values

    _keep(PaperLanguage, pack, "paper_languages", done, language, key=("fund", "office", "effective_from"))
    _keep(UrduTerm, pack, "urdu_terms", done, term, key=("english", "effective_from"))


def _load_order_texts(pack: Pack, funds: dict[str, Fund], done: Counter[str]) -> None:
    """The sentences of sanction orders; a correction reaches the orders made after it."""

    def sentence(row: Row) -> tuple[tuple[Any, ...], dict[str, Any]]:
        fund = funds[row["fund"]] if row["fund"] else None
        key = (row["part"], row["position"], fund, row["kind"], row["effective_from"])
        return key, {name: row[name] for name in ("text", "effective_to", "source", "verified")}

    _keep(OrderText, pack, "order_texts", done, sentence, key=("part", "position", "fund", "kind", "effective_from"))


def _keep_head(given: Row, funds: dict[str, Fund], *, by: User) -> bool:
    """Opens the head unless it is there; one that is there may be ended or named anew. Returns whether a row changed.

    A fund that has a budget in one sum for the year already stays undivided: its manager opens the heads for a later year.
    """
    fund = funds[given["fund"]]
    row = fund.budget_heads.filter(code=given["code"]).first()
    if row is None:
        try:
            open_head(by=by, **given | {"fund": fund})
        except WrongState as refusal:
            if refusal.code != "not_divided":
                raise
            return False
        return True
    changed = [
        name
        for name in ("name", "object_code", "effective_to", "source", "verified")
        if getattr(row, name) != given[name]
    ]
    for name in changed:
        setattr(row, name, given[name])
    if changed:
        row.save(update_fields=changed)
    return bool(changed)


def _setting_of(funds: dict[str, Fund]) -> Any:
    def split(row: Row) -> tuple[tuple[Any, ...], dict[str, Any]]:
        month, day = row["day_of_year"] or (None, None)
        values = {name: row[name] for name in ("effective_to", "source", "verified")} | {"month": month, "day": day}
        return (row["code"], funds[row["fund"]] if row["fund"] else None, row["effective_from"]), values

    return split


def _two_sign(funds: dict[str, Fund]) -> Any:
    """From which amount a second person signs the cheques of a fund, or of all."""

    def split(row: Row) -> tuple[tuple[Any, ...], dict[str, Any]]:
        values = {name: row[name] for name in ("minimum", "effective_to", "source", "verified")}
        return (funds[row["fund"]] if row["fund"] else None, row["effective_from"]), values

    return split


def _told_to(funds: dict[str, Fund]) -> Any:
    """To whom overdue steps of a fund, or of all, are told."""

    def split(row: Row) -> tuple[tuple[Any, ...], dict[str, Any]]:
        values = {name: row[name] for name in ("to_roles", "effective_to", "source", "verified")}
        return (funds[row["fund"]] if row["fund"] else None, row["effective_from"]), values

    return split


def _keep_condition(given: Row, funds: dict[str, Fund], place: str) -> bool:
    """Adds the rule of eligibility unless it is there; one that is there may be ended and is else as it was asked.

    Returns whether a row was added or ended. Raises: PackError.
    """
    values = given | {"fund": funds[given["fund"]] if given["fund"] else None}
    row = EligibilityRule.objects.filter(code=given["code"], effective_from=given["effective_from"]).first()
    if row is None:
        EligibilityRule.objects.create(**values)
        return True
    if any(getattr(row, name) != value for name, value in values.items() if name != "effective_to"):
        text = f"“{row.title}” was loaded with other values. Add a row with a later effective_from instead."
        raise PackError("A rule of eligibility is in use; nothing was loaded.", fields={place: text})
    if row.effective_to == given["effective_to"]:
        return False
    row.effective_to = given["effective_to"]
    row.save(update_fields=["effective_to"])
    return True


def _keep_rule(given: Row, place: str, *, why: str, by: User, agreed_by: User | None) -> bool:
    """Proposes the rule unless it is there, as the next version of the rule of its title; returns whether it did."""
    rows = ApprovalRule.objects.filter(title=given["title"]).exclude(decision__outcome__in=("declined", "withdrawn"))
    rule = rows.filter(effective_from=given["effective_from"]).prefetch_related("steps").last()
    if rule is None:
        number = rows.values_list("number", flat=True).first()
        steps = [NewStep(**step) for step in given["steps"]]
        made = rule_book.propose(**given | {"steps": steps}, number=number, reason=why, by=by)
        if agreed_by is not None:
            rule_book.agree(rule=made.pk, by=agreed_by, remark=why)
        return True
    names = ("role", "act", "post", "signatures", "days")
    told = [{name: getattr(step, name) for name in names} for step in rule.steps.order_by("position")]
    if told != given["steps"] or any(getattr(rule, name) != value for name, value in given.items() if name != "steps"):
        text = f"“{rule.title}” was loaded with other values. Add a row with a later effective_from instead."
        raise PackError("An approval rule is in use; nothing was loaded.", fields={place: text})
    return False
