"""The five themes under which the IGS'en make a difference for the library."""

from typing import ClassVar, NamedTuple, Self

from django.db import models

from igs.models import Colour
from optil_portal.records.addresses import address
from optil_portal.records.edition import kept
from optil_portal.records.models import Record, RecordQuerySet
from optil_portal.records.prepared import Prepared
from optil_portal.records.prose import ProseField
from projects.models.project import Project, projects_counted


class ThemeTile(NamedTuple):
    """What a tile shows of a theme."""

    number: int
    name: str
    short_name: str
    slug: str
    tagline: str
    colour: str
    project_count: int

    @property
    def address(self) -> str:
        """The page of the theme."""
        return address("projects:theme_detail", self.slug)


class ThemeQuerySet(RecordQuerySet):
    """The words for themes."""

    def with_project_count(self) -> Self:
        """Each theme with `project_count`: the public projects that have it as their first or a further theme."""
        return self.annotate(project_count=projects_counted("theme", Project.further_themes.through))


class Theme(Record):
    """One of the five themes of the brochure, in its order."""

    months_between_checks = 24

    number = models.PositiveSmallIntegerField("nummer", unique=True)
    name = models.CharField("naam", max_length=120, unique=True)
    slug = models.SlugField("adres op de site", max_length=40, unique=True)
    short_name = models.CharField("korte naam", max_length=20, unique=True)
    tagline = models.CharField("ondertitel", max_length=60, help_text="Eén regel voor op de tegel.")
    colour = models.CharField("kleur", max_length=6, choices=Colour)
    introduction = ProseField("inleiding", help_text="Twee of drie korte alinea's in eigen woorden.")

    search_kind = 5
    search_fields: ClassVar = ("name", "short_name", "tagline", "introduction")

    objects: ClassVar = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = "thema"
        verbose_name_plural = "thema's"
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of this theme."""
        return address("projects:theme_detail", self.slug)

    @staticmethod
    def tiles() -> list[ThemeTile]:
        """All themes as tiles, in the order of the brochure."""
        return kept("themes", lambda: [ThemeTile(*row) for row in theme_tiles_query()])


theme_tiles_query = Prepared(lambda: Theme.objects.with_project_count().values_list(*ThemeTile._fields))
