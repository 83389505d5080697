"""The questions of a guided change, and what it then does."""

from abc import ABCMeta, abstractmethod
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.forms.forms import DeclarativeFieldsMetaclass

from optil_portal.records.clock import today
from optil_portal.records.models import Record


class GuideType(ABCMeta, DeclarativeFieldsMetaclass):
    """The kind of a form of which part is left to each guide."""


class Guide(forms.Form, metaclass=GuideType):
    """A change that asks few questions and changes many records.

    `name` stands in the name of its address and `path` in the address, `title` above the page, `link` leads there,
    `explanation` says what it does. Who has all `permissions` may open it; which records it may touch, follows from
    those.
    """

    name: ClassVar[str]
    path: ClassVar[str]
    title: ClassVar[str]
    link: ClassVar[str]
    explanation: ClassVar[str]
    permissions: ClassVar[tuple[str, ...]]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        """`user` is who fills it in."""
        super().__init__(*args, **kwargs)
        self.user = user

    @classmethod
    def is_open_to(cls, user: Any) -> bool:
        """Whether a user may open it."""
        return user.has_perms(cls.permissions)

    @classmethod
    def about(cls, record: models.Model) -> dict[str, Any]:
        """What is filled in already for who comes from the form of a record."""
        return {}

    @abstractmethod
    def carry_out(self) -> None:
        """Change what the form says; raises ValidationError when that cannot be."""

    @abstractmethod
    def told(self) -> str:
        """What it does, as the note of its step."""


class SourcedGuide(Guide):
    """A guided change with who says so, for the records that it makes."""

    source_name = forms.CharField(
        label="Bron", max_length=200, help_text="Wie zegt dit? Bijvoorbeeld: het raadsbesluit."
    )
    source_url = forms.URLField(label="Adres van de bron", required=False, assume_scheme="https", max_length=500)
    doubt = forms.CharField(
        label="Nog te bevestigen",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Wat is onzeker? Bezoekers lezen dit ook.",
    )

    @property
    def source(self) -> dict[str, Any]:
        """The source of what is new, which is looked at today."""
        return {name: self.cleaned_data[name] for name in ("source_name", "source_url", "doubt")} | {
            "checked_on": today()
        }

    def cite(self, record: Record, what: str) -> None:
        """Add the source to those of a record that was there, for what it tells."""
        where = self.cleaned_data["source_url"] or self.cleaned_data["source_name"]
        record.further_sources = "\n".join(filter(None, (record.further_sources, f"{where} ({what})")))
