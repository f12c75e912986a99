"""The page components as template tags, for dicts or dataclasses; docs/components.md shows each with an example."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from config import components
from config.components import value_of

register = template.Library()
SPRITE = Path(__file__).resolve().parent.parent / "static" / "icons.svg"


@cache
def icon_names() -> frozenset[str]:
    """The icons in the sprite."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One icon of the sprite; silent beside words, named by `label` when alone. Raises KeyError for an unknown name."""
    if name not in icon_names():
        raise KeyError(f"No icon {name!r} in the sprite; add it to scripts/build_sprite.py and run that.")
    address = f"{static('icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', address)


@register.simple_tag
def chip(key: Any, label: str = "") -> SafeString:
    """State of the object itself, boxed: once per page and once per row of a list."""
    look = components.state_named(key)
    return format_html('<span class="chip t-{}">{} {}</span>', look.tone, icon(look.icon), label or look.word)


@register.simple_tag
def state(key: Any, label: str = "") -> SafeString:
    """Flat state for tables: icon and word, no box; bold only while somebody has to act."""
    look = components.state_named(key)
    css = "state open" if look.is_open else "state"
    return format_html('<span class="{} t-{}">{} {}</span>', css, look.tone, icon(look.icon), label or look.word)


@register.simple_tag
def amount(value: Any) -> SafeString:
    """'Rs 12,00,000.00' for a figure that stands alone; table cells use the filter `money` instead."""
    return format_html('<bdi dir="ltr" class="nowrap">{}</bdi>', components.figures_text(value))


@register.inclusion_tag("components/object_head.html")
def object_head(
    title: str,
    *,
    number: str = "",
    about: str = "",
    amount: Any = None,
    under: str = "",
    state: Any = "",
    state_label: str = "",
) -> dict[str, Any]:
    """Number, what it belongs to, chip, title; the amount at the right with its words (or `under`) below."""
    total = "" if amount is None else components.figures_text(amount)
    return {
        "title": title,
        "number": number,
        "about": about,
        "total": total,
        "state": state,
        "state_label": state_label,
        "under": under or (components.words_text(amount) if total else ""),
    }


@register.inclusion_tag("components/next_strip.html")
def next_strip(lead: Any, text: str = "", *, mine: bool = False) -> dict[str, Any]:
    """Whose move it is, since when, due when, what follows. `lead` may be an object with lead, text and mine."""
    if not isinstance(lead, str):
        lead, text, mine = value_of(lead, "lead", ""), value_of(lead, "text", ""), value_of(lead, "mine", False)
    return {"lead": lead, "text": text, "mine": mine}


STEP_STATES = ("done", "now", "todo", "stopped")


@register.inclusion_tag("components/chain.html")
def chain(steps: Iterable[Any], note: Any = "", *, title: str = "Approval and payment") -> dict[str, Any]:
    """The steps in order. A step: name, who, role, when, state (done, now, todo or stopped)."""
    names = ("name", "who", "role", "when")
    rows = [
        {name: value_of(step, name) or "" for name in names} | {"state": str(value_of(step, "state", "todo"))}
        for step in steps
    ]
    unknown = {row["state"] for row in rows} - set(STEP_STATES)
    if unknown:
        raise ValueError(f"Chain steps are one of {STEP_STATES}, not {unknown}")
    return {"steps": rows, "note": note, "title": title}


@register.inclusion_tag("components/bar.html")
def bar(*, total: Any, spent: Any = 0, committed: Any = 0, this: Any = 0, thin: bool = False) -> dict[str, Any]:
    """A stacked bar of the total; silent to screen readers, because its figures always stand beside it."""
    return {"parts": components.bar_parts(total=total, spent=spent, committed=committed, this=this), "thin": thin}


@register.inclusion_tag("components/bar.html")
def measure(*, total: Any, kind: str, value: Any) -> dict[str, Any]:
    """One figure as a bar of its own, against the largest beside it; `kind`: given, spent, committed or free."""
    return {"parts": components.bar_parts(total=total, **{kind: value}), "thin": True, "bare": True}


@register.inclusion_tag("components/room.html")
def room(fund: Any) -> dict[str, Any]:
    """Bar and figures that add up. `fund`: total, spent, committed, this (or None), free, optional before, free_label."""
    values = {name: value_of(fund, name) for name in ("total", "spent", "committed", "this", "free")}
    label = value_of(fund, "free_label") or ("Free" if values["this"] is None else "Free after this")
    values["before"] = value_of(fund, "before")
    lines = [("spent", "Spent", values["spent"]), ("committed", "Committed", values["committed"])]
    if values["this"] is not None:
        lines += [("free", "Free before", values["before"])] * (values["before"] is not None)
        lines.append(("this", "This request", values["this"]))
    return {
        **values,
        "lines": [(key, word, components.rupees_text(value)) for key, word, value in lines],
        "free_label": label,
        "free_text": components.rupees_text(values["free"]),
        "short": components.decimal_of(values["free"]) < 0,
    }


@register.inclusion_tag("components/legend.html")
def legend(*kinds: str) -> dict[str, Any]:
    """What the colours of a bar mean: any of spent, committed, this, free (default: spent, committed, free)."""
    words = {"spent": "Spent", "committed": "Committed", "this": "This request", "free": "Free"}
    return {"kinds": [(kind, words[kind]) for kind in (kinds or ("spent", "committed", "free"))]}


@register.inclusion_tag("components/checks.html")
def checks(items: Iterable[Any]) -> dict[str, Any]:
    """What the system compared: title, detail, state (warn, failed, passed), optional url. Open points come first."""
    rows = [_listed(item, "title", str(value_of(item, "state", "passed"))) for item in items]
    return {"rows": sorted(rows, key=lambda row: row["order"])}


@register.inclusion_tag("components/papers.html")
def papers(items: Iterable[Any]) -> dict[str, Any]:
    """Papers of an object: name, url, detail ('18 pages'), state (checked or missing), optional word."""
    return {"rows": [_listed(item, "name", str(value_of(item, "state", "checked"))) for item in items]}


def _listed(item: Any, name: str, key: str) -> dict[str, Any]:
    look = components.state_named(key)
    return {
        "title": value_of(item, name, ""),
        "detail": value_of(item, "detail", ""),
        "url": value_of(item, "url", ""),
        "key": key,
        "look": look,
        "word": value_of(item, "word") or look.word,
        "order": {"failed": 0, "warn": 1}.get(key, 2),
    }


@register.simple_tag
def live() -> SafeString:
    """Attributes of a filter form or pager: only the main part of the answer is swapped in, and the focus stays where it is.

    Without script the same form and links load the whole page.
    """
    return SafeString(' hx-boost="true" hx-target="#main" hx-select="#main" hx-swap="outerHTML"')


@register.inclusion_tag("components/facts.html")
def facts(items: Iterable[Any]) -> dict[str, Any]:
    """What was said: pairs of label and value, or triples with the address it links to. Empty values are left out."""
    rows = []
    for item in items:
        label, value, *rest = (
            item
            if isinstance(item, Sequence)
            else (value_of(item, "label"), value_of(item, "value"), value_of(item, "url", ""))
        )
        if value not in (None, ""):
            rows.append({"label": label, "value": value, "url": rest[0] if rest else ""})
    return {"rows": rows}


@register.inclusion_tag("components/changes.html")
def changes(rows: Iterable[Any]) -> dict[str, Any]:
    """Old and new values: rows of field, was, became (triples or objects)."""
    names = ("field", "was", "became")
    return {"rows": [row if isinstance(row, Sequence) else [value_of(row, name, "") for name in names] for row in rows]}


@register.inclusion_tag("components/journal.html")
def journal(lines: Iterable[Any]) -> dict[str, Any]:
    """Posted lines of one entry: account, debit, credit (one of the two is None)."""
    return {"lines": lines}


@register.inclusion_tag("components/verified.html")
def verified(badge: Any) -> dict[str, Any]:
    """Result of a comparison made in this very request: ok, title, text, again (address to compare once more)."""
    return {name: value_of(badge, name, "") for name in ("ok", "title", "text", "again")}


@register.inclusion_tag("components/key_figures.html")
def key_figures(items: Iterable[Any], *, big: bool = False) -> dict[str, Any]:
    """A strip of figures: label, value (text or rupees), optional note and url."""
    rows = []
    for item in items:
        value = value_of(item, "value")
        text = value if isinstance(value, str) else components.figures_text(value)
        rows.append(
            {
                "label": value_of(item, "label"),
                "value": text,
                "note": value_of(item, "note", ""),
                "url": value_of(item, "url", ""),
            }
        )
    return {"rows": rows, "big": big}


@register.inclusion_tag("components/follow.html")
def follow(items: Iterable[Any]) -> dict[str, Any]:
    """Follow the rupee: label, text, url and line ('17 Oct · 12,00,000') of each posted entry on its way."""
    return {"rows": items}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], label: str = "Views") -> dict[str, Any]:
    """Saved filters or parts of an object: label, url, count (or None), current."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/crumbs.html")
def crumbs(*pairs: Any) -> dict[str, Any]:
    """Where this page lies: label, address, ... and the page's own label last. Or one list of (label, url)."""
    if len(pairs) == 1 and not isinstance(pairs[0], str):
        return {"items": [(label, url) for label, url in pairs[0]]}
    items = [(pairs[at], pairs[at + 1] if at + 1 < len(pairs) else "") for at in range(0, len(pairs), 2)]
    return {"items": items}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: dict[str, Any], page: Any, noun: str = "rows", *, name: str = "page") -> dict[str, Any]:
    """Below a table: a Django Page, or an object with previous, next (addresses or '') and text ('51 to 100 of 371').

    `name` is the parameter of the address, where a page has two such tables."""
    if not isinstance(page, Page):
        return {name: value_of(page, name, "") for name in ("previous", "next", "text")}
    query = context["request"].GET.copy() if "request" in context else None

    def address(number: int) -> str:
        if query is None:
            return f"?{name}={number}"
        query[name] = str(number)
        return f"?{query.urlencode()}"

    text = f"{page.start_index()} to {page.end_index()} of {page.paginator.count} {noun}"
    return {
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
        "text": text,
    }


# Two names: inside a loop Django takes any tag called "empty" for the loop's own clause, so there only "nothing" works.
@register.inclusion_tag("components/empty.html", name="nothing")
@register.inclusion_tag("components/empty.html", name="empty")
def empty(title: str, text: Any = "", *links: str) -> dict[str, Any]:
    """Nothing to show: says so, why, and where to go: label, address, label, address."""
    return {"title": title, "text": text, "links": list(zip(links[::2], links[1::2], strict=True))}


@register.simple_block_tag
def panel(
    content: str, title: Any, *, aside: Any = "", pad: bool = False, id: str = "", sticky: bool = False
) -> SafeString:
    """A titled box round its content; `pad` for text and forms, none for tables and lists, which bring their own."""
    key = id or f"p-{slugify(title)}"
    return render_to_string(
        "components/panel.html",
        {"content": content, "title": title, "aside": aside, "pad": pad, "key": key, "sticky": sticky},
    )


@register.inclusion_tag("components/chart.html")
def chart(table: str, label: str, *, unit: str = "") -> dict[str, Any]:
    """Draws the table with this id, which stays reachable. `label` says what it shows, `unit` what the axis counts."""
    return {"table": table, "label": label, "unit": unit}


@register.inclusion_tag("components/message.html")
def message_box(message: Any) -> dict[str, Any]:
    """One message as a box: done (green), info and warning (amber), error (red)."""
    tone, name = {
        "error": ("red", "exclamation-circle-fill"),
        "warning": ("amber", "info-circle-fill"),
        "info": ("blue", "info-circle-fill"),
    }.get(getattr(message, "level_tag", ""), ("green", "check-circle-fill"))
    return {"done": components.done_of(message), "tone": tone, "icon_name": name}


@register.inclusion_tag("components/strip.html")
def strip(title: str, text: Any = "", *, tone: str = "amber", icon_name: str = "info-circle-fill") -> dict[str, Any]:
    """A notice on the page itself, such as two people at once; tone amber, green, blue, violet, red or grey."""
    return {"title": title, "text": text, "tone": tone, "icon_name": icon_name}
