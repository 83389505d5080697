"""Where other pages lead to the doors: the link on every page, and those beside the form of a record."""

from typing import Any
from urllib.parse import quote, urlencode

from django import template
from django.contrib.contenttypes.models import ContentType
from django.template import Context
from django.urls import reverse

from igs.models import Region
from optil_portal.proposals.models import PAGES, Proposal
from optil_portal.records.addresses import address

register = template.Library()


@register.simple_tag(takes_context=True)
def report_address(context: Context) -> str:
    """Where to say that something on this page is not right."""
    request = context.get("request")
    return address("proposals:report") + (f"?pagina={quote(request.path)}" if request else "")


@register.inclusion_tag("proposals/_tools.html")
def proposal_tools(record: Any) -> dict[str, Any]:
    """The proposals that wait about a record, and for a region the way to have it check its sheet."""
    has_page = type(record) in PAGES.values()
    return {
        "waiting": Proposal.objects.about(record).waiting().count() if has_page else 0,
        "about": urlencode({"kind": ContentType.objects.get_for_model(record).pk, "record": record.pk}),
        "invite": reverse("admin:proposals_proposal_invite", args=[record.pk]) if isinstance(record, Region) else "",
    }
