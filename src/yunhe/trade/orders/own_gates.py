"""The gate of domains that orders know themselves: compliance, and products phasing out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from yunhe.goods.stock.queries import available
from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.platform.errors import DomainError
from yunhe.trade.compliance.queries import Refusal as Forbidden
from yunhe.trade.compliance.queries import order_concerns
from yunhe.trade.orders.gates import Asking, Gate, Holds, Refusal, register_gate
from yunhe.trade.promotions.services import used_up


class SaleGate(Gate):
    """Refuses what the partner may not buy, with the rule that says so, and what is running out.

    A product that is phasing out is sold as far as the manufacturer's stock goes, never on backorder;
    what a dealer still has of it is for the dealer to say.
    """

    code = "sale"

    def check(self, asking: Asking) -> Iterable[Refusal]:
        concerns = order_concerns(asking.node_id, asking.sku_ids, asking.on)
        return [*_forbidden(asking, concerns.refused), *_ending(asking, concerns.phasing_out)]

    def check_many(self, askings: Sequence[Asking]) -> list[list[Refusal]]:
        """One question a partner and day, however many orders."""
        wanted: dict[tuple[int, date], set[int]] = {}
        for asking in askings:
            wanted.setdefault((asking.node_id, asking.on), set()).update(asking.sku_ids)
        known = {place: order_concerns(place[0], skus, place[1]) for place, skus in wanted.items()}
        found = []
        for asking in askings:
            concerns = known[asking.node_id, asking.on]
            found.append(
                [*_forbidden(asking, concerns.refused), *_ending(asking, concerns.phasing_out)]
            )
        return found


def _forbidden(asking: Asking, refused: Mapping[int, Forbidden]) -> Iterator[Refusal]:
    for line in asking.lines if refused else ():
        if found := refused.get(line.sku_id):
            yield Refusal(
                row=line.row, sku_id=line.sku_id, code="compliance.refused", message=found.message
            )


def _ending(asking: Asking, successors: Mapping[int, str]) -> Iterator[Refusal]:
    if not successors or asking.supplier_id is None or asking.between_partners:
        return
    left = available(asking.supplier_id, successors)
    wanted = asking.base_quantities()
    for line in asking.lines:
        if line.sku_id in successors and wanted[line.sku_id] > left.get(line.sku_id, 0):
            yield Refusal(
                row=line.row,
                sku_id=line.sku_id,
                code="catalog.phase_out",
                message=_message(successors[line.sku_id]),
            )


def _message(successor: str) -> str:
    if successor:
        return _("This product is phasing out and runs short; %(other)s replaces it.") % {
            "other": successor
        }
    return _("This product is phasing out; only what is in stock can be ordered.")


class PromotionGate(Gate):
    """Holds the budgets and uses of the promotions that the order was priced with.

    The holds stand in the asking's facts; a shipped part names none: the first shipment commits all.
    """

    code = "promotions"

    def holds(self, asking: Asking) -> Holds:
        return asking.facts.get("promotions", {})

    def explain(self, error: CapacityExceeded, asking: Asking) -> DomainError:
        return used_up(error)


register_gate(SaleGate())
register_gate(PromotionGate())
