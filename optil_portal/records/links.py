"""The links in the records that no longer answer: what was last heard of each address, and which records name it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Replace

DAYS_ASKED = 3  # and failed on each of them, over at least that time: one night of repairs is no dead link
TIME_TO_RECOVER = timedelta(days=7)
LONGEST = 500
BREAK = Value("\n")


class AskedLinkQuerySet(models.QuerySet):
    """The words for what was heard of addresses."""

    def dead(self, on: date) -> Self:
        """The addresses that, on a day, have failed so often and so long that nobody should wait for them."""
        return self.filter(failures__gte=DAYS_ASKED, failing_since__lte=on - TIME_TO_RECOVER)


class AskedLink(models.Model):
    """What was last heard of an address; it is no record, and has no history."""

    address = models.CharField("adres", max_length=LONGEST, unique=True)
    fault = models.CharField("wat er mis was", max_length=120, blank=True)
    failures = models.PositiveIntegerField("mislukte dagen na elkaar", default=0)
    failing_since = models.DateField("mislukt sinds", null=True, blank=True)
    checked_on = models.DateField("gevraagd op")

    objects: ClassVar = AskedLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "gevraagde link"
        verbose_name_plural = "gevraagde links"
        indexes: ClassVar = [models.Index("failures", name="asked_link_by_failures")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(failures=0, failing_since__isnull=True) | Q(failures__gt=0, failing_since__isnull=False),
                name="asked_link_fails_since_a_day",
                violation_error_message="Een link die mislukt, mislukt sinds een dag.",
            )
        ]

    def __str__(self) -> str:
        return self.address

    def hear(self, fault: str, on: date) -> None:
        """Take over what was heard on a day, "" when all is well."""
        self.fault, self.checked_on = fault, on
        self.failures = self.failures + 1 if fault else 0
        self.failing_since = (self.failing_since or on) if fault else None


def link_fields(model: Any) -> Iterator[str]:
    """The paths to what holds one address in a kind of record, and in the rows of its form that are no records."""
    yield from (field.name for field in model._meta.concrete_fields if isinstance(field, models.URLField))
    for name in model.belongings:
        rows = model._meta.get_field(name).related_model
        if not hasattr(rows, "source_url"):  # a record has a source, and speaks for itself
            yield from (f"{name}__{path}" for path in link_fields(rows))


def addresses_in(records: models.QuerySet) -> set[str]:
    """The addresses on the web that some records name: their websites, links and sources."""
    records = records.order_by()
    found = {one for path in link_fields(records.model) for one in records.values_list(path, flat=True)}
    for text in records.values_list("further_sources", flat=True):
        found |= {line.strip().partition(" (")[0] for line in text.split("\n")}
    return {one for one in found if one and one.startswith(("https://", "http://")) and len(one) <= LONGEST}


def dead_link_of(model: Any, on: date) -> Coalesce:
    """The first address in a record of a model that is dead on a day, and what is wrong with it; else None."""
    dead = AskedLink.objects.dead(on).order_by("pk").annotate(told=Concat("address", Value(": "), "fault"))
    found = [*(dead.filter(stands_in(model, path)) for path in link_fields(model)), standing_in_lines(dead)]
    return Coalesce(*(Subquery(links.values("told")[:1]) for links in found))


def stands_in(model: Any, path: str) -> Q:
    """That a link is what a field of an outer record holds, or one of what that of its rows hold."""
    rows, _, name = path.rpartition("__")
    if not rows:
        return Q(address=OuterRef(name))
    side = model._meta.get_field(rows)
    own = side.related_model._base_manager.filter(**{side.field.name: OuterRef(OuterRef("pk"))})
    return Q(address__in=own.order_by().values(name))


def standing_in_lines(links: models.QuerySet) -> models.QuerySet:
    """The links with which a line of the further sources of an outer record begins."""
    text = models.TextField()
    unix = Replace(OuterRef("further_sources"), Value("\r"), Value(""), output_field=text)
    some = links.annotate(text=unix).exclude(text="")  # most records have none, and need not look at any link
    alone, explained = Concat(BREAK, F("address"), BREAK), Concat(BREAK, F("address"), Value(" ("))
    lines = some.annotate(lines=Concat(BREAK, "text", BREAK, output_field=text))
    return lines.filter(Q(lines__contains=alone) | Q(lines__contains=explained))


def in_turns(addresses: Iterable[str]) -> list[str]:
    """Addresses in such an order that each site rests while the others are asked."""
    seen: Counter[str] = Counter()
    turns = []
    for address in sorted(addresses):
        site = urlsplit(address).netloc
        turns.append((seen[site], site, address))
        seen[site] += 1
    return [address for _, _, address in sorted(turns)]


def ask_all(addresses: set[str], ask: Callable[[str], str], on: date) -> dict[str, str]:
    """Ask each address once on a day, and keep what is wrong with it; forget those that no record names any more.

    Gives what was heard. When nothing at all answers, it is our own line that is down, and nothing is kept.
    """
    known = {link.address: link for link in AskedLink.objects.all()}
    still = {address for address in addresses if address not in known or known[address].checked_on != on}
    heard = {address: ask(address) for address in in_turns(still)}
    if heard and all(heard.values()):
        return heard
    with transaction.atomic():
        for address, fault in heard.items():
            link = known.get(address) or AskedLink(address=address)
            link.hear(fault, on)
            link.save()
        gone = [link.pk for address, link in known.items() if address not in addresses]
        AskedLink.objects.filter(pk__in=gone).delete()
    return heard
