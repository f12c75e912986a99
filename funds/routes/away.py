"""Addresses of absences, delegations, freezes and what is overdue."""

from django.urls import path

from funds.views import away, escalations, freezes

urlpatterns = [
    path("away/", away.calendar, name="away_calendar"),
    path("away/absences/new", away.absence_new, name="absence_new"),
    path("away/absences/<int:pk>/end", away.absence_end, name="absence_end"),
    path("delegations/new", away.delegation_new, name="delegation_new"),
    path("delegations/<int:pk>/", away.delegation, name="delegation"),
    path("delegations/<int:pk>/agree", away.delegation_agree, name="delegation_agree"),
    path("delegations/<int:pk>/decline", away.delegation_decline, name="delegation_decline"),
    path("delegations/<int:pk>/end", away.delegation_end, name="delegation_end"),
    path("freezes/", freezes.freeze_list, name="freeze_list"),
    path("freezes/new", freezes.freeze_new, name="freeze_new"),
    path("freezes/<int:pk>/", freezes.freeze, name="freeze"),
    path("freezes/<int:pk>/agree", freezes.freeze_agree, name="freeze_agree"),
    path("freezes/<int:pk>/decline", freezes.freeze_decline, name="freeze_decline"),
    path("freezes/<int:pk>/lift", freezes.freeze_lift, name="freeze_lift"),
    path("freezes/<int:pk>/lift/agree", freezes.lift_agree, name="freeze_lift_agree"),
    path("freezes/<int:pk>/lift/decline", freezes.lift_decline, name="freeze_lift_decline"),
    path("escalations/", escalations.escalation_list, name="escalation_list"),
    path("escalations/<int:pk>/remind", escalations.escalation_remind, name="escalation_remind"),
]
