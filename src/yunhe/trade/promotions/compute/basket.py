"""What goes into the kernel and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from yunhe.platform.values import exact_sum
from yunhe.trade.promotions.compute.rules import EVERYTHING, Gift, Rule, Selector


class Title(str):
    """A promotion's name that brings its English form along ("" for none)."""

    english: str = ""

    @classmethod
    def of(cls, name: str, english: str) -> Title:
        found = cls(name)
        found.english = english
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """A priced line. `quantity` in base units, `amount` rounded to the currency's exponent.

    `categories` are the SKU's own and all above; `factors` give the base units in each unit of the
    SKU; `tax_rate` is a fraction (0.13).
    """

    row: int
    sku: int
    quantity: Decimal
    amount: Decimal
    brand: int = 0
    categories: frozenset[int] = frozenset()
    tax_rate: Decimal = Decimal(0)
    factors: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion that holds today for this partner, and what is left of its limits (None: no limit)."""

    id: int
    name: str
    rule: Rule
    selector: Selector = EVERYTHING
    code: str = ""
    exclusive: bool = False
    sequential: bool = False
    priority: int = 0
    most: Decimal | None = None
    budget_left: Decimal | None = None
    uses_left: int | None = None
    partner_uses_left: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one promotion did to one line: `off` of `base`, leaving `after` of the line.

    A step with `off` zero says that the line earned free goods or a gift.
    """

    promotion_id: int
    name: str
    rule: Rule
    mode: str
    base: Decimal
    off: Decimal
    after: Decimal
    shared_total: Decimal


@dataclass(frozen=True, slots=True)
class FreeGoods:
    """Goods that come without a price; `value` is what they are worth, `rows` what earned them."""

    promotion_id: int
    name: str
    sku: int
    unit: str
    quantity: Decimal
    value: Decimal
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GiftOffer:
    """Gifts that may be chosen: `pick` of `gifts`, each `times`; `chosen` are those taken."""

    promotion_id: int
    name: str
    gifts: tuple[Gift, ...]
    pick: int
    times: int
    chosen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """Something to say: `missing` to the next reward, `budget`/`uses` used up, `beaten`, `choose`."""

    code: str
    promotion_id: int
    name: str
    figures: Mapping[str, Decimal | str]


@dataclass(frozen=True, slots=True)
class LineResult:
    """A line with what came off: `net = amount - discount ≥ 0`, `gross = net + tax`."""

    row: int
    sku: int
    amount: Decimal
    discount: Decimal
    tax: Decimal
    steps: tuple[Step, ...]

    @property
    def net(self) -> Decimal:
        return self.amount - self.discount

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Applied:
    """What one promotion gave in this basket."""

    promotion_id: int
    name: str
    off: Decimal
    free_value: Decimal
    rows: tuple[int, ...]

    @property
    def benefit(self) -> Decimal:
        return self.off + self.free_value


@dataclass(frozen=True, slots=True)
class Result:
    """The whole basket. Sums are exact: by line, by promotion and in total."""

    lines: tuple[LineResult, ...]
    free: tuple[FreeGoods, ...]
    choices: tuple[GiftOffer, ...]
    applied: tuple[Applied, ...]
    messages: tuple[Message, ...]

    @property
    def amount(self) -> Decimal:
        return exact_sum(line.amount for line in self.lines)

    @property
    def discount(self) -> Decimal:
        return exact_sum(line.discount for line in self.lines)

    @property
    def net(self) -> Decimal:
        return exact_sum(line.net for line in self.lines)

    @property
    def tax(self) -> Decimal:
        return exact_sum(line.tax for line in self.lines)

    @property
    def gross(self) -> Decimal:
        return exact_sum(line.gross for line in self.lines)

    @property
    def benefit(self) -> Decimal:
        """What came off plus the value of free goods."""
        return exact_sum(one.benefit for one in self.applied)
