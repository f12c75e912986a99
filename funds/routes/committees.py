"""Addresses of committees and their meetings."""

from django.urls import path

from funds.views import committees, meetings

urlpatterns = [
    path("committees/", committees.committee_list, name="committees"),
    path("committees/new", committees.committee_new, name="committee_new"),
    path("committees/versions/<int:pk>/agree", committees.version_agree, name="committee_agree"),
    path("committees/versions/<int:pk>/decline", committees.version_decline, name="committee_decline"),
    path("committees/<str:code>/", committees.committee, name="committee"),
    path("committees/<str:code>/versions/new", committees.version_new, name="committee_version_new"),
    path("committees/<str:code>/meetings/new", meetings.meeting_new, name="meeting_new"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/agenda", meetings.agenda_add, name="meeting_agenda"),
    path("meetings/<int:pk>/agenda.pdf", meetings.agenda_paper, name="meeting_agenda_paper"),
    path("meetings/<int:pk>/call-off", meetings.call_off, name="meeting_call_off"),
    path("meetings/<int:pk>/minutes", meetings.record, name="meeting_record"),
    path("meetings/<int:pk>/minutes.pdf", meetings.minutes_paper_view, name="meeting_minutes_paper"),
    path("meetings/<int:pk>/sign", meetings.sign, name="meeting_sign"),
    path("meetings/<int:pk>/carry-out", meetings.carry_out, name="meeting_carry_out"),
]
