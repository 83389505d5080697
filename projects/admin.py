"""The admin of the library projects and what belongs to them."""

from typing import ClassVar

from django.contrib import admin

from optil_portal.records.admin import (
    CONSENT,
    HTTPS_FIRST,
    LabelledInline,
    PictureInline,
    PublicationAdmin,
    RecordAdmin,
)
from projects.models import Audience, Partner, Project, ProjectImage, ProjectLink, Testimony, Theme


class ProjectLinkInline(LabelledInline):
    """The pages elsewhere about a project; a dead one may be removed."""

    model = ProjectLink
    fields = ("label", "url", "position")
    formfield_overrides: ClassVar = HTTPS_FIRST
    extra = 0


class ProjectImageInline(PictureInline):
    """The photographs of a project."""

    model = ProjectImage


@admin.register(Project)
class ProjectAdmin(PublicationAdmin):
    """A library project, asked in the order in which somebody tells of it."""

    list_display = ("title", "region", "short_theme", "in_years")
    list_filter = ("theme", ("region", admin.RelatedOnlyFieldListFilter), "kind", "still_runs")
    list_select_related = ("region", "theme")
    search_fields = ("title", "summary", "body", "region__name", "partners__name")
    prepopulated_fields: ClassVar = {"slug": ("title",)}
    autocomplete_fields = (
        "region",
        "other_regions",
        "municipalities",
        "libraries",
        "further_themes",
        "audiences",
        "partners",
    )
    fieldsets = (
        (
            "Wat is het",
            {
                "fields": (("title", "slug"), "summary", "body", "kind"),
                "description": "Publiceren kan zodra er een samenvatting, een regio en een eerste thema is.",
            },
        ),
        ("Waar", {"fields": ("region", "other_regions", "municipalities", "libraries")}),
        ("Waarover en voor wie", {"fields": ("theme", "further_themes", "audiences")}),
        ("Met wie", {"fields": ("partners",)}),
        ("Wanneer", {"fields": (("year_from", "year_until"), "still_runs")}),
        (
            "Zelf doen",
            {
                "fields": ("people", "duration", ("cost_from", "cost_until"), "material", "pitfalls"),
                "description": "Wat heeft een andere bibliotheek nodig om dit ook te doen? Laat leeg wat je niet weet.",
            },
        ),
    )
    inlines = (ProjectLinkInline, ProjectImageInline)

    @admin.display(description="thema", ordering="theme")
    def short_theme(self, project: Project) -> str | None:
        """The first theme, in the name that fits a column."""
        return project.theme.short_name if project.theme else None

    @admin.display(description="jaren", ordering="year_from")
    def in_years(self, project: Project) -> str:
        """The years as people read them."""
        return project.years


@admin.register(Theme)
class ThemeAdmin(RecordAdmin):
    """One of the five themes."""

    list_display = ("name", "number", "short_name", "colour")
    search_fields = ("name", "short_name", "introduction")
    prepopulated_fields: ClassVar = {"slug": ("short_name",)}
    fieldsets = (
        ("Welk thema", {"fields": (("name", "short_name"), "slug", ("number", "colour"))}),
        ("Wat we erover zeggen", {"fields": ("tagline", "introduction")}),
    )


@admin.register(Testimony)
class TestimonyAdmin(RecordAdmin):
    """What somebody told, for as long as they consent."""

    list_display = ("person", "region", "project", "expires_on", "withdrawn_on")
    list_filter = (
        ("region", admin.RelatedOnlyFieldListFilter),
        "consent",
        ("withdrawn_on", admin.EmptyFieldListFilter),
    )
    list_select_related = ("region", "project")
    search_fields = ("person", "organisation", "text", "region__name", "project__title")
    prepopulated_fields: ClassVar = {"slug": ("person",)}
    autocomplete_fields = ("region", "project")
    fieldsets = (
        ("Wie vertelt", {"fields": (("person", "slug"), "role", "organisation")}),
        ("Wat, en waarover", {"fields": ("text", "region", "project")}),
        ("Toestemming", {"fields": CONSENT}),
    )


@admin.register(Partner)
class PartnerAdmin(RecordAdmin):
    """An organisation that takes part in projects."""

    list_display = ("name", "website")
    search_fields = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    fieldsets = (("Welke organisatie", {"fields": (("name", "slug"), "website")}),)


@admin.register(Audience)
class AudienceAdmin(RecordAdmin):
    """Whom projects are for."""

    list_display = ("name",)
    search_fields = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    fieldsets = (("Welke doelgroep", {"fields": (("name", "slug"),)}),)
