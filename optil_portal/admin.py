"""The lexicon of the search, and the steps in the history of all records."""

from django.contrib import admin

from optil_portal.records.exchange.admin import ExchangeAdmin
from optil_portal.records.history import Step
from optil_portal.records.history_admin import HistoryAdmin, StepAdmin
from optil_portal.records.lexicon import Synonyms
from optil_portal.records.rights import RightsOfRows

admin.site.register(Step, StepAdmin)


@admin.register(Synonyms)
class SynonymsAdmin(RightsOfRows, ExchangeAdmin, HistoryAdmin):
    """Words that mean the same to whoever looks for one of them."""

    list_display = ("__str__", "note")
    import_key = ("words",)
    search_fields = ("words", "note")
