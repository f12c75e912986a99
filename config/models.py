"""Answers the API gave to requests with an Idempotency-Key, kept for good so that no repetition ever acts twice."""

from django.conf import settings
from django.db import models

from ledger.ruling import append_only


class IdempotencyKey(models.Model):
    """The answer to one request of one user. Written in the transaction of its effect, so neither exists alone.

    `digest` covers method, address and body: the key with another request is refused. `body` is sealed, as an answer may
    hold what the caller alone was shown.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=2000)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=80)
    body = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_user_and_key")]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.key} of {self.user_id}"
