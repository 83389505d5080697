"""What other pages show of the regions."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.utils.safestring import SafeString

from igs.models import Consultant, Membership, Municipality, Region, SubsidyRound
from igs.models.membership import MemberRow
from igs.models.municipality import Parts
from optil_portal.records.models import Precision
from optil_portal.records.periods import axis
from optil_portal.records.templatetags.records_tags import day, drawn

register = template.Library()

AHEAD = 3  # years, so that a round still to come has room


@register.simple_tag
def region_contact(region: Region) -> SafeString:
    """Whom to ask about a region: the IGS, its consultants, or else OP/TIL."""
    return drawn(
        "igs/_contact.html",
        name=str(region),
        website=region.website,
        email=region.email,
        phone=region.phone,
        consultants=Consultant.contacts(region),
    )


@register.filter
def largest(records: Iterable[Any], field: str) -> int:
    """The largest of a number that records have, which the bars of a list are drawn against; 0 when there are none."""
    return max((getattr(record, field) for record in records), default=0)


@register.filter
def total(records: Iterable[Any], field: str) -> int:
    """The sum of a number that records have."""
    return sum(getattr(record, field) for record in records)


@register.inclusion_tag("igs/_rounds.html")
def rounds_over_time(rounds: Iterable[SubsidyRound], on: date) -> dict[str, Any]:
    """The subsidy rounds as bars over the years, until some years after a day, each with what is known of it."""
    return {"axis": axis(((one, one.first_year, one.last_year) for one in rounds), on.year + AHEAD)}


@register.simple_tag
def parts_on(municipality: Municipality, on: date) -> Parts:
    """The municipalities that were apart on a day and are in this one now."""
    return municipality.parts_on(on)


@register.filter
def known_since(membership: Membership | MemberRow) -> str:
    """The first day of a membership, or the year where no more is known, or ""."""
    if membership.since and membership.since_precision == Precision.YEAR:
        return str(membership.since.year)
    return day(membership.since)
