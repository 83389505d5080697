"""What a guided change would do, found by doing it and taking it back."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from optil_portal.records.differences import Change, changes_of
from optil_portal.records.guided.forms import Guide
from optil_portal.records.history import Step, Version, step
from optil_portal.records.history_admin import may_change_some
from optil_portal.records.restoring import broken_rule
from optil_portal.records.rights import editable, refuse

OPEN = 6  # so many records of a kind are shown without being asked for
NOT_YOURS = "Je begeleidt de regio niet van"
NOT_TO_ADD = "Dit mag je niet toevoegen"


class Rehearsal(NamedTuple):
    """What a guided change would do."""

    changes: list[Change]

    @property
    def digest(self) -> str:
        """What tells it from any other."""
        told = [(one.kind, one.name, one.what, [str(other) for other in one.differences]) for one in self.changes]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @property
    def kinds(self) -> list[tuple[str, str, list[Change], bool]]:
        """The changes by kind: its name, how many of what, those themselves, and whether they are few."""
        by_kind: dict[str, list[Change]] = {}
        for change in self.changes:
            by_kind.setdefault(change.kind, []).append(change)
        return [(kind, counted(some), some, len(some) <= OPEN) for kind, some in by_kind.items()]


def counted(some: Iterable[Change]) -> str:
    """How many records are new, changed or gone."""
    return ", ".join(f"{number} {what}" for what, number in Counter(change.what for change in some).items())


class ChangedSinceError(Exception):
    """Since somebody looked at what it would change, a guided change would do something else."""


def rehearse(guide: Guide, request: HttpRequest, site: admin.AdminSite) -> Rehearsal:
    """Carry out a change, tell what it did, and take it back.

    Raises ValidationError for what cannot be, and PermissionDenied when one of the records is not the user's to change.
    """
    form = type(guide)(guide.data, user=guide.user)  # one of its own, so that nothing of it stays in the records
    form.full_clean()
    try:
        with transaction.atomic():
            with step(Step.Kind.FORM, form.told(), request.user) as taken:
                form.carry_out()
            versions = versions_of(taken)
            told = changes_of(versions)
            given_away = not_editable(versions, request.user)
            transaction.set_rollback(True)
    except IntegrityError as error:
        raise ValidationError(broken_rule(error)) from None
    check_rights(versions, request, site)
    if given_away:
        refuse(given_away, NOT_YOURS)  # type: ignore[arg-type]
    return Rehearsal(told)


def versions_of(taken: Step) -> list[Version]:
    """What a step changed so far, in its order."""
    return list(taken.versions.order_by("pk")) if taken.pk else []


def by_model(versions: Iterable[Version]) -> dict[type[Any], dict[int, Version]]:
    """Versions by the model and the key of their records."""
    found: dict[type[Any], dict[int, Version]] = {}
    for version in versions:
        found.setdefault(version.model, {})[version.record] = version
    return found


def not_editable(versions: Iterable[Version], user: Any) -> list[Version]:
    """The versions whose records, as they are now, a user may not edit."""
    others: list[Version] = []
    for model, some in by_model(version for version in versions if version.after is not None).items():
        own = set(editable(model._default_manager.all(), user).filter(pk__in=some).values_list("pk", flat=True))
        others += [version for pk, version in some.items() if pk not in own]
    return others


def check_rights(versions: list[Version], request: HttpRequest, site: admin.AdminSite) -> None:
    """Raise PermissionDenied unless somebody may add what is new in some versions, and change what was there."""
    user: Any = request.user
    for model, some in by_model(version for version in versions if version.before is None).items():
        options = model._meta
        if not model.derived_from and not user.has_perm(f"{options.app_label}.add_{options.model_name}"):
            refuse([*some.values()], NOT_TO_ADD)
    for model, some in by_model(version for version in versions if version.before is not None).items():
        if not may_change_some(request, site, model, set(some)):
            others = [version for pk, version in some.items() if not may_change_some(request, site, model, {pk})]
            refuse(others, NOT_YOURS)  # type: ignore[arg-type]
