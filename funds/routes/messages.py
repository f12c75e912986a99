"""Addresses of messages to payees."""

from django.urls import path

from funds.views import messages

urlpatterns = [
    path("requests/<int:pk>/messages", messages.messages, name="messages"),
    path("messages/<int:pk>/resend", messages.message_resend, name="message_resend"),
]
