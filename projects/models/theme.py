"""The five themes under which the IGS'en make a difference for the library."""

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse

from igs.models import Colour
from optil_portal.records.models import Record, RecordQuerySet
from projects.models.project import Project, projects_counted


class ThemeQuerySet(RecordQuerySet):
    """The words for themes."""

    def with_project_count(self) -> Self:
        """Each theme with `project_count`: the public projects that have it as their first or a further theme."""
        return self.annotate(project_count=projects_counted("theme", Project.further_themes.through))


class Theme(Record):
    """One of the five themes of the brochure, in its order."""

    number = models.PositiveSmallIntegerField("nummer", unique=True)
    name = models.CharField("naam", max_length=120, unique=True)
    slug = models.SlugField("adres op de site", max_length=40, unique=True)
    short_name = models.CharField("korte naam", max_length=20, unique=True)
    tagline = models.CharField("ondertitel", max_length=60, help_text="Eén regel voor op de tegel.")
    colour = models.CharField("kleur", max_length=6, choices=Colour)
    introduction = models.TextField("inleiding", help_text="Twee of drie korte alinea's in eigen woorden.")

    objects: ClassVar = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = "thema"
        verbose_name_plural = "thema's"
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of this theme."""
        return reverse("projects:theme_detail", args=[self.slug])
