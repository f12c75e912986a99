"""The form of a version of a committee, with its members."""

from typing import Any

from django import forms

from beneficiaries.forms.base import PageForm
from beneficiaries.models import Office, Officer
from funds.committee.committees import MOST_MEMBERS, NewMember
from funds.forms.shared import day, short_text
from funds.models import CommitteeMember, CommitteeVersion
from ledger.money import grouped

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
