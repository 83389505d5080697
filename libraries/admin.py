"""The admin of the libraries and their networks."""

from typing import ClassVar

from django.contrib import admin

from libraries.models import Library, LibraryNetwork
from optil_portal.records.admin import PublicationAdmin, RecordAdmin


@admin.register(Library)
class LibraryAdmin(PublicationAdmin):
    """A public library, or one of its places."""

    list_display = ("name", "municipality", "network")
    list_filter = (("network", admin.RelatedOnlyFieldListFilter), "municipality__province")
    list_select_related = ("municipality", "network")
    search_fields = ("name", "city", "street", "municipality__name", "network__name")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    autocomplete_fields = ("municipality", "network")
    fieldsets = (
        ("Welke bibliotheek", {"fields": (("name", "slug"), "municipality", "network", "website")}),
        ("Adres", {"fields": ("street", ("postal_code", "city"))}),
    )


@admin.register(LibraryNetwork)
class LibraryNetworkAdmin(RecordAdmin):
    """A regional library."""

    list_display = ("name", "region", "website")
    list_filter = (("region", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("region",)
    search_fields = ("name", "region__name")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    autocomplete_fields = ("region",)
    fieldsets = (("Welk netwerk", {"fields": (("name", "slug"), "region", "website")}),)
