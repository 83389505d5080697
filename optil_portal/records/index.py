"""The index of the search: the words of every record that everybody may see, in the same tables on both databases.

A model says in `search_fields` what it is found by, as paths in order of weight. From those paths follows whom a change
touches: the record itself and all that name it, which are indexed anew in the transaction of the change.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, ClassVar, Self

from django.apps import apps
from django.db import connection, models, transaction

from optil_portal.records.dutch import LONGEST, pieces, root, sequence, stem, words_in
from optil_portal.records.history import Remembered, RememberedQuerySet, alters_data, in_portions
from optil_portal.records.prose import ProseField, plain

SEPARATOR = " · "  # between what one field gathers

Touched = dict[type[Any], set[int]]


class Word(models.Model):
    """A word that stands in some record, folded, with what finds it by its stem, its end, or a slip of the keyboard."""

    text = models.CharField(max_length=LONGEST, unique=True)
    shown = models.CharField(max_length=80)
    stem = models.CharField(max_length=LONGEST, db_index=True)
    root = models.CharField(max_length=LONGEST, db_index=True)
    reversed_stem = models.CharField(max_length=LONGEST, db_index=True)
    first_piece = models.CharField(max_length=LONGEST, db_index=True)
    second_piece = models.CharField(max_length=LONGEST, db_index=True)
    third_piece = models.CharField(max_length=LONGEST, db_index=True)

    def __str__(self) -> str:
        return self.shown

    @classmethod
    def of(cls, text: str, shown: str) -> "Word":
        """A word that is not yet kept."""
        short = stem(text)
        first, second, third = pieces(text)
        return cls(
            text=text,
            shown=shown[:80],
            stem=short,
            root=root(text),
            reversed_stem=short[::-1],
            first_piece=first,
            second_piece=second,
            third_piece=third,
        )


class Posting(models.Model):
    """A word in a record, with the first of the record's search fields in which it stands; 1 is the best."""

    pk = models.CompositePrimaryKey("kind", "record", "word")
    kind = models.PositiveSmallIntegerField()
    record = models.BigIntegerField()
    word = models.ForeignKey(
        Word, on_delete=models.CASCADE, related_name="postings", db_index=False, db_constraint=False
    )
    field = models.PositiveSmallIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index("word", "kind", "field", "record", name="posting_by_word")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record}: {self.word_id}"


class Entry(models.Model):
    """A record as a list of hits shows it, and all of its text as phrases are looked for in it."""

    pk = models.CompositePrimaryKey("kind", "record")
    kind = models.PositiveSmallIntegerField()
    record = models.BigIntegerField()
    name = models.CharField(max_length=250)
    slug = models.SlugField(max_length=160, db_index=False)
    passages = models.JSONField()  # the text in each of the search fields, in their order
    sequence = models.TextField()

    is_content: ClassVar = True  # whoever keeps something of the index has it made anew with it

    class Meta:
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.kind} {self.record}"


@cache
def kinds() -> dict[int, type[Any]]:
    """The models that can be found, by the number in their `search_kind`."""
    every: list[Any] = apps.get_models()
    return {model.search_kind: model for model in every if getattr(model, "search_fields", ())}


def paths(field: str | tuple[str, ...]) -> tuple[str, ...]:
    """The paths of one search field, which may gather the same thing from more than one place."""
    return (field,) if isinstance(field, str) else field


@cache
def naming() -> dict[type[Any], list[tuple[type[Any], str]]]:
    """For each model, the models that can be found by it, each with the path that leads from there to here."""
    found: dict[type[Any], list[tuple[type[Any], str]]] = defaultdict(list)
    for model in kinds().values():
        found[model].append((model, "pk"))
        steps = [path.split("__")[:-1] for field in model.search_fields for path in paths(field)]
        ways = {"__".join(some[:length]) for some in steps for length in range(1, len(some) + 1)}
        for way in sorted(ways):
            found[end_of(model, way)].append((model, way))
    return dict(found)


def steps_of(model: type[Any], path: str) -> Iterator[Any]:
    """The fields that a path leads along, from one model to the next."""
    for step in path.split("__"):
        field: Any = model._meta.get_field(step)
        yield field
        model = field.related_model


def end_of(model: type[Any], way: str) -> type[Any]:
    """The model to which a path of relations leads."""
    *_, last = steps_of(model, way)
    return last.related_model


def touched_by(model: type[Any], pks: Iterable[int]) -> Touched:
    """The records that are found by those of a model: themselves, and all that name them."""
    touched: Touched = defaultdict(set)
    for some in in_portions(list(pks)):
        for found_by, way in naming().get(model, []):
            records = found_by._base_manager.filter(**{f"{way}__in": some})
            touched[found_by].update(some if way == "pk" else records.values_list("pk", flat=True))
    return touched


def is_indexed(model: type[Any]) -> bool:
    """Whether something is found by the records of a model."""
    return model in naming()


def reindex(*all_touched: Touched) -> None:
    """Write what is touched into the index anew; what is gone or no longer public leaves it."""
    for model in {model for touched in all_touched for model in touched}:
        pks = set().union(*(touched.get(model, set()) for touched in all_touched))
        for some in in_portions(sorted(pks)):
            with transaction.atomic():
                forget(model, some)
                write(model, some)


def rebuild() -> int:
    """Make the whole index anew, and give the number of records in it."""
    with transaction.atomic():
        for kept in (Posting, Entry, Word):
            kept.objects.all()._raw_delete(kept.objects.db)
        for model in kinds().values():
            for some in in_portions(list(model._base_manager.order_by("pk").values_list("pk", flat=True))):
                write(model, some)
    return Entry.objects.count()


def numbers() -> dict[str, int]:
    """How many records can be found, by the names of their models."""
    counted = dict(Entry.objects.order_by().values_list("kind").annotate(models.Count("record")))
    return {model._meta.model_name: counted.get(kind, 0) for kind, model in kinds().items()}


def forget(model: type[Any], pks: Sequence[int]) -> None:
    """Take records out of the index."""
    for kept in (Posting, Entry):
        records = kept.objects.filter(kind=model.search_kind, record__in=pks)
        records._raw_delete(records.db)


def write(model: type[Any], pks: Sequence[int]) -> None:
    """Put the public ones among some records, that are not in the index, into it."""
    passages = passages_of(model, pks)
    best: dict[tuple[int, str], int] = {}
    written: dict[str, str] = {}
    for record, texts in passages.items():
        for field, text in enumerate(texts, start=1):
            for word, shown in words_in(text).items():
                written.setdefault(word, shown)
                best.setdefault((record, word), field)
    known = kept_words(written)
    kind = model.search_kind
    slugs = dict(model._base_manager.filter(pk__in=passages).values_list("pk", "slug"))
    Entry.objects.bulk_create(
        Entry(
            kind=kind,
            record=record,
            name=texts[0],
            slug=slugs[record],
            passages=texts,
            sequence=" | ".join(map(sequence, texts)),
        )
        for record, texts in passages.items()
    )
    post([(kind, record, known[word], field) for (record, word), field in best.items()])


def post(postings: list[tuple[int, int, int, int]]) -> None:
    """Write postings, which the ORM would take five times as long to do."""
    into = f"INSERT INTO {Posting._meta.db_table} (kind, record, word_id, field)"
    with connection.cursor() as cursor:
        for some in in_portions(postings):
            rows = ", ".join(f"({kind:d}, {record:d}, {word:d}, {field:d})" for kind, record, word, field in some)
            cursor.execute(f"{into} VALUES {rows}")


def passages_of(model: type[Any], pks: Sequence[int]) -> dict[int, list[str]]:
    """The text in each search field of the public ones among some records."""
    public = model._default_manager.searchable().filter(pk__in=pks)
    every = [path for field in model.search_fields for path in paths(field)]
    single = [path for path in every if not leads_to_many(model, path)]
    prose = {field.name for field in model._meta.concrete_fields if isinstance(field, ProseField)}
    found: dict[int, dict[str, list[str]]] = {}
    for pk, *texts in public.order_by("pk").values_list("pk", *single).distinct():
        of_itself = zip(single, texts, strict=True)
        found[pk] = {path: [plain(text) if path in prose else text] for path, text in of_itself if text}
    for path in [path for path in every if found and path not in single]:
        for pk, text in public.order_by("pk", path).values_list("pk", path).distinct():
            if text:
                found[pk].setdefault(path, []).append(text)
    return {pk: [together(texts, paths(field)) for field in model.search_fields] for pk, texts in found.items()}


def leads_to_many(model: type[Any], path: str) -> bool:
    """Whether a path can lead from one record to more than one text."""
    return any(field.is_relation and not field.many_to_one for field in steps_of(model, path))


def together(texts: dict[str, list[str]], gathered: tuple[str, ...]) -> str:
    """All texts of one search field, each once."""
    return SEPARATOR.join(dict.fromkeys(text for path in gathered for text in texts.get(path, ())))


def kept_words(written: dict[str, str]) -> dict[str, int]:
    """The ids of words, of which those that are new are kept from now on."""
    known: dict[str, int] = {}
    for some in in_portions(sorted(written)):  # sorted, so that two writers never wait for each other
        known |= dict(Word.objects.filter(text__in=some).values_list("text", "pk"))
        new = [Word.of(word, written[word]) for word in some if word not in known]
        if new:
            Word.objects.bulk_create(new, ignore_conflicts=True)
            texts = [word.text for word in new]
            known |= dict(Word.objects.filter(text__in=texts).values_list("text", "pk"))
    return known


class IndexedQuerySet(RememberedQuerySet):
    """Records of which changes in bulk are in the index at once, as those of `save` and `delete` are."""

    def searchable(self) -> Self:
        """The records that a search may find: those that everybody may see."""
        return self.all()

    @alters_data
    def update(self, **values: Any) -> int:
        """Change the records; gives their number."""
        if not is_indexed(self.model):
            return super().update(**values)
        with transaction.atomic():
            pks = list(self.values_list("pk", flat=True))
            before = touched_by(self.model, pks)
            number = super().update(**values)
            reindex(before, touched_by(self.model, pks))
        return number

    @alters_data
    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Make records; gives them."""
        with transaction.atomic():
            records = super().bulk_create(*args, **kwargs)
            if is_indexed(self.model):
                reindex(touched_by(self.model, [record.pk for record in records]))
        return records

    @alters_data
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the records; gives how many of what."""
        if not is_indexed(self.model):
            return super().delete()
        with transaction.atomic():
            before = touched_by(self.model, self.values_list("pk", flat=True))
            deleted = super().delete()
            reindex(before)
        return deleted

    delete.queryset_only = True


class Indexed(Remembered):
    """A record that is found by its `search_fields`, or by which others are found."""

    search_fields: ClassVar[tuple[str | tuple[str, ...], ...]] = ()
    search_kind: ClassVar[int] = 0  # another for each model with search fields, and always the same

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the record, and have all that is found by it in the index as it is now."""
        if not is_indexed(type(self)):
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            before = touched_by(type(self), [] if self._state.adding else [self.pk])
            super().save(*args, **kwargs)
            reindex(before, touched_by(type(self), [self.pk]))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the record; gives how many of what."""
        with transaction.atomic():
            before = touched_by(type(self), [self.pk])
            deleted = super().delete(*args, **kwargs)
            reindex(before)
        return deleted


def follow_links(instance: models.Model, action: str, **others: Any) -> None:
    """Keep the index as links between records come and go."""
    if not is_indexed(type(instance)):
        return
    touched = touched_by(type(instance), [instance.pk])
    if action.startswith("pre_"):
        instance.__dict__["_touched"] = touched
    else:
        reindex(instance.__dict__.pop("_touched", {}), touched)
