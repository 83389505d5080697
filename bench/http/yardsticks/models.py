"""The portal's projects, with no more than a card shows of them."""

from typing import ClassVar

from django.db import models


class Region(models.Model):
    """The region on a card."""

    name = models.TextField()
    slug = models.SlugField()

    class Meta:
        managed = False
        db_table = "igs_region"

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """The theme on a card."""

    short_name = models.TextField()
    colour = models.TextField()

    class Meta:
        managed = False
        db_table = "projects_theme"

    def __str__(self) -> str:
        return self.short_name


class Project(models.Model):
    """A card."""

    title = models.TextField()
    slug = models.SlugField()
    summary = models.TextField()
    year_from = models.IntegerField()
    state = models.TextField()
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT)

    objects: ClassVar = models.Manager()

    class Meta:
        managed = False
        db_table = "projects_project"

    def __str__(self) -> str:
        return self.title
