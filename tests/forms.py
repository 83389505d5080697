"""The forms of the admin, as a browser sends them back."""

from typing import Any

from django.db.models import Model
from django.forms import BaseForm


def form_data(response) -> dict[str, Any]:
    """What a browser sends when nobody changes anything in the admin form of `response`."""
    formsets = [inline.formset for inline in response.context["inline_admin_formsets"]]
    rows = [form for formset in formsets for form in (formset.management_form, *formset.forms)]
    forms = [response.context["adminform"].form, *rows]
    seen = {"_version": response.context.get("version_token", "")}
    return seen | {name: value for form in forms for name, value in filled_in(form).items()}


def filled_in(form: BaseForm) -> dict[str, Any]:
    """The values of a form, by the name under which they are sent; what is empty or a file is not."""
    values = {bound.html_name: bound.value() for bound in form if not bound.field.widget.needs_multipart_form}
    return {name: as_sent(value) for name, value in values.items() if value is not None and value is not False}


def as_sent(value: Any) -> Any:
    """A value as it stands in a request."""
    if isinstance(value, list):
        return [as_sent(one) for one in value]
    return value.pk if isinstance(value, Model) else value
