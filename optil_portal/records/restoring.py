"""The way back: a record as it was after any version, and a step undone as one; each is a new step by itself."""

from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.text import get_text_list

from optil_portal.records.history import (
    AT_ONCE,
    Fields,
    Key,
    Snapshot,
    Step,
    Version,
    in_portions,
    kind_of,
    links_of,
    names_of,
    plain,
    snapshots,
    step,
    token,
    told_fields,
)

States = dict[Key, Fields | None]

SHOWN = 5
CHANGED_SINCE = "Sindsdien veranderd, en dus niet teruggezet: {}."
ALSO_CHANGES = "Niets teruggezet, want ook dit zou erdoor veranderen: {}."
NAMED_NO_MORE = "‘{}’ verwijst naar iets wat er niet meer is: {}."


class NotPutBackError(Exception):
    """Why nothing was put back, in words for whoever asked it."""


def broken_rule(error: IntegrityError) -> str:
    """What a person should know of the rule that the database kept."""
    rules = (rule for model in apps.get_models() for rule in model._meta.constraints)
    told = (str(rule.get_violation_error_message()) for rule in rules if rule.name in str(error))
    return next(told, "Iemand anders bewaarde intussen iets wat hier niet mee samengaat.")


def states_after(record: models.Model, version: int) -> States:
    """What a record and its rows were after a version, as far as they changed since; 0 is before the first one."""
    states: States = {}
    for later in Version.objects.about(record).since(version):
        states.setdefault(later.key, later.before)
    return states


def restore(record: models.Model, version: int, user: Any, seen: str) -> Step:
    """Put a record and its rows back to what they were after a version; raises NotPutBackError.

    `seen` is the token of the record when it was asked.
    """
    with step(Step.Kind.RESTORE, f"{record}: {moment_of(version)}", user) as taken:
        lock(record)
        if token(record) != seen:
            raise NotPutBackError(CHANGED_SINCE.format(record))
        put_back(states_after(record, version), taken)
    return taken


def moment_of(version: int) -> str:
    """When a record was as it is after a version."""
    found = Version.objects.filter(pk=version).select_related("step").first()
    return f"zoals op {timezone.localtime(found.step.taken):%d/%m/%Y, %H:%M}" if found else "zoals in het begin"


def undo(undone: Step, user: Any) -> Step:
    """Put back all that a step changed; raises NotPutBackError when some of it changed again since."""
    with step(Step.Kind.UNDO, f"{undone}: {undone.note}".rstrip(": "), user, undone) as taken:
        versions = list(undone.versions.order_by("-pk"))
        if since := changed_since(versions):
            raise NotPutBackError(CHANGED_SINCE.format(some_of(since)))
        put_back({version.key: version.before for version in versions}, taken)
    return taken


def changed_since(versions: list[Version]) -> list[str]:
    """The names of the records that are not now what their version made of them."""
    touched: dict[type[models.Model], list[int]] = {}
    for version in versions:
        touched.setdefault(version.model, []).append(version.record)
    now = snapshots(touched, lock=connection.in_atomic_block)
    return [version.name for version in versions if not is_as(now.get(version.key), version.after)]


def is_as(snapshot: Snapshot | None, state: Fields | None) -> bool:
    """Whether a record is as in a state, in which a field that was made since does not stand yet."""
    if snapshot is None or state is None:
        return snapshot is None and state is None
    return all(snapshot.fields.get(name, value) == value for name, value in state.items())


def lock(record: models.Model) -> None:
    """Let nobody else change a record until this transaction ends."""
    list(type(record)._base_manager.select_for_update(no_key=True).filter(pk=record.pk).values_list("pk"))


def put_back(states: States, taken: Step) -> None:
    """Give records the states, all of them or none; raises NotPutBackError.

    The records of each model go together; what does not fit that way goes one by one, and what does not fit beside
    another record is tried again after the others, for it can make room.
    """
    together: dict[type[Any], States] = {}
    for (model, pk), state in states.items():
        together.setdefault(model, {})[model, pk] = state
    waiting = [one for model, some in together.items() if failure(put_many_back, model, some) for one in some.items()]
    while waiting:
        failed = [(one, error) for one in waiting if (error := failure(put_one_back, *one))]
        if len(failed) == len(waiting):
            raise NotPutBackError(failed[0][1])
        waiting = [one for one, _ in failed]
    asked = {(kind_of(model), pk) for model, pk in states}
    versions = taken.versions.defer("before", "after") if taken.pk else []
    if more := [version.name for version in versions if (version.kind, version.record) not in asked]:
        raise NotPutBackError(ALSO_CHANGES.format(some_of(more)))


def failure(put: Callable[..., None], *what: Any) -> str:
    """Put something back; tells what stands in the way, or gives "" when nothing did."""
    try:
        with transaction.atomic():
            put(*what)
    except ProtectedError as error:
        return ALSO_CHANGES.format(some_of(map(str, error.protected_objects)))
    except IntegrityError as error:
        return broken_rule(error)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def put_many_back(model: type[Any], states: States) -> None:
    """Give records of one model their states, with few queries; raises what the first that does not fit raises."""
    for pks in in_portions([pk for _, pk in states]):
        there = model._base_manager.in_bulk(pks)
        comes_or_goes = len(there) < len(pks) or any(states[model, pk] is None for pk in pks)
        if comes_or_goes and files_in(model):
            raise ValidationError("Beelden komen en gaan een voor een, met hun bestand.")
        model._default_manager.filter(pk__in=[pk for pk in there if states[model, pk] is None]).delete()
        wanted = {pk: state for pk in pks if (state := states[model, pk]) is not None}
        records = {pk: there.get(pk) or model(pk=pk) for pk in wanted}
        changed = {name for pk, record in records.items() for name in fill(record, wanted[pk])}
        model._default_manager.bulk_create(record for pk, record in records.items() if pk not in there)
        if changed:
            update([record for pk, record in records.items() if pk in there], changed)
        now = links_of(model, list(records))
        for pk, record in records.items():
            link(record, wanted[pk], now[pk])


def update(records: list[Any], names: set[str]) -> None:
    """Store some fields of some records, and when they changed."""
    if not records:
        return
    dated = [field.name for field in records[0]._meta.concrete_fields if getattr(field, "auto_now", False)]
    for record in records:
        for name in dated:
            setattr(record, name, timezone.now())
    type(records[0])._default_manager.bulk_update(records, [*names, *dated], batch_size=AT_ONCE)


def put_one_back(key: Key, state: Fields | None) -> None:
    """Give one record its state: gone where it is None, made again with its own id where it is gone."""
    model, pk = key
    record = model._base_manager.filter(pk=pk).first()
    if state is None:
        if record:
            record.delete()
        return
    record = record or model(pk=pk)
    fill(record, state)
    record.save(force_insert=record._state.adding)
    link(record, state, links_of(model, [pk])[pk])


def fill(record: Any, state: Fields) -> list[str]:
    """Give a record the plain values of its fields, and tell which changed; raises ValidationError where one cannot be.

    A picture stays the one that is there: the file of one that was replaced is gone. So does what is `lasting`.
    """
    if record._state.adding and any(state[name] and not exists(record, name, state[name]) for name in files_in(record)):
        raise ValidationError(f"Het bestand van ‘{state.get('alt') or record}’ is verwijderd en komt niet terug.")
    kept = set() if record._state.adding else files_of(record) | set(record.lasting)
    changed = []
    for field in told_fields(type(record)):
        value = state.get(field.name, ...)
        if value is ... or field.name in kept or value == plain(field.value_from_object(record)):
            continue
        if field.is_relation and value is not None:
            refuse_gone(field, [value])
        setattr(record, field.attname, field.to_python(value))
        changed.append(field.name)
    return changed


def files_in(record: models.Model | type[models.Model]) -> list[str]:
    """The names of the fields with a file."""
    return [field.name for field in record._meta.concrete_fields if isinstance(field, models.FileField)]


def files_of(record: models.Model) -> set[str]:
    """The fields of a record that follow from its files."""
    sizes = ("width_field", "height_field")
    fields = [record._meta.get_field(name) for name in files_in(record)]
    return {name for field in fields for name in (field.name, *(getattr(field, size, None) for size in sizes)) if name}


def exists(record: models.Model, field: str, name: str) -> bool:
    """Whether a file is still there."""
    return getattr(record, field).storage.exists(name)


def link(record: models.Model, state: Fields, now: Fields) -> None:
    """Give a record its many-to-manys in place of those it has `now`; raises ValidationError when one is gone."""
    for field in record._meta.many_to_many:
        wanted: Any = state.get(field.name, now[field.name])
        if wanted != now[field.name]:
            refuse_gone(field, wanted)
            getattr(record, field.name).set(wanted)


def refuse_gone(field: Any, pks: Iterable[int]) -> None:
    """Raise ValidationError when one of the records to which a field leads is no more."""
    model = field.related_model
    there = set(model._base_manager.filter(pk__in=pks).values_list("pk", flat=True))
    if gone := set(pks) - there:
        raise ValidationError(NAMED_NO_MORE.format(field.verbose_name, some_of(names_of(model, gone).values())))


def some_of(names: Iterable[str]) -> str:
    """The first few of some names, and how many more there are."""
    every = list(dict.fromkeys(names))
    more = [f"nog {len(every) - SHOWN}"] if len(every) > SHOWN else []
    return get_text_list([*(f"‘{name}’" for name in every[:SHOWN]), *more], "en")
