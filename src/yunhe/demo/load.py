"""`yunhe demo`: load the story through the domains' own use cases, once, resumable."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yunhe.demo.context import (
    Context,
    Say,
    Step,
    business_today,
    done_steps,
    ensure_record,
    mark_done,
)

if TYPE_CHECKING:  # reading real data costs half a second of imports, a second start reads none
    from yunhe.demo.source import Source

STEPS: tuple[Step, ...] = (
    Step("network", _("network of regions, dealers and stores"), "master.load_network"),
    Step("persons", _("nine persons"), "master.load_persons"),
    Step("catalogue", _("catalogue"), "master.load_catalogue"),
    Step("prices", _("price lists"), "master.load_prices"),
    Step("movements", _("a year of stock movements"), "goods.load_movements", atomic=False),
    Step("warehouse", _("HQ warehouse"), "goods.open_warehouse"),
    Step("ledger", _("invoices, payments, credit limits"), "commerce.load_ledger"),
    Step("addresses", _("delivery addresses (derived)"), "frames.load_addresses"),
    Step("orders", _("orders of the last weeks"), "commerce.load_orders", atomic=False),
    Step("opening", _("opening stock facts"), "sending.load_opening_facts", atomic=False),
    Step("sell_in", _("deliveries to dealers"), "sending.load_sell_in", atomic=False),
    Step("sell_through", _("deliveries to stores"), "sending.load_sell_through", atomic=False),
    Step("sell_out", _("real POS lines through intake"), "sending.load_sell_out", atomic=False),
    Step("owners", _("dealer owners"), "agreements.load_owners"),
    Step("policies", _("policies"), "agreements.load_policies", atomic=False),
    Step("reads", _("who has read them"), "agreements.load_reads", atomic=False),
    Step("conditions", _("conditions of rebates"), "rebates.load_conditions"),
    Step(
        "settlement", _("interim settlement and accruals"), "rebates.load_settlement", atomic=False
    ),
    Step("compliance", _("rules and licences (derived)"), "qualifications.load_compliance"),
    Step("media", _("pictures and material (drawn)"), "qualifications.load_media"),
    Step("promotions", _("promotions (derived)"), "promotions.load_promotions"),
    Step("counts", _("stock reports of half a year (derived)"), "lots.load_reports", atomic=False),
    Step("lots", _("lots (derived)"), "lots.load_lots"),
    Step("alerts", _("stock alerts (derived)"), "neighbours.load_alerts"),
    Step("transfers", _("transfers between dealers (derived)"), "neighbours.load_transfers"),
    Step("allocations", _("quotas of scarce products (derived)"), "scarce.load_allocations"),
    Step("shipments", _("shipments in every state (derived)"), "ways.load_shipments"),
    Step("returns", _("rights of return and returns (derived)"), "ways.load_returns"),
    Step(
        "approvals",
        _("chains, minimum prices, a price change (derived)"),
        "approvals.load_approvals",
    ),
    Step("deliveries", _("delivery days (derived)"), "deliveries.load_deliveries"),
    Step("frames", _("blanket orders with call-offs (derived)"), "frames.load_frames"),
    Step(
        "own_prices", _("dealers' own price lists for stores (derived)"), "stores.load_own_prices"
    ),
    Step(
        "store_orders", _("orders of stores to their dealer (derived)"), "stores.load_store_orders"
    ),
    Step("store_return", _("a return of a store (derived)"), "stores.load_store_return"),
    Step("dealer_day", _("a dealer's own delivery day (derived)"), "dealer_day.load_dealer_day"),
    Step("sourcing", _("warehouses, rules, an order in parts (derived)"), "sourcing.load_sourcing"),
    Step(
        "running_quota",
        _("a running quota with orders (derived)"),
        "scarce.load_running_quota",
    ),
    Step("stock_check", _("a check that the stock adds up"), "goods.check_stock"),
    Step("targets", _("targets by dealer and month (derived)"), "targets.load_targets"),
    Step("mart", _("numbers for the cockpit"), "mart.load_mart", atomic=False),
)


def load_demo(*, say: Say, today: dt.date | None = None, source: Source | None = None) -> None:
    """Load what is missing; the second call finds everything done and returns at once.

    Every step is one transaction with its record, or (imports) safe to run again. `today` is the
    day after the last day of data: of a load that was begun before, its own day counts. `source`
    are real data already read.

    Raises:
        DemoDataMissingError: the demo extra is not installed.
    """
    ensure_record()
    done = done_steps()
    missing = [step for step in STEPS if step.name not in done]
    if not missing:
        say(gettext("demo data are loaded"))
        return
    from yunhe.demo.people import DEMO_PASSWORD  # with the story's imports

    context = Context(next(iter(done.values()), today or business_today()), say, source)
    started = time.monotonic()
    for step in missing:
        _run(step, context, number=STEPS.index(step) + 1)
    told = {"seconds": f"{time.monotonic() - started:.0f}", "password": DEMO_PASSWORD}
    say(gettext("demo data loaded in %(seconds)s s; every password is %(password)s") % told)


def _run(step: Step, context: Context, *, number: int) -> None:
    begun = time.monotonic()
    context.say(f"[{number}/{len(STEPS)}] {step.title}…")
    if step.atomic:
        with transaction.atomic():
            step(context)
            mark_done([step.name], context.today)
    else:
        step(context)
        mark_done([step.name], context.today)
    seconds = gettext("%(seconds)s s") % {"seconds": f"{time.monotonic() - begun:.1f}"}
    context.say(f"[{number}/{len(STEPS)}] {step.title}: {seconds}")
