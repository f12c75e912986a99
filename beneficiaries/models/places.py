"""Places of the country: dated reference data, loaded from the pack, never typed into code."""

from django.db import models

from ledger.history import records


class Province(models.Model):
    """A province or region: Punjab, Sindh, KP, Balochistan, ICT, GB, AJK."""

    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=80)

    history = records()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class District(models.Model):
    name = models.CharField(max_length=80)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="districts")

    history = records()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name", "province"], name="district_once_per_province")]

    def __str__(self) -> str:
        return self.name


class Prison(models.Model):
    name = models.CharField(max_length=120, unique=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="prisons")

    history = records()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Court(models.Model):
    name = models.CharField(max_length=120, unique=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="courts")

    history = records()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
