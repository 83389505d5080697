"""What follows on too many wrong passwords."""

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOO_MANY_REQUESTS = 429


def client_address(request: HttpRequest) -> str | None:
    """The address from which somebody comes: what our own proxy last wrote down, where there is one."""
    told = request.META.get("REMOTE_ADDR", "")
    if settings.TRUST_FORWARDED_FOR:
        told = request.headers.get("X-Forwarded-For", told).split(",")[-1].strip()
    try:
        return str(ip_address(told))
    except ValueError:
        return None


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]) -> HttpResponse:
    """The page that says to wait, the same for an account that does not exist."""
    minutes = settings.AXES_COOLOFF_TIME.seconds // 60
    context = admin.site.each_context(request) | {"title": "Even wachten", "minutes": minutes}
    return render(request, "staff/locked_out.html", context, status=TOO_MANY_REQUESTS)
