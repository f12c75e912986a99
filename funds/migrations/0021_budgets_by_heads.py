
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.math
import ledger.fields
import ledger.ruling
import pgtrigger.compiler
import pgtrigger.migrations
import simple_history.models
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('funds', '0020_orders_and_filing'),
        ('ledger', '0007_fewer_slots'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BudgetHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateField()),
                ('effective_to', models.DateField(blank=True, null=True)),
                ('source', models.CharField(max_length=300, verbose_name='rule it follows from')),
                ('verified', models.BooleanField(default=False, verbose_name="compared with the rule's own text")),
                ('code', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=80)),
                ('object_code', models.CharField(blank=True, max_length=20, verbose_name='object head of the national chart')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('relief_grant', 'Relief grant'), ('diyat', 'Diyat'), ('arsh', 'Arsh'), ('daman', 'Daman'), ('compensation', 'Compensation'), ('fine', 'Fine'), ('bail_deposit', 'Bail deposit'), ('soft_loan', 'Soft loan'), ('legal_aid', 'Legal aid')], max_length=16), size=None)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='budget_heads', to='funds.fund')),
            ],
            options={
                'ordering': ['fund', 'code'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BudgetRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', ledger.fields.AmountField(decimal_places=2, max_digits=15)),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('quarter', models.PositiveSmallIntegerField()),
                ('reference', models.CharField(max_length=80, verbose_name='number of the release order')),
                ('file_number', models.CharField(max_length=60, verbose_name='number of the file')),
                ('file_sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256 of the letter')),
                ('file_type', models.CharField(blank=True, max_length=16)),
                ('released_on', models.DateField()),
                ('budget_head', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='funds.budgethead')),
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.journalentry')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='funds.fund')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.fiscalyear')),
            ],
            options={
                'ordering': ['released_on', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BudgetSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateField()),
                ('effective_to', models.DateField(blank=True, null=True)),
                ('source', models.CharField(max_length=300, verbose_name='rule it follows from')),
                ('verified', models.BooleanField(default=False, verbose_name="compared with the rule's own text")),
                ('code', models.CharField(choices=[('release_needed', 'Money is spent only when it was released'), ('release_by', 'Last day of the year for a release'), ('supplement_by', 'Last day of the year for a supplementary allocation'), ('reappropriate_by', 'Last day of the year for a re-appropriation'), ('surrender_by', 'Last day of the year for a surrender by hand')], max_length=20)),
                ('month', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('day', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('fund', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='budget_settings', to='funds.fund')),
            ],
            options={
                'ordering': ['code', 'fund', 'effective_from'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HistoricalBudgetHead',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('address', models.TextField(default='', editable=False)),
                ('request_id', models.TextField(default='', editable=False)),
                ('username', models.TextField(default='', editable=False)),
                ('roles', models.TextField(default='', editable=False)),
                ('effective_from', models.DateField()),
                ('effective_to', models.DateField(blank=True, null=True)),
                ('source', models.CharField(max_length=300, verbose_name='rule it follows from')),
                ('verified', models.BooleanField(default=False, verbose_name="compared with the rule's own text")),
                ('code', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=80)),
                ('object_code', models.CharField(blank=True, max_length=20, verbose_name='object head of the national chart')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('relief_grant', 'Relief grant'), ('diyat', 'Diyat'), ('arsh', 'Arsh'), ('daman', 'Daman'), ('compensation', 'Compensation'), ('fine', 'Fine'), ('bail_deposit', 'Bail deposit'), ('soft_loan', 'Soft loan'), ('legal_aid', 'Legal aid')], max_length=16), size=None)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('fund', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='funds.fund')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical budget head',
                'verbose_name_plural': 'historical budget heads',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalBudgetSetting',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('address', models.TextField(default='', editable=False)),
                ('request_id', models.TextField(default='', editable=False)),
                ('username', models.TextField(default='', editable=False)),
                ('roles', models.TextField(default='', editable=False)),
                ('effective_from', models.DateField()),
                ('effective_to', models.DateField(blank=True, null=True)),
                ('source', models.CharField(max_length=300, verbose_name='rule it follows from')),
                ('verified', models.BooleanField(default=False, verbose_name="compared with the rule's own text")),
                ('code', models.CharField(choices=[('release_needed', 'Money is spent only when it was released'), ('release_by', 'Last day of the year for a release'), ('supplement_by', 'Last day of the year for a supplementary allocation'), ('reappropriate_by', 'Last day of the year for a re-appropriation'), ('surrender_by', 'Last day of the year for a surrender by hand')], max_length=20)),
                ('month', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('day', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('fund', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='funds.fund')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical budget setting',
                'verbose_name_plural': 'historical budget settings',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Reappropriation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', ledger.fields.AmountField(decimal_places=2, max_digits=15)),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('order_number', models.CharField(max_length=80)),
                ('reason', models.TextField()),
                ('asked_on', models.DateField()),
                ('from_head', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.budgethead')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='funds.fund')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to_head', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.budgethead')),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.fiscalyear')),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReappropriationDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('agreed', 'Agreed'), ('declined', 'Declined')], max_length=10)),
                ('remark', models.TextField(blank=True)),
                ('moved', ledger.fields.AmountField(decimal_places=2, default=0, max_digits=15)),
                ('decided_on', models.DateField()),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.journalentry')),
                ('reappropriation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='funds.reappropriation')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Surrender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', ledger.fields.AmountField(decimal_places=2, max_digits=15)),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('returned', ledger.fields.AmountField(decimal_places=2, max_digits=15)),
                ('reference', models.CharField(max_length=80)),
                ('surrendered_on', models.DateField()),
                ('budget_head', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='surrenders', to='funds.budgethead')),
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.journalentry')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='funds.fund')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.fiscalyear')),
            ],
            options={
                'ordering': ['surrendered_on', 'id'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='allocation',
            name='budget_head',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='funds.budgethead'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='budget_head',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='funds.budgethead'),
        ),
        migrations.AddField(
            model_name='sanction',
            name='budget_head',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sanctions', to='funds.budgethead'),
        ),
        migrations.RemoveConstraint(
            model_name='allocation',
            name='one_original_allocation_a_year',
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'original')), fields=('fund', 'year', 'budget_head'), name='one_original_allocation_a_head', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='budgethead',
            constraint=models.CheckConstraint(condition=models.Q(('effective_to', None), ('effective_to__gte', models.F('effective_from')), _connector='OR'), name='budgethead_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='budgethead',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[A-Z][A-Z0-9]{1,11}$')), name='budget_head_code_in_form'),
        ),
        migrations.AddConstraint(
            model_name='budgethead',
            constraint=models.CheckConstraint(condition=models.Q(('kinds__len__gte', 1)), name='budget_head_pays_something'),
        ),
        migrations.AddConstraint(
            model_name='budgethead',
            constraint=models.UniqueConstraint(fields=('fund', 'code'), name='budget_head_once'),
        ),
        migrations.AddConstraint(
            model_name='budgetrelease',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount__lte', Decimal('9999999999999.99')), ('amount', django.db.models.functions.math.Round('amount', 2))), name='budgetrelease_amount_in_range'),
        ),
        migrations.AddConstraint(
            model_name='budgetrelease',
            constraint=models.CheckConstraint(condition=models.Q(('quarter__range', (1, 4))), name='release_of_a_quarter'),
        ),
        migrations.AddConstraint(
            model_name='budgetrelease',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file_sha256', ''), ('file_type', '')), models.Q(('file_sha256__regex', '^[0-9a-f]{64}$'), models.Q(('file_type', ''), _negated=True)), _connector='OR'), name='release_file_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='budgetrelease',
            constraint=models.UniqueConstraint(fields=('fund', 'reference', 'budget_head'), name='release_once_a_head', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='budgetsetting',
            constraint=models.CheckConstraint(condition=models.Q(('effective_to', None), ('effective_to__gte', models.F('effective_from')), _connector='OR'), name='budgetsetting_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='budgetsetting',
            constraint=models.UniqueConstraint(fields=('code', 'fund', 'effective_from'), name='budget_setting_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='budgetsetting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('day', None), ('month', None)), models.Q(('day__isnull', False), ('month__isnull', False), models.Q(models.Q(('day__range', (1, 31)), ('month__in', (1, 3, 5, 7, 8, 10, 12))), models.Q(('day__range', (1, 30)), ('month__in', (4, 6, 9, 11))), models.Q(('day__range', (1, 28)), ('month', 2)), _connector='OR')), _connector='OR'), name='budget_setting_is_a_day'),
        ),
        migrations.AddConstraint(
            model_name='budgetsetting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code', 'release_needed'), _negated=True), models.Q(('fund__isnull', False), ('month', None)), _connector='OR'), name='release_is_needed_by_a_fund'),
        ),
        migrations.AddConstraint(
            model_name='reappropriation',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount__lte', Decimal('9999999999999.99')), ('amount', django.db.models.functions.math.Round('amount', 2))), name='reappropriation_amount_in_range'),
        ),
        migrations.AddConstraint(
            model_name='reappropriation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('order_number', ''), _negated=True)), name='reappropriation_has_its_order'),
        ),
        migrations.AddConstraint(
            model_name='reappropriationdecision',
            constraint=models.CheckConstraint(condition=models.Q(('moved__gte', 0), ('moved__lte', Decimal('9999999999999.99')), ('moved', django.db.models.functions.math.Round('moved', 2))), name='reappropriation_moved_in_range'),
        ),
        migrations.AddConstraint(
            model_name='reappropriationdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('entry__isnull', False), ('outcome', 'agreed')), models.Q(('entry', None), ('moved', 0), ('outcome', 'declined')), _connector='OR'), name='reappropriation_posted_if_agreed'),
        ),
        migrations.AddConstraint(
            model_name='reappropriationdecision',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', 'agreed'), models.Q(('remark', ''), _negated=True), _connector='OR'), name='declined_reappropriation_says_why'),
        ),
        migrations.AddConstraint(
            model_name='surrender',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount__lte', Decimal('9999999999999.99')), ('amount', django.db.models.functions.math.Round('amount', 2))), name='surrender_amount_in_range'),
        ),
        migrations.AddConstraint(
            model_name='surrender',
            constraint=models.CheckConstraint(condition=models.Q(('returned__gte', 0), ('returned__lte', Decimal('9999999999999.99')), ('returned', django.db.models.functions.math.Round('returned', 2))), name='surrender_returned_in_range'),
        ),
        migrations.AddConstraint(
            model_name='surrender',
            constraint=models.CheckConstraint(condition=models.Q(('returned__lte', models.F('amount'))), name='surrender_returns_at_most_its_amount'),
        ),
        migrations.AddConstraint(
            model_name='surrender',
            constraint=models.UniqueConstraint(fields=('fund', 'reference', 'budget_head'), name='surrender_once_a_head', nulls_distinct=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='allocated_to_its_head', sql=ledger.ruling.RuleSql(func="\nIF NEW.budget_head_id IS NULL AND EXISTS (\n  SELECT FROM funds_budgethead h WHERE h.fund_id = NEW.fund_id AND NEW.decided_on BETWEEN h.effective_from AND coalesce(h.effective_to, 'infinity')\n) THEN\n  RAISE EXCEPTION 'The budget of the fund is divided, so a head is named.' USING ERRCODE = '23F45';\nEND IF;\nIF NEW.budget_head_id IS NOT NULL AND NOT EXISTS (\n  SELECT FROM funds_budgethead h WHERE h.id = NEW.budget_head_id AND h.fund_id = NEW.fund_id AND NEW.decided_on >= h.effective_from\n) THEN\n  RAISE EXCEPTION 'The head is of another fund, or begins later.' USING ERRCODE = '23F45';\nEND IF;\nRETURN NEW;\n", hash='c8b2173fc8d2140384ed634253e2b1a9b83c29ca', operation='INSERT', pgid='pgtrigger_allocated_to_its_head_7bd52', table='funds_allocation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='supplemented_in_time', sql=ledger.ruling.RuleSql(declare='DECLARE last date; setting funds_budgetsetting%ROWTYPE;', func='\nIF NEW.kind <> \'supplementary\' THEN RETURN NEW; END IF;\n\nSELECT s.* INTO setting FROM funds_budgetsetting s\nWHERE s.code = \'supplement_by\' AND (s.fund_id IS NULL OR s.fund_id = NEW.fund_id)\n  AND NEW.decided_on BETWEEN s.effective_from AND coalesce(s.effective_to, \'infinity\')\nORDER BY s.fund_id IS NULL, s.effective_from DESC LIMIT 1;\nIF setting.month IS NOT NULL THEN\n  SELECT make_date(extract(year FROM CASE WHEN setting.month > 6 THEN y.start ELSE y."end" END)::int, setting.month, setting.day)\n  INTO last FROM ledger_fiscalyear y WHERE y.id = NEW.year_id;\n  IF NEW.decided_on > last THEN\n    RAISE EXCEPTION \'The last day for it was %.\', last USING ERRCODE = \'23F48\';\n  END IF;\nEND IF;\nRETURN NEW;\n', hash='64947580b395513b3a68c7078fd98da772250271', operation='INSERT', pgid='pgtrigger_supplemented_in_time_1ab30', table='funds_allocation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='budget_holds', sql=ledger.ruling.RuleSql(declare='DECLARE bad record; needed boolean;', func='\nPERFORM FROM funds_fund WHERE id = NEW.fund_id FOR NO KEY UPDATE;\nneeded := EXISTS (SELECT FROM funds_budgetsetting s WHERE s.code = \'release_needed\' AND s.fund_id = NEW.fund_id\n  AND NEW.decided_on BETWEEN s.effective_from AND coalesce(s.effective_to, \'infinity\'));\nSELECT * INTO bad FROM (\n  SELECT substr(a.code, 4) AS part,\n    coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE left(a.code, 3) IN (\'X70\', \'X71\')), 0) AS allotted,\n    coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE left(a.code, 3) IN (\'X10\', \'X20\', \'X30\')), 0) AS released\n  FROM ledger_period p JOIN ledger_accounttotal t ON t.period_id = p.id JOIN ledger_account a ON a.id = t.account_id\n  WHERE p.year_id = NEW.year_id AND p.start < p."end" AND a.code ~ \'^X(10|20|30|70|71)(-|$)\' GROUP BY 1\n) sums WHERE allotted < 0 OR (needed AND released > allotted) LIMIT 1;\nIF FOUND THEN\n  RAISE EXCEPTION \'Budget%: % allotted and % released, in paisa.\', bad.part, bad.allotted, bad.released\n    USING ERRCODE = \'23F46\';\nEND IF;\nRETURN NULL;\n', hash='7e7e6a382b0776b54909fea4209673d779307a34', operation='INSERT', pgid='pgtrigger_budget_holds_ca055', table='funds_allocation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sanction',
            trigger=pgtrigger.compiler.Trigger(name='draws_on_its_head', sql=ledger.ruling.RuleSql(declare='DECLARE fits boolean; part text;', func="\n\nIF NEW.budget_head_id IS NULL AND EXISTS (\n  SELECT FROM funds_budgethead h WHERE h.fund_id = NEW.fund_id AND NEW.sanctioned_on BETWEEN h.effective_from AND coalesce(h.effective_to, 'infinity')\n) THEN\n  RAISE EXCEPTION 'The budget of the fund is divided, so a head is named.' USING ERRCODE = '23F45';\nEND IF;\nIF NEW.budget_head_id IS NOT NULL AND NOT EXISTS (\n  SELECT FROM funds_budgethead h WHERE h.id = NEW.budget_head_id AND h.fund_id = NEW.fund_id AND NEW.sanctioned_on >= h.effective_from\n) THEN\n  RAISE EXCEPTION 'The head is of another fund, or begins later.' USING ERRCODE = '23F45';\nEND IF;\n\nIF NEW.budget_head_id IS NOT NULL AND NOT EXISTS (\n  SELECT FROM funds_budgethead h JOIN funds_disbursement d ON d.id = NEW.disbursement_id\n  WHERE h.id = NEW.budget_head_id AND d.kind = ANY(h.kinds) AND NEW.sanctioned_on BETWEEN h.effective_from AND coalesce(h.effective_to, 'infinity')\n) THEN\n  RAISE EXCEPTION 'The head does not pay what is sanctioned.' USING ERRCODE = '23F45';\nEND IF;\npart := coalesce('-' || (SELECT code FROM funds_budgethead WHERE id = NEW.budget_head_id), '');\n\nSELECT count(*) = 2 AND count(*) FILTER (WHERE (l.side, a.code, l.amount) = ('D', 'X10' || part, NEW.amount)) = 1\n  AND count(*) FILTER (WHERE (l.side, a.code, l.amount) = ('C', 'X20' || part, NEW.amount)) = 1 INTO fits\nFROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id JOIN funds_fund f ON f.book_id = a.book_id\nWHERE l.entry_id = NEW.entry_id AND f.id = NEW.fund_id;\nIF fits IS NOT TRUE THEN\n  RAISE EXCEPTION 'Entry % is not what % records.', NEW.entry_id, TG_TABLE_NAME USING ERRCODE = '23F49';\nEND IF;\n\nRETURN NEW;\n", hash='d32536ed08754c24c1254916a439b0f2c749c015', operation='INSERT', pgid='pgtrigger_draws_on_its_head_19d06', table='funds_sanction', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgethead',
            trigger=pgtrigger.compiler.Trigger(name='never_removed', sql=ledger.ruling.RuleSql(func="\nRAISE EXCEPTION USING ERRCODE = '23L09',\n    MESSAGE = format('%s of %s is refused: entries refer to it for good', TG_OP, TG_TABLE_NAME),\n    DETAIL = json_build_object('rule', 'never_removed', 'table', TG_TABLE_NAME)::text;\n", hash='c255001633d0d0f938e0cfffddde0a737c236f1d', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_removed_75316', table='funds_budgethead', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgethead',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=ledger.ruling.RuleSql(condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."effective_from" IS DISTINCT FROM (NEW."effective_from") OR OLD."fund_id" IS DISTINCT FROM (NEW."fund_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kinds" IS DISTINCT FROM (NEW."kinds"))', func="\nRAISE EXCEPTION USING ERRCODE = '23L09',\n    MESSAGE = format('%s %s: what entries rely on is never changed', TG_TABLE_NAME, OLD.id),\n    DETAIL = json_build_object('rule', 'frozen', 'table', TG_TABLE_NAME, 'id', OLD.id)::text;\n", hash='e94d41d87159456cc8e2487974dbba74a90c7097', operation='UPDATE', pgid='pgtrigger_frozen_df604', table='funds_budgethead', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgethead',
            trigger=pgtrigger.compiler.Trigger(name='heads_are_apart', sql=ledger.ruling.RuleSql(declare='DECLARE other text;', func="\nSELECT h.code INTO other FROM funds_budgethead h WHERE h.fund_id = NEW.fund_id AND h.kinds && NEW.kinds\n  AND daterange(h.effective_from, h.effective_to, '[]') && daterange(NEW.effective_from, NEW.effective_to, '[]') LIMIT 1;\nIF FOUND THEN\n  RAISE EXCEPTION 'Head % already pays a kind of %.', other, NEW.code USING ERRCODE = '23F45';\nEND IF;\nIF NOT (SELECT NEW.kinds <@ kinds FROM funds_fund WHERE id = NEW.fund_id) THEN\n  RAISE EXCEPTION 'The fund of head % does not pay each of its kinds.', NEW.code USING ERRCODE = '23F45';\nEND IF;\nRETURN NEW;\n", hash='80c753df229f387c8566a241dfd0b27e3692179c', operation='INSERT', pgid='pgtrigger_heads_are_apart_d6c2a', table='funds_budgethead', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetrelease',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=ledger.ruling.RuleSql(func="RAISE EXCEPTION USING ERRCODE = '23L08', MESSAGE = format('%s of %s is refused: records are never changed or removed', TG_OP, TG_TABLE_NAME), DETAIL = json_build_object('rule', 'append_only', 'table', TG_TABLE_NAME)::text;", hash='f171a700406b1188da5f55ac4f7b15ddbe38d590', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_1a845', table='funds_budgetrelease', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetrelease',
            trigger=pgtrigger.compiler.Trigger(name='released_in_time', sql=ledger.ruling.RuleSql(declare='DECLARE last date; setting funds_budgetsetting%ROWTYPE;', func='\nSELECT s.* INTO setting FROM funds_budgetsetting s\nWHERE s.code = \'release_by\' AND (s.fund_id IS NULL OR s.fund_id = NEW.fund_id)\n  AND NEW.released_on BETWEEN s.effective_from AND coalesce(s.effective_to, \'infinity\')\nORDER BY s.fund_id IS NULL, s.effective_from DESC LIMIT 1;\nIF setting.month IS NOT NULL THEN\n  SELECT make_date(extract(year FROM CASE WHEN setting.month > 6 THEN y.start ELSE y."end" END)::int, setting.month, setting.day)\n  INTO last FROM ledger_fiscalyear y WHERE y.id = NEW.year_id;\n  IF NEW.released_on > last THEN\n    RAISE EXCEPTION \'The last day for it was %.\', last USING ERRCODE = \'23F48\';\n  END IF;\nEND IF;\nRETURN NEW;\n', hash='dd0bb381f00a391079fb20bc9adc7fe1f781a3f7', operation='INSERT', pgid='pgtrigger_released_in_time_4f597', table='funds_budgetrelease', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetrelease',
            trigger=pgtrigger.compiler.Trigger(name='released_to_its_head', sql=ledger.ruling.RuleSql(declare='DECLARE fits boolean; part text;', func="\n\nIF NEW.budget_head_id IS NULL AND EXISTS (\n  SELECT FROM funds_budgethead h WHERE h.fund_id = NEW.fund_id AND NEW.released_on BETWEEN h.effective_from AND coalesce(h.effective_to, 'infinity')\n) THEN\n  RAISE EXCEPTION 'The budget of the fund is divided, so a head is named.' USING ERRCODE = '23F45';\nEND IF;\nIF NEW.budget_head_id IS NOT NULL AND NOT EXISTS (\n  SELECT FROM funds_budgethead h WHERE h.id = NEW.budget_head_id AND h.fund_id = NEW.fund_id AND NEW.released_on >= h.effective_from\n) THEN\n  RAISE EXCEPTION 'The head is of another fund, or begins later.' USING ERRCODE = '23F45';\nEND IF;\n\npart := coalesce('-' || (SELECT code FROM funds_budgethead WHERE id = NEW.budget_head_id), '');\n\nSELECT count(*) = 2 AND count(*) FILTER (WHERE (l.side, a.code, l.amount) = ('D', 'X05', NEW.amount)) = 1\n  AND count(*) FILTER (WHERE (l.side, a.code, l.amount) = ('C', 'X10' || part, NEW.amount)) = 1 INTO fits\nFROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id JOIN funds_fund f ON f.book_id = a.book_id\nWHERE l.entry_id = NEW.entry_id AND f.id = NEW.fund_id;\nIF fits IS NOT TRUE THEN\n  RAISE EXCEPTION 'Entry % is not what % records.', NEW.entry_id, TG_TABLE_NAME USING ERRCODE = '23F49';\nEND IF;\n\nRETURN NEW;\n", hash='b911ff8cc066342050123936c0484b39287973c5', operation='INSERT', pgid='pgtrigger_released_to_its_head_db668', table='funds_budgetrelease', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetrelease',
            trigger=pgtrigger.compiler.Trigger(name='budget_holds', sql=ledger.ruling.RuleSql(declare='DECLARE bad record; needed boolean;', func='\nPERFORM FROM funds_fund WHERE id = NEW.fund_id FOR NO KEY UPDATE;\nneeded := EXISTS (SELECT FROM funds_budgetsetting s WHERE s.code = \'release_needed\' AND s.fund_id = NEW.fund_id\n  AND NEW.released_on BETWEEN s.effective_from AND coalesce(s.effective_to, \'infinity\'));\nSELECT * INTO bad FROM (\n  SELECT substr(a.code, 4) AS part,\n    coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE left(a.code, 3) IN (\'X70\', \'X71\')), 0) AS allotted,\n    coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE left(a.code, 3) IN (\'X10\', \'X20\', \'X30\')), 0) AS released\n  FROM ledger_period p JOIN ledger_accounttotal t ON t.period_id = p.id JOIN ledger_account a ON a.id = t.account_id\n  WHERE p.year_id = NEW.year_id AND p.start < p."end" AND a.code ~ \'^X(10|20|30|70|71)(-|$)\' GROUP BY 1\n) sums WHERE allotted < 0 OR (needed AND released > allotted) LIMIT 1;\nIF FOUND THEN\n  RAISE EXCEPTION \'Budget%: % allotted and % released, in paisa.\', bad.part, bad.allotted, bad.released\n    USING ERRCODE = \'23F46\';\nEND IF;\nRETURN NULL;\n', hash='0a9cc0685fb4ee890bcfe4307b07c0d4646abac9', operation='INSERT', pgid='pgtrigger_budget_holds_3d1cc', table='funds_budgetrelease', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='budgetsetting',
            trigger=pgtrigger.compiler.Trigger(name='never_removed', sql=ledger.ruling.RuleSql(func="\nRAISE EXCEPTION USING ERRCODE = '23L09',\n    MESSAGE = format('%s of %s is refused: entries refer to it for good', TG_OP, TG_TABLE_NAME),\n    DETAIL = json_build_object('rule', 'never_removed', 'table', TG_TABLE_NAME)::text;\n", hash='19f364ecd3790fd2106ca123b287b73b1f060a5c', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_removed_1a980', table='funds_budgetsetting', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='historicalbudgethead',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=ledger.ruling.RuleSql(func="RAISE EXCEPTION USING ERRCODE = '23L08', MESSAGE = format('%s of %s is refused: records are never changed or removed', TG_OP, TG_TABLE_NAME), DETAIL = json_build_object('rule', 'append_only', 'table', TG_TABLE_NAME)::text;", hash='9168f94c0996479df15cef80cef5423b63ecc3aa', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_66a27', table='funds_historicalbudgethead', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='historicalbudgetsetting',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=ledger.ruling.RuleSql(func="RAISE EXCEPTION USING ERRCODE = '23L08', MESSAGE = format('%s of %s is refused: records are never changed or removed', TG_OP, TG_TABLE_NAME), DETAIL = json_build_object('rule', 'append_only', 'table', TG_TABLE_NAME)::text;", hash='1c5cd858090596eb53e1b34bc4553560b79facca', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_6f777', table='funds_historicalbudgetsetting', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reappropriation',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=ledger.ruling.RuleSql(func="RAISE EXCEPTION USING ERRCODE = '23L08', MESSAGE = format('%s of %s is refused: records are never changed or removed', TG_OP, TG_TABLE_NAME), DETAIL = json_build_object('rule', 'append_only', 'table', TG_TABLE_NAME)::text;", hash='c13c7d488d0aa56c7348ef29815d8fbc8932ae88', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_28281', table='funds_reappropriation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reappropriation',
            trigger=pgtrigger.compiler.Trigger(name='within_one_fund', sql=ledger.ruling.RuleSql(func="\nIF 2 <> (SELECT count(*) FROM funds_budgethead WHERE id IN (NEW.from_head_id, NEW.to_head_id) AND fund_id = NEW.fund_id) THEN\n  RAISE EXCEPTION 'Budget moves between heads of one fund only.' USING ERRCODE = '23F45';\nEND IF;\nRETURN NEW;\n", hash='b4821e1cd3a21ad4e693b541d5e396cbc5097465', operation='INSERT', pgid='pgtrigger_within_one_fund_66711', table='funds_reappropriation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reappropriationdecision',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=ledger.ruling.RuleSql(func="RAISE EXCEPTION USING ERRCODE = '23L08', MESSAGE = format('%s of %s is refused: records are never changed or removed', TG_OP, TG_TABLE_NAME), DETAIL = json_build_object('rule', 'append_only', 'table', TG_TABLE_NAME)::text;", hash='1d237e3c88e4c054724d3178a08deb33c27f3175', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_bf818', table='funds_reappropriationdecision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reappropriationdecision',
            trigger=pgtrigger.compiler.Trigger(name='agreed_by_another', sql=ledger.ruling.RuleSql(declare='DECLARE fits boolean; part text; asked funds_reappropriation%ROWTYPE; other text;', func="\nSELECT * INTO asked FROM funds_reappropriation WHERE id = NEW.reappropriation_id;\nIF NEW.outcome = 'declined' THEN RETURN NEW; END IF;\nIF NEW.decided_by_id = asked.recorded_by_id THEN\n  RAISE EXCEPTION 'Another person than who asked agrees.' USING ERRCODE = '23F47';\nEND IF;\npart := coalesce('-' || (SELECT code FROM funds_budgethead WHERE id = asked.from_head_id), '');\nother := coalesce('-' || (SELECT code FROM funds_budgethead WHERE id = asked.to_head_id), '');\n\nSELECT count(*) = 2 AND count(*) FILTER (WHERE (l.side, a.code, l.amount) = ('D', 'X71' || part, asked.amount)) = 1\n  AND count(*) FILTER (WHERE (l.side, a.code, l.amount) = ('C', 'X71' || other, asked.amount)) = 1 INTO fits\nFROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id JOIN funds_fund f ON f.book_id = a.book_id\nWHERE l.entry_id = NEW.entry_id AND f.id = asked.fund_id;\nIF fits IS NOT TRUE THEN\n  RAISE EXCEPTION 'Entry % is not what % records.', NEW.entry_id, TG_TABLE_NAME USING ERRCODE = '23F49';\nEND IF;\n\nRETURN NEW;\n", hash='62bf7de6632913297704330686a3c4a5663f5a7c', operation='INSERT', pgid='pgtrigger_agreed_by_another_9b004', table='funds_reappropriationdecision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reappropriationdecision',
            trigger=pgtrigger.compiler.Trigger(name='agreed_in_time', sql=ledger.ruling.RuleSql(declare='DECLARE last date; setting funds_budgetsetting%ROWTYPE; asked funds_reappropriation%ROWTYPE;', func='\nIF NEW.outcome = \'declined\' THEN RETURN NEW; END IF;\nSELECT * INTO asked FROM funds_reappropriation WHERE id = NEW.reappropriation_id;\n\nSELECT s.* INTO setting FROM funds_budgetsetting s\nWHERE s.code = \'reappropriate_by\' AND (s.fund_id IS NULL OR s.fund_id = asked.fund_id)\n  AND NEW.decided_on BETWEEN s.effective_from AND coalesce(s.effective_to, \'infinity\')\nORDER BY s.fund_id IS NULL, s.effective_from DESC LIMIT 1;\nIF setting.month IS NOT NULL THEN\n  SELECT make_date(extract(year FROM CASE WHEN setting.month > 6 THEN y.start ELSE y."end" END)::int, setting.month, setting.day)\n  INTO last FROM ledger_fiscalyear y WHERE y.id = asked.year_id;\n  IF NEW.decided_on > last THEN\n    RAISE EXCEPTION \'The last day for it was %.\', last USING ERRCODE = \'23F48\';\n  END IF;\nEND IF;\n\nRETURN NEW;\n', hash='37359c4b093d1bad174f3a895a1fb067f6511b24', operation='INSERT', pgid='pgtrigger_agreed_in_time_20090', table='funds_reappropriationdecision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reappropriationdecision',
            trigger=pgtrigger.compiler.Trigger(name='budget_holds', sql=ledger.ruling.RuleSql(declare='DECLARE bad record; needed boolean; asked funds_reappropriation%ROWTYPE;', func='\nSELECT * INTO asked FROM funds_reappropriation WHERE id = NEW.reappropriation_id;\n\nPERFORM FROM funds_fund WHERE id = asked.fund_id FOR NO KEY UPDATE;\nneeded := EXISTS (SELECT FROM funds_budgetsetting s WHERE s.code = \'release_needed\' AND s.fund_id = asked.fund_id\n  AND NEW.decided_on BETWEEN s.effective_from AND coalesce(s.effective_to, \'infinity\'));\nSELECT * INTO bad FROM (\n  SELECT substr(a.code, 4) AS part,\n    coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE left(a.code, 3) IN (\'X70\', \'X71\')), 0) AS allotted,\n    coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE left(a.code, 3) IN (\'X10\', \'X20\', \'X30\')), 0) AS released\n  FROM ledger_period p JOIN ledger_accounttotal t ON t.period_id = p.id JOIN ledger_account a ON a.id = t.account_id\n  WHERE p.year_id = asked.year_id AND p.start < p."end" AND a.code ~ \'^X(10|20|30|70|71)(-|$)\' GROUP BY 1\n) sums WHERE allotted < 0 OR (needed AND released > allotted) LIMIT 1;\nIF FOUND THEN\n  RAISE EXCEPTION \'Budget%: % allotted and % released, in paisa.\', bad.part, bad.allotted, bad.released\n    USING ERRCODE = \'23F46\';\nEND IF;\n\nRETURN NULL;\n', hash='0bb0d446138d2796905fc19f1a07c4bb2e803ce2', operation='INSERT', pgid='pgtrigger_budget_holds_f43b1', table='funds_reappropriationdecision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surrender',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=ledger.ruling.RuleSql(func="RAISE EXCEPTION USING ERRCODE = '23L08', MESSAGE = format('%s of %s is refused: records are never changed or removed', TG_OP, TG_TABLE_NAME), DETAIL = json_build_object('rule', 'append_only', 'table', TG_TABLE_NAME)::text;", hash='3cbea3b0b68d4444f97c1b0ede1b4fedc20c43ca', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_8c652', table='funds_surrender', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surrender',
            trigger=pgtrigger.compiler.Trigger(name='surrendered_in_time', sql=ledger.ruling.RuleSql(declare='DECLARE last date; setting funds_budgetsetting%ROWTYPE;', func='\nSELECT s.* INTO setting FROM funds_budgetsetting s\nWHERE s.code = \'surrender_by\' AND (s.fund_id IS NULL OR s.fund_id = NEW.fund_id)\n  AND NEW.surrendered_on BETWEEN s.effective_from AND coalesce(s.effective_to, \'infinity\')\nORDER BY s.fund_id IS NULL, s.effective_from DESC LIMIT 1;\nIF setting.month IS NOT NULL THEN\n  SELECT make_date(extract(year FROM CASE WHEN setting.month > 6 THEN y.start ELSE y."end" END)::int, setting.month, setting.day)\n  INTO last FROM ledger_fiscalyear y WHERE y.id = NEW.year_id;\n  IF NEW.surrendered_on > last THEN\n    RAISE EXCEPTION \'The last day for it was %.\', last USING ERRCODE = \'23F48\';\n  END IF;\nEND IF;\nRETURN NEW;\n', hash='a2bc6c71001cd9cd0f9dca11d49742ea0493a9ae', operation='INSERT', pgid='pgtrigger_surrendered_in_time_8b746', table='funds_surrender', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surrender',
            trigger=pgtrigger.compiler.Trigger(name='surrendered_from_its_head', sql=ledger.ruling.RuleSql(declare='DECLARE fits boolean; part text;', func="\n\nIF NEW.budget_head_id IS NULL AND EXISTS (\n  SELECT FROM funds_budgethead h WHERE h.fund_id = NEW.fund_id AND NEW.surrendered_on BETWEEN h.effective_from AND coalesce(h.effective_to, 'infinity')\n) THEN\n  RAISE EXCEPTION 'The budget of the fund is divided, so a head is named.' USING ERRCODE = '23F45';\nEND IF;\nIF NEW.budget_head_id IS NOT NULL AND NOT EXISTS (\n  SELECT FROM funds_budgethead h WHERE h.id = NEW.budget_head_id AND h.fund_id = NEW.fund_id AND NEW.surrendered_on >= h.effective_from\n) THEN\n  RAISE EXCEPTION 'The head is of another fund, or begins later.' USING ERRCODE = '23F45';\nEND IF;\n\nIF NOT (SELECT lapsable FROM funds_fund WHERE id = NEW.fund_id) THEN\n  RAISE EXCEPTION 'A fund that does not lapse surrenders nothing.' USING ERRCODE = '23F45';\nEND IF;\npart := coalesce('-' || (SELECT code FROM funds_budgethead WHERE id = NEW.budget_head_id), '');\n\nSELECT count(*) = 2 AND count(*) FILTER (WHERE (l.side, a.code, l.amount) = ('D', 'X71' || part, NEW.amount)) = 1\n  AND count(*) FILTER (WHERE (l.side, a.code, l.amount) = ('C', 'X79', NEW.amount)) = 1 INTO fits\nFROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id JOIN funds_fund f ON f.book_id = a.book_id\nWHERE l.entry_id = NEW.entry_id AND f.id = NEW.fund_id;\nIF fits IS NOT TRUE THEN\n  RAISE EXCEPTION 'Entry % is not what % records.', NEW.entry_id, TG_TABLE_NAME USING ERRCODE = '23F49';\nEND IF;\n\nRETURN NEW;\n", hash='6af5a2a24abd73539ee7c75a18ce992d4e1152e1', operation='INSERT', pgid='pgtrigger_surrendered_from_its_head_68143', table='funds_surrender', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surrender',
            trigger=pgtrigger.compiler.Trigger(name='budget_holds', sql=ledger.ruling.RuleSql(declare='DECLARE bad record; needed boolean;', func='\nPERFORM FROM funds_fund WHERE id = NEW.fund_id FOR NO KEY UPDATE;\nneeded := EXISTS (SELECT FROM funds_budgetsetting s WHERE s.code = \'release_needed\' AND s.fund_id = NEW.fund_id\n  AND NEW.surrendered_on BETWEEN s.effective_from AND coalesce(s.effective_to, \'infinity\'));\nSELECT * INTO bad FROM (\n  SELECT substr(a.code, 4) AS part,\n    coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE left(a.code, 3) IN (\'X70\', \'X71\')), 0) AS allotted,\n    coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE left(a.code, 3) IN (\'X10\', \'X20\', \'X30\')), 0) AS released\n  FROM ledger_period p JOIN ledger_accounttotal t ON t.period_id = p.id JOIN ledger_account a ON a.id = t.account_id\n  WHERE p.year_id = NEW.year_id AND p.start < p."end" AND a.code ~ \'^X(10|20|30|70|71)(-|$)\' GROUP BY 1\n) sums WHERE allotted < 0 OR (needed AND released > allotted) LIMIT 1;\nIF FOUND THEN\n  RAISE EXCEPTION \'Budget%: % allotted and % released, in paisa.\', bad.part, bad.allotted, bad.released\n    USING ERRCODE = \'23F46\';\nEND IF;\nRETURN NULL;\n', hash='92593c8de422605229ce4fcabd3b79221ea9099e', operation='INSERT', pgid='pgtrigger_budget_holds_fab08', table='funds_surrender', when='AFTER')),
        ),
    ]
