"""Every address of the service."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path, re_path
from django.views.generic import TemplateView

from config import views
from config.api import api
from config.api_problems import no_such_address

urlpatterns = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("sign-in", views.SignIn.as_view(), name="login"),
    path("sign-out", LogoutView.as_view(next_page="logged_out"), name="logout"),
    path("signed-out", TemplateView.as_view(template_name="registration/logged_out.html"), name="logged_out"),
    path("password", views.ChangePassword.as_view(), name="password_change"),
    path("help/", views.help_page, {"page": "help"}, name="help"),
    path("help/accessibility", views.help_page, {"page": "accessibility"}, name="accessibility"),
    path("help/keyboard", views.help_page, {"page": "keyboard"}, name="keyboard_keys"),
    path("help/components", views.components_page, name="components"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/v1/", api.urls),
    re_path(r"^api/(?P<rest>.*)$", no_such_address),
    path("", include("beneficiaries.urls")),
    path("", include("funds.urls")),
    path("", include("audit.urls")),
]

handler400 = views.bad_request
handler403 = views.not_allowed
handler404 = views.not_found
