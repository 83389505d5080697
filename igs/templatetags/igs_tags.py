"""What other pages show of the regions."""

from typing import Any

from django import template

from igs.models import Consultant, Membership, Region
from igs.models.membership import MemberRow
from optil_portal.records.models import Precision
from optil_portal.records.templatetags.records_tags import day

register = template.Library()


@register.inclusion_tag("igs/_contact.html")
def region_contact(region: Region) -> dict[str, Any]:
    """Whom to ask about a region: the IGS, its consultants, or else OP/TIL."""
    return {"region": region, "consultants": Consultant.contacts(region)}


@register.inclusion_tag("igs/_choice.html")
def region_choice(chosen: str) -> dict[str, Any]:
    """A form field to choose a region, all of them by name."""
    return {"choices": Region.choices(), "chosen": chosen}


@register.filter
def known_since(membership: Membership | MemberRow) -> str:
    """The first day of a membership, or the year where no more is known, or ""."""
    if membership.since and membership.since_precision == Precision.YEAR:
        return str(membership.since.year)
    return day(membership.since)
