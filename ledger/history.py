"""Who changed what, when, why and from where: the history of changing models, and the context it is stamped from.

`history = records()` on a model keeps its history. `with acting(by, reason):` names the person and the reason for all
changes inside it, in a request as in a command; without it a request's user counts, and else the row says nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db import models
from simple_history.models import HistoricalRecords

from ledger.roles import roles_of
from ledger.ruling import append_only

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Set by the request middleware; empty in commands.
request_id: ContextVar[str] = ContextVar("request_id", default="")
address: ContextVar[str] = ContextVar("address", default="")

_actor: ContextVar["User | None"] = ContextVar("actor", default=None)
_reason: ContextVar[str] = ContextVar("reason", default="")


@contextmanager
def acting(user: "User", reason: str = "") -> Iterator[None]:
    """History rows written inside name `user` and, unless the row brings its own, `reason`. The innermost counts."""
    actor, why = _actor.set(user), _reason.set(reason)
    try:
        yield
    finally:
        _reason.reset(why)
        _actor.reset(actor)


def trace() -> dict[str, str]:
    """From where the act comes, for a row of evidence, which keeps it itself."""
    return {"address": address.get()[:45], "request_id": request_id.get()[:64]}


class StampQuerySet(models.QuerySet["Stamp"]):
    """Stamps rows written in bulk as well; the history library sends no signal for them."""

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        rows = list(objs)
        for row in rows:
            stamp(row)
        return super().bulk_create(rows, *args, **kwargs)


class Stamp(models.Model):
    """What a history row keeps beside the fields: the person's name and roles as they were, and the request."""

    address = models.TextField(default="", editable=False)
    request_id = models.TextField(default="", editable=False)
    username = models.TextField(default="", editable=False)
    roles = models.TextField(default="", editable=False)

    objects = StampQuerySet.as_manager()

    class Meta:
        abstract = True


class Records(HistoricalRecords):
    """History with our stamp, in a table the database only lets grow."""

    def get_history_user(self, instance: models.Model) -> "User | None":
        actor = _actor.get()
        if actor is not None and not hasattr(instance, "_history_user"):
            return actor
        return super().get_history_user(instance)

    def get_change_reason_for_object(self, instance: models.Model, history_type: str, using: str | None) -> str:
        return super().get_change_reason_for_object(instance, history_type, using) or _reason.get()

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        return super().get_meta_options(model) | {"triggers": [append_only()]}


def records(**options: Any) -> Records:
    """History with 64-bit numbers, reasons of any length and our stamp, append-only. Options: see HistoricalRecords."""
    return Records(
        bases=[Stamp],
        history_id_field=models.BigAutoField(),
        history_change_reason_field=models.TextField(default="", blank=True),
        **options,
    )


def stamp(row: Any) -> None:
    """Fills a history row's stamp from the context and from its own user, as they are now."""
    user = row.history_user
    row.address, row.request_id = address.get(), request_id.get()
    row.username = user.get_username() if user else ""
    row.roles = ",".join(sorted(roles_of(user))) if user else ""
    row.history_change_reason = row.history_change_reason or _reason.get()


def stamp_single(sender: type[models.Model], history_instance: models.Model, **kwargs: object) -> None:
    """Receiver of the history library's signal for one row; connected in LedgerConfig.ready."""
    if isinstance(history_instance, Stamp):
        stamp(history_instance)
