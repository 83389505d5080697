"""The published key figures, and what our own data gives beside them."""

from collections.abc import Collection
from typing import ClassVar

from django.db import models

from igs.models.region import RegionRow
from optil_portal.records.models import Record
from optil_portal.records.prepared import PreparedRecords


class KeyFigure(Record):
    """A number as somebody published it, with its source and its date; never bent to fit our own count."""

    class Subject(models.TextChoices):
        """What the figure counts."""

        REGIONS = "regions", "IGS'en cultuur"
        MUNICIPALITIES = "municipalities", "lokale besturen"
        INHABITANTS = "inhabitants", "inwoners"

    natural_fields: ClassVar[tuple[str, ...]] = ("subject",)

    subject = models.CharField("waarover", max_length=14, choices=Subject, unique=True)
    published = models.PositiveIntegerField("gepubliceerd getal")
    explanation = models.TextField(
        "hoe geteld", help_text="Hoe telde de bron, hoe tellen wij, en vanwaar het verschil?"
    )

    class Meta:
        verbose_name = "kerncijfer"
        verbose_name_plural = "kerncijfers"
        ordering: ClassVar = ["published"]

    def __str__(self) -> str:
        return self.get_subject_display()


def own_count(regions: Collection[RegionRow]) -> dict[str, int]:
    """What our data gives for each subject of KeyFigure, from the regions that work on a day."""
    return {
        KeyFigure.Subject.REGIONS: len(regions),
        KeyFigure.Subject.MUNICIPALITIES: sum(region.municipality_count for region in regions),
        KeyFigure.Subject.INHABITANTS: sum(region.inhabitants for region in regions),
    }


def beside_own_count(regions: Collection[RegionRow]) -> list[tuple[KeyFigure, int]]:
    """The published figures with their sources, each with what our data gives; `regions` as for `own_count`."""
    own = own_count(regions)
    return [(figure, own[figure.subject]) for figure in figures_query()]


figures_query = PreparedRecords(KeyFigure.objects.all)
