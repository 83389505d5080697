"""What happens to all that is known of municipalities that merge: kept as it was, or moved to who comes after."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.text import get_text_list, slugify

from igs.models.membership import Membership
from igs.models.municipality import FormerMunicipality, Municipality, Place
from igs.models.outline import Outline
from igs.models.population import Population
from igs.models.region import Region
from optil_portal.records.clock import today
from optil_portal.records.models import Confidence

KEPT = (Membership, Population)  # of these, the municipality of before has its own
SUM = "Som van de laatste tellingen"


class NewMunicipality(NamedTuple):
    """What a municipality is called that comes of a merger."""

    name: str
    nis_code: str
    province: str


def merge(
    ending: Collection[Municipality],
    heir: Municipality | NewMunicipality,
    region: Region | None,
    on: date,
    source: dict[str, Any],
) -> Municipality:
    """Have some municipalities end on a day, in one that stays or in a new one, which is in a region from then on.

    A new one takes over the record of the one that has its name, or else of the largest, so that what is of today
    stays where it is. Raises ValidationError when something is known of a later day.
    """
    for one in ending:
        refuse_later(one, on)
    successor = heir if isinstance(heir, Municipality) else taken_over(ending, heir, on)
    whole = list(dict.fromkeys([*ending, successor]))
    names = get_text_list([one.name for one in whole], "en")
    becomes, people = middle_of(whole), people_of(whole, on)
    for one in ending:
        keep_former(one, successor, on, source)
    gone = [one for one in ending if one != successor]
    join_outlines(successor, gone)
    for one in gone:
        hand_over(one, successor)
        one.delete()
    if isinstance(heir, NewMunicipality):
        note = f"Middelpunt en oppervlakte zijn berekend uit {names}."
        becomes |= heir._asdict() | {"slug": slugify(heir.name)} | source | {"note": note}
    for name, value in becomes.items():
        setattr(successor, name, value)
    successor.full_clean()
    successor.save()
    successor.move(region, on, source)
    count_together(
        successor, people, on, f"Som van de laatste tellingen van {names}, tot Statbel de nieuwe gemeente telt."
    )
    return successor


def count_together(successor: Municipality, people: int | None, on: date, doubt: str) -> None:
    """Keep the sum of the last counts as long as there is no count of the day itself."""
    if people is not None and on not in successor.populations.values_list("counted_on", flat=True):
        Population.objects.create(
            municipality=successor,
            counted_on=on,
            inhabitants=people,
            source_name=SUM,
            confidence=Confidence.MEDIUM,
            doubt=doubt,
            checked_on=today(),
        )


def refuse_later(one: Municipality, on: date) -> None:
    """Raise ValidationError when a municipality that ends on a day has something of that day or later."""
    if one.memberships.filter(since__gte=on).exists():
        raise ValidationError(f"{one} heeft een lidmaatschap dat op die dag of later begint. Verbeter dat eerst.")
    if one.populations.filter(counted_on__gte=on).exists():
        raise ValidationError(f"Van {one} is er een inwonertal van die dag of later. Verbeter dat eerst.")


def last_count(one: Municipality, on: date) -> int | None:
    """The inhabitants of a municipality on its last count by a day."""
    return one.populations.latest_until(on).values_list("inhabitants", flat=True).first()


def taken_over(ending: Collection[Municipality], heir: NewMunicipality, on: date) -> Municipality:
    """The municipality whose record goes on as that of the new one."""
    return max(ending, key=lambda one: (one.name == heir.name, last_count(one, on) or 0, one.name))


def middle_of(whole: list[Municipality]) -> dict[str, Any]:
    """The area of some municipalities together, and the middle of it."""
    area = sum(one.area_km2 for one in whole)
    weights = [float(one.area_km2) / float(area) for one in whole]
    return {
        "area_km2": area,
        "latitude": round(sum(one.latitude * weight for one, weight in zip(whole, weights, strict=True)), 4),
        "longitude": round(sum(one.longitude * weight for one, weight in zip(whole, weights, strict=True)), 4),
    }


def people_of(whole: list[Municipality], on: date) -> int | None:
    """The inhabitants of some municipalities together, None when one of them was never counted."""
    counts = [last_count(one, on) for one in whole]
    return None if None in counts else sum(count or 0 for count in counts)


def keep_former(one: Municipality, successor: Municipality, on: date, source: dict[str, Any]) -> None:
    """Keep what a municipality was until a day: its name and code, its memberships and its counts."""
    slug = one.slug if not FormerMunicipality.objects.filter(slug=one.slug).exists() else f"{one.slug}-{on.year}"
    former = FormerMunicipality(
        name=one.name, nis_code=one.nis_code, slug=slug, merged_on=on, successor=successor, **source
    )
    former.full_clean()
    former.save()
    for membership in one.memberships.all():
        membership.municipality, membership.former_municipality = None, former
        if membership.until is None or membership.until > on:
            membership.until = on
        membership.save()
    one.populations.update(municipality=None, former_municipality=former)


def hand_over(one: Municipality, successor: Municipality) -> None:
    """Have all that names a municipality name its successor, in this app and in those above it."""
    names = Place.objects.filter(municipality=successor).values("name")
    if twice := one.places.filter(name__in=names).first():
        raise ValidationError(f"Zowel {one} als {successor} heeft een plaats ‘{twice.name}’. Hernoem er eerst een.")
    for relation in Municipality._meta.related_objects:
        rows: Any = relation.related_model._default_manager
        named = rows.filter(**{relation.field.name: one})
        if relation.many_to_many:
            for row in named:
                getattr(row, relation.field.name).add(successor)
                getattr(row, relation.field.name).remove(one)
        elif relation.related_model not in KEPT:
            named.update(**{relation.field.name: successor})


def join_outlines(successor: Municipality, gone: list[Municipality]) -> None:
    """Draw the successor with the shapes of all its parts, in the layers in which each of those is drawn."""
    for layer in Outline.Layer.values:
        drawn = Outline.objects.filter(layer=layer)
        parts = [drawn.filter(municipality=one).first() for one in (successor, *gone)]
        own, *others = parts
        if None not in parts and own:
            own.path = "".join(part.path for part in parts if part)
            own.save()
        elif own:
            own.delete()
        for other in filter(None, others):
            other.delete()


def stop(region: Region, last_day: date) -> None:
    """Have a region end after a day, and its memberships with it; raises ValidationError."""
    after = last_day + timedelta(days=1)
    if later := region.memberships.filter(since__gte=after).first():
        raise ValidationError(f"{later.member} wordt pas na die dag lid van {region}. Verbeter dat lidmaatschap eerst.")
    region.last_day = last_day
    region.full_clean()
    region.save()
    for membership in region.memberships.overlapping(after, None):
        membership.until = after
        membership.save()
