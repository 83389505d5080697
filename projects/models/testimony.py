"""What named people say, told in reported speech, for as long as they consent."""

from typing import ClassVar, Self

from django.db import models

from igs.models import Region
from optil_portal.records.models import Record, RecordQuerySet
from projects.models.project import Project
from projects.models.theme import Theme


class TestimonyQuerySet(RecordQuerySet):
    """The words for testimonies."""

    def published(self) -> Self:
        """The testimonies that nobody has withdrawn: the one definition of public."""
        return self.filter(withdrawn_on__isnull=True)

    def told(self) -> Self:
        """The public testimonies with the region and project they are about."""
        return self.published().select_related("region", "project__theme")

    def in_region(self, region: Region) -> Self:
        """The testimonies of the work in a region."""
        return self.filter(region=region)

    def about(self, project: Project) -> Self:
        """The testimonies about a project."""
        return self.filter(project=project)

    def on_theme(self, theme: Theme) -> Self:
        """The testimonies about a project that has a theme as its first."""
        return self.filter(project__theme=theme)


class Testimony(Record):
    """What somebody told of the work in a region."""

    class Consent(models.TextChoices):
        """On what ground we tell it."""

        PUBLISHED_IN_BROCHURE = (
            "published_in_brochure",
            "gepubliceerd in de brochure van 9/10/2025, toestemming niet door ons gezien",
        )
        GIVEN = "given", "toestemming gegeven"

    person = models.CharField("persoon", max_length=80)
    slug = models.SlugField("korte naam", max_length=80, unique=True)
    role = models.CharField("functie", max_length=120, blank=True)
    organisation = models.CharField("organisatie", max_length=120, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="testimonies", verbose_name="regio")
    project = models.ForeignKey(
        Project,
        on_delete=models.PROTECT,
        related_name="testimonies",
        null=True,
        blank=True,
        verbose_name="project",
    )
    text = models.TextField("getuigenis", help_text="In de indirecte rede: wat vertelt deze persoon?")
    consent = models.CharField("toestemming", max_length=24, choices=Consent)
    consent_on = models.DateField("toestemming op", null=True, blank=True)
    withdrawn_on = models.DateField(
        "ingetrokken op", null=True, blank=True, help_text="Vanaf dan staat de getuigenis nergens meer."
    )

    objects: ClassVar = TestimonyQuerySet.as_manager()

    class Meta:
        verbose_name = "getuigenis"
        verbose_name_plural = "getuigenissen"
        ordering: ClassVar = ["person"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(consent="published_in_brochure") | models.Q(consent_on__isnull=False),
                name="given_consent_has_a_date",
                violation_error_message="Wanneer is de toestemming gegeven? Vul de datum in.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.region})"
