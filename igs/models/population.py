"""How many people live in a municipality, as counted on a day."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import OuterRef, Q

from igs.care import InCareQuerySet
from igs.constraints import one_municipality
from optil_portal.records.models import Record


class PopulationQuerySet(InCareQuerySet):
    """The words for populations."""

    def in_care_of(self, user: Any) -> Self:
        """The counts of the municipalities that a consultant takes care of, and of those that merged into them."""
        municipalities: Any = self.model._meta.get_field("municipality").related_model
        cared_for = municipalities.objects.in_care_of(user)
        return self.filter(Q(municipality__in=cared_for) | Q(former_municipality__successor__in=cared_for))

    def latest_until(self, on: date) -> Self:
        """The counts of before a day or on it, the last one first."""
        return self.filter(counted_on__lte=on).order_by("-counted_on")

    def latest_of(self, municipality: OuterRef, on: date) -> Self:
        """The counts of an outer record's municipality until a day, the last one first."""
        return self.latest_until(on).filter(municipality=municipality)

    def latest_of_member(self, on: date) -> Self:
        """The counts of the municipality, or the former one, of an outer membership until a day, the last one first."""
        own = Q(municipality=OuterRef("municipality")) | Q(former_municipality=OuterRef("former_municipality"))
        return self.latest_until(on).filter(own)


class Population(Record):
    """The number of inhabitants of a municipality on a day; one that merged since keeps its own."""

    months_between_checks = 60
    natural_fields: ClassVar[tuple[str, ...]] = ("pk",)
    in_care_through = "municipality"

    municipality = models.ForeignKey(
        "igs.Municipality",
        on_delete=models.PROTECT,
        related_name="populations",
        null=True,
        blank=True,
        verbose_name="gemeente",
    )
    former_municipality = models.ForeignKey(
        "igs.FormerMunicipality",
        on_delete=models.PROTECT,
        related_name="populations",
        null=True,
        blank=True,
        verbose_name="vroegere gemeente",
        help_text="Alleen voor een gemeente die intussen in een andere is opgegaan.",
    )
    counted_on = models.DateField("geteld op")
    inhabitants = models.PositiveIntegerField("inwoners")

    objects: ClassVar = PopulationQuerySet.as_manager()

    class Meta:
        verbose_name = "inwonertal"
        verbose_name_plural = "inwonertallen"
        ordering: ClassVar = ["-counted_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["municipality", "counted_on"],
                name="population_once_a_day",
                violation_error_message="Van die dag is er al een inwonertal van deze gemeente.",
            ),
            models.UniqueConstraint(
                fields=["former_municipality", "counted_on"],
                name="population_of_former_once_a_day",
                violation_error_message="Van die dag is er al een inwonertal van deze vroegere gemeente.",
            ),
            one_municipality(),
        ]

    def __str__(self) -> str:
        return f"{self.municipality or self.former_municipality}: {self.inhabitants} op {self.counted_on:%d/%m/%Y}"
