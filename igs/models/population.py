"""How many people live in a municipality, as counted on a day."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import OuterRef

from optil_portal.records.models import Record, RecordQuerySet


class PopulationQuerySet(RecordQuerySet):
    """The words for populations."""

    def latest_until(self, on: date) -> Self:
        """The counts of before a day or on it, the last one first."""
        return self.filter(counted_on__lte=on).order_by("-counted_on")

    def latest_of(self, municipality: OuterRef, on: date) -> Self:
        """The counts of an outer record's municipality until a day, the last one first."""
        return self.latest_until(on).filter(municipality=municipality)


class Population(Record):
    """The number of inhabitants of a municipality on a day."""

    natural_fields: ClassVar[tuple[str, ...]] = ("municipality__nis_code", "counted_on")

    municipality = models.ForeignKey(
        "igs.Municipality", on_delete=models.PROTECT, related_name="populations", verbose_name="gemeente"
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
            )
        ]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.inhabitants} op {self.counted_on:%d/%m/%Y}"
