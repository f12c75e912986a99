"""The components of forms as template tags: faults, fields, the decision; docs/components.md shows them."""

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select, Textarea
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from config import components
from config.components import value_of

register = template.Library()


@register.inclusion_tag("components/errors.html", takes_context=True)
def errors(context: dict[str, Any], *sources: Any) -> dict[str, Any]:
    """The box on top of a form: the words of the fields, linked to them. Forms, formsets, refusals, texts, mappings."""
    return {"faults": list(components.faults_of(list(sources)))}


@register.simple_tag
def field(bound: BoundField, *, label: str = "", size: str = "", mark: str = "") -> SafeString:
    """Label, hint, error and control of one field, tied together for screen readers. size: money, short or medium."""
    widget = bound.field.widget
    if bound.is_hidden:
        return bound.as_widget()
    kind = _kind(widget)
    _add_class(
        widget,
        "form-check-input" if kind in ("tick", "choices") else "form-select" if kind == "select" else "form-control",
        size,
    )
    optional = mark or ("" if bound.field.required or kind == "tick" else "(optional)")
    described = " ".join(
        part
        for part, there in ((f"{bound.auto_id}_helptext", bound.help_text), (f"{bound.auto_id}_error", bound.errors))
        if there
    )
    control = "" if kind == "choices" else bound.as_widget(attrs={"aria-describedby": described} if described else None)
    return render_to_string(
        "components/field.html",
        {
            "bound": bound,
            "kind": kind,
            "optional": optional,
            "control": control,
            "label": label or bound.label,
            "described": described,
        },
    )


def _kind(widget: Any) -> str:
    """How a control is laid out. The order matters: RadioSelect is also a Select."""
    layouts = (
        (RadioSelect, "choices"),
        (CheckboxSelectMultiple, "choices"),
        (CheckboxInput, "tick"),
        (Select, "select"),
        (FileInput, "file"),
        (Textarea, "text"),
    )
    return next((kind for cls, kind in layouts if isinstance(widget, cls)), "input")


def _add_class(widget: Any, css: str, size: str) -> None:
    """Adds the classes once to this form's own copy of the widget."""
    given = widget.attrs.get("class", "").split()
    widget.attrs["class"] = " ".join(dict.fromkeys([*given, css, *([size] if size else [])]))


@register.simple_tag
def fields(form: Any) -> SafeString:
    """All fields of a form, one below the other, hidden ones too."""
    return SafeString("".join(field(bound) for bound in form))


@register.inclusion_tag("components/decision.html", takes_context=True)
def decision(context: dict[str, Any], panel: Any) -> dict[str, Any]:
    """The decision form: url, options, and any of name, hidden, faults, chosen.

    Option: value, label, button, and any of help, off (why not), said, fields, tone, note.
    """
    names = ("url", "name", "options", "hidden", "faults", "chosen")
    values = {name: value_of(panel, name) for name in names}
    return {
        **values,
        "name": values["name"] or "decision",
        "csrf_token": context.get("csrf_token", ""),
        "request": context.get("request"),
    }
