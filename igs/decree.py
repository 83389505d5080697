"""What is asked of the check of the decree: a day, and what if."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from igs.guides import RegionChoiceField
from igs.models import DecreeRule, Municipality, Region
from optil_portal.records.clock import today


def first_day() -> date:
    """Today when a rule holds, or else the first day on which one does."""
    on = today()
    later = DecreeRule.objects.upcoming(on).first()
    return later.valid_from if later and not DecreeRule.objects.valid(on) else on


class DecreeForm(forms.Form):
    """A day, and a municipality with the region that it would be in."""

    op = forms.DateField(label="Op", required=False, help_text="De leden en de laatste tellingen van die dag.")
    gemeente = forms.ModelChoiceField(
        Municipality.objects.all(),
        to_field_name="nis_code",
        label="Wat als deze gemeente",
        required=False,
        empty_label="–",
    )
    naar = RegionChoiceField(label="lid was van", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer all regions: nothing changes."""
        super().__init__(*args, **kwargs)
        self.fields["op"].initial = first_day()
        self.fields["naar"].offer(Region.objects.by_number())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both halves of the question what if, or neither."""
        asked = super().clean() or {}
        chosen = bool(self.data.get("naar"))
        if asked.get("gemeente") and not chosen:
            self.add_error("naar", ValidationError("Kies ook van welke regio, of ‘In geen IGS’."))
        if chosen and not self.data.get("gemeente"):
            self.add_error("gemeente", ValidationError("Kies ook welke gemeente."))
        return asked
