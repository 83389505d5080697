"""What a record asks of who takes care of it: to look again, fill in, finish, ask consent anew, mend a link."""

from calendar import monthrange
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When


class Concern(models.TextChoices):
    """Why a record asks for care, by the word that stands in addresses."""

    DUE = "planning", "Planning die niet uitgevoerd is"
    PROPOSAL = "voorstel", "Meldingen en voorstellen"
    OVERDUE = "nakijken", "Te lang niet nagekeken"
    INCOMPLETE = "onvolledig", "Onvolledig"
    DRAFT = "ontwerp", "Ontwerpen die wachten"
    REVIEW = "nazicht", "Ter nazicht"
    CONSENT = "toestemming", "Toestemming die vervalt of niet bekend is"
    LINK = "links", "Verwijzingen die niet meer antwoorden"


def months_before(on: date, months: int) -> date:
    """The same day some months before another, or the last day of that month where it is shorter."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def lacks(model: type[models.Model], name: str) -> Case:
    """1 for the records of a model in which nothing is filled in for a field, else 0."""
    field = model._meta.get_field(name)
    if isinstance(field, models.ManyToManyField):
        through: Any = field.remote_field.through
        links = through._base_manager.filter(**{field.m2m_field_name(): OuterRef("pk")})
        return Case(When(Exists(links), then=Value(0)), default=Value(1))
    empty = Q(**{f"{name}__isnull": True})
    if field.empty_strings_allowed and not field.is_relation:
        empty |= Q(**{name: ""})
    return Case(When(empty, then=Value(1)), default=Value(0))
