"""Forms of the rules of chains: a version with its steps, consent, and the simulator."""

from typing import Any

from django import forms

from beneficiaries.forms.base import DateInput, FilterForm, PageForm
from beneficiaries.models import Office, Officer
from funds.chain.rule_book import MOST_STEPS, NewStep
from funds.forms.shared import day, short_text
from funds.models import ApprovalRule, Committee, Fund, PaymentKind
from funds.models.rules import MOST_SIGNATURES, SIGNING_ROLES
from ledger.clock import today
from ledger.money import AmountError, grouped, parse_amount

STEP_FIELDS = ("role", "act", "post", "committee", "signatures", "days")
STEP_WORDS = ("Role", "Signature says", "Post", "Committee", "People", "Days")


def _posts() -> list[tuple[str, str]]:
    """The posts that officers hold, as choices."""
    names = Officer.objects.order_by("designation").values_list("designation", flat=True).distinct()
    return [("", "Anybody with the role"), *((name, name) for name in names)]


class RuleForm(PageForm):
    """A version of a rule. A new rule says its scope as well; steps without a role are left out."""

    layout = (("title",), ("minimum", "maximum"), ("effective_from", "effective_to"), ("reason",))
    title = short_text("Title", maximum=120, hint="As Rs 50,000 to Rs 10,00,000: Deputy Secretary.")
    minimum = short_text("From (Rs)", maximum=40, hint="Included. Empty: from the first paisa.", needed=False)
    maximum = short_text("Up to (Rs)", maximum=40, hint="Included, as 10,00,000.")
    effective_from = day("In force from", hint="Today or later. Empty: today.")
    effective_to = day("Until", hint="Included. Empty: until a next version.")
    reason = short_text("Reason", maximum=500, hint="Order, letter or minutes. It stays with the version.")

    def __init__(self, *args: Any, rule: ApprovalRule | None = None, **kwargs: Any) -> None:
        if rule is not None:
            kwargs["initial"] = _of(rule)
        super().__init__(*args, **kwargs)
        if rule is None:
            self.fields |= _scope_fields()
        posts = _posts()
        known = {name for name, _ in posts}
        for place in range(MOST_STEPS):
            post = self.initial.get(f"post_{place}", "")
            choices = posts if post in known else [*posts, (post, post)]
            self.fields |= _step_fields(place, choices)

    def head(self) -> list[list[Any]]:
        """The fields above the steps, line by line."""
        scope = [self[name] for name in ("fund", "kind", "office") if name in self.fields]
        return [row for row in ([self["title"]], scope) if row] + [
            [self[name] for name in row] for row in self.layout[1:]
        ]

    def step_rows(self) -> list[list[tuple[str, Any]]]:
        """The fields of each step, each with its heading."""
        return [
            [(word, self[f"{name}_{place}"]) for name, word in zip(STEP_FIELDS, STEP_WORDS, strict=True)]
            for place in range(MOST_STEPS)
        ]

    def steps(self) -> list[NewStep]:
        """The steps that name a role, in order."""
        rows = [{name: self.cleaned_data.get(f"{name}_{place}") for name in STEP_FIELDS} for place in range(MOST_STEPS)]
        return [
            NewStep(
                row["role"],
                row["act"] or "",
                row["post"] or "",
                row["signatures"] or 1,
                row["days"] or 3,
                committee=row["committee"],
            )
            for row in rows
            if row["role"]
        ]

    def values(self) -> dict[str, Any]:
        """What the service takes, without the number."""
        given = {name: self.cleaned_data[name] for name in (*(n for row in self.layout for n in row),)}
        given |= {name: self.cleaned_data[name] for name in ("fund", "kind", "office") if name in self.fields}
        return given | {"steps": self.steps()}

    def add_error(self, field: str | None, error: Any) -> None:
        """A refusal names steps by their place among those filled in."""
        super().add_error(field if field in self.fields else None, error)

    def names_of(self, fields: dict[str, str]) -> dict[str, str]:
        """The refusal's 'steps.1.role' as the name of the field here."""
        filled = [place for place in range(MOST_STEPS) if self.cleaned_data.get(f"role_{place}")]
        found = {}
        for name, text in fields.items():
            parts = name.split(".")
            found[f"{parts[2]}_{filled[int(parts[1])]}" if len(parts) == 3 else name] = text
        return found


def _of(rule: ApprovalRule) -> dict[str, Any]:
    """The values of the version that the next one begins with."""
    found: dict[str, Any] = {
        "title": rule.title, "minimum": grouped(rule.minimum), "maximum": grouped(rule.maximum),
        "effective_to": rule.effective_to,
    }  # fmt: skip
    for place, step in enumerate(rule.steps.all()):
        found |= {f"{name}_{place}": getattr(step, name) for name in STEP_FIELDS}
    return found


def _scope_fields() -> dict[str, forms.Field]:
    return {
        "fund": forms.ModelChoiceField(
            label="Fund", queryset=Fund.objects.order_by("code"), to_field_name="code", required=False,
            empty_label="Every fund",
        ),
        "kind": forms.ChoiceField(label="Paid for", required=False, choices=[("", "Every kind"), *PaymentKind.choices]),
        "office": forms.ModelChoiceField(
            label="Requests of", queryset=Office.objects.order_by("name"), to_field_name="code", required=False,
            empty_label="Every office",
        ),
    }  # fmt: skip


def _step_fields(place: int, posts: list[tuple[str, str]]) -> dict[str, forms.Field]:
    number = place + 1
    fields: dict[str, forms.Field] = {
        f"role_{place}": forms.ChoiceField(
            label=f"Role of step {number}", required=False, choices=[("", "No step"), *SIGNING_ROLES]
        ),
        f"act_{place}": forms.CharField(label=f"Signature of step {number} says", required=False, max_length=40),
        f"post_{place}": forms.ChoiceField(label=f"Post of step {number}", required=False, choices=posts),
        f"committee_{place}": forms.ModelChoiceField(
            label=f"Committee of step {number}",
            required=False,
            empty_label="None",
            to_field_name="code",
            queryset=Committee.objects.filter(versions__decision__outcome="agreed").distinct().order_by("code"),
        ),
        f"signatures_{place}": forms.IntegerField(
            label=f"People who sign step {number}", required=False, min_value=1, max_value=MOST_SIGNATURES
        ),
        f"days_{place}": forms.IntegerField(label=f"Days of step {number}", required=False, min_value=1, max_value=365),
    }
    for field in fields.values():
        field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
    return fields


class SimulatorForm(FilterForm):
    """What to try the rules on; nothing here is kept."""

    amount = forms.CharField(label="Amount (Rs)", max_length=40)
    fund = forms.ModelChoiceField(
        label="Fund", queryset=Fund.objects.order_by("code"), to_field_name="code", empty_label="Choose"
    )
    kind = forms.ChoiceField(label="Paid for", choices=[("", "Choose"), *PaymentKind.choices])
    office = forms.ModelChoiceField(
        label="Asked by", queryset=Office.objects.order_by("name"), to_field_name="code", empty_label="Choose"
    )
    on = forms.DateField(label="Submitted on", widget=DateInput())

    def clean_amount(self) -> Any:
        given = self.cleaned_data["amount"]
        try:
            return parse_amount(given) if given.strip() else None
        except AmountError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        fund, kind = found.get("fund"), found.get("kind")
        if fund and kind and kind not in fund.kinds:
            self.add_error("kind", f"{fund.code} does not pay {PaymentKind(kind).label.lower()}. Choose another kind.")
        return found

    def asked(self) -> dict[str, Any] | None:
        """The arguments of the simulation; None while something is missing."""
        if not self.is_valid():
            return None
        given = {name: self.cleaned_data.get(name) for name in ("amount", "fund", "kind", "office")}
        if not all(given.values()):
            return None
        return given | {"on": self.cleaned_data.get("on") or today()}
