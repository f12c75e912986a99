"""What the application role may do to each table, as the apps declare it.

An app says in its `rights.py` which of its tables are special, as sets of model labels such as "ledger.JournalLine":

    EVIDENCE    rows are added and never changed: SELECT, INSERT. (SELECT FOR UPDATE is refused on them too.)
    READ_ONLY   only rules in the database write them: SELECT.
    REMOVABLE   rows may go again: SELECT, INSERT, UPDATE, DELETE.
    DOORS       views, by name, that write what is inserted into them elsewhere: SELECT, INSERT.

Every other table gets SELECT, INSERT, UPDATE. History tables are evidence without saying so; a table no model knows is
read only. config/database_roles.py grants this; `verify` compares what is granted with it.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured

SELECT, INSERT, UPDATE, DELETE = "SELECT", "INSERT", "UPDATE", "DELETE"
KINDS = {
    "EVIDENCE": (SELECT, INSERT),
    "READ_ONLY": (SELECT,),
    "REMOVABLE": (SELECT, INSERT, UPDATE, DELETE),
}
USUAL = (SELECT, INSERT, UPDATE)
# What Django, the lockout counter and the queue of background work delete in the course of a day.
LIBRARIES_REMOVABLE = frozenset(
    {
        "auth.group_permissions",
        "auth.user_groups",
        "auth.user_user_permissions",
        "axes.accessattempt",
        "axes.accessattemptexpiration",
        "axes.accessfailurelog",
        "django_tasks_database.dbtaskresult",
        "sessions.session",
    }
)


def declared_rights() -> dict[str, tuple[str, ...]]:
    """The rights of the application on each table of the installed models and on each door, by name.

    Raises: ImproperlyConfigured for a label that names no model, or a model listed twice.
    """
    special = dict.fromkeys(LIBRARIES_REMOVABLE, KINDS["REMOVABLE"])
    for app in apps.get_app_configs():
        special |= _special(app)
    return dict.fromkeys(doors(), (SELECT, INSERT)) | {
        model._meta.db_table: special.get(model._meta.label_lower, _usual(model._meta.model_name or ""))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def doors() -> set[str]:
    """The views through which the application writes what it may not write itself."""
    return {view for app in apps.get_app_configs() for view in getattr(_module(app), "DOORS", ())}


def _module(app: AppConfig) -> Any:
    """The app's rights.py, or nothing."""
    name = f"{app.name}.rights"
    return None if find_spec(name) is None else import_module(name)


def _special(app: AppConfig) -> dict[str, tuple[str, ...]]:
    module, found = _module(app), dict[str, tuple[str, ...]]()
    for kind, rights in KINDS.items():
        for label in getattr(module, kind, ()):
            _check_label(label, module.__name__, app.label)
            if label.lower() in found:
                raise ImproperlyConfigured(f"{module.__name__} lists {label} twice.")
            found[label.lower()] = rights
    return found


def _check_label(label: str, source: str, app_label: str) -> None:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise ImproperlyConfigured(f"{source} names {label!r}, which is no model.") from error
    if model._meta.app_label != app_label:
        raise ImproperlyConfigured(f"{source} names {label}, a model of another app.")


def _usual(model_name: str) -> tuple[str, ...]:
    return KINDS["EVIDENCE"] if model_name.startswith("historical") else USUAL
