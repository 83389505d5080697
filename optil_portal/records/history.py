"""The history of every record: what it was before and after each step, by whom, so that nothing is ever lost.

A step is what somebody did at once: a saved form, a bulk action, an import. A version tells of one record in one step
all that it was before and all that it became. Both together make each version enough in itself: the first change keeps
what was loaded, a difference needs no other version, and any step can be undone. What writes records (`save`, `update`,
`bulk_create`, `delete`, and links that come and go) writes their versions in the same transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import NotSupportedError, models, transaction
from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, Subquery, Value
from django.utils import timezone

Fields = dict[str, Any]
Touched = Mapping[type[models.Model], Iterable[int]]
Key = tuple[type[models.Model], int]
One = TypeVar("One")

UNTOLD = ("changed",)  # follows from each change by itself
FIRST_NAMES = 3
AT_ONCE = 500


class Snapshot(NamedTuple):
    """A record as it is at a moment: what people call it, and all that it holds in the plain values of JSON."""

    name: str
    fields: Fields


Snapshots = dict[Key, Snapshot]


class StepQuerySet(models.QuerySet):
    """The words for steps."""

    def taken(self) -> Self:
        """The steps that changed something, the last one first."""
        return self.filter(Exists(Version.objects.filter(step=OuterRef("pk")))).order_by("-pk")

    def told(self) -> Self:
        """Each step with who took it, `number`, how many records it changed, and `first_versions`, a few of those."""
        first = Version.objects.defer("before", "after").order_by("pk")[:FIRST_NAMES]
        versions = Version.objects.filter(step=OuterRef("pk")).order_by().values("step")
        number = Subquery(versions.annotate(number=Count("pk")).values("number"))
        counted = self.select_related("user").annotate(number=number)
        return counted.prefetch_related(Prefetch("versions", first, to_attr="first_versions"))


class Step(models.Model):
    """What somebody did at once, and what can be undone at once."""

    class Kind(models.TextChoices):
        """By which road the change came."""

        FORM = "form", "formulier"
        ACTION = "action", "actie op een lijst"
        IMPORT = "import", "import"
        RESTORE = "restore", "vroegere toestand teruggezet"
        UNDO = "undo", "stap ongedaan gemaakt"
        OTHER = "other", "buiten het beheer"

    kind = models.CharField("soort", max_length=8, choices=Kind, default=Kind.OTHER)
    note = models.CharField("wat", max_length=250, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="steps",
        null=True,
        blank=True,
        verbose_name="wie",
    )
    taken = models.DateTimeField("wanneer", default=timezone.now)
    undoes = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="undone_by", null=True, blank=True, verbose_name="maakt ongedaan"
    )

    number: int  # of told
    first_versions: "list[Version]"

    objects: ClassVar = StepQuerySet.as_manager()

    class Meta:
        verbose_name = "stap"
        verbose_name_plural = "stappen"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} van {timezone.localtime(self.taken):%d/%m/%Y, %H:%M}"

    @property
    def who(self) -> str:
        """The name of whoever took it."""
        return (self.user.get_full_name() or self.user.get_username()) if self.user else "het portaal zelf"


class VersionQuerySet(models.QuerySet):
    """The words for versions."""

    def about(self, record: models.Model) -> Self:
        """The versions of a record and of the rows that belong to it."""
        return self.filter(subjects__kind=kind_of(type(record)), subjects__record=record.pk)

    def since(self, version: int) -> Self:
        """The versions after one, the first of them first; 0 means from the start."""
        return self.filter(pk__gt=version).order_by("pk")

    def latest_first(self) -> Self:
        """The versions with their steps at hand, the last one first."""
        return self.select_related("step__user").order_by("-pk")

    def of(self, kind: str, records: Iterable[int]) -> Self:
        """The versions of some records of a kind, the last one first."""
        return self.filter(kind=kind, record__in=list(records)).order_by("-pk")


class Version(models.Model):
    """What a record was before a step, and what it was after; without the one it is new, without the other gone."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="versions", verbose_name="stap")
    kind = models.CharField("soort", max_length=60)
    record = models.BigIntegerField("record")
    name = models.CharField("naam", max_length=250)
    before: Any = models.JSONField("ervoor", null=True, blank=True)
    after: Any = models.JSONField("erna", null=True, blank=True)

    objects: ClassVar = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "versie"
        verbose_name_plural = "versies"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["step", "kind", "record"],
                name="version_once_in_a_step",
                violation_error_message="Een stap heeft van elk record één versie.",
            ),
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False),
                name="version_tells_before_or_after",
                violation_error_message="Een versie zegt hoe het record was of hoe het werd.",
            ),
        ]
        indexes: ClassVar = [models.Index("kind", "record", name="version_by_record")]

    def __str__(self) -> str:
        return self.name

    @property
    def model(self) -> type[Any]:
        """The model of the record."""
        return apps.get_model(self.kind)

    @property
    def key(self) -> Key:
        """Which record this is a version of."""
        return self.model, self.record


class Subject(models.Model):
    """A record that a version is about: the one that changed, and those to which it belongs or did belong."""

    pk = models.CompositePrimaryKey("kind", "record", "version")
    kind = models.CharField(max_length=60)
    record = models.BigIntegerField()
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="subjects")

    def __str__(self) -> str:
        return f"{self.kind} {self.record}: {self.version_id}"


UNDER_WAY: ContextVar[Step | None] = ContextVar("UNDER_WAY", default=None)
PAUSED: ContextVar[bool] = ContextVar("PAUSED", default=False)


@contextmanager
def step(kind: Step.Kind, note: str = "", user: Any = None, undoes: Step | None = None) -> Iterator[Step]:
    """Have all that changes within be one step, or nothing of it; within another step it joins that one, and names it.

    `user` is who takes the step, if anybody, and `undoes` the step that this one undoes.
    """
    joined = UNDER_WAY.get()
    taken = joined or Step(user=user)
    taken.kind, taken.note, taken.undoes = kind, note[:250], undoes or taken.undoes
    mark = UNDER_WAY.set(taken)
    try:
        with transaction.atomic():
            if taken.pk:
                taken.save(update_fields=["kind", "note", "undoes"])
            yield taken
    finally:
        UNDER_WAY.reset(mark)


@contextmanager
def paused() -> Iterator[None]:
    """Keep no versions of what is loaded into an empty database: the first change of a record keeps what it was."""
    mark = PAUSED.set(True)
    try:
        yield
    finally:
        PAUSED.reset(mark)


def kind_of(model: type[models.Model]) -> str:
    """How versions call a model."""
    return model._meta.label_lower


@cache
def remembered() -> list[type[Any]]:
    """The models that have a history."""
    return [model for model in apps.get_models() if issubclass(model, Remembered)]


@cache
def owners_of(model: type[Any]) -> list[tuple[str, type[models.Model]]]:
    """For each foreign key by which the rows of a model belong to other records: its name, and the model of those."""
    rows = ((owner, owner._meta.get_field(rows)) for owner in remembered() for rows in owner.belongings)
    return [(row.field.name, owner) for owner, row in rows if row.related_model is model]


@cache
def naming(model: type[Any]) -> list[tuple[type[models.Model], str]]:
    """The models that name those of a model in a many-to-many, each with the name of that field."""
    return [
        (other, field.name)
        for other in remembered()
        for field in other._meta.many_to_many
        if field.related_model is model
    ]


def told_fields(model: type[models.Model]) -> list[models.Field]:
    """The fields that a version holds, in the order of the model."""
    return [field for field in model._meta.concrete_fields if not field.primary_key and field.name not in UNTOLD]


def plain(value: Any) -> Any:
    """A value of a field as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | models.fields.files.FieldFile) else value


def in_portions(keys: Sequence[One]) -> Iterator[Sequence[One]]:
    """The keys, so many at once that a database takes them in one query."""
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


def snapshots(touched: Touched, lock: bool = False) -> Snapshots:
    """Some records as they are now, as far as they exist; with `lock` nobody else changes them in this transaction."""
    taken: Snapshots = {}
    for model, pks in touched.items():
        for some in in_portions(sorted(set(pks))):
            taken |= snapshots_of(model, some, lock)
    return taken


def snapshots_of(model: type[models.Model], pks: Iterable[int], lock: bool) -> Snapshots:
    """Some records of one model as they are now."""
    named = [field.name for field in model._meta.concrete_fields if field.is_relation]
    records = model._base_manager.filter(pk__in=pks).order_by("pk").select_related(*named or (None,))
    found = list(records.select_for_update(of=("self",), no_key=True) if lock else records)
    links = links_of(model, [record.pk for record in found])
    fields = told_fields(model)
    return {
        (model, record.pk): Snapshot(
            str(record)[:250],
            {field.name: plain(field.value_from_object(record)) for field in fields} | links[record.pk],
        )
        for record in found
    }


def links_of(model: type[Any], pks: list[int]) -> dict[int, Fields]:
    """For some records, the ids in each of their many-to-manys: all in one query."""
    links: dict[int, Fields] = {pk: {field.name: [] for field in model._meta.many_to_many} for pk in pks}
    queries = [
        field.remote_field.through._base_manager.filter(**{f"{field.m2m_field_name()}__in": pks})
        .order_by()
        .annotate(field=Value(field.name))
        .values_list("field", f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id")
        for field in model._meta.many_to_many
    ]
    if queries and pks:
        first, *others = queries
        for name, one, other in sorted(first.union(*others, all=True) if others else first):
            links[one][name].append(other)
    return links


@contextmanager
def remembering(touched: dict[type[models.Model], list[int]]) -> Iterator[None]:
    """Write the versions of what changes within among some records; what comes to be, may be added to `touched`."""
    if PAUSED.get():
        yield
        return
    with transaction.atomic():
        before = snapshots(touched, lock=True)
        yield
        keep(before, snapshots(touched))


def keep(before: Snapshots, after: Snapshots) -> None:
    """Write a version of each record that is not now what it was, into the step that is under way or one of its own."""
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    if not changed:
        return
    taken = written(UNDER_WAY.get() or Step())
    earlier = versions_in(taken, changed)
    new = []
    for key in sorted(changed, key=lambda key: (kind_of(key[0]), key[1])):
        was, became = before.get(key), after.get(key)
        if version := earlier.get(key):
            rewrite(version, became)
        else:
            new.append(version_of(taken, key, was, became))
    Version.objects.bulk_create(new)
    name_subjects([version for version in (*new, *earlier.values()) if version.pk])


def version_of(taken: Step, key: Key, was: Snapshot | None, became: Snapshot | None) -> Version:
    """A version that is not written yet; one of the two snapshots is there."""
    model, pk = key
    return Version(
        step=taken,
        kind=kind_of(model),
        record=pk,
        name=(became or was or Snapshot("", {})).name,
        before=was and was.fields,
        after=became and became.fields,
    )


def written(taken: Step) -> Step:
    """A step that is in the database; when a part of it was rolled back, it can have gone with that."""
    if taken.pk is None or not Step.objects.filter(pk=taken.pk).exists():
        taken.pk = None
        taken.save(force_insert=True)
    return taken


def versions_in(taken: Step, keys: Iterable[Key]) -> dict[Key, Version]:
    """The versions that a step already has of some records."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for model, pk in keys:
        by_kind[kind_of(model)].append(pk)
    found = (
        Version.objects.of(kind, some).filter(step=taken) for kind, pks in by_kind.items() for some in in_portions(pks)
    )
    return {version.key: version for versions in found for version in versions}


def rewrite(version: Version, became: Snapshot | None) -> None:
    """Tell in the version of a step what the record has become by it; nothing, when that is what it was."""
    version.after = became and became.fields
    version.name = became.name if became else version.name
    if version.after == version.before:
        version.delete()
    else:
        version.save(update_fields=["name", "after"])


def name_subjects(versions: list[Version]) -> None:
    """Have versions found by the records that they are about."""
    subjects = [
        Subject(kind=kind, record=record, version=version)
        for version in versions
        for kind, record in dict.fromkeys(((version.kind, version.record), *owners_in(version)))
    ]
    Subject.objects.bulk_create(subjects, ignore_conflicts=True, batch_size=500)


def owners_in(version: Version) -> list[tuple[str, int]]:
    """The records to which the record of a version belonged before or after."""
    states = [state for state in (version.before, version.after) if state]
    model: type[models.Model] = version.model
    owners = ((kind_of(owner), state[field]) for field, owner in owners_of(model) for state in states)
    return [(kind, pk) for kind, pk in owners if pk is not None]


def token(record: models.Model) -> str:
    """Which version of a record with its rows is the last: another one after each change."""
    last = Version.objects.about(record).aggregate(last=Max("pk"), count=Count("pk"))
    return f"{last['last'] or 0}-{last['count']}"


def going_with(model: type[Any], pks: Iterable[int]) -> dict[type[models.Model], list[int]]:
    """The records that change when some are deleted: those, the rows that go with them, and all that name them."""
    some = list(pks)
    touched: dict[type[Any], list[int]] = defaultdict(list, {model: list(some)})
    for name in model.belongings:
        rows: Any = model._meta.get_field(name)
        records = rows.related_model._base_manager.filter(**{f"{rows.field.name}__in": some})
        touched[rows.related_model] += records.values_list("pk", flat=True)
    for other, name in naming(model):  # type: ignore[arg-type]
        touched[other] += other._base_manager.filter(**{f"{name}__in": some}).values_list("pk", flat=True)
    return touched


def alters_data(method: Any) -> Any:
    """A method that no template may call, for it changes records."""
    method.alters_data = True
    return method


class RememberedQuerySet(models.QuerySet):
    """Records of which changes in bulk have their versions, as those of `save` and `delete` have."""

    @alters_data
    def update(self, **values: Any) -> int:
        """Change the records; gives their number."""
        with remembering({self.model: [] if PAUSED.get() else list(self.values_list("pk", flat=True))}):
            return super().update(**values)

    @alters_data
    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Make records; gives them. Raises NotSupportedError for rows that could be there already."""
        if kwargs.get("ignore_conflicts") or kwargs.get("update_conflicts"):
            raise NotSupportedError("Of rows that were there already, no version would be kept.")
        touched: dict[type[models.Model], list[int]] = {self.model: []}
        with remembering(touched):
            records = super().bulk_create(*args, **kwargs)
            touched[self.model] += [record.pk for record in records]
        return records

    @alters_data
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the records; gives how many of what."""
        with remembering(going_with(self.model, self.values_list("pk", flat=True))):
            return super().delete()

    delete.queryset_only = True


class Remembered(models.Model):
    """A record that has a history."""

    is_content: ClassVar = True

    belongings: ClassVar[tuple[str, ...]] = ()  # the rows that are kept in its own form, by the names of their sides
    lasting: ClassVar[tuple[str, ...]] = ()  # the fields that going back in history never changes
    derived_from: ClassVar[str] = ""  # the field with the record from which this one follows, whose rights it has

    objects: ClassVar = RememberedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the record, and write its version."""
        touched: dict[type[models.Model], list[int]] = {type(self): [self.pk] if self.pk else []}
        with remembering(touched):
            super().save(*args, **kwargs)
            touched[type(self)] = [self.pk]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the record; gives how many of what."""
        with remembering(going_with(type(self), [self.pk])):
            return super().delete(*args, **kwargs)


def follow_links(sender: Any, instance: models.Model, action: str, **others: Any) -> None:
    """Write versions as links between records come and go."""
    touched = linked(sender, instance, **others)
    if PAUSED.get() or not any(issubclass(model, Remembered) for model in touched):
        return
    if action.startswith("pre_"):
        instance.__dict__["_linked"] = touched, snapshots(touched, lock=True)
    else:
        touched, before = instance.__dict__.pop("_linked")
        keep(before, snapshots(touched))


def linked(
    sender: Any, instance: models.Model, reverse: bool, model: Any, pk_set: set[int] | None, **others: Any
) -> dict[type[models.Model], list[int]]:
    """The records whose links change: the instance, or from the other side all that name it or come to."""
    if not reverse:
        return {type(instance): [instance.pk]}
    if pk_set is None:
        field = next(field for field in model._meta.many_to_many if field.remote_field.through is sender)
        pk_set = set(model._base_manager.filter(**{field.name: instance.pk}).values_list("pk", flat=True))
    return {model: sorted(pk_set)}


def names_of(model: type[models.Model], pks: Iterable[int]) -> dict[int, str]:
    """What people call some records, also of those that are gone."""
    wanted = set(pks)
    named = [field.name for field in model._meta.concrete_fields if field.is_relation]
    records = model._base_manager.select_related(*named or (None,)).filter(pk__in=wanted)
    names = {record.pk: str(record) for record in records}
    if gone := wanted - names.keys():
        versions = reversed(Version.objects.of(kind_of(model), gone).values_list("record", "name"))
        names |= dict(versions)
    return {pk: names.get(pk, f"verwijderd ({pk})") for pk in wanted}
