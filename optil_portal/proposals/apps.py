"""What people outside the office propose."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """Reports, new projects and the checks by the regions themselves."""

    name = "optil_portal.proposals"
    verbose_name = "meldingen en voorstellen"
