"""The published table as a page of docs and as one document for programs."""

from typing import Any

from funds.permission.sheets import SHEETS
from funds.permission.table import BY_THEMSELVES, Act, Answer, Sheet
from ledger.roles import Role

HEAD = """# Who may do what, in which state

Printed by `manage.py permissions --markdown` from the code that decides; do not write here. A test compares this page with the
code, and another presses every cell of it by page and by API and looks whether anything changed that should not.

| cell | the answer |
|---|---|
| yes | it is done, if what stands under “Also asked” is fulfilled |
| 403 | refused: the role may not do it; asked first, so a role that never may is told so in every state |
| 409 | refused: the role may, but not in this state, often because somebody was faster; nothing was changed |
| – | there is nothing to press yet |

Beyond the tables:

- **404** is the answer for a record of another office, to everybody but a federal one, as if it were not there.
- **403** also where the person may not, though the role may: the maker, a payee, who signed before, who stands apart
  ([0037](decisions/0037-one-person-one-part-and-what-ends-a-chain.md)). A superuser is told the same.
- **422** is the answer to a value that is missing or cannot be taken.
- **A committee's step** is decided in its meeting only, by the minutes that members sign: on the request's own page every
  role is told 403, members too. A member may recuse there
  ([0038](decisions/0038-a-committee-is-a-step-its-minutes-are-what-is-signed.md)).
- **Under an agreed delegation** the taker gets the giver's step: yes where the table says 403 for the own role, and 409 while
  the delegation is not in force. Both must be free, and the amount within the ceiling
  ([0039](decisions/0039-who-signs-when-somebody-is-away.md)).
- **While a fund is frozen**, who may sanction, issue the voucher or record a payment is told 409, with the day until which and
  the reason. Who may not is told 403 as ever, and what gives nothing out goes on. Items of minutes are held up with the same words.
- **Auditors** change nothing alone: what they ask for, a freeze or its end, counts when a second person agrees.
  **Administrators** see neither requests nor vouchers, payments, sanctions or registers.
- The database refuses the same by itself, to raw SQL too: `tests/funds/test_refused_by_sql.py` has the list.
"""


def markdown() -> str:
    """The whole page."""
    parts = [HEAD, *(_sheet(sheet) for sheet in SHEETS)]
    return "\n".join(parts)


def document() -> list[dict[str, Any]]:
    """Every cell: sheet, act, state, role, answer."""
    return [
        {
            "sheet": sheet.key,
            "act": act.key,
            "state": stage.key,
            "role": role.value,
            "answer": "nothing" if (told := act.answer(stage, role)) is Answer.NOTHING else told.value,
        }
        for sheet in SHEETS
        for act in sheet.acts
        for stage in sheet.stages
        for role in Role
    ]


def _sheet(sheet: Sheet) -> str:
    lines = [f"## {sheet.title}", "", sheet.lead, ""]
    if len(sheet.stages) == 1:
        return "\n".join([*lines, *_short(sheet)])
    for acts in _alike(sheet):
        lines += [f"### {'; '.join(act.label for act in acts)}", "", *_table(sheet, acts[0]), ""]
        if told := [f"- {act.label}: {_lower(act.further)}" for act in acts if act.further]:
            lines += ["Also asked:", "", *told, ""]
    if sheet.key == "request":
        lines += ["### What follows by itself", "", *(f"- {text}" for text in BY_THEMSELVES.values()), ""]
        lines += ["### The same by role", "", *_by_role(sheet), ""]
    return "\n".join(lines)


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]


def _answers(sheet: Sheet, act: Act, role: Role) -> tuple[Answer, ...]:
    return tuple(act.answer(stage, role) for stage in sheet.stages)


def _alike(sheet: Sheet) -> list[list[Act]]:
    """Acts that answer everybody alike in every state share a table."""
    found: dict[tuple[tuple[Answer, ...], ...], list[Act]] = {}
    for act in sheet.acts:
        found.setdefault(tuple(_answers(sheet, act, role) for role in Role), []).append(act)
    return list(found.values())


def _by_role(sheet: Sheet) -> list[str]:
    """The same table read the other way: what each role may do, and where."""
    lines = []
    for role in Role:
        may = []
        for act in sheet.acts:
            where = [stage.label for stage in sheet.stages if act.answer(stage, role) is Answer.YES]
            if where:
                may.append(f"  - {act.label}: {', '.join(where)}")
        lines += [f"- **{role.label}**" + ("" if may else ": nothing"), *may]
    return lines


def _table(sheet: Sheet, act: Act) -> list[str]:
    """States across; roles that are answered alike share a row, those who may first."""
    rows: dict[tuple[Answer, ...], list[str]] = {}
    for role in Role:
        rows.setdefault(_answers(sheet, act, role), []).append(str(role.label))
    ordered = sorted(rows.items(), key=lambda row: Answer.YES not in row[0])
    return [
        _row("", *(stage.label for stage in sheet.stages)),
        _row(*["---"] * (len(sheet.stages) + 1)),
        *(_row(_names(names), *answers) for answers, names in ordered),
    ]


def _names(names: list[str]) -> str:
    return "everybody else" if len(names) > 4 else ", ".join(names)


def _short(sheet: Sheet) -> list[str]:
    """Without states: one row for each act."""
    (stage,) = sheet.stages
    lines = [_row("act", "yes", "everybody else", "also asked"), _row("---", "---", "---", "---")]
    for act in sheet.acts:
        who = [str(role.label) for role in Role if act.answer(stage, role) is Answer.YES]
        lines.append(_row(act.label, ", ".join(who), Answer.ROLE, act.further))
    return [*lines, ""]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
