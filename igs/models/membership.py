"""Who is a member of which IGS cultuur, from which day until which."""

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from igs.constraints import NoOverlap
from igs.models.population import Population
from optil_portal.records.models import Precision, Record, RecordQuerySet, dated

if TYPE_CHECKING:  # that module imports this one
    from igs.models.municipality import FormerMunicipality, Municipality


def no_later_than(field: str, on: date) -> Q:
    """The condition that the day in `field` is `on` or earlier, or not known."""
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__lte": on})


def later_than(field: str, on: date) -> Q:
    """The condition that the day in `field` is after `on`, or not set."""
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gt": on})


class MembershipQuerySet(RecordQuerySet):
    """The words for memberships."""

    def on(self, on: date) -> Self:
        """The memberships that hold on a day, in the regions that are active on it."""
        return self.filter(
            no_later_than("since", on),
            later_than("until", on),
            no_later_than("region__first_day", on),
            Q(region__last_day__isnull=True) | Q(region__last_day__gte=on),
        )

    def overlapping(self, since: date | None, until: date | None) -> Self:
        """The memberships that share a day with the days from `since` until the day before `until`."""
        memberships = self.filter(later_than("until", since)) if since else self
        return memberships.filter(Q(since__isnull=True) | Q(since__lt=until)) if until else memberships

    def over(self, on: date) -> Self:
        """The memberships that ended on a day or before, the last one first."""
        return self.filter(until__lte=on).order_by("-until")

    def with_region(self) -> Self:
        """Each membership with its region at hand."""
        return self.select_related("region")

    def of_outer(self, municipality: OuterRef) -> Self:
        """The memberships of an outer record's municipality."""
        return self.filter(municipality=municipality)

    def with_inhabitants(self, on: date) -> Self:
        """Each membership with the `inhabitants` of its municipality on the last count before a day."""
        last = Population.objects.latest_of(OuterRef("municipality"), on)
        return self.annotate(inhabitants=Subquery(last.values("inhabitants")[:1]))

    def by_name(self) -> Self:
        """The memberships with their municipalities at hand, in alphabetical order."""
        return self.select_related("municipality", "former_municipality__successor").order_by(
            "municipality__name", "former_municipality__name"
        )


class Membership(Record):
    """A municipality in an IGS cultuur, from `since` until the day before `until`."""

    natural_fields: ClassVar[tuple[str, ...]] = ("pk",)

    region = models.ForeignKey("igs.Region", on_delete=models.PROTECT, related_name="memberships", verbose_name="regio")
    municipality = models.ForeignKey(
        "igs.Municipality",
        on_delete=models.PROTECT,
        related_name="memberships",
        null=True,
        blank=True,
        verbose_name="gemeente",
    )
    former_municipality = models.ForeignKey(
        "igs.FormerMunicipality",
        on_delete=models.PROTECT,
        related_name="memberships",
        null=True,
        blank=True,
        verbose_name="vroegere gemeente",
        help_text="Alleen voor een gemeente die intussen in een andere is opgegaan.",
    )
    since = models.DateField(
        "lid sinds", null=True, blank=True, help_text="Ken je alleen het jaar? Vul dan 1 januari van dat jaar in."
    )
    since_precision = models.CharField("precisie van ‘sinds’", max_length=7, choices=Precision, default=Precision.DAY)
    until = models.DateField(
        "lid tot", null=True, blank=True, help_text="De eerste dag waarop de gemeente geen lid meer is."
    )

    inhabitants: int | None  # of with_inhabitants

    objects: ClassVar = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "lidmaatschap"
        verbose_name_plural = "lidmaatschappen"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since")),
                name="membership_until_is_after_since",
                violation_error_message="‘Lid tot’ moet later zijn dan ‘lid sinds’.",
            ),
            models.CheckConstraint(
                condition=Q(municipality__isnull=True) ^ Q(former_municipality__isnull=True),
                name="membership_has_one_municipality",
                violation_error_message="Kies een gemeente of een vroegere gemeente, niet allebei.",
            ),
            dated("since"),
            NoOverlap(
                column="municipality",
                name="membership_municipality_in_one_region",
                violation_error_message="Deze gemeente is in die periode al lid van een regio.",
            ),
            NoOverlap(
                column="former_municipality",
                name="membership_former_municipality_in_one_region",
                violation_error_message="Deze vroegere gemeente is in die periode al lid van een regio.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.region}"

    def is_over(self, on: date) -> bool:
        """Whether the membership ended on a day or before."""
        return self.until is not None and self.until <= on

    def holds_on(self, on: date) -> bool:
        """Whether the membership has begun, as far as is known, and is not over on a day."""
        return (self.since is None or self.since <= on) and not self.is_over(on)

    @property
    def member(self) -> "Municipality | FormerMunicipality | None":
        """The municipality, or the former one, that is the member; None as long as neither is chosen."""
        return self.municipality or self.former_municipality
