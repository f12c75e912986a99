"""What the pack's files about budgets must say together: which head pays what, and settings that make sense."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from funds.models import BudgetSetting

Row = dict[str, Any]
Rows = Mapping[str, list[Row]]


def check_heads(pack: Rows, wrong: dict[str, str]) -> None:
    """The heads of a fund pay each of its kinds once on any day; a cut-off has a day, a need for releases has a fund."""
    kinds = {row["code"]: row["kinds"] for row in pack["funds"]}
    for number, row in enumerate(pack["budget_heads"], 1):
        others = [other for other in pack["budget_heads"] if other is not row and other["fund"] == row["fund"]]
        beside = [other for other in others if _overlap(row, other)]
        place = f"budget_heads.json, row {number}, kinds"
        if foreign := [kind for kind in row["kinds"] if kind not in kinds[row["fund"]]]:
            wrong[place] = f"{row['fund']} does not pay {foreign[0]!r}."
        elif twice := [kind for other in beside for kind in other["kinds"] if kind in row["kinds"]]:
            wrong[place] = f"{twice[0]!r} stands in another head of {row['fund']}."
        elif unpaid := set(kinds[row["fund"]]) - set(row["kinds"]) - {k for other in beside for k in other["kinds"]}:
            wrong[place] = f"No head of {row['fund']} pays {min(unpaid)!r}."
    for number, row in enumerate(pack["budget_settings"], 1):
        if row["code"] == BudgetSetting.Code.RELEASE_NEEDED and (row["day_of_year"] or not row["fund"]):
            wrong[f"budget_settings.json, row {number}, fund"] = "A need for releases names a fund and no day."


def _overlap(one: Row, other: Row) -> bool:
    """Whether both rows are in force on some day."""
    return (one["effective_to"] or date.max) >= other["effective_from"] and (other["effective_to"] or date.max) >= one[
        "effective_from"
    ]
