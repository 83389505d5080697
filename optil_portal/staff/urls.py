"""How somebody who forgot their password comes in again: Django's own pages, in the dress of the admin."""

from django.contrib.auth import views
from django.urls import path

from optil_portal.records.admin import RecordsSite
from optil_portal.staff.views import ForgottenPassword

DRESS = {"site_header": RecordsSite.site_header, "site_title": RecordsSite.site_title, "is_nav_sidebar_enabled": False}

urlpatterns = [
    path(
        "wachtwoord-vergeten/",
        ForgottenPassword.as_view(extra_context=DRESS),
        name="admin_password_reset",
    ),
    path(
        "wachtwoord-vergeten/verstuurd/",
        views.PasswordResetDoneView.as_view(extra_context=DRESS, title="Kijk in je mailbox"),
        name="password_reset_done",
    ),
    path(
        "wachtwoord-vergeten/klaar/",
        views.PasswordResetCompleteView.as_view(extra_context=DRESS, title="Je wachtwoord is veranderd"),
        name="password_reset_complete",
    ),
    path(
        "wachtwoord-vergeten/<uidb64>/<token>/",
        views.PasswordResetConfirmView.as_view(extra_context=DRESS, title="Kies een nieuw wachtwoord"),
        name="password_reset_confirm",
    ),
]
