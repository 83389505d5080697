"""A link to the page of a record that is not public yet: signed, for some days, for whoever is given it."""

from datetime import date, timedelta
from typing import NamedTuple

from django.core.signing import BadSignature, Signer
from django.db import models
from django.urls import reverse

DAYS = timedelta(days=14)
SIGNER = Signer(salt="preview")


class Preview(NamedTuple):
    """What a link leads to, and the last day on which it does."""

    kind: str
    record: int
    until: date

    @property
    def path(self) -> str:
        """The path of the link, the same all day long."""
        return reverse("preview", args=[SIGNER.sign_object([self.kind, self.record, self.until.isoformat()])])


def preview_of(record: models.Model, on: date) -> Preview:
    """The preview of a record for whoever asks it on a day."""
    return Preview(record._meta.label_lower, record.pk, on + DAYS)


def opened(token: str) -> Preview:
    """What a link leads to, also when its last day is over; raises BadSignature when it is not one of ours."""
    try:
        kind, record, until = SIGNER.unsign_object(token)
        return Preview(kind, record, date.fromisoformat(until))
    except (ValueError, TypeError) as error:  # signed, but not whole
        raise BadSignature(str(error)) from None
