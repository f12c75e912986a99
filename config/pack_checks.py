"""What the rows of the pack must say together, beyond each row alone and the keys it names."""

from collections.abc import Mapping
from typing import Any

from config.pack_budget import check_heads
from funds.entitlement.conditions import parse_parameters
from ledger.money import grouped

Row = dict[str, Any]
Rows = Mapping[str, list[Row]]


def check_together(pack: Rows, wrong: dict[str, str]) -> None:
    """Adds what is wrong by file, row and field; figures of eligibility become what their condition takes."""
    _check_dates(pack, wrong)
    _check_figures(pack, wrong)
    _check_rules(pack, wrong)
    check_heads(pack, wrong)


def _check_figures(pack: Rows, wrong: dict[str, str]) -> None:
    """Each rule of eligibility has the figures that its condition takes, and names a province there is."""
    provinces = {row["code"] for row in pack["provinces"]}
    for number, row in enumerate(pack["eligibility_rules"], 1):
        place = f"eligibility_rules.json, row {number}, parameters"
        try:
            row["parameters"] = parse_parameters(row["condition"], row["parameters"])
        except ValueError as error:
            wrong[place] = f"{error}."
            continue
        province = row["parameters"].get("province")
        if province and province not in provinces:
            wrong[place] = f"{province!r} is not in provinces.json."


def _check_dates(pack: Rows, wrong: dict[str, str]) -> None:
    """A row ends after it began."""
    for name, rows in pack.items():
        for number, row in enumerate(rows, 1):
            if row.get("effective_to") and row["effective_to"] < row["effective_from"]:
                place = f"{name}.json, row {number}, effective_to"
                wrong[place] = f"{row['effective_to']} is before effective_from, {row['effective_from']}."


def _check_rules(pack: Rows, wrong: dict[str, str]) -> None:
    """Bands run upwards, the last step sanctions and its post may sanction the whole band."""
    limits = {post["designation"]: post["sanction_limit"] for post in pack["posts"]}
    for number, rule in enumerate(pack["approval_rules"], 1):
        place, last = f"approval_rules.json, row {number}", rule["steps"][-1]
        if rule["minimum"] > rule["maximum"]:
            wrong[f"{place}, maximum"] = f"{grouped(rule['maximum'])} is less than the minimum."
        unknown = [step["post"] for step in rule["steps"] if step["post"] and step["post"] not in limits]
        if unknown:
            wrong[f"{place}, steps"] = f"{unknown[0]!r} is not in posts.json."
        elif last["role"] != "approver":
            wrong[f"{place}, steps"] = "The last step sanctions, so it needs the role approver."
        elif last["post"] and limits[last["post"]] < rule["maximum"]:
            limit = grouped(limits[last["post"]])
            wrong[f"{place}, maximum"] = f"{last['post']} may sanction Rs {limit} only; lower the maximum."
