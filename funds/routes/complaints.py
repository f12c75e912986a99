"""Addresses of complaints and appeals."""

from django.urls import path

from funds.views import complaints

urlpatterns = [
    path("complaints/", complaints.complaint_list, name="complaint_list"),
    path("complaints/new", complaints.complaint_new, name="complaint_new"),
    path("complaints/<int:pk>/", complaints.complaint, name="complaint"),
    path("complaints/<int:pk>/assign", complaints.complaint_assign, name="complaint_assign"),
    path("complaints/<int:pk>/note", complaints.complaint_note, name="complaint_note"),
    path("complaints/<int:pk>/reply", complaints.complaint_reply, name="complaint_reply"),
    path("complaints/<int:pk>/reopen", complaints.complaint_reopen, name="complaint_reopen"),
]
