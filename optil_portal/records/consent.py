"""Consent: on what ground we show what somebody said or looks like, for what, and until when."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

TIME_TO_ASK = timedelta(days=60)  # before a consent ends, for whoever must ask it anew


class Consent(models.TextChoices):
    """On what ground we show it."""

    PUBLISHED_IN_BROCHURE = (
        "published_in_brochure",
        "gepubliceerd in de brochure van 9/10/2025, toestemming niet door ons gezien",
    )
    UNKNOWN = "unknown", "toestemming nog te vragen"
    GIVEN = "given", "toestemming gegeven"


class ConsentQuerySet:
    """The words of a queryset for what is shown as long as somebody consents."""

    def with_consent(self: Any, on: date) -> Any:
        """What may be shown on a day: nobody withdrew it, and it has not ended."""
        return self.filter(Q(expires_on__isnull=True) | Q(expires_on__gt=on), withdrawn_on__isnull=True)

    def without_consent(self: Any, on: date) -> Any:
        """What may not be shown on a day: all the rest."""
        return self.filter(Q(expires_on__lte=on) | Q(withdrawn_on__isnull=False))

    def consent_in_doubt(self: Any, on: date) -> Any:
        """That of which, on a day, we never saw the consent, or it is over or soon will be; that first."""
        doubt = Q(expires_on__lte=on + TIME_TO_ASK) | ~Q(consent=Consent.GIVEN)
        kept = self.in_use().filter(doubt, withdrawn_on__isnull=True)
        return kept.order_by(F("expires_on").asc(nulls_last=True), "pk")


class Consented(models.Model):
    """The entry of a record in the ledger of consents."""

    consent = models.CharField("toestemming", max_length=24, choices=Consent, blank=True)
    consent_on = models.DateField("toestemming op", null=True, blank=True)
    consent_scope = models.CharField(
        "toestemming waarvoor",
        max_length=200,
        blank=True,
        help_text="Waar het getoond mag worden, zoals gevraagd is. Bijvoorbeeld: dit portaal; ook drukwerk van OP/TIL.",
    )
    expires_on = models.DateField(
        "toestemming eindigt op",
        null=True,
        blank=True,
        help_text="Vanaf deze dag is het nergens meer te zien. Leeg als de toestemming geen einde heeft.",
    )
    withdrawn_on = models.DateField(
        "ingetrokken op",
        null=True,
        blank=True,
        help_text="Zodra hier een dag staat, is het nergens meer te zien.",
    )

    # Who took it back, or gave it until a day, never stands on the site again by going back.
    lasting: ClassVar[tuple[str, ...]] = ("withdrawn_on", "expires_on")

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(consent=Consent.GIVEN) | Q(consent_on__isnull=False),
                name="%(class)s_given_consent_has_a_date",
                violation_error_message="Wanneer is de toestemming gegeven? Vul de datum in.",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("consent_on")),
                name="%(class)s_consent_ends_after_it_is_given",
                violation_error_message="De toestemming kan niet eindigen voor ze gegeven is.",
            ),
        ]

    def has_consent(self, on: date) -> bool:
        """Whether it may be shown on a day, as `with_consent` has it."""
        return self.withdrawn_on is None and (self.expires_on is None or self.expires_on > on)
