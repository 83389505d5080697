"""A proposal: what somebody outside the office says of a record or of a new one, until a consultant has decided."""

from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from secrets import token_urlsafe
from typing import Any, ClassVar, NamedTuple, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.text import capfirst

from igs.models import Municipality, Region
from libraries.models import Library
from optil_portal.records.models import Record, RecordQuerySet
from optil_portal.records.upkeep import Concern
from projects.models import Project, Theme

# The records that have a page of their own, by the name of its route.
PAGES: dict[str, type[Record]] = {
    "igs:region_detail": Region,
    "igs:municipality_detail": Municipality,
    "libraries:library_detail": Library,
    "projects:theme_detail": Theme,
    "projects:project_detail": Project,
}
LONGEST_PAGE = 200
KEPT_AFTER = timedelta(days=30)  # how long a sender's name and address stay after a decision, to ask or to answer
KEPT_AT_MOST = timedelta(days=365)


def records_of(model: type[Record]) -> RecordQuerySet:
    """The records of a model, with the words of its queryset."""
    records: Any = model._default_manager
    return records.all()


class Page(NamedTuple):
    """A page of the portal as somebody names it: its path, "" when we know none, and the public record it is about."""

    path: str = ""
    record: Record | None = None

    @classmethod
    def at(cls, path: str) -> "Page":
        """The page at a path, as far as it is one that a visitor can see."""
        try:
            match = resolve(path) if len(path) <= LONGEST_PAGE else None
        except Resolver404:
            match = None
        if match is None or path.startswith((reverse("admin:index"), settings.MEDIA_URL)):
            return cls()
        model = PAGES.get(match.view_name)
        if model is None:
            return cls(path)
        record = records_of(model).published().slugged(match.kwargs["slug"])
        return cls(path, record) if record else cls()

    @property
    def told(self) -> str:
        """What it is about, in a few words."""
        if self.record:
            return str(self.record)
        return f"de bladzijde {self.path}" if self.path else "het portaal"


def new_reference() -> str:
    """A reference that nobody guesses."""
    return token_urlsafe(12)


class ProposalQuerySet(models.QuerySet):
    """The words for proposals."""

    def waiting(self) -> Self:
        """Those on which nobody has decided, the oldest first."""
        return self.filter(state=Proposal.State.RECEIVED).order_by("sent", "pk")

    def sent_as(self, reference: str) -> Self:
        """What was sent at once under a reference."""
        return self.filter(reference=reference).select_related("kind").prefetch_related("changes").order_by("pk")

    def about(self, record: models.Model) -> Self:
        """The proposals about a record."""
        return self.filter(kind=ContentType.objects.get_for_model(record), record=record.pk)

    def editable_by(self, user: Any) -> Self:
        """Those on which a user may decide: who may edit the record, or the region that a new one is for."""
        regions = Q(region__in=records_of(Region).editable_by(user).values("pk"))
        if records_of(Region).are_all_editable_by(user):
            regions |= Q(region=None)
        mine = [Q(kind=None) & regions]
        for model in PAGES.values():
            kind = Q(kind=ContentType.objects.get_for_model(model))
            label, name = model._meta.app_label, model._meta.model_name
            if user.has_perm(f"{label}.change_{name}"):
                mine.append(kind & Q(record__in=records_of(model).editable_by(user).values("pk")))
            if user.has_perm(f"{label}.add_{name}"):
                mine.append(kind & Q(record=None) & regions)
        return self.filter(reduce(or_, mine))

    def asking(self, on: date) -> dict[Concern, Self]:
        """The proposals that ask for care: all that wait."""
        return {Concern.PROPOSAL: self.waiting().prefetch_related("changes")}

    def to_forget(self, on: date) -> Self:
        """Those whose sender need not be known any longer on a day."""
        known = self.exclude(sender_name="", sender_email="")
        return known.filter(Q(decided_on__lte=on - KEPT_AFTER) | Q(sent__date__lte=on - KEPT_AT_MOST))

    def forget_senders(self, on: date) -> int:
        """Empty the names and addresses that need not be known any longer on a day; gives of how many."""
        return self.to_forget(on).update(sender_name="", sender_email="")


class Proposal(models.Model):
    """What somebody says of one record, or of a new one, or of a page or the portal as a whole."""

    class Door(models.TextChoices):
        """By which road it came."""

        REPORT = "report", "melding"
        PROJECT = "project", "gemeld project"
        CHECK = "check", "nazicht door de regio"

    class State(models.TextChoices):
        """What became of it, in the words that the sender reads too."""

        RECEIVED = "received", "ontvangen"
        HANDLED = "handled", "verwerkt"
        REFUSED = "refused", "niet overgenomen"

    door = models.CharField("soort", max_length=7, choices=Door)
    reference = models.CharField("referentie", max_length=32, default=new_reference, db_index=True)
    about = models.CharField("waarover", max_length=250)
    kind = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="soort record"
    )
    record = models.PositiveBigIntegerField("record", null=True, blank=True)
    subject = GenericForeignKey("kind", "record")
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name="regio"
    )
    page = models.CharField("bladzijde", max_length=LONGEST_PAGE, blank=True)
    message = models.TextField("bericht", blank=True)
    sender_name = models.CharField("naam van de afzender", max_length=80, blank=True)
    sender_email = models.EmailField("e-mailadres van de afzender", blank=True)
    sent = models.DateTimeField("verstuurd", default=timezone.now)
    state = models.CharField("toestand", max_length=8, choices=State, default=State.RECEIVED, db_index=True)
    decided_on = models.DateField("beslist op", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="beslist door",
    )
    answer = models.TextField(
        "antwoord",
        blank=True,
        max_length=600,
        help_text="Wie het adres van de melding heeft, leest dit. Noem geen mensen bij naam.",
    )

    objects: ClassVar = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "voorstel"
        verbose_name_plural = "voorstellen"
        ordering: ClassVar = ["-sent", "-pk"]
        indexes: ClassVar = [models.Index("kind", "record", name="proposal_by_record")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="received", decided_on=None) | (~Q(state="received") & Q(decided_on__isnull=False)),
                name="decided_proposal_has_a_day",
                violation_error_message="Waarover beslist is, heeft een dag; wat nog wacht niet.",
            ),
            models.CheckConstraint(
                condition=Q(record=None) | Q(kind__isnull=False),
                name="record_of_proposal_has_a_kind",
                violation_error_message="Een voorstel over een record zegt van welke soort dat is.",
            ),
            models.CheckConstraint(
                condition=~Q(door="report") | ~Q(message=""),
                name="report_says_what_is_wrong",
                violation_error_message="Een melding zegt wat er niet klopt.",
            ),
        ]

    def __str__(self) -> str:
        return f"{capfirst(self.get_door_display())}: {self.about}"

    def get_absolute_url(self) -> str:
        """The page on which its sender follows it."""
        return reverse("proposals:reference", args=[self.reference])

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.state == self.State.RECEIVED

    @property
    def is_new(self) -> bool:
        """Whether it proposes a record that is not there yet."""
        return self.kind_id is not None and self.record is None

    @property
    def says_right(self) -> bool:
        """Whether a region looked and has nothing to change."""
        return self.door == self.Door.CHECK and not self.message and not self.changes.all()

    @property
    def number(self) -> int:
        """How many fields it would change."""
        return len(self.changes.all())

    def decide(self, state: State, user: Any, on: date) -> None:
        """Write what became of it, by whom and on which day; or that it waits again."""
        waits = state == self.State.RECEIVED
        self.state, self.decided_on, self.decided_by = state, None if waits else on, None if waits else user
        self.save()


class ProposedChange(models.Model):
    """One field of a record: what it held when somebody proposed something else, what that is, and the verdict."""

    class Verdict(models.TextChoices):
        """What the consultant made of it."""

        OPEN = "open", "nog te beslissen"
        ACCEPTED = "accepted", "overgenomen"
        REFUSED = "refused", "niet overgenomen"

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="changes", verbose_name="voorstel")
    field = models.CharField("veld", max_length=60)
    before: Any = models.JSONField("was", null=True, blank=True)
    after: Any = models.JSONField("wordt", null=True, blank=True)
    verdict = models.CharField("beslissing", max_length=8, choices=Verdict, default=Verdict.OPEN)

    class Meta:
        verbose_name = "voorgestelde wijziging"
        verbose_name_plural = "voorgestelde wijzigingen"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "field"],
                name="field_once_in_a_proposal",
                violation_error_message="Een voorstel zegt over elk veld één ding.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal}, {self.field}"

    @property
    def label(self) -> str:
        """What the field is called."""
        model: Any = self.proposal.kind.model_class()  # type: ignore[union-attr]
        return capfirst(str(model._meta.get_field(self.field).verbose_name))


class TraceQuerySet(models.QuerySet):
    """The words for traces."""

    def fresh(self, now: datetime) -> Self:
        """Those of the last hour."""
        return self.filter(left__gt=now - timedelta(hours=1))

    def stale(self, now: datetime) -> Self:
        """Those that have served."""
        return self.filter(left__lte=now - timedelta(hours=1))


class Trace(models.Model):
    """That something was sent from an address, for an hour, in a mark from which nobody reads that address."""

    mark = models.CharField(max_length=64, db_index=True)
    left = models.DateTimeField(default=timezone.now)

    objects: ClassVar = TraceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.mark}: {self.left}"
