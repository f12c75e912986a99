# AccountTotal's foreign keys stand in its CreateModel: its primary key is made of them.

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.math
import djmoney.models.fields
import ledger.fields
import ledger.ruling
import pgtrigger.compiler
import pgtrigger.migrations
import simple_history.models
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('element', models.CharField(choices=[('asset', 'Asset'), ('liability', 'Liability'), ('equity', 'Equity'), ('receipt', 'Receipt'), ('expenditure', 'Expenditure'), ('memo', 'Memorandum')], max_length=12)),
                ('normal', models.CharField(choices=[('D', 'Debit'), ('C', 'Credit')], max_length=1)),
                ('never_negative', models.BooleanField(default=False)),
                ('slots', models.SmallIntegerField(default=16)),
                ('official_code', models.CharField(blank=True, default='', max_length=30)),
            ],
            options={
                'ordering': ['book', 'code'],
            },
        ),
        migrations.CreateModel(
            name='FiscalYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=7)),
                ('start', models.DateField()),
                ('end', models.DateField()),
            ],
            options={
                'ordering': ['book', 'start'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalAccount',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('address', models.TextField(default='', editable=False)),
                ('request_id', models.TextField(default='', editable=False)),
                ('username', models.TextField(default='', editable=False)),
                ('roles', models.TextField(default='', editable=False)),
                ('code', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('element', models.CharField(choices=[('asset', 'Asset'), ('liability', 'Liability'), ('equity', 'Equity'), ('receipt', 'Receipt'), ('expenditure', 'Expenditure'), ('memo', 'Memorandum')], max_length=12)),
                ('normal', models.CharField(choices=[('D', 'Debit'), ('C', 'Credit')], max_length=1)),
                ('never_negative', models.BooleanField(default=False)),
                ('slots', models.SmallIntegerField(default=16)),
                ('official_code', models.CharField(blank=True, default='', max_length=30)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical account',
                'verbose_name_plural': 'historical accounts',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalBook',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('address', models.TextField(default='', editable=False)),
                ('request_id', models.TextField(default='', editable=False)),
                ('username', models.TextField(default='', editable=False)),
                ('roles', models.TextField(default='', editable=False)),
                ('code', models.CharField(db_index=True, max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('currency', models.CharField(db_default='PKR', default='PKR', max_length=3)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical book',
                'verbose_name_plural': 'historical books',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalFiscalYear',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('address', models.TextField(default='', editable=False)),
                ('request_id', models.TextField(default='', editable=False)),
                ('username', models.TextField(default='', editable=False)),
                ('roles', models.TextField(default='', editable=False)),
                ('label', models.CharField(max_length=7)),
                ('start', models.DateField()),
                ('end', models.DateField()),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical fiscal year',
                'verbose_name_plural': 'historical fiscal years',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPeriod',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('address', models.TextField(default='', editable=False)),
                ('request_id', models.TextField(default='', editable=False)),
                ('username', models.TextField(default='', editable=False)),
                ('roles', models.TextField(default='', editable=False)),
                ('start', models.DateField()),
                ('end', models.DateField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical period',
                'verbose_name_plural': 'historical periods',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField()),
                ('kind', models.CharField(max_length=40)),
                ('reference', models.CharField(max_length=100)),
                ('memo', models.TextField()),
                ('key', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('reason', models.TextField(db_default='', default='')),
                ('recorded', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
                ('xid', ledger.fields.XidField(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
            ],
            options={
                'verbose_name_plural': 'journal entries',
                'ordering': ['date', 'id'],
            },
        ),
        migrations.CreateModel(
            name='JournalLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('side', models.CharField(choices=[('D', 'Debit'), ('C', 'Credit')], max_length=1)),
                ('amount_currency', djmoney.models.fields.CurrencyField(choices=[('PKR', 'Pakistani Rupee')], default='PKR', editable=False, max_length=3)),
                ('amount', ledger.fields.RupeesMoneyField(decimal_places=2, max_digits=15)),
                ('head', models.CharField(blank=True, db_default='', default='', max_length=20)),
                ('party', models.CharField(blank=True, db_default='', default='', max_length=100)),
            ],
            options={
                'ordering': ['entry', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Period',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.DateField()),
                ('end', models.DateField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['book', 'start'],
            },
        ),
        migrations.CreateModel(
            name='AccountFloor',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='floor', serialize=False, to='ledger.account')),
                ('balance', models.DecimalField(decimal_places=2, max_digits=30)),
            ],
        ),
        migrations.CreateModel(
            name='AccountTotal',
            fields=[
                ('pk', models.CompositePrimaryKey('account', 'period', 'slot', blank=True, editable=False, primary_key=True, serialize=False)),
                ('period', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='totals', to='ledger.period')),
                ('slot', models.SmallIntegerField()),
                ('debit', models.DecimalField(decimal_places=2, max_digits=30)),
                ('credit', models.DecimalField(decimal_places=2, max_digits=30)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='totals', to='ledger.account')),
            ],
        ),
        migrations.CreateModel(
            name='Book',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('currency', models.CharField(db_default='PKR', default='PKR', max_length=3)),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='book_has_a_code'), models.CheckConstraint(condition=models.Q(('currency', 'PKR')), name='book_in_rupees')],
            },
        ),
        migrations.AddField(
            model_name='account',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='ledger.book'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='book',
            trigger=pgtrigger.compiler.Trigger(name='never_removed', sql=ledger.ruling.RuleSql(func="\nRAISE EXCEPTION USING ERRCODE = '23L09',\n    MESSAGE = format('%s of %s is refused: entries refer to it for good', TG_OP, TG_TABLE_NAME),\n    DETAIL = json_build_object('rule', 'never_removed', 'table', TG_TABLE_NAME)::text;\n", hash='a92a55c77835208c37cea0fd6443ea224070092f', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_removed_f4a1c', table='ledger_book', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='book',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=ledger.ruling.RuleSql(condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."id" IS DISTINCT FROM (NEW."id"))', func="\nRAISE EXCEPTION USING ERRCODE = '23L09',\n    MESSAGE = format('%s %s: what entries rely on is never changed', TG_TABLE_NAME, OLD.id),\n    DETAIL = json_build_object('rule', 'frozen', 'table', TG_TABLE_NAME, 'id', OLD.id)::text;\n", hash='4dd783b6a61178f8eaedd662e232c1d8ddd5a66d', operation='UPDATE', pgid='pgtrigger_frozen_99702', table='ledger_book', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='fiscalyear',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='years', to='ledger.book'),
        ),
        migrations.AddField(
            model_name='historicalaccount',
            name='book',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='ledger.book'),
        ),
        migrations.AddField(
            model_name='historicalaccount',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalbook',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalfiscalyear',
            name='book',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='ledger.book'),
        ),
        migrations.AddField(
            model_name='historicalfiscalyear',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalperiod',
            name='book',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='ledger.book'),
        ),
        migrations.AddField(
            model_name='historicalperiod',
            name='closed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalperiod',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalperiod',
            name='year',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='ledger.fiscalyear'),
        ),
        migrations.AddField(
            model_name='journalentry',
            name='book',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.book'),
        ),
        migrations.AddField(
            model_name='journalentry',
            name='recorded_by',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='journalentry',
            name='reverses',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='ledger.journalentry'),
        ),
        migrations.AddField(
            model_name='journalline',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.account'),
        ),
        migrations.AddField(
            model_name='journalline',
            name='entry',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.journalentry'),
        ),
        migrations.AddField(
            model_name='period',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='periods', to='ledger.book'),
        ),
        migrations.AddField(
            model_name='period',
            name='closed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='period',
            name='year',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='periods', to='ledger.fiscalyear'),
        ),
        migrations.AddField(
            model_name='journalentry',
            name='period',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.period'),
        ),
        migrations.AddConstraint(
            model_name='accountfloor',
            constraint=models.CheckConstraint(condition=models.Q(('balance__gte', 0)), name='floor_holds'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accountfloor',
            trigger=pgtrigger.compiler.Trigger(name='only_by_rule', sql=ledger.ruling.RuleSql(condition='WHEN (pg_trigger_depth() = 0)', func="\nRAISE EXCEPTION USING ERRCODE = '23L08',\n    MESSAGE = format('%s of %s is refused: only posting writes it', TG_OP, TG_TABLE_NAME),\n    DETAIL = json_build_object('rule', 'only_by_rule', 'table', TG_TABLE_NAME)::text;\n", hash='e94a9ce037ce4305179b22cda972c1d118966754', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_only_by_rule_bfd9f', table='ledger_accountfloor', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.UniqueConstraint(fields=('book', 'code'), name='one_account_per_code'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='account_has_a_code'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('element__in', ['asset', 'liability', 'equity', 'receipt', 'expenditure', 'memo'])), name='account_element_known'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('normal__in', ['D', 'C'])), name='account_side_known'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('slots__gte', 1), ('slots__lte', 64)), name='account_slots_in_range'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='account',
            trigger=pgtrigger.compiler.Trigger(name='never_removed', sql=ledger.ruling.RuleSql(func="\nRAISE EXCEPTION USING ERRCODE = '23L09',\n    MESSAGE = format('%s of %s is refused: entries refer to it for good', TG_OP, TG_TABLE_NAME),\n    DETAIL = json_build_object('rule', 'never_removed', 'table', TG_TABLE_NAME)::text;\n", hash='bde136e82e668184cf93e328781129c1413badc9', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_removed_11c85', table='ledger_account', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='account',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=ledger.ruling.RuleSql(condition='WHEN (OLD."book_id" IS DISTINCT FROM (NEW."book_id") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."element" IS DISTINCT FROM (NEW."element") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."never_negative" IS DISTINCT FROM (NEW."never_negative") OR OLD."normal" IS DISTINCT FROM (NEW."normal") OR OLD."slots" IS DISTINCT FROM (NEW."slots"))', func="\nRAISE EXCEPTION USING ERRCODE = '23L09',\n    MESSAGE = format('%s %s: what entries rely on is never changed', TG_TABLE_NAME, OLD.id),\n    DETAIL = json_build_object('rule', 'frozen', 'table', TG_TABLE_NAME, 'id', OLD.id)::text;\n", hash='e69229e16fd13b620c587cb1720b54b1f84fe4a8', operation='UPDATE', pgid='pgtrigger_frozen_54fe4', table='ledger_account', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='account',
            trigger=pgtrigger.compiler.Trigger(name='new_floor', sql=ledger.ruling.RuleSql(condition='WHEN (NEW.never_negative)', func='\nINSERT INTO ledger_accountfloor (account_id, balance) VALUES (NEW.id, 0);\nRETURN NULL;\n', hash='b7c4372b609092184fd57306b87ee172d1c6debe', operation='INSERT', pgid='pgtrigger_new_floor_bb403', table='ledger_account', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='fiscalyear',
            constraint=models.UniqueConstraint(fields=('book', 'label'), name='one_year_per_label'),
        ),
        migrations.AddConstraint(
            model_name='fiscalyear',
            constraint=models.UniqueConstraint(fields=('book', 'start'), name='one_year_per_start'),
        ),
        migrations.AddConstraint(
            model_name='fiscalyear',
            constraint=models.CheckConstraint(condition=models.Q(('end', models.Func(models.F('start'), output_field=models.DateField(), template="(%(expressions)s + interval '1 year' - interval '1 day')::date")), ('start__day', 1), ('start__month', 7)), name='year_is_july_to_june'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='fiscalyear',
            trigger=pgtrigger.compiler.Trigger(name='never_removed', sql=ledger.ruling.RuleSql(func="\nRAISE EXCEPTION USING ERRCODE = '23L09',\n    MESSAGE = format('%s of %s is refused: entries refer to it for good', TG_OP, TG_TABLE_NAME),\n    DETAIL = json_build_object('rule', 'never_removed', 'table', TG_TABLE_NAME)::text;\n", hash='999605eb6670213a2c8b44f008fd07751d6175d0', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_removed_62c19', table='ledger_fiscalyear', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='fiscalyear',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=ledger.ruling.RuleSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func="\nRAISE EXCEPTION USING ERRCODE = '23L09',\n    MESSAGE = format('%s %s: what entries rely on is never changed', TG_TABLE_NAME, OLD.id),\n    DETAIL = json_build_object('rule', 'frozen', 'table', TG_TABLE_NAME, 'id', OLD.id)::text;\n", hash='c48320cf66268e4d84411bae4595726c378f8f9b', operation='UPDATE', pgid='pgtrigger_frozen_f7bd8', table='ledger_fiscalyear', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='historicalaccount',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=ledger.ruling.RuleSql(func="RAISE EXCEPTION USING ERRCODE = '23L08', MESSAGE = format('%s of %s is refused: records are never changed or removed', TG_OP, TG_TABLE_NAME), DETAIL = json_build_object('rule', 'append_only', 'table', TG_TABLE_NAME)::text;", hash='9af580b5c87dab9c87f5896264fb1b3985193998', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_86451', table='ledger_historicalaccount', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='historicalbook',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=ledger.ruling.RuleSql(func="RAISE EXCEPTION USING ERRCODE = '23L08', MESSAGE = format('%s of %s is refused: records are never changed or removed', TG_OP, TG_TABLE_NAME), DETAIL = json_build_object('rule', 'append_only', 'table', TG_TABLE_NAME)::text;", hash='8b32fe9be09e8d5e4e10a11870ff94cc37d918b5', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_ac1bd', table='ledger_historicalbook', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='historicalfiscalyear',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=ledger.ruling.RuleSql(func="RAISE EXCEPTION USING ERRCODE = '23L08', MESSAGE = format('%s of %s is refused: records are never changed or removed', TG_OP, TG_TABLE_NAME), DETAIL = json_build_object('rule', 'append_only', 'table', TG_TABLE_NAME)::text;", hash='7c18b9199130063930ca05d222a1779121678b25', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_8f4cb', table='ledger_historicalfiscalyear', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='historicalperiod',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=ledger.ruling.RuleSql(func="RAISE EXCEPTION USING ERRCODE = '23L08', MESSAGE = format('%s of %s is refused: records are never changed or removed', TG_OP, TG_TABLE_NAME), DETAIL = json_build_object('rule', 'append_only', 'table', TG_TABLE_NAME)::text;", hash='c949a212c063f0dbe5c23a22963089cd64c05f23', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_704c2', table='ledger_historicalperiod', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='journalline',
            index=models.Index(fields=['account', 'entry'], name='line_by_account'),
        ),
        migrations.AddConstraint(
            model_name='journalline',
            constraint=models.UniqueConstraint(fields=('entry', 'position'), name='one_line_per_position'),
        ),
        migrations.AddConstraint(
            model_name='journalline',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['D', 'C'])), name='line_side_known'),
        ),
        migrations.AddConstraint(
            model_name='journalline',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount__lte', Decimal('9999999999999.99')), ('amount', django.db.models.functions.math.Round('amount', 2))), name='line_amount_is_rupees'),
        ),
        migrations.AddConstraint(
            model_name='journalline',
            constraint=models.CheckConstraint(condition=models.Q(('amount_currency', 'PKR')), name='line_in_the_books_currency'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='journalline',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=ledger.ruling.RuleSql(func="RAISE EXCEPTION USING ERRCODE = '23L08', MESSAGE = format('%s of %s is refused: records are never changed or removed', TG_OP, TG_TABLE_NAME), DETAIL = json_build_object('rule', 'append_only', 'table', TG_TABLE_NAME)::text;", hash='aae86672b2be8e66f2d316b89a077246eb7dd404', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_f8373', table='ledger_journalline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='journalline',
            trigger=pgtrigger.compiler.Trigger(name='lines', sql=ledger.ruling.RuleSql(declare='DECLARE v record; bad record; floor record; held text;', func='\nIF current_setting(\'transaction_isolation\') <> \'read committed\' THEN\n    RAISE EXCEPTION USING ERRCODE = \'23L10\', DETAIL = \'{"rule": "isolation"}\',\n        MESSAGE = \'posting needs READ COMMITTED: an older snapshot cannot see that a period was closed\';\nEND IF;\nheld := pg_advisory_xact_lock_shared(7170001001);\nWITH l AS MATERIALIZED (\n    SELECT n.entry_id, n.position, n.account_id, n.amount, n.side = \'D\' AS debit,\n        a.slots, a.never_negative, e.period_id, e.reverses_id,\n        (a.book_id = e.book_id AND e.xid = pg_current_xact_id() AND e.recorded = now() AND p.book_id = e.book_id\n            AND p.closed_at IS NULL AND e.date BETWEEN p.start AND p."end" AND u.id IS NOT NULL) IS TRUE AS ok\n    FROM new_lines n\n    LEFT JOIN ledger_account a ON a.id = n.account_id\n    LEFT JOIN ledger_journalentry e ON e.id = n.entry_id\n    LEFT JOIN ledger_period p ON p.id = e.period_id\n    LEFT JOIN auth_user u ON u.id = e.recorded_by_id\n), written AS (\n    INSERT INTO ledger_accounttotal AS t (account_id, period_id, slot, debit, credit)\n    SELECT account_id, period_id, CASE WHEN slots = 1 THEN 0 ELSE pg_backend_pid() % slots END AS slot,\n        coalesce(sum(amount) FILTER (WHERE debit), 0), coalesce(sum(amount) FILTER (WHERE NOT debit), 0)\n    FROM l WHERE ok GROUP BY 1, 2, 3 ORDER BY 1, 2, 3\n    ON CONFLICT (account_id, period_id, slot)\n    DO UPDATE SET debit = t.debit + excluded.debit, credit = t.credit + excluded.credit\n)\nSELECT bool_and(good) AS good, bool_or(floored) AS floored, bool_or(reversal) AS reversal INTO v\nFROM (\n    SELECT bool_and(ok) AND sum(CASE WHEN debit THEN amount ELSE -amount END) = 0\n            AND count(*) > 1 AND min(position) = 1 AND max(position) = count(*) AS good,\n        bool_or(never_negative) AS floored, bool_or(reverses_id IS NOT NULL) AS reversal\n    FROM l GROUP BY entry_id\n) AS entry;\nIF NOT v.good THEN \n    SELECT * INTO bad FROM (\n        SELECT n.entry_id, n.position, e.key, b.code AS book, CASE\n                WHEN e.id IS NULL THEN \'23L12 no such entry\'\n                WHEN e.xid IS DISTINCT FROM pg_current_xact_id() OR e.recorded <> now() THEN \'23L12 the entry is sealed\'\n                WHEN b.id IS NULL THEN \'23L11 no such book\'\n                WHEN p.id IS NULL THEN \'23L04 no period holds the date\'\n                WHEN p.book_id <> e.book_id THEN \'23L04 the period is of another book\'\n                WHEN NOT e.date BETWEEN p.start AND p."end" THEN \'23L04 the date lies outside the period\'\n                WHEN p.closed_at IS NOT NULL THEN \'23L03 the period is closed\'\n                WHEN u.id IS NULL THEN \'23L11 no such user\'\n                WHEN a.id IS NULL THEN \'23L11 no such account\'\n                WHEN a.book_id <> e.book_id THEN \'23L11 the account is of another book\'\n            END AS fault\n        FROM new_lines n\n        LEFT JOIN ledger_account a ON a.id = n.account_id\n        LEFT JOIN ledger_journalentry e ON e.id = n.entry_id\n        LEFT JOIN ledger_book b ON b.id = e.book_id\n        LEFT JOIN ledger_period p ON p.id = e.period_id\n        LEFT JOIN auth_user u ON u.id = e.recorded_by_id\n        UNION ALL\n        SELECT n.entry_id, NULL, e.key, b.code, CASE\n                WHEN count(*) < 2 THEN \'23L02 an entry needs two lines or more\'\n                WHEN min(n.position) <> 1 OR max(n.position) <> count(*) THEN \'23L02 lines are not numbered from 1\'\n                WHEN sum(CASE WHEN n.side = \'D\' THEN n.amount ELSE -n.amount END) <> 0\n                    THEN \'23L01 debits and credits differ\'\n            END\n        FROM new_lines n\n        LEFT JOIN ledger_journalentry e ON e.id = n.entry_id\n        LEFT JOIN ledger_book b ON b.id = e.book_id\n        GROUP BY n.entry_id, e.key, b.code\n    ) AS found WHERE fault IS NOT NULL ORDER BY entry_id, position NULLS LAST LIMIT 1;\n    RAISE EXCEPTION USING ERRCODE = left(bad.fault, 5),\n        MESSAGE = format(\'entry %s: %s\', bad.entry_id, substr(bad.fault, 7)),\n        DETAIL = json_build_object(\'rule\', substr(bad.fault, 7), \'entry\', bad.entry_id, \'key\', bad.key,\n            \'book\', bad.book, \'line\', bad.position)::text;\n END IF;\nIF v.reversal THEN \n    SELECT e.id, e.key, e.reverses_id INTO bad\n    FROM (SELECT entry_id, count(*) AS lines FROM new_lines GROUP BY entry_id) AS n\n    JOIN ledger_journalentry e ON e.id = n.entry_id\n    LEFT JOIN ledger_journalentry o ON o.id = e.reverses_id\n    WHERE e.reverses_id IS NOT NULL AND (\n        (o.book_id = e.book_id AND o.reverses_id IS NULL AND o.date <= e.date) IS NOT TRUE\n        OR (SELECT count(*) FROM ledger_journalline x WHERE x.entry_id = o.id) <> n.lines\n        OR EXISTS (\n            SELECT FROM new_lines x\n            LEFT JOIN ledger_journalline y ON y.entry_id = o.id AND y.position = x.position\n            WHERE x.entry_id = e.id AND (x.side <> y.side\n                AND (x.account_id, x.amount, x.head, x.party) = (y.account_id, y.amount, y.head, y.party)) IS NOT TRUE))\n    LIMIT 1;\n    IF FOUND THEN\n        RAISE EXCEPTION USING ERRCODE = \'23L07\',\n            MESSAGE = format(\'entry %s does not repeat entry %s with the sides changed\', bad.id, bad.reverses_id),\n            DETAIL = json_build_object(\'rule\', \'a reversal repeats its original with the sides changed\',\n                \'entry\', bad.id, \'key\', bad.key, \'reverses\', bad.reverses_id)::text;\n    END IF;\n END IF;\nIF v.floored THEN \n    FOR floor IN\n        SELECT a.id, a.code, a.name, sum(CASE WHEN n.side = a.normal THEN n.amount ELSE -n.amount END) AS change\n        FROM new_lines n JOIN ledger_account a ON a.id = n.account_id\n        WHERE a.never_negative GROUP BY a.id ORDER BY a.id\n    LOOP\n        UPDATE ledger_accountfloor SET balance = balance + floor.change\n        WHERE account_id = floor.id AND balance + floor.change >= 0;\n        IF NOT FOUND THEN\n            SELECT balance INTO bad FROM ledger_accountfloor WHERE account_id = floor.id;\n            RAISE EXCEPTION USING ERRCODE = \'23L05\', MESSAGE = format(\'account %s would go below zero\', floor.code),\n                DETAIL = json_build_object(\'rule\', \'floor\', \'account\', floor.code, \'name\', floor.name,\n                    \'balance\', bad.balance::text, \'asked\', (-floor.change)::text)::text;\n        END IF;\n    END LOOP;\n END IF;\nRETURN NULL;', hash='0a89e714f3103ae8702343da1c25ce8e5dcdff9b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_lines_94135', referencing='REFERENCING NEW TABLE AS new_lines ', table='ledger_journalline', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.UniqueConstraint(fields=('book', 'start'), name='one_period_per_month'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.CheckConstraint(condition=models.Q(('end', models.Func(models.F('start'), output_field=models.DateField(), template="(%(expressions)s + interval '1 month' - interval '1 day')::date")), ('start__day', 1)), name='period_is_a_month'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='period',
            trigger=pgtrigger.compiler.Trigger(name='never_removed', sql=ledger.ruling.RuleSql(func="\nRAISE EXCEPTION USING ERRCODE = '23L09',\n    MESSAGE = format('%s of %s is refused: entries refer to it for good', TG_OP, TG_TABLE_NAME),\n    DETAIL = json_build_object('rule', 'never_removed', 'table', TG_TABLE_NAME)::text;\n", hash='b9e403ae7e4699fad23686e50cb6d0c2b3ebd800', level='STATEMENT', operation='DELETE OR TRUNCATE', pgid='pgtrigger_never_removed_d4a69', table='ledger_period', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='period',
            trigger=pgtrigger.compiler.Trigger(name='frozen', sql=ledger.ruling.RuleSql(condition='WHEN (OLD."book_id" IS DISTINCT FROM (NEW."book_id") OR OLD."end" IS DISTINCT FROM (NEW."end") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."start" IS DISTINCT FROM (NEW."start") OR OLD."year_id" IS DISTINCT FROM (NEW."year_id"))', func="\nRAISE EXCEPTION USING ERRCODE = '23L09',\n    MESSAGE = format('%s %s: what entries rely on is never changed', TG_TABLE_NAME, OLD.id),\n    DETAIL = json_build_object('rule', 'frozen', 'table', TG_TABLE_NAME, 'id', OLD.id)::text;\n", hash='9369d8bc7a3b89ddda3d1f3adea214a86c045051', operation='UPDATE', pgid='pgtrigger_frozen_d4396', table='ledger_period', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='period',
            trigger=pgtrigger.compiler.Trigger(name='gate', sql=ledger.ruling.RuleSql(declare='DECLARE held text;', func='\nheld := pg_advisory_xact_lock(7170001001);\nRETURN NEW;\n', hash='12dd16047dbb364e34f4ff4bb688d72204219239', operation='UPDATE', pgid='pgtrigger_gate_5aaf3', table='ledger_period', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='period',
            trigger=pgtrigger.compiler.Trigger(name='in_its_year', sql=ledger.ruling.RuleSql(func='\nIF NOT EXISTS (SELECT FROM ledger_fiscalyear y WHERE y.id = NEW.year_id AND y.book_id = NEW.book_id\n        AND NEW.start >= y.start AND NEW."end" <= y."end") THEN\n    RAISE EXCEPTION USING ERRCODE = \'23L09\', MESSAGE = \'a period lies in a fiscal year of its own book\',\n        DETAIL = json_build_object(\'rule\', \'in_its_year\', \'start\', NEW.start)::text;\nEND IF;\nRETURN NEW;\n', hash='f0b98fd1b87f66c77ed0f636c5bce3386edd7f85', operation='INSERT', pgid='pgtrigger_in_its_year_c989c', table='ledger_period', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='journalentry',
            index=models.Index(fields=['period', 'date'], name='entry_by_date'),
        ),
        migrations.AddConstraint(
            model_name='journalentry',
            constraint=models.UniqueConstraint(fields=('book', 'key'), name='one_entry_per_key'),
        ),
        migrations.AddConstraint(
            model_name='journalentry',
            constraint=models.UniqueConstraint(condition=models.Q(('reverses__isnull', False)), fields=('reverses',), name='reversed_once'),
        ),
        migrations.AddConstraint(
            model_name='journalentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', ''), _negated=True), models.Q(('key', ''), _negated=True)), name='entry_has_kind_and_key'),
        ),
        migrations.AddConstraint(
            model_name='journalentry',
            constraint=models.CheckConstraint(condition=models.Q(('reverses__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='reversal_has_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='journalentry',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=ledger.ruling.RuleSql(func="RAISE EXCEPTION USING ERRCODE = '23L08', MESSAGE = format('%s of %s is refused: records are never changed or removed', TG_OP, TG_TABLE_NAME), DETAIL = json_build_object('rule', 'append_only', 'table', TG_TABLE_NAME)::text;", hash='e3cd0a437fd1273deddd0fad67e1a9933968709e', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_d47c8', table='ledger_journalentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='journalentry',
            trigger=pgtrigger.compiler.Trigger(name='has_lines', sql=ledger.ruling.RuleSql(constraint='CONSTRAINT', func="\nIF NOT EXISTS (SELECT FROM ledger_journalline WHERE entry_id = NEW.id) THEN\n    RAISE EXCEPTION USING ERRCODE = '23L02', MESSAGE = format('entry %s has no lines', NEW.id),\n        DETAIL = json_build_object('rule', 'an entry needs two lines or more', 'entry', NEW.id, 'key', NEW.key)::text;\nEND IF;\nRETURN NULL;\n", hash='a18bc556b104f40a39963468af21b0bff08fa958', operation='INSERT', pgid='pgtrigger_has_lines_3d3c4', table='ledger_journalentry', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='journalentry',
            trigger=ledger.ruling.CompiledRoutine(name='ledger_post', sql=ledger.ruling.RoutineSql(declare='DECLARE n int := cardinality(books); ids bigint[]; owners bigint[]; written bigint; found_id bigint; owner bigint; bad record;', execute='ledger_post(books text[], dates date[], kinds text[], refs text[], memos text[], keys text[], digests text[], by_user bigint, reversed bigint, why text, line_draft int[], line_position int[], line_account text[], line_side text[], line_amount numeric[], line_head text[], line_party text[]) RETURNS bigint[]', func="\nIF n = 1 THEN\n    INSERT INTO ledger_journalentry AS e\n        (book_id, period_id, date, kind, reference, memo, key, digest, reverses_id, reason, recorded_by_id)\n    SELECT coalesce(b.id, 0), coalesce(p.id, 0), dates[1], kinds[1], refs[1], memos[1], keys[1], digests[1],\n        reversed, why, by_user\n    FROM (SELECT) AS one\n    LEFT JOIN ledger_book b ON b.code = books[1]\n    LEFT JOIN ledger_period p ON p.book_id = b.id AND p.start = date_trunc('month', dates[1]::timestamp)::date\n    ON CONFLICT (book_id, key) DO NOTHING RETURNING e.id, e.book_id INTO found_id, owner;\n    GET DIAGNOSTICS written = ROW_COUNT;\n    ids := ARRAY[found_id];\n    owners := ARRAY[owner];\nELSE\n    SELECT array_agg(nextval('ledger_journalentry_id_seq')) INTO ids FROM generate_series(1, n);\n    SELECT array_agg(coalesce(b.id, 0) ORDER BY d.o) INTO owners\n    FROM unnest(books) WITH ORDINALITY AS d(code, o) LEFT JOIN ledger_book b ON b.code = d.code;\n    INSERT INTO ledger_journalentry\n        (id, book_id, period_id, date, kind, reference, memo, key, digest, reverses_id, reason, recorded_by_id)\n    SELECT ids[d.o], owners[d.o], coalesce(p.id, 0), d.date, d.kind, d.ref, d.memo, d.key, d.digest,\n        reversed, why, by_user\n    FROM unnest(dates, kinds, refs, memos, keys, digests) WITH ORDINALITY AS d(date, kind, ref, memo, key, digest, o)\n    LEFT JOIN ledger_period p ON p.book_id = owners[d.o] AND p.start = date_trunc('month', d.date::timestamp)::date\n    ORDER BY d.o\n    ON CONFLICT (book_id, key) DO NOTHING;\n    GET DIAGNOSTICS written = ROW_COUNT;\nEND IF;\nIF written < n THEN\n    SELECT array_agg(CASE WHEN e.id = ids[d.o] THEN e.id ELSE -e.id END ORDER BY d.o) AS ids,\n        min(d.o) FILTER (WHERE e.digest IS DISTINCT FROM d.digest) AS clash INTO bad\n    FROM unnest(books, keys, digests) WITH ORDINALITY AS d(code, key, digest, o)\n    LEFT JOIN ledger_book b ON b.code = d.code\n    LEFT JOIN ledger_journalentry e ON e.book_id = coalesce(b.id, 0) AND e.key = d.key;\n    IF bad.clash IS NOT NULL THEN\n        RAISE EXCEPTION USING ERRCODE = '23L06', MESSAGE = format('key %s was used for other content', keys[bad.clash]),\n            DETAIL = json_build_object('rule', 'key', 'key', keys[bad.clash], 'book', books[bad.clash])::text;\n    END IF;\n    ids := bad.ids;\n    SELECT array_agg(coalesce(b.id, 0) ORDER BY d.o) INTO owners\n    FROM unnest(books) WITH ORDINALITY AS d(code, o) LEFT JOIN ledger_book b ON b.code = d.code;\nEND IF;\nIF written > 0 THEN\n    INSERT INTO ledger_journalline (entry_id, position, account_id, side, amount, amount_currency, head, party)\n    SELECT ids[l.draft], l.position, coalesce(a.id, 0), l.side, l.amount, 'PKR', l.head, l.party\n    FROM unnest(line_draft, line_position, line_account, line_side, line_amount, line_head, line_party)\n        AS l(draft, position, account, side, amount, head, party)\n    LEFT JOIN ledger_account a ON a.book_id = owners[l.draft] AND a.code = l.account\n    WHERE ids[l.draft] > 0;\nEND IF;\nRETURN ids;\n", hash='5d38f8f1736b2cf9eb820243b8780858631b03d8', operation='INSERT', pgid='ledger_post', table='ledger_journalentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accounttotal',
            trigger=pgtrigger.compiler.Trigger(name='only_by_rule', sql=ledger.ruling.RuleSql(condition='WHEN (pg_trigger_depth() = 0)', func="\nRAISE EXCEPTION USING ERRCODE = '23L08',\n    MESSAGE = format('%s of %s is refused: only posting writes it', TG_OP, TG_TABLE_NAME),\n    DETAIL = json_build_object('rule', 'only_by_rule', 'table', TG_TABLE_NAME)::text;\n", hash='5cdd510949ab139b46034785f06b5afb36b3c758', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_only_by_rule_78c1e', table='ledger_accounttotal', when='BEFORE')),
        ),
    ]
