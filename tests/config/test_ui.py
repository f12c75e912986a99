"""The components say the same thing everywhere, never hide an error, and stay inside the strict content policy."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import FileSystemStorage
from django.core.paginator import Paginator
from django.template import Context, Engine, Template, engines
from django.test import RequestFactory

from config.components import STATES, bar_parts, done_of, figures_text, rupees_text
from config.templatetags.ui import icon_names
from ledger.errors import BadInput

pytestmark = pytest.mark.once

ROOT = settings.BASE_DIR
CSS = ROOT / "config" / "static" / "css" / "app.css"


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def templates() -> list[Path]:
    found = [
        path
        for app in ("config", "beneficiaries", "funds", "audit")
        for path in (ROOT / app / "templates").rglob("*.html")
    ]
    assert found
    return found


# Icons, states, amounts


def test_every_state_has_its_icon_and_every_template_only_icons_of_the_sprite() -> None:
    assert {look.icon for look in STATES.values()} <= icon_names()
    used = {name for path in templates() for name in re.findall(r'{% icon "([^"]+)"', path.read_text())}
    assert used
    assert used <= icon_names()


@pytest.mark.parametrize("source", ['{% icon "no-such-icon" %}', '{% chip "no-such-state" %}', '{% state "" %}'])
def test_an_unknown_icon_or_state_is_an_error_and_not_a_blank(source: str) -> None:
    with pytest.raises(KeyError):
        render(source)


def test_state_carries_icon_and_word_and_takes_its_own_word() -> None:
    assert "Sanctioned" in render('{% chip "sanctioned" %}')
    with_name = render('{% chip "with" label %}', label="With <Imran>")
    assert "With &lt;Imran&gt;" in with_name
    assert "#hourglass-split" in with_name


def test_amounts_are_grouped_in_lakh_and_a_float_is_refused() -> None:
    assert "Rs 12,00,000.00" in render("{% amount value %}", value=Decimal("1200000"))
    assert rupees_text(Decimal("-1200000.5")) == "−12,00,000.50"
    assert figures_text(Decimal("-5")) == "−Rs 5.00"
    with pytest.raises(TypeError):
        rupees_text(1.5)


# Bars and room


def test_bar_parts_stand_one_after_the_other_in_per_cent_of_the_total() -> None:
    parts = bar_parts(total=Decimal(200), spent=Decimal(50), committed=Decimal(20), this=Decimal(10))
    assert [(part.kind, part.start, part.width) for part in parts] == [
        ("spent", "0.00%", "25.00%"),
        ("committed", "25.00%", "10.00%"),
        ("this", "35.00%", "5.00%"),
    ]


def test_bar_is_cut_at_its_end_and_empty_without_a_budget() -> None:
    parts = bar_parts(total=Decimal(100), spent=Decimal(90), committed=Decimal(30), this=Decimal(5))
    assert [(part.kind, part.width, part.end) for part in parts] == [
        ("spent", "90.00%", "90.00%"),
        ("committed", "10.00%", "100.00%"),
    ]
    assert bar_parts(total=Decimal(0), spent=Decimal(5)) == []


def test_room_shows_the_figures_beside_the_bar_and_marks_a_shortfall() -> None:
    room = {
        "total": Decimal(100),
        "spent": Decimal(60),
        "committed": Decimal(30),
        "this": Decimal(20),
        "free": Decimal(-10),
    }
    html = render("{% room room %}", room=room)
    assert [figure in html for figure in ("60.00", "30.00", "20.00", "−10.00")] == [True] * 4
    assert "Free after this" in html
    assert 'class="result short"' in html
    assert "This request" not in render("{% room room %}", room=room | {"this": None})


# Lists


def test_checks_put_open_points_first() -> None:
    html = render(
        "{% checks items %}",
        items=[{"title": "Fine"}, {"title": "Look", "state": "warn"}, {"title": "Bad", "state": "failed"}],
    )
    assert html.index("Bad") < html.index("Look") < html.index("Fine")


def test_chain_marks_the_current_step_once_and_refuses_an_unknown_kind() -> None:
    steps = [{"name": "Drafted", "state": "done"}, {"name": "Sanction", "state": "now"}, {"name": "Voucher"}]
    html = render("{% chain steps %}", steps=steps)
    assert html.count('aria-current="step"') == 1
    assert html.index("Drafted") < html.index("Sanction") < html.index("Voucher")
    with pytest.raises(ValueError, match="later"):
        render("{% chain steps %}", steps=[{"name": "Drafted", "state": "later"}])


def test_pager_keeps_the_filters() -> None:
    page = Paginator(range(371), 50).page(2)
    html = Template('{% pager page "payees" %}').render(
        Context({"page": page, "request": RequestFactory().get("/x", {"fund": "DAD", "page": "2"})})
    )
    assert "51 to 100 of 371 payees" in html
    assert "?fund=DAD&amp;page=3" in html
    assert "?fund=DAD&amp;page=1" in html


def test_crumbs_link_all_but_the_page_itself() -> None:
    html = render('{% crumbs "Requests" "/requests/" "R-011" %}')
    assert '<a href="/requests/">Requests</a>' in html
    assert re.search(r'aria-current="page">\s*R-011', html)


def test_nothing_to_show_works_inside_a_loop() -> None:
    html = render('{% for item in items %}{% nothing "Nothing waits." "Why." "All" "/all/" %}{% endfor %}', items=[1])
    assert "Nothing waits." in html
    assert '<a href="/all/">All</a>' in html


def test_old_and_new_are_told_by_words_and_marks() -> None:
    html = render("{% changes rows %}", rows=[("IBAN", "PK1", "PK2"), ("Title", "", "Hajra")])
    assert "<del>PK1</del>" in html
    assert "<ins>PK2</ins>" in html
    assert "nothing" in html


# Forms


class Payment(forms.Form):
    amount = forms.CharField(label="Amount in rupees", help_text="Balance: 12,00,000.00")
    remarks = forms.CharField(label="Remarks", required=False)
    channel = forms.ChoiceField(label="Paid by", choices=[("c", "Cheque")], widget=forms.RadioSelect)
    seen = forms.BooleanField(label="I have read it")

    def clean_amount(self) -> str:
        raise forms.ValidationError("Amount <25> is more than the balance.")


def test_field_ties_label_hint_and_error_to_the_control() -> None:
    html = render("{% field form.amount %}", form=Payment({"amount": "25"}))
    described = re.search(r'<input[^>]*aria-describedby="([^"]+)"', html)
    assert described
    for name in described[1].split():
        assert f'id="{name}"' in html
    assert 'aria-invalid="true"' in html
    assert '<label for="id_amount">' in html
    assert "field-error" in html


def test_error_box_repeats_the_words_at_the_field_and_links_to_it() -> None:
    form = Payment({"amount": "25", "channel": "c", "seen": "on"})
    words = "Amount &lt;25&gt; is more than the balance."
    box, at_field = render("{% errors form %}", form=form), render("{% field form.amount %}", form=form)
    assert words in at_field
    assert f'<a href="#id_amount">{words}</a>' in box
    assert "1 thing to correct" in box
    assert "data-focus-after" in box


def test_no_error_box_without_errors() -> None:
    assert render("{% errors form %}", form=Payment()).strip() == ""


def test_error_box_takes_formsets_refusals_and_texts_together() -> None:
    formset = forms.formset_factory(Payment)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-amount": "25"}
    )
    refusal = BadInput("Two things.", fields={"iban": "IBAN PK1 is too short."})
    html = render("{% errors formset refusal text %}", formset=formset, refusal=refusal, text="Shares add up to 71/72.")
    assert 'href="#id_form-0-amount"' in html
    assert '<a href="#id_iban">IBAN PK1 is too short.</a>' in html
    assert "Shares add up to 71/72." in html


def test_optional_fields_are_marked_and_all_fields_are_shown() -> None:
    html = render("{% fields form %}", form=Payment())
    assert html.count("(optional)") == 1
    assert [name in html for name in ("id_amount", "id_remarks", "id_channel_0", "id_seen")] == [True] * 4


def test_decision_preselects_nothing_and_explains_what_is_not_allowed() -> None:
    options = [
        {"value": "sanction", "label": "Sanction", "button": "Sanction Rs 1.00", "fields": []},
        {"value": "reject", "label": "Reject", "off": "You verified this request."},
    ]
    html = render("{% decision panel %}", panel={"url": "/x", "options": options})
    assert " checked" not in html
    assert "You verified this request." in html
    assert html.count("<button") == 1
    assert html.count(" disabled") == 1
    assert " checked" in render("{% decision panel %}", panel={"url": "/x", "options": options, "chosen": "sanction"})


# Messages


def test_success_message_gives_title_text_and_next_link() -> None:
    done = done_of("Sanctioned: 007.\nTahir was told.\nNext: Fine, Naveed Akhtar | /requests/31/")
    assert (done.title, done.text, done.label, done.url) == (
        "Sanctioned: 007.",
        "Tahir was told.",
        "Fine, Naveed Akhtar",
        "/requests/31/",
    )


@pytest.mark.parametrize(
    "line", ["Next: x | //elsewhere.example/", "Next: x | https://elsewhere.example/", "Next: x | javascript:1"]
)
def test_message_never_links_off_this_site(line: str) -> None:
    assert done_of(f"Saved.\n{line}").url == ""


# The content policy, the colours, the files


def test_no_template_has_inline_style_script_or_handler() -> None:
    bad = re.compile(r'<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+="|javascript:', re.IGNORECASE)
    assert [(path.name, found[0]) for path in templates() if (found := bad.search(path.read_text()))] == []
    assert bad.search('<p style="x">')
    assert bad.search('<a onclick="x">')


def test_every_template_compiles() -> None:
    engine: Engine = engines["django"].engine
    for path in templates():
        engine.from_string(path.read_text())


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def themes() -> dict[str, dict[str, str]]:
    blocks = [
        dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{3,6})\b", block))
        for block in re.findall(r":root {([^}]*)}", CSS.read_text())
    ]
    colours = [block for block in blocks if "--ink" in block]
    assert len(colours) == 2
    return {"light": colours[0], "dark": colours[0] | colours[1]}


TEXT = [("ink", "panel"), ("ink", "page"), ("ink-2", "panel"), ("ink-2", "page"), ("ink-2", "panel-2"),
        ("link", "panel"), ("link", "page"), ("link", "amber-fill"), ("brand-ink", "brand"), ("brand-ink", "brand-hover"),
        ("top-ink", "top"), ("top-2", "top"), ("top-ink", "top-field"), ("red-button-ink", "red-button"), ("ink", "brand-soft"),
        *((tone, f"{tone}-fill") for tone in ("amber", "green", "blue", "violet", "red")), ("ink-2", "grey-fill")]  # fmt: skip
EDGES = [
    ("line-strong", "panel"),
    ("line-strong", "field"),
    ("focus", "panel"),
    ("focus", "page"),
    ("brand", "panel"),
    ("red-button", "panel"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), [(*pair, 4.5) for pair in TEXT] + [(*pair, 3.0) for pair in EDGES])
def test_colours_can_be_told_apart(theme: str, front: str, back: str, least: float) -> None:
    colours = themes()[theme]
    assert contrast(colours[f"--{front}"], colours[f"--{back}"]) >= least


def test_static_files_survive_hashed_names(tmp_path: Path) -> None:
    """The storage of a real server refuses a style sheet or script that names a missing file."""
    storage = ManifestStaticFilesStorage(location=tmp_path)
    source = FileSystemStorage(location=ROOT / "config" / "static")
    names = [str(path.relative_to(source.location)) for path in Path(source.location).rglob("*") if path.is_file()]
    for name in names:
        storage.save(name, source.open(name))
    outcomes = list(storage.post_process({name: (storage, name) for name in names}))
    assert [(name, outcome) for name, _, outcome in outcomes if isinstance(outcome, Exception)] == []
    assert len(outcomes) >= len(names)


def test_vendored_parts_say_version_and_licence() -> None:
    vendor = ROOT / "config" / "static" / "vendor"
    readme = (vendor / "README.md").read_text()
    for folder in (path for path in vendor.iterdir() if path.is_dir()):
        assert f"`{folder.name}/" in readme
        assert list(folder.glob("LICENSE*"))
