"""Who takes care of which records: the consultants, of the regions they serve and what belongs to those."""

from typing import Any

from optil_portal.records.models import RecordQuerySet

EVERY_REGION = "igs.serve_every_region"


class InCare:
    """The words of a queryset for records of which the regions decide who may edit them.

    A record belongs to its regions through the field that its model names in `in_care_through`. A region, and what
    cannot tell by one field, says so in its own `in_care_of`.
    """

    def are_all_editable_by(self, user: Any) -> bool:
        """Whether a user edits the records of every region."""
        return user.has_perm(EVERY_REGION)

    def in_care_of(self: Any, user: Any) -> Any:
        """The records that belong to what the consultant with this account takes care of."""
        through = self.model.in_care_through
        owners = self.model._meta.get_field(through).related_model._default_manager
        return self.filter(**{f"{through}__in": owners.in_care_of(user)})


class InCareQuerySet(InCare, RecordQuerySet):
    """The words for records that have no others."""
