"""What a consultant makes of a proposal: its fields side by side, and what the record becomes by it."""

from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.text import capfirst, slugify
from django.utils.timezone import localdate

from optil_portal.proposals.models import Proposal, ProposedChange
from optil_portal.records.clock import today
from optil_portal.records.conflicts import TOKEN
from optil_portal.records.differences import Difference, difference, names_in, shown
from optil_portal.records.history import Step, snapshots, step, token
from optil_portal.records.restoring import lock

STALE = "Nog niet bewaard: intussen veranderde het record of besliste een collega. Kijk opnieuw, en bewaar dan."
UNDECIDED = "Beslis eerst over elk veld, of laat het voorstel nog openstaan."
SOURCE_OF_NEW = "Gemeld via het portaal"
RECEIVED, HANDLED, REFUSED = Proposal.State.RECEIVED, Proposal.State.HANDLED, Proposal.State.REFUSED
OPEN, ACCEPTED = ProposedChange.Verdict.OPEN, ProposedChange.Verdict.ACCEPTED
CHOICES_FOR_NEW = (
    (RECEIVED, "nog te beslissen"),
    (HANDLED, "maak er een ontwerp van"),
    (REFUSED, "neem het niet over"),
)
VERDICTS = ((OPEN, "beslis later"), (ACCEPTED, "neem over"), (ProposedChange.Verdict.REFUSED, "neem niet over"))


class Line(NamedTuple):
    """A proposed change beside what its record holds now, "" where that is still what it was, and its choice."""

    change: ProposedChange
    difference: Difference
    now: str
    choice: forms.BoundField | None


def fields_of(proposal: Proposal) -> dict[str, Any]:
    """What the record of a proposal holds now."""
    record = proposal.subject
    return snapshots({type(record): [record.pk]})[type(record), record.pk].fields if record else {}


def lines_of(proposal: Proposal, form: Any = None) -> list[Line]:
    """The changes that are proposed, as people read them, with their boxes where `form` has those."""
    model: Any = proposal.kind and proposal.kind.model_class()
    changes, now = list(proposal.changes.all()), fields_of(proposal)
    states = ({change.field: value} for change in changes for value in (change.before, change.after))
    names = names_in((model, state) for state in (*states, now)) if changes else {}
    lines = []
    for change in changes:
        field = model._meta.get_field(change.field)
        is_contested = change.verdict == OPEN and change.field in now and now[change.field] != change.before
        told = difference(field, change.before, change.after, names)
        name = f"change-{change.pk}"
        choice = form[name] if form and name in form.fields else None
        lines.append(Line(change, told, shown(field, now[change.field], names) if is_contested else "", choice))
    return lines


def version_of(proposal: Proposal) -> str:
    """What tells a proposal, with its record, from what it is after any change."""
    record = proposal.subject
    stored = Proposal.objects.filter(pk=proposal.pk).values_list("state", "answer").get()
    verdicts = list(proposal.changes.order_by("pk").values_list("verdict", flat=True))
    return sha256(repr((token(record) if record else "", stored, verdicts)).encode()).hexdigest()[:16]


def asks_state(proposal: Proposal) -> bool:
    """Whether somebody says by hand what becomes of a proposal; of fields alone, that follows from those."""
    if proposal.is_open:
        return proposal.is_new or bool(proposal.message) or not proposal.changes.exists()
    return not proposal.changes.exists()


class ProposalForm(forms.ModelForm):
    """What a consultant decides: per field, or on the proposal as a whole, with an answer that its sender reads."""

    is_stale = False

    class Meta:
        model = Proposal
        fields = ("state", "answer")
        widgets = {"state": forms.RadioSelect}  # noqa: RUF012 - Django's own way

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """With a choice for each field that is still open."""
        super().__init__(*args, **kwargs)
        proposal = self.instance
        self.was_state, self.was_new = proposal.state, proposal.is_new
        self.open = {} if proposal.is_new else {f"change-{one.pk}": one for one in self.undecided()}
        if "answer" not in self.fields:  # of who only looks
            self.open = {}
        for name, change in self.open.items():
            self.fields[name] = forms.ChoiceField(choices=VERDICTS, initial=change.verdict, widget=forms.RadioSelect)
        if proposal.is_new and "state" in self.fields:
            self.fields["state"].choices = CHOICES_FOR_NEW  # type: ignore[attr-defined]

    def undecided(self) -> list[ProposedChange]:
        """The changes on which nobody has decided."""
        return [change for change in self.instance.changes.all() if change.verdict == OPEN]

    @cached_property
    def record(self) -> Any:
        """The record as it is, locked so that nobody changes it meanwhile; an empty one for a new one."""
        proposal = self.instance
        if proposal.is_new:
            return begun(proposal)
        if proposal.subject is not None:
            lock(proposal.subject)
        return proposal.subject and type(proposal.subject)._default_manager.get(pk=proposal.subject.pk)

    @cached_property
    def taken_over(self) -> list[ProposedChange]:
        """The changes that are accepted now."""
        if self.instance.is_new:
            return list(self.instance.changes.all()) if self.cleaned_data.get("state") == HANDLED else []
        return [change for name, change in self.open.items() if self.cleaned_data.get(name) == ACCEPTED]

    def clean(self) -> dict[str, Any]:
        """Look whether all is still as it was shown, and whether the record can be so."""
        cleaned = super().clean() or {}
        lock(self.instance)
        record = self.record
        if self.data.get(TOKEN) != version_of(self.instance):
            self.is_stale = True
            self.add_error(None, STALE)
            return cleaned
        waits = any(cleaned.get(name) == OPEN for name in self.open)
        if waits and cleaned.get("state", RECEIVED) != RECEIVED:
            self.add_error("state", UNDECIDED)
        if self.taken_over:
            fill(record, self.taken_over)
            self.check(record)
        return cleaned

    def check(self, record: Any) -> None:
        """Tell what cannot be so, beside the field that is to blame where somebody can choose about it."""
        new = {change.field for change in self.taken_over}
        others = {field.name for field in record._meta.fields if field.name not in new}
        try:
            record.full_clean(exclude=others if record.pk else None)
            record.validate_constraints()
        except ValidationError as error:
            by_field = {change.field: name for name, change in self.open.items()}
            for field, messages in error.message_dict.items():
                label = "" if field == NON_FIELD_ERRORS else f"{told_label(record, field)}: "
                place = by_field.get(field)
                self.add_error(place, messages if place else [f"{label}{message}" for message in messages])

    def carry_out(self, user: Any) -> Any:
        """Write the record and the verdicts; gives the record when it is new."""
        proposal, made = self.instance, None
        if self.taken_over:
            with step(Step.Kind.FORM, f"Voorstel overgenomen. {proposal}", user):
                self.record.save()
                link(self.record, self.taken_over)
            if self.was_new:
                proposal.record, made = self.record.pk, self.record
        self.write_verdicts()
        state = self.outcome()
        if state != self.was_state:
            proposal.decide(state, user, today())
        else:
            proposal.save()
        return made

    def write_verdicts(self) -> None:
        """Keep what was decided on each field."""
        for name, change in self.open.items():
            change.verdict = self.cleaned_data[name]
            change.save()
        state = self.cleaned_data.get("state", RECEIVED)
        if self.was_new and state != RECEIVED:
            verdict = ACCEPTED if state == HANDLED else ProposedChange.Verdict.REFUSED
            self.instance.changes.update(verdict=verdict)

    def outcome(self) -> str:
        """What becomes of the proposal: what somebody says, or else what follows from the verdicts."""
        said = self.cleaned_data.get("state", self.was_state)
        if said != RECEIVED or self.was_new or self.instance.message:
            return said
        verdicts = list(self.instance.changes.order_by("pk").values_list("verdict", flat=True))
        if not verdicts or OPEN in verdicts:
            return said
        return HANDLED if ACCEPTED in verdicts else REFUSED


def told_label(record: Any, name: str) -> str:
    """What a field of a record is called."""
    return capfirst(str(record._meta.get_field(name).verbose_name))


def begun(proposal: Proposal) -> Any:
    """The record that a proposal is for, with where it comes from and to whom it belongs."""
    model: Any = proposal.kind.model_class()  # type: ignore[union-attr]
    record = model(source_name=SOURCE_OF_NEW, source_date=localdate(proposal.sent))
    record.slug = free_slug(model, proposal.about)
    setattr(record, model.in_care_through, proposal.region)
    return record


def free_slug(model: Any, name: str) -> str:
    """An address for a name that no other record has."""
    longest = model._meta.get_field("slug").max_length - 8
    slug = slugify(name)[:longest].strip("-") or "zonder-naam"
    taken = set(model._base_manager.filter(slug__startswith=slug).values_list("slug", flat=True))
    tries = (slug, *(f"{slug}-{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in tries if one not in taken)


def fill(record: Any, changes: Iterable[ProposedChange]) -> None:
    """Give a record what is proposed, but for its links."""
    for change in changes:
        field = record._meta.get_field(change.field)
        if not field.many_to_many:
            column = field.target_field if field.is_relation else field
            setattr(record, field.attname, column.to_python(change.after))


def link(record: Any, changes: Iterable[ProposedChange]) -> None:
    """Give a saved record the links that are proposed."""
    for change in changes:
        field = record._meta.get_field(change.field)
        if field.many_to_many:
            getattr(record, change.field).set(field.related_model._base_manager.filter(pk__in=change.after))
