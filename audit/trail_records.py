"""What happened to the cases, orders, heirs and people behind a request, as events of its trail."""

from collections.abc import Iterable
from typing import Any

from audit import changes
from audit.changes import batches, differences, previous
from audit.events import Event, Kind, Phase, said_origin
from audit.records import Records
from beneficiaries.identity import masked_cnic
from ledger.money import figures

ABOUT = {
    "case": "Case opened",
    "reliefcase": "Relief case described",
    "prisonercase": "Prisoner described",
    "courtorder": "Court order recorded",
    "obligation": "Obligation recorded",
    "heir": "Heirs recorded",
    "person": "Registered",
}


def record_events(found: Records) -> Iterable[Event]:
    """What happened to the cases, orders, heirs and people behind the payee lines."""
    for name, title in ABOUT.items():
        rows = found.histories[name]
        before = previous(rows)
        for act in batches(rows):
            yield from _about(found, title, act, before)


def _about(found: Records, title: str, act: list[Any], before: dict[int, Any]) -> Iterable[Event]:
    last = act[-1]
    common: dict[str, Any] = {
        "at": last.history_date,
        "who": found.stamped(last),
        "origin": said_origin(last.address, last.request_id),
        "text": f"Reason: {last.history_change_reason}" if last.history_change_reason else "",
    }
    released = [row for row in act if _released(before.get(row.history_id), row)]
    if released:
        row = released[-1]
        text = f"Court order and jail certificate: {row.release_reference}"
        common |= {"text": text, "on": row.released_on}
        yield Event(
            **common,
            title="Release recorded",
            kinds=frozenset({Kind.PAPER}),
            phase=Phase.RECEIPT,
            icon="box-arrow-right",
        )
        return
    added = [row for row in act if row.history_type == "+"]
    if added and len(added) == len(act):
        names = "; ".join(_subject(found, row) for row in added[:6])
        more = f" and {len(added) - 6} more" if len(added) > 6 else ""
        common |= {"text": names + more, "on": getattr(last, "opened_on", None)}
        yield Event(**common, title=title, icon="file-earmark-text", tone="blue")
        return
    rows: list[changes.Change] = []
    for row in act:
        old, new = before.get(row.history_id), None if row.history_type == "-" else row
        rows += differences(old if row.history_type != "+" else None, new, _subject(found, row), found.names)
    if rows:
        bank = any(change[0].startswith("CNIC") for change in rows)
        yield Event(
            **common,
            title="Changed",
            kinds=frozenset({Kind.CHANGE}),
            icon="pencil-square",
            tone="blue",
            changes=rows,
            bank=bank,
        )


def waiver_events(found: Records) -> Iterable[Event]:
    """Shares that heirs gave up before the court, and waivers set aside."""
    for row in found.share_waivers:
        heir = row.heir
        yield Event(
            at=row.recorded_at,
            on=row.decided_on,
            title=f"{row.get_act_display()}: {heir.person}, {heir.kinship}, {heir.share}",
            who=found.who(row.recorded_by_id),
            kinds=frozenset({Kind.PAPER}),
            text=f"{row.reference}: {row.reason}",
            icon="file-earmark-text",
            tone="blue",
            proof=f"waiver {row.pk}",
        )


def _released(old: Any, new: Any) -> bool:
    return getattr(new, "released_on", None) is not None and getattr(old, "released_on", None) is None


def _subject(found: Records, row: Any) -> str:
    """Which record a history row is about, in a few words."""
    name = row._meta.model_name.removeprefix("historical")
    if name == "person":
        return f"{row.name}, CNIC {masked_cnic(row.cnic)}" if row.cnic else row.name
    if name == "heir":
        person = found.names.get(("person", row.person_id), f"person {row.person_id}")
        return f"{person}, {row.kinship}, {row.share_numerator}/{row.share_denominator}"
    if name == "obligation":
        return f"{row.get_kind_display()} {figures(row.amount_ordered)}"
    if name == "courtorder":
        return f"Order {row.number} of {row.decided_on:%-d %b %Y}"
    if name in ("reliefcase", "prisonercase"):
        return found.names.get(("case", row.case_id), f"case {row.case_id}")
    return str(getattr(row, "number", row.id))
