"""Two people in one form: who saves second sees what the other made of it, and chooses field by field."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.db import models
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst

from optil_portal.records.differences import Change, changes_of, names_in, shown
from optil_portal.records.history import Fields, Key, Version, plain, snapshots
from optil_portal.records.restoring import states_after

TOKEN = "_version"  # noqa: S105 — which version the form showed when it was opened; no secret
AGAINST = "_against"  # which one the choices are made against
DIFFERS = "_differs"  # the fields of which must be chosen
CHOICE = "_choice-"
MINE, THEIRS = "mine", "theirs"
CHOOSE = "Nog niet bewaard, want iemand anders was je voor. Kies hierboven per veld wat blijft, en bewaar opnieuw."


class Choice(NamedTuple):
    """A field that two people want differently, each way as people read it, and what is chosen beforehand if clear."""

    name: str
    label: str
    mine: str
    theirs: str
    chosen: str

    @property
    def input_name(self) -> str:
        """The name of the radio buttons."""
        return f"{CHOICE}{self.name}"


class Conflict(NamedTuple):
    """What others saved since somebody opened a form: by whom, what, and what is left to choose."""

    who: list[str]
    changes: list[Change]
    choices: list[Choice]


class Contested:
    """What a form gains that is not saved until its conflict is solved."""

    def clean(self) -> Any:
        """What the form itself has to say, and that something must be chosen first."""
        form: Any = self
        cleaned = super().clean()  # type: ignore[misc]
        form.add_error(None, CHOOSE)
        return cleaned


def is_solved(request: HttpRequest, now: str) -> bool:
    """Whether a sent form saw the last version, or chose in each field against it."""
    sent = request.POST
    chosen = all(sent.get(f"{CHOICE}{name}") in (MINE, THEIRS) for name in sent.getlist(DIFFERS))
    return sent.get(TOKEN) == now or (sent.get(AGAINST) == now and chosen)


def number_in(token: str) -> int | None:
    """The version that a token tells to be the last; None for something else than a token."""
    first, _, count = token.partition("-")
    return int(first) if first.isascii() and first.isdigit() and count.isascii() and count.isdigit() else None


def conflict_of(request: HttpRequest, record: models.Model, bound: list[Any]) -> Conflict:
    """What differs between a stored record with its rows and the forms `bound` to what somebody sent."""
    seen = number_in(request.POST.get(TOKEN, ""))
    versions = [] if seen is None else list(Version.objects.about(record).since(seen).select_related("step__user"))
    bases = None if seen is None else states_after(record, seen)
    return Conflict(
        list(dict.fromkeys(version.step.who for version in versions)),
        changes_of(versions),
        [choice for form in bound for choice in choices_of(form, bases, request.POST)],
    )


def choices_of(form: Any, bases: dict[Key, Fields | None] | None, sent: QueryDict) -> Iterator[Choice]:
    """The fields of a bound form that differ from what is stored.

    `bases` holds what was stored when the form was opened, where that changed since; None when that is not known.
    """
    model, pk = type(form.instance), form.instance.pk
    now = snapshots({model: [pk]}).get((model, pk)) if pk else None
    if now is None:
        return
    base = (bases.get((model, pk)) or now.fields) if bases is not None else {}
    mine = {name: wanted(form, name) for name in form.changed_data if name in now.fields}
    names = names_in((model, state) for state in (now.fields, mine))
    for name, own in mine.items():
        field: Any = model._meta.get_field(name)
        label = capfirst(str(field.verbose_name))
        html_name = form.add_prefix(name)
        yield Choice(
            html_name,
            f"{now.name}: {label}" if form.prefix else label,
            shown(field, own, names) if name in form.cleaned_data else str(form[name].data),
            shown(field, now.fields[name], names),
            sent.get(f"{CHOICE}{html_name}") or beforehand(own, now.fields[name], base.get(name, ...)),
        )


def wanted(form: Any, name: str) -> Any:
    """What somebody sent for a field, as a version holds it; None where it is not valid."""
    value = form.cleaned_data.get(name)
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet):
        return sorted(value.values_list("pk", flat=True))
    return getattr(value, "name", None) or plain(value)


def beforehand(mine: Any, theirs: Any, base: Any) -> str:
    """What is chosen when only one of the two changed a field; "" when both did, or nobody knows."""
    if base == theirs:
        return MINE
    return THEIRS if base == mine else ""


def take_theirs(request: HttpRequest, bound: list[Any]) -> None:
    """Put what is stored into the sent form, for the fields in which somebody chose that."""
    data = request.POST.copy()
    for form in bound:
        for name in form.changed_data:
            if data.get(f"{CHOICE}{form.add_prefix(name)}") == THEIRS:
                put(request, data, form[name])
    request.POST = data  # type: ignore[assignment]


def put(request: HttpRequest, data: QueryDict, field: forms.BoundField) -> None:
    """Put what is stored in a field into what was sent."""
    widget: Any = getattr(field.field.widget, "widget", field.field.widget)  # the admin wraps those of relations
    name = field.html_name
    if isinstance(widget, forms.FileInput):
        request.FILES.pop(name, None)
        data.pop(f"{name}-clear", None)
        return
    value = field.field.prepare_value(field.initial)
    if isinstance(widget, forms.CheckboxInput):
        data.setlist(name, ["on"] if value else [])
        return
    told = widget.format_value(value)
    data.setlist(name, [str(one) for one in (told if isinstance(told, list) else [told or ""])])


def drop_gone(request: HttpRequest, formsets: list[Any]) -> None:
    """Leave the rows that somebody else removed out of the sent form, for they cannot be saved."""
    data = request.POST.copy()
    for formset in formsets:
        form, prefix = formset.management_form, formset.prefix
        total, initial = (int(form.cleaned_data.get(name) or 0) for name in ("TOTAL_FORMS", "INITIAL_FORMS"))
        there = {str(pk) for pk in formset.get_queryset().values_list("pk", flat=True)}
        kept = [row for row in range(total) if row >= initial or data.get(f"{prefix}-{row}-id") in there]
        rows = [taken(data, f"{prefix}-{row}-") for row in range(total)]
        for place, row in enumerate(kept):
            for name, values in rows[row].items():
                data.setlist(f"{prefix}-{place}-{name}", values)
        data[f"{prefix}-TOTAL_FORMS"] = str(len(kept))
        data[f"{prefix}-INITIAL_FORMS"] = str(sum(row < initial for row in kept))
    request.POST = data  # type: ignore[assignment]


def taken(data: QueryDict, prefix: str) -> dict[str, list[str]]:
    """The values whose names begin with a prefix, by the rest of their names, out of what was sent."""
    return {name.removeprefix(prefix): data.pop(name) for name in [*data] if name.startswith(prefix)}
