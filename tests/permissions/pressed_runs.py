"""How payment runs, payees on hold and confirmed accounts are pressed."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ledger.clock import today
from tests.permissions.presses import Press, Sent, answered, begun

WHY = {"reason": "The court asks for it"}
CALLED = {"spoke_to": "Zainab Bibi", "reference": "Note 1"}


def on_run(act: str, sent: dict[str, Any] | None = None, prefix: str = "") -> Press:
    """`prefix`: of the form on the run's page."""
    form = {f"{prefix}-{name}" if prefix else name: value for name, value in (sent or {}).items()}
    return (
        lambda key: (reverse(f"run_{act}", args=[key["pk"]]), form),
        lambda key: (f"/runs/{key['pk']}/{act.replace('_', '-')}", sent or {}),
    )


def _told(key: dict[str, Any]) -> SimpleUploadedFile:
    return SimpleUploadedFile("status.xml", key["report"])


def _run_form(key: dict[str, Any]) -> Sent:
    return f"{reverse('run_new')}?fund=TEST", {"execution_on": f"{today()}", "file": "pain001"}


RUNS: dict[tuple[str, str], Press] = {
    ("run", "drop"): (
        lambda key: (reverse("run_drop", args=[key["pk"]]), {"line": key["line"]}),
        lambda key: (f"/runs/{key['pk']}/drop", {"lines": [key["line"]]}),
    ),
    **{("run", act): on_run(act) for act in ("propose", "release", "send", "copy")},
    ("run", "take_back"): on_run("take_back", WHY, "back"),
    ("run", "cancel"): on_run("cancel", WHY, "cancel"),
    ("run", "answer"): (
        lambda key: (reverse("run_answer", args=[key["pk"]]), {"answer-file": _told(key)}),
        lambda key: (f"/runs/{key['pk']}/answer", {"file": _told(key)}),
    ),
    ("hold", "end"): answered("hold_end", "/payee-holds/{pk}/end", sent=WHY),
    ("free", "run"): begun(_run_form, "/runs", lambda key: {"fund": "TEST", "execution_on": f"{today()}"}),
    ("free", "hold"): begun(
        lambda key: (reverse("hold_person", args=[key["person"]]), WHY),
        "/payee-holds",
        lambda key: WHY | {"person": key["person"]},
    ),
    ("free", "confirm"): begun(
        lambda key: (reverse("account_confirm", args=[key["transfer"]]), CALLED),
        "/payee-lines/{transfer}/confirm-account",
        lambda key: CALLED,
    ),
}
