"""From draft to force: prices are fixed, somebody approves, the partner signs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity import services as capacity
from yunhe.platform.events.outbox import emit
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify
from yunhe.trade.blankets.choices import FRAME, Pricing
from yunhe.trade.blankets.compute import period_key, period_starts
from yunhe.trade.blankets.errors import FrameRefused
from yunhe.trade.blankets.events import FrameSigned
from yunhe.trade.blankets.locks import lock_frame
from yunhe.trade.blankets.models import Frame, FrameLine
from yunhe.trade.blankets.queries import lines_of
from yunhe.trade.blankets.services.approving import ask_approval, drop_approval
from yunhe.trade.blankets.services.offering import offer_frame
from yunhe.trade.blankets.services.steps import facts_of, record_step
from yunhe.trade.blankets.transitions import MOVES
from yunhe.trade.pricing.queries import AskedLine, price_lines

ANSWERED = declare_kind("blankets.answered", gettext_lazy("A blanket order was answered"))


def submit_frame(frame: Frame, *, actor: Principal, now: datetime) -> Frame:
    """Take today's list price where a fixed price was left open, and ask for approval; without a
    chain it is offered to the partner at once.

    Raises NotAllowed, IllegalMove, FrameRefused naming lines without a price, NoApprover.
    """
    frame = lock_frame(frame.pk)
    move = MOVES.check(frame.status, "submit", number=frame.number)
    actor.check(move.permission)
    lines = lines_of(frame)
    if frame.pricing == Pricing.FIXED:
        _fix_prices(frame, lines, now=now)
    frame.worth = sum((_worth(line) for line in lines), Decimal(0))
    record_step(frame, "submit", move.target, actor=actor, now=now)
    if ask_approval(frame, actor=actor, now=now):
        return frame
    return offer_frame(frame, actor=actor, now=now)


def sign_frame(frame: Frame, *, actor: Principal, now: datetime) -> Frame:
    """Put a frame into force: from now on call-offs draw on it. Who draws it up is told.

    Emits FrameSigned. Raises NotAllowed, IllegalMove, FrameRefused when its time is over already.
    """
    frame = lock_frame(frame.pk)
    move = MOVES.check(frame.status, "sign", number=frame.number)
    actor.check(move.permission)
    if frame.period.upper <= timezone.localdate(now):
        raise FrameRefused(_("Its validity is over: ask for a new offer."))
    _open_accounts(frame, lines_of(frame))
    frame.signed_at, frame.signed_by_id = now, actor.user_id
    record_step(frame, "sign", move.target, actor=actor, now=now)
    _tell_author(frame, gettext_lazy("Blanket order signed"), now=now)
    event = FrameSigned(**facts_of(frame), worth=frame.worth, currency=frame.currency)
    emit(event, node_id=frame.node_id, subject=frame.number)
    return frame


def decline_frame(frame: Frame, *, reason: str, actor: Principal, now: datetime) -> Frame:
    """The partner does not sign; who drew it up is told why. Raises NotAllowed, IllegalMove."""
    frame = lock_frame(frame.pk)
    move = MOVES.check(frame.status, "decline", number=frame.number)
    actor.check(move.permission)
    record_step(frame, "decline", move.target, actor=actor, now=now, note=reason)
    _tell_author(frame, gettext_lazy("Blanket order declined"), now=now)
    return frame


def revise_frame(frame: Frame, *, actor: Principal, now: datetime) -> Frame:
    """Take an offer back to change it. Raises NotAllowed, IllegalMove."""
    frame = lock_frame(frame.pk)
    move = MOVES.check(frame.status, "revise", number=frame.number)
    actor.check(move.permission)
    drop_approval(frame, now=now)
    return record_step(frame, "revise", move.target, actor=actor, now=now)


def _fix_prices(frame: Frame, lines: Sequence[FrameLine], *, now: datetime) -> None:
    """Fill open prices from the list of today, by the unit and the quantity of one call-off."""
    missing = [line for line in lines if line.price is None and line.sku_id]
    if not missing:
        return
    asked = [
        AskedLine(line.sku_id or 0, line.unit, line.call_minimum or Decimal(1)) for line in missing
    ]
    found = price_lines(
        node_id=frame.node_id, lines=asked, on=timezone.localdate(now), require=False
    )
    rows = []
    for line, priced in zip(missing, found, strict=True):
        line.price = priced.unit_price
        if priced.unit_price is None:
            message = _("%(subject)s has no price today: agree one.") % {"subject": line.subject}
            rows.append({"row": line.row, "message": message})
    if rows:
        raise FrameRefused(_("Some lines have no price."), rows=rows)
    FrameLine.objects.bulk_update(missing, ["price"])


def _worth(line: FrameLine) -> Decimal:
    if line.by_value:
        return line.total
    return line.total * (line.price or Decimal(0))


def _open_accounts(frame: Frame, lines: Sequence[FrameLine]) -> None:
    """One account a line, and one a line and period; a period without a maximum only counts."""
    limits: dict[str, Decimal | None] = {}
    starts = period_starts(frame.period.lower, frame.period.upper, frame.period_unit)
    for line in lines:
        limits[line.key] = line.total * line.factor
        most = line.period_maximum
        for day in starts:
            key = f"{line.key}:{period_key(day, frame.period_unit)}"
            limits[key] = None if most is None else most * line.factor
    capacity.set_limits(FRAME, limits, node_id=frame.node_id)


def _tell_author(frame: Frame, what: object, *, now: datetime) -> None:
    if frame.created_by_id is None:
        return
    notify(
        [frame.created_by_id],
        kind=ANSWERED,
        title=format_lazy("{}: {} {}", what, frame.number, frame.title),
        url=frame.get_absolute_url(),
        dedupe_key=f"frame:{frame.pk}:{now.isoformat()}",
        now=now,
    )
