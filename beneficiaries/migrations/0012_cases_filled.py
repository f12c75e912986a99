"""What the rules of 0012_cases_rules will ask of rows that are there already."""

from django.db import migrations

PERSON = "UPDATE beneficiaries_reliefcase r SET person_id = c.person_id FROM beneficiaries_case c WHERE c.id = r.case_id"
# Who had paid before was not asked until now.
PAYMENTS = """
    INSERT INTO beneficiaries_priorpayment (obligation_id, payer, receipt, amount, recorded_at)
    SELECT id, 'Others, not named', '', paid_before, now() FROM beneficiaries_obligation WHERE paid_before > 0
"""
TWICE = """
    SELECT string_agg(c.number, ', ' ORDER BY c.id) FROM beneficiaries_reliefcase r JOIN beneficiaries_case c ON c.id = r.case_id
    GROUP BY c.person_id, r.violation, extract(year FROM r.happened_on) HAVING count(*) > 1
    UNION ALL
    SELECT string_agg(number, ', ' ORDER BY id) FROM beneficiaries_case WHERE fir_number <> ''
    GROUP BY person_id, kind, lower(police_station), lower(fir_number), fir_year HAVING count(*) > 1
"""


def refuse_doubles(apps, schema_editor):
    """Which of two cases stays is for an officer to say, before this migration."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(TWICE)
        found = [row[0] for row in cursor.fetchall()]
    if found:
        raise RuntimeError(f"Cases of one person for the same violation and year, or the same FIR: {'; '.join(found)}.")


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0012_cases_tables'),
    ]

    operations = [
        migrations.RunPython(refuse_doubles, migrations.RunPython.noop),
        migrations.RunSQL(PERSON, migrations.RunSQL.noop),
        migrations.RunSQL(PAYMENTS, "DELETE FROM beneficiaries_priorpayment"),
    ]
