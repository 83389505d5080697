"""The published key figures, and what our own data gives beside them."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Sum

from igs.models.membership import Membership
from igs.models.region import Region
from optil_portal.records.models import Record


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
    explanation = models.TextField("hoe geteld", help_text="Hoe telde de bron, hoe tellen wij, en vanwaar het verschil?")

    class Meta:
        verbose_name = "kerncijfer"
        verbose_name_plural = "kerncijfers"
        ordering: ClassVar = ["published"]

    def __str__(self) -> str:
        return self.get_subject_display()


def own_count(on: date) -> dict[str, int]:
    """What our data gives on a day for each subject of KeyFigure."""
    regions = Region.objects.active(on).with_figures(on)
    return {
        KeyFigure.Subject.REGIONS: regions.count(),
        KeyFigure.Subject.MUNICIPALITIES: Membership.objects.on(on).count(),
        KeyFigure.Subject.INHABITANTS: regions.aggregate(total=Sum("inhabitants"))["total"] or 0,
    }
