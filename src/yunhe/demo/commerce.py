"""Loading steps of money and orders: a year of invoices, the last weeks as documents."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from yunhe.demo.context import Context
from yunhe.money.ledger.choices import EntryKind
from yunhe.money.ledger.models import LegalEntity
from yunhe.money.ledger.services import NewEntry, post, set_credit_limit
from yunhe.platform.events.dispatcher import dispatch_all
from yunhe.trade.orders.choices import Source
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import (
    NewLine,
    cancel_order,
    close_order,
    confirm_order,
    create_order,
    receive_order,
    ship_order,
)
from yunhe.trade.orders.transitions import MOVES

CLOSED_AFTER_DAYS = 14
LIMIT_REASON = "演示：按全年应收峰值推算"


def load_ledger(context: Context) -> None:
    """Invoices and payments before the document weeks, then the credit limits."""
    story, start = context.story, context.documents_from
    name_zh, name_en = story.network.nodes.select("name_zh", "name_en").row(0)
    LegalEntity.objects.filter(code="MAIN").update(name=name_zh, name_en=name_en)
    history = _history_orders(story.orders.orders, start)
    invoices = story.money.invoices.join(history, on="order_no", how="semi")
    entries = [
        NewEntry(
            node_id=context.nodes[row["dealer_code"]],
            kind=EntryKind.INVOICE,
            amount=row["amount"],
            on=row["on"],
            due_on=row["due_on"],
            key=f"demo|{row['invoice_no']}",
            number=row["invoice_no"],
        )
        for row in invoices.iter_rows(named=True)
    ]
    early = story.money.payments.filter(pl.col("on") < start)
    post(entries + _payments(context, early), actor=context.actor, now=context.at(start, 1))
    for row in story.money.credit_limits.iter_rows(named=True):
        set_credit_limit(
            node_id=context.nodes[row["dealer_code"]],
            amount=row["limit"],
            reason=LIMIT_REASON,
            actor=context.actor,
            now=context.at(start, 2),
        )


def _history_orders(orders: pl.DataFrame, start: dt.date) -> pl.DataFrame:
    return orders.filter((pl.col("status") == "received") & (pl.col("arrived_on") < start))


def _payments(context: Context, payments: pl.DataFrame) -> list[NewEntry]:
    return [
        NewEntry(
            node_id=context.nodes[row["dealer_code"]],
            kind=EntryKind.PAYMENT,
            amount=row["amount"],
            on=row["on"],
            key=f"demo|{row['payment_no']}",
            number=row["payment_no"],
        )
        for row in payments.iter_rows(named=True)
    ]


@dataclass(frozen=True)
class _Move:
    """Something that happens to an order on a day; `rank` orders the moves of one day."""

    on: dt.date
    rank: int
    action: str
    order_no: str


def load_orders(context: Context) -> None:
    """The orders of the last weeks, day by day through every step, with the payments in between.

    A transaction a day; repeated, it finds the order by its key and skips moves that were made.
    """
    story, start = context.story, context.documents_from
    history = _history_orders(story.orders.orders, start).select("order_no")
    heads = story.orders.orders.join(history, on="order_no", how="anti")
    about = {row["order_no"]: row for row in heads.iter_rows(named=True)}
    lines = story.orders.lines.join(heads.select("order_no"), on="order_no", how="semi")
    by_order = {
        str(key[0]): part
        for key, part in lines.partition_by("order_no", as_dict=True, maintain_order=True).items()
    }
    late = story.money.payments.filter(pl.col("on") >= start)
    days = sorted({move.on for move in _moves(heads, story.shift.last)} | set(late["on"].to_list()))
    moves = _moves(heads, story.shift.last)
    for number, day in enumerate(days, start=1):
        with transaction.atomic():
            paid = _payments(context, late.filter(pl.col("on") == day))
            post(paid, actor=context.actor, now=context.at(day, 8))
            for move in moves:
                if move.on == day:
                    _make(context, move, about[move.order_no], by_order[move.order_no])
        if number % 15 == 0:
            context.say(_("  orders: %(day)s") % {"day": day})
    dispatch_all()


def _moves(heads: pl.DataFrame, last: dt.date) -> list[_Move]:
    moves = []
    for row in heads.iter_rows(named=True):
        number, status = row["order_no"], row["status"]
        moves.append(_Move(row["ordered_on"], 0, "create", number))
        if status == "cancelled":
            day = min(row["ordered_on"] + dt.timedelta(days=1), last)
            moves.append(_Move(day, 4, "cancel", number))
        if row["confirmed_on"]:
            moves.append(_Move(row["confirmed_on"], 1, "confirm", number))
        if row["shipped_on"]:
            moves.append(_Move(row["shipped_on"], 2, "ship", number))
        if arrived := row["arrived_on"]:
            moves.append(_Move(arrived, 3, "receive", number))
            if (closes := arrived + dt.timedelta(days=CLOSED_AFTER_DAYS)) <= last:
                moves.append(_Move(closes, 5, "close", number))
    return sorted(moves, key=lambda move: (move.on, move.rank, move.order_no))


def _make(context: Context, move: _Move, head: dict[str, Any], lines: pl.DataFrame) -> None:
    node = context.nodes[str(head["dealer_code"])]
    now = context.at(move.on, 9 + move.rank)
    if move.action == "create":
        _create(context, node, head, lines, now=now)
        return
    order = Order.objects.filter(node_id=node, key=move.order_no).first()
    if order is None or order.status not in MOVES[move.action].sources:
        return
    if move.action == "ship":
        ship_order(order, quantities=_shipped(order, lines), actor=context.actor, now=now)
    elif move.action == "receive":
        receive_order(order, actor=context.actor, now=now)
    elif move.action == "confirm":
        confirm_order(order, actor=context.actor, now=now)
    elif move.action == "close":
        close_order(order, actor=context.actor, now=now)
    else:
        cancel_order(order, reason="经销商要求取消", actor=context.actor, now=now)


def _create(
    context: Context, node: int, head: dict[str, Any], lines: pl.DataFrame, *, now: dt.datetime
) -> None:
    """Create and, unless it is a draft, submit; the product must find the story's prices."""
    asked = [
        NewLine(context.skus[row["sku"]], "case", Decimal(_ordered(row)))
        for row in lines.iter_rows(named=True)
    ]
    placed = create_order(
        node_id=node,
        lines=asked,
        submit=head["status"] != "draft",
        key=head["order_no"],
        wanted_on=head["expected_on"],
        source=Source.PORTAL,
        actor=context.actor,
        now=now,
    )
    expected = sum(
        (row["price"] * _ordered(row) for row in lines.iter_rows(named=True)), Decimal(0)
    )
    if placed.total != expected and head["status"] != "draft":
        raise RuntimeError(f"{head['order_no']}: priced {placed.total}, the story says {expected}")


def _ordered(row: dict[str, Any]) -> int:
    """What could not be shipped stays on the order only while that order is on its way."""
    column = "shipped_cases" if row["status"] == "received" else "ordered_cases"
    return int(str(row[column]))


def _shipped(order: Order, lines: pl.DataFrame) -> dict[int, Decimal]:
    cases = {
        row["line_no"]: row["shipped_cases"] * row["case_size"]
        for row in lines.iter_rows(named=True)
    }
    return {line.pk: Decimal(cases[line.row]) for line in order.lines.all()}
