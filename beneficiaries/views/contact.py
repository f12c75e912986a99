"""How a person is told about payments."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from beneficiaries.forms.people import ContactForm
from beneficiaries.models import Person
from beneficiaries.offices.scope import get_visible
from beneficiaries.people import contact
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, roles_only


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*contact.SETTERS, action="set how somebody is told")
def person_contact(http: HttpRequest, pk: int) -> HttpResponse:
    """The language of messages, or that none is sent."""
    user = actor(http)
    found = get_visible(Person.objects.all(), to=user, pk=pk)
    now = contact.contact_of(found)
    form = ContactForm(
        http.POST if http.method == "POST" else None, initial={"language": now.language, "stop": now.stop}
    )
    if form.is_bound and form.is_valid():
        made = form.call(lambda: contact.set_wish(person=pk, by=user, **form.cleaned_data))
        if made is not None:
            told = "Nothing is sent to them from now on." if made.stop else "Messages are sent."
            messages.success(http, f"Recorded for {found.name}.\n{told}")
            return SeeOther(found.get_absolute_url())
    page = FormPage(
        f"How {found.name} is told",
        "Record it",
        found.get_absolute_url(),
        lead="A message holds an amount and a number. It is sent when money is sanctioned, paid, or comes back.",
        crumbs=[("People and cases", reverse("people")), (found.name, found.get_absolute_url())],
    )
    return form_page(http, form, page)
