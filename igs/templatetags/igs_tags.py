"""What other pages show of the regions."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template

from igs.models import Consultant, Membership, Region, SubsidyRound
from igs.models.membership import MemberRow
from optil_portal.records.models import Precision
from optil_portal.records.periods import axis
from optil_portal.records.templatetags.records_tags import day

register = template.Library()

AHEAD = 3  # years, so that a round still to come has room


@register.inclusion_tag("igs/_contact.html")
def region_contact(region: Region) -> dict[str, Any]:
    """Whom to ask about a region: the IGS, its consultants, or else OP/TIL."""
    return {"region": region, "consultants": Consultant.contacts(region)}


@register.inclusion_tag("igs/_choice.html")
def region_choice(chosen: str) -> dict[str, Any]:
    """A form field to choose a region, all of them by name."""
    return {"choices": Region.choices(), "chosen": chosen}


@register.filter
def largest(records: Iterable[Any], field: str) -> int:
    """The largest of a number that records have, which the bars of a list are drawn against; 0 when there are none."""
    return max((getattr(record, field) for record in records), default=0)


@register.inclusion_tag("igs/_rounds.html")
def rounds_over_time(rounds: Iterable[SubsidyRound], on: date) -> dict[str, Any]:
    """The subsidy rounds as bars over the years, until some years after a day, each with what is known of it."""
    return {"axis": axis(((one, one.first_year, one.last_year) for one in rounds), on.year + AHEAD)}


@register.filter
def known_since(membership: Membership | MemberRow) -> str:
    """The first day of a membership, or the year where no more is known, or ""."""
    if membership.since and membership.since_precision == Precision.YEAR:
        return str(membership.since.year)
    return day(membership.since)
