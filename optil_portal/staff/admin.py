"""The accounts of the people who keep the records, switched off when they leave, and what their groups may do."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db import models
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from optil_portal.records.admin import KeptAdmin
from optil_portal.staff import second_factor
from optil_portal.staff.accounts import accounts_editable_by, groups_given_by
from optil_portal.staff.permissions import permissions_asked_for, told

# The secrets of a second factor are for nobody's eyes.
admin.site.unregister([Group, User, StaticDevice, TOTPDevice])


class PermissionsField(forms.ModelMultipleChoiceField):
    """A choice of permissions, which are called in Dutch what Django calls in English."""

    def label_from_instance(self, permission: Any) -> str:
        """What may be done with what."""
        return told(permission)


class PermissionsInDutch:
    """A form with permissions in it."""

    def formfield_for_manytomany(self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        """The choice, which of permissions is narrowed to what the back office asks for."""
        if db_field.remote_field.model is Permission:
            kwargs |= {"form_class": PermissionsField, "queryset": permissions_asked_for()}
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


@admin.register(User)
class AccountAdmin(PermissionsInDutch, KeptAdmin, UserAdmin):
    """An account, whose changes stay signed after it is switched off."""

    refusal = "Wie zelf over rechten gaat, verander jij niet"
    list_display = ("username", "email", "first_name", "last_name", "consultant", "is_active")
    list_filter = ("groups", "is_active")
    list_select_related = ("consultant",)
    actions = ("reset_second_factor",)

    def editable_rows(self, request: HttpRequest, rows: models.QuerySet) -> models.QuerySet:
        """The accounts that may do no more than the user."""
        return rows.filter(pk__in=accounts_editable_by(request.user).values("pk"))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Rights beside those of the groups are only for who has all of them."""
        fields = ("last_login", "date_joined")
        return fields if request.user.is_superuser else (*fields, "is_superuser", "user_permissions")

    def formfield_for_manytomany(self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        """The choice, which of groups is narrowed to those that the user may give."""
        if db_field.name == "groups":
            kwargs["queryset"] = groups_given_by(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.action(description="Vergeet de tweede stap van de gekozen accounts", permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, accounts: models.QuerySet) -> None:
        """Let somebody who lost their phone set up another one when they log in."""
        for account in accounts:
            second_factor.reset(account)
            self.log_change(request, account, "Tweede stap vergeten.")
        names = ", ".join(map(str, accounts))
        self.message_user(request, f"Stelt bij het aanmelden een nieuwe tweede stap in: {names}", messages.SUCCESS)

    @admin.display(description="consulent", ordering="consultant__name")
    def consultant(self, account: User) -> str:
        """The consultant who works with the account."""
        return str(getattr(account, "consultant", "–"))


@admin.register(Group)
class AccountGroupAdmin(PermissionsInDutch, KeptAdmin, GroupAdmin):  # type: ignore[misc]
    """What a group of accounts may do."""
