"""From draft to public in the admin: the state with a note and a plan, a link to a preview, and actions on a list."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from optil_portal.records.clock import today
from optil_portal.records.history_admin import NOTE
from optil_portal.records.models import Publication, State
from optil_portal.records.preview import preview_of
from optil_portal.records.restoring import some_of
from optil_portal.records.workflow import MOVES, STORED, check_move, move, told_plans

NOTES = "step-notes"  # the id of the list with notes to choose from
SHOWN = 50
WHY = "Schrijf een toelichting: waarom gaat dit van ‘{}’ naar ‘{}’?"


class StateForm(forms.ModelForm):
    """The form of a stored record, in which a note goes with another state."""

    step_note = forms.CharField(
        label="Toelichting",
        required=False,
        max_length=200,
        widget=AdminTextInputWidget(attrs={"list": NOTES}),
        help_text="Komt in de geschiedenis. Nodig als de toestand verandert.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the states that can follow on the stored one; another one is refused with the reason."""
        super().__init__(*args, **kwargs)
        self.stored = State(self.initial["state"])
        offered = (self.stored, *MOVES[self.stored])
        self.fields["state"].widget.choices = [(state.value, state.label) for state in offered]

    def clean(self) -> Any:
        """What was sent, with a note for another state, and without the plans that end with it."""
        cleaned: Any = super().clean()
        becomes = State(cleaned.get("state", self.stored))
        if becomes == self.stored:
            return cleaned
        try:
            check_move(self.stored, becomes)
        except ValidationError as error:
            self.add_error("state", error)
        if not cleaned.get(NOTE):
            self.add_error(NOTE, WHY.format(self.stored.label, becomes.label))
        if becomes == State.ARCHIVED:
            cleaned |= {"publish_on": None, "end_on": None}
        if becomes == State.PUBLISHED and (cleaned.get("publish_on") or today()) <= today():
            cleaned["publish_on"] = None
        return cleaned


class PublishingAdmin(admin.ModelAdmin):
    """A record that somebody sends to review, publishes, archives and brings back, each time with a note."""

    change_form_template = "admin/publication_change_form.html"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, which for a stored record asks a note with another state."""
        if change and self.has_change_permission(request, obj):
            kwargs["form"] = StateForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The fieldsets of the model, then where it stands, and last its source."""
        *own, source = super().get_fieldsets(request, obj)
        asks_note = obj is not None and self.has_change_permission(request, obj)
        state = ("state", NOTE) if asks_note else ("state",)
        return [*own, ("Publicatie", {"fields": (*state, ("publish_on", "end_on"))}), source]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form of a stored record, which tells where that stands and what saving does."""
        if record := context.get("original"):
            publication = self.model._default_manager.get(pk=record.pk)  # a form that was sent has filled its record
            context |= self.standing(request, publication)
        return super().render_change_form(request, context, *args, **kwargs)

    def standing(self, request: HttpRequest, publication: Any) -> dict[str, Any]:
        """Where a record stands, what is planned, and the link to its preview as long as it is not public."""
        preview = preview_of(publication, today())
        return {
            "publication": publication,
            "plans": told_plans(publication, today()),
            "preview": preview,
            "preview_url": request.build_absolute_uri(preview.path),
            "notes_id": NOTES,
            "saves_in_public": publication.is_public,
            "show_save_and_add_another": not publication.is_public,
        }

    @admin.action(description="Leg de gekozen records voor ter nazicht", permissions=["change"])
    def send_to_review(self, request: HttpRequest, publications: models.QuerySet) -> HttpResponse | None:
        """Ask somebody to look at the records before they are published."""
        return self.move(request, publications, State.REVIEW)

    @admin.action(description="Publiceer de gekozen records", permissions=["change"])
    def publish(self, request: HttpRequest, publications: models.QuerySet) -> HttpResponse | None:
        """Show the records to everybody."""
        return self.move(request, publications, State.PUBLISHED)

    @admin.action(description="Archiveer de gekozen records", permissions=["change"])
    def archive(self, request: HttpRequest, publications: models.QuerySet) -> HttpResponse | None:
        """Take the records off the site for good, without losing them."""
        return self.move(request, publications, State.ARCHIVED)

    @admin.action(description="Zet de gekozen records terug naar ontwerp", permissions=["change"])
    def return_to_draft(self, request: HttpRequest, publications: models.QuerySet) -> HttpResponse | None:
        """Take the records off the site or out of the archive, to work on them."""
        return self.move(request, publications, State.DRAFT)

    def move(self, request: HttpRequest, publications: models.QuerySet, state: State) -> HttpResponse | None:
        """Give all of the records a state, each dated and signed; ask for a note first, or tell which one cannot."""
        chosen = [*publications.values_list("pk", flat=True)]
        locked = self.model._default_manager.select_for_update(no_key=True).in_bulk(chosen)
        moved = [locked[pk] for pk in chosen if locked[pk].state != state]
        if not moved:
            self.message_user(request, f"Alles stond al op ‘{state.label}’.", messages.SUCCESS)
            return None
        told = [(one, one.state, refusal(one, state)) for one in moved]
        refused = [(one, reason) for one, _, reason in told if reason]
        if refused or not request.POST.get(NOTE, "").strip():
            return self.ask_note(request, state, [(one, State(was).label) for one, was, _ in told], refused)
        for publication in moved:
            publication.save(update_fields=STORED)
            self.log_change(request, publication, f"Toestand veranderd naar ‘{state.label}’.")
        self.message_user(request, f"Nu ‘{state.label}’: {some_of(map(str, moved))}.", messages.SUCCESS)
        return None

    def ask_note(self, request: HttpRequest, state: State, moved: list[Any], refused: list[Any]) -> HttpResponse:
        """The page between: which records would get a state, and why; or which of them cannot."""
        name = self.opts.verbose_name if len(moved) == 1 else self.opts.verbose_name_plural
        context = self.admin_site.each_context(request) | {
            "title": f"{len(moved)} {name} op ‘{state.label}’ zetten?",
            "opts": self.opts,
            "state": state,
            "moved": moved[:SHOWN],
            "refused": refused[:SHOWN],
            "more": max(0, (len(refused) or len(moved)) - SHOWN),
            "sent": request.POST,
            "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "notes_id": NOTES,
        }
        return TemplateResponse(request, "admin/move.html", context)


def refusal(publication: Publication, state: State) -> str:
    """Give a record a state without storing it; tells why that cannot be, or gives ""."""
    try:
        move(publication, state)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
