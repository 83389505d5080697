"""The public libraries and the regional networks they work in."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse

from igs.models import Membership, Municipality, Region
from optil_portal.records.models import Publication, PublicationQuerySet, Record


class LibraryNetwork(Record):
    """A regional library, or another standing cooperation of the libraries of a region."""

    name = models.CharField("naam", max_length=120, unique=True)
    slug = models.SlugField("adres op de site", max_length=120, unique=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="networks", verbose_name="regio")
    website = models.URLField("website", blank=True)

    class Meta:
        verbose_name = "bibliotheeknetwerk"
        verbose_name_plural = "bibliotheeknetwerken"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class LibraryQuerySet(PublicationQuerySet):
    """The words for libraries."""

    def listed(self) -> Self:
        """The public libraries with what a list shows of them, by municipality."""
        return self.published().select_related("municipality", "network").order_by("municipality__name", "name")

    def in_region(self, region: Region, on: date) -> Self:
        """The libraries in the municipalities that are members of a region on a day."""
        members = Membership.objects.on(on).filter(region=region).values("municipality")
        return self.filter(municipality__in=members)

    def with_region(self, on: date) -> Self:
        """Each library whose municipality knows its `region` on a day."""
        memberships = Membership.objects.on(on).with_region()
        return self.prefetch_related(Prefetch("municipality__memberships", memberships, to_attr="region_memberships"))

    def search(self, words: str) -> Self:
        """The libraries in which every one of the words stands, in name, place, municipality or network."""
        libraries = self
        for word in words.split():
            libraries = libraries.filter(
                Q(name__icontains=word)
                | Q(city__icontains=word)
                | Q(municipality__name__icontains=word)
                | Q(network__name__icontains=word)
            )
        return libraries

    def in_municipality(self, municipality: Municipality) -> Self:
        """The libraries of a municipality."""
        return self.filter(municipality=municipality)


class Library(Publication):
    """A public library, or one of its places."""

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
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of this library."""
        return reverse("libraries:library_detail", args=[self.slug])
