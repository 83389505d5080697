"""The second door of the back office, and how to get its key."""

from http.client import TOO_MANY_REQUESTS
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import PasswordResetView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_otp import login

from optil_portal.allowance import is_left
from optil_portal.staff import second_factor
from optil_portal.staff.door import Door
from optil_portal.staff.forms import CodeForm, ForgottenPasswordForm
from optil_portal.visitors import mark_of

LETTERS_FROM_ADDRESS = 10  # in an hour: a whole office may share one


class ForgottenPassword(PasswordResetView):
    """Asks for a letter with a link to a new password, not too often from one address."""

    form_class = ForgottenPasswordForm
    title = "Wachtwoord vergeten"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send the letter, or say to wait: whether there is such an account is counted nowhere."""
        if is_left(f"from-{mark_of(request)}", LETTERS_FROM_ADDRESS):
            return super().post(request, *args, **kwargs)
        context = admin.site.each_context(request) | {"title": "Even wachten"}
        return render(request, "staff/asked_too_often.html", context, status=TOO_MANY_REQUESTS)


class SecondStep(Door):
    """Asks for the code."""

    template_name = "staff/second_step.html"
    title = "Tweede stap"

    def other_door(self) -> str:
        """First there must be an app that gives codes."""
        return "" if second_factor.has_been_set_up(self.request.user) else "admin:set_up_second_step"

    def form_valid(self, form: CodeForm) -> HttpResponse:
        """Let the user in."""
        login(self.request, form.device)
        return super().form_valid(form)


class SetUpSecondStep(Door):
    """Brings the secret into an app, and gives the recovery codes."""

    template_name = "staff/set_up_second_step.html"
    title = "Tweede stap instellen"

    def other_door(self) -> str:
        """Who has an app already, shows a code of it first."""
        user: Any = self.request.user
        return "admin:second_step" if second_factor.has_been_set_up(user) and not user.is_verified() else ""

    def get_form_kwargs(self) -> dict[str, Any]:
        """The code must come from the app to be confirmed."""
        begin = second_factor.begun if self.request.method == "POST" else second_factor.begin
        self.device = begin(self.request.user)
        return super().get_form_kwargs() | {"device": self.device}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The secret, drawn and spelled."""
        context = super().get_context_data(**kwargs)
        return {"qr": second_factor.drawn(self.device), "secret": second_factor.spelled(self.device)} | context

    def form_valid(self, form: CodeForm) -> HttpResponse:
        """Let the user in, and show the recovery codes this once."""
        codes = second_factor.finish(self.device)
        login(self.request, self.device)
        where = {"codes": codes, "go_on": self.get_success_url(), "title": "Bewaar je herstelcodes"}
        self.template_name = "staff/recovery_codes.html"
        return self.render_to_response(admin.site.each_context(self.request) | where)
