"""The guided changes, for the first page of the admin."""

from typing import Any

from django import template
from django.contrib import admin

from optil_portal.records.guided.admin import GuidedAdmin

register = template.Library()


@register.inclusion_tag("admin/_guided.html", takes_context=True)
def guided_work(context: dict[str, Any]) -> dict[str, Any]:
    """The guides that who looks may open, in the order of the models."""
    guided = (one for one in admin.site._registry.values() if isinstance(one, GuidedAdmin))
    return {"links": [link for one in guided for link in one.guided_links(context["request"])]}
