from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "funds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Adds the funds' boxes to the page of a case, and their watch over papers and people."""
        from beneficiaries.casework import resting  # models are there only now
        from beneficiaries.views import case_panels
        from funds.requests.drift import watching
        from funds.views.case_panels import PANELS

        for panel in PANELS:
            case_panels.add(panel)
        resting.add(watching)
