"""What the pages at the second door share."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from optil_portal.staff.forms import CodeForm

password_given = user_passes_test(lambda user: user.is_active and user.is_staff, login_url="admin:login")


@method_decorator([never_cache, password_given], name="dispatch")
class Door(RedirectURLMixin, FormView):
    """A page that asks for a code of somebody who gave their password."""

    form_class = CodeForm
    next_page = "admin:index"
    title = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or the other door when that comes first."""
        if other := self.other_door():
            return redirect(reverse(other, query=request.GET))
        return super().dispatch(request, *args, **kwargs)

    def other_door(self) -> str:
        """The name of the page that comes before this one, "" when none does."""
        return ""

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form is about the user."""
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What every page of the admin needs, and where to go on."""
        where = {self.redirect_field_name: self.get_redirect_url()}
        context = admin.site.each_context(self.request) | {"title": self.title} | where
        return super().get_context_data(**context | kwargs)
