"""The permissions that groups can have, as people call them."""

from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.utils.text import capfirst

VERBS = {"add": "toevoegen", "change": "bewerken", "delete": "verwijderen", "view": "bekijken"}


def permissions_asked_for() -> QuerySet[Permission]:
    """The permissions on what belongs to an app of the back office: those on other tables open no page."""
    apps = {model._meta.app_label for model in admin.site._registry}
    return Permission.objects.filter(content_type__app_label__in=apps).select_related("content_type")


def told(permission: Permission) -> str:
    """What a permission allows: "Project · bewerken"; one of our own has a Dutch name already."""
    model = permission.content_type.model_class()
    verb, _, name = permission.codename.partition("_")
    subject = capfirst(str(model._meta.verbose_name)) if model else permission.content_type.model
    return f"{subject} · {VERBS[verb] if verb in VERBS and name == permission.content_type.model else permission.name}"
