"""Make the rule kind `rebate` known to policies."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.channel.policies.errors import RuleRefused
from yunhe.channel.policies.rules.registry import Definition, RuleKind, register
from yunhe.money.rebates.rules.check import check
from yunhe.money.rebates.rules.definition import DocumentRefused, read_rule
from yunhe.money.rebates.rules.form import RebateForm
from yunhe.money.rebates.rules.wording import summarise


def validate(definition: Definition) -> None:
    """The definition can be read. Raises RuleRefused naming the place."""
    try:
        read_rule(definition)
    except DocumentRefused as error:
        message = _("The rebate rule cannot be read: %(reason)s") % {"reason": str(error)}
        raise RuleRefused(message) from error


REBATE = register(
    RuleKind(
        code="rebate",
        label=gettext_lazy("Rebate"),
        form=RebateForm,
        validate=validate,
        summarise=summarise,
        check=check,
        icon="percentage",
        template_name="rebates/rule_form.html",
    )
)
