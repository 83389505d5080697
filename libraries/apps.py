"""The app of the libraries."""

from django.apps import AppConfig


class LibrariesConfig(AppConfig):
    """The public libraries and the regional networks they work in."""

    name = "libraries"
    verbose_name = "bibliotheken"
