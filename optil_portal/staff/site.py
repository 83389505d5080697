"""The back office with its doors."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse

from optil_portal.records.admin import RecordsSite
from optil_portal.records.clock import today
from optil_portal.staff import second_factor, views
from optil_portal.staff.cockpit import Cockpit
from optil_portal.staff.lockout import remember


class StaffSite(RecordsSite):
    """The admin of the portal, which also asks for a second factor where the setting says so."""

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The second door, before the pages behind it."""
        return [
            path("tweede-stap/", views.SecondStep.as_view(), name="second_step"),
            path("tweede-stap/instellen/", views.SetUpSecondStep.as_view(), name="set_up_second_step"),
            *super().get_urls(),
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page needs, and whether the second door is there."""
        return super().each_context(request) | {"asks_second_factor": settings.SECOND_FACTOR}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The first page, which begins with what asks for care."""
        return super().index(request, {"cockpit": Cockpit(request.user, today())} | (extra_context or {}))

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may come in: with their password, and with a code."""
        return super().has_permission(request) and not second_factor.is_missing(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The first door; who came through it is sent on to the second, and known by their browser."""
        if request.method == "GET" and super().has_permission(request) and second_factor.is_missing(request.user):
            return HttpResponseRedirect(reverse("admin:second_step", query=request.GET))
        response = super().login(request, extra_context)
        if request.method == "POST" and request.user.is_authenticated:
            remember(response, request.user.get_username())
        return response
