"""Answers kept for repeated API requests are sealed. Their digests are of the plain kind of before, so they go with a key.

A request of before that is repeated after this is refused as another one: safe, because it is never done twice.
"""

from django.db import migrations

from beneficiaries.private.sealed import SealedField
from beneficiaries.private.sealed_columns import unguarded


def seal(apps, schema_editor):
    field = SealedField(kind="answer")
    key = apps.get_model("config", "IdempotencyKey")
    with unguarded(key):
        for row in key.objects.only("body").iterator(chunk_size=200):
            key.objects.filter(pk=row.pk).update(body=field.seal_bytes(bytes(row.body)))


def unseal(apps, schema_editor):
    field = SealedField(kind="answer")
    key = apps.get_model("config", "IdempotencyKey")
    with unguarded(key):
        for row in key.objects.only("body").iterator(chunk_size=200):
            key.objects.filter(pk=row.pk).update(body=field.open_bytes(bytes(row.body)))


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0001_answers_to_repeated_requests"),
        ("beneficiaries", "0003_private_values_are_sealed"),
    ]

    operations = [migrations.RunPython(seal, unseal)]
