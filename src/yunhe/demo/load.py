"""`yunhe demo`: load the story through the domains' own use cases, once, resumable."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

from django.db import transaction

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
    Step("network", "network of regions, dealers and stores", "master.load_network"),
    Step("persons", "eight persons", "master.load_persons"),
    Step("catalogue", "catalogue", "master.load_catalogue"),
    Step("prices", "price lists", "master.load_prices"),
    Step("movements", "a year of stock movements", "goods.load_movements", atomic=False),
    Step("warehouse", "HQ warehouse", "goods.open_warehouse"),
    Step("ledger", "invoices, payments, credit limits", "commerce.load_ledger"),
    Step("addresses", "delivery addresses (derived)", "frames.load_addresses"),
    Step("orders", "orders of the last weeks", "commerce.load_orders", atomic=False),
    Step("opening", "opening stock facts", "sending.load_opening_facts", atomic=False),
    Step("sell_in", "deliveries to dealers", "sending.load_sell_in", atomic=False),
    Step("sell_through", "deliveries to stores", "sending.load_sell_through", atomic=False),
    Step("sell_out", "real POS lines through intake", "sending.load_sell_out", atomic=False),
    Step("owners", "dealer owners", "agreements.load_owners"),
    Step("policies", "policies", "agreements.load_policies", atomic=False),
    Step("reads", "who has read them", "agreements.load_reads", atomic=False),
    Step("conditions", "conditions of rebates", "rebates.load_conditions"),
    Step("settlement", "interim settlement and accruals", "rebates.load_settlement", atomic=False),
    Step("compliance", "rules and licences (derived)", "qualifications.load_compliance"),
    Step("media", "pictures and material (drawn)", "qualifications.load_media"),
    Step("promotions", "promotions (derived)", "promotions.load_promotions"),
    Step("counts", "stock reports of half a year (derived)", "lots.load_reports", atomic=False),
    Step("lots", "lots (derived)", "lots.load_lots"),
    Step("alerts", "stock alerts (derived)", "neighbours.load_alerts"),
    Step("transfers", "transfers between dealers (derived)", "neighbours.load_transfers"),
    Step("allocations", "quotas of scarce products (derived)", "scarce.load_allocations"),
    Step("shipments", "shipments in every state (derived)", "ways.load_shipments"),
    Step("returns", "rights of return and returns (derived)", "ways.load_returns"),
    Step(
        "approvals", "chains, minimum prices, a price change (derived)", "approvals.load_approvals"
    ),
    Step("deliveries", "delivery days (derived)", "deliveries.load_deliveries"),
    Step("frames", "blanket orders with call-offs (derived)", "frames.load_frames"),
    Step("own_prices", "dealers' own price lists for stores (derived)", "stores.load_own_prices"),
    Step("store_orders", "orders of stores to their dealer (derived)", "stores.load_store_orders"),
    Step("dealer_day", "a dealer's own delivery day (derived)", "dealer_day.load_dealer_day"),
    Step("sourcing", "warehouses, rules, an order in parts (derived)", "sourcing.load_sourcing"),
    Step(
        "running_quota",
        "a running quota with orders (derived)",
        "scarce.load_running_quota",
    ),
    Step("stock_check", "a check that the stock adds up", "goods.check_stock"),
    Step("targets", "targets by dealer and month (derived)", "targets.load_targets"),
    Step("mart", "numbers for the cockpit", "mart.load_mart", atomic=False),
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
        say("demo data are loaded")
        return
    from yunhe.demo.people import DEMO_PASSWORD  # with the story's imports

    context = Context(next(iter(done.values()), today or business_today()), say, source)
    started = time.monotonic()
    for step in missing:
        _run(step, context, number=STEPS.index(step) + 1)
    say(
        f"demo data loaded in {time.monotonic() - started:.0f} s; every password is {DEMO_PASSWORD}"
    )


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
    context.say(f"[{number}/{len(STEPS)}] {step.title}: {time.monotonic() - begun:.1f} s")
