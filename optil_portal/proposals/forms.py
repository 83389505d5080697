"""The forms behind the three doors, none of which asks for an account or sets a cookie."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from igs.models import Municipality, Region
from optil_portal.proposals import guard
from optil_portal.proposals.models import Page
from optil_portal.proposals.sheets import Leaf, Line, Sheet
from optil_portal.records.clock import today
from optil_portal.records.exchange.columns import smooth
from optil_portal.records.history import plain
from optil_portal.records.models import Record
from projects.models import Theme

BAD_REQUEST, CONFLICT, TOO_MANY_REQUESTS = 400, 409, 429
OVER = (
    "Nog niets verstuurd: dit formulier stond langer dan twaalf uur open, of er is aan geknoeid. Verstuur het opnieuw."
)
TRAPPED = "Nog niets verstuurd: je browser vulde een veld in dat leeg moet blijven. Verstuur het opnieuw."
TOO_OFTEN = (
    "Nog niets verstuurd: van jouw netwerk kwamen er het laatste uur al tien berichten."
    " Probeer het over een uur opnieuw, of mail naar info@cultuuroptil.be."
)
CHANGED = "Nog niets verstuurd: wat hieronder staat, is intussen veranderd. Kijk het opnieuw na en verstuur het dan."


def paragraphs(rows: int) -> forms.Textarea:
    """A box for some lines of text."""
    return forms.Textarea(attrs={"rows": rows})


class PublicForm(forms.Form):
    """A form for everybody: stamped when it was opened, with a trap for machines, and a count."""

    stamp = forms.CharField(widget=forms.HiddenInput, required=False)
    leave_empty = forms.CharField(
        label="Laat dit leeg", required=False, widget=forms.TextInput(attrs={"tabindex": -1, "autocomplete": "off"})
    )

    def __init__(self, request: HttpRequest) -> None:
        """The form as somebody opens it, or as they sent it."""
        self.request, self.status = request, 200
        is_sent = request.method == "POST"
        super().__init__(
            request.POST if is_sent else None,
            initial={"stamp": guard.stamp_of(self.kind)},
            label_suffix="",
        )

    @property
    def kind(self) -> str:
        """Which form this is, as its stamp says."""
        return type(self).__name__

    def stamp_again(self) -> None:
        """Have what comes back to be mended be as if it was opened now."""
        self.data: MultiValueDict = self.data.copy()
        self.data["stamp"], self.data["leave_empty"] = guard.stamp_of(self.kind), ""

    def refuse(self, told: str, status: int = BAD_REQUEST) -> None:
        """Say why the form as a whole is not taken."""
        self.add_error(None, told)
        self.status = status

    def is_valid(self) -> bool:
        """Whether what was sent can be kept; else `status` says what kind of wrong it is."""
        if super().is_valid():
            return True
        if self.is_bound:
            self.status = max(self.status, BAD_REQUEST)
            self.stamp_again()
        return False

    def clean(self) -> dict[str, Any]:
        """Look at the stamp, the trap and the count; only the first that is wrong is told."""
        cleaned = super().clean() or {}
        made_for = guard.stamped(cleaned.get("stamp", ""))
        if made_for is None or made_for.partition(":")[0] != self.kind.partition(":")[0]:
            self.refuse(OVER)
        elif made_for != self.kind:
            self.refuse(CHANGED, CONFLICT)
        elif cleaned.get("leave_empty"):
            self.refuse(TRAPPED)
        elif guard.comes_too_often(self.request):
            self.refuse(TOO_OFTEN, TOO_MANY_REQUESTS)
        return cleaned


class SenderForm(PublicForm):
    """A form whose sender may say who they are."""

    sender_name = forms.CharField(
        label="Je naam", max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    sender_email = forms.EmailField(
        label="Je e-mailadres",
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    @property
    def sender(self) -> dict[str, str]:
        """Who sends it, as far as they say."""
        return {name: self.cleaned_data[name] for name in ("sender_name", "sender_email")}


class ReportForm(SenderForm):
    """What is not right on a page."""

    message = forms.CharField(
        label="Wat klopt er niet?",
        max_length=2000,
        widget=paragraphs(6),
        help_text="Wat staat er, en wat moet het zijn? Weet je een bron, zet ze erbij. Noem geen mensen bij naam.",
    )
    field_order = ("message",)

    def __init__(self, request: HttpRequest, page: Page) -> None:
        """About a page."""
        self.page = page
        super().__init__(request)


class ProjectForm(SenderForm):
    """A project that the portal does not know yet."""

    title = forms.CharField(label="Hoe heet het project?", max_length=160)
    summary = forms.CharField(
        label="Waarover gaat het, in één of twee zinnen?",
        max_length=400,
        widget=paragraphs(3),
        help_text="Wie doet wat voor wie?",
    )
    where = forms.ChoiceField(
        label="Waar was het?",
        help_text="Kies de regio, of de gemeente als het in één gemeente was.",
    )
    theme = forms.ModelChoiceField(
        Theme.objects.all(), label="Bij welk thema past het?", required=False, empty_label="Dat weet ik niet"
    )
    body = forms.CharField(
        label="Wat gebeurde er, en hoe?",
        max_length=4000,
        required=False,
        widget=paragraphs(8),
        help_text="Met wie, wanneer, wat liep goed en wat niet? Noem geen mensen bij naam.",
    )
    field_order = ("title", "summary", "where", "theme", "body")

    def __init__(self, request: HttpRequest) -> None:
        """With the regions that work today and all municipalities to choose from."""
        super().__init__(request)
        self.regions = {f"regio:{one.pk}": one for one in Region.objects.active(today()).by_number()}
        members = Municipality.objects.with_region(today()).order_by("name")
        self.municipalities = {f"gemeente:{one.pk}": one for one in members}
        where: Any = self.fields["where"]
        where.choices = [
            ("", "Kies een regio of een gemeente"),
            ("Regio’s", [(key, one.name) for key, one in self.regions.items()]),
            ("Gemeenten", [(key, one.name) for key, one in self.municipalities.items()]),
        ]

    @property
    def region(self) -> Region | None:
        """The region that the project is of, when its municipality is in one."""
        where = self.cleaned_data["where"]
        return self.regions[where] if where in self.regions else self.municipalities[where].region

    @property
    def wanted(self) -> dict[str, Any]:
        """What the project would hold, as its history has it."""
        cleaned, municipality = self.cleaned_data, self.municipalities.get(self.cleaned_data["where"])
        theme = {"theme": cleaned["theme"].pk} if cleaned["theme"] else {}
        place = {"municipalities": [municipality.pk]} if municipality else {}
        texts = {name: cleaned[name] for name in ("title", "summary", "body") if cleaned[name]}
        return texts | theme | place


class Question(NamedTuple):
    """A line of a sheet with the boxes in which a coordinator answers."""

    line: Line
    choice: forms.BoundField
    value: forms.BoundField


RIGHT, WRONG = "klopt", "anders"
CHOICES = ((RIGHT, "Klopt"), (WRONG, "Moet anders"))
MEMBERS = "members"


def verdict() -> forms.ChoiceField:
    """The choice beside a line: it is right unless somebody says otherwise."""
    return forms.ChoiceField(choices=CHOICES, initial=RIGHT, widget=forms.RadioSelect)


class SheetForm(PublicForm):
    """What a region says of its sheet, line by line."""

    members = verdict()
    members_value = forms.CharField(
        label="Wat moet het zijn, en sinds wanneer?", max_length=2000, required=False, widget=paragraphs(3)
    )
    message = forms.CharField(
        label="Nog iets wat we moeten weten?", max_length=2000, required=False, widget=paragraphs(4)
    )

    def __init__(self, request: HttpRequest, sheet: Sheet) -> None:
        """With two boxes for each line of the sheet."""
        self.sheet = sheet
        super().__init__(request)
        for record, line in sheet.lines():
            self.fields[name_of(record, line)] = verdict()
            self.fields[f"{name_of(record, line)}_value"] = box_of(line)

    @property
    def kind(self) -> str:
        """A sheet is another one once it says something else."""
        return f"{type(self).__name__}:{self.sheet.digest}"

    def clean(self) -> dict[str, Any]:
        """Forget what is in the boxes of lines that are right, and ask for what is missing in the others."""
        cleaned = super().clean()
        if cleaned.get(MEMBERS) == WRONG and not cleaned.get("members_value"):
            self.add_error("members_value", "Schrijf wat er anders moet.")
        for record, line in self.sheet.lines():
            name = name_of(record, line)
            box = f"{name}_value"
            if cleaned.get(name) != WRONG:
                self.errors.pop(box, None)
            elif not line.field.blank and box not in self.errors and cleaned.get(box) in (None, ""):
                self.add_error(box, "Schrijf wat het moet zijn.")
        return cleaned

    def questions(self) -> Iterator[tuple[Leaf, list[Question]]]:
        """The leaves of the sheet, each with its lines and their boxes."""
        for leaf in self.sheet.leaves:
            names = [name_of(leaf.record, line) for line in leaf.lines]
            boxes = [(self[name], self[f"{name}_value"]) for name in names]
            yield leaf, [Question(line, *pair) for line, pair in zip(leaf.lines, boxes, strict=True)]

    def wanted(self, leaf: Leaf) -> dict[str, Any]:
        """What must be otherwise in a record, as its history has it."""
        found = {}
        for line in leaf.lines:
            name = name_of(leaf.record, line)
            value = smoothed(plain(self.cleaned_data.get(f"{name}_value")))
            if self.cleaned_data[name] == WRONG and value != smoothed(line.value):
                found[line.field.name] = value
        return found

    @property
    def told(self) -> str:
        """What is said beside the lines."""
        cleaned = self.cleaned_data
        members = f"De leden: {cleaned['members_value']}" if cleaned[MEMBERS] == WRONG else ""
        return "\n\n".join(filter(None, (members, cleaned["message"])))


def name_of(record: Record, line: Line) -> str:
    """The name of the choice beside a line."""
    return f"{record._meta.model_name}-{record.pk}-{line.field.name}"


def smoothed(value: Any) -> Any:
    """A value, of which a text has the ends of its lines as Python has them."""
    return smooth(value) if isinstance(value, str) else value


def box_of(line: Line) -> forms.Field:
    """The box for what a line must be, checked as the form of its record does, and filled in with what it holds."""
    scheme = {"assume_scheme": "https"} if isinstance(line.field, models.URLField) else {}
    box = line.field.formfield(label="Moet zijn", required=False, initial=line.value, help_text="", **scheme)
    if isinstance(box.widget, forms.Textarea):
        box.widget.attrs["rows"] = 4
    return box
