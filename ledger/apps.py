from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from simple_history.signals import pre_create_historical_record

        from ledger.history import stamp_single

        pre_create_historical_record.connect(stamp_single, dispatch_uid="ledger.history.stamp")
