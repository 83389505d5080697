"""What changed, field by field, as people read it: labels, choices and names in place of what is stored."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from optil_portal.records.history import Fields, Version, names_of, told_fields

NOTHING = "–"
UNTOLD = ("created", "width", "height", "path", "label_x", "label_y")  # people never fill these in
WORDS = re.compile(r"\s+|[^\s]+")
ALIKE = 0.3  # under this, two texts are told side by side and not as one with marks
KNOWN = {True: "ja", False: "nee", None: "onbekend"}

Names = dict[type[models.Model], dict[int, str]]


class Piece(NamedTuple):
    """A part of a text, and whether it was added, removed or is in both."""

    mark: str  # "ins", "del" or ""
    text: str


class Difference(NamedTuple):
    """One field that is not what it was."""

    label: str
    old: str
    new: str
    added: list[str]
    removed: list[str]
    pieces: list[Piece]

    def __str__(self) -> str:
        if self.added or self.removed:
            told = [*(f"+ {name}" for name in self.added), *(f"− {name}" for name in self.removed)]
            return f"{self.label}: {', '.join(told)}"
        return f"{self.label}: {self.old} → {self.new}"


class Change(NamedTuple):
    """What happened to one record: its kind and name, in one word what, and the fields."""

    kind: str
    name: str
    what: str
    differences: list[Difference]


class Pair(NamedTuple):
    """What a record was and what it became, each None when it was not there."""

    model: type[models.Model]
    name: str
    before: Fields | None
    after: Fields | None


def changes_of(versions: Iterable[Version]) -> list[Change]:
    """What happened in some versions, in their order."""
    return changes([Pair(version.model, version.name, version.before, version.after) for version in versions])


def changes(pairs: list[Pair]) -> list[Change]:
    """What happened to some records, in their order."""
    names = names_in((pair.model, state) for pair in pairs for state in (pair.before, pair.after) if state)
    return [
        Change(
            capfirst(str(pair.model._meta.verbose_name)),
            pair.name,
            what_happened(pair),
            differences(pair.model, pair.before, pair.after, names),
        )
        for pair in pairs
    ]


def what_happened(pair: Pair) -> str:
    """The one word for it."""
    if pair.before is None:
        return "toegevoegd"
    return "verwijderd" if pair.after is None else "gewijzigd"


def relations(model: type[models.Model]) -> list[Any]:
    """The fields of a model that lead to other records."""
    return [field for field in (*told_fields(model), *model._meta.many_to_many) if field.is_relation]


def names_in(states: Iterable[tuple[type[models.Model], Fields]]) -> Names:
    """The names of all records to which some states lead: one query for each kind of them."""
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for model, state in states:
        for field in relations(model):
            value = state.get(field.name)
            wanted[field.related_model] |= set(value if isinstance(value, list) else [value] if value else [])
    return {model: names_of(model, pks) for model, pks in wanted.items() if pks}


def differences(
    model: type[models.Model], before: Fields | None, after: Fields | None, names: Names
) -> list[Difference]:
    """The fields that differ, in the order of the model; of what is new or gone, those that are filled in."""
    fields = [field for field in (*told_fields(model), *model._meta.many_to_many) if field.name not in UNTOLD]
    old, new = before or {}, after or {}
    return [
        difference(field, old.get(field.name), new.get(field.name), names)
        for field in fields
        if (old.get(field.name) or None) != (new.get(field.name) or None)
    ]


def difference(field: Any, old: Any, new: Any, names: Names) -> Difference:
    """How one field differs."""
    label = capfirst(str(field.verbose_name))
    if field.many_to_many:
        known = names.get(field.related_model, {})
        added, removed = (
            sorted(known[pk] for pk in set(one or []) - set(other or [])) for one, other in ((new, old), (old, new))
        )
        return Difference(label, shown(field, old, names), shown(field, new, names), added, removed, [])
    pieces = marked(old or "", new or "") if isinstance(field, models.TextField) else []
    return Difference(label, shown(field, old, names), shown(field, new, names), [], [], pieces)


def shown(field: Any, value: Any, names: Names) -> str:
    """A plain value as people read it."""
    if isinstance(field, models.BooleanField):
        return KNOWN[value]
    if value in (None, "", []):
        return NOTHING
    if field.many_to_many:
        return ", ".join(sorted(names[field.related_model][pk] for pk in value))
    if field.is_relation:
        return names[field.related_model][value]
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    return written(field.to_python(value))


def written(value: Any) -> str:
    """A value of Python as people write it."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if hasattr(value, "isoformat"):
        return date_format(value, "DATE_FORMAT")
    return str(value).replace(".", ",") if isinstance(value, float | Decimal) else str(value)


def marked(old: str, new: str) -> list[Piece]:
    """Two texts as one, with what was removed and added marked by whole words; nothing when they are too unlike."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if not old or not new or matcher.ratio() < ALIKE:
        return []
    pieces = []
    for same, start, end, other_start, other_end in matcher.get_opcodes():
        if same == "equal":
            pieces.append(Piece("", "".join(before[start:end])))
        else:
            pieces += [Piece("del", "".join(before[start:end])), Piece("ins", "".join(after[other_start:other_end]))]
    return [piece for piece in pieces if piece.text]
