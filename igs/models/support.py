"""Who helps the regions: the Flemish subsidy and the consultants of OP/TIL."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from optil_portal.records.addresses import address
from optil_portal.records.clock import today
from optil_portal.records.consent import Consented, ConsentQuerySet
from optil_portal.records.edition import kept
from optil_portal.records.models import Publication, PublicationQuerySet, Record, RecordQuerySet, planned
from optil_portal.records.pictures import CheckedPictureField
from optil_portal.records.prepared import Prepared
from optil_portal.records.upkeep import Concern


class SubsidyRoundQuerySet(RecordQuerySet):
    """The words for subsidy rounds."""

    def begun(self, year: int) -> Self:
        """The rounds that had begun in a year, the last one first."""
        return self.filter(first_year__lte=year).order_by("-first_year")


class SubsidyRound(Record):
    """A period for which the minister recognises IGS'en cultuur and pays for their work."""

    complete_with = ("yearly_amount",)
    natural_fields: ClassVar[tuple[str, ...]] = ("first_year",)

    decree = models.CharField("decreet", max_length=120)
    first_year = models.PositiveSmallIntegerField("eerste jaar", unique=True)
    last_year = models.PositiveSmallIntegerField("laatste jaar", null=True, blank=True)
    yearly_amount = models.PositiveIntegerField(
        "bedrag per jaar (euro)", null=True, blank=True, help_text="Voor alle regio's samen, ongeveer."
    )
    regions = models.ManyToManyField(
        "igs.Region",
        related_name="rounds",
        verbose_name="erkende regio's",
        blank=True,
        help_text="Welke regio's de minister voor deze ronde erkent.",
    )

    objects: ClassVar = SubsidyRoundQuerySet.as_manager()

    class Meta:
        verbose_name = "erkenningsronde"
        verbose_name_plural = "erkenningsrondes"
        ordering: ClassVar = ["first_year"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")),
                name="subsidy_round_ends_after_it_starts",
                violation_error_message="Het laatste jaar kan niet voor het eerste jaar liggen.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.decree}, vanaf {self.first_year}"


class ConsultantQuerySet(ConsentQuerySet, PublicationQuerySet):
    """The words for consultants."""

    def with_regions(self) -> Self:
        """Each consultant with the regions they help."""
        return self.prefetch_related("regions")

    def with_portrait(self) -> Self:
        """The consultants of whom a portrait is kept."""
        return self.exclude(portrait="")

    def asking(self, on: date) -> dict[Concern, Self]:
        """The consultants who ask for care on a day, by what they ask: consent for their portrait too."""
        return super().asking(on) | {Concern.CONSENT: self.with_portrait().consent_in_doubt(on)}

    def forget_portraits(self, on: date) -> list["Consultant"]:
        """Throw away the portraits for which there is no consent on a day; gives whose they were."""
        without = [*self.with_portrait().without_consent(on)]
        for consultant in without:
            consultant.portrait = ""
            consultant.save()
        return without


class Consultant(Consented, Publication):
    """Somebody at OP/TIL who helps one or more regions."""

    complete_with = ("portrait", "email", "regions")

    name = models.CharField("naam", max_length=80)
    slug = models.SlugField("adres op de site", max_length=80, unique=True)
    portrait = CheckedPictureField(
        "portret",
        upload_to="consulenten",
        width_field="portrait_width",
        height_field="portrait_height",
        aspect_ratios=["1/1"],
        blank=True,
    )
    portrait_width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    portrait_height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    email = models.EmailField("e-mailadres", blank=True, help_text="Een adres van de functie, niet van een persoon.")
    regions = models.ManyToManyField("igs.Region", related_name="consultants", verbose_name="regio's", blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="consultant",
        null=True,
        blank=True,
        verbose_name="account",
        help_text="Wie met dit account werkt, bewerkt de records van deze regio's.",
    )

    objects: ClassVar = ConsultantQuerySet.as_manager()

    class Meta:
        verbose_name = "consulent"
        verbose_name_plural = "consulenten"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            *planned(),
            *Consented.Meta.constraints,
            models.CheckConstraint(
                condition=Q(portrait="") | ~Q(consent=""),
                name="portrait_has_consent",
                violation_error_message="Op welke grond tonen we het portret? Kies een toestemming.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what changed; the portrait of who withdrew consent goes, its file too."""
        if self.withdrawn_on:
            self.portrait = ""  # type: ignore[assignment]  # django-pictures has no types
        super().save(*args, **kwargs)

    @property
    def shown_portrait(self) -> Any:
        """The portrait as long as there is consent for it, else ""."""
        return self.portrait if self.has_consent(today()) else ""

    def get_absolute_url(self) -> str:
        """The place of this consultant on the page of all."""
        return f"{address('igs:consultant_list')}#{self.slug}"

    @staticmethod
    def contacts(region: models.Model) -> list[tuple[Any, ...]]:
        """The name, the slug and the e-mail address, or "", of each public consultant of a region."""
        return kept("contacts", contacts_query.by_first).get(region.pk, [])


contacts_query = Prepared(lambda: Consultant.objects.published().values_list("regions", "name", "slug", "email"))
