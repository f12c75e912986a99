"""Forms of a committee's meetings: agenda, minutes, signing, calling off."""

from collections.abc import Sequence
from typing import Any

from django import forms

from beneficiaries.forms.base import PageForm
from funds.chain import grounds
from funds.committee.agendas import DECIDING, Outcome, is_before
from funds.committee.meetings import ItemDecided
from funds.forms.shared import remarks, short_text
from funds.models import AgendaItem, CommitteeMember, DecisionGround, Disbursement, Meeting, Minutes
from ledger.money import figures


def _named(rows: Sequence[Disbursement]) -> list[tuple[int, str]]:
    return [(row.pk, f"{row.number}, {figures(row.amount)}: {row.title}") for row in rows]


class MeetingForm(PageForm):
    """Day and place, and the requests that wait for the committee, all ticked."""

    layout = (("day", "place"), ("requests",))
    day = forms.DateField(
        label="Day",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Day: write the date as 2025-10-17."},
    )
    place = short_text("Place and hour", maximum=120, hint="As Committee Room, 11 am.")

    def __init__(self, *args: Any, waiting: Sequence[Disbursement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if waiting:
            self.fields["requests"] = _ticks("Agenda", waiting, "Untick what is left for a later meeting.")
            self.initial["requests"] = [row.pk for row in waiting]

    def chosen(self) -> list[int]:
        """The keys of the requests ticked."""
        return [int(key) for key in self.cleaned_data.get("requests", [])]


class AgendaForm(PageForm):
    """Further requests for the agenda."""

    def __init__(self, *args: Any, waiting: Sequence[Disbursement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requests"] = _ticks("Waiting, on no agenda", waiting, "")


def _ticks(label: str, rows: Sequence[Disbursement], hint: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, choices=_named(rows), widget=forms.CheckboxSelectMultiple, help_text=hint
    )


class CallOffForm(PageForm):
    """Why a meeting does not take place."""

    reason = short_text("Reason", maximum=500)


class SignForm(PageForm):
    """A large sanction in the minutes asks for the password again."""

    def __init__(self, *args: Any, password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if password:
            self.fields["password"] = forms.CharField(
                label="Your password",
                help_text="The minutes sanction a large amount.",
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
                error_messages={"required": "Your password: give it to sign."},
            )


class RecordForm(PageForm):
    """Who was there, and item by item what was decided. A correction begins with what the last version says."""

    held_on = forms.DateField(
        label="Held on",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Held on: write the date as 2025-10-17."},
    )
    place = short_text("Place", maximum=120, needed=False)
    remarks = remarks("Remarks", needed=False, hint="What the minutes should say besides the items.", rows=2)

    def __init__(
        self, *args: Any, meeting: Meeting, seats: Sequence[CommitteeMember], agenda: Sequence[AgendaItem],
        last: Minutes | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        kwargs["initial"] = {"held_on": meeting.day, "place": meeting.place} | (_last(last) if last else {})
        super().__init__(*args, **kwargs)
        self.agenda = list(agenda)
        names = [(seat.officer.user.get_username(), _seat(seat)) for seat in seats]
        self.fields["present"] = forms.MultipleChoiceField(
            label="Present", choices=names, widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Tick who was there."},
        )  # fmt: skip
        self.initial.setdefault("present", [name for name, _ in names])
        voting = [(seat.officer.user.get_username(), seat.officer.user.get_full_name()) for seat in seats if seat.votes]
        against = [(row.code, row.name) for row in _against()]
        apart = [(row.code, row.name) for row in grounds.offered(DecisionGround.Of.RECUSED)]
        for item in self.agenda:
            if is_before(item, item.disbursement):
                self.fields |= _item_fields(item, voting, against, apart)

    def head(self) -> list[list[Any]]:
        """The fields above the items."""
        return [[self["held_on"], self["place"]], [self["present"]]]

    def items(self) -> list[tuple[AgendaItem, list[list[Any]], list[list[Any]], bool]]:
        """Each item with its fields, line by line, those of who took no part, and whether these hold something.

        One that no longer waits has none.
        """
        rows: list[tuple[AgendaItem, list[list[Any]], list[list[Any]], bool]] = []
        for item in self.agenda:
            key = f"{item.position}"
            if f"outcome_{key}" not in self.fields:
                rows.append((item, [], [], False))
                continue
            own = [[self[f"{name}_{key}"] for name in row] for row in (["outcome"], ["ground", "to"], ["reason"])]
            apart = [
                [self[f"{name}_{key}"] for name in row] for row in (["recused"], ["recusal_ground", "recusal_reason"])
            ]
            filled = any(bound.value() or bound.errors for row in apart for bound in row)
            rows.append((item, own, apart, filled))
        return rows

    def decided(self) -> list[ItemDecided]:
        """What the service takes."""
        found = []
        for item in self.agenda:
            key = f"{item.position}"
            if f"outcome_{key}" in self.fields:
                given = {name: self.cleaned_data.get(f"{name}_{key}") or "" for name in _ITEM}
                found.append(
                    ItemDecided(
                        item.disbursement_id, **given | {"to": int(given["to"] or 0), "recused": given["recused"] or ()}
                    )
                )
        return found

    def add_error(self, field: str | None, error: Any) -> None:
        """A refusal names items by their place among those asked about."""
        parts = (field or "").split(".")
        if len(parts) == 3:
            asked = [item for item in self.agenda if f"outcome_{item.position}" in self.fields]
            field = f"{parts[2]}_{asked[int(parts[1])].position}"
        super().add_error(field if field in self.fields else None, error)


_ITEM = ("outcome", "ground", "to", "reason", "recused", "recusal_ground", "recusal_reason")
_CHOICES = [(key, str(Outcome(key).label)) for key in (*DECIDING, Outcome.DEFERRED)]


def _against() -> list[DecisionGround]:
    rows = grounds.all_offered().filter(outcome__in=(Outcome.RETURNED, Outcome.REJECTED))
    return list({row.code: row for row in rows}.values())


def _seat(seat: CommitteeMember) -> str:
    vote = "" if seat.votes else ", no vote"
    return f"{seat.officer.user.get_full_name()}, {seat.get_part_display().lower()}{vote}"


def _item_fields(
    item: AgendaItem, voting: list[tuple[str, str]], against: list[tuple[str, str]], apart: list[tuple[str, str]]
) -> dict[str, forms.Field]:
    key, number = f"{item.position}", f"item {item.position}"
    places = [("0", "The maker"), *((str(step), f"Step {step}") for step in range(1, item.step.position))]
    return {
        f"outcome_{key}": forms.ChoiceField(
            label=f"Decision on {number}", choices=_CHOICES, widget=forms.RadioSelect,
            error_messages={"required": f"Say what was decided on {number}."},
        ),
        f"ground_{key}": forms.ChoiceField(
            label="Ground of a return or rejection", required=False, choices=[("", "None"), *against]
        ),
        f"to_{key}": forms.ChoiceField(label="Returned to", required=False, choices=places),
        f"reason_{key}": remarks("Reasons", needed=False, hint="Needed unless it is approved.", rows=2),
        f"recused_{key}": forms.MultipleChoiceField(
            label="Took no part", required=False, choices=voting, widget=forms.CheckboxSelectMultiple
        ),
        f"recusal_ground_{key}": forms.ChoiceField(
            label="Ground of taking no part", required=False, choices=[("", "None"), *apart]
        ),
        f"recusal_reason_{key}": short_text("Why they took no part", maximum=500, needed=False),
    }  # fmt: skip


def _last(minutes: Minutes) -> dict[str, Any]:
    found: dict[str, Any] = {
        "held_on": minutes.held_on,
        "place": minutes.place,
        "remarks": minutes.remarks,
        "present": list(minutes.presences.values_list("member__officer__user__username", flat=True)),
    }
    items = minutes.items.select_related("item", "ground")
    for row in items.prefetch_related("recusals__member__officer__user", "recusals__ground"):
        key, apart = row.item.position, list(row.recusals.all())
        found |= {
            f"outcome_{key}": row.outcome,
            f"ground_{key}": row.ground.code if row.ground else "",
            f"to_{key}": str(row.back_to),
            f"reason_{key}": row.reason,
            f"recused_{key}": [each.member.officer.user.get_username() for each in apart],
            f"recusal_ground_{key}": apart[0].ground.code if apart else "",
            f"recusal_reason_{key}": apart[0].reason if apart else "",
        }
    return found
