"""Who is a member of which IGS cultuur, from which day until which."""

from datetime import date
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

from django.db import models
from django.db.models import ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from igs.constraints import NoOverlap
from igs.models.population import Population
from optil_portal.records.addresses import address
from optil_portal.records.models import Precision, Record, RecordQuerySet, dated
from optil_portal.records.prepared import Prepared

if TYPE_CHECKING:  # that module imports this one
    from igs.models.municipality import FormerMunicipality, Municipality
    from igs.models.region import Region


def no_later_than(field: str, on: date) -> Q:
    """The condition that the day in `field` is `on` or earlier, or not known."""
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__lte": on})


def later_than(field: str, on: date) -> Q:
    """The condition that the day in `field` is after `on`, or not set."""
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gt": on})


class MemberRow(NamedTuple):
    """What the page of a region shows of a member."""

    name: str
    slug: str  # of the municipality, or of the one that a former one merged into
    successor: str | None
    inhabitants: int | None
    since: date | None
    since_precision: str
    until: date | None
    note: str
    doubt: str

    @property
    def address(self) -> str:
        """The page of the municipality."""
        return address("igs:municipality_detail", self.slug)

    def is_over(self, on: date) -> bool:
        """Whether the membership ended on a day or before."""
        return self.until is not None and self.until <= on


def is_over(on: date) -> Q:
    """The condition that a membership, or the region it is in, ended before a day."""
    return Q(until__lte=on) | Q(region__last_day__lt=on)


class MembershipQuerySet(RecordQuerySet):
    """The words for memberships."""

    def on(self, on: date) -> Self:
        """The memberships that hold on a day, in the regions that are active on it."""
        return self.begun(on).filter(
            later_than("until", on), Q(region__last_day__isnull=True) | Q(region__last_day__gte=on)
        )

    def begun(self, on: date) -> Self:
        """The memberships that had begun on a day, as far as is known, whether they still held or not."""
        return self.filter(no_later_than("since", on), no_later_than("region__first_day", on))

    def overlapping(self, since: date | None, until: date | None) -> Self:
        """The memberships that share a day with the days from `since` until the day before `until`."""
        memberships = self.filter(later_than("until", since)) if since else self
        return memberships.filter(Q(since__isnull=True) | Q(since__lt=until)) if until else memberships

    def with_end(self, on: date) -> Self:
        """Each membership with `ended`, whether it was over on a day."""
        return self.annotate(ended=ExpressionWrapper(is_over(on), models.BooleanField()))

    def with_region(self) -> Self:
        """Each membership with its region at hand."""
        return self.select_related("region")

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

    ended: bool  # of with_end

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

    @property
    def member(self) -> "Municipality | FormerMunicipality | None":
        """The municipality, or the former one, that is the member; None as long as neither is chosen."""
        return self.municipality or self.former_municipality

    @staticmethod
    def rows_of_region(region: "Region", on: date) -> tuple[list[MemberRow], list[MemberRow]]:
        """The members of a region on a day and those of before, by name, with their inhabitants on the last count."""
        rows = [MemberRow(*row) for row in rows_of_region_query(region=region.pk, on=on)]
        return [row for row in rows if not row.is_over(on)], [row for row in rows if row.is_over(on)]


def rows(region: int, on: date) -> models.QuerySet:
    """The memberships of a region that have begun on a day as the fields of MemberRow."""
    name = Coalesce("municipality__name", "former_municipality__name")
    slug = Coalesce("municipality__slug", "former_municipality__successor__slug")
    last = Population.objects.latest_of(OuterRef("municipality"), on).values("inhabitants")[:1]
    memberships = Membership.objects.begun(on).filter(region=region).order_by(name)
    days = ("since", "since_precision", "until")
    return memberships.values_list(
        name, slug, "former_municipality__successor__name", Subquery(last), *days, "note", "doubt"
    )


rows_of_region_query = Prepared(rows, region=-1, on=date(1, 2, 3))
