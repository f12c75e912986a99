"""Addresses of lists of payees: their import and their inspection."""

from django.urls import path

from funds.views import inspections, lists

urlpatterns = [
    path("requests/import/", lists.importing, name="list_import"),
    path("requests/import/template", lists.template, name="list_template"),
    path("requests/import/errors", lists.faults, name="list_errors"),
    path("requests/<int:pk>/waive", lists.waive, name="list_waive"),
    path("requests/<int:pk>/inspection", inspections.show, name="inspection"),
    path("requests/<int:pk>/inspection/look", inspections.look, name="inspection_look"),
]
