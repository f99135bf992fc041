"""Every room has the same furniture, and the list of rooms is the folders that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

import yunhe
from yunhe.config.domains import DOMAINS

ROOT = Path(yunhe.__file__).parent
FURNITURE = {
    "api", "apps", "checks", "choices", "columns", "command", "compute", "demo", "errors", "events",
    "filters", "forms", "imports", "jobs", "locks", "metrics", "models", "navigation", "panels",
    "permissions", "portal", "queries", "rules", "search", "services", "tables", "transitions", "urls", "views",
}  # fmt: skip
TOPICS = {
    "channel.network": {"divisions"},
    "channel.policies": {"opening"},
    "trade.blankets": {"frames", "gate"},
    "trade.catalog": {"units"},
    "trade.orders": {"agreements", "entry", "filing", "gates", "own_gates", "snapshot", "terms"},
    "trade.compliance": {"library"},
    "trade.pricing": {"approvals", "evidence", "filing"},
    "trade.promotions": {"definition", "reporting", "wording"},
    "trade.purchasing": {"suppliers"},
    "trade.sourcing": {"wording"},
    "trade.sales": {
        "bounds",
        "fields",
        "masters",
        "ownership",
        "price_evidence",
        "recording",
        "repeats",
    },
    "money.rebates": {"bundle", "conformance", "container", "report", "verify"},
    "goods.delivery": {"printing", "progress", "wording"},
    "goods.allocation": {"gate", "wording"},
    "goods.schedule": {"arrivals"},
    "goods.shipping": {"carriers", "printing"},
    "goods.transfers": {"places", "words"},
    "insight.cockpit": {"starting", "attention", "home", "lens", "links"},
}
LIFTED = {"locale", "migrations", "static", "templates", "templatetags", "__pycache__"}


def folder_of(domain: str) -> Path:
    return ROOT / Path(*domain.split(".")[1:])


# a room may have its place in the order before it is built
BUILT = [domain for domain in DOMAINS if (folder_of(domain) / "apps.py").exists()]


def test_every_room_has_its_place_in_the_order():
    folders = {
        f"yunhe.{path.parent.parent.name}.{path.parent.name}" for path in ROOT.glob("*/*/apps.py")
    }
    assert folders == set(BUILT)


def test_the_import_contracts_name_every_room_that_is_built():
    """In parentheses a layer is optional: a built room must not stay there."""
    contracts = (ROOT.parents[1] / "pyproject.toml").read_text()
    assert [domain for domain in BUILT if f'"({domain})"' in contracts] == []


@pytest.mark.parametrize("domain", [d for d in BUILT if not d.startswith("yunhe.platform.")])
def test_a_domain_has_known_furniture_only(domain):
    folder = folder_of(domain)
    pieces = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    pieces |= {path.name for path in folder.iterdir() if path.is_dir()} - LIFTED
    known = FURNITURE | TOPICS.get(domain.removeprefix("yunhe."), set())
    assert pieces <= known, f"{domain}: {sorted(pieces - known)}"


@pytest.mark.parametrize("domain", BUILT)
def test_the_label_is_the_folder(domain):
    text = (folder_of(domain) / "apps.py").read_text()
    assert f'label = "{domain.rsplit(".", 1)[1]}"' in text
