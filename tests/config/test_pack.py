"""The pack: what is in it, how it is refused, and that loading it again changes nothing."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from beneficiaries.models import Court, District, Office, Prison, Province, RequiredPaper
from config.pack import PackError, read_pack
from config.pack_files import FILES
from config.pack_loading import load_funds, load_places
from funds.chain import rule_book, rule_versions
from funds.models import ApprovalRule, EligibilityRule, Fund, RuleStep
from ledger.errors import NotAllowed
from ledger.roles import Role
from tests.world import make_user


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the pack that may be spoiled."""
    return Path(shutil.copytree(settings.PACK_DIR, tmp_path / "pack"))


def change(pack: Path, name: str, act: Callable[[dict[str, Any]], object]) -> None:
    path = pack / f"{name}.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    act(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def test_the_pack_is_whole() -> None:
    pack = read_pack(settings.PACK_DIR)
    assert set(pack.rows) == set(FILES)
    assert {row["code"] for row in pack["provinces"]} == {"PB", "SD", "KP", "BL", "ICT", "GB", "AJK"}
    assert len(pack["districts"]) >= 60
    assert {row["province"] for row in pack["districts"]} == {row["code"] for row in pack["provinces"]}
    assert [row["code"] for row in pack["funds"]] == ["HRRF", "DAD", "WDDF", "LAJA", "HRRV", "BAL-HRRF", "HEP-EU"]
    assert {row["code"]: row["lapsable"] for row in pack["funds"]}["HRRF"] is True
    assert {row["code"]: row["donor"] for row in pack["funds"]}["HEP-EU"] == "European Union"


ASKED, SETTING = "eligibility_rules.json, row 5", "screening_settings.json, row 1"
ELIGIBILITY = [
    ("eligibility_rules", lambda d: d["rows"][4].update(condition="luck"), f"{ASKED}, condition", "'luck'"),
    ("eligibility_rules", lambda d: d["rows"][4].update(parameters={"years": "60"}), f"{ASKED}, parameters", "years"),
    ("eligibility_rules", lambda d: d["rows"][4].update(parameters=[]), f"{ASKED}, parameters", "object"),
    ("eligibility_rules", lambda d: d["rows"][4].update(override_role="ddo"), f"{ASKED}, override_role", "'ddo'"),
    ("eligibility_rules", lambda d: d["rows"][4].update(fund="HRF"), f"{ASKED}, fund", "'HRF'"),
    ("eligibility_rules", lambda d: d["rows"][4].update(effective_to="2001-01-01"), f"{ASKED}, effective_to", "before"),
    ("screening_settings", lambda d: d["rows"][0].update(name_score=20), f"{SETTING}, name_score", "50 to 100"),
    ("screening_settings", lambda d: d["rows"][0].update(clearing_role="ddo"), f"{SETTING}, clearing_role", "'ddo'"),
    ("complaint_categories", lambda d: d["rows"][0].update(days=0), "complaint_categories.json, row 1, days", "above"),
]


@pytest.mark.parametrize(
    ("name", "act", "place", "words"),
    [
        ("districts", lambda d: d["rows"][2].update(province="XX"), "districts.json, row 3, province", "'XX'"),
        ("districts", lambda d: d["rows"].append(d["rows"][0]), "districts.json, row 137, name", "already in row 1"),
        ("provinces", lambda d: d["rows"][0].pop("name"), "provinces.json, row 1, name", "missing"),
        ("provinces", lambda d: d["rows"][0].update(nmae="x"), "provinces.json, row 1, nmae", "not known"),
        ("provinces", lambda d: d["rows"].insert(0, "Punjab"), "provinces.json, row 1", "not an object"),
        ("provinces", lambda d: d.update(as_of="soon"), "provinces.json, as_of", "'soon'"),
        ("provinces", lambda d: d.update(rows=[]), "provinces.json", "at least one row"),
        ("offices", lambda d: d["rows"][0].update(level="local"), "offices.json, row 1, level", "'local'"),
        (
            "required_papers",
            lambda d: d["rows"][0].update(cause="loan"),
            "required_papers.json, row 1, cause",
            "'loan'",
        ),
        ("required_papers", lambda d: d["rows"][1].update(paper="x"), "required_papers.json, row 2, paper", "'x'"),
        ("funds", lambda d: d["rows"][1].update(lapsable="no"), "funds.json, row 2, lapsable", "true or false"),
        ("funds", lambda d: d["rows"][1].update(kinds=["gift"]), "funds.json, row 2, kinds", "'gift'"),
        (
            "funds",
            lambda d: d["rows"][0].update(bank_account="PK36HABB0001234567890123"),
            "funds.json, row 1, bank_account",
            "check digit",
        ),
        ("posts", lambda d: d["rows"][3].update(sanction_limit=50000), "posts.json, row 4, sanction_limit", "quotes"),
        ("posts", lambda d: d["rows"][3].update(sanction_limit="1.234"), "posts.json, row 4, sanction_limit", "1.234"),
        (
            "approval_rules",
            lambda d: d["rows"][0].update(maximum="60000"),
            "approval_rules.json, row 1, maximum",
            "Rs 50,000.00 only",
        ),
        (
            "approval_rules",
            lambda d: d["rows"][0].update(minimum="70000"),
            "approval_rules.json, row 1, maximum",
            "less than the minimum",
        ),
        (
            "approval_rules",
            lambda d: d["rows"][0]["steps"][2].update(post="Minister"),
            "approval_rules.json, row 1, steps",
            "'Minister'",
        ),
        (
            "approval_rules",
            lambda d: d["rows"][0]["steps"].pop(),
            "approval_rules.json, row 1, steps",
            "role approver",
        ),
        (
            "approval_rules",
            lambda d: d["rows"][0]["steps"][0].update(days=0),
            "approval_rules.json, row 1, steps",
            "days",
        ),
        ("approval_rules", lambda d: d["rows"][4].update(fund="HRF"), "approval_rules.json, row 5, fund", "'HRF'"),
        *ELIGIBILITY,
    ],
)
def test_a_fault_is_named_by_file_row_and_field(copy: Path, name: str, act: Any, place: str, words: str) -> None:
    change(copy, name, act)
    with pytest.raises(PackError) as refused:
        read_pack(copy)
    assert place in refused.value.fields
    assert words in refused.value.fields[place]


def test_all_faults_are_told_at_once(copy: Path) -> None:
    (copy / "courts.json").unlink()
    (copy / "prisons.json").write_text("{", encoding="utf-8")
    change(copy, "provinces", lambda d: d["rows"][0].update(code=7))
    with pytest.raises(PackError, match="3 things to correct") as refused:
        read_pack(copy)
    assert list(refused.value.fields) == ["provinces.json, row 1, code", "prisons.json", "courts.json"]


@pytest.mark.django_db
def test_places_are_loaded_once_and_corrected_with_history(copy: Path) -> None:
    done = load_places(read_pack(copy))
    counts = [model.objects.count() for model in (Province, District, Prison, Court, Office, Group)]
    assert counts == [7, 136, 27, 28, 10, len(Role)]
    assert done["districts"] == 136
    assert not +load_places(read_pack(copy))
    change(copy, "offices", lambda d: d["rows"][3].update(name="Directorate of Peshawar"))
    assert +load_places(read_pack(copy)) == {"offices": 1}
    office = Office.objects.get(code="PEW")
    assert office.name == "Directorate of Peshawar"
    assert list(office.history.values_list("name", flat=True)) == [
        "Directorate of Peshawar",
        "Regional Directorate Peshawar",
    ]
    assert [model.objects.count() for model in (Province, District, Prison, Court, Office, Group)] == counts


@pytest.mark.django_db
def test_a_rule_of_eligibility_that_was_asked_is_ended_and_never_rewritten(copy: Path) -> None:
    load_places(pack := read_pack(copy))
    manager = make_user("manager", Office.objects.get(code="MOHR"), Role.FUND_MANAGER)
    load_funds(pack, by=manager)
    change(copy, "eligibility_rules", lambda d: d["rows"][0].update(effective_to="2026-06-30"))
    assert +load_funds(read_pack(copy), by=manager) == {"eligibility_rules": 1}
    row = EligibilityRule.objects.get(code=pack["eligibility_rules"][0]["code"])
    assert [past.effective_to for past in row.history.all()] == [row.effective_to, None]
    change(copy, "eligibility_rules", lambda d: d["rows"][0].update(when_unknown="warn"))
    with pytest.raises(PackError) as refused:
        load_funds(read_pack(copy), by=manager)
    assert "later effective_from" in refused.value.fields["eligibility_rules.json, row 1"]


@pytest.mark.django_db
def test_required_papers_are_dated_and_end_by_a_later_row(copy: Path) -> None:
    load_places(pack := read_pack(copy))
    needed = {row["paper"] for row in pack["required_papers"] if row["cause"] == "diyat"}
    assert needed == {"judgment", "heirship", "sentence_served", "poverty"}
    assert set(RequiredPaper.objects.filter(cause="diyat").values_list("kind__code", flat=True)) == needed
    change(copy, "required_papers", lambda d: d["rows"][0].update(effective_to="2020-06-30"))
    with pytest.raises(PackError) as refused:
        read_pack(copy)
    assert "before effective_from" in refused.value.fields["required_papers.json, row 1, effective_to"]
    change(copy, "required_papers", lambda d: d["rows"][0].update(effective_to="2026-06-30"))
    assert +load_places(read_pack(copy)) == {"required_papers": 1}
    row = RequiredPaper.objects.get(cause="relief", kind__code="application")
    assert [past.effective_to for past in row.history.all()] == [row.effective_to, None]


@pytest.mark.django_db
def test_funds_and_rules_need_a_fund_manager_and_are_loaded_once(copy: Path) -> None:
    pack = read_pack(copy)
    load_places(pack)
    office = Office.objects.get(code="MOHR")
    with pytest.raises(NotAllowed):
        load_funds(pack, by=make_user("clerk", office, Role.CASE_OFFICER))
    manager = make_user("manager", office, Role.FUND_MANAGER)
    names = (
        "approval_rules",
        "order_texts",
        "eligibility_rules",
        "budget_heads",
        "budget_settings",
        "escalation_settings",
        "paper_languages",
        "urdu_terms",
        "second_signatures",
        "job_settings",
        "message_texts",
    )
    rules = {name: len(pack[name]) for name in names}
    assert load_funds(pack, by=manager) == {"funds": 7, **rules}
    assert not rule_versions.in_force(date(2026, 6, 30)).exists()  # they wait for a second person
    for row in rule_versions.waiting():
        rule_book.agree(rule=row.pk, by=make_user(f"second{row.pk}", office, Role.APPROVER))
    assert rule_versions.in_force(date(2026, 6, 30)).count() == rules["approval_rules"]
    assert Fund.objects.get(code="BAL-HRRF").office.code == "BAL"
    steps = RuleStep.objects.count()
    assert not +load_funds(pack, by=manager)
    assert (Fund.objects.count(), RuleStep.objects.count()) == (7, steps)


@pytest.mark.django_db
def test_a_rule_in_use_is_not_changed_by_loading(copy: Path) -> None:
    pack = read_pack(copy)
    load_places(pack)
    manager = make_user("manager", Office.objects.get(code="MOHR"), Role.FUND_MANAGER)
    second = make_user("second", Office.objects.get(code="MOHR"), Role.APPROVER)
    load_funds(pack, by=manager, agreed_by=second)
    change(copy, "approval_rules", lambda d: d["rows"][0].update(maximum="40000"))
    with pytest.raises(PackError) as refused:
        load_funds(read_pack(copy), by=manager)
    assert "later effective_from" in refused.value.fields["approval_rules.json, row 1"]
    change(copy, "approval_rules", lambda d: d["rows"][0].update(effective_from="2026-07-01"))
    assert load_funds(read_pack(copy), by=manager, agreed_by=second)["approval_rules"] == 1
    versions = ApprovalRule.objects.filter(title=pack["approval_rules"][0]["title"]).order_by("version")
    assert [(row.number, row.version, row.maximum) for row in versions] == [(1, 1, 50000), (1, 2, 40000)]


@pytest.mark.django_db
def test_the_command_tells_what_it_loaded(copy: Path) -> None:
    out = StringIO()
    call_command("load_pack", "--json", stdout=out)
    assert json.loads(out.getvalue())["loaded"]["districts"] == 136
    make_user("manager", Office.objects.get(code="MOHR"), Role.FUND_MANAGER)
    call_command("load_pack", "--by", "manager", stdout=(out := StringIO()))
    assert "7 funds" in out.getvalue()
    for arguments in (["--by", "nobody"], ["--from", str(copy / "missing")]):
        with pytest.raises(CommandError) as refused:
            call_command("load_pack", *arguments, stdout=StringIO())
        assert refused.value.returncode == 1
