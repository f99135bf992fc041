"""Sentences about runs and violations, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yunhe.goods.delivery.compute.day import Load, Violation
from yunhe.goods.delivery.models import Tour
from yunhe.goods.delivery.queries import PlanState
from yunhe.platform.ui import formatting


def minutes(seconds: int) -> str:
    """`1 h 05 min`, rounded up to whole minutes."""
    whole = -(-seconds // 60)
    if whole < 60:
        return _("%(n)s min") % {"n": whole}
    return _("%(hours)s h %(minutes)s min") % {"hours": whole // 60, "minutes": f"{whole % 60:02d}"}


def amount_of(dimension: str, amount: int) -> str:
    """`12 cases`, `350 kg`, `40 l`."""
    if dimension == "grams":
        return _("%(n)s kg") % {"n": formatting.number(-(-amount // 1000))}
    if dimension == "millilitres":
        return _("%(n)s l") % {"n": formatting.number(-(-amount // 1000))}
    return ngettext("%(n)s case", "%(n)s cases", amount) % {"n": formatting.number(amount)}


def load_text(load: Load) -> str:
    """The load in the dimensions that are known."""
    parts = [amount_of("cases", load[0])]
    if load[1]:
        parts.append(amount_of("grams", load[1]))
    if load[2]:
        parts.append(amount_of("millilitres", load[2]))
    return " · ".join(parts)


def violation_text(violation: Violation, tour: Tour, state: PlanState) -> str:
    """What is broken where by how much."""
    plate = tour.vehicle.plate
    if violation.kind == "overload":
        over = amount_of(violation.dimension, violation.amount)
        return _("%(plate)s carries %(over)s too much") % {"plate": plate, "over": over}
    late = minutes(violation.amount)
    if violation.kind == "late":
        name = state.stop_by_id[violation.key or 0].partner_label
        return _("%(plate)s reaches %(partner)s %(late)s after receiving ends") % {
            "plate": plate,
            "partner": name,
            "late": late,
        }
    if violation.kind == "overtime":
        return _("%(plate)s is back %(late)s too late") % {"plate": plate, "late": late}
    return _("%(plate)s is out %(late)s too long") % {"plate": plate, "late": late}
