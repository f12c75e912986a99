"""Addresses of the separation of duties."""

from django.urls import path

from funds.views import duties

urlpatterns = [
    path("duties/", duties.register, name="duties"),
    path("conflicts/", duties.conflict_list, name="conflict_list"),
    path("conflicts/new", duties.conflict_new, name="conflict_new"),
    path("conflicts/<int:pk>/end", duties.conflict_end, name="conflict_end"),
]
