from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "funds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Adds the funds' boxes to the page of a case."""
        from beneficiaries.views import case_panels  # models are there only now
        from funds.views.case_panels import PANELS

        for panel in PANELS:
            case_panels.add(panel)
