"""The public libraries and the regional networks they work in."""

from datetime import date
from typing import ClassVar, NamedTuple, Self

from django.db import models
from django.db.models import F, Prefetch, Q

from igs.care import InCare, InCareQuerySet
from igs.models import Membership, Municipality, Region
from optil_portal.records.addresses import address
from optil_portal.records.edition import kept_of
from optil_portal.records.models import Publication, PublicationQuerySet, Record, planned
from optil_portal.records.prepared import Prepared


class LibraryNetwork(Record):
    """A regional library, or another standing cooperation of the libraries of a region."""

    complete_with = ("website",)
    in_care_through = "region"

    name = models.CharField("naam", max_length=120, unique=True)
    slug = models.SlugField("adres op de site", max_length=120, unique=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="networks", verbose_name="regio")
    website = models.URLField("website", blank=True)

    objects: ClassVar = InCareQuerySet.as_manager()

    class Meta:
        verbose_name = "bibliotheeknetwerk"
        verbose_name_plural = "bibliotheeknetwerken"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class LibraryRow(NamedTuple):
    """What a list shows of a library."""

    name: str
    slug: str
    municipality: str
    network: str | None
    network_website: str | None

    @property
    def address(self) -> str:
        """The page of the library."""
        return address("libraries:library_detail", self.slug)


ROW_FIELDS = ("name", "slug", "municipality__name", "network__name", "network__website")


class LibraryQuerySet(InCare, PublicationQuerySet):
    """The words for libraries."""

    def listed(self) -> Self:
        """The public libraries by municipality."""
        return self.published().order_by("municipality__name", "name", "pk")

    def rows(self) -> list[LibraryRow]:
        """The libraries as a list shows them: flat rows, for whole records cost a page more than anything else."""
        return [LibraryRow(*row) for row in self.values_list(*ROW_FIELDS)]

    def by_region(self, on: date) -> Self:
        """The libraries in members of a region on a day, each with the key of that `region`."""
        members = Membership.objects.on(on)
        return self.filter(municipality__memberships__in=members).annotate(
            region=F("municipality__memberships__region")
        )

    def with_region(self, on: date) -> Self:
        """Each library whose municipality knows its `region` on a day."""
        memberships = Membership.objects.on(on).with_region()
        return self.prefetch_related(Prefetch("municipality__memberships", memberships, to_attr="region_memberships"))

    def whole(self, on: date) -> Self:
        """The libraries with their network, and the municipality and region they are in on a day, at hand."""
        return self.select_related("municipality", "network").with_region(on)

    def in_municipality(self, municipality: Municipality) -> Self:
        """The libraries of a municipality."""
        return self.filter(municipality=municipality)


class Library(Publication):
    """A public library, or one of its places."""

    complete_with = ("street", "postal_code", "city", "website")
    in_care_through = "municipality"

    name = models.CharField("naam", max_length=120)
    slug = models.SlugField("adres op de site", max_length=120, unique=True)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="libraries", verbose_name="gemeente"
    )
    network = models.ForeignKey(
        LibraryNetwork,
        on_delete=models.PROTECT,
        related_name="libraries",
        null=True,
        blank=True,
        verbose_name="netwerk",
    )
    street = models.CharField("straat en nummer", max_length=120, blank=True)
    postal_code = models.CharField("postnummer", max_length=4, blank=True)
    city = models.CharField("plaats", max_length=80, blank=True)
    website = models.URLField("website", blank=True)

    search_kind = 4
    search_fields: ClassVar = ("name", ("city", "municipality__name"), "network__name", "street", "postal_code")

    objects: ClassVar = LibraryQuerySet.as_manager()

    class Meta:
        verbose_name = "bibliotheek"
        verbose_name_plural = "bibliotheken"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(postal_code="") | Q(postal_code__regex=r"^[0-9]{4}$"),
                name="library_postal_code_has_four_digits",
                violation_error_message="Een postnummer telt vier cijfers, bijvoorbeeld 8900.",
            ),
            *planned(),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of this library."""
        return address("libraries:library_detail", self.slug)

    @staticmethod
    def rows_of_region(region: Region, on: date) -> list[LibraryRow]:
        """The public libraries in the municipalities that are members of a region on a day, as a list shows them."""
        rows = kept_of(on, "libraries of regions", lambda: rows_by_region_query.by_first(on=on))
        return [LibraryRow(*row) for row in rows.get(region.pk, [])]


rows_by_region_query = Prepared(
    lambda on: Library.objects.listed().by_region(on).values_list("region", *ROW_FIELDS), on=date(1, 2, 3)
)
