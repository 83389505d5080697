"""The accounts of the people who keep the records: switched off when they leave, never deleted."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User

from optil_portal.records.admin import KeptAdmin

admin.site.unregister([Group, User])


@admin.register(User)
class AccountAdmin(KeptAdmin, UserAdmin):
    """An account, whose changes stay signed after it is switched off."""


@admin.register(Group)
class AccountGroupAdmin(KeptAdmin, GroupAdmin):
    """What a group of accounts may do."""
