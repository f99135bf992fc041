"""Derived: a street address and a phone number for every dealer, sub-dealer and store.

Rule (seeded by the partner's code): a street of the list of common street names, a store's the one of its
name, with a number; the city is the partner's own. Phone numbers begin with 154, which no operator in China
has been given: nobody's phone rings.
"""

from __future__ import annotations

import random

import polars as pl

from yunhe.demo.places import STREETS

UNASSIGNED = "154"
ENGLISH = dict(STREETS)


def with_contacts(partners: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """The partners with `address_zh`, `address_en` and `phone`; a `street_zh` of theirs is kept."""
    streets = partners["street_zh"] if "street_zh" in partners.columns else [None] * len(partners)
    found = [
        _contact(code, street, seed) for code, street in zip(partners["code"], streets, strict=True)
    ]
    columns = ("address_zh", "address_en", "phone")
    made = pl.DataFrame(found, schema=dict.fromkeys(columns, pl.String), orient="row")
    return partners.drop("street_zh", strict=False).hstack(made)


def _contact(code: str, street: str | None, seed: int) -> tuple[str, str, str]:
    rng = random.Random(f"contact-{code}-{seed}")  # noqa: S311 repeatable on purpose
    name, number = street or rng.choice(STREETS)[0], rng.randrange(1, 400)
    phone = f"{UNASSIGNED}{rng.randrange(10**8):08}"
    return f"{name}{number}号", f"{number} {ENGLISH[name]}", phone
