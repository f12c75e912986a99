"""Addresses of the auditor's desk and of trails."""

from django.urls import path

from audit.views import desk, trail

urlpatterns = [
    path("audit/", desk.desk, name="audit"),
    path("audit/verify", desk.run_verify, name="verify"),
    path("audit/refused", desk.refused_attempts, name="refused_attempts"),
    path("audit/shown", desk.shown_values, name="shown_values"),
    path("requests/<int:pk>/trail", trail.trail, name="trail"),
]
