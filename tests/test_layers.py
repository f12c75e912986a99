"""ledger < beneficiaries < funds < audit < config: an app imports only what stands to its left, functions included."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
ORDER = ["ledger", "beneficiaries", "funds", "audit", "config"]
FILES = [path for app in ORDER for path in sorted((ROOT / app).rglob("*.py"))]
# These compute and know neither the database nor the web framework.
PURE = ["ledger/money.py", "ledger/urdu_words.py", "beneficiaries/identity.py"]


def imported(path: Path) -> set[str]:
    """Every module the file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("app", ORDER)
def test_app_imports_only_what_stands_to_its_left(app: str) -> None:
    above = set(ORDER[ORDER.index(app) + 1 :]) | {"tests", "bench"}
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in FILES
        if path.relative_to(ROOT).parts[0] == app
        for name in imported(path)
        if name.partition(".")[0] in above
    }
    assert not found


@pytest.mark.parametrize("app", ORDER)
def test_foreign_keys_run_the_same_way(app: str) -> None:
    above = set(ORDER[ORDER.index(app) + 1 :])
    found = {
        f"{field} leads up to {field.related_model._meta.label}"
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model._meta.app_label in above
    }
    assert not found


@pytest.mark.parametrize("name", PURE)
def test_pure_module_knows_no_framework(name: str) -> None:
    outside = {"django", "djmoney", "psycopg2", "os", "random", "time", "config"}
    assert not {module for module in imported(ROOT / name) if module.partition(".")[0] in outside}


def test_migrations_import_no_live_services() -> None:
    """Old migrations must run when today's code has changed: only fields, bases and rule templates may be named."""
    services = {"posting", "balances", "approvals", "vouchers", "payments", "disbursements", "registry", "cases"}
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in FILES
        if path.parent.name == "migrations"
        for name in imported(path)
        if name.split(".")[0] in ORDER and name.split(".")[-1] in services
    }
    assert not found
