"""Why a row was not accepted: stable codes, and sentences in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.platform.intake.declarations import ImportType, Text

SENTENCES: dict[str, Text] = {
    "missing": _("%(field)s is missing."),
    "not_a_number": _("%(field)s “%(value)s” is not a number."),
    "too_precise": _("%(field)s “%(value)s” has too many decimal places."),
    "out_of_range": _("%(field)s “%(value)s” is out of range."),
    "not_a_date": _("%(field)s “%(value)s” is not a date."),
    "too_long": _("%(field)s is too long: “%(value)s”."),
    "not_a_choice": _("%(field)s “%(value)s” is not one of the allowed words."),
    "too_many_cells": _(
        "The row has more cells than the header; the first one too many is “%(value)s”."
    ),
    "key_conflict": _("The file holds row key “%(value)s” more than once with different values."),
    "twice_in_file": _("The file holds the same row twice (key “%(value)s”); it counts once."),
    "already_imported": _("This row was already received with the same values (key “%(value)s”)."),
    "likely_repeat": _("This line looks already reported: %(value)s."),
    "corrected": _("This row was received before with other values; the difference was booked."),
}


def sentence(declared: ImportType, reason: dict[str, Any]) -> str:
    """The sentence for one `{code, field, value}` in the active language."""
    code = reason.get("code", "")
    own = {rule.code: rule.message for rule in declared.rules}
    own |= {lookup.code: lookup.message for lookup in declared.lookups}
    template = own.get(code) or SENTENCES.get(code) or code
    label = str(declared.label_of(reason.get("field", "")))
    return str(template) % {"field": label, "value": reason.get("value") or ""}


def hint(declared: ImportType, code: str) -> str:
    """What to do about a reason: only look-ups know."""
    return next((str(lookup.hint) for lookup in declared.lookups if lookup.code == code), "")
