"""Settings that a page keeps with a form are kept by the API with the same form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import ModelForm
from django.forms.models import model_to_dict


def valid_form(form: type[ModelForm], instance: Model, changes: Mapping[str, Any]) -> Any:
    """The form over `instance` with the given fields changed and the others as they are.

    Raises django's ValidationError with the form's messages by field.
    """
    unbound = form(instance=instance)
    present = model_to_dict(instance) | dict(unbound.initial)
    bound = form(data={**present, **changes}, instance=instance)
    if not bound.is_valid():
        raise ValidationError(bound.errors.as_data())
    return bound
