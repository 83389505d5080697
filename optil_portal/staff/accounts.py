"""Who may look after whose account: nobody gives, through an account of another, more rights than they have."""

from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models import QuerySet

from igs.models import Consultant

GIVES_RIGHTS = "auth.change_group"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def accounts_editable_by(user: Any) -> QuerySet[User]:
    """The accounts that a user may change: of those who decide on rights, only if they do so themselves."""
    if user.is_superuser:
        return User.objects.all()
    accounts = User.objects.filter(is_superuser=False)
    if user.has_perm(GIVES_RIGHTS):
        return accounts
    everybody: Any = None  # also who is switched off, whatever the stubs say
    deciding = User.objects.with_perm(GIVES_RIGHTS, is_active=everybody, backend=BACKEND)
    return accounts.exclude(pk__in=deciding.values("pk"))


def groups_given_by(user: Any) -> QuerySet[Group]:
    """The groups to which a user may add an account."""
    if user.has_perm(GIVES_RIGHTS):
        return Group.objects.all()
    return Group.objects.exclude(permissions__codename="change_group")


def consultants_to_write_to() -> QuerySet[User]:
    """The active accounts with an address of the consultants who are not in the archive."""
    consultants = Consultant.objects.in_use().values("user")
    return User.objects.filter(is_active=True, pk__in=consultants).exclude(email="").order_by("pk")
