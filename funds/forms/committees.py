"""Forms of committees: a version with its members, a meeting with its agenda, the minutes, and calling off."""

from collections.abc import Sequence
from typing import Any

from django import forms

from beneficiaries.forms.base import PageForm
from beneficiaries.models import Office, Officer
from funds.chain import grounds
from funds.committee.agendas import DECIDING, Outcome, is_before
from funds.committee.committees import MOST_MEMBERS, NewMember
from funds.committee.meetings import ItemDecided
from funds.forms.shared import day, remarks, short_text
from funds.models import AgendaItem, CommitteeMember, CommitteeVersion, DecisionGround, Disbursement, Meeting, Minutes
from ledger.money import figures, grouped

PARTS = [
    ("chair", "Chair"),
    ("member", "Member"),
    ("secretary", "Secretary, without a vote"),
    ("secretary_votes", "Secretary who votes"),
]
ROWS = 10


class CommitteeForm(PageForm):
    """A version of a committee; a new one says its code, name and office as well. Seats without an officer are left out."""

    quorum = forms.IntegerField(
        label="Quorum", min_value=1, max_value=MOST_MEMBERS, help_text="How many who vote must sign."
    )
    limit = short_text(
        "May sanction up to (Rs)", maximum=40, hint="Empty: it recommends and sanctions nothing.", needed=False
    )
    effective_from = day("In force from", hint="Empty: today. Only the first version may begin earlier.")
    reason = short_text("Reason", maximum=500, hint="The notification or order. It stays with the version.")

    def __init__(self, *args: Any, version: CommitteeVersion | None = None, **kwargs: Any) -> None:
        if version is not None:
            kwargs["initial"] = _of(version)
        super().__init__(*args, **kwargs)
        self.new = version is None
        if self.new:
            self.fields = _new_fields() | self.fields
        officers = _officers()
        self.seats = max(ROWS, len(version.members.all()) + 2 if version else 0)
        for place in range(self.seats):
            self.fields |= _seat_fields(place, officers)

    def head(self) -> list[list[Any]]:
        """The fields above the seats, line by line."""
        rows = [["code", "name"], ["office"]] if self.new else []
        rows += [["quorum", "limit"], ["effective_from", "reason"]]
        return [[self[name] for name in row] for row in rows]

    def seat_rows(self) -> list[tuple[Any, Any]]:
        """Officer and part of each seat."""
        return [(self[f"officer_{place}"], self[f"part_{place}"]) for place in range(self.seats)]

    def _filled(self) -> list[int]:
        return [place for place in range(self.seats) if self.cleaned_data.get(f"officer_{place}")]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        names = ("code", "name", "office") if self.new else ()
        given = {name: self.cleaned_data[name] for name in (*names, "quorum", "limit", "effective_from", "reason")}
        given["members"] = [
            NewMember(
                self.cleaned_data[f"officer_{place}"],
                (self.cleaned_data[f"part_{place}"] or "member").removesuffix("_votes"),
                self.cleaned_data[f"part_{place}"] != "secretary",
            )
            for place in self._filled()
        ]
        return given

    def add_error(self, field: str | None, error: Any) -> None:
        """A refusal names members by their place among those filled in."""
        parts = (field or "").split(".")
        if len(parts) == 3:
            name = "part" if parts[2] in ("part", "votes") else "officer"
            field = f"{name}_{self._filled()[int(parts[1])]}"
        super().add_error(field if field in self.fields else None, error)


def _of(version: CommitteeVersion) -> dict[str, Any]:
    found: dict[str, Any] = {
        "quorum": version.quorum,
        "limit": grouped(version.sanction_limit) if version.sanction_limit else "",
    }
    for place, seat in enumerate(version.members.all()):
        voting = "_votes" if seat.part == CommitteeMember.Part.SECRETARY and seat.votes else ""
        found |= {f"officer_{place}": seat.officer.user.get_username(), f"part_{place}": f"{seat.part}{voting}"}
    return found


def _officers() -> list[tuple[str, str]]:
    rows = (
        Officer.objects.filter(user__is_active=True).select_related("user", "office").order_by("user__last_name", "pk")
    )
    named = (
        (row.user.get_username(), f"{row.user.get_full_name()}, {row.designation}, {row.office.code}") for row in rows
    )
    return [("", "Nobody"), *named]


def _new_fields() -> dict[str, forms.Field]:
    return {
        "code": short_text("Code", maximum=12, hint="2 to 12 capital letters, digits or hyphens; minutes are numbered by it."),
        "name": short_text("Name", maximum=80, hint="As the notification names it."),
        "office": forms.ModelChoiceField(
            label="Office", queryset=Office.objects.order_by("name"), to_field_name="code", empty_label="Choose",
            error_messages={"required": "Choose the office."},
        ),
    }  # fmt: skip


def _seat_fields(place: int, officers: list[tuple[str, str]]) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        f"officer_{place}": forms.ChoiceField(label=f"Officer of seat {place + 1}", required=False, choices=officers),
        f"part_{place}": forms.ChoiceField(
            label=f"Part of seat {place + 1}", required=False, choices=PARTS, initial="member"
        ),
    }
    for field in fields.values():
        field.widget.attrs["class"] = "form-select"
    return fields


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

    def chosen(self) -> list[int]:
        """The keys of the requests ticked."""
        return [int(key) for key in self.cleaned_data.get("requests", [])]


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
