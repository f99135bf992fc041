"""Which promotions meet on a line, and the whole basket: docs/algorithms/promotions.md, 3 to 5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from yunhe.platform.values import currency_exponent, exact_sum
from yunhe.trade.promotions.compute.basket import (
    Applied,
    FreeGoods,
    GiftOffer,
    Line,
    LineResult,
    Message,
    Promotion,
    Result,
    Step,
)
from yunhe.trade.promotions.compute.kinds import Effect, View, effect_of
from yunhe.trade.promotions.compute.sharing import spread
from yunhe.trade.promotions.compute.taxes import taxes_of

Choices = Mapping[int, Sequence[int]]


def compute(
    lines: Sequence[Line],
    promotions: Sequence[Promotion],
    *,
    currency: str = "CNY",
    choices: Choices | None = None,
) -> Result:
    """What the promotions give for the basket, line by line and exact in sum.

    Args:
        lines: priced lines with distinct rows; amounts are multiples of the currency's exponent.
        promotions: those that hold for the partner on the day, in any order.
        choices: promotion id -> positions of the gifts picked.
    """
    basket = _Basket(lines, currency_exponent(currency), choices or {})
    ordered = sorted(promotions, key=lambda one: (-one.priority, one.id))
    basket.select(ordered)
    stackable = [one for one in ordered if not one.exclusive]
    _take_exclusive(basket, [one for one in ordered if one.exclusive], stackable)
    basket.run(stackable)
    return basket.result(ordered)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A promotion worked out on some lines, not yet applied."""

    promotion: Promotion
    effect: Effect
    shares: Mapping[int, Decimal]

    @property
    def off(self) -> Decimal:
        return exact_sum(self.shares.values())

    @property
    def free_value(self) -> Decimal:
        return exact_sum(one.value for one in self.effect.free)

    @property
    def benefit(self) -> Decimal:
        return self.off + self.free_value

    @property
    def works(self) -> bool:
        return bool(self.shares or self.effect.free or self.effect.choice)

    @property
    def refusal(self) -> str:
        """Which limit does not allow it; "" when none."""
        one = self.promotion
        if 0 in (one.uses_left, one.partner_uses_left):
            return "uses"
        if one.budget_left is not None and self.benefit > one.budget_left:
            return "budget"
        return ""


@dataclass
class _Basket:
    """The state of one computation: what is left of each line, and which lines were taken."""

    lines: Sequence[Line]
    exponent: int
    choices: Choices
    room: dict[int, Decimal] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    selected: dict[int, list[Line]] = field(default_factory=dict)
    steps: dict[int, list[Step]] = field(default_factory=dict)
    applied: list[Applied] = field(default_factory=list)
    free: list[FreeGoods] = field(default_factory=list)
    offers: list[GiftOffer] = field(default_factory=list)
    missing: dict[int, Mapping[str, Decimal | str]] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.room = {line.row: line.amount for line in self.lines}

    def select(self, promotions: Sequence[Promotion]) -> None:
        for one in promotions:
            takes = one.selector.takes
            self.selected[one.id] = [
                line for line in self.lines if takes(line.sku, line.brand, line.categories)
            ]

    def attempt(
        self, promotion: Promotion, room: Mapping[int, Decimal], without: set[int] | None = None
    ) -> _Trial:
        """Work the promotion out on its lines that nobody took; `without` leaves more out."""
        closed = self.taken | without if without else self.taken
        seen = [line for line in self.selected[promotion.id] if line.row not in closed]
        if promotion.sequential:
            base = {line.row: room[line.row] for line in seen}
        else:
            base = {line.row: line.amount for line in seen}
        effect = effect_of(
            promotion, View(seen, base, self.exponent), self.choices.get(promotion.id, ())
        )
        shares = (
            spread(effect.wanted, room, exponent=self.exponent, most=promotion.most)
            if effect.wanted
            else {}
        )
        return _Trial(promotion, effect, shares)

    def apply(self, trial: _Trial, room: dict[int, Decimal]) -> None:
        for row, share in trial.shares.items():
            room[row] -= share

    def worth(self, promotions: Sequence[Promotion], without: set[int] | None = None) -> Decimal:
        """Benefit of the stackable promotions on the lines that are left."""
        room = dict(self.room)
        total = Decimal(0)
        for one in promotions:
            trial = self.attempt(one, room, without)
            if trial.works and not trial.refusal:
                self.apply(trial, room)
                total += trial.benefit
        return total

    def run(self, promotions: Sequence[Promotion]) -> None:
        """Apply stackable promotions one after another."""
        for one in promotions:
            trial = self.attempt(one, self.room)
            self.note(trial)
            if trial.works and not trial.refusal:
                self.settle(trial)

    def note(self, trial: _Trial) -> None:
        """Keep what may have to be said about the promotion."""
        if trial.effect.missing:
            self.missing[trial.promotion.id] = trial.effect.missing
        if trial.works and trial.refusal:
            self.refused[trial.promotion.id] = trial.refusal

    def settle(self, trial: _Trial) -> None:
        """Apply for good and write the steps of the lines."""
        one, off = trial.promotion, trial.off
        mode = "exclusive" if one.exclusive else "sequential" if one.sequential else "additive"
        amounts = {line.row: line.amount for line in self.lines}
        before = dict(self.room)
        self.apply(trial, self.room)
        rows = trial.effect.rows
        for row in rows:
            base = before[row] if one.sequential else amounts[row]
            share = trial.shares.get(row, Decimal(0))
            step = Step(one.id, one.name, one.rule, mode, base, share, self.room[row], off)
            self.steps.setdefault(row, []).append(step)
        self.applied.append(Applied(one.id, one.name, off, trial.free_value, rows))
        self.free += trial.effect.free
        if trial.effect.choice:
            self.offers.append(trial.effect.choice)

    def result(self, promotions: Sequence[Promotion]) -> Result:
        nets = [self.room[line.row] for line in self.lines]
        taxes = taxes_of(self.lines, nets, exponent=self.exponent)
        return Result(
            lines=tuple(
                LineResult(
                    line.row,
                    line.sku,
                    line.amount,
                    line.amount - net,
                    tax,
                    tuple(self.steps.get(line.row, ())),
                )
                for line, net, tax in zip(self.lines, nets, taxes, strict=True)
            ),
            free=tuple(self.free),
            choices=tuple(self.offers),
            applied=tuple(self.applied),
            messages=tuple(self.messages(promotions)),
        )

    def messages(self, promotions: Sequence[Promotion]) -> list[Message]:
        done = {one.promotion_id for one in self.applied}
        found = []
        for one in promotions:
            if one.id in self.refused:
                found.append(Message(self.refused[one.id], one.id, one.name, {}))
            elif one.id in self.missing:
                found.append(Message("missing", one.id, one.name, self.missing[one.id]))
            if one.id not in done and one.id not in self.refused and self._beaten(one):
                found.append(Message("beaten", one.id, one.name, {}))
        found += [
            Message("choose", offer.promotion_id, offer.name, {})
            for offer in self.offers
            if len(offer.chosen) < min(offer.pick, len(offer.gifts))
        ]
        return found

    def _beaten(self, one: Promotion) -> bool:
        """Whether it would have worked, had exclusive promotions not taken its lines."""
        rows = {line.row for line in self.selected[one.id]}
        if not rows & self.taken and not one.exclusive:
            return False
        lines = self.selected[one.id]
        view = View(lines, {line.row: line.amount for line in lines}, self.exponent)
        effect = effect_of(one, view)
        return bool(effect.wanted or effect.free or effect.choice)


def _take_exclusive(
    basket: _Basket, candidates: Sequence[Promotion], stackable: Sequence[Promotion]
) -> None:
    """Rounds of best-of: the winner's lines are closed for everybody else."""
    waiting = list(candidates)
    while waiting:
        best = _best(basket, waiting, stackable)
        if best is None:
            return
        basket.settle(best)
        basket.taken |= set(best.effect.rows)
        waiting = [one for one in waiting if one.id != best.promotion.id]


def _best(
    basket: _Basket, waiting: Sequence[Promotion], stackable: Sequence[Promotion]
) -> _Trial | None:
    """The exclusive promotion that wins this round; None when none gains anything."""
    trials = [basket.attempt(one, basket.room) for one in waiting]
    for trial in trials:
        basket.note(trial)
    trials = [trial for trial in trials if trial.works and not trial.refusal]
    if not trials:
        return None
    whole = basket.worth(stackable)
    found: list[tuple[tuple[int, Decimal, int], _Trial]] = []
    for trial in trials:
        # below zero when a stackable one fits its budget only without these lines
        lost = whole - basket.worth(stackable, without=set(trial.effect.rows))
        gain = trial.benefit - lost
        # a gift whose worth nobody entered still beats nothing
        if gain > 0 or (gain == 0 and not lost):
            one = trial.promotion
            found.append(((one.priority, gain, -one.id), trial))
    return max(found, key=lambda each: each[0])[1] if found else None
