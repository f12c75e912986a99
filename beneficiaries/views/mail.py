"""The page of one's own daily mail."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from beneficiaries.forms.base import PageForm
from beneficiaries.offices import mail_settings
from beneficiaries.offices.scope import officer_of
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page


class MailForm(PageForm):
    email = forms.CharField(label="Your address", required=False, max_length=254, help_text="As name@office.gov.pk.")
    wanted = forms.ChoiceField(
        label="The daily mail",
        choices=[("yes", "Send it when something waits for me"), ("no", "Do not send it")],
        widget=forms.RadioSelect(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def daily_mail(request: HttpRequest) -> HttpResponse:
    """Where the user's daily mail goes, and whether it comes."""
    user = actor(request)
    officer = officer_of(user)
    first = {"email": user.email, "wanted": "yes" if officer.daily_mail else "no"}
    form = MailForm(request.POST or None, initial=first)
    page = FormPage(
        "Daily mail",
        "Save",
        reverse("home"),
        lead="One mail a day says what waits for you, by number and amount. It never names a payee, a CNIC or an account.",
    )
    if form.is_bound and form.is_valid():
        made = form.call(lambda: mail_settings.keep(by=user, **form.cleaned_data))
        if made is not None:
            said = f"The daily mail goes to {user.email}." if made.daily_mail else "The daily mail is switched off."
            messages.success(request, said)
            return SeeOther(reverse("daily_mail"))
    return form_page(request, form, page)
