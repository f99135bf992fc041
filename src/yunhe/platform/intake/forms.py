"""Forms of the import wizard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotFound
from yunhe.platform.intake.choices import DateOrder
from yunhe.platform.intake.declarations import ImportType, import_type, import_types
from yunhe.platform.intake.errors import OptionInvalid
from yunhe.platform.intake.models import Import
from yunhe.platform.ui.forms import StyledForm, offer

PREFIX = "field_"
OPTION = "option_"
ACCEPT = ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.parquet"


class UploadForm(StyledForm):
    """Which kind of file, and the file."""

    type = forms.ChoiceField(label=_("What the file holds"))
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV (any encoding), Excel or Parquet, with a row of column names."),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        allow_empty_file=True,
    )

    sender = forms.CharField(
        label=_("Code of the partner who sent it"),
        max_length=40,
        required=False,
        help_text=_("Only when the file has no column that names the partner"),
    )

    def __init__(self, *args: Any, principal: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if principal.is_partner:
            del self.fields["sender"]
        choices = [(declared.code, declared.label) for declared in import_types(principal)]
        offer(self, "type", choices)

    def clean_sender(self) -> int | None:
        """The id of the sender's node, when one was named."""
        code = self.cleaned_data["sender"].strip()
        if not code:
            return None
        node_id = Node.objects.filter(code__iexact=code).values_list("id", flat=True).first()
        if node_id is None:
            raise forms.ValidationError(str(NotFound().message))
        return int(node_id)


class MappingForm(StyledForm):
    """A column for each field, the type's options, the order of day and month."""

    date_order = forms.ChoiceField(
        label=_("Order of dates such as 05/06/2026"), choices=DateOrder.choices, required=False
    )
    save_as = forms.CharField(
        label=_("Save under a name"),
        max_length=120,
        required=False,
        help_text=_(
            "The columns are remembered for the next file like this. Under a name the choices made"
            " here for the whole file are too; without one they are for this file only."
        ),
    )
    hold = forms.BooleanField(
        label=_("Check first, post when I say so"), required=False, initial=True
    )

    def __init__(self, *args: Any, record: Import, principal: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record, self.principal = record, principal
        self.declared: ImportType = import_type(record.type_code)
        self._add_columns()
        self._add_options()
        self.fields["save_as"].initial = record.mapping.get("saved_as", "")
        self.fields["date_order"].initial = record.mapping.get("date_order", DateOrder.AUTO)

    def _add_columns(self) -> None:
        chosen = self.record.mapping.get("columns", {})
        choices = [("", _("— not in the file —")), *self._column_choices()]
        for field in self.declared.fields:
            self.fields[PREFIX + field.name] = forms.ChoiceField(
                label=str(field.label),
                choices=choices,
                required=False,
                initial=str(chosen.get(field.name, "")),
                help_text=_("needed") if field.required else "",
            )

    def _column_choices(self) -> list[tuple[str, str]]:
        """Each column with its first value in the preview."""
        preview = self.record.shape.get("preview", [])
        found = []
        for position, name in enumerate(self.record.columns):
            example = next((row[position] for row in preview if row[position]), "")
            found.append((str(position), f"{name} ({example[:24]})" if example else name))
        return found

    def _add_options(self) -> None:
        for option in self.declared.options:
            initial = self.record.options.get(option.name, option.default)
            field: forms.Field = forms.CharField(
                label=str(option.label), initial=initial, required=False
            )
            if option.choices:
                field = forms.ChoiceField(
                    label=str(option.label),
                    choices=list(option.choices_for(self.principal).items()),
                    initial=initial,
                )
            self.fields[OPTION + option.name] = field

    def clean(self) -> dict[str, Any]:
        """What is wrong with an option is said beside it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for option in self.declared.options:
            try:
                option.read(cleaned.get(OPTION + option.name))
            except OptionInvalid as error:
                self.add_error(OPTION + option.name, str(error))
        return cleaned

    def columns(self) -> dict[str, int]:
        """Field name -> column position, of the fields that have one."""
        return {
            name.removeprefix(PREFIX): int(value)
            for name, value in self.cleaned_data.items()
            if name.startswith(PREFIX) and value != ""
        }

    def options(self) -> dict[str, str]:
        return {
            name.removeprefix(OPTION): value
            for name, value in self.cleaned_data.items()
            if name.startswith(OPTION)
        }
