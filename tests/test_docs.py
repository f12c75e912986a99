"""What the documents name is there: files, links, commands, make targets, settings."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from funds.permission import pages as permission_pages

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
APPS = ["ledger", "beneficiaries", "funds", "audit", "config"]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "config/static/vendor/README.md"]
PATH = re.compile(r"[\w.*-][\w.*/-]*(?:\.(?:py|md|json|html|css|js|svg|txt|toml|woff2)|/)")


def said(pattern: str) -> list[tuple[str, str]]:
    """Each match with its document."""
    return [(str(file.relative_to(ROOT)), name) for file in DOCUMENTS for name in re.findall(pattern, file.read_text())]


def there(document: str, name: str) -> bool:
    """From the project's directory, from the document's own, from an app's, or from a package of an app's by its name alone."""
    places = [
        ROOT,
        (ROOT / document).parent,
        *(ROOT / app for app in APPS),
        *(package.parent for app in APPS for package in (ROOT / app).glob("*/__init__.py")),
        ROOT / "config/templates",
        ROOT / "config/static/css",
    ]
    return any(next(place.glob(name.rstrip("/")), None) for place in places)


def test_every_file_named_is_there() -> None:
    named = [(document, name) for document, name in said(r"`([^`\n]+)`") if PATH.fullmatch(name)]
    assert ("CONTRIBUTING.md", "funds/workflow.py") in named
    assert not {row for row in named if not row[1].startswith("var/") and not there(*row)}  # var/: run-time data


def test_every_link_leads_somewhere() -> None:
    links = said(r"\]\((?!\w+://|#)([^)#\s]+)")
    assert links
    assert not [(document, name) for document, name in links if not (ROOT / document).parent.joinpath(name).exists()]


def test_every_command_and_target_named_exists() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    commands = {name for _, name in said(r"manage\.py ([a-z]\w+)")}
    assert commands > {"demo", "verify"}
    assert commands <= set(get_commands())
    assert {name for _, name in said(r"`make ([a-z-]+)`")} <= set(targets)


def test_the_table_of_permissions_is_the_code_s() -> None:
    """After a change: manage.py permissions --markdown > docs/permissions.md"""
    assert (ROOT / "docs/permissions.md").read_text() == permission_pages.markdown().rstrip("\n") + "\n"


def test_every_command_of_ours_and_every_setting_is_described() -> None:
    ours = {path.stem for app in APPS for path in ROOT.glob(f"{app}/management/commands/[a-z]*.py")}
    described = (ROOT / "README.md").read_text()
    assert not {name for name in ours - {"migrate"} if f"manage.py {name} " not in described}
    settings = set(re.findall(r'env\.\w+\("([A-Z_]+)"', (ROOT / "config/settings.py").read_text()))
    explained = (ROOT / "docs/settings.md").read_text()
    assert "DEBUG" in settings
    assert not {name for name in settings if f"`{name}`" not in explained}
