"""From draft to public: which state follows on which, what is planned, and what stands in its way."""

from collections.abc import Iterator
from copy import copy
from datetime import date
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.text import get_text_list

from optil_portal.records.history import Step, step
from optil_portal.records.models import Publication, State

# To which states a record goes from each. What was archived comes back as a draft, for somebody must look at it again.
MOVES: dict[State, tuple[State, ...]] = {
    State.DRAFT: (State.REVIEW, State.PUBLISHED, State.ARCHIVED),
    State.REVIEW: (State.DRAFT, State.PUBLISHED, State.ARCHIVED),
    State.PUBLISHED: (State.DRAFT, State.ARCHIVED),
    State.ARCHIVED: (State.DRAFT,),
}
STORED = ("state", "publish_on", "end_on", "changed")  # what a move changes
PLANNED = {State.PUBLISHED: "gepubliceerd", State.ARCHIVED: "gearchiveerd"}


class Done(NamedTuple):
    """What carrying out the plans did: how many records came to each state, and what is told of those that did not."""

    moved: dict[State, int]
    failed: list[str]


def check_move(was: str, becomes: str) -> None:
    """Raise ValidationError when a state cannot follow on another."""
    allowed = MOVES[State(was)]
    if becomes not in (was, *allowed):
        ways = get_text_list([f"‘{state.label}’" for state in allowed], "of")
        raise ValidationError(f"Van ‘{State(was).label}’ kan dit niet naar ‘{State(becomes).label}’, wel naar {ways}.")


def move(publication: Publication, state: State) -> None:
    """Give a record another state without storing it, and end the plans that this ends; raises ValidationError."""
    check_move(publication.state, state)
    publication.state = state
    let_go(publication)
    publication.validate_constraints()


def let_go(publication: Publication) -> None:
    """Empty the plans of a record that its state has carried out."""
    if publication.state in (State.PUBLISHED, State.ARCHIVED):
        publication.publish_on = None
    if publication.state == State.ARCHIVED:
        publication.end_on = None


def hindrances(publication: Publication) -> list[str]:
    """The rules that a record would break if it were published, in words."""
    shown = copy(publication)
    try:
        move(shown, State.PUBLISHED)
    except ValidationError as error:
        return error.messages
    return []


# Plans.


def due_state(publication: Publication, on: date) -> State:
    """What a record that is due on a day should have become."""
    return State.ARCHIVED if publication.end_on and publication.end_on <= on else State.PUBLISHED


def obstacles(publication: Publication, state: State) -> list[str]:
    """Why the plan that asks for a state cannot be carried out, in words."""
    if state == State.ARCHIVED:
        told = "Het einde is voorbij voor het gepubliceerd werd: kies een ander einde, of archiveer het zelf."
        return [] if publication.state == State.PUBLISHED else [told]
    if publication.state == State.DRAFT:
        return ["Het is nog een ontwerp: kies ‘ter nazicht’, of publiceer het zelf.", *hindrances(publication)]
    return hindrances(publication)


def told_due(publication: Any, on: date) -> str:
    """What should have happened to a record that is due on a day, and why it did not."""
    state = due_state(publication, on)
    planned: date = publication.end_on if state == State.ARCHIVED else publication.publish_on
    waits = (
        "De dagelijkse taak liep nog niet." if planned == on else "De dagelijkse taak liep niet: meld het aan OP/TIL."
    )
    reasons = " ".join(obstacles(publication, state)) or waits
    return f"moest {PLANNED[state]} worden op {date_format(planned)}. {reasons}"


def told_plans(publication: Any, on: date) -> list[str]:
    """What will happen to a record and when, as it is on a day, in sentences; and what would stand in the way."""
    if any(day and day <= on for day in (publication.publish_on, publication.end_on)):
        return [f"Dit {told_due(publication, on)}"]
    told = []
    if publication.publish_on:
        condition = ", als het dan ‘ter nazicht’ staat" if publication.state == State.DRAFT else ""
        told.append(f"Wordt gepubliceerd op {date_format(publication.publish_on)}{condition}.")
        told += [f"Zo kan dat nog niet: {reason}" for reason in hindrances(publication)]
    if publication.end_on:
        told.append(f"Wordt gearchiveerd op {date_format(publication.end_on)}.")
    return told


def carry_out(on: date) -> Done:
    """Publish and archive what is due on a day, each as a step of its own: one that fails holds back no other."""
    done = Done({State.PUBLISHED: 0, State.ARCHIVED: 0}, [])
    for model, pk in due(on):
        with transaction.atomic():
            publication = model._default_manager.due(on).select_for_update(no_key=True).filter(pk=pk).first()
            if publication is None:  # somebody else was faster
                continue
            state = due_state(publication, on)
            if obstacles(publication, state):
                done.failed.append(f"{model._meta.verbose_name} ‘{publication}’ {told_due(publication, on)}")
                continue
            planned = publication.end_on if state == State.ARCHIVED else publication.publish_on
            with step(Step.Kind.OTHER, f"{PLANNED[state].capitalize()}, zoals gepland voor {date_format(planned)}."):
                move(publication, state)
                publication.save(update_fields=STORED)
            done.moved[state] += 1
    return done


def due(on: date) -> Iterator[tuple[Any, int]]:
    """The records that are due on a day: the model and the key of each."""
    for model in apps.get_models():
        if issubclass(model, Publication):
            for pk in [*model._default_manager.due(on).values_list("pk", flat=True)]:
                yield model, pk
