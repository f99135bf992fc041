"""Forms of sourcing."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node
from yunhe.platform.ui.forms import StyledForm, StyledModelForm
from yunhe.platform.ui.provinces import PROVINCES, province_name
from yunhe.trade.catalog.models import Brand
from yunhe.trade.sourcing.models import SourcingRule, SupplyPoint
from yunhe.trade.sourcing.queries import serving_places


def _provinces() -> list[tuple[str, str]]:
    return [(code, province_name(code)) for code in PROVINCES]


def _provinces_or_none() -> list[tuple[str, str]]:
    return [("", "—"), *_provinces()]


def _brands() -> list[tuple[str, str]]:
    return [(brand.code, str(brand)) for brand in Brand.objects.order_by("code")]


class RuleForm(StyledModelForm):
    """A named rule; the places of the list one code a line."""

    place_codes = forms.CharField(
        label=_("Order of the places"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("Codes of supply places, one a line, the best first"),
    )

    class Meta:
        model = SourcingRule
        fields = (
            "code",
            "name",
            "name_en",
            "kind",
            "distance",
            "stock",
            "rank",
            "parcel",
            "dealers",
            "production",
            "answer_hours",
            "fee_percent",
            "preferred",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            codes = dict(Node.objects.filter(pk__in=self.instance.places).values_list("pk", "code"))
            named = [codes[pk] for pk in self.instance.places if pk in codes]
            self.initial["place_codes"] = "\n".join(named)

    def clean_place_codes(self) -> list[int]:
        codes = self.cleaned_data["place_codes"].split()
        known = dict(Node.objects.filter(code__in=codes).values_list("code", "pk"))
        unknown = [code for code in codes if code not in known]
        if unknown:
            message = _("There is no place %(codes)s.") % {"codes": ", ".join(unknown)}
            raise forms.ValidationError(message)
        return [known[code] for code in dict.fromkeys(codes)]

    def _get_validation_exclusions(self) -> set[str]:
        """Only one rule is preferred: `save` takes it from the former, so two at this moment are none's fault."""
        found: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return found | {"preferred"}

    def save(self, commit: bool = True) -> Any:
        self.instance.places = self.cleaned_data["place_codes"]
        if self.cleaned_data["preferred"]:
            SourcingRule.objects.exclude(pk=self.instance.pk).update(preferred=False)
        return super().save(commit)


class PointForm(StyledModelForm):
    """What a supply place may serve; new ones are chosen among the places that supply orders and dealers
    that take orders of their stores."""

    province = forms.ChoiceField(label=_("Lies in"), choices=_provinces_or_none, required=False)
    provinces = forms.MultipleChoiceField(
        label=_("Serves provinces"),
        choices=_provinces,
        required=False,
        help_text=_("None chosen: every province"),
    )
    brands = forms.MultipleChoiceField(
        label=_("Serves brands"),
        choices=_brands,
        required=False,
        help_text=_("None chosen: every brand"),
    )

    class Meta:
        model = SupplyPoint
        fields = ("node", "province", "provinces", "brands", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["node"]
            return
        serving = serving_places().values("node_id")
        taken = SupplyPoint.objects.values("node_id")
        nodes = cast("forms.ModelChoiceField[Node]", self.fields["node"])
        nodes.queryset = Node.objects.filter(pk__in=serving).exclude(pk__in=taken)


class RefuseForm(StyledForm):
    """Why an order is not served."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Headquarters reads it")
    )
