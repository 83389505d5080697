"""What axe says of the admin and Django itself must mend: each rule and place, with the reason why it stays."""

import re

from tests.accessibility.axe import Fault

# By rule, the places as a pattern.
ACCEPTED = {
    # Select2, which Django ships, makes a search field and a list of its own beside a choice of many that has a label.
    "label": r"\.select2-search__field",
    "list": r"\.select2-selection--multiple\S* > ul",
    # The columns of a table of inlines that hold a link to the record or the box that removes it.
    "empty-table-header": r"thead > tr > (\.original|th:nth-child\(\d+\))$",
}


def accepted(fault: Fault) -> bool:
    """Whether a fault is one that we know and leave to Django."""
    return re.search(ACCEPTED.get(fault.rule, "(?!)"), fault.selector) is not None
