"""The rules of chains: those in force and coming, versions side by side, proposing and agreeing, and the simulator."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms.consent import RemarkForm
from beneficiaries.offices import persons
from beneficiaries.views.pages import SeeOther, actor, roles_only
from funds.budgets import visible_funds
from funds.chain import rule_book, rule_versions, simulation
from funds.chain.rule_book import AGREERS, PROPOSERS, READERS
from funds.forms.rule_book import RuleForm, SimulatorForm
from funds.models import ApprovalRule, PaymentKind
from ledger.clock import today
from ledger.errors import BadInput, NotFound, WrongState
from ledger.roles import roles_of

COMPARED = 4  # versions side by side


@require_safe
@roles_only(*READERS, action="see the rules of chains")
def rule_list(http: HttpRequest) -> HttpResponse:
    """Every rule in force, those that wait for consent, those to come; gaps between their bands; and the simulator."""
    user, day = actor(http), today()
    rows = list(rule_versions.in_force(day))
    form = SimulatorForm(http.GET)
    asked = form.asked()
    context = {
        "rows": rows,
        "waiting": rule_versions.waiting(),
        "coming": rule_versions.coming(day),
        "gaps": rule_versions.gaps(rows, visible_funds(user).order_by("code")),
        "may_propose": not roles_of(user).isdisjoint(PROPOSERS),
        "day": day,
        "form": form,
        "asked": asked,
        "found": simulation.simulate(**asked) if asked else None,
        "kind_word": str(PaymentKind(asked["kind"]).label).lower() if asked else "",
    }
    return render(http, "funds/rules.html", context)


@require_safe
@roles_only(*READERS, action="see the rules of chains")
def rule(http: HttpRequest, number: int) -> HttpResponse:
    """One rule: its versions side by side, the latest first, and what the reader may do about one that waits."""
    return _rule_page(http, number)


def _rule_page(http: HttpRequest, number: int, *, form: RemarkForm | None = None, status: int = 200) -> HttpResponse:
    user, day = actor(http), today()
    versions = rule_versions.versions(number)
    if not versions:
        raise NotFound(f"There is no rule {number}.")
    current = set(rule_versions.in_force(day).filter(number=number).values_list("pk", flat=True))
    held, first = roles_of(user), versions[0]
    open_one = first if getattr(first, "decision", None) is None else None
    shown = versions[:COMPARED]
    context = {
        "rule": first,
        "scope": simulation.scope(first),
        "versions": [(row, rule_versions.state_of(row, on=day, current=current)) for row in shown],
        "lines": _compared(shown),
        "older": versions[COMPARED:],
        "open": open_one,
        "gaps": rule_versions.gaps(rule_versions.as_if(open_one), visible_funds(user)) if open_one else [],
        "own": open_one is not None and open_one.proposed_by_id in persons.selves(user),
        "may_propose": open_one is None and not held.isdisjoint(PROPOSERS),
        "may_decide": not held.isdisjoint((*AGREERS, *PROPOSERS)),
        "form": form or RemarkForm(),
    }
    return render(http, "funds/rule.html", context, status=status)


def _compared(versions: list[ApprovalRule]) -> list[dict[str, Any]]:
    """Line by line what each version says; a cell that differs from the version before is marked."""
    columns = [_said(row) for row in versions]
    names = list(dict.fromkeys(name for column in columns for name in column))
    names.sort(key=lambda name: (name.startswith("Step "), name if name.startswith("Step ") else ""))
    lines = []
    for name in names:
        cells = [column.get(name, "") for column in columns]
        before = [*cells[1:], cells[-1]]
        marked = [{"text": text, "changed": text != older} for text, older in zip(cells, before, strict=True)]
        lines.append({"name": name, "money": "(Rs)" in name, "cells": marked})
    return lines


def _said(rule: ApprovalRule) -> dict[str, Any]:
    until = f" to {rule.effective_to:%-d %b %Y}" if rule.effective_to else ""
    found: dict[str, Any] = {
        "Title": rule.title,
        "From (Rs)": rule.minimum,
        "Up to (Rs)": rule.maximum,
        "In force": f"from {rule.effective_from:%-d %b %Y}{until}",
    }
    for step in rule.steps.all():
        who = step.desk or step.get_role_display()
        people = f", {step.signatures} people sign" if step.signatures > 1 else ""
        found[f"Step {step.position}"] = f"{step.act}: {who}{people}, {step.days} day{'s' * (step.days != 1)}"
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*PROPOSERS, action="propose a rule")
def rule_new(http: HttpRequest) -> HttpResponse:
    """Propose a rule for a fund, kind or office that has none, or for all."""
    return _propose(http, RuleForm(http.POST or None), None)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*PROPOSERS, action="propose a rule")
def version_new(http: HttpRequest, number: int) -> HttpResponse:
    """Propose the next version, beginning with what the latest one says."""
    versions = rule_versions.versions(number)
    if not versions:
        raise NotFound(f"There is no rule {number}.")
    return _propose(http, RuleForm(http.POST or None, rule=versions[0]), versions[0])


def _propose(http: HttpRequest, form: RuleForm, rule: ApprovalRule | None) -> HttpResponse:
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                number = rule.number if rule else None
                made = rule_book.propose(number=number, by=actor(http), **form.values())
            except BadInput as refusal:
                for name, text in form.names_of(refusal.fields or {"": refusal.detail}).items():
                    form.add_error(name, text)
            except WrongState as refusal:
                form.add_error(None, refusal.detail)
                status = refusal.status
            else:
                messages.success(
                    http,
                    f"Proposed: version {made.version} of rule {made.number}, “{made.title}”.\n"
                    "It counts when another fund manager, or an approver, agrees to it.",
                )
                return SeeOther(made.get_absolute_url())
    context = {"form": form, "rule": rule, "scope": simulation.scope(rule) if rule else ""}
    return render(http, "funds/rule_form.html", context, status=status)


@require_POST
@roles_only(*AGREERS, action="agree to a rule")
def version_agree(http: HttpRequest, pk: int) -> HttpResponse:
    """The second person's consent."""
    return _decide(http, pk, rule_book.agree, "Agreed")


@require_POST
@roles_only(*PROPOSERS, *AGREERS, action="decline a rule")
def version_decline(http: HttpRequest, pk: int) -> HttpResponse:
    """The version is declined, or taken back by who proposed it."""
    return _decide(http, pk, rule_book.decline, "Not taken")


def _decide(http: HttpRequest, pk: int, act: Any, word: str) -> HttpResponse:
    row = ApprovalRule.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"There is no version {pk}.")
    form = RemarkForm(http.POST)
    if form.is_valid():
        made = form.call(lambda: act(rule=pk, by=actor(http), remark=form.cleaned_data["remark"]))
        if made is not None:
            begins = f"It is in force from {row.effective_from:%-d %b %Y}." if word == "Agreed" else "Nothing changed."
            messages.success(http, f"{word}: version {row.version} of rule {row.number}, “{row.title}”.\n{begins}")
            return SeeOther(reverse("approval_rule", args=[row.number]))
    return _rule_page(http, row.number, form=form, status=form.status)
